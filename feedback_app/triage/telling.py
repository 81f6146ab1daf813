"""Telling people by mail what became of their comments: once per real change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from feedback_app.accounts.models import Account
from feedback_app.comments.models import Comment, Point, Voice
from feedback_app.comments.sight import text_reaches_department
from feedback_app.comments.telling import MINE, asks_for_mail
from feedback_app.log import services as log
from feedback_app.notifications.following_models import Follower, NoticeKind
from feedback_app.notifications.services import enqueue
from feedback_app.notifications.telling import News, tell_accounts
from feedback_app.organizations.models import Membership
from feedback_app.policy import Role
from feedback_app.rounds.models import Participation, Round
from feedback_app.triage.models import Disposition

CHUNK = 500
T = TypeVar("T")


def tell_commenters(
    session: Session, template: str, dispositions: Sequence[Disposition], *, at: datetime
) -> None:
    """One mail to each commenter who asked for it, however many answers they got.

    Whoever commented with an account finds it on their page of notices, too. An address that
    was left for this round goes before the account's own, which is written to only where it is
    confirmed and its owner has asked for that. Of an organization's response its leads hear.
    """
    told: set[int] = set()
    rounds: dict[int, Round] = {}
    accounts: dict[int, list[int]] = {}
    for chunk in chunks([d.point_id for d in dispositions]):
        rows = session.execute(
            select(Participation, Account, Follower.is_quiet)
            .outerjoin(Account, and_(Account.id == Participation.account_id, asks_for_mail()))
            .outerjoin(Follower, Follower.account_id == Account.id)
            .where(
                or_(
                    Participation.notice_address.is_not(None),
                    Participation.account_id.is_not(None),
                ),
                Participation.id.in_(
                    select(Comment.participation_id)
                    .join(Point, Point.comment_id == Comment.id)
                    .where(Point.id.in_(chunk), text_reaches_department())
                ),
            )
            .options(joinedload(Participation.round).selectinload(Round.texts))
        ).all()
        for part, account, follows_quietly in rows:
            if part.id in told:
                continue
            told.add(part.id)
            rounds[part.round_id] = part.round
            if part.account_id is not None:
                accounts.setdefault(part.round_id, []).append(part.account_id)
            to, locale, is_quiet = part.notice_address, part.locale, part.is_quiet
            if to is None and account is None:
                continue
            if to is None:
                to, locale, is_quiet = account.email, account.locale, bool(follows_quietly)
            enqueue(
                session,
                template,
                to=to,
                locale=locale,
                once_key=f"{template}:{part.id}:{log.stamp(at)}",
                title=part.round.text(locale).title,
                path=MINE,
                by_account=int(part.notice_address is None),
                is_quiet=int(is_quiet),
            )
    for round_id, mine in accounts.items():
        round_ = rounds[round_id]
        tell_accounts(session, _news(template, round_, round_.public_id, MINE, at), mine)
    _tell_leads(session, template, dispositions, at)


def _tell_leads(
    session: Session, template: str, dispositions: Sequence[Disposition], at: datetime
) -> None:
    answered: dict[int, Comment] = {}
    leads: dict[int, list[int]] = {}
    for chunk in chunks([d.point_id for d in dispositions]):
        for comment, account, by_mail, is_quiet in session.execute(_leads_at(chunk)):
            answered[comment.id] = comment
            told = leads.setdefault(comment.id, [])
            if account.id in told:
                continue
            told.append(account.id)
            if by_mail:
                enqueue(
                    session,
                    template,
                    to=account.email,
                    locale=account.locale,
                    once_key=f"{template}:{comment.id}:{account.id}:{log.stamp(at)}",
                    title=comment.round.text(account.locale).title,
                    path=f"/comments/{comment.public_id}",
                    by_account=1,
                    is_quiet=int(bool(is_quiet)),
                )
    for comment in answered.values():
        path = f"/comments/{comment.public_id}"
        news = _news(template, comment.round, comment.public_id, path, at)
        tell_accounts(session, news, leads[comment.id])


def _leads_at(point_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Responses with whoever may speak for their organization and not for the department."""
    inside = (
        select(Membership.account_id)
        .where(Membership.organization_id == Round.department_id, Membership.ended_at.is_(None))
        .correlate(Round)
    )
    return (
        select(Comment, Account, asks_for_mail(), Follower.is_quiet)
        .join(Point, Point.comment_id == Comment.id)
        .join(Round, Round.id == Comment.round_id)
        .join(Membership, Membership.organization_id == Comment.organization_id)
        .join(Account, Account.id == Membership.account_id)
        .outerjoin(Follower, Follower.account_id == Account.id)
        .where(
            Point.id.in_(point_ids),
            Comment.voice == Voice.ORGANIZATION,
            text_reaches_department(),
            Membership.ended_at.is_(None),
            Membership.role != Role.TRANSLATOR,
            Account.closed_at.is_(None),
            Account.id.not_in(inside),
        )
        .options(joinedload(Comment.round).selectinload(Round.texts))
        .order_by(Comment.id, Account.id)
    )


def _news(template: str, round_: Round, subject: str, path: str, at: datetime) -> News:
    return News(
        once_key=f"{template}:{subject}:{log.stamp(at)}",
        kind=NoticeKind(template),
        subject=subject,
        parents=(),
        path=path,
        titles={text.language: text.title for text in round_.texts},
        facts={},
        time_zone=round_.time_zone,
        happened_at=at,
    )


def chunks(ids: Sequence[T]) -> Iterable[Sequence[T]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))
