""" "You said, we did": the public answers of a round, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app.curricula import queries as curricula
from feedback_app.curricula.queries import SectionRow
from feedback_app.rounds.queries import RoundRow
from feedback_app.rounds.small_numbers import Told
from feedback_app.triage.answered import PROMISE, Group, Pair, answered_pairs
from feedback_app.triage.models import PROMISES, Outcome
from feedback_app.triage.report_parts import Part, heard_in, section_lines, theme_lines

WHOLE_REPORT = 300
"""A report with more answers is read one section at a time."""
WHOLE = "whole"
_FIRST = [outcome.value for outcome in Outcome if outcome in PROMISES]
SIGNS = [*_FIRST, PROMISE, *(o.value for o in Outcome if o not in PROMISES)]


@dataclass(frozen=True)
class SectionPairs:
    """One section's answers by group; `section` is `None` for the whole course."""

    section: SectionRow | None
    groups: Sequence[tuple[Group, Sequence[Pair]]]

    @property
    def answers(self) -> int:
        return sum(len(pairs) for _group, pairs in self.groups)


@dataclass(frozen=True)
class Report:
    outcomes: Mapping[str, int]
    comments: int
    withdrawn: int
    hidden: int
    late: int
    unanswered: int
    note: str
    promises: Sequence[Pair]
    sections: Sequence[SectionPairs]
    outline: Sequence[tuple[SectionRow | None, int]]
    numbers: Mapping[str, str]
    satisfied: int
    unsatisfied: int
    chosen: str | None
    channels: Told[str]
    languages: Told[str]
    by_section: Sequence[Part]
    by_theme: Sequence[Part]
    once_more: int
    helped_since: int
    """Of those answered once more: whose writers say now that it answered them."""
    unanswered_no: int
    """Asks whose writers said no, and nothing was answered since."""

    @property
    def answers(self) -> int:
        return sum(self.outcomes.values())


def response_report(
    session: Session, round_: RoundRow, *, section: str | None = None
) -> Report:
    """The answers that are public now; all of them, or one section of a long report."""
    sections = curricula.outline(session, round_.revision_id, words=False)
    pairs = answered_pairs(session, round_, with_drawings=True)
    shown, chosen = _shown(pairs, sections, section)
    totals = {sign: sum(p.sign == sign for p in pairs) for sign in SIGNS}
    verdicts = {p.comment_row: p.verdict for p in pairs if p.verdict}
    by_section = {key: [p for p in pairs if p.section_key == key] for key in _keys(sections)}
    heard = heard_in(session, round_.id)
    return Report(
        outcomes={sign: number for sign, number in totals.items() if number},
        comments=heard.comments,
        withdrawn=heard.withdrawn,
        hidden=heard.hidden,
        late=heard.late,
        unanswered=heard.unanswered,
        note=heard.note,
        promises=[p for p in pairs if p.is_open_promise],
        sections=[
            SectionPairs(s, _grouped([p for p in shown if p.section_key == _key(s)]))
            for s in [None, *sections]
            if any(p.section_key == _key(s) for p in shown)
        ],
        outline=[(s, len(by_section[_key(s)])) for s in [None, *sections]],
        numbers={s.key: s.number for s in sections},
        satisfied=sum(v.is_satisfied for v in verdicts.values() if v),
        unsatisfied=sum(not v.is_satisfied for v in verdicts.values() if v),
        chosen=chosen,
        channels=heard.channels,
        languages=heard.languages,
        by_section=section_lines(sections, pairs),
        by_theme=theme_lines(heard, pairs),
        once_more=sum(p.is_once_more for p in pairs),
        helped_since=sum(p.is_once_more and p.says_now is True for p in pairs),
        unanswered_no=sum(p.says_now is False and not p.is_once_more for p in pairs),
    )


def _key(section: SectionRow | None) -> str | None:
    return section.key if section else None


def _keys(sections: Sequence[SectionRow]) -> list[str | None]:
    return [None, *(s.key for s in sections)]


def _shown(
    pairs: Sequence[Pair], sections: Sequence[SectionRow], section: str | None
) -> tuple[Sequence[Pair], str | None]:
    keys = {_name(key) for key in _keys(sections)}
    if section not in keys:
        if len(pairs) <= WHOLE_REPORT:
            return pairs, None
        answered = {p.section_key for p in pairs}
        section = next(_name(key) for key in _keys(sections) if key in answered)
    return [p for p in pairs if _name(p.section_key) == section], section


def _name(key: str | None) -> str:
    return key or WHOLE


def _grouped(pairs: Sequence[Pair]) -> list[tuple[Group, Sequence[Pair]]]:
    groups = [(group, [p for p in pairs if p.group is group]) for group in Group]
    return [(group, found) for group, found in groups if found]
