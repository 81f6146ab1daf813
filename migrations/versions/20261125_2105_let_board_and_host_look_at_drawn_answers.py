"""Let board and host say of drawn answers whether they are fair."""

import sqlalchemy as sa
from alembic import op

revision = "0048d4f1b7a3"
down_revision = "0031d7a2c9e5"
branch_labels = None
depends_on = None

SEALED = [("fair_marks", "UPDATE"), ("fair_marks", "DELETE")]


def upgrade() -> None:
    op.create_table(
        "fair_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("disposition_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(32), nullable=False),
        sa.Column("is_fair", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["disposition_id"],
            ["dispositions.id"],
            name=op.f("fk_fair_marks_disposition_id_dispositions"),
        ),
        sa.ForeignKeyConstraint(
            ["marked_by_id"], ["accounts.id"], name=op.f("fk_fair_marks_marked_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_marks")),
        sa.UniqueConstraint("public_id", name=op.f("uq_fair_marks_public_id")),
    )
    op.create_index(op.f("ix_fair_marks_disposition_id"), "fair_marks", ["disposition_id"])
    for table, event in SEALED:
        name = f"frozen_{table}_{event.lower()}"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{table} is frozen' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, event in SEALED:
        name = f"frozen_{table}_{event.lower()}"
        op.execute(f"DROP TRIGGER {name} ON {table}" if postgresql else f"DROP TRIGGER {name}")
        if postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("fair_marks")
