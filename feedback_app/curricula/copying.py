"""Carrying the sections of one revision over to another that begins with its words."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback_app.curricula import queries
from feedback_app.curricula.models import Revision, Section, WithheldPassage

_COPIED = [
    column.key
    for column in Section.__table__.columns
    if column.key not in {"id", "revision_id", "salt", "version", "corrected_in"}
]


def copy_sections(session: Session, origin: Revision, revision: Revision) -> None:
    """Keys and facts stay; each copy has a salt of its own."""
    for section in queries.sections_with_passages(session, origin):
        copy = Section(
            revision_id=revision.id, **{name: getattr(section, name) for name in _COPIED}
        )
        session.add(copy)
        if section.passage is not None:
            hidden = section.passage
            copy.passage = WithheldPassage(
                source=hidden.source, html=hidden.html, text=hidden.text
            )
    session.flush()
