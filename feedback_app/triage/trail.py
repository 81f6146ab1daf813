"""What became of one comment: its answers, the exact new words, and where it stands now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from feedback_app.comments.anchors import PlacementState, as_shown
from feedback_app.comments.models import Comment, Placement
from feedback_app.comments.sight import text_is_read, visible_to
from feedback_app.core import clock
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.models import Change, Curriculum, Revision, RevisionState, Section
from feedback_app.curricula.queries import ChangeRow
from feedback_app.policy import Actor
from feedback_app.triage.changes import before_and_after
from feedback_app.triage.models import Disposition
from feedback_app.triage.promises import Standing, Tie, renewed_at, standing_of, ties_of
from feedback_app.triage.queries import (
    AnswerRow,
    VerdictRow,
    published_answers,
    verdicts_on,
)


@dataclass(frozen=True)
class NewWords:
    """The words that keep a promise, as they were and as they are in a published version."""

    number: int
    section_key: str
    place: str
    section_number: str
    section_title: str
    before: str
    after: str
    exact: str
    elsewhere_reason: str


@dataclass(frozen=True)
class AnsweredPoint:
    """One ask with its public answer; `passage` is empty where it is the whole comment.

    `replaced` are the days of public answers that this one took the place of.
    """

    passage: str
    answer: AnswerRow
    standing: Standing | None
    words: Sequence[NewWords]
    replaced: Sequence[datetime]
    covered: str = ""


@dataclass(frozen=True)
class NewPlace:
    """Where the quoted words, or the section, stand in a later version.

    `before` are the words as they stood one step earlier, `came_from` the title of another
    section where that was.
    """

    state: PlacementState
    number: int
    section_key: str | None
    section_number: str
    section_title: str
    came_from: str
    before: str
    words: str
    is_quote: bool
    by_hand_at: datetime | None
    objected_at: datetime | None


@dataclass(frozen=True)
class Trail:
    """Told to everybody; nothing in it comes from an answer that is not public."""

    slug: str
    round_slug: str
    zone: str
    received_at: datetime
    is_late: bool
    due_on: date | None
    asks: int
    points: Sequence[AnsweredPoint]
    places: Sequence[NewPlace]
    verdict: VerdictRow | None

    @property
    def place(self) -> NewPlace | None:
        """The newest of its places."""
        return self.places[-1] if self.places else None

    @property
    def is_answered(self) -> bool:
        return bool(self.points) and len(self.points) >= self.asks

    @property
    def answered_at(self) -> datetime | None:
        days = [p.answer.published_at for p in self.points if p.answer.published_at]
        return max(days, default=None)


def trail(session: Session, comment: Comment, viewer: Actor) -> Trail | None:
    """The trail of a comment; nothing where it is gone, waits, is a reply, or is not seen."""
    reads = session.scalar(
        select(case((text_is_read(viewer), 1), else_=0)).where(
            Comment.id == comment.id, visible_to(viewer)
        )
    )
    if reads is None or comment.parent_id is not None or comment.is_gone or comment.held_at:
        return None
    curriculum = session.get_one(Curriculum, comment.revision.curriculum_id)
    answered = published_answers(session, [comment.id]).get(comment.id, [])
    round_ = comment.round
    ties = ties_of(
        session,
        curriculum.id,
        [answer.id for _, answer in answered],
        zone=curriculum.department.time_zone,
    )
    renewed = renewed_at(session, curriculum.id) if answered else None
    numbers = _Sections(session)
    replaced = _replaced(session, [point.id for point, _ in answered])
    points = [
        AnsweredPoint(
            passage=point.passage if point.start is not None and reads else "",
            answer=answer,
            standing=_standing(answer, ties.get(answer.id, ()), renewed, curriculum),
            words=_words(session, numbers, ties.get(answer.id, ())),
            replaced=[at for id_, at in replaced.get(point.id, ()) if id_ != answer.id],
            covered=_covered(session, comment, answer),
        )
        for point, answer in answered
    ]
    return Trail(
        slug=curriculum.slug,
        round_slug=round_.slug,
        zone=round_.time_zone,
        received_at=comment.submitted_at,
        is_late=comment.is_late,
        due_on=None if round_.is_independent else round_.answers_due_on,
        asks=sum(1 for point in comment.points if point.retired_at is None),
        points=points,
        places=_places(session, numbers, comment),
        verdict=_verdict(session, comment, bool(reads)),
    )


def _verdict(session: Session, comment: Comment, reads: bool) -> VerdictRow | None:
    said = verdicts_on(session, [comment.id]).get(comment.id)
    return said if said is None or reads else replace(said, because="")


def _standing(
    answer: AnswerRow, ties: Sequence[Tie], renewed: datetime | None, curriculum: Curriculum
) -> Standing | None:
    if not answer.outcome.promises_a_change:
        return None
    return standing_of(
        ties,
        promised_at=answer.published_at or answer.decided_at,
        due_on=answer.due_on,
        renewed_at=renewed,
        at=clock.now(),
        zone=curriculum.department.time_zone,
    )


class _Sections:
    """Numbers and titles of sections, read once for each revision."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.read: dict[int, dict[str, tuple[str, str]]] = {}

    def name(self, revision_id: int, key: str | None) -> tuple[str, str]:
        if revision_id not in self.read:
            rows = curricula.outline(self.session, revision_id, words=False)
            self.read[revision_id] = {row.key: (row.number, row.title) for row in rows}
        return self.read[revision_id].get(key or "", ("", ""))


def _words(session: Session, sections: _Sections, ties: Sequence[Tie]) -> list[NewWords]:
    """Only of published versions: a draft's words are told by nobody."""
    found = []
    for tie in ties:
        if tie.state is not RevisionState.PUBLISHED:
            continue
        number, title = sections.name(tie.revision_id, tie.section_key)
        before, after = _around(session, tie)
        found.append(
            NewWords(
                number=tie.number,
                section_key=tie.section_key,
                place=tie.place,
                section_number=number,
                section_title=title,
                before=before,
                after=after,
                exact=tie.exact,
                elsewhere_reason=tie.elsewhere_reason,
            )
        )
    return found


def _around(session: Session, tie: Tie) -> tuple[str, str]:
    row = session.execute(
        select(Change.section_key, Change.position, Change.kinds, Change.hunks, Change.drawing)
        .where(Change.revision_id == tie.revision_id, Change.section_key == tie.section_key)
        .limit(1)
    ).first()
    if row is None or tie.hunk is None:
        return "", tie.exact
    key, position, kinds, hunks, drawing = row
    change = ChangeRow(key, position, tuple(kinds), tuple(hunks), drawing)
    return before_and_after(change.comparison, tie.hunk)


def _replaced(
    session: Session, point_ids: Sequence[int]
) -> dict[int, list[tuple[int, datetime]]]:
    found: dict[int, list[tuple[int, datetime]]] = {}
    for point_id, id_, at in session.execute(
        select(Disposition.point_id, Disposition.id, Disposition.published_at)
        .where(Disposition.point_id.in_(point_ids), Disposition.published_at.is_not(None))
        .order_by(Disposition.id)
    ):
        if at is not None:
            found.setdefault(point_id, []).append((id_, at))
    return found


def _covered(session: Session, comment: Comment, answer: AnswerRow) -> str:
    """The words that already said it."""
    if answer.covered_section_key is None or answer.covered_start is None:
        return ""
    text = session.scalar(
        select(Section.text).where(
            Section.revision_id == comment.revision_id,
            Section.key == answer.covered_section_key,
        )
    )
    return (text or "")[answer.covered_start : answer.covered_end]


def _places(session: Session, sections: _Sections, comment: Comment) -> list[NewPlace]:
    """One step for each later published version, in their order."""
    rows = session.execute(
        select(Placement, Revision.number, Section.text)
        .join(Revision, Revision.id == Placement.revision_id)
        .outerjoin(
            Section,
            (Section.revision_id == Revision.id) & (Section.key == Placement.section_key),
        )
        .where(Placement.comment_id == comment.id, Revision.state == RevisionState.PUBLISHED)
        .order_by(Revision.number)
    )
    before = comment.anchor.exact if comment.anchor is not None else ""
    stood = sections.name(comment.revision_id, comment.section_key)[1]
    key = comment.section_key
    found: list[NewPlace] = []
    for placement, number, text in rows:
        name = sections.name(placement.revision_id, placement.section_key)
        words = (text or "")[placement.start : placement.end] if placement.end else ""
        moved = bool(placement.section_key) and placement.section_key != key
        found.append(
            NewPlace(
                state=as_shown(placement.state, before, words) if words else placement.state,
                number=number,
                section_key=placement.section_key,
                section_number=name[0],
                section_title=name[1],
                came_from=stood if moved else "",
                before=before,
                words=words,
                is_quote=comment.anchor is not None,
                by_hand_at=placement.placed_at if placement.placed_by_id else None,
                objected_at=placement.objected_at,
            )
        )
        if placement.section_key:
            before, stood, key = words or before, name[1], placement.section_key
    return found
