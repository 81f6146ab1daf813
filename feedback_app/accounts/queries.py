"""Looking up logins."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.accounts.models import Account, LinkPurpose, MailedLink, SignedIn
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.policy import Actor


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_by_email(session: Session, email: str) -> Account | None:
    return session.scalars(
        select(Account).where(Account.email == email.strip().lower())
    ).first()


def get_account(session: Session, account_id: int | None) -> Account:
    account = session.get(Account, account_id) if account_id is not None else None
    if account is None:
        raise NotFound
    return account


def hears_of_answers(session: Session, actor: Actor) -> bool:
    """Whether this account asked for mail when a comment of its own is answered."""
    asked = select(Account.hears_of_answers).where(Account.id == actor.account_id)
    return bool(session.scalar(asked))


def find_link(session: Session, token: str, purpose: LinkPurpose) -> MailedLink | None:
    """A mailed link that still works."""
    return session.scalars(
        select(MailedLink).where(
            MailedLink.token_hash == token_hash(token),
            MailedLink.purpose == purpose,
            MailedLink.used_at.is_(None),
            MailedLink.ends_at > clock.now(),
        )
    ).first()


def find_by_token(session: Session, token: str) -> Account | None:
    """The account that a browser's token is signed in with."""
    return session.scalars(
        select(Account)
        .join(SignedIn, SignedIn.account_id == Account.id)
        .where(
            SignedIn.token_hash == token_hash(token),
            SignedIn.revoked_at.is_(None),
            SignedIn.ends_at > clock.now(),
        )
    ).first()
