"""The margins of a reading page: each section's newest comments among all that came in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import compress
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select, union_all

from feedback_app.comments.cards import MarginCard, Margins
from feedback_app.comments.listings import (
    IN_ROUND,
    Period,
    card_columns,
    reply_threads,
    told_facts,
    with_translation,
)
from feedback_app.comments.models import Channel, Comment
from feedback_app.comments.showing import AT
from feedback_app.comments.sight import counted, visible_to
from feedback_app.core import clock
from feedback_app.core.database import Reading
from feedback_app.core.orm import alias
from feedback_app.core.prepared import Prepared, listed
from feedback_app.policy import VISITOR, Actor

_Reply = alias(Comment, "reply")


class Arrivals(NamedTuple):
    """Of all comments that a round's numbers count, each section's newest first.

    One sequence for each fact. `seen`: whether this viewer meets the comment.
    """

    ids: Sequence[int]
    keys: Sequence[str | None]
    languages: Sequence[str]
    channels: Sequence[str]
    submitted: Sequence[datetime]
    seen: Sequence[bool]

    def that_are_seen(self) -> Arrivals:
        if all(self.seen):
            return self
        columns: Any = (list(compress(column, self.seen)) for column in self)
        return Arrivals(*columns)

    def from_web(self) -> list[datetime]:
        return list(compress(self.submitted, map(Channel.WEB.value.__eq__, self.channels)))

    def newest(self, limit: int) -> dict[str | None, list[int]]:
        newest: dict[str | None, list[int]] = {}
        for key, id_ in zip(self.keys, self.ids, strict=True):
            if key not in newest:
                newest[key] = [id_]
            elif len(newest[key]) < limit:
                newest[key].append(id_)
        return newest


def web_arrivals(session: Reading, round_: Period) -> list[datetime]:
    """When the round's comments were sent from the web, shown yet or not."""
    return _arrivals(session, round_, VISITOR).from_web()


def newest_by_section(
    session: Reading, round_: Period, viewer: Actor = VISITOR, *, limit: int = 3
) -> Margins:
    """For each section its count and its newest threads, replies included, in two queries."""
    arrived = _arrivals(session, round_, viewer)
    seen = arrived.that_are_seen()
    wanted = seen.newest(limit)
    cards, replies = _read(session, viewer, [id_ for found in wanted.values() for id_ in found])
    languages, channels = told_facts(
        Counter(seen.languages),
        {Channel(word): count for word, count in Counter(seen.channels).items()},
    )
    return Margins(
        counts=Counter(seen.keys),
        newest={
            # On PostgreSQL one may have gone between the two questions.
            key: [cards[id_] for id_ in found if id_ in cards]
            for key, found in wanted.items()
        },
        replies=reply_threads(replies, ZoneInfo(round_.time_zone)) if replies else {},
        languages=languages,
        channels=channels,
        came=arrived.from_web(),
    )


def _arrivals(session: Reading, round_: Period, viewer: Actor) -> Arrivals:
    """Counted and ranked here: the database would take several passes for the same."""
    return Arrivals(*_arrived(viewer).columns(session, round_id=round_.id, **{AT: clock.now()}))


def _read(
    session: Reading, viewer: Actor, ids: Sequence[int]
) -> tuple[Mapping[int, MarginCard], Sequence[MarginCard]]:
    cards: dict[int, MarginCard] = {}
    replies: list[MarginCard] = []
    rows = _cards(viewer).rows(session, ids=json.dumps(ids), **{AT: clock.now()})
    for card in rows:
        if card.parent_id is None:
            cards[card.id] = card
        else:
            replies.append(card)
    return cards, replies


@lru_cache(maxsize=64)
def _arrived(viewer: Actor) -> Prepared:
    newest = (Comment.section_key.desc(), Comment.submitted_at.desc(), Comment.id.desc())
    facts = (Comment.section_key, Comment.language, Comment.channel, Comment.submitted_at)
    return Prepared(
        select(Comment.id, *facts, visible_to(viewer, IN_ROUND).label("is_seen"))
        .where(Comment.round_id == IN_ROUND, counted())
        .order_by(*newest),
        plain=True,
    )


@lru_cache(maxsize=64)
def _cards(viewer: Actor) -> Prepared:
    """The cards of what is listed as `ids`, and of every reply to it."""
    asked = listed("ids")
    wanted = union_all(
        select(asked.c.value.label("id")),
        select(_Reply.id).join(asked, _Reply.parent_id == asked.c.value),
    ).subquery("wanted")
    cards = with_translation(card_columns(viewer, replies=True, of=wanted))
    return Prepared(cards, MarginCard, plain=True)
