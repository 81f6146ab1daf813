"""Putting what one wrote by code under one's account later, and taking it off again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from feedback_app.comments import moments
from feedback_app.comments.rules import SpeaksForOthers
from feedback_app.core.errors import Conflict, NotAllowed, NotFound
from feedback_app.core.i18n import N_
from feedback_app.policy import Actor, Permission, allows
from feedback_app.rounds.models import Participation, Round


class TakesPartAlready(Conflict):
    message = N_(
        "Your account has comments of its own in this comment period. The two stay apart; keep "
        "the code for what you wrote with it."
    )


class AnotherAccounts(Conflict):
    message = N_("What was written with this code belongs to another account already.")


def attach(session: Session, *, actor: Actor, code_hash: str) -> Participation:
    """From now on the account holds what the code holds; the code still works."""
    part = session.scalars(
        select(Participation).where(Participation.code_hash == code_hash)
    ).first()
    if part is None:
        raise NotFound
    if actor.account_id is None:
        raise NotAllowed
    round_, _at = moments.receive(session, part.round_id)
    session.refresh(part)
    if part.account_id == actor.account_id:
        return part
    if part.account_id is not None:
        raise AnotherAccounts
    if not allows(actor, Permission.COMMENT, round_):
        raise SpeaksForOthers
    if session.scalar(
        select(Participation.id).where(
            Participation.round_id == round_.id, Participation.account_id == actor.account_id
        )
    ):
        raise TakesPartAlready
    part.account_id = actor.account_id
    session.flush()
    return part


def detach(session: Session, *, actor: Actor, round_id: str, code_hash: str) -> bool:
    """Take the account off what it wrote in a round; whether the new code is needed now.

    Where a code holds it already, that code goes on; else the one whose hash is given does.
    """
    part = session.scalars(
        select(Participation)
        .join(Round, Round.id == Participation.round_id)
        .where(Round.public_id == round_id, Participation.account_id == actor.account_id)
    ).first()
    if part is None or actor.account_id is None:
        raise NotFound
    moments.receive(session, part.round_id)
    session.refresh(part)
    had_code = part.code_hash is not None
    part.code_hash = part.code_hash or code_hash
    part.account_id = None
    session.flush()
    return not had_code


def rounds_of(session: Session, actor: Actor) -> Sequence[Round]:
    """The comment periods in which this account holds comments, the newest first."""
    if actor.account_id is None:
        return []
    return session.scalars(
        select(Round)
        .join(Participation, Participation.round_id == Round.id)
        .where(Participation.account_id == actor.account_id)
        .options(selectinload(Round.texts))
        .order_by(Round.closes_at.desc())
    ).all()


def is_attached(session: Session, code_hash: str) -> bool:
    found = session.scalar(
        select(Participation.account_id).where(Participation.code_hash == code_hash)
    )
    return found is not None
