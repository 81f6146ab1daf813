"""Finding a quoted passage, or a section, again in a later revision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from feedback_app.comments.homes import homes
from feedback_app.comments.moves import IN_ORDER
from feedback_app.comments.relocation import Carried, Trace, trace

_SAME = 0.9
_REWORDED = 0.5
_PERHAPS = 0.4
_LITTLE = 0.3
_LEAST = 0.2
_FEW = 3
_COMPANY = 0.2
_BESIDE = 0.5
_GROWN = 1.5
CONTEXT = 32
_TOLD_EVERY = 500


@dataclass(frozen=True)
class Anchor:
    """A passage of one revision; `exact == ""` means the section as a whole.

    `start` and `end` are code points of the section's canonical text.
    """

    section_key: str
    start: int
    end: int
    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class SectionText:
    key: str
    title: str
    text: str


class PlacementState(StrEnum):
    SAME = "same"
    MOVED = "moved"
    REWORDED = "reworded"
    REMOVED = "removed"
    UNPLACED = "unplaced"


@dataclass(frozen=True)
class Placement:
    """Where a passage stands now; without a span when it was removed or cannot be placed.

    `same` and `moved` keep nine letters in ten: single words may differ (see `as_shown`).
    `score` is the share of its letters that live, 0 … 1. `reason` is a word for the machine:
    `in_order`, `moved`, `found_elsewhere`, `section` where it has a place; else why it has none
    and, after a colon, the key of the section where it stood.
    """

    state: PlacementState
    section_key: str | None
    start: int | None
    end: int | None
    score: float
    reason: str


def relocate(
    anchors: Sequence[Anchor],
    old: Sequence[SectionText],
    new: Sequence[SectionText],
    *,
    report: Callable[[int], None] | None = None,
) -> list[Placement]:
    """Carry anchors of one revision to another, in their order.

    `report` is told now and then how many are placed.
    """
    if not anchors:
        return []
    mapper = _Mapper(old, new)
    placed = []
    for n, anchor in enumerate(anchors, start=1):
        placed.append(mapper.place(anchor))
        if report is not None and n % _TOLD_EVERY == 0:
            report(n)
    return placed


class _Mapper:
    def __init__(self, old: Sequence[SectionText], new: Sequence[SectionText]) -> None:
        self.old, self.new = old, new
        self.at = {section.key: n for n, section in enumerate(old)}
        self.carried = Carried(
            ([s.key for s in old], [s.title for s in old], [s.text for s in old]),
            ([s.key for s in new], [s.title for s in new], [s.text for s in new]),
        )
        self.homes = homes(
            self.carried,
            ([s.key for s in old], [s.title for s in old]),
            ([s.key for s in new], [s.title for s in new]),
        )

    def place(self, anchor: Anchor) -> Placement:
        n = self.at.get(anchor.section_key)
        if n is None:
            return _nowhere(PlacementState.UNPLACED, "unknown_section", anchor, 0.0)
        if not anchor.exact:
            return self._section(anchor, n)
        text = self.old[n].text
        start = resolve(
            text, anchor.exact, anchor.prefix, anchor.suffix, anchor.start, anchor.end
        )
        if start is None:
            return _nowhere(PlacementState.UNPLACED, "not_in_old_text", anchor, 0.0)
        return self._quote(anchor, n, start, start + len(anchor.exact))

    def _section(self, anchor: Anchor, n: int) -> Placement:
        m, share, merged = self.homes[n]
        if m is None:
            return _nowhere(PlacementState.REMOVED, "section_removed", anchor, share)
        if share < _SAME and self.old[n].text != self.new[m].text:
            state = PlacementState.REWORDED
        else:
            state = PlacementState.MOVED if merged else PlacementState.SAME
        return Placement(state, self.new[m].key, 0, 0, round(share, 3), "section")

    def _quote(self, anchor: Anchor, n: int, start: int, end: int) -> Placement:
        found = trace(self.carried, n, start, end)
        if found is None:
            return _nowhere(PlacementState.REMOVED, "removed", anchor, 0.0)
        if not _lives_on(found):
            return _nowhere(PlacementState.REMOVED, "removed", anchor, found.share)
        if found.way in self.carried.unclear:
            return _nowhere(PlacementState.UNPLACED, "two_places", anchor, found.share)
        section = self.new[found.section]
        low, high = _settled(section.text, anchor.exact, found)
        in_order = found.way == IN_ORDER
        grown = high - low > _GROWN * len(anchor.exact)
        if found.share < _SAME or grown:
            state = PlacementState.REWORDED
        elif in_order and self.homes[n].section == found.section:
            state = PlacementState.SAME
        else:
            state = PlacementState.MOVED
        return Placement(
            state=state,
            section_key=section.key,
            start=low,
            end=high,
            score=round(found.share, 3),
            reason="in_order" if in_order else "found_elsewhere",
        )


def as_shown(state: PlacementState, old: str, new: str) -> PlacementState:
    """What a reader is told: `reworded`, with both wordings, wherever any word differs.

    White space alone is no difference.
    """
    changed = old.split() != new.split()
    kept = state in (PlacementState.SAME, PlacementState.MOVED)
    return PlacementState.REWORDED if kept and changed else state


def _lives_on(found: Trace) -> bool:
    """Whether what is left of a passage is still that passage, and not words that recur.

    Little is enough in its old place between its old neighbors; a few words need company, and
    words found elsewhere need more of themselves, or most of their sentence beside them.
    """
    few = found.words <= _FEW
    if found.way == IN_ORDER:
        needed = _LEAST if found.company >= _BESIDE and found.words > 1 else _LITTLE
        return found.share >= needed and (
            not few or found.company >= _COMPANY or found.share >= _SAME
        )
    needed = _LITTLE if found.company >= _BESIDE / 2 else _PERHAPS
    if found.share < needed or (found.share < _REWORDED and found.words < 2):
        return False
    if few and found.share < _SAME and found.company < _COMPANY:
        return False
    return not few or max(found.sentence, found.company) >= _BESIDE


def _settled(text: str, exact: str, found: Trace) -> tuple[int, int]:
    """The span found, or the whole quote where it stands there, its last sign included."""
    if found.share >= _SAME:
        size = len(exact)
        at = text.find(exact, max(0, found.end - size), found.start + size)
        if at >= 0:
            return at, at + size
    return found.start, found.end


def _nowhere(state: PlacementState, why: str, anchor: Anchor, score: float) -> Placement:
    return Placement(state, None, None, None, round(score, 3), f"{why}:{anchor.section_key}")


def cut(text: str, start: int, end: int, context: int = CONTEXT) -> tuple[str, str, str]:
    """The quote at [start, end) with what stands before and behind it, all in code points.

    ValueError when the span is empty or reaches out of the text.
    """
    if not 0 <= start < end <= len(text):
        raise ValueError(f"no words at {start}–{end} of {len(text)}")
    return text[start:end], text[max(0, start - context) : start], text[end : end + context]


def resolve(
    text: str, exact: str, prefix: str, suffix: str, start: int, end: int
) -> int | None:
    """Where a quote starts in the text it was made on: at `start`, else where its context fits.

    None when it is not there, or at two places that fit equally well (W3C TextQuoteSelector).
    """
    if exact and text[start:end] == exact:
        return start
    found: list[tuple[int, int]] = []
    at = text.find(exact) if exact else -1
    while at >= 0:
        fits = _common(text[:at], prefix, -1) + _common(text[at + len(exact) :], suffix, 1)
        found.append((fits, at))
        at = text.find(exact, at + 1)
    found.sort(reverse=True)
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][1]


def _common(text: str, context: str, step: int) -> int:
    most = min(len(text), len(context))
    for n in range(most):
        at = n if step > 0 else -1 - n
        if text[at] != context[at]:
            return n
    return most
