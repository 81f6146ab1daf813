""" "You said, we did": the public answers of a round, section by section."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import ScalarSelect, and_, case, func, or_, select
from sqlalchemy.orm import Session

from feedback_app.comments.conduct import ConductReason
from feedback_app.comments.labels import KIND_LABELS
from feedback_app.comments.labels import REASON_LABELS as REASON_LABELS_OF_CONDUCT
from feedback_app.comments.models import Anchor, Comment, CommentKind, CommentVersion, Point
from feedback_app.comments.sight import text_is_public, words_are_public
from feedback_app.core import clock
from feedback_app.core.html import render_comment
from feedback_app.core.i18n import N_
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.models import RevisionState
from feedback_app.curricula.queries import SectionRow
from feedback_app.rounds.models import Round
from feedback_app.rounds.queries import RoundRow
from feedback_app.triage.models import PROMISES, Disposition, Outcome, Reason
from feedback_app.triage.promises import (
    PromiseState,
    Standing,
    Tie,
    renewed_in,
    standing_of,
    ties_of,
)
from feedback_app.triage.queries import (
    VerdictRow,
    is_active,
    latest,
    must_be_answered,
    verdicts_on,
)
from feedback_app.triage.wording import REASON_LABELS, SIGNATURE_LABELS

WHOLE_REPORT = 300
"""A report with more answers is read one section at a time."""
WHOLE = "whole"
PROMISE = "promise"
KEPT = frozenset({PromiseState.PUBLISHED, PromiseState.TAUGHT_SINCE})


class Group(enum.StrEnum):
    CHANGED = "changed"
    PROMISED = "promised"
    UNCHANGED = "unchanged"
    OTHER = "other"


GROUP_LABELS: dict[Group, str] = {
    Group.CHANGED: N_("What changed"),
    Group.PROMISED: N_("Promised, not in the course yet"),
    Group.UNCHANGED: N_("What did not change, and why"),
    Group.OTHER: N_("Already in the course, answered, or kept"),
}
_FIRST = [outcome.value for outcome in Outcome if outcome in PROMISES]
SIGNS = [*_FIRST, PROMISE, *(o.value for o in Outcome if o not in PROMISES)]
_UNCHANGED = frozenset({Outcome.NOT_ADOPTED, Outcome.OUT_OF_SCOPE, Outcome.DEFERRED})


@dataclass(frozen=True)
class Pair:
    """What one person said and what the department did; one row per point."""

    comment_row: int
    comment_id: str
    section_key: str | None
    name: str | None
    kind: CommentKind | None
    language: str
    quote: str | None
    hidden_reason: ConductReason | None
    suggested_wording: str | None
    said: Markup
    said_text: str
    part: int
    submitted_on: date
    endorsements: int
    is_late: bool
    outcome: Outcome
    reason: Reason | None
    reason_detail: str
    rationale: str
    rationale_html: Markup
    answer_language: str
    office: str
    authority: str
    due_on: date | None
    referred_to: str
    covered_section_key: str | None
    published_at: datetime
    decided_alone: bool
    signature_label: str | None
    standing: Standing | None
    ties: Sequence[Tie]
    verdict: VerdictRow | None
    is_published: bool = True

    @property
    def group(self) -> Group:
        if self.outcome in PROMISES:
            return Group.CHANGED if self.is_in_the_text else Group.PROMISED
        return Group.UNCHANGED if self.outcome in _UNCHANGED else Group.OTHER

    @property
    def is_in_the_text(self) -> bool:
        """Whether a published version holds the promised words."""
        return self.standing is not None and self.standing.state in KEPT

    @property
    def sign(self) -> str:
        """The answer's name, which says "changed" only where the words have changed."""
        kept = self.outcome not in PROMISES or self.is_in_the_text
        return self.outcome.value if kept else PROMISE

    @property
    def is_open_promise(self) -> bool:
        return self.standing is not None and self.standing.state.is_open

    @property
    def kind_label(self) -> str | None:
        return KIND_LABELS[self.kind] if self.kind else None

    @property
    def hidden_label(self) -> str | None:
        """Why its words are not shown."""
        return REASON_LABELS_OF_CONDUCT[self.hidden_reason] if self.hidden_reason else None

    @property
    def reason_label(self) -> str | None:
        return REASON_LABELS[self.reason] if self.reason else None


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

    @property
    def answers(self) -> int:
        return sum(self.outcomes.values())


def response_report(
    session: Session, round_: RoundRow, *, section: str | None = None
) -> Report:
    """The answers that are public now; all of them, or one section of a long report."""
    sections = curricula.outline(session, round_.revision_id, words=False)
    pairs = answered_pairs(session, round_)
    shown, chosen = _shown(pairs, sections, section)
    totals = {sign: sum(p.sign == sign for p in pairs) for sign in SIGNS}
    verdicts = {p.comment_row: p.verdict for p in pairs if p.verdict}
    by_section = {key: [p for p in pairs if p.section_key == key] for key in _keys(sections)}
    totals_of = _totals(session, round_.id)
    return Report(
        outcomes={sign: number for sign, number in totals.items() if number},
        comments=totals_of.comments,
        withdrawn=totals_of.withdrawn,
        hidden=totals_of.hidden,
        late=totals_of.late,
        unanswered=totals_of.unanswered,
        note=totals_of.note or "",
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


def _totals(session: Session, round_id: int) -> Any:
    """What came in, was taken back, hidden or erased since, what waits, and why it does."""
    late = and_(Comment.is_late, Comment.withdrawn_at.is_(None))
    taken = or_(Comment.hidden_at.is_not(None), Comment.erased_at.is_not(None))
    note = select(Round.report_note).where(Round.id == round_id).scalar_subquery()
    return session.execute(
        select(
            func.count().label("comments"),
            func.count(Comment.withdrawn_at).label("withdrawn"),
            func.count(case((taken, 1))).label("hidden"),
            func.count(case((late, 1))).label("late"),
            _unanswered(round_id).label("unanswered"),
            note.label("note"),
        ).where(Comment.round_id == round_id, Comment.parent_id.is_(None))
    ).one()


def _unanswered(round_id: int) -> ScalarSelect[int]:
    """Points without a public answer; late ones are answered as a courtesy."""
    public = select(Disposition.id).where(
        Disposition.point_id == Point.id, Disposition.published_at.is_not(None)
    )
    return (
        select(func.count())
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Comment.round_id == round_id, must_be_answered(), ~public.exists())
        .correlate(None)
        .scalar_subquery()
    )


def answered_pairs(session: Session, round_: RoundRow, *, published: bool = True) -> list[Pair]:
    """Every public answer of a round in reading order; a fixed number of queries.

    With `published=False` every recorded one, for those who may read answers early.
    """
    is_read = text_is_public() if published else words_are_public()
    rows = session.execute(
        select(
            Disposition.id,
            Disposition.confirmed_as,
            Disposition.decided_at,
            Comment.submitted_at,
            case((is_read, CommentVersion.body)).label("body"),
            case((is_read, CommentVersion.html)).label("html"),
            case((is_read, CommentVersion.suggested_wording)).label("suggested_wording"),
            Point.start,
            Point.end,
            Point.number,
            Comment.id.label("comment_row"),
            Comment.public_id.label("comment_id"),
            Comment.section_key,
            case((is_read, Comment.display_name)).label("name"),
            Comment.kind,
            Comment.language,
            case((is_read, Anchor.exact)).label("quote"),
            Comment.hidden_reason,
            Comment.endorsements_count.label("endorsements"),
            Comment.is_late,
            Disposition.outcome,
            Disposition.reason,
            Disposition.reason_detail,
            Disposition.rationale,
            Disposition.rationale_html,
            Disposition.language.label("answer_language"),
            Disposition.office,
            Disposition.authority,
            Disposition.due_on,
            Disposition.referred_to,
            Disposition.covered_section_key,
            Disposition.published_at,
            Disposition.decided_alone,
        )
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .join(
            CommentVersion,
            and_(
                CommentVersion.comment_id == Comment.id,
                CommentVersion.number == Point.version_number,
            ),
        )
        .join(
            Disposition,
            and_(Disposition.point_id == Point.id, latest(published=published)),
        )
        .outerjoin(Anchor, Anchor.comment_id == Comment.id)
        .where(Comment.round_id == round_.id, is_active())
        .order_by(Comment.submitted_at, Comment.id, Point.start, Point.id)
    ).all()
    return _Pairs(session, round_, [row._asdict() for row in rows]).all()


class _Pairs:
    """Joins the rows with what became of their promises and with the commenters' verdicts."""

    def __init__(
        self, session: Session, round_: RoundRow, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        self.rows = rows
        self.zone = round_.time_zone
        adopting = [row["id"] for row in rows if row["outcome"] in PROMISES]
        self.ties = ties_of(session, adopting, zones={round_.curriculum_id: self.zone})
        self.renewed = renewed_in(session, [round_.curriculum_id] if adopting else []).get(
            round_.curriculum_id
        )
        self.verdicts = verdicts_on(session, [row["comment_row"] for row in rows])
        self.at = clock.now()

    def all(self) -> list[Pair]:
        parts: dict[int, int] = {}
        pairs = []
        for row in self.rows:
            parts[row["comment_row"]] = parts.get(row["comment_row"], 0) + 1
            pairs.append(self.pair(dict(row), parts[row["comment_row"]]))
        return pairs

    def pair(self, values: dict[str, Any], part: int) -> Pair:
        id_, decided_at = values.pop("id"), values.pop("decided_at")
        start, end = values.pop("start"), values.pop("end")
        body, html = values.pop("body"), values.pop("html")
        signature = values.pop("confirmed_as")
        submitted_at = values.pop("submitted_at")
        values.pop("number")
        passage = (body or "") if start is None else (body or "")[start:end]
        is_published = values["published_at"] is not None
        values["published_at"] = values["published_at"] or decided_at
        ties = self.ties.get(id_, [])
        standing = None
        if values["outcome"] in PROMISES:
            standing = standing_of(
                ties,
                promised_at=values["published_at"],
                due_on=values["due_on"],
                renewed_at=self.renewed,
                at=self.at,
                zone=self.zone,
            )
        return Pair(
            **values,
            said=(html or Markup()) if start is None else render_comment(passage).html,
            said_text=passage,
            part=part if start is not None else 0,
            submitted_on=submitted_at.astimezone(ZoneInfo(self.zone)).date(),
            signature_label=SIGNATURE_LABELS[signature] if signature else None,
            standing=standing,
            ties=[tie for tie in ties if tie.state is RevisionState.PUBLISHED],
            verdict=self._verdict(values),
            is_published=is_published,
        )

    def _verdict(self, values: Mapping[str, Any]) -> VerdictRow | None:
        """What was said of the answer; of a hidden comment only whether it was enough."""
        said = self.verdicts.get(values["comment_row"])
        return replace(said, because="") if said and values["hidden_reason"] else said
