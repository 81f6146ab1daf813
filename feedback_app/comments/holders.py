"""Whose comment it is: an account, or whoever holds the private code."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Voice
from feedback_app.rounds.models import Participation


@dataclass(frozen=True)
class Holder:
    """By what somebody takes part: their account, the HMAC of their code, both or neither.

    `leads` are the organizations for whose joint responses they act, except in rounds of
    their own `departments`.
    """

    account_id: int | None = None
    code_hash: str | None = None
    leads: frozenset[int] = frozenset()
    departments: frozenset[int] = frozenset()

    @property
    def is_somebody(self) -> bool:
        return self.account_id is not None or self.code_hash is not None


NOBODY = Holder()


def is_held_by(holder: Holder) -> ColumnElement[bool]:
    """The participations of a holder, as a condition."""
    ways: list[ColumnElement[bool]] = []
    if holder.account_id is not None:
        ways.append(Participation.account_id == holder.account_id)
    if holder.code_hash is not None:
        ways.append(Participation.code_hash == holder.code_hash)
    return or_(*ways) if ways else false()


def find_part(session: Session, round_id: int, holder: Holder) -> Participation | None:
    """Their part in this round; an account goes before a code."""
    return session.scalars(
        select(Participation)
        .where(Participation.round_id == round_id, is_held_by(holder))
        .order_by(Participation.account_id.is_(None))
        .limit(1)
    ).first()


def is_known(session: Session, code_hash: str) -> bool:
    """Whether anybody takes part by this code."""
    known = select(Participation.id).where(Participation.code_hash == code_hash)
    return session.scalar(known) is not None


def holds(comment: Comment, holder: Holder) -> bool:
    """Whether this comment is theirs, or their organization's."""
    if comment.voice is Voice.ORGANIZATION:
        is_theirs = comment.organization_id in holder.leads
        return is_theirs and comment.department_id not in holder.departments
    part = comment.participation
    if part is None:
        return False
    by_account = part.account_id is not None and part.account_id == holder.account_id
    by_code = part.code_hash is not None and part.code_hash == holder.code_hash
    return by_account or by_code
