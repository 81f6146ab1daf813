"""What a round's page says beside text and comments, asked for in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    String,
    Subquery,
    bindparam,
    cast,
    extract,
    func,
    literal,
    null,
    select,
    union_all,
)

from feedback_app.comments.conduct_queries import is_there
from feedback_app.comments.models import Comment, Endorsement
from feedback_app.comments.passages import Passage, by_section, spoken_of
from feedback_app.comments.rises import LEAST, Rises, hours_of, rises_from
from feedback_app.comments.showing import AT
from feedback_app.comments.spoken_models import SpokenComment
from feedback_app.core import clock
from feedback_app.core.database import Reading
from feedback_app.core.orm import UTCDateTime
from feedback_app.core.prepared import Prepared
from feedback_app.curricula.covering_models import CoveredPassage, CoverGround
from feedback_app.organizations.models import Organization
from feedback_app.policy import VISITOR, Actor
from feedback_app.rounds.models import Extension
from feedback_app.rounds.queries import ExtensionRow


class Open(Protocol):
    """As much of a round as its page facts need."""

    @property
    def id(self) -> int: ...
    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...


@dataclass(frozen=True)
class CoveredRow:
    """Words of a section that are not shown: on which ground, why, and since when."""

    ground: CoverGround
    note: str
    confirmed_at: datetime


@dataclass(frozen=True)
class PageFacts:
    extensions: Sequence[ExtensionRow]
    covered: Mapping[str, Sequence[CoveredRow]]
    """By section key, oldest first."""
    held: int
    held_since: datetime | None
    spoken: int
    """Recordings whose words are still to be typed."""
    rises: Rises
    passages: Mapping[str, Sequence[Passage]]
    """Which words people spoke about, by section key, as far as the viewer reads comments."""


def page_facts(
    session: Reading,
    period: Open,
    revision_id: int,
    came: Iterable[datetime],
    viewer: Actor = VISITOR,
) -> PageFacts:
    """`came`: when the round's comments were sent from the web (`margins.web_arrivals`)."""
    until = min(period.closes_at, clock.now())
    opened_at = min(period.opens_at, until)
    found: dict[str, list[Any]] = {}
    for row in _facts(viewer).rows(
        session,
        round_id=period.id,
        revision_id=revision_id,
        opened=int(opened_at.timestamp()),
        **{AT: clock.now()},
    ):
        found.setdefault(row.what, []).append(row)
    covered: dict[str, list[CoveredRow]] = {}
    for row in found.get("covered", ()):
        made = CoveredRow(CoverGround(row.name), row.said, row.first)
        covered.setdefault(row.key, []).append(made)
    held = found["held"][0]
    return PageFacts(
        extensions=[
            ExtensionRow(row.first, row.second, row.said, row.name, row.third)
            for row in found.get("extension", ())
        ],
        covered=covered,
        held=held.number,
        held_since=held.first,
        spoken=held.total,
        rises=Rises(
            rises_from(hours_of(came, opened_at), opened_at=opened_at, until=until),
            rises_from(
                ((row.place, row.number, row.total) for row in found.get("agreed", ())),
                opened_at=opened_at,
                until=until,
            ),
        ),
        passages=by_section(
            (row.key, row.place, row.total, row.number) for row in found.get("passage", ())
        ),
    )


@lru_cache(maxsize=64)
def _facts(viewer: Actor) -> Prepared:
    """Five small questions in one; a column that a kind does not need is empty in its rows."""
    none, zero = literal("", String), literal(0, BigInteger)
    never = cast(null(), UTCDateTime)

    def rows(what: str, *columns: Any) -> Any:
        names = ("key", "first", "second", "third", "said", "name", "place", "number", "total")
        labelled = (column.label(name) for column, name in zip(columns, names, strict=True))
        return select(literal(what, String).label("what"), *labelled)

    extended = (
        rows(
            "extension",
            none,
            Extension.closes_at_before,
            Extension.closes_at,
            Extension.recorded_at,
            Extension.reason,
            Organization.name,
            Extension.id,
            zero,
            zero,
        )
        .join(Organization, Organization.id == Extension.organization_id)
        .where(Extension.round_id == bindparam("round_id"))
    )
    since = CoveredPassage.confirmed_at
    covered = rows(
        "covered",
        CoveredPassage.section_key,
        since,
        since,
        since,
        CoveredPassage.note,
        cast(CoveredPassage.ground, String),
        CoveredPassage.id,
        zero,
        zero,
    ).where(CoveredPassage.revision_id == bindparam("revision_id"), since.is_not(None))
    oldest = func.min(Comment.held_at)
    held = rows(
        "held", none, oldest, oldest, oldest, none, none, zero, func.count(), _spoken()
    ).where(Comment.round_id == bindparam("round_id"), Comment.held_at.is_not(None), is_there())
    hour = _agreed_hours()
    agreed = rows(
        "agreed",
        none,
        never,
        never,
        never,
        none,
        none,
        hour.c.hour,
        hour.c.number,
        hour.c.total,
    )
    words = spoken_of(viewer).subquery()
    passages = rows(
        "passage",
        words.c.section_key,
        never,
        never,
        never,
        none,
        none,
        words.c.start,
        words.c.count,
        words.c.end,
    )
    every: Any = union_all(extended, covered, held, agreed, passages)
    return Prepared(every.order_by("what", "place"))


def _spoken() -> Any:
    waiting = select(cast(func.count(), BigInteger)).where(
        SpokenComment.round_id == bindparam("round_id"), SpokenComment.waits
    )
    return waiting.scalar_subquery()


def _agreed_hours() -> Subquery:
    return _full(
        _by_hour(Endorsement.given_at)
        .join(Comment, Comment.id == Endorsement.comment_id)
        .where(Comment.round_id == bindparam("round_id"))
    )


def _by_hour(at: Any) -> Any:
    """Counts by hours since the second `opened`, to the nearest second."""
    seconds = cast(extract("epoch", at), BigInteger)
    hour = (seconds - bindparam("opened", type_=BigInteger)) // 3600
    return select(hour.label("hour"), func.count().label("number")).group_by(hour)


def _full(counts: Any) -> Subquery:
    """Only hours with as many as a rise needs, so that few rows leave the database."""
    hours = counts.cte()
    total = select(func.sum(hours.c.number)).scalar_subquery()
    return (
        select(hours.c.hour, hours.c.number, cast(total, BigInteger).label("total"))
        .where(hours.c.number >= LEAST)
        .subquery()
    )
