"""Looking up organizations, their members, and what an account may do in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from feedback_app.accounts.models import Account, SignedIn
from feedback_app.accounts.queries import token_hash
from feedback_app.core import clock
from feedback_app.core.database import Reading
from feedback_app.core.errors import NotFound
from feedback_app.core.prepared import Prepared
from feedback_app.organizations.models import (
    Invitation,
    Membership,
    Organization,
    OversightSeat,
)
from feedback_app.policy import Actor, Grant, OrganizationKind


@dataclass(frozen=True)
class FoundAccount:
    """What a request needs to know of its signed-in account, from one query."""

    actor: Actor
    name: str
    locale: str


def find_signed_in(session: Reading, token: str) -> FoundAccount | None:
    """The account behind a browser's token, with its grants; one query, nothing written."""
    rows = _signed_in().rows(session, token_hash=token_hash(token), now=clock.now())
    return _found(rows) if rows else None


@cache
def _signed_in() -> Prepared:
    """Every request of a signed-in account asks this."""
    return Prepared(
        _accounts()
        .join(SignedIn, SignedIn.account_id == Account.id)
        .where(
            SignedIn.token_hash == bindparam("token_hash"),
            SignedIn.revoked_at.is_(None),
            SignedIn.ends_at > bindparam("now"),
            Account.closed_at.is_(None),
        )
    )


def actor_of(session: Session, account: Account) -> Actor:
    """The same value for commands and jobs, which have no browser."""
    return _found(session.execute(_accounts().where(Account.id == account.id)).all()).actor


def _accounts() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Account.id,
            Account.name,
            Account.locale,
            Account.is_administrator,
            Membership.role,
            Organization.id.label("organization_id"),
            Organization.slug,
            Organization.kind,
        )
        .join(
            Membership,
            (Membership.account_id == Account.id) & Membership.ended_at.is_(None),
            isouter=True,
        )
        .join(Organization, Organization.id == Membership.organization_id, isouter=True)
    )


def _found(rows: Sequence[Any]) -> FoundAccount:
    first = rows[0]
    grants = frozenset(
        Grant(row.role, row.organization_id, row.slug, row.kind) for row in rows if row.role
    )
    actor = Actor(
        account_id=first.id, grants=grants, is_administrator=bool(first.is_administrator)
    )
    return FoundAccount(actor=actor, name=first.name, locale=first.locale)


def get_organization(
    session: Session, slug: str, *, kind: OrganizationKind | None = None
) -> Organization:
    query = select(Organization).where(Organization.slug == slug)
    if kind is not None:
        query = query.where(Organization.kind == kind)
    organization = session.scalars(query).first()
    if organization is None:
        raise NotFound
    return organization


def organizations(
    session: Session, *, kind: OrganizationKind | None = None
) -> Sequence[Organization]:
    query = select(Organization).order_by(Organization.name)
    if kind is not None:
        query = query.where(Organization.kind == kind)
    return session.scalars(query).all()


def members_of(session: Session, organization: Organization) -> Sequence[Membership]:
    return session.scalars(
        select(Membership)
        .join(Membership.account)
        .where(Membership.organization_id == organization.id, Membership.ended_at.is_(None))
        .options(joinedload(Membership.account))
        .order_by(Account.name, Membership.role)
    ).all()


def get_membership(session: Session, organization: Organization, public_id: str) -> Membership:
    membership = session.scalars(
        select(Membership).where(
            Membership.public_id == public_id,
            Membership.organization_id == organization.id,
            Membership.ended_at.is_(None),
        )
    ).first()
    if membership is None:
        raise NotFound
    return membership


def invitations_of(session: Session, organization: Organization) -> Sequence[Invitation]:
    """Invitations that wait for an answer."""
    return session.scalars(
        select(Invitation)
        .where(
            Invitation.organization_id == organization.id,
            Invitation.accepted_at.is_(None),
            Invitation.ends_at > clock.now(),
        )
        .order_by(Invitation.created_at)
    ).all()


def find_invitation(session: Session, token: str) -> Invitation | None:
    return session.scalars(
        select(Invitation)
        .where(
            Invitation.token_hash == token_hash(token),
            Invitation.accepted_at.is_(None),
            Invitation.ends_at > clock.now(),
        )
        .options(joinedload(Invitation.organization))
    ).first()


def overseen_by(session: Session, board_ids: frozenset[int]) -> Sequence[Organization]:
    """The departments that these boards oversee."""
    return session.scalars(
        select(Organization)
        .join(OversightSeat, OversightSeat.department_id == Organization.id)
        .where(OversightSeat.board_id.in_(board_ids))
        .order_by(Organization.name)
    ).all()
