"""Keep the indexes of agreed points in the order of time apart from those by agreement.

SQLite took the latter for the former, as both were for more than no agreement, and sorted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039d1b7e4f6"
down_revision = "0038c2e9a5d1"
branch_labels = None
depends_on = None

COLUMNS = {
    "ix_board_rows_endorsed_time": ["round_id", "stage", "submitted_at", "point_id"],
    "ix_board_rows_endorsed_place": [
        "round_id",
        "stage",
        "section_position",
        "submitted_at",
        "point_id",
    ],
}


def upgrade() -> None:
    _make("endorsements <> 0")


def downgrade() -> None:
    _make("endorsements > 0")


def _make(where: str) -> None:
    for name, columns in COLUMNS.items():
        op.drop_index(name, "board_rows")
        op.create_index(
            name,
            "board_rows",
            columns,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
