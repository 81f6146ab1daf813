"""What a report says besides its answers: who was heard, and lines by section and subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Integer,
    ScalarSelect,
    Select,
    String,
    and_,
    case,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Point
from feedback_app.comments.sight import counted
from feedback_app.core.unions import part
from feedback_app.curricula.queries import SectionRow
from feedback_app.curricula.redline import Op, SectionComparison, from_json
from feedback_app.rounds.models import Round
from feedback_app.rounds.small_numbers import Told, told
from feedback_app.triage.answer_facts import AnswerFacts, Group
from feedback_app.triage.board_models import BoardCount, BoardLot, Stage
from feedback_app.triage.changes import before_and_after
from feedback_app.triage.models import Disposition
from feedback_app.triage.promises import Tie
from feedback_app.triage.queries import must_be_answered
from feedback_app.triage.theme_models import Theme


@dataclass(frozen=True)
class Heard:
    """What came in, and by which ways as far as five or more share one."""

    comments: int
    withdrawn: int
    hidden: int
    late: int
    unanswered: int
    answers: int
    note: str
    channels: Told[str]
    languages: Told[str]
    themes: Mapping[tuple[str, str], Set[int]]
    """The asks of each subject with a public answer, by its title and language."""


def heard_in(session: Session, round_id: int) -> Heard:
    """In one statement; channels and languages of those that everybody reads alone."""
    rows: list[Any] = []
    themes: dict[tuple[str, str], set[int]] = {}
    for row in session.execute(union_all(_counts(round_id), _members(round_id))):
        if row.what == "counts":
            rows.append(row)
        else:
            themes.setdefault((row.title, row.language), set()).add(row.number)
    channels: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    for row in rows:
        channels[row.title] += row.counted
        languages[row.language] += row.counted
    return Heard(
        comments=sum(row.number for row in rows),
        withdrawn=sum(row.withdrawn for row in rows),
        hidden=sum(row.hidden for row in rows),
        late=sum(row.late for row in rows),
        unanswered=rows[0].unanswered if rows else 0,
        answers=rows[0].answers if rows else 0,
        note=(rows[0].note if rows else "") or "",
        channels=told(+channels),
        languages=told(+languages),
        themes=themes,
    )


_TYPES = {"title": String, "language": String, "note": String} | dict.fromkeys(
    ("number", "withdrawn", "hidden", "late", "counted", "unanswered", "answers"), Integer
)


def _counts(round_id: int) -> Select[Any]:
    late = and_(Comment.is_late, Comment.withdrawn_at.is_(None))
    taken = or_(Comment.hidden_at.is_not(None), Comment.erased_at.is_not(None))
    return (
        part(
            _TYPES,
            "counts",
            title=Comment.channel,
            language=Comment.language,
            number=func.count(),
            withdrawn=func.count(Comment.withdrawn_at),
            hidden=func.count(case((taken, 1))),
            late=func.count(case((late, 1))),
            counted=func.count(case((counted(), 1))),
            unanswered=_unanswered(round_id),
            answers=_answers(round_id),
            note=select(Round.report_note).where(Round.id == round_id).scalar_subquery(),
        )
        .select_from(Comment)
        .where(Comment.round_id == round_id, Comment.parent_id.is_(None))
        .group_by(Comment.channel, Comment.language)
    )


def _members(round_id: int) -> Select[Any]:
    """The asks of each subject that have a public answer, from the board."""
    return (
        part(
            _TYPES,
            "theme",
            title=Theme.title,
            language=Theme.language,
            number=BoardLot.point_id,
        )
        .join(
            BoardLot,
            and_(
                BoardLot.facet == "theme",
                BoardLot.lot_id == Theme.id,
                BoardLot.stage == Stage.PUBLIC,
            ),
        )
        .where(Theme.round_id == round_id, Theme.ended_at.is_(None))
    )


def _unanswered(round_id: int) -> ScalarSelect[int]:
    """Points without a public answer; late ones are answered as a courtesy."""
    public = select(Disposition.id).where(
        Disposition.point_id == Point.id, Disposition.published_at.is_not(None)
    )
    return (
        select(func.count())
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Comment.round_id == round_id, must_be_answered(), ~public.exists())
        .correlate(None)
        .scalar_subquery()
    )


def _answers(round_id: int) -> ScalarSelect[int]:
    """Public answers to what the department reads, as the board counts them."""
    return (
        select(func.coalesce(func.sum(BoardCount.public), 0))
        .where(BoardCount.round_id == round_id, BoardCount.facet == "all")
        .scalar_subquery()
    )


@dataclass(frozen=True)
class Verdicts:
    """What writers said of the answers; each comment once, whatever it asked for."""

    satisfied: int
    unsatisfied: int
    once_more: int
    helped_since: int
    """Of those answered once more: whose writers say now that it answered them."""
    unanswered_no: int
    """Whose writers said no, and to no ask of which anything was answered since."""

    @property
    def all(self) -> int:
        return self.satisfied + self.unsatisfied


def verdicts_in(facts: Sequence[AnswerFacts]) -> Verdicts:
    last = {fact.comment_row: fact.verdict for fact in facts if fact.verdict}
    again = {fact.comment_row for fact in facts if fact.is_once_more}
    said_no = {fact.comment_row for fact in facts if fact.says_now is False}
    return Verdicts(
        satisfied=sum(verdict.is_satisfied for verdict in last.values()),
        unsatisfied=sum(not verdict.is_satisfied for verdict in last.values()),
        once_more=len(again),
        helped_since=len({f.comment_row for f in facts if f.is_once_more and f.says_now}),
        unanswered_no=len(said_no - again),
    )


@dataclass(frozen=True)
class Part:
    """A line of the tables: a section or a subject with its answers by group."""

    title: str
    language: str | None
    answers: int
    changed: int
    promised: int
    unchanged: int
    other: int
    number: str = ""
    key: str = ""


def groups_by_section(facts: Sequence[AnswerFacts]) -> dict[str | None, Counter[Group]]:
    """{section key, or none for the whole course: answers by group}."""
    found: dict[str | None, Counter[Group]] = {}
    for fact in facts:
        found.setdefault(fact.section_key, Counter())[fact.group] += 1
    return found


def section_lines(
    sections: Sequence[SectionRow], found: Mapping[str | None, Counter[Group]]
) -> list[Part]:
    """Sections with answers in reading order; those of the whole course have no title."""
    lines = [_part("", None, found[None])] if None in found else []
    return lines + [
        _part(s.title, s.language, found[s.key], number=s.number, key=s.key)
        for s in sections
        if s.key in found
    ]


def theme_lines(heard: Heard, facts: Sequence[AnswerFacts]) -> list[Part]:
    """Subjects that have a public answer, the largest first; a point may be in several."""
    groups = {fact.point_row: fact.group for fact in facts}
    lines = [
        _part(title, language, Counter(groups[point] for point in answered))
        for (title, language), points in heard.themes.items()
        if (answered := points & groups.keys())  # between two statements one may go
    ]
    return sorted(lines, key=lambda line: (-line.answers, line.title))


def _part(title: str, language: str | None, groups: Counter[Group], **named: Any) -> Part:
    return Part(
        title,
        language,
        groups.total(),
        groups[Group.CHANGED],
        groups[Group.PROMISED],
        groups[Group.UNCHANGED],
        groups[Group.OTHER],
        **named,
    )


def redline_of(tie: Tie) -> list[tuple[str, str]]:
    """The paragraphs of one change as (op, words): its own words marked, the others as they
    stand now. Without a drawing the new words alone."""
    if tie.drawing is None or tie.hunk is None:
        return [(Op.ADDED.value, tie.exact)] if tie.exact else []
    section = from_json(tie.drawing).sections[0]
    tied = _tied(section, tie)
    pieces: list[tuple[str, str]] = []
    for block in section.blocks:
        if not tied & set(block.hunks):
            continue
        if pieces:
            pieces.append((Op.SAME.value, " "))
        pieces += [
            (run.op.value if run.hunk in tied else Op.SAME.value, run.text)
            for run in block.runs
            if run.hunk in tied or run.op is not Op.REMOVED
        ]
    if pieces:
        return pieces
    before, after = before_and_after(section, tie.hunk)
    return [(Op.REMOVED.value, before)] * bool(before) + [(Op.ADDED.value, after)] * bool(after)


def _tied(section: SectionComparison, tie: Tie) -> set[int]:
    """The changes that the tied words hold: the one they were tied by, and others in them."""
    inside = {
        hunk.number
        for hunk in section.hunks
        if (hunk.new_start < tie.end and tie.start < hunk.new_end)
        or (tie.start < hunk.new_start == hunk.new_end < tie.end)
    }
    return inside | ({tie.hunk} if tie.hunk else set())


def next_due(promises: Iterable[AnswerFacts]) -> date | None:
    """The first day that is promised and has not passed."""
    days = [p.standing.day for p in promises if p.standing and p.standing.day]
    return min(days, default=None)
