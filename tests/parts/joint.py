"""A community organization that answers the open round of the peopled world as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from feedback_app.accounts.models import Account
from feedback_app.comments import joint, joint_drafting, offering
from feedback_app.comments.holders import Holder
from feedback_app.comments.models import Comment
from feedback_app.organizations import services as organizations
from feedback_app.organizations.models import OrganizationKind, Role
from feedback_app.policy import VISITOR, Actor

if TYPE_CHECKING:
    from tests.parts.everyone import Settling

SYSTEM = Actor(is_system=True)
NAME = "Halden Creek Neighbors"


def lead(settling: Settling, account: Account) -> None:
    """Whoever leads it; the host was looked up before, as the first of its kind."""
    organization = organizations.create_organization(
        settling.session,
        actor=SYSTEM,
        name=NAME,
        slug="halden-creek-neighbors",
        kind=OrganizationKind.HOST,
        time_zone="America/Denver",
    )
    organizations.grant(settling.session, organization, account, actor=SYSTEM, role=Role.HOST)


def settle(settling: Settling) -> None:
    """A response in its draft: a comment that is copied, and another that is offered."""
    session, ids, actor = settling.session, settling.world.ids, settling.actor("stranger")
    organization = settling.one(
        select(organizations.Organization).where(organizations.Organization.name == NAME)
    )
    response = joint.begin(session, settling.open, organization, actor=actor, language="en")
    given = {}
    for name in ("by_code", "by_account"):
        comment = settling.one(select(Comment).where(Comment.public_id == ids[name]))
        part = comment.participation
        given[name] = offering.offer(
            session,
            comment,
            actor=VISITOR,
            holder=Holder(account_id=part.account_id, code_hash=part.code_hash),
            key=settling.key,
            words=offering.member_words(settling.key, response),
        ).public_id
    copied = joint_drafting.take(session, response, actor=actor, offer_id=given["by_code"])
    ids |= {
        "response": response.public_id,
        "member_words": offering.member_words(settling.key, response).replace("-", " "),
        "response_part": copied.public_id,
        "offer": given["by_account"],
    }
