"""The statements of the board: the keys of a page from the indexes, then their words."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    desc,
    func,
    intersect,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    union_all,
)

from feedback_app.accounts.models import Account
from feedback_app.comments.models import CommentVersion
from feedback_app.core.folding import holds_given
from feedback_app.core.orm import alias
from feedback_app.core.prepared import Prepared, given
from feedback_app.triage.board_models import (
    FACETS,
    SPARSE,
    BoardLot,
    BoardRow,
    Stage,
)
from feedback_app.triage.board_seen import seen
from feedback_app.triage.board_steps import stepped
from feedback_app.triage.filters import Order

EXCERPT = 240
SUBMITTED_AT = 5
"""The place of the instant in the rows of `page_of`."""

SORTED: dict[Order, tuple[str, ...]] = {
    Order.OLDEST: ("submitted_at", "point_id"),
    Order.NEWEST: ("submitted_at", "point_id"),
    Order.SECTION: ("section_position", "submitted_at", "point_id"),
    Order.AGREED: ("endorsements", "submitted_at", "point_id"),
}


class Shape(NamedTuple):
    """Everything that the text of the statement depends on; its values come apart."""

    stages: tuple[Stage, ...]
    facets: tuple[str, ...]
    """The first one leads: its index is read, the others are looked up in its rows."""
    in_section: bool
    is_endorsed: bool
    is_old: bool
    words: int
    order: Order
    goes_on: bool = False
    is_behind_id: bool = False
    """The statement finds out itself where the last point stands; it must be on the board."""
    lots: tuple[str, ...] = ()
    """Subject and letter; where no facet is rarer, the first of them leads instead."""
    is_led_by_lot: bool = False
    is_led_by_section: bool = False
    """By agreement no index holds a section behind a facet; then the rarer of both leads."""
    is_received: bool = False
    """No index of `work` holds these; whose they are leads, and nothing is hidden from it."""
    goes_along: bool = False
    """None of several filters is so rare that its rows are better looked up in the others."""
    holds: bool = False
    """A number of a lot and of facets: PostgreSQL had better read these from their own."""
    on_postgresql: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        keys = SORTED[self.order]
        return keys[1:] if self.in_section and self.order is Order.SECTION else keys

    @property
    def takes_steps(self) -> bool:
        """By agreement among what is old enough, in any one of the indexes."""
        one = len(self.facets) + self.in_section < 2
        by_agreement = self.order is Order.AGREED and self.is_old
        return by_agreement and one and not self.lots and not self.words

    @property
    def skips_sections(self) -> bool:
        """Of each section only the beginning is old enough: what follows is not read past."""
        return self.is_old and self.keys[0] == "section_position"

    @property
    def goes_down(self) -> bool:
        return self.order in (Order.NEWEST, Order.AGREED)


_Other, _Own = alias(BoardLot), alias(BoardRow, "w")


@lru_cache(maxsize=1024)
def page_of(shape: Shape, limit: int) -> Prepared:
    """The keys of a page first, from the indexes; then their words."""
    return Prepared(partial(_page, shape, limit), plain=True)


def _page(shape: Shape, limit: int, dialect: str) -> Select[Any]:
    """The rows joined outward, though none is missing.

    SQLite, once it has analyzed its tables, would otherwise begin with all of these where it
    does not know how few are picked.
    """
    picked = _merged(_told(shape, dialect), limit)
    keys = [picked.c[key] for key in shape.keys]
    columns: list[Any] = [
        BoardRow.public_id,
        BoardRow.comment_public_id,
        BoardRow.name,
        func.substr(
            CommentVersion.body,
            BoardRow.start + literal_column("1"),
            # White space becomes less, and what is cut must show it.
            literal_column(str(EXCERPT + 40)),
            type_=String(),
        ).label("words"),
        BoardRow.length,
        BoardRow.submitted_at,
        BoardRow.endorsements,
        BoardRow.shown,
        Account.name.label("assigned_to"),
    ]
    return (
        select(*columns)
        .select_from(picked)
        .outerjoin(BoardRow, BoardRow.point_id == picked.c.point_id)
        .outerjoin(
            CommentVersion,
            (CommentVersion.comment_id == BoardRow.comment_id)
            & (CommentVersion.number == BoardRow.version_number),
        )
        .outerjoin(Account, Account.id == BoardRow.assigned_to_id)
        .order_by(*[key.desc() if shape.goes_down else key for key in keys])
    )


def _told(shape: Shape, dialect: str) -> Shape:
    return shape._replace(on_postgresql=dialect == "postgresql")


def _merged(shape: Shape, limit: int) -> Any:
    """Each stage stands in the indexes by itself: the first of all, from all of these at once.

    SQLite takes from each as many as come first, and would sort what is limited; PostgreSQL
    reads all of what is not.
    """
    most: ColumnElement[Any] = literal_column(str(limit))
    parts: list[Any] = _steps(shape, limit) if shape.takes_steps else _queries(shape)
    if len(parts) == 1:
        return parts[0].order_by(*_sorted(shape)).limit(most).subquery()
    if shape.on_postgresql:
        parts = [part.order_by(*_sorted(shape)).limit(most) for part in parts]
    keys: list[Any] = [desc(key) if shape.goes_down else key for key in shape.keys]
    return union_all(*parts).order_by(*keys).limit(most).subquery()


def _queries(shape: Shape) -> list[Select[Any]]:
    return [query for stage in shape.stages for query in _further(shape, _picked(shape, stage))]


def _steps(shape: Shape, limit: int) -> list[Select[Any]]:
    """Of all stages at once where nothing else is asked for: an index has all of them."""
    at_once = set(shape.stages) == set(Stage) and not shape.facets and not shape.in_section
    last = None
    if shape.goes_on:
        last = _last(shape, ("endorsements",)), _last(shape, ("submitted_at", "point_id"))
    return [
        query
        for stage in ((None,) if at_once else shape.stages)
        for query in stepped(
            partial(_conditions, shape._replace(is_old=False), stage), limit, last
        )
    ]


def _picked(shape: Shape, stage: Stage) -> Select[Any]:
    query = select(*_columns(shape)).where(*_conditions(shape, stage))
    return _with_words(query, shape.words) if shape.words else query


def _columns(shape: Shape) -> list[Any]:
    return [getattr(_leading(shape), key) for key in shape.keys]


def _leading(shape: Shape) -> Any:
    """Whose indexes are read: of the rows themselves, or of what stands in one lot."""
    return BoardLot if shape.is_led_by_lot else BoardRow


def _sorted(shape: Shape) -> list[Any]:
    return [c.desc() if shape.goes_down else c for c in _columns(shape)]


def _further(shape: Shape, query: Select[Any]) -> list[Select[Any]]:
    """What stands behind the last point that was seen.

    Thousands may have as many agreements as that one: SQLite looks for the first column of
    several alone, so equals and fewer are asked for apart. So is the rest of a section where
    only its beginning is old enough, and at first what is on no section.
    """
    first, *others = columns = _columns(shape)
    if not shape.goes_on:
        whole: ColumnElement[Any] = literal_column("0")
        apart = shape.skips_sections and not shape.on_postgresql
        return [query.where(first == whole), query.where(first > whole)] if apart else [query]
    here, there = tuple_(*columns), _last(shape, shape.keys)
    by_agreement = shape.order is Order.AGREED and not shape.on_postgresql
    if not (by_agreement or shape.skips_sections):
        return [query.where(here < there if shape.goes_down else here > there)]
    step, rest = _last(shape, shape.keys[:1]), _last(shape, shape.keys[1:])
    within = tuple_(*others)
    return [
        query.where(first == step, within < rest if shape.goes_down else within > rest),
        query.where(first < step if shape.goes_down else first > step),
    ]


def _last(shape: Shape, keys: tuple[str, ...]) -> Any:
    """What it has of these: as it was told, or looked up if it is in this list.

    How many agreed with it is told in any case, as somebody may have agreed since.
    """
    values = {key: given(f"last_{key}", getattr(BoardRow, key).type) for key in keys}
    if not shape.is_behind_id:
        return tuple_(*values.values()) if len(keys) > 1 else values[keys[0]]
    row = seen(is_old=shape.is_old and shape.goes_down)
    found = [values[key] if key == "endorsements" else row.c[key] for key in keys]
    return select(*found).select_from(row).scalar_subquery()


def _conditions(
    shape: Shape, stage: Stage | None, own: Any = BoardRow
) -> list[ColumnElement[bool]]:
    """`own` are the rows themselves, or an alias of theirs; no stage means any."""
    rows = BoardLot if shape.is_led_by_lot else own
    found: list[Any] = []
    if stage is not None:
        found.append(rows.stage == literal_column(f"'{stage.value}'"))
    if shape.is_led_by_lot:  # of the rows themselves nothing is named that an index holds
        found += [
            BoardLot.facet == literal_column(f"'{shape.lots[0]}'"),
            BoardLot.lot_id == given(shape.lots[0], BoardLot.lot_id.type),
        ]
        if shape.facets or shape.words:
            found.append(BoardRow.point_id == BoardLot.point_id)
    else:
        found.append(own.round_id == given("round_id", BoardRow.round_id.type))
    for place, name in enumerate(shape.facets):
        column = getattr(own, name)
        value = given(name, column.type)
        if shape.is_led_by_lot or (name == "work" and shape.is_received):
            found.append(column == value)  # no index begins with it: nothing is to be hidden
        elif place == 0 and not (shape.is_led_by_lot or shape.is_led_by_section):
            found.append(column == value)
            if name in SPARSE:
                found.append(text(SPARSE[name]))
        else:  # an expression, which no index holds: the first one leads
            found.append(_plain(column) == value)
    found += [_in_lot(name, rows) for name in shape.lots[shape.is_led_by_lot :]]
    if shape.in_section:  # a round stands on one revision, where each has a place of its own
        found.append(
            rows.section_position == given("section_position", BoardRow.section_position.type)
        )
    if shape.is_endorsed:
        none: ColumnElement[Any] = literal_column("0")  # as the indexes say it
        by_agreement = shape.order is Order.AGREED
        found.append(rows.endorsements > none if by_agreement else rows.endorsements != none)
    if shape.is_old and not (shape.goes_on and shape.order is Order.NEWEST):
        found.append(rows.submitted_at <= given("old", BoardRow.submitted_at.type))
    return found


def _in_lot(name: str, rows: Any) -> ColumnElement[bool]:
    return (
        select(_Other.point_id)
        .where(
            _Other.point_id == rows.point_id,
            _Other.facet == literal_column(f"'{name}'"),
            _Other.lot_id == given(name, BoardLot.lot_id.type),
        )
        .correlate(rows)
        .exists()
    )


def _plain(column: Any) -> Any:
    is_number = column.key == "assigned_to_id"
    return column + literal_column("0") if is_number else column.concat(literal_column("''"))


def _with_words(query: Select[Any], many: int) -> Select[Any]:
    query = query.where(  # a JOIN would not see the rows beside a leading lot
        CommentVersion.comment_id == BoardRow.comment_id,
        CommentVersion.number == BoardRow.version_number,
    )
    for number in range(many):
        query = query.where(
            or_(
                holds_given(CommentVersion.body, f"word_{number}"),
                holds_given(CommentVersion.suggested_wording, f"word_{number}"),
            )
        )
    return query


@lru_cache(maxsize=256)
def points_of(shape: Shape, at_most: int) -> Prepared:
    """Which points these are, in their order."""
    return Prepared(partial(_points, shape, at_most))


def _points(shape: Shape, at_most: int, dialect: str) -> Select[Any]:
    picked = _merged(_told(shape, dialect), at_most)
    keys = [picked.c[key] for key in shape.keys]
    return select(picked.c.point_id).order_by(
        *[key.desc() if shape.goes_down else key for key in keys]
    )


@lru_cache(maxsize=1024)
def number_of(shape: Shape, at_most: int) -> Prepared:
    """How many there are; counting stops at so many."""
    return Prepared(partial(_number, shape, at_most))


def _number(shape: Shape, at_most: int, dialect: str) -> Select[Any]:
    most: ColumnElement[Any] = literal_column(str(at_most))
    parts = []
    for stage in shape.stages:
        if shape.goes_along and dialect == "sqlite":
            part: Any = _common(shape, stage)
        elif shape.holds and dialect == "postgresql":
            part = _held(shape, stage)
        else:
            part = select(_leading(shape).point_id).where(*_conditions(shape, stage))
            part = _with_words(part, shape.words) if shape.words else part
        parts.append(part.limit(most).subquery())
    found = union_all(*[select(part.c.point_id) for part in parts]).subquery()
    some = select(found.c.point_id).limit(most).subquery()
    return select(func.count().label("number")).select_from(some)


def _common(shape: Shape, stage: Stage) -> Any:
    """What several filters have in common: SQLite goes along their indexes, all in the order of
    time, side by side, where looking up each row of one in the others takes ten times as long.
    """
    parts = [select(*_columns(one)).where(*_conditions(one, stage)) for one in _apart(shape)]
    return intersect(*parts).order_by(*SORTED[Order.OLDEST])


def _held(shape: Shape, stage: Stage) -> Select[Any]:
    """Those of a lot whose facets an index of theirs holds: PostgreSQL reads that one by itself
    and compares, where it would read all of the table for the rows of a lot."""
    none = shape._replace(facets=())
    query = select(BoardLot.point_id).where(*_conditions(none, stage))
    for one in _apart(shape._replace(lots=(), is_endorsed=False)):
        found = select(_Own.submitted_at, _Own.point_id).where(*_conditions(one, stage, _Own))
        row = tuple_(BoardLot.submitted_at, BoardLot.point_id)
        query = query.where(row.in_(found.correlate(None)))
    return query


def _apart(shape: Shape) -> list[Shape]:
    """Each filter by itself, but for those that one index holds together."""
    none = shape._replace(
        facets=(), lots=(), is_led_by_lot=False, is_endorsed=False, order=Order.OLDEST
    )
    together = tuple(f for f in shape.facets if f in FACETS and not shape.in_section)
    groups: list[tuple[str, ...]] = [(f,) for f in shape.facets if f not in together]
    groups += [together] if together else []
    return [
        *(none._replace(facets=group) for group in groups),
        *(none._replace(lots=(name,), is_led_by_lot=True) for name in shape.lots),
        *([none._replace(is_endorsed=True)] if shape.is_endorsed else []),
    ]
