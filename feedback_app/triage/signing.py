"""The second signature: what waits for it, giving it, and sending an answer back instead."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, false, func, select, update
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments.letter_models import DuplicateGroup
from feedback_app.comments.models import Comment, Point
from feedback_app.core import clock
from feedback_app.log import services as log
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor, Permission, Role
from feedback_app.rounds.models import Round
from feedback_app.triage import rules, work
from feedback_app.triage.letter_models import GroupAnswer
from feedback_app.triage.models import Disposition, Signature
from feedback_app.triage.queries import is_active, latest, latest_answer, lock
from feedback_app.triage.signatures import moderators_of, signer
from feedback_app.triage.telling import chunks


def ask_for_two(session: Session, department: Organization, *, actor: Actor, asks: bool) -> int:
    """Whether a second moderator signs every answer; how many given before now wait for it.

    Every answer that is not public yet is meant, as the department's page says: also one that
    was given before. What waits already goes on waiting when the department asks no longer.
    """
    actor = policy.require(actor, Permission.MANAGE_MEMBERS, department)
    if asks == department.asks_for_two:
        return 0
    if asks and len(moderators_of(session, department.id)) < 2:
        raise rules.NoSecondModerator
    department.asks_for_two = asks
    session.flush()  # answers given meanwhile wait for this row, so none slips through
    held = _signed_by_one(department).with_for_update(of=Disposition)
    ids = session.scalars(held).all() if asks else []  # without what is made public meanwhile
    for chunk in chunks(ids):
        session.execute(
            update(Disposition).where(Disposition.id.in_(chunk)).values(needs_second=True)
        )
    log.append(
        session,
        actor=actor,
        kind="organization.signing_changed",
        subject=department,
        facts={"two": asks, "given_before": len(ids)},
    )
    return len(ids)


def signed_by_one(session: Session, department: Organization) -> int:
    """How many answers that are not public yet would wait, if the department asked for two."""
    query = _signed_by_one(department).subquery()
    return session.scalar(select(func.count()).select_from(query)) or 0


def _signed_by_one(department: Organization) -> Select[int]:
    return (
        select(Disposition.id)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(Round, Round.id == Comment.round_id)
        .where(
            Round.department_id == department.id,
            Point.retired_at.is_(None),  # a split is for good; what is hidden may come back
            latest(),
            Disposition.published_at.is_(None),
            Disposition.needs_second.is_(False),
        )
        .order_by(Disposition.id)
    )


def confirm_disposition(
    session: Session, disposition: Disposition, *, actor: Actor
) -> Disposition:
    """Give the second signature to an answer that waits for one."""
    actor, signature = signer(session, disposition, actor)
    _hold(session, disposition)
    disposition.confirmed_by_id = actor.account_id
    disposition.confirmed_as = signature
    disposition.confirmed_at = clock.now()
    disposition.returned_at = None
    log.append(
        session,
        actor=actor,
        kind="disposition.confirmed",
        subject=disposition,
        parents=[disposition.point],
        facts={"side": signature.value},
    )
    return disposition


def confirm_letter(session: Session, disposition: Disposition, *, actor: Actor) -> int:
    """Sign the one answer that everybody who sent a letter got; how many were signed.

    A letter is read once. Only rows that say letter for letter the same are signed along, so
    whoever was given another answer, or had it changed since, is read by itself.
    """
    actor, signature = signer(session, disposition, actor)
    _hold(session, disposition)
    group_id = _letter_id(session, disposition)
    alike = same_letter(session, disposition, actor, lock=True)
    if group_id is None or not alike:
        raise rules.SignatureNotNeeded
    at = clock.now()
    for one in alike:
        one.confirmed_by_id, one.confirmed_as, one.confirmed_at = (
            actor.account_id,
            signature,
            at,
        )
    round_ = disposition.point.comment.round
    log.append(
        session,
        actor=actor,
        kind="letter.signed",
        subject=session.get_one(DuplicateGroup, group_id),
        parents=[round_],
        facts={"answers": len(alike), "side": signature.value},
        commitments={"answers": _digest(alike)},
        at=at,
    )
    return len(alike)


_SAID = ("rationale", "outcome", "decided_by_id", "office", "authority")
"""By which two answers to a letter are the same one."""


def same_letter(
    session: Session, disposition: Disposition, viewer: Actor, *, lock: bool = False
) -> list[Disposition]:
    """What this person may sign together with this answer, itself among them; none where it
    was not given to a letter."""
    group_id = _letter_id(session, disposition)
    if group_id is None:
        return []
    said = (getattr(Disposition, name) == getattr(disposition, name) for name in _SAID)
    round_ = disposition.point.comment.round
    query = (
        _waiting(session, round_, viewer)
        .join(GroupAnswer, GroupAnswer.disposition_id == Disposition.id)
        .where(GroupAnswer.group_id == group_id, *said)
        .order_by(Disposition.id)
    )
    return list(session.scalars(query.with_for_update(of=Disposition) if lock else query))


def _letter_id(session: Session, disposition: Disposition) -> int | None:
    return session.scalar(
        select(GroupAnswer.group_id).where(GroupAnswer.disposition_id == disposition.id)
    )


def _digest(answers: Sequence[Disposition]) -> str:
    """SHA-256 over the canonical JSON list of the answers' public ids, ordered."""
    ids = sorted(answer.public_id for answer in answers)
    return hashlib.sha256(log.canonical(ids).encode()).hexdigest()


def send_back(
    session: Session, disposition: Disposition, *, actor: Actor, words: str
) -> Disposition:
    """Do not sign, and say why: a note of the department, and the comment is its writer's turn.

    Who signs from outside the department leaves it unsigned; they write no notes in it.
    """
    worn, signature = signer(session, disposition, actor)
    point = disposition.point
    policy.require(worn, Permission.TRIAGE, point)
    assert signature is Signature.MODERATOR, "who may triage signs as a moderator"
    _hold(session, disposition)
    work.write_note(session, point, actor=actor, body=words)
    if disposition.decided_by_id in moderators_of(session, point.department_id):
        work.assign(session, point, actor=actor, to=disposition.decided_by_id)
    disposition.returned_at = clock.now()
    session.flush()
    return disposition


def _hold(session: Session, disposition: Disposition) -> None:
    """Whoever signs, answers anew or publishes meanwhile comes first."""
    lock(session, disposition)
    newest = latest_answer(session, disposition.point)
    if (
        not disposition.needs_second
        or disposition.confirmed_at is not None
        or disposition.published_at is not None
        or newest is None
        or newest.id != disposition.id
    ):
        raise rules.SignatureNotNeeded
    work.check_stands(disposition.point)


def answers_to_sign(
    session: Session, round_: Round, viewer: Actor, *, limit: int, after: int = 0
) -> list[Disposition]:
    """Those that this person may sign now, oldest first; what was sent back is not."""
    query = _waiting(session, round_, viewer).where(Disposition.id > after)
    return list(session.scalars(query.order_by(Disposition.id).limit(limit)))


def answers_to_read(
    session: Session, round_: Round, viewer: Actor, *, limit: int
) -> dict[int, int]:
    """What there is to read before signing, oldest first: {row of an answer: how many are it}.

    One answer to a letter that many sent is read once, whoever signs them.
    """
    first = func.min(Disposition.id)
    alone = func.coalesce(GroupAnswer.group_id, -Disposition.id)
    query = (
        _waiting(session, round_, viewer)
        .outerjoin(GroupAnswer, GroupAnswer.disposition_id == Disposition.id)
        .with_only_columns(first.label("id"), func.count().label("alike"))
        .group_by(alone, *(getattr(Disposition, name) for name in _SAID))
        .order_by(first)
        .limit(limit)
    )
    return {row.id: row.alike for row in session.execute(query)}


def _waiting(session: Session, round_: Round, viewer: Actor) -> Select[Disposition]:
    return (
        select(Disposition)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            Comment.round_id == round_.id,
            is_active(),
            latest(),
            Disposition.needs_second.is_(True),
            Disposition.confirmed_at.is_(None),
            Disposition.published_at.is_(None),
            Disposition.returned_at.is_(None),
            _may_be_signed_by(session, round_, viewer),
        )
    )


def _may_be_signed_by(session: Session, round_: Round, viewer: Actor) -> ColumnElement[bool]:
    """`signatures.signer` as a condition, for whoever may sign in this round at all."""
    if round_.department_id in viewer.with_role(Role.MODERATOR):
        return Disposition.decided_by_id != viewer.account_id
    moderators = moderators_of(session, round_.department_id)
    if len(moderators) > 1:
        return false()
    others = Disposition.decided_by_id != viewer.account_id
    return others & Disposition.decided_by_id.in_(moderators) if moderators else others
