""" "You said, we did": the public answers of a round, section by section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from feedback_app.curricula import queries as curricula
from feedback_app.curricula.queries import SectionRow
from feedback_app.rounds.queries import RoundRow
from feedback_app.triage.answer_facts import PROMISE, AnswerFacts, Group, answer_facts
from feedback_app.triage.answered import Pair, answered_pairs
from feedback_app.triage.models import PROMISES, Outcome
from feedback_app.triage.report_parts import (
    Heard,
    Part,
    Verdicts,
    groups_by_section,
    heard_in,
    next_due,
    section_lines,
    theme_lines,
    verdicts_in,
)

WHOLE_REPORT = 300
"""A report with more answers has a page for each section."""
PAGE = 100
"""So many answers stand on one page of a section of such a report."""
FIRST_PROMISES = 50
WHOLE = "whole"
_FIRST = [outcome.value for outcome in Outcome if outcome in PROMISES]
SIGNS = [*_FIRST, PROMISE, *(o.value for o in Outcome if o not in PROMISES)]


@dataclass(frozen=True)
class SectionPairs:
    """One section's answers by group; `section` is `None` for the whole course.

    `counts` has all of them, `groups` those on this page.
    """

    section: SectionRow | None
    counts: Mapping[Group, int]
    groups: Sequence[tuple[Group, Sequence[Pair]]]

    @property
    def answers(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Report:
    heard: Heard
    verdicts: Verdicts
    outcomes: Mapping[str, int]
    open_promises: int
    promises: Sequence[Pair]
    """The first of those that are open, with their words."""
    next_due: date | None
    sections: Sequence[SectionPairs]
    by_section: Sequence[Part]
    by_theme: Sequence[Part]
    numbers: Mapping[str, str]
    chosen: str | None
    page: int
    has_more: bool

    @property
    def in_the_draft(self) -> int:
        """Promises that nothing public keeps yet, and whose words are being written."""
        return self.outcomes.get(PROMISE, 0) - self.open_promises

    @property
    def answers(self) -> int:
        return sum(self.outcomes.values())

    @property
    def is_long(self) -> bool:
        """Whether its answers stand on pages of their own, one section at a time."""
        return self.answers > WHOLE_REPORT


def response_report(
    session: Session, round_: RoundRow, *, section: str | None = None, page: int = 0
) -> Report:
    """The answers that are public now: all of them, or one section's. Of a long report a page
    of one section; without a section only what is counted, and the first promises."""
    sections = curricula.outline(session, round_.revision_id, words=False)
    heard = heard_in(session, round_.id)
    facts: Sequence[AnswerFacts]
    if is_long := heard.answers > WHOLE_REPORT:
        facts = answer_facts(session, round_)
    else:
        facts = answered_pairs(session, round_, with_drawings=True)
    known = {WHOLE, *(s.key for s in sections)}
    chosen = section if section in known else None
    here = _listed(facts, chosen) if chosen or not is_long else []
    first = page * PAGE if is_long else 0
    listed = here[first : first + PAGE] if is_long else here
    promised = [fact for fact in facts if fact.is_open_promise]
    wanted = [*listed, *promised[:FIRST_PROMISES]]
    pairs = _with_words(session, round_, facts, wanted)
    signs = Counter(fact.sign for fact in facts)
    by_section = groups_by_section(facts)
    return Report(
        heard=heard,
        verdicts=verdicts_in(facts),
        outcomes={sign: signs[sign] for sign in SIGNS if signs[sign]},
        open_promises=len(promised),
        promises=_those(promised[:FIRST_PROMISES], pairs),
        next_due=next_due(promised),
        sections=_sections(sections, by_section, _those(listed, pairs)),
        by_section=section_lines(sections, by_section),
        by_theme=theme_lines(heard, facts),
        numbers={s.key: s.number for s in sections},
        chosen=chosen,
        page=page,
        has_more=first + len(listed) < len(here),
    )


def _listed(facts: Sequence[AnswerFacts], chosen: str | None) -> list[AnswerFacts]:
    """In the order in which a section tells them: what changed, what is promised, the rest."""
    here = [f for f in facts if chosen is None or (f.section_key or WHOLE) == chosen]
    return sorted(here, key=lambda fact: list(Group).index(fact.group))


def _with_words(
    session: Session,
    round_: RoundRow,
    facts: Sequence[AnswerFacts],
    wanted: Sequence[AnswerFacts],
) -> dict[int, Pair]:
    """The pairs of these facts by point; read only where they were not read before."""
    read = [fact for fact in facts if isinstance(fact, Pair)]
    if wanted and not read:
        points = {fact.point_row for fact in wanted}
        read = answered_pairs(session, round_, with_drawings=True, points=points)
    return {pair.point_row: pair for pair in read}


def _those(facts: Sequence[AnswerFacts], pairs: Mapping[int, Pair]) -> list[Pair]:
    """Without any that were erased between two statements."""
    return [pairs[fact.point_row] for fact in facts if fact.point_row in pairs]


def _sections(
    sections: Sequence[SectionRow],
    by_section: Mapping[str | None, Counter[Group]],
    pairs: Sequence[Pair],
) -> list[SectionPairs]:
    found: dict[str | None, dict[Group, list[Pair]]] = {}
    for pair in pairs:
        found.setdefault(pair.section_key, {}).setdefault(pair.group, []).append(pair)
    keyed: list[tuple[str | None, SectionRow | None]] = [(None, None)]
    keyed += [(s.key, s) for s in sections]
    return [
        SectionPairs(
            section,
            by_section[key],
            [(group, found[key][group]) for group in Group if group in found[key]],
        )
        for key, section in keyed
        if key in found
    ]
