"""Who lives in the demo world."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app.accounts import services as accounts
from feedback_app.accounts.models import Account
from feedback_app.accounts.passwords import hash_password
from feedback_app.core.marks import DEMO_PASSWORD
from feedback_app.demo import world
from feedback_app.organizations import services as organizations
from feedback_app.organizations.models import Organization, OrganizationKind, Role
from feedback_app.organizations.queries import actor_of
from feedback_app.policy import Actor

SYSTEM = Actor(is_system=True)
KINDS = {"union": OrganizationKind.HOST}
"""Homes that are not called by what they are."""


@dataclass(frozen=True)
class People:
    department: Organization
    hosts: Organization
    union: Organization
    resident: Actor
    host: Actor
    lead: Actor
    author: Actor
    moderator: Actor
    moderator2: Actor
    manager: Actor
    reviewer: Actor


def settle(session: Session) -> People:
    """Open the organizations and the accounts, and give everyone their role."""
    homes = _organizations(session)
    known: dict[str, Account] = {}
    password_hash = hash_password(DEMO_PASSWORD)
    for email, (name, role, home) in world.read("world")["people"].items():
        account = accounts.register(
            session,
            actor=SYSTEM,
            email=email,
            name=name,
            password_hash=password_hash,
            is_administrator=role == "administrator",
        )
        accounts.confirm(account)
        known[email.partition("@")[0]] = account
        if home:
            organizations.grant(session, homes[home], account, actor=SYSTEM, role=Role(role))
    return People(
        department=homes["department"],
        hosts=homes["host"],
        union=homes["union"],
        **{
            name: actor_of(session, known[name])
            for name in (
                "resident",
                "host",
                "lead",
                "author",
                "moderator",
                "moderator2",
                "manager",
                "reviewer",
            )
        },
    )


def _organizations(session: Session) -> dict[str, Organization]:
    given = world.read("world")
    homes: dict[str, Organization] = {}
    for name in ("department", "host", "board", "union"):
        home = organizations.create_organization(
            session,
            actor=SYSTEM,
            name=given[name]["name"],
            slug=given[name]["slug"],
            kind=KINDS.get(name) or OrganizationKind(name),
            time_zone=given["zone"]["name"],
            overseen=homes["department"] if name == "board" else None,
        )
        home.help_name, home.help_phone, home.help_email = given[name]["help"]
        home.complaint_note = given[name].get("complaint_note", "")
        homes[name] = home
    session.flush()
    return homes
