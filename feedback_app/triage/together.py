"""One answer for many points: a row of its own for each, written at one moment."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import (
    Comment,
    CommentKind,
    CommentVersion,
    Point,
    words_of_point,
)
from feedback_app.core import clock
from feedback_app.core.errors import Invalid
from feedback_app.core.html import render_comment
from feedback_app.core.orm import new_public_id, new_salt
from feedback_app.log import services as log
from feedback_app.policy import Actor
from feedback_app.rounds.models import Round
from feedback_app.triage import rules, services
from feedback_app.triage.evidence import broken_evidence
from feedback_app.triage.models import Disposition, Outcome, Reason
from feedback_app.triage.queries import is_active, is_answered
from feedback_app.triage.signatures import Written, asks_for_two, texts_written
from feedback_app.triage.telling import chunks


class LotPoint(NamedTuple):
    """A point of a subject or a letter, as far as answering needs to know it."""

    id: int
    public_id: str
    version_number: int
    wording: str
    """The salt of its words: other words have another one, also where they replace these."""
    section_key: str | None
    kind: CommentKind | None
    suggests: bool
    is_part: bool
    is_answered: bool
    language: str

    @property
    def asks(self) -> bool:
        """Kind and wording speak for a whole comment, not for a passage of one."""
        return not self.is_part and (self.kind in services.ASKING or self.suggests)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said to all of them."""

    outcome: Outcome
    rationale: str
    office: str
    authority: str
    rationale_html: Markup | None = None
    reason: Reason | None = None
    reason_detail: str = ""
    due_on: date | None = None
    referred_to: str = ""
    covered_section_key: str | None = None
    covered_words: str = ""
    language: str = "en"
    translation: str = ""
    evidence_url: str = ""
    evidence_title: str = ""


@dataclass(frozen=True)
class Given:
    """What an answer for many has written; `left_out` and the answered before got nothing."""

    answers: Sequence[Disposition]
    left_out: int
    digest: str

    @property
    def signatures(self) -> int:
        """How many of them wait for a second person."""
        return sum(answer.needs_second for answer in self.answers)


def lot_points(*columns: Any) -> Select[Any]:
    """The points that the department may answer, as `LotPoint` columns; callers say which."""
    return (
        select(
            Point.id,
            Point.public_id,
            Comment.version_number,
            CommentVersion.salt.label("wording"),
            Comment.section_key,
            Comment.kind,
            case((CommentVersion.suggested_wording.is_not(None), 1), else_=0).label("suggests"),
            case((Point.start.is_not(None), 1), else_=0).label("is_part"),
            case((is_answered(), 1), else_=0).label("is_answered"),
            Comment.language,
            *columns,
        )
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentVersion, words_of_point())
        .where(is_active())
        .order_by(Point.id)
    )


def lot_token(points: Sequence[LotPoint]) -> str:
    """What an answer for many is written upon: who has none yet, and in which wording."""
    waiting = [
        f"{p.public_id}.{p.version_number}.{p.wording}" for p in points if not p.is_answered
    ]
    return hashlib.sha256("\n".join(waiting).encode()).hexdigest()[:32]


def answer_lot(
    session: Session,
    round_: Round,
    points: Sequence[LotPoint],
    *,
    actor: Actor,
    answer: Answer,
    left_out: Collection[str],
    based_on: str | None,
) -> Given:
    """Write one answer to each point that has none and is not left out (public ids).

    The caller has asked the policy, holds the lot's lock, writes by what each was given and
    logs it. `based_on` is the `lot_token` that the writer saw.
    """
    if based_on is not None and based_on != lot_token(points):
        raise rules.LotChanged
    waiting = [p for p in points if not p.is_answered]
    chosen = [p for p in waiting if p.public_id not in left_out]
    if not chosen:
        raise rules.NothingToAnswer
    for broken in broken_rules(round_, chosen, answer):
        raise broken
    _hold(session, chosen)
    answers, digest = write_answers(session, round_, chosen, actor=actor, answer=answer)
    return Given(answers, len(waiting) - len(chosen), digest)


def write_answers(
    session: Session,
    round_: Round,
    chosen: Sequence[LotPoint],
    *,
    actor: Actor,
    answer: Answer,
) -> tuple[list[Disposition], str]:
    """A row for each of them, and what the log seals of all; the caller holds the points."""
    covered = covered_passage(session, round_, answer)
    written = texts_written(session, round_.revision_id, actor.account_id)
    html = answer.rationale_html or render_comment(answer.rationale).html
    two = asks_for_two(session, round_.department_id)
    answers = [
        _disposition(
            point, answer, html, covered, actor, round_.revision_id, written, asks_for_two=two
        )
        for point in chosen
    ]
    session.add_all(answers)
    session.flush()
    return answers, _digest(chosen, answers)


def broken_rules(
    round_: Round, points: Sequence[LotPoint], answer: Answer
) -> Iterator[Invalid]:
    """What the vocabulary demands of this answer and is not there."""
    yield from services.broken_words(answer.rationale, answer.office, answer.authority)
    yield from broken_evidence(answer.evidence_url, answer.evidence_title)
    yield from services.broken_outcome(
        round_.time_zone,
        outcome=answer.outcome,
        reason=answer.reason,
        reason_detail=answer.reason_detail,
        due_on=answer.due_on,
        referred_to=answer.referred_to,
    )
    asking = sum(point.asks for point in points)
    if answer.outcome is Outcome.NOTED and asking:
        yield rules.SomeAskForSomething(count=asking)


def covered_passage(
    session: Session, round_: Round, answer: Answer
) -> tuple[str, int | None, int | None] | None:
    if answer.outcome is not Outcome.ALREADY_COVERED:
        return None
    return services.covered_passage(
        session, round_, answer.covered_section_key, answer.covered_words
    )


def _hold(session: Session, points: Sequence[LotPoint]) -> None:
    """Nobody answers one of them meanwhile; whoever just did wins."""
    for chunk in chunks([point.id for point in points]):
        session.execute(
            select(Point.id).where(Point.id.in_(chunk)).order_by(Point.id).with_for_update()
        )
        if session.scalar(
            select(Disposition.id).where(Disposition.point_id.in_(chunk)).limit(1)
        ):
            raise rules.LotChanged


def _disposition(
    point: LotPoint,
    answer: Answer,
    html: Markup,
    covered: tuple[str, int | None, int | None] | None,
    actor: Actor,
    revision_id: int,
    written: Written,
    *,
    asks_for_two: bool,
) -> Disposition:
    refuses = answer.outcome is Outcome.NOT_ADOPTED
    return Disposition(
        public_id=new_public_id(),
        point_id=point.id,
        outcome=answer.outcome,
        reason=answer.reason if refuses else None,
        reason_detail=answer.reason_detail.strip() if refuses else "",
        rationale=answer.rationale.strip(),
        rationale_html=html,
        language=answer.language,
        **services.translated(answer.translation, answer.language),
        evidence_url=answer.evidence_url.strip(),
        evidence_title=answer.evidence_title.strip(),
        from_list=True,
        office=answer.office.strip(),
        authority=answer.authority.strip(),
        due_on=answer.due_on if answer.outcome in services.TAKES_A_DAY else None,
        referred_to=answer.referred_to.strip()
        if answer.outcome is Outcome.OUT_OF_SCOPE
        else "",
        covered_revision_id=revision_id if covered else None,
        covered_section_key=covered[0] if covered else None,
        covered_start=covered[1] if covered else None,
        covered_end=covered[2] if covered else None,
        decided_by_id=actor.account_id,
        decided_at=clock.now(),
        needs_second=asks_for_two or written.speaks_of(point.section_key),
        salt=new_salt(),
    )


def _digest(points: Sequence[LotPoint], answers: Sequence[Disposition]) -> str:
    """SHA-256 over the canonical JSON list of (answer, point, commitment), ordered by id."""
    values = sorted(
        [answer.public_id, point.public_id, services.answer_commitment(answer)]
        for point, answer in zip(points, answers, strict=True)
    )
    return hashlib.sha256(log.canonical(values).encode()).hexdigest()
