"""Let a proposal to take words out of view end without having been done."""

import sqlalchemy as sa
from alembic import op

revision = "0029c5b1d8f3"
down_revision = "0033a4c1e7d2"
branch_labels = None
depends_on = None

KEPT = (
    "public_id revision_id section_key start end ground note salt text_hash proposed_at"
    " proposed_by_id"
)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _same() -> str:
    distinct = "IS NOT DISTINCT FROM" if _is_postgresql() else "IS"
    return " AND ".join(f'NEW."{name}" {distinct} OLD."{name}"' for name in KEPT.split())


def _freeze(condition: str) -> None:
    name = "frozen_covered_passages_update"
    if not _is_postgresql():
        op.execute(f"DROP TRIGGER {name}")
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON covered_passages "
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, 'covered_passages is frozen'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION 'covered_passages is frozen' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )


def upgrade() -> None:
    op.add_column("covered_passages", sa.Column("ended_at", sa.DateTime(timezone=True)))
    op.add_column("covered_passages", sa.Column("ended_how", sa.String(32)))
    _freeze(
        "OLD.confirmed_at IS NOT NULL OR OLD.ended_at IS NOT NULL"
        " OR (NEW.confirmed_at IS NOT NULL AND NEW.ended_at IS NOT NULL)"
        f" OR NOT ({_same()})"
    )


def downgrade() -> None:
    """What has ended would wait again without its end: such proposals go."""
    _freeze(f"OLD.confirmed_at IS NOT NULL OR NOT ({_same()})")
    _drop_ended()
    op.drop_column("covered_passages", "ended_how")
    op.drop_column("covered_passages", "ended_at")


def _drop_ended() -> None:
    name = "frozen_covered_passages_delete"
    if _is_postgresql():
        op.execute(f"ALTER TABLE covered_passages DISABLE TRIGGER {name}")
        op.execute("DELETE FROM covered_passages WHERE ended_at IS NOT NULL")
        op.execute(f"ALTER TABLE covered_passages ENABLE TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name}")
    op.execute("DELETE FROM covered_passages WHERE ended_at IS NOT NULL")
    op.get_bind().exec_driver_sql(
        f"CREATE TRIGGER {name} BEFORE DELETE ON covered_passages "
        "WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'covered_passages is frozen'); END"
    )
