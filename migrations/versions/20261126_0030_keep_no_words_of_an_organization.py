"""Keep no words of an organization: what its members type is made anew and compared."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0049d8e4f0a3"
down_revision = "0051c3e8a6f4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("joint_responses") as responses:
        responses.drop_constraint("uq_joint_responses_words_hash", type_="unique")
        responses.drop_column("words_hash")


def downgrade() -> None:
    with op.batch_alter_table("joint_responses") as responses:
        responses.add_column(sa.Column("words_hash", sa.String(64)))
    rows = sa.table("joint_responses", sa.column("id"), sa.column("words_hash"))
    bind = op.get_bind()
    for (id_,) in bind.execute(sa.select(rows.c.id)).all():
        bind.execute(
            rows.update().where(rows.c.id == id_).values(words_hash=secrets.token_hex(32))
        )
    with op.batch_alter_table("joint_responses") as responses:
        responses.alter_column("words_hash", existing_type=sa.String(64), nullable=False)
        responses.create_unique_constraint("uq_joint_responses_words_hash", ["words_hash"])
