"""Let an answer say the same in the other language of the site.

The new columns are sealed like the words of the answer.
"""

import sqlalchemy as sa
from alembic import op

revision = "0052d2f8b4e7"
down_revision = "0049d8e4f0a3"
branch_labels = None
depends_on = None

SEALED = (
    "public_id point_id outcome reason reason_detail rationale rationale_html language office "
    "authority due_on referred_to decided_by_id decided_at salt evidence_url evidence_title "
    "from_list"
).split()
NEW = ["translation", "translation_html", "translation_language"]
NAME = "frozen_dispositions_update"


def upgrade() -> None:
    _drop_seal()
    for name in NEW[:2]:
        op.add_column(
            "dispositions", sa.Column(name, sa.Text(), nullable=False, server_default="")
        )
    op.add_column("dispositions", sa.Column("translation_language", sa.String(12)))
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
