"""Bringing back a saved state of a section; what stood there until now stays a state itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.core.html import Rendered
from feedback_app.curricula.drafting import (
    NewSection,
    add_section,
    hold,
    lock_draft,
    move_section,
    sections_of,
    touch,
    write,
)
from feedback_app.curricula.models import (
    DraftAct,
    DraftState,
    Openness,
    Revision,
    Section,
    SectionKind,
)
from feedback_app.curricula.withholding import Placeholder, hide
from feedback_app.policy import Actor


def restore_state(
    session: Session, state: DraftState, *, actor: Actor, version: int, rendered: Rendered
) -> Section:
    """Put a section back to how it stood; one that is gone comes back under its own key.

    `rendered` is made from the state's source beforehand. Words that were not shown to the
    public then, or are not shown now, stay so: only the grid shows them again.
    """
    revision = session.get_one(Revision, state.revision_id)
    section = session.scalars(
        select(Section).where(
            Section.revision_id == revision.id, Section.key == state.section_key
        )
    ).first()
    if section is None:
        return _add_again(session, revision, state, actor, rendered)
    actor, revision = hold(session, section, actor=actor, version=version)
    kept = state.attributes
    section.title = state.title
    section.kind, section.openness = SectionKind(kept["kind"]), Openness(kept["openness"])
    section.minutes = kept["minutes"]
    section.authority, section.summary = kept["authority"], kept["summary"]
    placeholder = _placeholder(kept)
    if placeholder is not None:
        hide(section, placeholder)
    write(section, state.source, rendered)
    touch(section, revision, actor, DraftAct.RESTORED)
    session.flush()
    return section


def _add_again(
    session: Session, revision: Revision, state: DraftState, actor: Actor, rendered: Rendered
) -> Section:
    kept = state.attributes
    actor, revision = lock_draft(session, revision, actor=actor)
    before = [s for s in sections_of(session, revision) if s.position < kept["position"]]
    given = NewSection(
        title=state.title,
        source=state.source,
        rendered=rendered,
        key=state.section_key,
        level=kept["level"],
        kind=SectionKind(kept["kind"]),
        minutes=kept["minutes"],
        openness=Openness(kept["openness"]),
        authority=kept["authority"],
        summary=kept["summary"],
        withheld=_placeholder(kept),
    )
    section = add_section(
        session,
        revision,
        given,
        actor=actor,
        after=before[-1].key if before else None,
        act=DraftAct.RESTORED,
    )
    if not before:
        move_section(session, section, actor=actor, version=section.version, after=None)
    return section


def _placeholder(kept: dict[str, Any]) -> Placeholder | None:
    if not kept["is_withheld"]:
        return None
    return Placeholder(
        kept["withheld_what"],
        kept["withheld_by"],
        kept["withheld_ground"],
        kept["withheld_seen_by"],
    )
