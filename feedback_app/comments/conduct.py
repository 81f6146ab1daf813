"""What becomes of a comment by conduct or by leaving, and who then sees what: the one table."""

from __future__ import annotations

import enum
from datetime import timedelta


class State(enum.StrEnum):
    """Where a comment stands; where several hold, the first of this list counts."""

    ERASED = "erased"
    WITHDRAWN = "withdrawn"
    HELD = "held"
    HIDDEN = "hidden"
    SET_ASIDE = "set_aside"
    """As a suspected flood: read as before, counted apart."""
    MASKED = "masked"
    LATE = "late"
    SHOWN = ""


class Eyes(enum.StrEnum):
    """For whom somebody reads; whoever belongs to the department reads as the department."""

    PUBLIC = "public"
    DEPARTMENT = "department"
    """And its oversight board, which reads what the department reads."""
    HOST = "host"
    AUTHOR = "author"
    SECOND = "second"
    """Who decides as second, or about an appeal, and only of the comment at hand."""


class Sight(enum.StrEnum):
    NOTHING = "nothing"
    STUB = "stub"
    """One line: that something is here, since which day and why; no name, no words."""
    TEXT = "text"
    """The words as they are shown, with what was covered covered."""
    ORIGINAL = "original"


NOTHING, STUB, TEXT, ORIGINAL = Sight

TABLE: dict[State, dict[Eyes, Sight]] = {
    state: dict(zip(Eyes, row, strict=True))
    for state, row in {
        # state: public, department, host, its own author, second person
        State.ERASED: (STUB, STUB, STUB, STUB, STUB),
        State.WITHDRAWN: (STUB, STUB, STUB, STUB, STUB),
        State.HELD: (STUB, NOTHING, ORIGINAL, ORIGINAL, TEXT),
        State.HIDDEN: (STUB, TEXT, ORIGINAL, ORIGINAL, TEXT),
        State.SET_ASIDE: (TEXT, TEXT, ORIGINAL, ORIGINAL, TEXT),
        State.MASKED: (TEXT, TEXT, ORIGINAL, ORIGINAL, TEXT),
        State.LATE: (TEXT, TEXT, ORIGINAL, ORIGINAL, TEXT),
        State.SHOWN: (TEXT, TEXT, ORIGINAL, ORIGINAL, TEXT),
    }.items()
}

NEED_NO_ANSWER = frozenset({State.ERASED, State.WITHDRAWN, State.SET_ASIDE, State.LATE})
"""A held comment's clock runs: it comes to the department with the day on which it was sent."""

COUNTED = frozenset({State.SHOWN, State.MASKED})
"""What a number of comments counts: those that everybody can read and that came in time."""


class ConductReason(enum.StrEnum):
    """Why words may be hidden or covered. Rude, wrong or off topic is none of them."""

    THREAT = "threat"
    PRIVATE_DETAILS = "private_details"
    CHILD = "child"
    SEXUAL_IMAGE = "sexual_image"
    SPAM = "spam"
    NOT_WRITTEN_BY = "not_written_by"
    COURT_ORDER = "court_order"
    OWN_WISH = "own_wish"
    """Its writer asked for it: a reason to cover words, never to hide them."""


class Measure(enum.StrEnum):
    """What can be done to a comment by its conduct."""

    HIDE = "hide"
    MASK = "mask"
    ERASE = "erase"


REASONS: dict[Measure, tuple[ConductReason, ...]] = {
    Measure.HIDE: tuple(ConductReason)[:-1],
    Measure.MASK: (
        ConductReason.PRIVATE_DETAILS,
        ConductReason.CHILD,
        ConductReason.COURT_ORDER,
        ConductReason.OWN_WISH,
    ),
    Measure.ERASE: (
        ConductReason.COURT_ORDER,
        ConductReason.PRIVATE_DETAILS,
        ConductReason.CHILD,
        ConductReason.SEXUAL_IMAGE,
    ),
}
NO_POINT = frozenset({ConductReason.SPAM})
"""What is hidden for these makes no point and needs no answer."""
URGENT = frozenset(
    {
        ConductReason.THREAT,
        ConductReason.CHILD,
        ConductReason.SEXUAL_IMAGE,
        ConductReason.PRIVATE_DETAILS,
    }
)
"""For these one person in charge may cover a comment until a second one has looked."""
COVER_LASTS = timedelta(hours=24)
WAITS_FOR_SECOND = timedelta(days=7)
"""A measure that is not urgent shows nothing until it is confirmed, and lapses after this."""
TEXT_KEPT = timedelta(days=30)
"""So long a withdrawn text is sealed, before it is erased."""


def sees(state: State, eyes: Eyes) -> Sight:
    return TABLE[state][eyes]


def blind(eyes: Eyes) -> frozenset[State]:
    """The states in which these eyes read no words."""
    return frozenset(s for s, row in TABLE.items() if row[eyes] in (NOTHING, STUB))


def unseen(eyes: Eyes) -> frozenset[State]:
    """The states in which a comment is not even listed for these eyes."""
    return frozenset(s for s, row in TABLE.items() if row[eyes] is NOTHING)
