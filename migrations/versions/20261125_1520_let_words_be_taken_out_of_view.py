"""Let two people take words of a published text out of view, and nothing else change in it."""

import sqlalchemy as sa
from alembic import op

revision = "0019a4d7c3e1"
down_revision = "c41d7e90ab35"
branch_labels = None
depends_on = None

PUBLISHED = "(SELECT state FROM revisions WHERE id = OLD.revision_id) = 'published'"
BEFORE = {
    "sections": PUBLISHED,
    "anchors": "1 = 1",
    "adoptions": PUBLISHED,
    "causes": PUBLISHED,
    "changes": PUBLISHED,
    "revision_pairs": PUBLISHED,
}
"""When a change was refused until now."""

STAY = {
    "sections": "id revision_id key position level language title kind minutes openness "
    "authority summary words salt version changed_by_id is_withheld withheld_what withheld_by "
    "withheld_ground withheld_seen_by corrected_in",
    "anchors": "id comment_id revision_id language section_key start end",
    "adoptions": "id public_id disposition_id revision_id section_key start end hunk "
    "elsewhere_reason made_by_id made_at",
    "causes": "id public_id revision_id section_key hunk kind point_id note named_by_id "
    "named_at",
    "changes": "id revision_id base_id section_key position kinds hunks",
    "revision_pairs": "id revision_id base_id",
}
"""What stays as it is even where words are taken out of view."""

LENGTHS = {
    "anchors": ("exact", "prefix", "suffix"),
    "adoptions": ("exact",),
    "causes": ("excerpt",),
}
KEPT = "public_id revision_id section_key start end ground note salt text_hash proposed_at"
BASE = "(SELECT base_id FROM revisions WHERE id = OLD.revision_id)"
INSIDE = 'substr(NEW.text, c.start + 1, c."end" - c.start)'
COVERED = {
    "sections": (
        "c.revision_id = OLD.revision_id AND c.section_key = OLD.key"
        " AND length(NEW.text) = length(OLD.text)"
        " AND substr(NEW.text, 1, c.start) = substr(OLD.text, 1, c.start)"
        ' AND substr(NEW.text, c."end" + 1) = substr(OLD.text, c."end" + 1)'
        f" AND rtrim({INSIDE}, '▮ \n\t') = ''"
    ),
    "anchors": "c.revision_id = OLD.revision_id AND c.section_key = OLD.section_key",
    "adoptions": f"c.revision_id IN (OLD.revision_id, {BASE})"
    " AND c.section_key = OLD.section_key",
    "causes": f"c.revision_id IN (OLD.revision_id, {BASE}) AND c.section_key = OLD.section_key",
    "changes": "c.revision_id IN (OLD.revision_id, OLD.base_id)",
    "revision_pairs": "c.revision_id IN (OLD.revision_id, OLD.base_id)",
}
"""Which confirmed row of `covered_passages` lets a stored copy change. A text changes only
inside the passage, and only to the sign."""


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _same(names: str) -> str:
    distinct = "IS NOT DISTINCT FROM" if _is_postgresql() else "IS"
    json = {"kinds", "hunks"}
    pairs = []
    for name in names.split():
        new, old = f'NEW."{name}"', f'OLD."{name}"'
        if name in json:  # PostgreSQL knows no equality of JSON
            new, old = f"CAST({new} AS TEXT)", f"CAST({old} AS TEXT)"
        pairs.append(f"{new} {distinct} {old}")
    return " AND ".join(pairs)


def _condition(table: str) -> str:
    lengths = [f"length(NEW.{name}) = length(OLD.{name})" for name in LENGTHS.get(table, ())]
    allowed = " AND ".join(
        [
            "EXISTS (SELECT 1 FROM covered_passages c WHERE c.confirmed_at IS NOT NULL"  # noqa: S608
            f" AND {COVERED[table]})",
            _same(STAY[table]),
            *lengths,
        ]
    )
    return f"{BEFORE[table]} AND NOT ({allowed})"


def _freeze(table: str, event: str, condition: str) -> None:
    name = f"frozen_{table}_{event.lower()}"
    if not _is_postgresql():
        op.execute(f"DROP TRIGGER IF EXISTS {name}")
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
        )
        return
    row = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{table} is frozen' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$"
    )
    op.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def upgrade() -> None:
    op.create_table(
        "covered_passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("section_key", sa.String(8), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("sealed_source", sa.Text(), nullable=True),
        sa.Column("sealed_html", sa.Text(), nullable=True),
        sa.Column("sealed_text", sa.Text(), nullable=True),
        sa.CheckConstraint(
            '"end" > start AND start >= 0', name=op.f("ck_covered_passages_span_not_empty")
        ),
        sa.CheckConstraint(
            "confirmed_by_id <> proposed_by_id", name=op.f("ck_covered_passages_two_people")
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR (confirmed_by_id IS NOT NULL AND sealed_text IS NOT NULL)",
            name=op.f("ck_covered_passages_confirmed_is_sealed"),
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revisions.id"],
            name=op.f("fk_covered_passages_revision_id_revisions"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["accounts.id"],
            name=op.f("fk_covered_passages_proposed_by_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_covered_passages_organization_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["accounts.id"],
            name=op.f("fk_covered_passages_confirmed_by_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_covered_passages")),
        sa.UniqueConstraint("public_id", name=op.f("uq_covered_passages_public_id")),
    )
    op.create_index(
        "ix_covered_passages_revision_section",
        "covered_passages",
        ["revision_id", "section_key"],
    )
    for table in BEFORE:
        _freeze(table, "UPDATE", _condition(table))
    _freeze(
        "covered_passages",
        "UPDATE",
        f"OLD.confirmed_at IS NOT NULL OR NOT ({_same(KEPT + ' proposed_by_id')})",
    )
    _freeze("covered_passages", "DELETE", "1 = 1")


def downgrade() -> None:
    for event in ("UPDATE", "DELETE"):
        name = f"frozen_covered_passages_{event.lower()}"
        if _is_postgresql():
            op.execute(f"DROP TRIGGER {name} ON covered_passages")
            op.execute(f"DROP FUNCTION {name}()")
        else:
            op.execute(f"DROP TRIGGER {name}")
    for table, condition in BEFORE.items():
        _freeze(table, "UPDATE", condition)
    op.drop_table("covered_passages")
