"""How the demo world's author revises, and how its moderator ties answers to the words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Point
from feedback_app.core.html import render
from feedback_app.curricula import describing, drafting
from feedback_app.curricula.comparison import Comparison
from feedback_app.curricula.models import Revision, Section, SectionKind
from feedback_app.demo import world
from feedback_app.demo.people import People
from feedback_app.demo.voices import Heard
from feedback_app.triage.adoption import adopt
from feedback_app.triage.causes import name_cause
from feedback_app.triage.gate import prepare
from feedback_app.triage.hunks import find_section, words_of
from feedback_app.triage.models import CauseKind
from feedback_app.triage.queries import latest_answer

OTHER_CAUSES = {
    "review": CauseKind.REVIEW,
    "recommendation": CauseKind.RECOMMENDATION,
    "law": CauseKind.LAW,
    "own": CauseKind.OWN,
}
ELSEWHERE = "The change is made where the course speaks of it."


def edit(session: Session, revision: Revision, who: People, heard: Heard, name: str) -> None:
    """Make every edit of a revision, then say why, then tie the answers to the new words."""
    edits = world.read(name)["edit"]
    for one in edits:
        _apply(session, revision, who, one)
    session.flush()
    comparison = prepare(session, revision).comparison
    for one in edits:
        section = _section(session, revision, one["section"])
        changes = _changes(comparison, section, one)
        for hunk, excerpt in changes:
            for key, kind in OTHER_CAUSES.items():
                if key in one:
                    name_cause(
                        session,
                        revision,
                        actor=who.author,
                        section_key=section.key,
                        kind=kind,
                        hunk=hunk,
                        excerpt=excerpt,
                        note=one[key],
                    )
        for point in _points(session, one, heard):
            for hunk, excerpt in changes:
                name_cause(
                    session,
                    revision,
                    actor=who.author,
                    section_key=section.key,
                    kind=CauseKind.POINT,
                    hunk=hunk,
                    excerpt=excerpt,
                    point=point,
                )
            _tie(session, revision, who, point, section, one, changes[0])


def _apply(session: Session, revision: Revision, who: People, one: dict[str, Any]) -> None:
    if "add_after" in one:
        drafting.add_section(
            session,
            revision,
            drafting.new_section(
                title=one["title"],
                source=one["new"],
                key=one["section"],
                level=one["level"],
                kind=SectionKind(one["kind"]),
                minutes=one["minutes"],
            ),
            actor=who.author,
            after=one["add_after"],
        )
        return
    section = _section(session, revision, one["section"])
    if "minutes" in one:
        describing.describe_sections(
            session, revision, [_with_minutes(section, one["minutes"])], actor=who.author
        )
        return
    source = section.source
    if "old" in one:
        if source.count(one["old"]) != 1:
            raise ValueError(f"{one['section']}: {one['old'][:40]!r} does not stand there once")
        source = source.replace(one["old"], one["new"])
    drafting.edit_section(
        session,
        section,
        actor=who.author,
        version=section.version,
        title=one.get("title", section.title),
        source=source,
        rendered=render(source, key=section.key),
    )


def _with_minutes(section: Section, minutes: int) -> describing.Described:
    return describing.Described(
        key=section.key,
        version=section.version,
        kind=section.kind,
        minutes=minutes,
        openness=section.openness,
        authority=section.authority,
        summary=section.summary,
    )


def _section(session: Session, revision: Revision, key: str) -> Section:
    return session.scalars(
        select(Section)
        .where(Section.revision_id == revision.id, Section.key == key)
        .execution_options(populate_existing=True)
    ).one()


def _words(one: dict[str, Any]) -> str:
    """The new words to which an answer is tied."""
    return str(one.get("tie") or one.get("new", ""))


def _place(section: Section, one: dict[str, Any]) -> int | None:
    words = _words(one)
    return section.text.find(words) if words and words in section.text else None


def _changes(
    comparison: Comparison | None, section: Section, one: dict[str, Any]
) -> list[tuple[int | None, str]]:
    """The numbers of the changes that an edit has made, and the words they are known by.

    A new section, and a new title, are changes as a whole.
    """
    start = _place(section, one)
    found = find_section(comparison, section.key)
    if found is None or "add_after" in one or "old" not in one:
        return [(None, "")]
    if start is None:  # words were taken out
        touched = [hunk for hunk in found.hunks if hunk.new_start == hunk.new_end]
    else:
        end = start + len(_words(one))
        touched = [h for h in found.hunks if h.new_start <= end and h.new_end >= start]
    return [(hunk.number, words_of(found, hunk.number)) for hunk in touched]


def _points(session: Session, one: dict[str, Any], heard: Heard) -> list[Point]:
    found = []
    for ref in one.get("causes", ()):
        if ref == "letters":
            found += [_point(session, heard.comments[letter], 1) for letter in heard.letters]
        elif ref.startswith("org."):
            found.append(_point(session, heard.comments["org"], int(ref[4:])))
        else:
            found.append(_point(session, heard.comments[ref], 1))
    return found


def _point(session: Session, comment: Comment, place: int) -> Point:
    points = session.scalars(
        select(Point)
        .where(Point.comment_id == comment.id, Point.retired_at.is_(None))
        .order_by(Point.start, Point.number)
    ).all()
    return points[place - 1]


def _tie(
    session: Session,
    revision: Revision,
    who: People,
    point: Point,
    section: Section,
    one: dict[str, Any],
    change: tuple[int | None, str],
) -> None:
    start = _place(section, one)
    answer = latest_answer(session, point)
    if start is None or answer is None:
        return
    adopt(
        session,
        answer,
        actor=who.moderator,
        revision=revision,
        section_key=section.key,
        start=start,
        end=start + len(_words(one)),
        hunk=change[0],
        excerpt=change[1],
        elsewhere_reason=_elsewhere(point, section),
    )


def _elsewhere(point: Point, section: Section) -> str:
    asked = point.comment.section_key
    return ELSEWHERE if asked not in (None, section.key) else ""
