"""Creating organizations, inviting members, changing roles."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.accounts.models import Account
from feedback_app.accounts.queries import token_hash
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.folding import named, same_name
from feedback_app.core.i18n import N_
from feedback_app.log.services import append
from feedback_app.notifications.services import enqueue
from feedback_app.organizations.models import (
    ROLES_OF,
    Invitation,
    Membership,
    Organization,
    OrganizationKind,
    OversightSeat,
    Role,
)
from feedback_app.policy import Actor, Permission, require

INVITED_FOR = timedelta(days=14)
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RESERVED = frozenset(
    [
        "account",
        "api",
        "authoring",
        "board",
        "comments",
        "confirm",
        "curricula",
        "departments",
        "es",
        "en",
        "exceptions",
        "feeds",
        "forgotten-password",
        "healthz",
        "helper",
        "host",
        "invitations",
        "log",
        "new",
        "new-password",
        "organizations",
        "readyz",
        "receipts",
        "register",
        "responses",
        "rounds",
        "search",
        "sign-in",
        "sign-out",
        "static",
        "triage",
    ]
)


class SlugTaken(Invalid):
    message = N_("This short name is already used on the site. Choose another.")
    field = "slug"


class SlugUnfit(Invalid):
    message = N_("Use lower-case letters, digits and single hyphens, for example “river-city”.")
    field = "slug"


class NameTaken(Invalid):
    message = N_("An organization with this name is already here.")
    field = "name"


class NoSuchZone(Invalid):
    message = N_("This is not a time zone that we know, for example America/Chicago.")
    field = "time_zone"


class RoleUnknownHere(Invalid):
    message = N_("This kind of organization has no such role.")
    field = "role"


class AlreadyMember(Invalid):
    message = N_("This person already has this role.")
    field = "email"


class LastManager(Conflict):
    message = N_("An organization needs at least one manager. Name another one first.")


class InvitationUsedUp(Conflict):
    message = N_("This invitation has been used or is too old. Ask for a new one.")


class MeantForSomebodyElse(Conflict):
    message = N_("This invitation was sent to another address. Sign in with that one.")


def check_slug(slug: str) -> None:
    """The one rule for every short name in an address."""
    if not SLUG.fullmatch(slug) or len(slug) > 80 or slug in RESERVED:
        raise SlugUnfit


def create_organization(
    session: Session,
    *,
    actor: Actor,
    name: str,
    slug: str,
    kind: OrganizationKind,
    time_zone: str,
    locale: str = "en",
    overseen: Organization | None = None,
) -> Organization:
    """Open a department, a host or a board; a board may take up a department's oversight."""
    actor = require(actor, Permission.CREATE_ORGANIZATION)
    check_slug(slug)
    if session.scalar(select(Organization.id).where(Organization.slug == slug)):
        raise SlugTaken
    alike = select(Organization.name).where(named(Organization.name, name))
    if any(same_name(theirs, name) for theirs in session.scalars(alike)):
        raise NameTaken
    try:
        ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):
        raise NoSuchZone from None
    organization = Organization(
        name=name.strip(), slug=slug, kind=kind, time_zone=time_zone, locale=locale
    )
    session.add(organization)
    append(
        session,
        actor=actor,
        kind="organization.created",
        subject=organization,
        facts={
            "slug": slug,
            "name": organization.name,
            "kind": kind.value,
            "time_zone": time_zone,
        },
    )
    if overseen is not None:
        oversee(session, overseen, actor=actor, board=organization)
    return organization


def create_with_manager(
    session: Session, *, actor: Actor, manager_email: str, **facts: Any
) -> Organization:
    """An organization and the invitation of its first manager, who does the rest."""
    organization = create_organization(session, actor=actor, **facts)
    _invite(session, organization, email=manager_email, role=Role.MANAGER)
    return organization


def oversee(
    session: Session, department: Organization, *, actor: Actor, board: Organization
) -> None:
    actor = require(actor, Permission.CREATE_ORGANIZATION)
    session.add(OversightSeat(board_id=board.id, department_id=department.id))
    append(
        session,
        actor=actor,
        kind="organization.overseen",
        subject=department,
        parents=[board],
        facts={"department": department.slug, "board": board.slug},
    )


def grant(
    session: Session, organization: Organization, account: Account, *, actor: Actor, role: Role
) -> Membership:
    """Give a role at once; the administrator names the first manager, managers do the rest."""
    first = not session.scalar(
        select(Membership.id).where(
            Membership.organization_id == organization.id, Membership.ended_at.is_(None)
        )
    )
    if first and role is Role.MANAGER:
        actor = require(actor, Permission.CREATE_ORGANIZATION)
    else:
        actor = require(actor, Permission.MANAGE_MEMBERS, organization)
    return _grant(session, organization, account, actor=actor, role=role)


def _grant(
    session: Session, organization: Organization, account: Account, *, actor: Actor, role: Role
) -> Membership:
    if role not in ROLES_OF[organization.kind]:
        raise RoleUnknownHere
    if session.scalar(
        select(Membership.id).where(
            Membership.organization_id == organization.id,
            Membership.account_id == account.id,
            Membership.role == role,
            Membership.ended_at.is_(None),
        )
    ):
        raise AlreadyMember
    membership = Membership(account=account, organization=organization, role=role)
    session.add(membership)
    append(
        session,
        actor=actor,
        kind="membership.granted",
        subject=membership,
        parents=[organization],
        facts={"role": role.value},
    )
    return membership


def invite(
    session: Session, organization: Organization, *, actor: Actor, email: str, role: Role
) -> Invitation:
    """Mail an offer of a role; asking again replaces the earlier link."""
    require(actor, Permission.MANAGE_MEMBERS, organization)
    return _invite(session, organization, email=email, role=role)


def _invite(
    session: Session, organization: Organization, *, email: str, role: Role
) -> Invitation:
    email = email.strip().lower()
    if role not in ROLES_OF[organization.kind]:
        raise RoleUnknownHere
    if session.scalar(
        select(Membership.id)
        .join(Membership.account)
        .where(
            Account.email == email,
            Membership.organization_id == organization.id,
            Membership.role == role,
            Membership.ended_at.is_(None),
        )
    ):
        raise AlreadyMember
    token = secrets.token_urlsafe(32)
    invitation = session.scalars(
        select(Invitation).where(
            Invitation.organization_id == organization.id,
            Invitation.email == email,
            Invitation.role == role,
        )
    ).first() or Invitation(organization=organization, email=email, role=role)
    invitation.token_hash = token_hash(token)
    invitation.ends_at = clock.now() + INVITED_FOR
    invitation.accepted_at = None
    session.add(invitation)
    session.flush()
    enqueue(
        session,
        "invitation",
        to=email,
        locale=organization.locale,
        organization=organization.name,
        role=role.value,
        path=f"/invitations/{token}",
    )
    return invitation


def accept(
    session: Session, invitation: Invitation | None, account: Account, *, actor: Actor
) -> Membership:
    """Take up a role; only the account of the invited address can."""
    if (
        invitation is None
        or invitation.accepted_at is not None
        or invitation.ends_at <= clock.now()
    ):
        raise InvitationUsedUp
    if account.email != invitation.email:
        raise MeantForSomebodyElse
    invitation.accepted_at = clock.now()
    account.confirmed_at = account.confirmed_at or clock.now()
    return _grant(session, invitation.organization, account, actor=actor, role=invitation.role)


def change_role(
    session: Session, membership: Membership, *, actor: Actor, role: Role
) -> Membership:
    """One role for another; both acts stand in the log."""
    account, organization = membership.account, membership.organization
    granted = grant(session, organization, account, actor=actor, role=role)
    end_membership(session, membership, actor=actor)
    return granted


def end_membership(session: Session, membership: Membership, *, actor: Actor) -> None:
    """Take a role away; it ends with the person's next request."""
    actor = require(actor, Permission.MANAGE_MEMBERS, membership.organization)
    if membership.role is Role.MANAGER and not session.scalar(
        select(Membership.id).where(
            Membership.organization_id == membership.organization_id,
            Membership.role == Role.MANAGER,
            Membership.ended_at.is_(None),
            Membership.id != membership.id,
        )
    ):
        raise LastManager
    membership.ended_at = clock.now()
    append(
        session,
        actor=actor,
        kind="membership.ended",
        subject=membership,
        parents=[membership.organization],
        facts={"role": membership.role.value},
    )
