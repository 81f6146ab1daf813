"""What people of a round said and what was answered, one pair for each point."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from feedback_app.comments.conduct import ConductReason, State
from feedback_app.comments.labels import KIND_LABELS
from feedback_app.comments.labels import REASON_LABELS as REASON_LABELS_OF_CONDUCT
from feedback_app.comments.models import (
    Anchor,
    Comment,
    CommentKind,
    CommentVersion,
    Point,
    words_of_point,
)
from feedback_app.comments.sight import (
    reason_column,
    state_column,
    text_is_public,
    text_reaches_department,
)
from feedback_app.core import clock
from feedback_app.core.html import render_comment
from feedback_app.core.orm import alias
from feedback_app.curricula.models import RevisionState
from feedback_app.rounds.queries import RoundRow
from feedback_app.triage.answer_facts import AnswerFacts, Word, last_word
from feedback_app.triage.models import PROMISES, Disposition, Reason
from feedback_app.triage.once_more import was_answered_twice
from feedback_app.triage.promises import Tie, renewed_at, standing_of, ties_of
from feedback_app.triage.queries import VerdictRow, is_active, latest
from feedback_app.triage.wording import REASON_LABELS, SIGNATURE_LABELS


@dataclass(frozen=True, kw_only=True)
class Pair(AnswerFacts):
    """What one person said and what the department did; one row per point."""

    comment_id: str
    name: str | None
    kind: CommentKind | None
    language: str
    quote: str | None
    hidden_reason: ConductReason | None
    state: State
    why: ConductReason | None
    suggested_wording: str | None
    said: Markup
    said_text: str
    part: int
    submitted_on: date
    endorsements: int
    is_late: bool
    reason: Reason | None
    reason_detail: str
    rationale: str
    rationale_html: Markup
    answer_language: str
    office: str
    authority: str
    translation: str
    translation_html: Markup
    translation_language: str | None
    evidence_url: str
    evidence_title: str
    due_on: date | None
    referred_to: str
    covered_section_key: str | None
    decided_alone: bool
    signature_label: str | None
    ties: Sequence[Tie]
    first_published_at: datetime | None
    is_published: bool = True
    is_read: bool = True
    """Whether its words may stand here; else what became of it stands in their place."""

    @property
    def is_corrected(self) -> bool:
        """Whether another answer to the same ask was public before."""
        return (
            self.is_published
            and self.first_published_at is not None
            and self.first_published_at < self.published_at
        )

    @property
    def kind_label(self) -> str | None:
        return KIND_LABELS[self.kind] if self.kind else None

    @property
    def hidden_label(self) -> str | None:
        """Why its words are not shown."""
        return REASON_LABELS_OF_CONDUCT[self.hidden_reason] if self.hidden_reason else None

    @property
    def why_label(self) -> str:
        """Why it is not shown to everybody, or not whole."""
        return REASON_LABELS_OF_CONDUCT[self.why] if self.why else ""

    @property
    def reason_label(self) -> str | None:
        return REASON_LABELS[self.reason] if self.reason else None


@dataclass(frozen=True)
class Gone:
    """A comment that its writer took back or that was erased: a line is left, no words."""

    comment_id: str
    section_key: str | None
    state: State
    why: ConductReason | None
    submitted_on: date


def gone_of(session: Session, round_: RoundRow) -> list[Gone]:
    """Comments of a round that nobody reads any more, as they came in."""
    rows = session.execute(
        select(
            Comment.public_id,
            Comment.section_key,
            state_column(),
            reason_column(),
            Comment.submitted_at,
        )
        .where(
            Comment.round_id == round_.id,
            Comment.parent_id.is_(None),
            or_(Comment.withdrawn_at.is_not(None), Comment.erased_at.is_not(None)),
        )
        .order_by(Comment.submitted_at, Comment.id)
    )
    zone = ZoneInfo(round_.time_zone)
    return [
        Gone(id_, key, State(state), why, at.astimezone(zone).date())
        for id_, key, state, why, at in rows
    ]


def answered_pairs(
    session: Session,
    round_: RoundRow,
    *,
    published: bool = True,
    with_drawings: bool = False,
    points: Collection[int] | None = None,
) -> list[Pair]:
    """Every public answer of a round in reading order; a fixed number of queries.

    With `published=False` every recorded one, for those who may read answers early; with
    `points` those to these asks alone.
    """
    is_read = text_is_public() if published else text_reaches_department()
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
            Point.id.label("point_row"),
            Word.is_satisfied,
            Word.because,
            Word.given_at,
            first_published().label("first_published_at"),
            was_answered_twice().label("is_once_more"),
            renewed_at(round_.curriculum_id).label("renewed_at"),
            Comment.id.label("comment_row"),
            Comment.public_id.label("comment_id"),
            Comment.section_key,
            case((is_read, Comment.display_name)).label("name"),
            Comment.kind,
            Comment.language,
            case((is_read, Anchor.exact)).label("quote"),
            Comment.hidden_reason,
            state_column(),
            reason_column(),
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
            Disposition.translation,
            Disposition.translation_html,
            Disposition.translation_language,
            Disposition.evidence_url,
            Disposition.evidence_title,
            Disposition.due_on,
            Disposition.referred_to,
            Disposition.covered_section_key,
            Disposition.published_at,
            Disposition.decided_alone,
        )
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentVersion, words_of_point())
        .join(
            Disposition,
            and_(Disposition.point_id == Point.id, latest(published=published)),
        )
        .outerjoin(Anchor, Anchor.comment_id == Comment.id)
        .outerjoin(Word, Word.id == last_word())
        .where(Comment.round_id == round_.id, is_active(), _among(points))
        .order_by(Comment.submitted_at, Comment.id, Point.start, Point.id)
    ).all()
    return _Pairs(session, round_, [row._asdict() for row in rows], with_drawings).all()


def _among(points: Collection[int] | None) -> ColumnElement[bool]:
    return true() if points is None else Point.id.in_(points)


Earlier = alias(Disposition)


def first_published() -> Any:
    """When the ask of a disposition first had a public answer."""
    return (
        select(func.min(Earlier.published_at))
        .where(Earlier.point_id == Disposition.point_id)
        .correlate(Disposition)
        .scalar_subquery()
    )


class _Pairs:
    """Joins the rows with what became of their promises and with the commenters' verdicts."""

    def __init__(
        self,
        session: Session,
        round_: RoundRow,
        rows: Sequence[Mapping[str, Any]],
        with_drawings: bool,
    ) -> None:
        self.rows = rows
        self.zone = round_.time_zone
        adopting = [row["id"] for row in rows if row["outcome"] in PROMISES]
        zones = {round_.curriculum_id: self.zone}
        self.ties = ties_of(session, adopting, zones=zones, with_drawings=with_drawings)
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
        word = [values.pop(name) for name in ("is_satisfied", "because", "given_at")]
        renewed = values.pop("renewed_at")
        values.pop("number")
        passage = (body or "") if start is None else (body or "")[start:end]
        is_published = values["published_at"] is not None
        values["published_at"] = values["published_at"] or decided_at
        values["state"] = State(values["state"])
        ties = self.ties.get(id_, [])
        standing = None
        if values["outcome"] in PROMISES:
            standing = standing_of(
                ties,
                promised_at=values["published_at"],
                due_on=values["due_on"],
                renewed_at=renewed,
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
            verdict=self._verdict(values, VerdictRow(*word) if word[2] else None),
            is_published=is_published,
            is_read=body is not None,
        )

    def _verdict(self, values: Mapping[str, Any], said: VerdictRow | None) -> VerdictRow | None:
        """What was said of the answer; of a hidden comment only whether it was enough."""
        return replace(said, because="") if said and values["hidden_reason"] else said
