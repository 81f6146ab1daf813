"""Putting a whole edited text onto a draft: words, titles, order; what was not sent stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app.core.errors import Conflict
from feedback_app.core.html import Rendered
from feedback_app.core.i18n import N_
from feedback_app.curricula import drafting
from feedback_app.curricula.describing import Described, check_described
from feedback_app.curricula.drafting import (
    NewSection,
    lock_draft,
    sections_of,
    source_of,
    touch,
    write,
)
from feedback_app.curricula.models import DraftAct, Openness, Revision, Section, SectionKind
from feedback_app.curricula.states import keep, keep_first
from feedback_app.policy import Actor


class DraftMoved(Conflict):
    message = N_(
        "Somebody changed this draft while you were working on your file. Your file is still "
        "here: look at what it would change once more."
    )


@dataclass(frozen=True)
class Facts:
    """What a file cannot hold and a person may have said beside it."""

    kind: SectionKind
    minutes: int | None
    openness: Openness
    authority: str = ""


@dataclass(frozen=True)
class WantedSection:
    """A section as it shall be; without `rendered` its words stay, without `facts` those do."""

    key: str
    title: str
    level: int
    source: str = ""
    rendered: Rendered | None = None
    facts: Facts | None = None
    is_new: bool = False


def rearrange(
    session: Session,
    revision: Revision,
    wanted: Sequence[WantedSection],
    *,
    actor: Actor,
    version: int,
) -> Revision:
    """Make the draft these sections in this order; those that are not among them are gone.

    `version` is the draft's when the person looked at it. Summaries, placeholders and all that
    `wanted` does not name stay as they are.
    """
    actor, revision = lock_draft(session, revision, actor=actor)
    if revision.version != version:
        raise DraftMoved
    known = {section.key: section for section in sections_of(session, revision)}
    if not all(each.is_new or each.key in known for each in wanted):
        raise DraftMoved
    for key in known.keys() - {each.key for each in wanted}:
        gone = known[key]
        keep(session, revision, gone, source_of(gone), actor=actor, act=DraftAct.REMOVED)
        session.delete(gone)
    session.flush()
    for position, each in enumerate(wanted, start=1):
        if each.facts is not None:
            check_described(_row(each.key, each.facts))
        section = known.get(each.key)
        if section is None:
            section = drafting._section(revision, _fresh(each), position, actor)
            session.add(section)
            act = DraftAct.ADDED
            keep(session, revision, section, each.source, actor=actor, act=act)
            continue
        keep_first(session, revision, section, source_of(section))
        before = _shape(section)
        section.title, section.level, section.position = each.title, each.level, position
        if each.rendered is not None and not section.is_withheld:
            write(section, each.source, each.rendered)
        if each.facts is not None:
            section.kind, section.minutes = each.facts.kind, each.facts.minutes
            section.openness = each.facts.openness
            section.authority = each.facts.authority.strip()
        if _shape(section) != before:
            touch(section, revision, actor, DraftAct.BROUGHT_BACK)
    revision.version += 1
    session.flush()
    return revision


def _shape(section: Section) -> tuple[object, ...]:
    """Everything that this may change but the place."""
    return (
        section.title,
        section.level,
        section.source,
        section.kind,
        section.minutes,
        section.openness,
        section.authority,
    )


def _row(key: str, facts: Facts) -> Described:
    return Described(key, 0, facts.kind, facts.minutes, facts.openness, facts.authority)


def _fresh(wanted: WantedSection) -> NewSection:
    assert wanted.rendered is not None, "a new section has words"
    facts = wanted.facts or Facts(SectionKind.CONTENT, None, Openness.OPEN)
    return NewSection(
        title=wanted.title,
        source=wanted.source,
        rendered=wanted.rendered,
        key=wanted.key,
        level=wanted.level,
        kind=facts.kind,
        minutes=facts.minutes,
        openness=facts.openness,
        authority=facts.authority,
    )
