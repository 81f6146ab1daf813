"""Runs migrations on the connection that `core.schema` hands over."""

import sqlalchemy as sa
from alembic import context

from feedback_app.core.orm import CleanHTML, UTCDateTime
from feedback_app.models import Base


def render_item(kind, item, _context):
    """Migrations name plain types, so that none of them imports our code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, CleanHTML):
        return "sa.Text()"
    if kind == "type" and isinstance(item, sa.Enum):
        return "sa.String(32)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
