"""Looking up what is published for good: one version, and the texts of two side by side."""

from __future__ import annotations

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from feedback_app.core.errors import NotFound
from feedback_app.curricula.models import Curriculum, Revision, RevisionState, Section
from feedback_app.curricula.queries import OUTLINE, SectionRow, numbered


def get_published(session: Session, slug: str, number: int) -> Revision:
    """A published version with its course, department and the version before; one query."""
    revision = session.scalars(
        select(Revision)
        .join(Revision.curriculum)
        .where(
            Curriculum.slug == slug,
            Revision.number == number,
            Revision.state == RevisionState.PUBLISHED,
        )
        .options(
            contains_eager(Revision.curriculum).joinedload(Curriculum.department),
            joinedload(Revision.base),
        )
    ).first()
    if revision is None:
        raise NotFound
    return revision


def outlines(session: Session, revision_ids: list[int]) -> dict[int, list[SectionRow]]:
    """{revision id: its sections with their words}, from one query for all of them."""
    rows = session.execute(
        select(*OUTLINE, Section.html, Section.text, literal(""), Section.revision_id)
        .where(Section.revision_id.in_(revision_ids))
        .order_by(Section.position)
    ).all()
    return {
        revision_id: numbered([row for row in rows if row.revision_id == revision_id])
        for revision_id in revision_ids
    }
