"""What changed in a revision, each change beside what brought it about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from string import ascii_lowercase
from typing import NamedTuple

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, CommentVersion, Point
from feedback_app.comments.sight import state_column, text_is_read, visible_to
from feedback_app.curricula.comparison import Block, Op, SectionComparison
from feedback_app.curricula.nesting import Nest, Node
from feedback_app.policy import Actor
from feedback_app.triage import hunks
from feedback_app.triage.models import Cause, CauseKind, Disposition, Outcome


@dataclass(frozen=True)
class CauseRow:
    """One cause with the comment behind it; `body` is empty where it may not be read.

    `outcome` is that of the newest public answer; `version` the number of the revision it
    belongs to, where the page shows several.
    """

    id: int
    public_id: str
    section_key: str
    hunk: int | None
    excerpt: str
    kind: CauseKind
    note: str
    point_id: int | None
    comment_id: str | None
    name: str | None
    body: str | None
    start: int | None
    end: int | None
    outcome: Outcome | None
    revision_id: int = 0
    version: int | None = None
    state: str | None = None

    @property
    def passage(self) -> str:
        """The asking words alone, where the comment asks for several things."""
        words = self.body or ""
        return words if self.start is None else words[self.start : self.end]


@dataclass(frozen=True)
class Card:
    """What stands in the margin under one letter: comments together, or one other cause.

    `kind` is empty where no cause was named.
    """

    letter: str
    kind: CauseKind | None
    note: str = ""
    rows: tuple[CauseRow, ...] = ()


class Row(NamedTuple):
    """The same paragraphs as they were and are; `gone` are changes that left nothing."""

    old: Sequence[Node]
    new: Sequence[Node]
    gone: Sequence[int]


@dataclass(frozen=True)
class Group:
    """Paragraphs that follow one another and all changed, or all stayed, with their causes.

    `nodes` is what a page draws, `rows` the same with old and new side by side.
    """

    blocks: tuple[Block, ...]
    is_unchanged: bool
    cards: tuple[Card, ...] = ()
    nodes: Sequence[Node] = ()
    rows: Sequence[Row] = ()

    @property
    def hunks(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(number for block in self.blocks for number in block.hunks))

    @property
    def before(self) -> str:
        return "\n".join(b.old_words for b in self.blocks if b.moved_from is None).strip()

    @property
    def after(self) -> str:
        return "\n".join(b.new_words for b in self.blocks if b.moved_to is None).strip()


@dataclass(frozen=True)
class ExplainedSection:
    """A changed section, its letters by change, and what stands beside its heading."""

    comparison: SectionComparison
    groups: tuple[Group, ...]
    letters: Mapping[int, Sequence[str]]
    cards: tuple[Card, ...] = field(default=())

    @property
    def key(self) -> str:
        return self.comparison.key

    @property
    def first_hunks(self) -> list[int]:
        """The change with which each group begins, in their order."""
        return [group.hunks[0] for group in self.groups if group.hunks]

    @property
    def all_cards(self) -> Iterator[Card]:
        yield from self.cards
        for group in self.groups:
            yield from group.cards


def causes_with_comments(
    session: Session, revision_ids: int | Sequence[int], viewer: Actor
) -> list[CauseRow]:
    """Every cause of a revision, or of several, in the order in which they were named; one
    query."""
    wanted = [revision_ids] if isinstance(revision_ids, int) else revision_ids
    outcome = (
        select(Disposition.outcome)
        .where(Disposition.point_id == Point.id, Disposition.published_at.is_not(None))
        .order_by(Disposition.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_read = text_is_read(viewer)
    rows = session.execute(
        select(
            Cause.id,
            Cause.public_id,
            Cause.section_key,
            Cause.hunk,
            Cause.excerpt,
            Cause.kind,
            Cause.note,
            Cause.point_id,
            Comment.public_id.label("comment_id"),
            case((is_read, Comment.display_name)).label("name"),
            case((is_read, CommentVersion.body)).label("body"),
            Point.start,
            Point.end,
            outcome.label("outcome"),
            Cause.revision_id,
            case((Comment.id.is_not(None), state_column())).label("state"),
        )
        .outerjoin(Point, Point.id == Cause.point_id)
        .outerjoin(Comment, (Comment.id == Point.comment_id) & visible_to(viewer))
        .outerjoin(
            CommentVersion,
            (CommentVersion.comment_id == Comment.id)
            & (CommentVersion.number == Point.version_number),
        )
        .where(Cause.revision_id.in_(wanted))
        .order_by(Cause.id)
    )
    return [CauseRow(**row._mapping) for row in rows]


def explain(
    section: SectionComparison,
    causes: Sequence[CauseRow],
    places: Mapping[int, int | None],
    excuse: str = "",
    *,
    in_rows: bool = False,
) -> ExplainedSection:
    """Put letters to the changes of a section and cards beside them.

    `places` says which change each cause names, by its id; causes that are not in it are left
    out. A change without any gets a card that says so, with `excuse` where one was given.
    """
    cards = _Cards()
    own = [c for c in causes if c.section_key == section.key and c.id in places]
    whole = cards.of([cause for cause in own if places[cause.id] is None])
    letters: dict[int, list[str]] = {}
    groups: list[Group] = []
    shown = {card.letter for card in whole}
    nest = Nest(section.blocks)
    drawn: set[int] = set()
    for unchanged, run in groupby(section.blocks, nest.may_be_folded):
        group = Group(tuple(run), unchanged)
        beside: list[Card] = []
        for number in group.hunks:
            found = cards.of([c for c in own if places[c.id] == number]) or list(whole)
            if not found and section.hunk(number).partner is None:
                found = [cards.none(excuse)]
            letters[number] = [card.letter for card in found]
            beside += [card for card in found if card.letter not in shown]
            shown |= {card.letter for card in found}
        nodes, rows = _drawn(nest, group.blocks, drawn, in_rows and not unchanged)
        groups.append(Group(group.blocks, unchanged, tuple(beside), nodes, rows))
    if not section.hunks and not whole:
        whole = [cards.none(excuse)]
    return ExplainedSection(section, tuple(groups), letters, tuple(whole))


def _drawn(
    nest: Nest, blocks: Sequence[Block], drawn: set[int], in_rows: bool
) -> tuple[Sequence[Node], Sequence[Row]]:
    """The blocks as a page draws them; `drawn` are the changes met so far."""
    if not in_rows:
        nodes = nest.nodes(blocks, known=drawn)
        drawn.update(number for block in blocks for number in block.hunks)
        return nodes, ()
    rows = []
    for unit in nest.units(blocks):
        numbers = dict.fromkeys(number for block in unit for number in block.hunks)
        here = {
            run.hunk
            for block in unit
            for run in block.runs
            if run.hunk is not None and run.op is not Op.REMOVED and block.moved_to is None
        }
        new = nest.nodes(unit, "new", drawn)
        old = nest.nodes(unit, "old", drawn | here)
        rows.append(Row(old, new, [] if new else list(numbers)))
        drawn.update(numbers)
    return (), rows


class _Cards:
    """Gives the same causes the same letter wherever they come up in a section."""

    def __init__(self) -> None:
        self.known: dict[object, Card] = {}

    def of(self, causes: Sequence[CauseRow]) -> list[Card]:
        points = tuple(cause for cause in causes if cause.kind is CauseKind.POINT)
        found = []
        if points:
            ids = frozenset(cause.point_id for cause in points)
            found.append(self._card(ids, CauseKind.POINT, "", points))
        for cause in causes:
            if cause.kind is not CauseKind.POINT:
                said = (cause.kind, cause.note)
                found.append(self._card(said, cause.kind, cause.note, (cause,)))
        return list(dict.fromkeys(found))

    def none(self, excuse: str) -> Card:
        return self._card("none", None, excuse, ())

    def _card(
        self, known_by: object, kind: CauseKind | None, note: str, rows: tuple[CauseRow, ...]
    ) -> Card:
        if known_by not in self.known:
            self.known[known_by] = Card(letter(len(self.known)), kind, note, rows)
        return self.known[known_by]


def letter(number: int) -> str:
    """a … z, then aa, ab … for a section with very many causes; counts from 0."""
    if number < 26:
        return ascii_lowercase[number]
    return letter(number // 26 - 1) + ascii_lowercase[number % 26]


@dataclass(frozen=True)
class ChangeLine:
    """One change with one of its causes, as a table has it."""

    section_key: str
    kinds: Sequence[str]
    hunk: int | None
    kind: str
    before: str
    after: str
    cause: CauseRow | None


def lines_of(
    section: SectionComparison, causes: Sequence[CauseRow], places: Mapping[int, int | None]
) -> Iterator[ChangeLine]:
    """Every change of a section, once for each of its causes; once where it has none."""
    old, new = section.old_text(), section.new_text()
    kinds = sorted(section.kinds)
    own = [c for c in causes if c.section_key == section.key and c.id in places]
    spans: list[tuple[int | None, str, str, str]] = [
        (h.number, h.kind.value, old[h.old_start : h.old_end], new[h.new_start : h.new_end])
        for h in section.hunks
    ]
    if not spans:
        spans = [(None, kinds[0].value, section.old_title or "", section.new_title or "")]
    for number, kind, before, after in spans:
        found = [c for c in own if places[c.id] in (number, None)]
        if not found:
            yield ChangeLine(section.key, kinds, number, kind, before, after, None)
        for cause in found:
            yield ChangeLine(section.key, kinds, number, kind, before, after, cause)


def before_and_after(section: SectionComparison, number: int) -> tuple[str, str]:
    """The paragraphs around one change as they were and as they are."""
    around = [block for block in section.blocks if number in block.hunks]
    if around:
        group = Group(tuple(around), is_unchanged=False)
        return group.before, group.after
    hunk = section.hunk(number)
    return (
        section.old_text()[hunk.old_start : hunk.old_end],
        hunks.new_words(section, hunk),
    )
