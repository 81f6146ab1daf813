"""Hold what every point has in the index of a section by agreement, too.

Of a section's points of one kind, most agreed first, each row had to be looked up for its kind.
The index holds only what somebody agreed with: posting writes nothing into it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0064c9e2b7f5"
down_revision = "0065d4a9f6c2"
branch_labels = None
depends_on = None

NAME = "ix_board_rows_place_agreed"
BEFORE = "round_id stage section_position endorsements submitted_at point_id".split()
BESIDE = "kind channel language assigned_to_id".split()


def _lay(columns: list[str]) -> None:
    agreed = sa.text("endorsements > 0")
    op.drop_index(NAME, "board_rows")
    op.create_index(NAME, "board_rows", columns, sqlite_where=agreed, postgresql_where=agreed)


def upgrade() -> None:
    _lay(BEFORE + BESIDE)


def downgrade() -> None:
    _lay(BEFORE)
