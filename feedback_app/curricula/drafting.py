"""Changing the sections of a draft; nothing here touches a published text or the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.html import Rendered, render, word_count
from feedback_app.core.i18n import N_
from feedback_app.core.orm import new_key
from feedback_app.curricula.models import (
    DraftAct,
    Openness,
    Revision,
    Section,
    SectionKind,
)
from feedback_app.curricula.numbering import subtree
from feedback_app.curricula.states import keep, keep_first
from feedback_app.curricula.withholding import Placeholder, hide, placeholder_of
from feedback_app.policy import Actor, Permission, require


class DraftIsClosed(Conflict):
    message = N_("This draft has been published or dropped; its words can no longer change.")


class SectionMoved(Conflict):
    message = N_("Somebody changed this section while you were working on it.")


class SectionTitleMissing(Invalid):
    message = N_("Give the section a title.")
    field = "title"


class SectionUnknown(Invalid):
    message = N_("Choose a place in this draft.")
    field = "after"


class NothingToSplit(Invalid):
    message = N_("Choose where the new section begins.")
    field = "at"


@dataclass(frozen=True)
class NewSection:
    """A section before it has a row; made by `new_section`, which renders it."""

    title: str
    source: str
    rendered: Rendered
    key: str = field(default_factory=new_key)
    level: int = 1
    kind: SectionKind = SectionKind.CONTENT
    minutes: int | None = None
    openness: Openness = Openness.OPEN
    authority: str = ""
    summary: str = ""
    withheld: Placeholder | None = None


def new_section(
    *,
    title: str,
    source: str = "",
    key: str | None = None,
    level: int = 1,
    kind: SectionKind = SectionKind.CONTENT,
    minutes: int | None = None,
    openness: Openness = Openness.OPEN,
    authority: str = "",
    summary: str = "",
    withheld: Placeholder | None = None,
) -> NewSection:
    """Render a section under its key; slow for many, so it runs before the writing unit."""
    key = key or new_key()
    return NewSection(
        title=title,
        source=source,
        rendered=render(source, key=key),
        key=key,
        level=level,
        kind=kind,
        minutes=minutes,
        openness=openness,
        authority=authority,
        summary=summary,
        withheld=withheld,
    )


def lock_draft(
    session: Session,
    revision: Revision,
    *,
    actor: Actor,
    permission: Permission = Permission.EDIT_DRAFT,
) -> tuple[Actor, Revision]:
    """Check the right to change it, then hold the draft so that nobody else changes it."""
    actor = require(actor, permission, revision)
    held = session.scalars(
        select(Revision)
        .where(Revision.id == revision.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if not held.is_draft:
        raise DraftIsClosed
    return actor, held


def place(
    session: Session, revision: Revision, sections: Sequence[NewSection], *, actor: Actor
) -> None:
    """Put the first sections into an empty draft."""
    for position, given in enumerate(sections, start=1):
        session.add(_section(revision, given, position, actor))
    session.flush()


def add_section(
    session: Session,
    revision: Revision,
    given: NewSection,
    *,
    actor: Actor,
    after: str | None = None,
    act: DraftAct = DraftAct.ADDED,
) -> Section:
    """Add a section after the one of that key and all below it; without one, at the end."""
    actor, revision = lock_draft(session, revision, actor=actor)
    sections = sections_of(session, revision)
    at = len(sections)
    if after is not None:
        at = subtree([s.level for s in sections], _place_of(sections, after)).stop
    section = _section(revision, given, 0, actor)
    session.add(section)
    renumber([*sections[:at], section, *sections[at:]])
    revision.version += 1
    keep(session, revision, section, given.source, actor=actor, act=act)
    session.flush()
    return section


def _section(revision: Revision, given: NewSection, position: int, actor: Actor) -> Section:
    if not given.title.strip():
        raise SectionTitleMissing
    section = Section(
        revision_id=revision.id,
        key=given.key,
        position=position,
        level=given.level,
        language=revision.language,
        title=given.title.strip(),
        kind=given.kind,
        minutes=given.minutes,
        openness=given.openness,
        authority=given.authority.strip(),
        summary=given.summary.strip(),
        changed_by_id=actor.account_id,
        version=1,
        is_withheld=False,
    )
    write(section, given.source, given.rendered)
    if given.withheld is not None:
        hide(section, given.withheld)
    return section


def source_of(section: Section) -> str:
    """What its author writes: the passage itself, also when the public sees a placeholder."""
    return section.passage.source if section.passage is not None else section.source


def write(section: Section, source: str, rendered: Rendered) -> None:
    """The words go where they belong: behind the placeholder when they are not shown."""
    if section.is_withheld and section.passage is not None:
        section.passage.source = source
        section.passage.html, section.passage.text = rendered.html, rendered.text
    else:
        section.source, section.html, section.text = source, rendered.html, rendered.text
    section.words = word_count(rendered.text)


def edit_section(
    session: Session,
    section: Section,
    *,
    actor: Actor,
    version: int,
    title: str,
    source: str,
    rendered: Rendered,
) -> None:
    """Change a section's title and words; `rendered` is made from `source` beforehand.

    The same words once more make no new version.
    """
    actor, revision = hold(session, section, actor=actor, version=version)
    if not title.strip():
        raise SectionTitleMissing
    if (section.title, source_of(section)) == (title.strip(), source):
        return
    section.title = title.strip()
    write(section, source, rendered)
    touch(section, revision, actor)
    session.flush()


def remove_section(session: Session, section: Section, *, actor: Actor, version: int) -> None:
    """Take one section out of the draft; those below it stay."""
    actor, revision = hold(session, section, actor=actor, version=version)
    others = [each for each in sections_of(session, revision) if each is not section]
    source = source_of(section)
    keep(session, revision, section, source, actor=actor, act=DraftAct.REMOVED)
    session.delete(section)
    renumber(others)
    revision.version += 1
    session.flush()


def move_section(
    session: Session,
    section: Section,
    *,
    actor: Actor,
    version: int,
    after: str | None,
    level: int | None = None,
) -> None:
    """Put a section, with all below it, right after another one; `None` is the beginning.

    With a new level, what is below it moves in or out by as much.
    """
    actor, revision = hold(session, section, actor=actor, version=version)
    sections = sections_of(session, revision)
    own = subtree([s.level for s in sections], sections.index(section))
    moving = sections[own.start : own.stop]
    rest = sections[: own.start] + sections[own.stop :]
    at = 0 if after is None else _place_of(rest, after) + 1
    if level is not None:
        step = level - section.level
        for each in moving:
            each.level = min(3, max(1, each.level + step))
    renumber([*rest[:at], *moving, *rest[at:]])
    touch(section, revision, actor, DraftAct.MOVED)
    session.flush()


def split_section(
    session: Session,
    section: Section,
    *,
    actor: Actor,
    version: int,
    source: str,
    rendered: Rendered,
    second: NewSection,
) -> Section:
    """Cut a section in two; the first part keeps the key, the comments and all facts."""
    actor, revision = hold(session, section, actor=actor, version=version)
    if not source.strip() or not second.source.strip():
        raise NothingToSplit
    hidden = placeholder_of(section)
    write(section, source, rendered)
    fresh = _section(revision, second, 0, actor)
    fresh.level = section.level
    fresh.openness, fresh.authority = section.openness, section.authority
    if hidden is not None:
        hide(fresh, hidden)
    sections = sections_of(session, revision)
    at = sections.index(section) + 1
    session.add(fresh)
    renumber([*sections[:at], fresh, *sections[at:]])
    keep(session, revision, fresh, second.source, actor=actor, act=DraftAct.DIVIDED)
    touch(section, revision, actor, DraftAct.DIVIDED)
    session.flush()
    return fresh


def hold(
    session: Session, section: Section, *, actor: Actor, version: int
) -> tuple[Actor, Revision]:
    """Hold the draft and make sure the section is still the one that the actor saw."""
    held = lock_draft(session, section.revision, actor=actor)
    known = session.scalars(
        select(Section)
        .where(Section.id == section.id)
        .execution_options(populate_existing=True)
    ).first()
    if known is None or known.version != version:
        raise SectionMoved
    keep_first(session, held[1], known, source_of(known))
    return held


def touch(
    section: Section, revision: Revision, actor: Actor, act: DraftAct = DraftAct.SAVED
) -> None:
    """After every change: a new version of section and draft, and a state to keep."""
    session = object_session(section)
    assert session is not None
    keep(session, revision, section, source_of(section), actor=actor, act=act)
    section.version += 1
    section.changed_by_id = actor.account_id
    revision.version += 1


def sections_of(session: Session, revision: Revision) -> list[Section]:
    return list(
        session.scalars(
            select(Section)
            .where(Section.revision_id == revision.id)
            .order_by(Section.position)
            .execution_options(populate_existing=True)
        )
    )


def _place_of(sections: Sequence[Section], key: str) -> int:
    for n, section in enumerate(sections):
        if section.key == key:
            return n
    raise SectionUnknown


def renumber(sections: Sequence[Section]) -> None:
    for position, section in enumerate(sections, start=1):
        if section.position != position:
            section.position = position
