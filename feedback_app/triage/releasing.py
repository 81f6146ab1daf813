"""Publishing answers: together as a round's report, or one by one where the round says so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.curricula.models import Revision, RevisionState
from feedback_app.log import services as log
from feedback_app.policy import Actor, Permission
from feedback_app.rounds.models import Answering, Round, RoundState
from feedback_app.triage import rules
from feedback_app.triage.adoption import log_published
from feedback_app.triage.models import Adoption, Disposition
from feedback_app.triage.once_more import seconds_among
from feedback_app.triage.queries import (
    answers_to_publish,
    latest_answer,
    lock,
    undecided_count,
)
from feedback_app.triage.signatures import without_second
from feedback_app.triage.telling import chunks, tell_commenters


@dataclass(frozen=True)
class Released:
    """What one publishing made public, for its log entry; `digest` is the hash of the list."""

    answers: int = 0
    promises: int = 0
    alone: int = 0
    corrected: int = 0
    once_more: int = 0
    digest: str = ""


def publish_report(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    note: str = "",
    not_together_reason: str = "",
) -> Released:
    """Make all answers of a closed round public at once; call it under the round's lock.

    Comments that must still wait need a public reason; they stay undecided for the course. So
    does going without the host where both signed that they go through the answers together.
    """
    actor = policy.require(actor, Permission.PUBLISH_REPORT, round_)
    at = clock.now()
    state = round_.state(at)
    if state is RoundState.ANSWERED:
        raise rules.ReportAlreadyPublished
    if state is not RoundState.CLOSED:
        raise rules.RoundNotClosed
    undecided = undecided_count(session, round_)
    if undecided and not note.strip():
        raise rules.UndecidedWithoutReason(count=undecided)
    alone = round_.owes_going_through
    if alone and not not_together_reason.strip():
        raise rules.NotGoneThrough
    released = publish_answers(session, answers_to_publish(session, round_), actor=actor, at=at)
    round_.report_published_at = at
    round_.report_note = note.strip()
    log.append(
        session,
        actor=actor,
        kind="report.published",
        subject=round_,
        facts={
            "answers": released.answers,
            "undecided": undecided,
            "promises": released.promises,
            "alone": released.alone,
            "corrected": released.corrected,
            "reason": round_.report_note or None,
            "not_together_reason": not_together_reason.strip() if alone else None,
        },
        commitments={"answers": released.digest},
        at=at,
    )
    return released


def publish_disposition(
    session: Session, disposition: Disposition, *, actor: Actor
) -> Disposition:
    """Publish one answer, in a round that answers one by one or whose report is out."""
    round_ = disposition.point.comment.round
    actor = policy.require(actor, Permission.PUBLISH_REPORT, round_)
    at = clock.now()
    if round_.answering is Answering.TOGETHER and round_.state(at) is not RoundState.ANSWERED:
        raise rules.PublishedTogether
    lock(session, disposition)
    latest = latest_answer(session, disposition.point)
    if disposition.published_at is not None or latest is None or latest.id != disposition.id:
        raise rules.AnswerAlreadyPublished
    if disposition.point.comment.is_gone:
        raise rules.CommentWithdrawn
    if disposition.point.retired_at is not None:
        raise rules.PointReplaced
    released = publish_answers(session, [disposition], actor=actor, at=at)
    log.append(
        session,
        actor=actor,
        kind="disposition.published",
        subject=disposition,
        parents=[disposition.point, disposition.point.comment],
        facts={
            "outcome": disposition.outcome.value,
            "reason": disposition.reason.value if disposition.reason else None,
            "office": disposition.office,
            "authority": disposition.authority,
            "due_on": disposition.due_on.isoformat() if disposition.due_on else None,
            "alone": bool(released.alone),
            "corrected": bool(released.corrected),
            "once_more": bool(released.once_more),
        },
        commitments={"answers": released.digest},
        at=at,
    )
    return disposition


def publish_answers(
    session: Session,
    dispositions: Iterable[Disposition],
    *,
    actor: Actor,
    at: datetime,
    listed: Revision | None = None,
) -> Released:
    """Make these answers public and tell their commenters; the caller's act logs it.

    Words of `listed` get no entry of their own: they are in the list that its entry seals.

    An answer about its author's own text waits for its signature, unless the department has
    nobody else who could give it: then the page says that one person decided.
    """
    found = _hold(session, [d for d in dispositions if d.published_at is None])
    if not found:
        return Released(digest=_digest([]))
    waiting: dict[int, bool] = {}
    for department_id in {d.point.department_id for d in found}:
        waiting |= without_second(
            session, department_id, [d for d in found if d.point.department_id == department_id]
        )
    if not all(waiting.values()):
        raise rules.AnswerWaitsForSignature
    corrected = _published_before(session, [d.point_id for d in found])
    _set_public(session, [d.id for d in found if d.id not in waiting], at, alone=False)
    _set_public(session, list(waiting), at, alone=True)
    _name_ties(session, found, actor, listed)
    seconds = seconds_among(session, found)
    first = [d for d in found if d.id not in seconds]
    tell_commenters(session, "comment_answered", first, at=at)
    again = [d for d in found if d.id in seconds]
    tell_commenters(session, "answered_once_more", again, at=at)
    return Released(
        answers=len(found),
        promises=sum(d.outcome.promises_a_change for d in found),
        alone=len(waiting),
        corrected=len(corrected),
        once_more=len(seconds),
        digest=_digest(found),
    )


def _set_public(session: Session, ids: Sequence[int], at: datetime, *, alone: bool) -> None:
    """Many in one statement: the board's triggers count once for each."""
    for chunk in chunks(ids):
        session.execute(
            update(Disposition)
            .where(Disposition.id.in_(chunk))
            .values(published_at=at, decided_alone=alone)
        )


def _hold(session: Session, dispositions: Sequence[Disposition]) -> list[Disposition]:
    """Those that are not public yet; nobody takes one of them back from here on, signs it or
    asks for a signature. One that is gone already stops it all.

    What somebody did between our reading them and our holding them is read here.
    """
    known = {d.id: d for d in dispositions}
    for chunk in chunks(sorted(known)):
        held = session.execute(
            select(Disposition.id, *(getattr(Disposition, name) for name in _MAY_CHANGE))
            .where(Disposition.id.in_(chunk))
            .order_by(Disposition.id)
            .with_for_update()
        ).all()
        if len(held) < len(chunk):
            raise rules.AnswerTakenBack
        for id_, *values in held:
            for name, value in zip(_MAY_CHANGE, values, strict=True):
                set_committed_value(known[id_], name, value)
    return [d for d in dispositions if d.published_at is None]


_MAY_CHANGE = (
    "needs_second",
    "confirmed_by_id",
    "confirmed_as",
    "confirmed_at",
    "published_at",
)
"""What becomes of an answer after it was given."""


def _name_ties(
    session: Session,
    dispositions: Sequence[Disposition],
    actor: Actor,
    listed: Revision | None,
) -> None:
    """Words of versions already public, tied while their answers were not, get their entry now.

    Until an answer is public its tie is logged as a commitment: a name would tell its outcome.
    """
    for chunk in chunks([d.id for d in dispositions]):
        for tie, revision in session.execute(
            select(Adoption, Revision)
            .join(Revision, Revision.id == Adoption.revision_id)
            .where(
                Adoption.disposition_id.in_(chunk), Revision.state == RevisionState.PUBLISHED
            )
            .order_by(Adoption.id)
        ):
            if revision is not listed:
                log_published(session, tie, revision, actor=actor)


def _digest(dispositions: Sequence[Disposition]) -> str:
    """SHA-256 over the canonical JSON list of (public id, outcome), ordered by id."""
    values = sorted([d.public_id, d.outcome.value] for d in dispositions)
    return hashlib.sha256(log.canonical(values).encode()).hexdigest()


def _published_before(session: Session, point_ids: Sequence[int]) -> frozenset[int]:
    found: set[int] = set()
    for chunk in chunks(point_ids):
        found.update(
            session.scalars(
                select(Disposition.point_id).where(
                    Disposition.point_id.in_(chunk), Disposition.published_at.is_not(None)
                )
            )
        )
    return frozenset(found)
