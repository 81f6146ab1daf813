"""Everything about a draft's sections but their words: the grid, and what is not shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app.core.errors import Invalid
from feedback_app.core.html import word_count
from feedback_app.core.i18n import N_
from feedback_app.curricula.drafting import (
    SectionMoved,
    hold,
    lock_draft,
    sections_of,
    source_of,
    touch,
)
from feedback_app.curricula.models import (
    DraftAct,
    Openness,
    Revision,
    Section,
    SectionKind,
)
from feedback_app.curricula.states import keep_first
from feedback_app.curricula.withholding import (
    Placeholder,
    check_placeholder,
    hide,
    placeholder_of,
    show,
)
from feedback_app.policy import Actor

LONGEST_SUMMARY = 80


class FixedByNobody(Invalid):
    message = N_("Say what sets these words, for example a law or a policy with its number.")
    field = "authority"


class SummaryTooLong(Invalid):
    message = N_("Keep the short summary under 80 words.")
    field = "summary"


@dataclass(frozen=True)
class Described:
    """One row of the grid: everything about a section but its title and words."""

    key: str
    version: int
    kind: SectionKind
    minutes: int | None
    openness: Openness
    authority: str = ""
    summary: str = ""
    withheld: Placeholder | None = None


def describe_sections(
    session: Session, revision: Revision, rows: Sequence[Described], *, actor: Actor
) -> int:
    """Save the grid; rows that are as they were are left alone, so that authors who work on
    different sections do not meet. Gives how many changed."""
    actor, revision = lock_draft(session, revision, actor=actor)
    by_key = {section.key: section for section in sections_of(session, revision)}
    changed = 0
    for row in rows:
        section = by_key.get(row.key)
        if section is None:
            raise SectionMoved
        if _as_described(section) == row:
            continue
        if section.version != row.version:
            if _same_but_version(section, row):
                continue
            raise SectionMoved
        keep_first(session, revision, section, source_of(section))
        _describe(section, row)
        touch(section, revision, actor, DraftAct.FACTS)
        changed += 1
    session.flush()
    return changed


def check_described(row: Described) -> None:
    """The rules of one row; the grid's page asks them row by row."""
    if row.openness is not Openness.OPEN and not row.authority.strip():
        raise FixedByNobody
    if word_count(row.summary) > LONGEST_SUMMARY:
        raise SummaryTooLong
    if row.withheld is not None:
        check_placeholder(row.withheld)


def _describe(section: Section, row: Described) -> None:
    check_described(row)
    section.kind, section.minutes = row.kind, row.minutes
    section.openness = row.openness
    section.authority, section.summary = row.authority.strip(), row.summary.strip()
    if row.withheld is not None:
        hide(section, row.withheld)
    elif section.is_withheld:
        show(section)


def _as_described(section: Section) -> Described:
    return Described(
        key=section.key,
        version=section.version,
        kind=section.kind,
        minutes=section.minutes,
        openness=section.openness,
        authority=section.authority,
        summary=section.summary,
        withheld=placeholder_of(section),
    )


def _same_but_version(section: Section, row: Described) -> bool:
    mine = _as_described(section)
    return all(
        getattr(mine, name) == getattr(row, name)
        for name in Described.__dataclass_fields__
        if name != "version"
    )


def withhold(
    session: Session, section: Section, *, actor: Actor, version: int, placeholder: Placeholder
) -> None:
    """Keep a passage from the public text; what, who, why and who has read it stay public."""
    actor, revision = hold(session, section, actor=actor, version=version)
    hide(section, placeholder)
    touch(section, revision, actor, DraftAct.FACTS)
    session.flush()


def show_again(session: Session, section: Section, *, actor: Actor, version: int) -> None:
    """Put a withheld passage back into the text."""
    actor, revision = hold(session, section, actor=actor, version=version)
    if section.is_withheld:
        show(section)
        touch(section, revision, actor, DraftAct.FACTS)
    session.flush()
