"""Following comment periods, courses and departments, with an account or by an address."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.accounts.models import Account
from feedback_app.accounts.queries import find_by_email, token_hash
from feedback_app.accounts.services import LinkUsedUp
from feedback_app.core import clock
from feedback_app.notifications.bounces import is_undeliverable, write_again_to
from feedback_app.notifications.following_models import (
    Followed,
    Follower,
    FollowRequest,
    Frequency,
    Subscription,
    Telling,
)
from feedback_app.notifications.services import enqueue
from feedback_app.notifications.telling import follower_of_account
from feedback_app.policy import Actor, Permission

LINK_LASTS = timedelta(days=2)
MOST_WAITING = 5
"""Links that may wait for one address: nobody's mailbox is filled by somebody else."""


def follow(
    session: Session,
    *,
    actor: Actor,
    kind: Followed,
    subject: str,
    frequency: Frequency,
    is_quiet: bool,
) -> Subscription:
    """Follow with one's account; a second time changes how often."""
    policy.require(actor, Permission.OWN_ACCOUNT)
    assert actor.account_id is not None
    follower = follower_of_account(session, actor.account_id)
    follower.is_quiet = is_quiet
    return _subscribe(session, follower, kind, subject, frequency)


def ask_to_follow(
    session: Session,
    *,
    actor: Actor,
    address: str,
    locale: str,
    kind: Followed,
    subject: str,
    frequency: Frequency,
    is_quiet: bool,
) -> None:
    """Mail a link by which the owner of an address begins to follow; known or not, alike."""
    policy.require(actor, Permission.READ_PUBLIC)
    address = address.strip().lower()
    waiting = session.scalar(
        select(func.count(FollowRequest.id)).where(
            FollowRequest.address == address, FollowRequest.ends_at > clock.now()
        )
    )
    if (waiting or 0) >= MOST_WAITING:
        return
    token = secrets.token_urlsafe(32)
    session.add(
        FollowRequest(
            token_hash=token_hash(token),
            address=address,
            locale=locale,
            kind=kind,
            subject=subject,
            frequency=frequency,
            is_quiet=is_quiet,
            ends_at=clock.now() + LINK_LASTS,
        )
    )
    enqueue(
        session,
        "confirm_following",
        to=address,
        locale=locale,
        path=f"/follow/confirm/{token}",
        is_quiet=is_quiet,
    )


def find_request(session: Session, token: str) -> FollowRequest | None:
    return session.scalars(
        select(FollowRequest).where(
            FollowRequest.token_hash == token_hash(token), FollowRequest.ends_at > clock.now()
        )
    ).first()


def confirm_following(session: Session, token: str) -> Subscription:
    """Begin to follow by a mailed link, which then is gone.

    Where the address is a confirmed account's, that account follows, so that nobody gets the
    same news twice.
    """
    request = find_request(session, token)
    if request is None:
        raise LinkUsedUp
    account = find_by_email(session, request.address)
    if account is not None and account.confirmed_at is not None and account.closed_at is None:
        follower = follower_of_account(session, account.id)
    else:
        follower = session.scalars(
            select(Follower).where(Follower.address == request.address)
        ).first() or Follower(address=request.address)
        follower.locale = request.locale
        session.add(follower)
        session.flush()
    follower.is_quiet = request.is_quiet
    write_again_to(session, request.address)
    subscription = _subscribe(
        session, follower, request.kind, request.subject, request.frequency
    )
    session.delete(request)
    session.flush()
    return subscription


def change_following(
    session: Session,
    follower: Follower,
    *,
    frequencies: dict[str, Frequency | None],
    is_quiet: bool,
    hears_of_work: bool = True,
) -> None:
    """Change how often each of one's subscriptions tells; `None` ends one.

    Whoever calls this has either signed in as the follower or holds the link of their mails.
    """
    follower.is_quiet, follower.hears_of_work = is_quiet, hears_of_work
    for subscription in subscriptions_of(session, follower):
        if subscription.public_id not in frequencies:
            continue
        frequency = frequencies[subscription.public_id]
        if frequency is None:
            session.delete(subscription)
        else:
            subscription.frequency = frequency
    session.flush()
    if follower.account_id is None and not subscriptions_of(session, follower):
        forget_follower(session, follower)


def stop_all(session: Session, follower: Follower) -> None:
    """No further mail: an address is forgotten, an account keeps its page of notices."""
    if follower.account_id is None:
        forget_follower(session, follower)
        return
    follower.hears_of_work = False
    for subscription in subscriptions_of(session, follower):
        subscription.frequency = Frequency.NEVER
    for telling in session.scalars(
        select(Telling).where(
            Telling.follower_id == follower.id, Telling.mail_due_at.is_not(None)
        )
    ):
        telling.mail_due_at = None
    session.flush()


def forget_follower(session: Session, follower: Follower) -> None:
    session.execute(delete(Telling).where(Telling.follower_id == follower.id))
    session.execute(delete(Subscription).where(Subscription.follower_id == follower.id))
    session.delete(follower)
    session.flush()


def subscriptions_of(session: Session, follower: Follower) -> list[Subscription]:
    return list(
        session.scalars(
            select(Subscription)
            .where(Subscription.follower_id == follower.id)
            .order_by(Subscription.followed_at.desc(), Subscription.id.desc())
        )
    )


def mark_read(session: Session, *, actor: Actor) -> None:
    """Take every notice of one's own as read."""
    policy.require(actor, Permission.OWN_ACCOUNT)
    mine = select(Follower.id).where(Follower.account_id == actor.account_id)
    session.execute(
        update(Telling)
        .where(Telling.read_at.is_(None), Telling.follower_id.in_(mine))
        .values(read_at=clock.now())
    )


def find_follower(session: Session, *, account_id: int | None) -> Follower | None:
    if account_id is None:
        return None
    return session.scalars(select(Follower).where(Follower.account_id == account_id)).first()


def find_follower_by_id(session: Session, public_id: str) -> Follower | None:
    return session.scalars(select(Follower).where(Follower.public_id == public_id)).first()


def find_subscription(
    session: Session, subject: str, *, account_id: int | None
) -> Subscription | None:
    return session.scalars(
        select(Subscription)
        .join(Follower)
        .where(Follower.account_id == account_id, Subscription.subject == subject)
    ).first()


def mail_comes_back(session: Session, account: Account) -> bool:
    return is_undeliverable(session, account.email)


def forget_old_requests(session: Session) -> None:
    session.execute(delete(FollowRequest).where(FollowRequest.ends_at < clock.now()))


def _subscribe(
    session: Session, follower: Follower, kind: Followed, subject: str, frequency: Frequency
) -> Subscription:
    subscription = session.scalars(
        select(Subscription).where(
            Subscription.follower_id == follower.id, Subscription.subject == subject
        )
    ).first() or Subscription(follower_id=follower.id, kind=kind, subject=subject)
    subscription.frequency = frequency
    session.add(subscription)
    session.flush()
    return subscription
