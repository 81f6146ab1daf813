"""A part of each report's answers, drawn by lot, that board and host look at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments.models import Comment, Point
from feedback_app.core import clock
from feedback_app.core.errors import Conflict
from feedback_app.core.i18n import N_
from feedback_app.core.orm import new_salt
from feedback_app.curricula.models import Revision, RevisionState
from feedback_app.log import services as log
from feedback_app.log.models import LogEntry
from feedback_app.policy import Actor, Permission, Role
from feedback_app.triage.answer_facts import sign_of
from feedback_app.triage.models import PROMISES, Adoption, Disposition, Outcome
from feedback_app.triage.sample_models import FairMark, Side
from feedback_app.triage.sampling import drawn, size_of_sample


class NotDrawn(Conflict):
    message = N_("This answer was not drawn by lot, so it is not marked here.")


@dataclass(frozen=True)
class MarkRow:
    side: Side
    is_fair: bool
    reason: str
    marked_at: datetime


@dataclass(frozen=True)
class Tally:
    """What one side said of the drawn answers."""

    fair: int = 0
    unfair: int = 0

    @property
    def marked(self) -> int:
        return self.fair + self.unfair


@dataclass(frozen=True)
class SampleNumbers:
    """The result as it stands on the report."""

    answers: int
    drawn: int
    sides: Mapping[Side, Tally] = field(default_factory=dict)


@dataclass(frozen=True)
class DrawnAnswer:
    """`sign`: its outcome, which says "changed" only where the words have changed."""

    answer_id: str
    comment_id: str
    sign: str
    marks: Mapping[Side, MarkRow]


@dataclass(frozen=True)
class Sample:
    """The lot of one report, with all that is needed to draw it again."""

    seed: str
    position: int
    answer_ids: Sequence[str]
    drawn: Sequence[DrawnAnswer]

    def next_for(self, side: Side, after: str = "") -> str | None:
        """The next drawn answer that this side has not marked."""
        ids = [a.answer_id for a in self.drawn]
        start = ids.index(after) + 1 if after in ids else 0
        for answer in [*self.drawn[start:], *self.drawn[:start]]:
            if side not in answer.marks:
                return answer.answer_id
        return None


def mark_answer(
    session: Session, disposition: Disposition, *, actor: Actor, is_fair: bool, reason: str = ""
) -> FairMark:
    """Say whether a drawn answer is fair, for the board or the host; the latest counts.

    The same mark, sent twice, is one.
    """
    comment = disposition.point.comment
    actor = policy.require(actor, Permission.MARK_SAMPLE, comment)
    sample = sample_of(session, comment.round_id, comment.round.public_id)
    if sample is None or disposition.public_id not in {a.answer_id for a in sample.drawn}:
        raise NotDrawn
    assert actor.account_id is not None
    session.execute(
        select(Disposition.id).where(Disposition.id == disposition.id).with_for_update()
    )
    newest = session.scalars(
        select(FairMark)
        .where(FairMark.disposition_id == disposition.id, FairMark.side == side_of(actor))
        .order_by(FairMark.id.desc())
        .limit(1)
    ).first()
    said = (actor.account_id, is_fair, reason.strip())
    if newest is not None and said == (newest.marked_by_id, newest.is_fair, newest.reason):
        return newest
    mark = FairMark(
        disposition_id=disposition.id,
        side=side_of(actor),
        is_fair=is_fair,
        reason=reason.strip(),
        salt=new_salt(),
        marked_by_id=actor.account_id,
        marked_at=clock.now(),
    )
    session.add(mark)
    session.flush()
    log.append(
        session,
        actor=actor,
        kind="disposition.marked",
        subject=mark,
        parents=[disposition, comment.round],
        facts={"side": mark.side.value, "fair": is_fair},
        commitments={"reason": log.commitment(mark.salt, mark.reason)},
        at=mark.marked_at,
    )
    return mark


def side_of(actor: Actor) -> Side:
    """For whom somebody marks, by the hat that lets them."""
    is_board = actor.hat is not None and actor.hat.role is Role.REVIEWER
    return Side.BOARD if is_board else Side.HOST


def sample_of(session: Session, round_id: int, public_id: str) -> Sample | None:
    """The lot of a published report; nothing of it is stored, so that nothing can be chosen."""
    entry = session.execute(
        select(LogEntry.leaf_hash, LogEntry.position, LogEntry.at)
        .where(LogEntry.subject == public_id, LogEntry.kind == "report.published")
        .order_by(LogEntry.position)
        .limit(1)
    ).first()
    if entry is None:
        return None
    newest = (
        select(func.max(Disposition.id))
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Comment.round_id == round_id, Disposition.published_at <= entry.at)
        .group_by(Disposition.point_id)
    )
    rows = session.execute(
        select(Disposition.public_id, Disposition.id, Disposition.outcome, Comment.public_id)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Disposition.id.in_(newest))
        .order_by(Disposition.public_id)
    ).all()
    by_id = {row[0]: row for row in rows}
    chosen = drawn(by_id, entry.leaf_hash)
    marks = _marks(session, [by_id[id_].id for id_ in chosen])
    signs = signs_of(session, {by_id[id_].id: by_id[id_].outcome for id_ in chosen})
    return Sample(
        seed=entry.leaf_hash,
        position=entry.position,
        answer_ids=list(by_id),
        drawn=[
            DrawnAnswer(id_, row[3], signs[row.id], marks.get(row.id, {}))
            for id_, row in ((id_, by_id[id_]) for id_ in chosen)
        ],
    )


def signs_of(session: Session, outcomes: Mapping[int, Outcome]) -> dict[int, str]:
    """What each answer (its row) is called in public: a promise, until a published version
    holds the words."""
    promising = [id_ for id_, outcome in outcomes.items() if outcome in PROMISES]
    kept: set[int] = set()
    if promising:
        kept = set(
            session.scalars(
                select(Adoption.disposition_id)
                .join(Revision, Revision.id == Adoption.revision_id)
                .where(
                    Adoption.disposition_id.in_(promising),
                    Revision.state == RevisionState.PUBLISHED,
                )
            )
        )
    return {id_: sign_of(o, is_kept=id_ in kept) for id_, o in outcomes.items()}


def _marks(session: Session, ids: Sequence[int]) -> dict[int, dict[Side, MarkRow]]:
    found: dict[int, dict[Side, MarkRow]] = {}
    rows = session.execute(
        select(
            FairMark.disposition_id,
            FairMark.side,
            FairMark.is_fair,
            FairMark.reason,
            FairMark.marked_at,
        )
        .where(FairMark.disposition_id.in_(ids))
        .order_by(FairMark.id)
    )
    for row in rows:
        found.setdefault(row.disposition_id, {})[row.side] = MarkRow(*row[1:])
    return found


def sample_numbers(
    session: Session, round_id: int, published_at: datetime | None
) -> SampleNumbers | None:
    """The result in one statement, without drawing; only drawn answers ever get a mark."""
    if published_at is None:
        return None
    answers = (
        select(func.count(Disposition.point_id.distinct()))
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Comment.round_id == round_id, Disposition.published_at <= published_at)
        .scalar_subquery()
    )
    marks = (
        select(FairMark.id, FairMark.disposition_id, FairMark.side, FairMark.is_fair)
        .join(Disposition, Disposition.id == FairMark.disposition_id)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Comment.round_id == round_id)
        .subquery()
    )
    one = select(answers.label("answers")).subquery()
    rows = session.execute(
        select(one.c.answers, marks.c.disposition_id, marks.c.side, marks.c.is_fair)
        .outerjoin_from(one, marks, true())
        .order_by(marks.c.id)
    ).all()
    latest = {(row.disposition_id, row.side): row.is_fair for row in rows if row.side}
    sides = {side: Tally() for side in Side}
    for (_id, side), is_fair in latest.items():
        tally = sides[side]
        sides[side] = (
            replace(tally, fair=tally.fair + 1)
            if is_fair
            else replace(tally, unfair=tally.unfair + 1)
        )
    return SampleNumbers(rows[0].answers, size_of_sample(rows[0].answers), sides)
