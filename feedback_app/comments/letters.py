"""Putting near-identical texts of a round together as they come in, by their words alone."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from heapq import nsmallest
from typing import NamedTuple

from sqlalchemy import BigInteger, Integer, and_, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from feedback_app.comments.letter_models import DuplicateGroup, GroupPoint, TextPrint
from feedback_app.comments.models import Comment, CommentVersion, Point
from feedback_app.comments.similarity import (
    COMMON,
    CROWD,
    EXAMPLE,
    EXAMPLES,
    FEWEST_WORDS,
    MOST_ALIKE,
    PRINTS,
    Likeness,
    likeness,
    prints_of,
    runs_of,
    words_of,
)
from feedback_app.core.prepared import Prepared, lines


class _Near(NamedTuple):
    """A text that shares prints with the one at hand."""

    comment_id: int
    point_id: int
    body: str
    group_id: int | None
    left_at: datetime | None


def take_in(
    session: Session, comment: Comment, point: Point, body: str, *, at: datetime
) -> DuplicateGroup | None:
    """Put a comment beside the letter that its words are, if they are one; never a part of it.

    Call it under the round's lock, once comment and point are stored. A text that a moderator
    has taken out of a letter brings nobody in, and is brought in by nobody.
    """
    words = words_of(body)
    if len(words) < FEWEST_WORDS:
        return None
    runs = runs_of(words)
    prints = _Prints(session, comment, prints_of(runs))
    best, most = None, Likeness(0.0, 0.0)
    was_parted = False
    for near in _texts(session, prints.most_alike()):
        found = likeness(runs, runs_of(words_of(near.body)))
        if not found.is_same_letter:
            continue
        if near.left_at is not None:
            was_parted = True
        elif found.alike > most.alike:
            best, most = near, found
            if most.alike >= EXAMPLE:
                break
    if best is None:
        if not was_parted:
            prints.keep()
        return None
    group = _group(session, comment, best, at)
    _join(session, group, point.id, text_hash(words), at)
    if most.alike < EXAMPLE and group.examples < EXAMPLES:
        group.examples += 1
        prints.keep()
    session.flush()
    return group


def whole_point(session: Session, comment: Comment) -> Point | None:
    """The one point that is the comment itself; none of a reply or a comment that was split."""
    if comment.is_reply:
        return None
    return session.scalars(
        select(Point).where(
            Point.comment_id == comment.id, Point.retired_at.is_(None), Point.start.is_(None)
        )
    ).first()


def take_in_anew(session: Session, comment: Comment, *, at: datetime) -> None:
    """After other words were put to it: out of its letter, and into that of the new words.

    What a moderator took out stays out.
    """
    forget_prints(session, comment)
    point = whole_point(session, comment)
    if point is None:
        return
    known = session.get(GroupPoint, point.id)
    if known is not None and known.left_at is not None:
        return
    if known is not None:
        group = known.group
        session.delete(known)
        session.flush()
        keep_known(session, group)
    take_in(session, comment, point, comment.current.body, at=at)


def cover_prints(session: Session, comment: Comment) -> None:
    """After words were covered: prints and hashes are made of what is shown."""
    words = words_of(comment.current.body)
    point = whole_point(session, comment)
    member = session.get(GroupPoint, point.id) if point is not None else None
    if member is not None:
        member.text_hash = text_hash(words)
    known = session.scalar(
        select(TextPrint.comment_id).where(TextPrint.comment_id == comment.id).limit(1)
    )
    if known is None:
        return
    forget_prints(session, comment)
    if len(words) >= FEWEST_WORDS:
        _Prints(session, comment, prints_of(runs_of(words))).keep()


def forget(session: Session, comment: Comment) -> None:
    """After its words have gone: nothing that was made of them stays."""
    forget_prints(session, comment)
    for member in session.scalars(
        select(GroupPoint)
        .join(Point, Point.id == GroupPoint.point_id)
        .where(Point.comment_id == comment.id)
    ).all():
        group = member.group
        session.delete(member)
        session.flush()
        keep_known(session, group)


def keep_known(session: Session, group: DuplicateGroup) -> None:
    """After somebody has left a letter: one of those who are in it must be found by prints,
    and the words that stand for all of them must be those of somebody who is in it."""
    _lead_anew(session, group)
    inside = (
        select(Comment)
        .join(Point, Point.comment_id == Comment.id)
        .join(GroupPoint, GroupPoint.point_id == Point.id)
        .where(GroupPoint.group_id == group.id, GroupPoint.left_at.is_(None))
    )
    known = session.scalar(
        inside.where(Comment.id.in_(select(TextPrint.comment_id)))
        .with_only_columns(Comment.id)
        .limit(1)
    )
    next_ = session.scalars(
        inside.order_by(Point.id != group.lead_id, Point.id).limit(1)
    ).first()
    if known is None and next_ is not None:
        prints = prints_of(runs_of(words_of(next_.current.body)))
        _Prints(session, next_, prints).keep()


def _lead_anew(session: Session, group: DuplicateGroup) -> None:
    """The wording that most of those inside have; of equally many the shortest, so that one
    sender's own story does not stand for all."""
    many = func.count()
    lead = session.execute(
        select(func.min(GroupPoint.point_id), many)
        .join(Point, Point.id == GroupPoint.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(
            CommentVersion,
            and_(
                CommentVersion.comment_id == Comment.id,
                CommentVersion.number == Comment.version_number,
            ),
        )
        .where(
            GroupPoint.group_id == group.id,
            GroupPoint.left_at.is_(None),
            Comment.held_at.is_(None),
            Comment.withdrawn_at.is_(None),
            Comment.erased_at.is_(None),
        )
        .group_by(GroupPoint.text_hash)
        .order_by(many.desc(), func.min(func.length(CommentVersion.body)))
        .order_by(func.min(GroupPoint.point_id))
        .limit(1)
    ).first()
    if lead is not None:
        group.lead_id, group.lead_count = lead
        session.flush()
        session.expire(group, ["lead"])


def forget_prints(session: Session, comment: Comment) -> None:
    session.execute(delete(TextPrint).where(TextPrint.comment_id == comment.id))


def text_hash(words: Sequence[bytes]) -> str:
    """The same for texts that differ in case, accents and signs alone."""
    return hashlib.sha256(b" ".join(words)).hexdigest()[:32]


_HOLDERS = Prepared(
    select(TextPrint.number, TextPrint.comment_id).where(
        TextPrint.round_id == bindparam("round_id"),
        TextPrint.number.in_([bindparam(f"n{place}") for place in range(PRINTS)]),
    )
)


_found = lines("numbers", {"number": BigInteger()})
_KEPT = Prepared(
    insert(TextPrint).from_select(
        ["round_id", "number", "comment_id"],
        select(
            bindparam("round_id", type_=Integer),
            _found.c.number,
            bindparam("comment_id", type_=Integer),
        ),
    )
)


class _Prints:
    """The prints of one text, and who else in its round has them."""

    def __init__(self, session: Session, comment: Comment, numbers: Sequence[int]) -> None:
        self.session, self.comment = session, comment
        self.numbers = numbers
        filled = [*numbers, *[-1] * (PRINTS - len(numbers))]
        self.rows = _HOLDERS.rows(
            session,
            round_id=comment.round_id,
            **{f"n{place}": number for place, number in enumerate(filled)},
        )

    def most_alike(self) -> list[int]:
        """Comments that share several of them, the most alike first."""
        seen = Counter(id_ for _, id_ in self.rows if id_ != self.comment.id)
        often = [(-number, id_) for id_, number in seen.items() if number >= COMMON]
        return [id_ for _, id_ in nsmallest(MOST_ALIKE, often)]

    def keep(self) -> None:
        """What a crowd has said already tells nobody apart; it is not written down again."""
        crowds = Counter(number for number, _ in self.rows)
        telling = [[number] for number in self.numbers if crowds[number] < CROWD]
        _KEPT.run(
            self.session,
            round_id=self.comment.round_id,
            numbers=json.dumps(telling),
            comment_id=self.comment.id,
        )


def _texts(session: Session, comment_ids: Sequence[int]) -> list[_Near]:
    """The words of these comments as they are shown, in this order."""
    if not comment_ids:
        return []
    rows = session.execute(
        select(
            Comment.id, Point.id, CommentVersion.body, GroupPoint.group_id, GroupPoint.left_at
        )
        .select_from(Comment)
        .join(
            Point,
            and_(
                Point.comment_id == Comment.id,
                Point.retired_at.is_(None),
                Point.start.is_(None),
            ),
        )
        .join(
            CommentVersion,
            and_(
                CommentVersion.comment_id == Comment.id,
                CommentVersion.number == Comment.version_number,
            ),
        )
        .outerjoin(GroupPoint, GroupPoint.point_id == Point.id)
        .where(Comment.id.in_(comment_ids))
    )
    return sorted((_Near(*row) for row in rows), key=lambda n: comment_ids.index(n.comment_id))


def _group(session: Session, comment: Comment, best: _Near, at: datetime) -> DuplicateGroup:
    """The letter of the text that it is most alike; begun with that one where it had none."""
    if best.group_id is not None:
        return session.get_one(DuplicateGroup, best.group_id)
    group = DuplicateGroup(round_id=comment.round_id, lead_id=best.point_id, found_at=at)
    session.add(group)
    session.flush()
    session.add(
        GroupPoint(
            point_id=best.point_id,
            group_id=group.id,
            text_hash=text_hash(words_of(best.body)),
            joined_at=at,
        )
    )
    session.flush()
    return group


def _join(
    session: Session, group: DuplicateGroup, point_id: int, hash_: str, at: datetime
) -> None:
    session.add(GroupPoint(point_id=point_id, group_id=group.id, text_hash=hash_, joined_at=at))
    session.flush()
    many, first = session.execute(
        select(func.count(), func.min(GroupPoint.point_id)).where(
            GroupPoint.group_id == group.id, GroupPoint.text_hash == hash_
        )
    ).one()
    if many > group.lead_count:
        group.lead, group.lead_count = session.get_one(Point, first), many
