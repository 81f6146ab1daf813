"""Tell followers what has happened: who follows what, what is told, and to whom."""

import sqlalchemy as sa
from alembic import op

revision = "a93e6b0d4c17"
down_revision = "0026b8e1d4a7"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "followers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("address", sa.String(254)),
        sa.Column("locale", sa.String(12), nullable=False),
        sa.Column("is_quiet", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(account_id IS NULL) <> (address IS NULL)",
            name=op.f("ck_followers_account_or_address"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_followers_account_id_accounts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_followers"),
        sa.UniqueConstraint("account_id", name="uq_followers_account_id"),
        sa.UniqueConstraint("address", name="uq_followers_address"),
        sa.UniqueConstraint("public_id", name="uq_followers_public_id"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(26), nullable=False),
        sa.Column("frequency", sa.String(32), nullable=False),
        sa.Column("followed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["followers.id"], name="fk_subscriptions_follower_id_followers"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.UniqueConstraint("public_id", name="uq_subscriptions_public_id"),
        sa.UniqueConstraint(
            "follower_id", "subject", name="uq_subscriptions_follower_id_subject"
        ),
    )
    op.create_index("ix_subscriptions_subject", "subscriptions", ["subject"])
    op.create_table(
        "follow_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("locale", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(26), nullable=False),
        sa.Column("frequency", sa.String(32), nullable=False),
        sa.Column("is_quiet", sa.Boolean(), nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_follow_requests"),
        sa.UniqueConstraint("token_hash", name="uq_follow_requests_token_hash"),
    )
    op.create_index("ix_follow_requests_address", "follow_requests", ["address"])
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("once_key", sa.String(160), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(26), nullable=False),
        sa.Column("parents", sa.JSON(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("true_until", MOMENT),
        sa.Column("told_up_to", sa.Integer(), nullable=False),
        sa.Column("told_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("once_key", name="uq_notices_once_key"),
        sa.UniqueConstraint("public_id", name="uq_notices_public_id"),
    )
    op.create_index("ix_notices_told_at", "notices", ["told_at"])
    op.create_table(
        "tellings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("mail_due_at", MOMENT),
        sa.Column("read_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["followers.id"], name="fk_tellings_follower_id_followers"
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name="fk_tellings_notice_id_notices"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tellings"),
        sa.UniqueConstraint(
            "notice_id", "follower_id", name="uq_tellings_notice_id_follower_id"
        ),
    )
    op.create_index("ix_tellings_follower_id", "tellings", ["follower_id"])
    op.create_index("ix_tellings_mail_due_at", "tellings", ["mail_due_at"])


def downgrade() -> None:
    for table in ("tellings", "notices", "follow_requests", "subscriptions", "followers"):
        op.drop_table(table)
