"""Opening a course, starting and dropping its revisions, sealing one, setting it in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.i18n import N_
from feedback_app.core.orm import new_public_id
from feedback_app.curricula import queries
from feedback_app.curricula.copying import copy_sections
from feedback_app.curricula.correcting import corrections_since, take_in
from feedback_app.curricula.describing import (
    Described,
    describe_sections,
    show_again,
    withhold,
)
from feedback_app.curricula.drafting import (
    NewSection,
    add_section,
    edit_section,
    lock_draft,
    move_section,
    new_section,
    place,
    remove_section,
    split_section,
)
from feedback_app.curricula.models import (
    Curriculum,
    Revision,
    RevisionState,
    Section,
    WithheldPassage,
)
from feedback_app.curricula.sealing import freeze, set_in_force
from feedback_app.curricula.states import erase_states
from feedback_app.curricula.withholding import Placeholder
from feedback_app.log.services import append
from feedback_app.organizations.models import Organization
from feedback_app.organizations.services import SlugTaken, SlugUnfit, check_slug
from feedback_app.policy import Actor, Permission, require

__all__ = [
    "Described",
    "NewSection",
    "Placeholder",
    "add_section",
    "create_curriculum",
    "describe_curriculum",
    "describe_sections",
    "drop_revision",
    "edit_section",
    "freeze",
    "move_section",
    "new_section",
    "read_passage",
    "remove_section",
    "set_in_force",
    "show_again",
    "split_section",
    "start_revision",
    "withhold",
]

_OWN_ADDRESSES = frozenset({"import", "uploads"})


class DraftExists(Conflict):
    message = N_("This course already has a draft. Finish or drop it first.")


class TitleMissing(Invalid):
    message = N_("Give the course a title.")
    field = "title"


class ReasonMissing(Invalid):
    message = N_("Say why. Residents will read it.")
    field = "reason"


def create_curriculum(
    session: Session,
    department: Organization,
    *,
    actor: Actor,
    title: str,
    slug: str,
    summary: str = "",
    audience: str = "",
    format: str = "",
    language: str = "en",
    topics: Sequence[str] = (),
    minutes: int = 0,
    sections: Sequence[NewSection] = (),
    import_facts: Mapping[str, Any] | None = None,
) -> Curriculum:
    """Open a course with a first draft, which only its department sees."""
    check_slug(slug)
    if slug in _OWN_ADDRESSES:
        raise SlugUnfit
    if queries.slug_is_taken(session, slug):
        raise SlugTaken
    if not title.strip():
        raise TitleMissing
    curriculum = Curriculum(
        public_id=new_public_id(),
        department_id=department.id,
        department=department,
        title=title.strip(),
        slug=slug,
        summary=summary,
        audience=audience,
        format=format,
        language=language,
        topics=list(topics),
        minutes=minutes,
    )
    actor = require(actor, Permission.EDIT_DRAFT, curriculum)
    session.add(curriculum)
    revision = _new_revision(session, curriculum, actor, number=1)
    revision.import_facts = dict(import_facts or {})
    place(session, revision, sections, actor=actor)
    append(
        session,
        actor=actor,
        kind="curriculum.created",
        subject=curriculum,
        parents=[department],
        facts={
            "slug": slug,
            "title": curriculum.title,
            "language": language,
            "minutes": minutes,
        },
    )
    return curriculum


def describe_curriculum(
    session: Session,
    curriculum: Curriculum,
    *,
    actor: Actor,
    title: str,
    summary: str,
    audience: str,
    format: str,
    topics: Sequence[str],
    minutes: int,
) -> None:
    """Change what is said about a course; the texts of its revisions are untouched."""
    actor = require(actor, Permission.EDIT_DRAFT, curriculum)
    if not title.strip():
        raise TitleMissing
    curriculum.title = title.strip()
    curriculum.summary, curriculum.audience, curriculum.format = summary, audience, format
    curriculum.topics, curriculum.minutes = list(topics), minutes
    draft = queries.find_draft(session, curriculum.id)
    if draft is not None:
        draft.title = curriculum.title
    append(
        session,
        actor=actor,
        kind="curriculum.described",
        subject=curriculum,
        facts={"title": curriculum.title, "minutes": minutes},
    )


def start_revision(session: Session, curriculum: Curriculum, *, actor: Actor) -> Revision:
    """Begin a draft with the words of the newest published revision, keys and all.

    Where nothing was ever published, a dropped draft's words serve.
    """
    actor = require(actor, Permission.EDIT_DRAFT, curriculum)
    if queries.find_draft(session, curriculum.id) is not None:
        raise DraftExists
    base = _newest_regular(session, curriculum)
    newest = session.scalars(
        select(Revision)
        .where(Revision.curriculum_id == curriculum.id)
        .order_by(Revision.number.desc())
        .limit(1)
    ).first()
    number = newest.number + 1 if newest is not None else 1
    revision = _new_revision(session, curriculum, actor, number=number, base=base)
    origin = base or newest
    if origin is not None:
        copy_sections(session, origin, revision)
        for correction in corrections_since(session, origin) if base else ():
            take_in(session, correction, revision, actor=actor)
    return revision


def _newest_regular(session: Session, curriculum: Curriculum) -> Revision | None:
    """The newest published revision that is no urgent correction of an older one."""
    return session.scalars(
        select(Revision)
        .where(
            Revision.curriculum_id == curriculum.id,
            Revision.state == RevisionState.PUBLISHED,
            Revision.is_urgent.is_(False),
        )
        .order_by(Revision.number.desc())
        .limit(1)
    ).first()


def _new_revision(
    session: Session,
    curriculum: Curriculum,
    actor: Actor,
    *,
    number: int,
    base: Revision | None = None,
) -> Revision:
    revision = Revision(
        curriculum=curriculum,
        base=base,
        number=number,
        title=curriculum.title,
        language=curriculum.language,
        started_by_id=actor.account_id,
    )
    session.add(revision)
    try:
        session.flush()
    except IntegrityError as error:
        raise DraftExists from error
    return revision


def drop_revision(session: Session, revision: Revision, *, actor: Actor, reason: str) -> None:
    """Give a draft up; what was promised in it counts as a promise again."""
    actor, revision = lock_draft(session, revision, actor=actor)
    if not reason.strip():
        raise ReasonMissing
    revision.state = RevisionState.DROPPED
    revision.dropped_at = clock.now()
    revision.dropped_reason = reason.strip()
    erase_states(session, revision)
    append(
        session,
        actor=actor,
        kind="revision.dropped",
        subject=revision,
        parents=[revision.curriculum],
        facts={"number": revision.number, "reason": revision.dropped_reason},
    )


def read_passage(session: Session, section: Section, *, actor: Actor) -> WithheldPassage | None:
    """Show a withheld passage; that the board read it stands in the log, and when."""
    actor = require(actor, Permission.READ_WITHHELD, section.revision)
    passage = queries.find_passage(session, section)
    if passage is not None:
        append(
            session,
            actor=actor,
            kind="passage.read",
            subject=section.revision,
            facts={"section_key": section.key},
        )
    return passage
