"""Let no two ready texts that a department offers bear one name."""

import sqlalchemy as sa
from alembic import op

revision = "0052f4c1d8b6"
down_revision = "0045e1b7c3a9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ready_texts", sa.Column("name_key", sa.String(400), nullable=True))
    texts = sa.table(
        "ready_texts",
        sa.column("id", sa.Integer),
        sa.column("department_id", sa.Integer),
        sa.column("name", sa.String),
        sa.column("name_key", sa.String),
        sa.column("retired_at", sa.DateTime),
    )
    connection, taken = op.get_bind(), set()
    offered = sa.select(texts.c.id, texts.c.department_id, texts.c.name).where(
        texts.c.retired_at.is_(None)
    )
    for id_, department_id, name in connection.execute(offered.order_by(texts.c.id)).all():
        number, given = 1, name
        while (department_id, given.casefold()) in taken:  # two who wrote at one moment
            number += 1
            given = f"{name[:110]} ({number})"
        taken.add((department_id, given.casefold()))
        connection.execute(
            texts.update()
            .where(texts.c.id == id_)
            .values(name=given, name_key=given.casefold())
        )
    op.create_index(
        "uq_ready_texts_name_key", "ready_texts", ["department_id", "name_key"], unique=True
    )


def downgrade() -> None:
    op.drop_index("uq_ready_texts_name_key", table_name="ready_texts")
    op.drop_column("ready_texts", "name_key")
