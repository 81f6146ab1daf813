"""What changed, in a short sentence: for people who do not see colors or read redlines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from feedback_app.curricula.comparison import Block, Form, SectionComparison, WordChange

Counts = Counter[tuple[str, str]]

_PHRASES: dict[tuple[str, str], Callable[[int], str]] = {
    ("reworded", "paragraph"): lambda n: ngettext(
        "%(num)s paragraph reworded", "%(num)s paragraphs reworded", n
    ),
    ("reworded", "list_item"): lambda n: ngettext(
        "%(num)s list item reworded", "%(num)s list items reworded", n
    ),
    ("reworded", "row"): lambda n: ngettext(
        "%(num)s table row reworded", "%(num)s table rows reworded", n
    ),
    ("added", "paragraph"): lambda n: ngettext(
        "%(num)s paragraph added", "%(num)s paragraphs added", n
    ),
    ("added", "list_item"): lambda n: ngettext(
        "%(num)s list item added", "%(num)s list items added", n
    ),
    ("added", "row"): lambda n: ngettext(
        "%(num)s table row added", "%(num)s table rows added", n
    ),
    ("removed", "paragraph"): lambda n: ngettext(
        "%(num)s paragraph removed", "%(num)s paragraphs removed", n
    ),
    ("removed", "list_item"): lambda n: ngettext(
        "%(num)s list item removed", "%(num)s list items removed", n
    ),
    ("removed", "row"): lambda n: ngettext(
        "%(num)s table row removed", "%(num)s table rows removed", n
    ),
    ("moved", "paragraph"): lambda n: ngettext(
        "%(num)s paragraph moved here", "%(num)s paragraphs moved here", n
    ),
    ("moved", "list_item"): lambda n: ngettext(
        "%(num)s list item moved here", "%(num)s list items moved here", n
    ),
    ("moved", "row"): lambda n: ngettext(
        "%(num)s table row moved here", "%(num)s table rows moved here", n
    ),
    ("moved", "words"): lambda n: ngettext(
        "%(num)s sentence moved here", "%(num)s sentences moved here", n
    ),
    ("away", "paragraph"): lambda n: ngettext(
        "%(num)s paragraph moved away", "%(num)s paragraphs moved away", n
    ),
    ("away", "list_item"): lambda n: ngettext(
        "%(num)s list item moved away", "%(num)s list items moved away", n
    ),
    ("away", "row"): lambda n: ngettext(
        "%(num)s table row moved away", "%(num)s table rows moved away", n
    ),
    ("away", "words"): lambda n: ngettext(
        "%(num)s sentence moved away", "%(num)s sentences moved away", n
    ),
}


def counted(section: SectionComparison, blocks: Iterable[Block]) -> Counts:
    """How many parts of each form changed in which way; sentences that moved by themselves."""
    moves = section.moves
    found: Counts = Counter()
    sentences: set[int] = set()
    for block in blocks:
        form = "paragraph" if block.form is Form.OTHER else block.form.value
        if block.kind is WordChange.MOVED:
            found["away" if block.moved_to else "moved", form] += 1
        elif block.kind is not WordChange.UNCHANGED:
            inside = set(block.hunks) & moves.keys()
            sentences |= inside
            if not inside or set(block.hunks) - inside:
                found[block.kind.value, form] += 1
    for number in sentences:
        found["away" if moves[number].moved_to else "moved", "words"] += 1
    return found


def phrases(counts: Counts, *, both_ends: bool = True) -> list[tuple[str, str]]:
    """Kind and words of each count, in a fixed order; where both ends of a move are on the
    page, the end it left may be passed over."""
    return [
        ("moved" if kind == "away" else kind, phrase(counts[kind, form]))
        for (kind, form), phrase in _PHRASES.items()
        if counts[kind, form] and (both_ends or kind != "away")
    ]


def sentence(section: SectionComparison, blocks: Iterable[Block]) -> str:
    """“1 paragraph reworded, 2 list items added”."""
    return ", ".join(words for _kind, words in phrases(counted(section, blocks)))


def whole_sentence(sections: Sequence[SectionComparison]) -> str:
    """The same for all sections together; nothing where no words changed."""
    counts: Counts = Counter()
    for section in sections:
        counts += counted(section, section.blocks)
    said = ", ".join(words for _kind, words in phrases(counts, both_ends=False))
    return _("In words: %(what)s.", what=said) if said else ""
