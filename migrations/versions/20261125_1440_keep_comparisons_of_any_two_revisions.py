"""Keep the comparison of any two published revisions, made when the later one is published."""

import sqlalchemy as sa
from alembic import op

revision = "0015d2c8e6a4"
down_revision = "0016d5a2c7e1"
branch_labels = None
depends_on = None

PUBLISHED = "(SELECT state FROM revisions WHERE id = {row}.revision_id) = 'published'"
EVENTS = ("INSERT", "UPDATE", "DELETE")


def upgrade() -> None:
    op.create_table(
        "revision_pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=False),
        sa.Column("drawing", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_id"], ["revisions.id"], name=op.f("fk_revision_pairs_base_id_revisions")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revisions.id"],
            name=op.f("fk_revision_pairs_revision_id_revisions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_pairs")),
        sa.UniqueConstraint(
            "revision_id", "base_id", name=op.f("uq_revision_pairs_revision_id_base_id")
        ),
    )
    op.create_index(op.f("ix_revision_pairs_base_id"), "revision_pairs", ["base_id"])
    for event in EVENTS:
        _freeze(event)


def _freeze(event: str) -> None:
    name = f"frozen_revision_pairs_{event.lower()}"
    condition = PUBLISHED.format(row="NEW" if event == "INSERT" else "OLD")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON revision_pairs "
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, 'revision_pairs is frozen'); END"
        )
        return
    row = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION 'revision_pairs is frozen' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON revision_pairs "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for event in EVENTS:
        name = f"frozen_revision_pairs_{event.lower()}"
        op.execute(
            f"DROP TRIGGER {name} ON revision_pairs" if postgresql else f"DROP TRIGGER {name}"
        )
        if postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_index(op.f("ix_revision_pairs_base_id"), table_name="revision_pairs")
    op.drop_table("revision_pairs")
