"""Looking up what is published for good: the versions of a course, the texts of several."""

from __future__ import annotations

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, contains_eager

from feedback_app.core.errors import NotFound
from feedback_app.curricula.models import Curriculum, Revision, RevisionState, Section
from feedback_app.curricula.queries import OUTLINE, SectionRow, numbered


def get_all_published(session: Session, slug: str) -> list[Revision]:
    """Every published version of a course, newest first, with course and department; one
    query."""
    found = session.scalars(
        select(Revision)
        .join(Revision.curriculum)
        .where(Curriculum.slug == slug, Revision.state == RevisionState.PUBLISHED)
        .options(contains_eager(Revision.curriculum).joinedload(Curriculum.department))
        .order_by(Revision.number.desc())
    ).all()
    if not found:
        raise NotFound
    return list(found)


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
