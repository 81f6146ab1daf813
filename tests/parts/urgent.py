"""A second course of the peopled demo world, with an urgent correction in progress."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.core.html import render
from feedback_app.curricula.correcting import correct_section, start_correction
from feedback_app.curricula.models import DraftState, RevisionState, UrgentCause
from feedback_app.curricula.services import NewSection, create_curriculum
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor


def urgent_course(session: Session, department: Organization, author: Actor) -> dict[str, str]:
    """One section is taught in other words than the correction has by now."""
    source = "The radio stays on."
    section = NewSection(title="Radio", source=source, rendered=render(source))
    course = create_curriculum(
        session, department, actor=author, title="Radio", slug="radio", sections=[section]
    )
    session.flush()
    taught = course.revisions[0]
    taught.state = RevisionState.PUBLISHED
    taught.published_at = clock.now() - timedelta(days=20)
    taught.content_hash = "0" * 64
    taught.in_force_on = (clock.now() - timedelta(days=9)).date()
    taught.in_force_note = "Order 1"
    session.flush()
    correction = start_correction(
        session, course, actor=author, cause=UrgentCause.LAW, note="Act 7 forbids it."
    )
    session.flush()
    corrected = correction.sections[0]
    source = "The radio stays off."
    correct_section(
        session,
        corrected,
        actor=author,
        version=corrected.version,
        source=source,
        rendered=render(source, key=corrected.key),
    )
    session.flush()
    state = session.scalars(
        select(DraftState.public_id).where(DraftState.revision_id == correction.id)
    ).first()
    assert state is not None
    return {"urgent": course.slug, "urgent_key": corrected.key, "urgent_state": state}
