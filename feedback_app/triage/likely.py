"""Which comments may have brought a change about: a guess, for an author to confirm or not.

Three traces are looked for. A change lies in or at the words that a comment quotes (*overlap*);
it brings in words of a suggested wording (*wording*); it brings in words that the comment uses
and the text did not (*voice*). Each is 0 … 1 and they are put together as independent evidence
(noisy-or). Nothing here is ever stored: a cause is what somebody names.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

LIKELY = 0.5
"""From here on a comment is offered as a cause."""

_WEIGHTS = (0.8, 0.9, 0.75)
_REWRITES = 0.75
_TOUCHES = 0.5
_NEAR = 0.3
_WHOLE = 0.1
_BESIDE = 0.5
_ABOUT = 0.7
_SOLID = 3
_UNSAID = 0.6
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ENDINGS = re.compile(r"(?:ing|ed|es|s|['’]s)$")
_STEM = 6
_COMMON = frozenset(
    """
    a about all also an and any are as at be been before being but by can could did do does for
    from had has have he her here him his how i if in is it its may me more must my no not of on
    one or our out should so some than that the their them then there they this to too up us
    was we were what when where which who will with would you your
    al algo como con cuando de del el ella ellos en entre es esa ese esta este hay la las le
    les lo los más me mi muy ni nos o para pero por porque que qué se si sin sobre son su sus
    también te tiene un una uno unos y ya yo
    """.split()
)


@dataclass(frozen=True)
class Change:
    """A numbered change: its span in the old text and in the new one, in code points."""

    old_text: str
    new_text: str
    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass(frozen=True)
class Asked:
    """What a comment asks: the span of its quote in the old text, its words, its wording."""

    key: Hashable
    body: str
    wording: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Likely:
    key: Hashable
    score: float
    overlap: float
    wording: float
    voice: float


def likely_causes(change: Change, asked: Sequence[Asked]) -> list[Likely]:
    """The comments that seem to stand behind a change, the likeliest first."""
    rarity = _rarity(asked)
    brought = _brought(change)
    found = []
    for one in asked:
        traces = (
            _overlap(change, one),
            _wording(change, one, brought),
            max(_voice(one, brought, rarity), _ABOUT * _about(change, one, rarity)),
        )
        score = 1.0 - math.prod(
            1.0 - weight * trace for weight, trace in zip(_WEIGHTS, traces, strict=True)
        )
        if score >= LIKELY:
            found.append(Likely(one.key, round(score, 3), *(round(t, 3) for t in traces)))
    return sorted(found, key=lambda likely: -likely.score)


def _overlap(change: Change, one: Asked) -> float:
    """1 where the change rewrites the quote; less where it only stands at its edge or near."""
    if one.start is None or one.end is None or one.start >= one.end:
        return _WHOLE
    shared = min(change.old_end, one.end) - max(change.old_start, one.start)
    if shared > 0:
        smaller = min(change.old_end - change.old_start, one.end - one.start)
        return _REWRITES + (1 - _REWRITES) * shared / smaller
    if change.old_start == change.old_end and one.start < change.old_start < one.end:
        return _REWRITES
    if -shared <= 2:
        return _TOUCHES
    low, high = min(change.old_end, one.end), max(change.old_start, one.start)
    return 0.0 if "\n\n" in change.old_text[low:high] else _NEAR


def _wording(change: Change, one: Asked, brought: Mapping[str, float]) -> float:
    """How far the change went towards the suggested wording."""
    if not one.wording.strip():
        return 0.0
    before = _around(change.old_text, change.old_start, change.old_end)
    after = _around(change.new_text, change.new_start, change.new_end)
    was, is_ = (fuzz.token_set_ratio(words, one.wording) / 100 for words in (before, after))
    nearer = max(0.0, is_ - was) / max(1.0 - was, 0.01)
    suggested = set(_stems(one.wording))
    taken = [stem for stem in brought if stem in suggested]
    share = sum(brought[stem] for stem in taken) / sum(brought.values()) if brought else 0.0
    return max(share * min(1.0, len(taken) / _SOLID), nearer if is_ > 0.5 else 0.0)


def _voice(one: Asked, brought: Mapping[str, float], rarity: Mapping[str, float]) -> float:
    """The share of what is new that the comment says too; rare words weigh more.

    New words that no comment says tell little about which of them was heard.
    """
    telling = {stem: w * rarity.get(stem, _UNSAID) for stem, w in brought.items()}
    total = sum(telling.values())
    if not total:
        return 0.0
    said = set(_stems(f"{one.body} {one.wording}"))
    common = [stem for stem in telling if stem in said]
    share = sum(telling[stem] for stem in common) / total
    return share * min(1.0, len(common) / _SOLID)


def _about(change: Change, one: Asked, rarity: Mapping[str, float]) -> float:
    """How much a comment on a whole section speaks of just the paragraph that changed."""
    if one.start is not None:
        return 0.0
    said = set(_stems(one.body))
    here = _stems(
        _around(change.old_text, change.old_start, change.old_end)
        + " "
        + _around(change.new_text, change.new_start, change.new_end)
    )
    common = {stem for stem in here if stem in said}
    anywhere = {
        stem for stem in _stems(change.old_text + " " + change.new_text) if stem in said
    }
    total = sum(rarity[stem] for stem in anywhere)
    if not total:
        return 0.0
    return sum(rarity[stem] for stem in common) / total * min(1.0, len(common) / _SOLID)


def _brought(change: Change) -> dict[str, float]:
    """Stems that are new in the paragraph; those of its other changes weigh half."""
    before = set(_stems(_around(change.old_text, change.old_start, change.old_end)))
    own = set(_stems(change.new_text[change.new_start : change.new_end]))
    whole = _stems(_around(change.new_text, change.new_start, change.new_end))
    return {stem: 1.0 if stem in own else _BESIDE for stem in whole if stem not in before}


def _around(text: str, start: int, end: int) -> str:
    """The paragraphs in which a span lies."""
    left = text.rfind("\n\n", 0, start)
    right = text.find("\n\n", end)
    return text[left + 2 if left >= 0 else 0 : right if right >= 0 else len(text)]


def _stems(text: str) -> list[str]:
    words = (found.group().lower() for found in _WORD.finditer(text))
    return [_ENDINGS.sub("", word)[:_STEM] for word in words if word not in _COMMON]


def _rarity(asked: Sequence[Asked]) -> dict[str, float]:
    """How telling a stem is among these comments; equal letters count once."""
    letters = {f"{one.body} {one.wording}" for one in asked}
    says = Counter(stem for letter in letters for stem in set(_stems(letter)))
    return {stem: math.log((len(letters) + 1) / count) for stem, count in says.items()}
