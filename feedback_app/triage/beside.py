"""What belongs to one point beside its words and answers, read at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Select,
    String,
    bindparam,
    case,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from feedback_app.accounts.models import Account
from feedback_app.comments.letter_models import DuplicateGroup, GroupPoint
from feedback_app.comments.models import Comment, Point
from feedback_app.core.orm import UTCDateTime, alias
from feedback_app.core.prepared import Prepared
from feedback_app.core.unions import part
from feedback_app.curricula.models import Revision, RevisionState
from feedback_app.rounds.models import Round
from feedback_app.triage.models import Adoption, Disposition, Outcome, Verdict
from feedback_app.triage.once_more_models import SecondAnswer
from feedback_app.triage.ready_models import ReadyText
from feedback_app.triage.ready_texts import Offered
from feedback_app.triage.theme_models import Theme, ThemePoint
from feedback_app.triage.work_models import Assignment, InputRequest, InternalNote


@dataclass(frozen=True)
class WorkLine:
    """Something said inside the department about one point; `reply` answers a question."""

    public_id: str
    is_question: bool
    words: str
    by: str
    by_id: int
    at: datetime
    reply: str
    reply_by: str | None
    is_open: bool


@dataclass(frozen=True)
class Named:
    """A subject or a letter that the point is in, by its address; a letter has no name."""

    public_id: str
    title: str
    language: str


@dataclass(frozen=True)
class Holder:
    """Who has the point, until when."""

    name: str
    due_on: date | None


@dataclass(frozen=True)
class Kept:
    """Words that keep what an answer promises; `answer_id` says which one."""

    answer_id: str
    number: int
    is_draft: bool
    words: str


@dataclass(frozen=True)
class Judged:
    """The newest word of whoever commented, and when they were answered once more."""

    is_satisfied: bool | None
    because: str
    given_at: datetime | None
    second_at: datetime | None


@dataclass(frozen=True)
class Beside:
    themes: Sequence[Named]
    letter: Named | None
    assignment: Holder | None
    lines: Sequence[WorkLine]
    ties: Sequence[Kept]
    """The words to which its answers are tied, of drafts and of published versions."""
    judged: Judged | None
    """Where the reader of the answers was not satisfied, or was answered once more."""
    ready: Sequence[Offered]
    """The department's texts that can be put into the reason."""
    signature: tuple[str, str]
    """Office and authority of the reader's last answer here, so that they are typed once."""


def beside(session: Session, point: Point, department_id: int, viewer_id: int | None) -> Beside:
    """One statement; questions and notes, which only the department reads, are among it."""
    rows = _BESIDE().rows(
        session, point_id=point.id, department_id=department_id, viewer_id=viewer_id or 0
    )

    def of(what: str) -> list[Any]:
        return [row for row in rows if row.what == what]

    held, signed = of("assignment"), of("signature")
    return Beside(
        themes=[
            Named(row.public_id, row.words, row.more)
            for row in sorted(of("theme"), key=lambda row: str(row.words))
        ],
        letter=next((Named(row.public_id, "", "") for row in of("letter")), None),
        assignment=Holder(held[0].name, held[0].until) if held else None,
        lines=_lines(of("question"), of("note")),
        ties=[
            Kept(row.public_id, row.by_id, row.more == RevisionState.DRAFT.value, row.words)
            for row in of("tie")
        ],
        judged=_judged(of("word"), of("second")),
        ready=[
            Offered(row.public_id, row.words, Outcome(row.more) if row.more else None)
            for row in sorted(of("ready"), key=lambda row: str(row.words).lower())
        ],
        signature=(signed[0].words, signed[0].more) if signed else ("", ""),
    )


def _judged(words: Sequence[Any], seconds: Sequence[Any]) -> Judged | None:
    if not words and not seconds:
        return None
    newest = max(words, key=lambda row: row.at) if words else None
    return Judged(
        is_satisfied=bool(newest.by_id) if newest else None,
        because=newest.words if newest else "",
        given_at=newest.at if newest else None,
        second_at=min((row.at for row in seconds), default=None),
    )


def _lines(questions: Sequence[Any], notes: Sequence[Any]) -> list[WorkLine]:
    """Oldest first."""
    found = [
        WorkLine(
            row.public_id,
            row.what == "question",
            row.words,
            row.name,
            row.by_id,
            row.at,
            row.more or "",
            row.other,
            row.what == "question" and row.ended_at is None,
        )
        for row in (*questions, *notes)
    ]
    return sorted(found, key=lambda line: line.at)


_TYPES: dict[str, Any] = {
    "public_id": String,
    "words": String,
    "more": String,
    "name": String,
    "other": String,
    "by_id": Integer,
    "at": UTCDateTime,
    "until": Date,
    "ended_at": UTCDateTime,
}
_Replier = alias(Account, "replier")


def _part(what: str, **columns: Any) -> Select[Any]:
    return part(_TYPES, what, **columns)


@cache
def _BESIDE() -> Prepared:  # noqa: N802 - a statement, made at its first use
    return Prepared(union_all(*_lots(), *_work(), *_answers(), *_typed_before()))


_POINT = bindparam("point_id", type_=Integer())
_DEPARTMENT = bindparam("department_id", type_=Integer())


def _lots() -> Sequence[Select[Any]]:
    """Its subjects and its letter."""
    themes = (
        _part("theme", public_id=Theme.public_id, words=Theme.title, more=Theme.language)
        .join(ThemePoint, ThemePoint.theme_id == Theme.id)
        .where(ThemePoint.point_id == _POINT, Theme.ended_at.is_(None))
    )
    letter = (
        _part("letter", public_id=DuplicateGroup.public_id)
        .join(GroupPoint, GroupPoint.group_id == DuplicateGroup.id)
        .where(GroupPoint.point_id == _POINT, GroupPoint.left_at.is_(None))
    )
    return themes, letter


def _work() -> Sequence[Select[Any]]:
    """Who has it, what authors were asked, and the notes of the department."""
    held = (
        _part("assignment", name=Account.name, until=Assignment.due_on)
        .join(Assignment, Assignment.assigned_to_id == Account.id)
        .where(Assignment.point_id == _POINT)
    )
    questions = (
        _part(
            "question",
            public_id=InputRequest.public_id,
            words=InputRequest.question,
            more=InputRequest.reply,
            name=Account.name,
            other=_Replier.name,
            by_id=InputRequest.asked_by_id,
            at=InputRequest.asked_at,
            ended_at=InputRequest.ended_at,
        )
        .select_from(InputRequest)
        .join(Account, Account.id == InputRequest.asked_by_id)
        .outerjoin(_Replier, _Replier.id == InputRequest.replied_by_id)
        .where(InputRequest.point_id == _POINT)
    )
    notes = (
        _part(
            "note",
            public_id=InternalNote.public_id,
            words=InternalNote.body,
            name=Account.name,
            by_id=InternalNote.written_by_id,
            at=InternalNote.written_at,
        )
        .select_from(InternalNote)
        .join(Account, Account.id == InternalNote.written_by_id)
        .where(InternalNote.point_id == _POINT)
    )
    return held, questions, notes


def _answers() -> Sequence[Select[Any]]:
    """What its writer said of the answers, which came once more, and to what they are tied."""
    words = (
        _part(
            "word",
            words=case((Comment.hidden_at.is_(None), Verdict.because), else_=""),
            by_id=case((Verdict.is_satisfied, 1), else_=0),
            at=Verdict.given_at,
        )
        .join(Comment, Comment.id == Verdict.comment_id)
        .join(Point, Point.comment_id == Comment.id)
        .where(Point.id == _POINT)
    )
    ties = (
        _part(
            "tie",
            public_id=Disposition.public_id,
            words=Adoption.exact,
            more=Revision.state,
            by_id=Revision.number,
        )
        .join(Adoption, Adoption.disposition_id == Disposition.id)
        .join(Revision, Revision.id == Adoption.revision_id)
        .where(Disposition.point_id == _POINT, Revision.state != RevisionState.DROPPED)
    )
    seconds = (
        _part("second", at=Disposition.published_at)
        .join(SecondAnswer, SecondAnswer.disposition_id == Disposition.id)
        .where(Disposition.point_id == _POINT, Disposition.published_at.is_not(None))
    )
    return words, seconds, ties


def _typed_before() -> Sequence[Select[Any]]:
    """The department's ready texts, and how the reader signed last."""
    ready = _part(
        "ready", public_id=ReadyText.public_id, words=ReadyText.name, more=ReadyText.outcome
    ).where(
        ReadyText.department_id == _DEPARTMENT,
        ReadyText.retired_at.is_(None),
    )
    signed = (
        _part("signature", words=Disposition.office, more=Disposition.authority)
        .select_from(Disposition)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(Round, Round.id == Comment.round_id)
        .where(
            Disposition.decided_by_id == bindparam("viewer_id", type_=Integer()),
            Round.department_id == _DEPARTMENT,
        )
        .order_by(Disposition.id.desc())
        .limit(1)
        .subquery()
    )
    return ready, select(signed)
