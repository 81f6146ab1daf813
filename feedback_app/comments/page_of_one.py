"""What the page of one comment says around it, asked for in one statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, String, func, select, union_all
from sqlalchemy.orm import Session

from feedback_app.comments.holders import Holder, is_held_by
from feedback_app.comments.joint_models import JointResponse, ResponseOffer
from feedback_app.comments.listings import told_facts
from feedback_app.comments.models import (
    Channel,
    Comment,
    CommentVersion,
    Endorsement,
    Point,
    Voice,
)
from feedback_app.comments.sight import counted, text_is_read, visible_to
from feedback_app.core.orm import UTCDateTime
from feedback_app.core.unions import part
from feedback_app.policy import Actor
from feedback_app.rounds.models import Participation


@dataclass(frozen=True)
class Link:
    """A comment at the other end of a link between a response and those who stand behind it."""

    public_id: str
    name: str | None
    words: str


@dataclass(frozen=True)
class Around:
    """`told`: languages and channels that enough comments of the round share to be told.

    `linked` are the comments behind a response, or the responses behind which one stands:
    links that their writers let everybody see, between texts that this viewer may read.
    """

    told: tuple[frozenset[str], frozenset[Channel]]
    linked: Sequence[Link]
    agrees: bool
    """Whether the holder agrees with the wording that is shown now."""
    point: str | None
    """The address of its first ask."""


def around(session: Session, comment: Comment, *, viewer: Actor, holder: Holder) -> Around:
    questions = [_shared(comment), _linked(comment, viewer), _first_ask(comment)]
    if holder.is_somebody:
        questions.append(_agreed(comment, holder))
    found: dict[str, list[Any]] = {}
    for row in session.execute(union_all(*questions)):
        found.setdefault(row.what, []).append(row)
    languages, channels = Counter[str](), Counter[Channel]()
    for row in found.get("shared", ()):
        languages[row.words] += row.number
        channels[Channel(row.name)] += row.number
    linked = sorted(found.get("linked", ()), key=lambda row: (row.at, row.number))
    points = found.get("ask", ())
    return Around(
        told=told_facts(languages, channels),
        linked=[Link(row.public_id, row.name, row.words) for row in linked],
        agrees="agreed" in found,
        point=points[0].public_id if points else None,
    )


_TYPES: dict[str, Any] = {
    "public_id": String,
    "name": String,
    "words": String,
    "number": Integer,
    "at": UTCDateTime,
}


def _shared(comment: Comment) -> Select[Any]:
    return (
        part(
            _TYPES, "shared", words=Comment.language, name=Comment.channel, number=func.count()
        )
        .where(Comment.round_id == comment.round_id, counted())
        .group_by(Comment.language, Comment.channel)
    )


def _linked(comment: Comment, viewer: Actor) -> Select[Any]:
    links = (
        part(
            _TYPES,
            "linked",
            public_id=Comment.public_id,
            name=Comment.display_name,
            words=CommentVersion.body,
            number=Comment.id,
            at=Comment.submitted_at,
        )
        .select_from(Comment)
        .join(
            CommentVersion,
            (CommentVersion.comment_id == Comment.id)
            & (CommentVersion.number == Comment.version_number),
        )
    )
    if comment.voice is Voice.ORGANIZATION:
        links = (
            links.join(ResponseOffer, ResponseOffer.comment_id == Comment.id)
            .join(JointResponse, JointResponse.id == ResponseOffer.response_id)
            .where(JointResponse.comment_id == comment.id)
        )
    else:
        links = (
            links.join(JointResponse, JointResponse.comment_id == Comment.id)
            .join(ResponseOffer, ResponseOffer.response_id == JointResponse.id)
            .where(ResponseOffer.comment_id == comment.id)
        )
    return links.where(
        ResponseOffer.is_linked,
        ResponseOffer.is_used,
        visible_to(viewer),
        text_is_read(viewer),
    )


def _first_ask(comment: Comment) -> Select[Any]:
    first = (
        select(Point.id)
        .where(Point.comment_id == comment.id, Point.retired_at.is_(None))
        .order_by(Point.number)
        .limit(1)
        .scalar_subquery()
    )
    return part(_TYPES, "ask", public_id=Point.public_id).where(Point.id == first)


def _agreed(comment: Comment, holder: Holder) -> Select[Any]:
    return (
        part(_TYPES, "agreed", number=Endorsement.id)
        .join(Participation, Participation.id == Endorsement.participation_id)
        .where(
            Endorsement.comment_id == comment.id,
            Endorsement.version_number == comment.version_number,
            is_held_by(holder),
        )
    )
