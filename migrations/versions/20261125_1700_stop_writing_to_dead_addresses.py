"""Stop writing to addresses from which mail came back."""

import sqlalchemy as sa
from alembic import op

revision = "7d20b5f1c3ea"
down_revision = "0019a4d7c3e1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox_messages", sa.Column("recipient_mark", sa.String(64)))
    op.create_table(
        "undeliverable_addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_undeliverable_addresses"),
        sa.UniqueConstraint("address_hash", name="uq_undeliverable_addresses_address_hash"),
    )


def downgrade() -> None:
    op.drop_table("undeliverable_addresses")
    op.drop_column("outbox_messages", "recipient_mark")
