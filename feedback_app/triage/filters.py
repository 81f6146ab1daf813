"""What a board's address asks for: the filters, the order, and their words."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from feedback_app.comments.anchors import PlacementState
from feedback_app.comments.models import Channel, CommentKind
from feedback_app.core.i18n import N_
from feedback_app.triage.board_models import Stage, WorkState
from feedback_app.triage.models import Outcome

WHOLE = "whole"
NO_KIND = "none"
ME = "me"
NOBODY = "nobody"
WITHOUT = "none"
"""In no subject, or in no letter."""
AGES = ("7", "14", "30", "60")
ENDORSED = "yes"


class State(enum.StrEnum):
    UNDECIDED = "undecided"
    LATE = "late"
    SIGNATURE = "signature"
    DECIDED = "decided"
    PROMISED = "promised"
    PUBLIC = "public"
    AGAIN = "again"
    ALL = "all"


STATE_LABELS: dict[State, str] = {
    State.UNDECIDED: N_("No answer yet"),
    State.LATE: N_("Answer optional: late or set aside"),
    State.SIGNATURE: N_("Second person needed"),
    State.DECIDED: N_("Answered, not public yet"),
    State.PROMISED: N_("Promised, no words changed"),
    State.PUBLIC: N_("Answer is public"),
    State.AGAIN: N_("Said: this did not answer me"),
    State.ALL: N_("All"),
}
STAGES: dict[State, tuple[Stage, ...]] = {
    State.UNDECIDED: (Stage.OPEN,),
    State.LATE: (Stage.OPTIONAL,),
    State.SIGNATURE: (Stage.DECIDED,),
    State.DECIDED: (Stage.DECIDED,),
    State.PROMISED: (Stage.DECIDED, Stage.PUBLIC),
    State.PUBLIC: (Stage.PUBLIC,),
    State.AGAIN: (Stage.DECIDED, Stage.PUBLIC),
    State.ALL: tuple(Stage),
}
MARKS = {State.SIGNATURE: ("signature", "needed"), State.PROMISED: ("promise", "open")}
"""Two lists are more than a stage: a word that a row bears besides."""
NARROWER = frozenset({*MARKS, State.AGAIN})
"""Of these, and of those who said that an answer was not enough, no number stands by value."""

WORK_LABELS: dict[WorkState, str] = {
    WorkState.RECEIVED: N_("Received"),
    WorkState.IN_REVIEW: N_("Somebody has it"),
    WorkState.NEEDS_INPUT: N_("Waits for the course’s authors"),
    WorkState.DECIDED: N_("Decided"),
    WorkState.IN_REDRAFT: N_("In the new draft"),
    WorkState.PUBLISHED: N_("Published in a new version"),
    WorkState.TAUGHT: N_("In a version that is set to be taught"),
}
PLACEMENT_LABELS: dict[PlacementState, str] = {
    PlacementState.SAME: N_("The words are the same"),
    PlacementState.MOVED: N_("The words moved"),
    PlacementState.REWORDED: N_("The words were changed"),
    PlacementState.REMOVED: N_("The words were removed"),
    PlacementState.UNPLACED: N_("The words could not be found"),
}


class Order(enum.StrEnum):
    OLDEST = "oldest"
    SECTION = "section"
    NEWEST = "newest"
    AGREED = "agreed"


ORDER_LABELS: dict[Order, str] = {
    Order.OLDEST: N_("Oldest first"),
    Order.SECTION: N_("By section"),
    Order.NEWEST: N_("Newest first"),
    Order.AGREED: N_("Only with “I agree”, most first"),
}
_KNOWN: dict[str, frozenset[str]] = {
    "state": frozenset(State),
    "kind": frozenset({NO_KIND, *CommentKind}),
    "channel": frozenset(Channel),
    "outcome": frozenset(Outcome),
    "work": frozenset(WorkState),
    "age": frozenset(AGES),
    "endorsed": frozenset({ENDORSED}),
    "placement": frozenset(PlacementState),
    "order": frozenset(Order),
}
_LONGEST = {"section": 8, "language": 12, "assigned": 26, "words": 200}
_LONGEST |= {"theme": 26, "group": 26}


@dataclass(frozen=True)
class Filters:
    """What the address asks for; an unknown value asks for nothing."""

    state: State = State.UNDECIDED
    section: str = ""
    kind: str = ""
    channel: str = ""
    language: str = ""
    outcome: str = ""
    work: str = ""
    assigned: str = ""
    age: str = ""
    endorsed: str = ""
    placement: str = ""
    theme: str = ""
    group: str = ""
    words: str = ""
    order: Order = Order.OLDEST

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        given: dict[str, Any] = {}
        for name in cls.__dataclass_fields__:
            value = args.get(name, "").replace("\x00", "").strip()  # no text can hold it
            if name in _KNOWN:
                value = value if value in _KNOWN[name] else ""
            else:
                value = value[: _LONGEST[name]]
            if value:
                given[name] = value
        if "state" in given:
            given["state"] = State(given["state"])
        if "order" in given:
            given["order"] = Order(given["order"])
        return cls(**given)

    @property
    def in_address(self) -> dict[str, Any]:
        """The values that differ from an address without any."""
        default = Filters()
        given = {name: str(getattr(self, name)) for name in self.__dataclass_fields__}
        return {name: v for name, v in given.items() if v != str(getattr(default, name))}

    @property
    def narrowing(self) -> dict[str, str]:
        """What narrows the list beside the state: the filters that a person would take away."""
        kept = self.in_address
        return {name: kept[name] for name in kept if name not in ("state", "order")}

    @property
    def plain(self) -> Filters:
        """The same list, narrowed by nothing."""
        return Filters(state=self.state, order=self.order)

    def without(self, names: Iterable[str]) -> Filters:
        return self.but(**dict.fromkeys(names, ""))

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def but(self, **values: Any) -> Filters:
        return replace(self, **values)
