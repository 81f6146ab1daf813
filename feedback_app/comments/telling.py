"""Telling people by mail what was done with a comment by the rules of conduct."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from feedback_app.accounts.models import Account
from feedback_app.comments.joint_models import JointResponse
from feedback_app.comments.measure_models import Asked, ConductRequest, Settled
from feedback_app.comments.models import Comment
from feedback_app.core.orm import alias
from feedback_app.log.services import stamp
from feedback_app.notifications.following_models import NoticeKind
from feedback_app.notifications.services import enqueue
from feedback_app.notifications.telling import News, quiet_among, tell_accounts
from feedback_app.organizations.models import Membership
from feedback_app.policy import Role
from feedback_app.rounds.models import Participation

MINE = "/receipts/mine"


class Done(enum.StrEnum):
    """What a writer is told of."""

    HIDDEN = "hidden"
    COVERED = "covered"
    ERASED = "erased"
    RESTORED = "restored"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True)
class Way:
    """By which address somebody wants to hear, and in which language."""

    to: str
    locale: str
    by_account: bool
    is_quiet: bool


def asks_for_mail() -> ColumnElement[bool]:
    """An account's own address is written to where it is confirmed and its owner wants that."""
    return and_(
        Account.hears_of_answers.is_(True),
        Account.confirmed_at.is_not(None),
        Account.closed_at.is_(None),
    )


def way_to(
    session: Session, part: Participation | None, account_id: int | None = None
) -> Way | None:
    """The address left for this round goes before the account's own; often there is none."""
    if part is not None and part.notice_address is not None:
        return Way(part.notice_address, part.locale, by_account=False, is_quiet=part.is_quiet)
    account_id = part.account_id if part is not None else account_id
    if account_id is None:
        return None
    account = session.scalars(
        select(Account).where(Account.id == account_id, asks_for_mail())
    ).first()
    if account is None:
        return None
    is_quiet = bool(quiet_among(session, [account.id]))
    return Way(account.email, account.locale, by_account=True, is_quiet=is_quiet)


def tell_writer(session: Session, comment: Comment, done: Done, *, at: datetime) -> None:
    """One mail for each change of what others see of a comment; none of its words in it."""
    _tell(
        session,
        "conduct_done",
        way_to(session, comment.participation),
        comment,
        f"conduct_done:{comment.public_id}:{stamp(at)}",
        done=done.value,
    )


def tell_of_flood(session: Session, comment: Comment, *, at: datetime) -> None:
    """That it was set aside; whoever wrote it can object."""
    tell_writer(session, comment, Done.SET_ASIDE, at=at)


def tell_of_flood_claim(
    session: Session, comment: Comment, *, granted: bool, at: datetime
) -> None:
    tell_of_appeal(session, comment, granted=granted, at=at)


def tell_of_appeal(session: Session, comment: Comment, *, granted: bool, at: datetime) -> None:
    _tell(
        session,
        "appeal_decided",
        way_to(session, comment.participation),
        comment,
        f"appeal_decided:{comment.public_id}:{stamp(at)}",
        granted=int(granted),
    )


def leads_of(session: Session, organization_id: int, department_id: int) -> Sequence[int]:
    """The accounts that may speak for an organization, and do not belong to the department."""
    roles = tuple(role for role in Role if role is not Role.TRANSLATOR)
    return people_with(session, organization_id, roles, outside=department_id)


def people_with(
    session: Session, organization_id: int, roles: Sequence[Role], *, outside: int
) -> Sequence[int]:
    """Accounts with one of these roles here that have none in the organization `outside`."""
    there = alias(Membership)
    inside = select(there.account_id).where(
        there.organization_id == outside, there.ended_at.is_(None)
    )
    return session.scalars(
        select(Membership.account_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.organization_id == organization_id,
            Membership.role.in_(roles),
            Membership.ended_at.is_(None),
            Account.closed_at.is_(None),
            Membership.account_id.not_in(inside),
        )
        .distinct()
        .order_by(Membership.account_id)
    ).all()


def tell_leads_of_response(
    session: Session, response: JointResponse, *, is_found: bool, at: datetime
) -> None:
    """Whoever leads a response reads it again, since a member's own words are taken out;
    `is_found`: some of them were found in it and are covered."""
    kind = NoticeKind.RESPONSE_COVERED if is_found else NoticeKind.RESPONSE_DOUBTED
    _tell_leads(session, response, kind, "look", at)


def tell_leads_of_draft(
    session: Session, response: JointResponse, part: str | None, *, at: datetime
) -> None:
    """The point that waits for a look; without one, that it went with the words it was of."""
    kind = NoticeKind.DRAFT_DOUBTED if part else NoticeKind.DRAFT_SHORTER
    _tell_leads(session, response, kind, f"p-{part}" if part else "points", at)


def _tell_leads(
    session: Session, response: JointResponse, kind: NoticeKind, row: str, at: datetime
) -> None:
    round_ = response.round
    news = News(
        once_key=f"{kind.value}:{response.public_id}:{stamp(at)}",
        kind=kind,
        subject=response.public_id,
        parents=(),
        path=f"/responses/{response.public_id}#{row}",
        titles={text.language: text.title for text in round_.texts},
        facts={},
        time_zone=round_.time_zone,
        happened_at=at,
    )
    tell_accounts(
        session, news, leads_of(session, response.organization_id, round_.department_id)
    )


def tell_who_asked(session: Session, request: ConductRequest, how: Settled) -> None:
    """Whoever reported a comment, or wanted details covered and finds nothing covered."""
    if request.asked is Asked.COVER and how is Settled.ACTED:
        return  # told that it was covered
    part = None
    if request.participation_id is not None:
        part = session.get_one(Participation, request.participation_id)
    _tell(
        session,
        "report_settled",
        way_to(session, part, request.account_id),
        request.comment,
        f"report_settled:{request.public_id}",
        acted=int(how is Settled.ACTED),
        own=int(request.asked is Asked.COVER),
    )


def _tell(
    session: Session,
    template: str,
    way: Way | None,
    comment: Comment,
    once_key: str,
    **values: str | int,
) -> None:
    if way is None:
        return
    enqueue(
        session,
        template,
        to=way.to,
        locale=way.locale,
        once_key=once_key,
        title=comment.round.text(way.locale).title,
        path=MINE,
        by_account=int(way.by_account),
        is_quiet=int(way.is_quiet),
        **values,
    )
