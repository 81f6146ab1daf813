"""Let an organization answer as one: what members offered, its draft, what it sent."""

import sqlalchemy as sa
from alembic import op

revision = "0049b6c2d8e1"
down_revision = "0051b2d9f5e3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joint_responses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("words_hash", sa.String(64), nullable=False),
        sa.Column("words_number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("members", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("comment_id", sa.Integer()),
        sa.CheckConstraint(
            "(sent_at IS NULL) = (comment_id IS NULL)",
            name=op.f("ck_joint_responses_sent_as_a_comment"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_joint_responses_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_joint_responses_organization_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_joint_responses_comment_id_comments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_responses")),
        sa.UniqueConstraint("public_id", name=op.f("uq_joint_responses_public_id")),
        sa.UniqueConstraint("words_hash", name=op.f("uq_joint_responses_words_hash")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_joint_responses_comment_id")),
        sa.UniqueConstraint(
            "round_id",
            "organization_id",
            name=op.f("uq_joint_responses_round_id_organization_id"),
        ),
    )
    op.create_index(
        op.f("ix_joint_responses_organization_id"), "joint_responses", ["organization_id"]
    )
    op.create_table(
        "response_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section_key", sa.String(8)),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["joint_responses.id"],
            name=op.f("fk_response_parts_response_id_joint_responses"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_parts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_response_parts_public_id")),
    )
    op.create_index(op.f("ix_response_parts_response_id"), "response_parts", ["response_id"])
    op.create_table(
        "response_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("is_linked", sa.Boolean(), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["joint_responses.id"],
            name=op.f("fk_response_offers_response_id_joint_responses"),
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_response_offers_comment_id_comments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_offers")),
        sa.UniqueConstraint("public_id", name=op.f("uq_response_offers_public_id")),
        sa.UniqueConstraint(
            "response_id", "comment_id", name=op.f("uq_response_offers_response_id_comment_id")
        ),
    )
    op.create_index(op.f("ix_response_offers_comment_id"), "response_offers", ["comment_id"])
    op.create_table(
        "response_sources",
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["part_id"],
            ["response_parts.id"],
            name=op.f("fk_response_sources_part_id_response_parts"),
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["response_offers.id"],
            name=op.f("fk_response_sources_offer_id_response_offers"),
        ),
        sa.PrimaryKeyConstraint("part_id", "offer_id", name=op.f("pk_response_sources")),
    )
    op.create_index(op.f("ix_response_sources_offer_id"), "response_sources", ["offer_id"])


def downgrade() -> None:
    op.drop_table("response_sources")
    op.drop_table("response_offers")
    op.drop_table("response_parts")
    op.drop_table("joint_responses")
