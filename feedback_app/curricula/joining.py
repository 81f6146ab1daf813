"""Making one section of a draft out of two that follow one another."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.core.errors import Invalid
from feedback_app.core.html import Rendered
from feedback_app.core.i18n import N_
from feedback_app.curricula.drafting import (
    SectionMoved,
    SectionTitleMissing,
    hold,
    renumber,
    sections_of,
    source_of,
    touch,
    write,
)
from feedback_app.curricula.models import DraftAct, Openness, Section
from feedback_app.curricula.states import keep, keep_first
from feedback_app.policy import Actor

_NARROWEST = [Openness.OPEN, Openness.PARTLY, Openness.FIXED]


class OneIsNotShown(Invalid):
    message = N_(
        "One of the two is not shown to the public. Show both or neither, then join them."
    )


def join_sections(
    session: Session,
    section: Section,
    second: Section,
    *,
    actor: Actor,
    version: int,
    second_version: int,
    title: str,
    source: str,
    rendered: Rendered,
) -> None:
    """Put the section that follows into this one, which keeps its key and its facts.

    Minutes are added up, and what can change is what could change in both. The other key goes;
    its comments find their words here. `source` and `rendered` are both texts, made beforehand.
    """
    actor, revision = hold(session, section, actor=actor, version=version)
    seen = session.scalars(
        select(Section).where(Section.id == second.id).execution_options(populate_existing=True)
    ).first()
    sections = sections_of(session, revision)
    follows = sections.index(section) + 1
    if (
        seen is None
        or seen.version != second_version
        or sections[follows : follows + 1] != [seen]
    ):
        raise SectionMoved
    if section.is_withheld != seen.is_withheld:
        raise OneIsNotShown
    if not title.strip():
        raise SectionTitleMissing
    keep_first(session, revision, seen, source_of(seen))
    keep(session, revision, seen, source_of(seen), actor=actor, act=DraftAct.JOINED)
    section.title = title.strip()
    minutes = [each.minutes for each in (section, seen) if each.minutes is not None]
    section.minutes = sum(minutes) if minutes else None
    if _NARROWEST.index(seen.openness) > _NARROWEST.index(section.openness):
        section.openness, section.authority = seen.openness, seen.authority
    write(section, source, rendered)
    session.delete(seen)
    renumber([each for each in sections if each is not seen])
    touch(section, revision, actor, DraftAct.JOINED)
    session.flush()
