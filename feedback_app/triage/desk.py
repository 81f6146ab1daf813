"""What the moderators' pages show beside the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy.orm import Session

from feedback_app.comments import queries as comments
from feedback_app.comments.models import Comment, Point
from feedback_app.comments.queries import CommentCard
from feedback_app.core import clock
from feedback_app.core.html import Mark, highlight
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.models import Section
from feedback_app.curricula.queries import SectionRow
from feedback_app.organizations.queries import overseen_by
from feedback_app.policy import Actor, OrganizationKind, Permission, Role, allows
from feedback_app.rounds import queries as rounds
from feedback_app.rounds.models import Answering, Round, RoundState
from feedback_app.rounds.queries import RoundRow
from feedback_app.triage.beside import Beside, Holder, Judged, Kept, Named, WorkLine
from feedback_app.triage.beside import beside as beside_of
from feedback_app.triage.board_counts import undecided_by_round
from feedback_app.triage.filters import ORDER_LABELS, STATE_LABELS, WORK_LABELS
from feedback_app.triage.listing import Listing
from feedback_app.triage.queries import (
    AnswerRow,
    answers_to,
)
from feedback_app.triage.ready_texts import Offered
from feedback_app.triage.signatures import wrote_the_text
from feedback_app.triage.tokens import token_of
from feedback_app.triage.wording import OUTCOME_HINTS, REASON_PROOFS

LABELS = {
    "states": STATE_LABELS,
    "orders": ORDER_LABELS,
    "work": WORK_LABELS,
    "outcome_hints": OUTCOME_HINTS,
    "proofs": REASON_PROOFS,
}


@dataclass(frozen=True)
class RoundToAnswer:
    """A comment period in a moderator's list."""

    row: RoundRow
    points: int
    undecided: int
    days_overdue: int


@dataclass(frozen=True)
class Detail:
    """One point with all that its answer needs to be judged by."""

    point: Point
    card: CommentCard
    section: SectionRow | None
    words: Markup
    sections: Sequence[SectionRow]
    parts: Sequence[Point]
    answers: Sequence[AnswerRow]
    given: Mapping[int, Sequence[AnswerRow]]
    """The answers to each part of the comment, the newest first."""
    token: str
    prefilled: dict[str, Any]
    writes: bool
    judged: Judged | None
    ties: Sequence[Kept]
    ready: Sequence[Offered]
    """Texts of the department that can be put into the reason."""
    needs_second: bool
    """Whether the reader wrote the words that the comment speaks of."""
    has_second: bool
    may_publish: bool
    may_sign: bool
    themes: Sequence[Named]
    letter: Named | None
    assignment: Holder | None
    lines: Sequence[WorkLine]
    is_inside: bool
    proposes: bool
    viewer_id: int | None

    @property
    def comment(self) -> Comment:
        return self.point.comment

    @property
    def asks_for_two(self) -> bool:
        return self.comment.round.department.asks_for_two

    @property
    def latest(self) -> AnswerRow | None:
        return self.answers[0] if self.answers else None

    def said_of(self, part: Point) -> AnswerRow | None:
        """The newest answer to one of the parts."""
        return next(iter(self.given.get(part.id, ())), None)

    @property
    def place(self) -> int:
        """Which part of its comment this is, from 1; 0 where nothing is split."""
        if len(self.parts) < 2:
            return 0
        return next((n for n, p in enumerate(self.parts, 1) if p.id == self.point.id), 0)


def detail(session: Session, point: Point, viewer: Actor, beside: Listing) -> Detail:
    """What is read of one point; what stands in the list beside it is not asked again."""
    comment = point.comment
    sections = beside.sections
    section = next((s for s in sections if s.key == comment.section_key), None)
    text = _text(session, comment)
    is_there = not comment.is_gone
    active = [p for p in comment.points if p.retired_at is None and is_there]
    given = answers_to(session, [point, *(p for p in active if p.id != point.id)])
    answers = given[point.id]
    decider = answers[0].decided_by_id if answers else viewer.account_id or 0
    writes = allows(viewer, Permission.TRIAGE, comment) and point.retired_at is None
    latest = answers[0] if answers else None
    is_inside = viewer.in_organization(comment.department_id)
    near = beside_of(session, point, comment.department_id, viewer.account_id)
    current = comment.current
    token = token_of(current.number, current.salt, latest.public_id if latest else None)
    return Detail(
        point=point,
        card=comments.card_of(session, comment, viewer, beside.told),
        section=section,
        words=_words(comment, text),
        sections=sections,
        parts=sorted(active, key=lambda p: (p.start or 0, p.number)),
        answers=answers,
        given=given,
        token=token,
        prefilled=_prefilled(session, point, latest, near, token),
        writes=writes and is_there,
        judged=near.judged,
        ties=[t for t in near.ties if latest and t.answer_id == latest.public_id],
        ready=near.ready if writes and is_there else (),
        needs_second=text.changed_by_id == viewer.account_id
        if text is not None
        else wrote_the_text(session, comment, viewer.account_id),
        has_second=any(p.is_moderator and p.id != decider for p in beside.people),
        may_publish=_may_publish(comment.round, latest, viewer),
        may_sign=latest is not None
        and latest.waits_for_signature
        and latest.decided_by_id != viewer.account_id
        and allows(viewer, Permission.SIGN_SECOND, comment),
        themes=near.themes,
        letter=near.letter,
        assignment=near.assignment,
        lines=near.lines if is_inside else (),
        is_inside=is_inside,
        proposes=allows(viewer, Permission.PROPOSE_CAUSE, comment),
        viewer_id=viewer.account_id,
    )


def card(session: Session, comment: Comment, viewer: Actor) -> CommentCard:
    return comments.card_of(session, comment, viewer)


def _text(session: Session, comment: Comment) -> Section | None:
    """The section that a comment speaks of."""
    if comment.section_key is None:
        return None
    return curricula.get_section(session, comment.revision, comment.section_key)


def _words(comment: Comment, section: Section | None) -> Markup:
    """The words of the section, with the quote marked in them."""
    if section is None:
        return Markup()
    anchor = comment.anchor
    if anchor is None or anchor.section_key != section.key or comment.is_gone:
        return section.html
    return highlight(section.html, [Mark(anchor.start, anchor.end, css_class="q q--on")])


def _prefilled(
    session: Session, point: Point, latest: AnswerRow | None, near: Beside, token: str
) -> dict[str, Any]:
    """The answer as it stands, while it is not public; else what one types every time."""
    if latest is None or latest.published_at is not None:
        comment = point.comment
        office, authority = near.signature
        return {
            "based_on": token,
            "office": office or comment.round.department.name,
            "authority": authority,
            "language": comment.round.language,
        }
    return {"based_on": token} | as_it_stands(session, point.comment, latest)


def as_it_stands(session: Session, comment: Comment, latest: AnswerRow) -> dict[str, Any]:
    """What the fields of an answer's form hold when it is opened again."""
    return {
        "outcome": latest.outcome,
        "rationale": latest.rationale,
        "reason": latest.reason,
        "reason_detail": latest.reason_detail,
        "covered_section": latest.covered_section_key or "",
        "covered_words": covered_words(session, comment, latest),
        "referred_to": latest.referred_to,
        "due_on": latest.due_on,
        "translation": latest.translation,
        "evidence_url": latest.evidence_url,
        "evidence_title": latest.evidence_title,
        "office": latest.office,
        "authority": latest.authority,
        "language": latest.language,
    }


def covered_words(session: Session, comment: Comment, answer: AnswerRow) -> str:
    if answer.covered_section_key is None or answer.covered_start is None:
        return ""
    section = curricula.get_section(session, comment.revision, answer.covered_section_key)
    return section.text[answer.covered_start : answer.covered_end]


def _may_publish(round_: Round, latest: AnswerRow | None, viewer: Actor) -> bool:
    """Whether this answer can be published by itself now."""
    return (
        latest is not None
        and latest.published_at is None
        and allows(viewer, Permission.PUBLISH_REPORT, round_)
        and (
            round_.answering is Answering.ONE_BY_ONE
            or round_.state(clock.now()) is RoundState.ANSWERED
        )
    )


def rounds_to_answer(
    session: Session, viewer: Actor, locale: str
) -> list[RoundToAnswer] | None:
    """The rounds of one's departments, those with most left to do by the oldest due day first.

    `None` for somebody who has nothing to answer anywhere.
    """
    departments = viewer.organizations(OrganizationKind.DEPARTMENT)
    boards = viewer.with_role(Role.REVIEWER)
    if boards:
        departments |= {d.id for d in overseen_by(session, boards)}
    if not departments and not boards:
        return None
    rows = rounds.rounds_of(
        session, viewer=viewer, locale=locale, department_ids=frozenset(departments)
    )
    numbers = undecided_by_round(session, [row.id for row in rows])
    found = [_to_answer(row, *numbers.get(row.id, (0, 0))) for row in rows]
    return sorted(found, key=lambda r: (r.undecided == 0, r.row.answers_due_on or date.max))


def _to_answer(row: RoundRow, points: int, undecided: int) -> RoundToAnswer:
    today = clock.now().astimezone(ZoneInfo(row.time_zone)).date()
    late = (
        (today - row.answers_due_on).days
        if row.answers_due_on and row.report_published_at is None
        else 0
    )
    return RoundToAnswer(row, points, undecided, max(late, 0))
