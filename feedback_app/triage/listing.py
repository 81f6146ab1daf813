"""What stands beside every comment on the desk: the list, its filters and their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.orm import Session

from feedback_app.comments.labels import CHANNEL_LABELS, KIND_LABELS, LANGUAGE_LABELS
from feedback_app.comments.models import Channel
from feedback_app.core.i18n import N_
from feedback_app.core.paging import Page
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.queries import SectionRow
from feedback_app.policy import Actor
from feedback_app.rounds.small_numbers import FEWEST, labels
from feedback_app.triage.board import COUNTED, Scope, board, matching
from feedback_app.triage.board_counts import Counts, counts
from feedback_app.triage.board_models import LOTS, of_round, without
from feedback_app.triage.filters import (
    AGES,
    ENDORSED,
    ME,
    NARROWER,
    NO_KIND,
    NOBODY,
    PLACEMENT_LABELS,
    STAGES,
    WHOLE,
    WITHOUT,
    WORK_LABELS,
    Filters,
)
from feedback_app.triage.queue_rows import QueueRow
from feedback_app.triage.surroundings import (
    Lot,
    Person,
    Surroundings,
    View,
    surroundings,
)
from feedback_app.triage.wording import OUTCOME_LABELS

AGE_LABELS = {
    "7": N_("More than 7 days"),
    "14": N_("More than 14 days"),
    "30": N_("More than 30 days"),
    "60": N_("More than 60 days"),
}
_CHANNELS = {Channel.WEB: N_("written on this site"), **CHANNEL_LABELS}


class Board(Protocol):
    """As much of a round as its board needs: the entity or a row of it."""

    @property
    def id(self) -> int: ...
    @property
    def revision_id(self) -> int: ...
    @property
    def department_id(self) -> int: ...


@dataclass(frozen=True)
class Option:
    """One value of a filter; `label` is a message where it is ours, else what people wrote."""

    value: str
    label: str
    is_ours: bool = True
    number: int | None = None


@dataclass(frozen=True)
class Choice:
    """One filter with what can be chosen; the first option asks for nothing."""

    name: str
    label: str
    options: Sequence[Option]


@dataclass(frozen=True)
class Listing:
    """One page of the list with everything around it."""

    page: Page[QueueRow]
    filters: Filters
    counts: Counts
    found: int | None
    sections: Sequence[SectionRow]
    people: Sequence[Person]
    choices: Sequence[Choice]
    scope: Scope
    gone: Sequence[str]
    """Names of filters whose value is not there any more: nothing is found by them."""
    views: Sequence[View]

    @property
    def view(self) -> View | None:
        """The kept view that this list is; one's own before another's."""
        here = self.filters.in_address
        return next((view for view in self.views if view.asks == here), None)

    def fits(self, view: View) -> bool:
        """Whether all that a view asks for is still there."""
        return not _gone(Filters.read(view.asks), self.scope)

    @property
    def names(self) -> dict[str, str]:
        """What the values of the filters are called that people have named."""
        return {
            choice.name: option.label
            for choice in self.choices
            for option in choice.options
            if option.value and option.value == self.filters[choice.name] and not option.is_ours
        }

    @property
    def told(self) -> tuple[list[str], list[Channel]]:
        """The languages and channels that enough comments share to be told of each of them."""
        languages, channels = (_shared(self.counts, name) for name in ("language", "channel"))
        return languages, [Channel(v) for v in channels]

    @property
    def is_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.found is not None and self.found > COUNTED and bool(self.filters.narrowing)


def listing(
    session: Session,
    round_: Board,
    viewer: Actor,
    filters: Filters,
    *,
    after: str | None = None,
) -> Listing:
    """Four statements; on a further page, and with more than one filter, one more each."""
    sections = curricula.outline(session, round_.revision_id, words=False)
    around = surroundings(
        session, round_.id, round_.department_id, viewer, letter=filters.group
    )
    numbers = counts(session, round_.id)
    filters = _told(filters, numbers)
    scope = scope_of(round_, viewer, sections, around)
    return Listing(
        page=board(session, scope, filters, numbers, after=after),
        filters=filters,
        counts=numbers,
        found=None if filters.words else matching(session, scope, filters, numbers),
        sections=sections,
        people=around.people,
        choices=list(_choices(round_.id, filters, numbers, sections, around)),
        scope=scope,
        gone=_gone(filters, scope),
        views=around.views,
    )


def scope_of(
    round_: Board, viewer: Actor, sections: Sequence[SectionRow], around: Surroundings
) -> Scope:
    return Scope(
        round_.id,
        {section.key: section.position for section in sections},
        {person.public_id: person.id for person in around.people},
        viewer.account_id,
        around.lot_ids,
    )


def _gone(filters: Filters, scope: Scope) -> list[str]:
    known: dict[str, Iterable[str]] = {
        "section": (WHOLE, *scope.positions),
        "assigned": (ME, NOBODY, *scope.people),
        **dict.fromkeys(LOTS, (WITHOUT, *scope.lots)),
    }
    return [
        name for name, there in known.items() if filters[name] and filters[name] not in there
    ]


def _told(filters: Filters, numbers: Counts) -> Filters:
    """Without a language or a channel that too few share to be told of any of them."""
    for name in ("language", "channel"):
        value = getattr(filters, name)
        if value and value not in _shared(numbers, name):
            filters = filters.but(**{name: ""})
    return filters


def _shared(numbers: Counts, name: str) -> list[str]:
    """The department sees no more of languages and channels than everybody does."""
    counts = {value: numbers.of(name, value) for value in numbers.values(name)}
    if name == "channel":
        shown = labels(counts)
        return [value for value in counts if value in shown]
    return [value for value, number in counts.items() if number >= FEWEST]


def _choices(
    round_id: int,
    filters: Filters,
    numbers: Counts,
    sections: Sequence[SectionRow],
    around: Surroundings,
) -> Iterable[Choice]:
    is_counted = filters.state not in NARROWER
    stages = STAGES[filters.state]

    def of(facet: str, value: str) -> int | None:
        return numbers.of(facet, value, stages) if is_counted else None

    def named(facet: str, labels: Mapping[Any, str], shown: Iterable[str]) -> list[Option]:
        there = set(shown)
        return [
            Option(str(v), labels[v], number=of(facet, str(v))) for v in labels if v in there
        ]

    there = numbers.values
    whole = [Option(WHOLE, N_("The whole course"), number=of("section", ""))]
    yield Choice(
        "section",
        N_("Section"),
        [Option("", N_("All"))]
        + (whole if "" in there("section") else [])
        + [
            Option(s.key, f"{s.number} {s.title}", False, of("section", s.key))
            for s in sections
            if s.key in there("section")
        ],
    )
    untold = [Option(NO_KIND, N_("Not said"), number=of("kind", ""))]
    kinds = named("kind", dict(KIND_LABELS), there("kind"))
    yield Choice("kind", N_("Kind"), [_any(), *kinds, *(untold if "" in there("kind") else [])])
    yield Choice(
        "outcome", N_("Answer"), [_any(), *named("outcome", OUTCOME_LABELS, there("outcome"))]
    )
    yield Choice("work", N_("Work"), [_any(), *named("work", WORK_LABELS, there("work"))])
    yield Choice("assigned", N_("Who has it"), _who(around.people, of))
    none = str(without(round_id))
    subjects, letters = (_lots(facet, around, of) for facet in LOTS)
    letters.sort(key=lambda one: -(one.number or 0))
    unsorted = Option(WITHOUT, N_("In no subject"), number=of("theme", none))
    alone = Option(WITHOUT, N_("In no letter"), number=of("group", none))
    yield Choice(
        "theme",
        N_("Subject"),
        [_any(), unsorted, *subjects] if subjects or filters.theme else [_any()],
    )
    yield Choice(
        "group",
        N_("Letter of many"),
        [_any(), alone, *letters] if letters or filters.group else [_any()],
    )
    yield Choice("age", N_("Waits for"), [_any(), *[Option(d, AGE_LABELS[d]) for d in AGES]])
    yield Choice(
        "endorsed",
        N_("Agreement"),
        [_any(), Option(ENDORSED, N_("Somebody agrees"), number=of("endorsed", "yes"))],
    )
    yield Choice(
        "placement",
        N_("In the next version"),
        [
            _any(),
            *[
                Option(state, label, number=of(state, str(of_round(round_id))))
                for state, label in PLACEMENT_LABELS.items()
                if there(state)
            ],
        ],
    )
    many = {name: _shared(numbers, name) for name in ("channel", "language")}
    yield Choice(
        "channel", N_("How it came"), [_any(), *named("channel", _CHANNELS, many["channel"])]
    )
    languages = {v: LANGUAGE_LABELS.get(v, v) for v in many["language"]}
    yield Choice("language", N_("Language"), [_any(), *named("language", languages, languages)])


def _lots(facet: str, around: Surroundings, of: Any) -> list[Option]:
    def name(lot: Lot) -> str:
        return lot.words or "…"  # whoever wrote it first has taken it back

    there = around.lots[facet]
    return [Option(o.public_id, name(o), False, of(facet, str(o.id))) for o in there]


def _any() -> Option:
    return Option("", N_("Any"))


def _who(people: Sequence[Person], of: Any) -> list[Option]:
    return [
        _any(),
        Option(ME, N_("I have it")),
        Option(NOBODY, N_("Nobody yet"), number=of("assigned", "0")),
        *[Option(p.public_id, p.name, False, of("assigned", str(p.id))) for p in people],
    ]
