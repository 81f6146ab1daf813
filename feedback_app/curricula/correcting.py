"""The urgent correction: a few words of the revision in force, beside the working draft."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.html import Rendered
from feedback_app.core.i18n import N_
from feedback_app.curricula import queries
from feedback_app.curricula.copying import copy_sections
from feedback_app.curricula.drafting import edit_section, hold, source_of, touch, write
from feedback_app.curricula.models import (
    Curriculum,
    DraftAct,
    DraftState,
    Revision,
    RevisionState,
    Section,
    UrgentCause,
)
from feedback_app.curricula.restoring import restore_state
from feedback_app.curricula.states import keep_first
from feedback_app.policy import Actor, Permission, require

MOST_SECTIONS = 3


class NothingInForce(Conflict):
    message = N_("No version of this course is being taught, so nothing needs this way.")


class CorrectionExists(Conflict):
    message = N_("This course already has an urgent correction. Publish or drop it first.")


class CauseNotNamed(Invalid):
    message = N_("Name the law, the order or the danger. Everybody will read it.")
    field = "note"


class TooManySections(Invalid):
    message = N_(
        "An urgent correction may change up to three sections. More belongs into the next "
        "version."
    )
    field = "source"


def find_correction(session: Session, curriculum_id: int) -> Revision | None:
    return session.scalars(
        select(Revision)
        .where(
            Revision.curriculum_id == curriculum_id,
            Revision.state == RevisionState.DRAFT,
            Revision.is_urgent.is_(True),
        )
        .options(joinedload(Revision.curriculum), joinedload(Revision.base))
    ).first()


def get_correction(session: Session, curriculum: Curriculum) -> Revision:
    found = find_correction(session, curriculum.id)
    if found is None:
        raise NotFound
    return found


def start_correction(
    session: Session, curriculum: Curriculum, *, actor: Actor, cause: UrgentCause, note: str
) -> Revision:
    """Begin with the words that are taught now; a working draft goes on beside it.

    The correction takes the working draft's number, because it will be public first.
    """
    actor = require(actor, Permission.EDIT_DRAFT, curriculum)
    if find_correction(session, curriculum.id) is not None:
        raise CorrectionExists
    taught = queries.in_force(session, curriculum.id, clock.now().date())
    if taught is None:
        raise NothingInForce
    if not note.strip():
        raise CauseNotNamed
    newest = session.scalars(
        select(func.max(Revision.number)).where(Revision.curriculum_id == curriculum.id)
    ).one()
    number = newest + 1
    draft = queries.find_draft(session, curriculum.id)
    if draft is not None:
        draft.number, number = number, draft.number
        session.flush()
    correction = Revision(
        curriculum=curriculum,
        base=taught,
        number=number,
        title=taught.title,
        language=taught.language,
        started_by_id=actor.account_id,
        is_urgent=True,
        urgent_cause=cause,
        urgent_note=note.strip(),
    )
    session.add(correction)
    session.flush()
    copy_sections(session, taught, correction)
    return correction


def correct_section(
    session: Session,
    section: Section,
    *,
    actor: Actor,
    version: int,
    source: str,
    rendered: Rendered,
) -> None:
    """Change the words of one section of a correction; at most three may be other."""
    edit_section(
        session,
        section,
        actor=actor,
        version=version,
        title=section.title,
        source=source,
        rendered=rendered,
    )
    _stays_small(session, section.revision)


def restore_corrected(
    session: Session, state: DraftState, *, actor: Actor, version: int, rendered: Rendered
) -> Section:
    """Put a section of a correction back to how it stood, by the same rule."""
    section = restore_state(session, state, actor=actor, version=version, rendered=rendered)
    _stays_small(session, section.revision)
    return section


def _stays_small(session: Session, correction: Revision) -> None:
    if len(corrected_keys(session, correction)) > MOST_SECTIONS:
        raise TooManySections


def corrected_keys(session: Session, correction: Revision) -> list[str]:
    """Sections whose words are other than in the revision that it corrects."""
    assert correction.base is not None
    old = _words(session, correction.base)
    new = _words(session, correction)
    return [key for key, words in new.items() if old.get(key) != words]


def _words(session: Session, revision: Revision) -> dict[str, str]:
    sections = queries.sections_with_passages(session, revision)
    return {section.key: source_of(section) for section in sections}


def take_in(session: Session, correction: Revision, draft: Revision, *, actor: Actor) -> None:
    """Bring a published correction into a working draft.

    Where the draft still has the words of before, it takes the corrected ones. Where its
    authors changed them too, the section is marked and they look at both; until then the
    draft is not published.
    """
    assert correction.base is not None
    keys = corrected_keys(session, correction)
    before = {s.key: s for s in queries.sections_with_passages(session, correction.base)}
    after = {s.key: s for s in queries.sections_with_passages(session, correction)}
    for section in queries.sections_with_passages(session, draft):
        if section.key not in keys or source_of(section) == source_of(after[section.key]):
            continue
        if source_of(section) != source_of(before[section.key]):
            section.corrected_in = correction.number
            section.version += 1
            continue
        new = after[section.key]
        keep_first(session, draft, section, source_of(section))
        hidden = new.passage
        rendered = Rendered(*((hidden.html, hidden.text) if hidden else (new.html, new.text)))
        write(section, source_of(new), rendered)
        touch(section, draft, actor, DraftAct.CORRECTED)
    if draft.base_id == correction.base_id:
        draft.base = correction
    draft.version += 1
    session.flush()


def settle_correction(
    session: Session, section: Section, *, actor: Actor, version: int, number: int
) -> None:
    """The author has looked at both texts; what stands in the draft now is meant so."""
    actor, revision = hold(session, section, actor=actor, version=version)
    if section.corrected_in == number:
        section.corrected_in = None
        touch(section, revision, actor)
    session.flush()


def unsettled(session: Session, draft: Revision) -> Sequence[Section]:
    """Sections under which an urgent correction changed the words."""
    return session.scalars(
        select(Section)
        .where(Section.revision_id == draft.id, Section.corrected_in.is_not(None))
        .order_by(Section.position)
    ).all()


def taken_in(session: Session, draft: Revision) -> set[str]:
    """Keys of sections that took corrected words by themselves."""
    return set(
        session.scalars(
            select(DraftState.section_key).where(
                DraftState.revision_id == draft.id, DraftState.act == DraftAct.CORRECTED
            )
        )
    )


def corrections_since(session: Session, origin: Revision) -> Sequence[Revision]:
    """Published corrections that a draft begun with this revision's words lacks."""
    return session.scalars(
        select(Revision)
        .where(
            Revision.curriculum_id == origin.curriculum_id,
            Revision.state == RevisionState.PUBLISHED,
            Revision.is_urgent.is_(True),
            Revision.number > origin.number,
        )
        .order_by(Revision.number)
    ).all()
