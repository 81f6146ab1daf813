"""What the board filters and counts by: one row per point, kept by triggers (decision 37)."""

from __future__ import annotations

import enum
from typing import Any

from sqlalchemy import ColumnElement, Computed, ForeignKey, Index, String, Text, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.comments.anchors import PlacementState
from feedback_app.core.orm import Base, moment

FACETS = ("kind", "channel", "language", "assigned_to_id")
"""Every row has a value of these, so their indexes hold every row."""
SPARSE = {
    "outcome": "outcome <> ''",
    "work": "work <> 'received'",
    "signature": "signature <> ''",
    "promise": "promise <> ''",
}
"""Few rows have a value of these when a comment comes in; their indexes hold only those."""
ENDORSED = "endorsements <> 0"
AGREED = "endorsements > 0"
"""The same in other words, so that an order by agreement and another are not taken for each
other: SQLite would read the first one's range and sort it."""


SHOWN = (
    *("section_key", "kind", "language", "outcome"),
    *("work", "stage", "signature", "promise", "late"),
)
"""What a list shows of a row, in one text: reading eight columns costs more than finding it."""
LOTS = ("theme", "group")
"""A point may be in many of these: a row for each in `BoardLot`, or one where it is in none."""
PLACES = tuple(PlacementState)
"""Where the newest version has a comment's words is a lot of the round, too: publishing changes
ten thousand of these at once, and few indexes hold them."""
AGAIN = "again"
"""The lot of those whose writer said "no", and who may be answered once more."""


def without(round_id: int) -> int:
    """The number of the lot of those that are in no subject, or no letter, of a round."""
    return -round_id


def of_round(round_id: int) -> int:
    """The number of the one lot of its kind in a round: a place, or those to answer again."""
    return round_id


class Stage(enum.StrEnum):
    """How far the answer of a point is; every index begins with it."""

    OPEN = "open"
    OPTIONAL = "optional"
    """No answer, and none is owed: it came late, or was set aside, or hidden as spam."""
    DECIDED = "decided"
    PUBLIC = "public"


class WorkState(enum.StrEnum):
    """The second axis of a point; the last three follow from adoptions and standings."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    NEEDS_INPUT = "needs_input"
    DECIDED = "decided"
    IN_REDRAFT = "in_redraft"
    PUBLISHED = "published"
    TAUGHT = "taught"


def _index(
    name: str, *columns: str, where: str | None = None, beside: tuple[str, ...] = ()
) -> Index:
    condition = text(where) if where else None
    return Index(
        f"ix_board_rows_{name}",
        *columns,
        "point_id",
        *beside,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _lot_index(name: str, *columns: str, where: str | None = None) -> Index:
    condition = text(where) if where else None
    return Index(
        f"ix_board_lots_{name}",
        *("facet", "lot_id", "stage", *columns, "point_id"),
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _indexes() -> list[Index]:
    """For every filter one index in the order of time and one in the order of the sections;
    of what people agreed with, one in that order.

    What every row has stands in each other's as well: a combination is counted from one."""
    time, place = ("submitted_at",), ("section_position", "submitted_at")
    agreed_ = ("endorsements", "submitted_at")
    found = [
        _index("time", "round_id", "stage", *time),
        _index("place", "round_id", "stage", *place),
        _index("endorsed_time", "round_id", "stage", *time, where=ENDORSED),
        _index("endorsed_place", "round_id", "stage", *place, where=ENDORSED),
        _index("agreed", "round_id", "stage", *agreed_, where=AGREED),
        _index(
            "place_agreed",
            *("round_id", "stage", "section_position"),
            *agreed_,
            where=AGREED,
            beside=FACETS,
        ),
        _index("all_agreed", "round_id", *agreed_, where=AGREED, beside=("stage",)),
    ]
    for name in (*FACETS, *SPARSE):
        short, where = name.removesuffix("_to_id"), SPARSE.get(name)
        start = ("round_id", name, "stage")
        agreed = f"{AGREED} AND {where}" if where else AGREED
        beside = () if where else tuple(other for other in FACETS if other != name)
        found += [
            _index(f"{short}_time", *start, *time, where=where, beside=beside),
            _index(f"{short}_place", *start, *place, where=where),
            _index(f"{short}_agreed", *start, *agreed_, where=agreed),
        ]
    return found


class _Joined(ColumnElement[str]):
    """The words of `SHOWN`, spelled as each database tells them when it is asked."""

    inherit_cache = True


@compiles(_Joined)
def _joined(element: _Joined, compiler: Any, **given: Any) -> str:
    return " || '|' || ".join(SHOWN)


@compiles(_Joined, "postgresql")
def _joined_in_postgresql(element: _Joined, compiler: Any, **given: Any) -> str:
    return " || '|'::text || ".join(f"{name}::text" for name in SHOWN)


class BoardRow(Base):
    """A point that the department reads, with everything by which the board finds it.

    Triggers write it whenever something that it is made from changes; nothing else does. An
    empty word, and 0 for an account or a place, mean that there is none.
    """

    __tablename__ = "board_rows"
    __table_args__ = (*_indexes(), Index("ix_board_rows_comment_id", "comment_id"))

    point_id: Mapped[int] = mapped_column(
        ForeignKey("points.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    comment_id: Mapped[int]
    round_id: Mapped[int]
    stage: Mapped[Stage]
    section_key: Mapped[str] = mapped_column(String(8))
    section_position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str] = mapped_column(String(32))
    work: Mapped[WorkState]
    signature: Mapped[str] = mapped_column(String(8))
    promise: Mapped[str] = mapped_column(String(8))
    assigned_to_id: Mapped[int]
    endorsements: Mapped[int]
    submitted_at: Mapped[moment]
    late: Mapped[str] = mapped_column(String(8))
    public_id: Mapped[str] = mapped_column(String(26))
    comment_public_id: Mapped[str] = mapped_column(String(26))
    name: Mapped[str] = mapped_column(String(80))
    version_number: Mapped[int]
    start: Mapped[int]
    length: Mapped[int]
    """0 where the point is the whole comment."""
    shown: Mapped[str] = mapped_column(Text, Computed(_Joined(), persisted=True))


class BoardLot(Base):
    """That a point of the board is in a subject or a letter, with what it is sorted by.

    Or in none of them, or answered in a way that its writer found not enough.

    Triggers write it, as they do the point's own row.
    """

    __tablename__ = "board_lots"
    __table_args__ = (
        _lot_index("time", "submitted_at"),
        _lot_index("place", "section_position", "submitted_at"),
        _lot_index("agreed", "endorsements", "submitted_at", where=AGREED),
    )

    point_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Of a row of the board, held while this is written; a trigger takes this along with it
    (decision 65)."""
    facet: Mapped[str] = mapped_column(String(8), primary_key=True)
    lot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    round_id: Mapped[int]
    stage: Mapped[Stage]
    section_position: Mapped[int]
    endorsements: Mapped[int]
    submitted_at: Mapped[moment]


class BoardCount(Base):
    """How many points of a round have one value of one facet, each stage by itself.

    The sum over `slot` counts: in PostgreSQL each connection adds in rows of its own, so that
    nobody waits for anybody; SQLite has one writer at a time and one slot.
    """

    __tablename__ = "board_counts"
    __table_args__ = {"sqlite_with_rowid": False}

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    facet: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(32), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    open: Mapped[int]
    optional: Mapped[int]
    decided: Mapped[int]
    public: Mapped[int]

    @hybrid_property
    def number(self) -> int:
        """Of all stages."""
        return self.open + self.optional + self.decided + self.public
