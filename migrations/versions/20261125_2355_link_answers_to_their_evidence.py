"""Let answers link to their evidence, and say which were given from a list.

What was given by a subject or to a letter was given from a list. The new columns are sealed
like the words of the answer.
"""

import sqlalchemy as sa
from alembic import op

revision = "0052b8d3f6a2"
down_revision = "0052a4c7e1b9"
branch_labels = None
depends_on = None

SEALED = (
    "public_id point_id outcome reason reason_detail rationale rationale_html language office "
    "authority due_on referred_to decided_by_id decided_at salt"
).split()
NEW = ["evidence_url", "evidence_title", "from_list"]
NAME = "frozen_dispositions_update"


def upgrade() -> None:
    _drop_seal()
    for name in ("evidence_url", "evidence_title"):
        op.add_column(
            "dispositions", sa.Column(name, sa.Text(), nullable=False, server_default="")
        )
    op.add_column(
        "dispositions",
        sa.Column("from_list", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute(
        "UPDATE dispositions SET from_list = (1 = 1) WHERE id IN (SELECT disposition_id "
        "FROM theme_answers UNION SELECT disposition_id FROM group_answers)"
    )
    _seal([*SEALED, *NEW])


def downgrade() -> None:
    _drop_seal()
    for name in reversed(NEW):
        op.drop_column("dispositions", name)
    _seal(SEALED)


def _seal(columns: list[str]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in columns)
        op.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON dispositions "
            f"WHEN ({changed}) BEGIN SELECT RAISE(ABORT, 'dispositions is frozen'); END"
        )
        return
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)
    op.execute(
        f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF ({changed}) THEN RAISE EXCEPTION 'dispositions is frozen' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {NAME} BEFORE UPDATE ON dispositions "
        f"FOR EACH ROW EXECUTE FUNCTION {NAME}()"
    )


def _drop_seal() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {NAME}")
        return
    op.execute(f"DROP TRIGGER {NAME} ON dispositions")
    op.execute(f"DROP FUNCTION {NAME}()")
