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

from sqlalchemy import BigInteger, case, cast, extract, outerjoin, select

from feedback_app.comments.cards import MarginCard, Margins, ReplyCard, Seldom
from feedback_app.comments.listings import (
    IN_ROUND,
    Period,
    card_columns,
    is_answered,
    is_translated,
    reply_threads,
    told_facts,
    with_translation,
)
from feedback_app.comments.models import Anchor, Channel, Comment, CommentVersion, Voice
from feedback_app.comments.showing import AT
from feedback_app.comments.sight import counted, visible_to
from feedback_app.comments.translation_models import CommentTranslation
from feedback_app.core import clock
from feedback_app.core.database import Reading
from feedback_app.core.prepared import Prepared, listed, packed
from feedback_app.policy import VISITOR, Actor


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

    def sections(self) -> dict[str | None, range]:
        """Where the comments of each section stand in the sequences."""
        places: dict[str | None, range] = {}
        end = 0
        for key, count in Counter(self.keys).items():
            places[key] = range(end, end := end + count)
        return places


def web_arrivals(session: Reading, round_: Period) -> list[datetime]:
    """When the round's comments were sent from the web, shown yet or not."""
    return _arrivals(session, round_, VISITOR).from_web()


def newest_by_section(
    session: Reading, round_: Period, viewer: Actor = VISITOR, *, limit: int = 3
) -> Margins:
    """For each section its count and its newest threads: two queries, a third for replies."""
    arrived = _arrivals(session, round_, viewer)
    seen = arrived.that_are_seen()
    sections = seen.sections()
    newest = _newest(session, seen, {key: each[:limit] for key, each in sections.items()})
    languages, channels = told_facts(
        Counter(seen.languages),
        {Channel(word): count for word, count in Counter(seen.channels).items()},
    )
    return Margins(
        counts={key: len(each) for key, each in sections.items()},
        newest=newest,
        replies=_replies(session, round_, viewer, newest),
        languages=languages,
        channels=channels,
        came=arrived.from_web(),
    )


def _arrivals(session: Reading, round_: Period, viewer: Actor) -> Arrivals:
    """Counted and ranked here: the database would take several passes for the same."""
    return Arrivals(*_arrived(viewer).columns(session, round_id=round_.id, **{AT: clock.now()}))


def _newest(
    session: Reading, seen: Arrivals, places: Mapping[str | None, range]
) -> dict[str | None, Sequence[MarginCard]]:
    ids, languages = seen.ids, seen.languages
    channels, submitted = seen.channels, seen.submitted
    asked = json.dumps([ids[at] for found in places.values() for at in found])
    rows = {
        row[0]: (*row[:-1], Seldom(*json.loads(row[-1]))) if row[-1] else row
        for row in _cards().plain_rows(session, ids=asked)
    }
    make = MarginCard._make
    return {
        # On PostgreSQL one may have gone between the two questions.
        key: [
            make((*rows[ids[at]], languages[at], channels[at], submitted[at]))
            for at in found
            if ids[at] in rows
        ]
        for key, found in places.items()
    }


def _replies(
    session: Reading,
    round_: Period,
    viewer: Actor,
    newest: Mapping[str | None, Sequence[MarginCard]],
) -> dict[int, list[ReplyCard]]:
    asked = [card.id for cards in newest.values() for card in cards if card.is_answered]
    if not asked:
        return {}
    values = {"ids": json.dumps(asked), "round_id": round_.id, AT: clock.now()}
    return reply_threads(_answers(viewer).rows(session, **values), ZoneInfo(round_.time_zone))


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


@lru_cache(maxsize=1)
def _cards() -> Prepared:
    """What is listed as `ids`, while it counts: everybody who meets it may read its words.

    Columns: the fields of `MarginCard` up to those that an arrival knows. All is joined
    outwards, because SQLite reads the tables of inner joins in any order it likes, all comments
    of the site first; what does not count any more is a row of nothing.
    """
    asked = listed("ids")
    wording = (CommentVersion.comment_id == Comment.id) & (
        CommentVersion.number == Comment.version_number
    )
    said_by = case((Comment.voice != Voice.ORGANIZATION, Comment.said_by))
    edited = cast(extract("epoch", Comment.edited_at), BigInteger)
    translated = (
        CommentTranslation.language,
        CommentTranslation.html,
        CommentTranslation.suggested_wording,
    )
    seldom = packed(
        said_by,
        Comment.said_of,
        edited,
        Comment.masked_reason,
        CommentVersion.suggested_wording,
        *translated,
    )
    return Prepared(
        select(
            Comment.id,
            Comment.public_id,
            Comment.display_name,
            Comment.kind,
            Comment.endorsements_count,
            is_answered(),
            CommentVersion.html,
            Anchor.exact,
            seldom,
        )
        .select_from(outerjoin(asked, Comment, (Comment.id == asked.c.value) & counted()))
        .outerjoin(CommentVersion, wording)
        .outerjoin(Anchor, Anchor.comment_id == Comment.id)
        .outerjoin(CommentTranslation, is_translated()),
        plain=True,
    )


@lru_cache(maxsize=64)
def _answers(viewer: Actor) -> Prepared:
    """The replies to what is listed as `ids`."""
    asked = listed("ids")
    cards = card_columns(viewer, replies=True)
    to_these = Comment.parent_id.in_(select(asked.c.value))
    return Prepared(with_translation(cards.where(to_these, visible_to(viewer, IN_ROUND))))
