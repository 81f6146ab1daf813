"""Say which "no" an answer speaks to: it was given once more.

Of the answers that are there, the first to each point that followed a "no" is one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0052c6e2a9f4"
down_revision = "0050c9a1e5b7"
branch_labels = None
depends_on = None

FIRST_AFTER_NO = """
INSERT INTO second_answers (disposition_id, verdict_id)
SELECT d.id, max(v.id)
FROM dispositions d
JOIN points p ON p.id = d.point_id
JOIN verdicts v ON v.comment_id = p.comment_id
WHERE NOT v.is_satisfied AND v.given_at < d.decided_at
AND v.given_at > (SELECT min(e.published_at) FROM dispositions e WHERE e.point_id = d.point_id)
AND NOT EXISTS (
    SELECT 1 FROM dispositions f JOIN verdicts w ON w.comment_id = p.comment_id
    WHERE f.point_id = d.point_id AND f.id < d.id AND NOT w.is_satisfied
    AND w.given_at < f.decided_at AND w.given_at > (
        SELECT min(e.published_at) FROM dispositions e WHERE e.point_id = d.point_id))
GROUP BY d.id
"""
EVENTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    op.create_table(
        "second_answers",
        sa.Column("disposition_id", sa.Integer(), nullable=False),
        sa.Column("verdict_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disposition_id"],
            ["dispositions.id"],
            name=op.f("fk_second_answers_disposition_id_dispositions"),
        ),
        sa.ForeignKeyConstraint(
            ["verdict_id"], ["verdicts.id"], name=op.f("fk_second_answers_verdict_id_verdicts")
        ),
        sa.PrimaryKeyConstraint("disposition_id", name=op.f("pk_second_answers")),
    )
    op.create_index(op.f("ix_second_answers_verdict_id"), "second_answers", ["verdict_id"])
    op.execute(FIRST_AFTER_NO)
    for event in EVENTS:
        name = f"frozen_second_answers_{event.lower()}"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON second_answers "
                f"BEGIN SELECT RAISE(ABORT, 'second_answers is frozen'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION 'second_answers is frozen' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON second_answers "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for event in EVENTS:
        name = f"frozen_second_answers_{event.lower()}"
        op.execute(
            f"DROP TRIGGER {name} ON second_answers" if postgresql else f"DROP TRIGGER {name}"
        )
        if postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_index(op.f("ix_second_answers_verdict_id"), "second_answers")
    op.drop_table("second_answers")
