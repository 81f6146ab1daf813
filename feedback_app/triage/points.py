"""Splitting a comment that asks for several things into its points."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments.models import Comment, Point
from feedback_app.core import clock
from feedback_app.core.sentences import sentences
from feedback_app.log import services as log
from feedback_app.policy import Actor, Permission
from feedback_app.triage import rules
from feedback_app.triage.models import Adoption, Cause, Disposition

Span = tuple[int, int]


@dataclass(frozen=True)
class Sentence:
    """A sentence of a comment's wording; `starts` says whether a point begins with it."""

    number: int
    start: int
    end: int
    text: str
    starts: bool


def sentences_of(body: str, points: Sequence[Span]) -> list[Sentence]:
    """The sentences among which a moderator marks where each ask begins; numbers from 1."""
    begun = {start for start, _ in points}
    return [
        Sentence(number, start, end, body[start:end], start in begun)
        for number, (start, end) in enumerate(sentences(body), start=1)
    ]


def spans_from(body: str, starts: Collection[int]) -> list[Span]:
    """The passages that begin with these sentences, each as long as until the next one begins.

    What stands before the first belongs to none: a letter's greeting asks for nothing.
    """
    found = sentences(body)
    places = sorted(set(starts))
    if any(not 1 <= place <= len(found) for place in places):
        raise rules.NotAStart
    if not places:
        return []
    ends = [place - 1 for place in places[1:]] + [len(found)]
    return [
        (found[place - 1][0], found[end - 1][1])
        for place, end in zip(places, ends, strict=True)
    ]


def split_comment(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    spans: Sequence[Span],
    version_number: int,
) -> list[Point]:
    """Give a comment one point per passage; without passages it is one ask again.

    Points whose passage stays keep their answers. Others are retired with theirs, unless one
    of those is public or tied to changed words.
    """
    actor = policy.require(actor, Permission.TRIAGE, comment)
    session.execute(select(Comment.id).where(Comment.id == comment.id).with_for_update())
    session.refresh(comment)
    if comment.is_reply:
        raise rules.RepliesNeedNoAnswer
    if comment.is_gone:
        raise rules.CommentWithdrawn
    if comment.version_number != version_number:
        raise rules.WordingChanged
    wanted = _wanted(comment, spans)
    active = _active(session, comment)
    if {(p.start, p.end) for p in active} == set(wanted) and all(
        p.version_number == version_number for p in active
    ):
        return active
    kept = {
        (p.start, p.end): p
        for p in active
        if (p.start, p.end) in wanted and p.version_number == version_number
    }
    _retire(session, [p for p in active if p not in kept.values()])
    points = _add(session, comment, wanted, kept, version_number)
    log.append(
        session,
        actor=actor,
        kind="comment.split",
        subject=comment,
        parents=points,
        facts={"points": len(points)},
    )
    return points


def _wanted(comment: Comment, spans: Sequence[Span]) -> list[tuple[int | None, int | None]]:
    if not spans:
        return [(None, None)]
    if len(spans) < 2:
        raise rules.TooFewStarts
    length = len(comment.current.body)
    at = 0
    for start, end in spans:
        if not at <= start < end <= length:
            raise rules.NotAStart
        at = end
    return list(spans)


def _active(session: Session, comment: Comment) -> list[Point]:
    return list(
        session.scalars(
            select(Point)
            .where(Point.comment_id == comment.id, Point.retired_at.is_(None))
            .order_by(Point.start, Point.number)
        )
    )


def _retire(session: Session, points: Sequence[Point]) -> None:
    ids = [point.id for point in points]
    tied = session.scalar(
        select(
            or_(
                exists().where(
                    Disposition.point_id.in_(ids), Disposition.published_at.is_not(None)
                ),
                exists().where(
                    Adoption.disposition_id == Disposition.id, Disposition.point_id.in_(ids)
                ),
                exists().where(Cause.point_id.in_(ids)),
            )
        )
    )
    if tied:
        raise rules.AnswerIsTied
    at = clock.now()
    for point in points:
        point.retired_at = at


def _add(
    session: Session,
    comment: Comment,
    wanted: Sequence[tuple[int | None, int | None]],
    kept: dict[tuple[int | None, int | None], Point],
    version_number: int,
) -> list[Point]:
    number = session.scalar(
        select(func.max(Point.number)).where(Point.comment_id == comment.id)
    )
    points = []
    for span in wanted:
        point = kept.get(span)
        if point is None:
            number = (number or 0) + 1
            point = Point(
                comment_id=comment.id,
                number=number,
                version_number=version_number,
                start=span[0],
                end=span[1],
            )
            session.add(point)
        points.append(point)
    session.flush()
    session.expire(comment, ["points"])
    return points
