"""Registering, signing in and out, and getting back in."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from feedback_app.accounts import queries
from feedback_app.accounts.models import Account, LinkPurpose, MailedLink, SignedIn
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.i18n import N_
from feedback_app.core.marks import DEMO_PASSWORD
from feedback_app.log.services import append
from feedback_app.notifications.bounces import write_again_to
from feedback_app.notifications.services import enqueue
from feedback_app.notifications.telling import follower_of_account, quiet_among
from feedback_app.policy import Actor, Permission, require

SIGNED_IN_FOR = timedelta(days=14)
LINK_LASTS = timedelta(hours=2)
SHORTEST_PASSWORD = 12


class AddressTaken(Invalid):
    message = N_("There is already an account with this address.")
    field = "email"


class PasswordTooShort(Invalid):
    message = N_("Choose a password of at least 12 characters. A short sentence works well.")
    field = "password"


class LinkUsedUp(Conflict):
    message = N_("This link has been used or is too old. Ask for a new one.")


def check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD or password == DEMO_PASSWORD:
        raise PasswordTooShort


def register(
    session: Session,
    *,
    actor: Actor,
    email: str,
    name: str,
    password_hash: str | None,
    locale: str = "en",
    is_administrator: bool = False,
) -> Account:
    """Open an account; the caller hashes the password before its writing unit."""
    if queries.find_by_email(session, email) is not None:
        raise AddressTaken
    account = Account(
        email=email.strip().lower(),
        name=name.strip(),
        password_hash=password_hash,
        locale=locale,
        is_administrator=is_administrator,
    )
    session.add(account)
    session.flush()
    append(session, actor=actor, kind="account.created", subject=account)
    return account


def register_by_mail(
    session: Session, *, actor: Actor, email: str, name: str, password_hash: str, locale: str
) -> None:
    """Open an account from the page; the answer is the same whether the address was known.

    A known address gets a mail that says so, an unknown one a link that confirms it.
    """
    known = queries.find_by_email(session, email)
    if known is not None:
        enqueue(
            session,
            "account_exists",
            to=known.email,
            locale=known.locale,
            name=known.name,
            path="/forgotten-password",
        )
        return
    account = register(
        session, actor=actor, email=email, name=name, password_hash=password_hash, locale=locale
    )
    _mail_link(session, account, LinkPurpose.CONFIRM_ADDRESS, "confirm_address", "/confirm/")


def confirm(account: Account) -> None:
    """Take the address as known, because whoever runs the server says so."""
    account.confirmed_at = account.confirmed_at or clock.now()


def confirm_address(session: Session, token: str) -> Account:
    link = _use_link(session, token, LinkPurpose.CONFIRM_ADDRESS)
    link.account.confirmed_at = link.account.confirmed_at or clock.now()
    return link.account


def sign_in(session: Session, account: Account) -> str:
    """Open a session of this browser; gives the token that its cookie carries."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignedIn(
            token_hash=queries.token_hash(token),
            account_id=account.id,
            ends_at=clock.now() + SIGNED_IN_FOR,
        )
    )
    session.flush()
    return token


def sign_out(session: Session, token: str) -> None:
    session.execute(
        update(SignedIn)
        .where(SignedIn.token_hash == queries.token_hash(token), SignedIn.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def sign_out_everywhere(session: Session, account: Account) -> None:
    session.execute(
        update(SignedIn)
        .where(SignedIn.account_id == account.id, SignedIn.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def ask_for_new_password(session: Session, email: str) -> None:
    """Mail a link if the address has an account; the page answers the same either way."""
    account = queries.find_by_email(session, email)
    if account is not None and account.closed_at is None:
        _mail_link(
            session, account, LinkPurpose.RESET_PASSWORD, "reset_password", "/new-password/"
        )


def reset_password(session: Session, token: str, *, password_hash: str) -> Account:
    """Set a new password by a mailed link, and end every session of the account."""
    link = _use_link(session, token, LinkPurpose.RESET_PASSWORD)
    link.account.password_hash = password_hash
    link.account.confirmed_at = link.account.confirmed_at or clock.now()
    sign_out_everywhere(session, link.account)
    return link.account


def describe(
    session: Session,
    account: Account,
    *,
    actor: Actor,
    name: str,
    locale: str,
    hears_of_answers: bool = False,
    is_quiet: bool = False,
) -> Account:
    """Change one's own name and language, and how news are told by mail."""
    require(actor, Permission.OWN_ACCOUNT)
    account.name, account.locale = name.strip(), locale
    account.hears_of_answers = hears_of_answers
    if is_quiet or quiet_among(session, [account.id]):
        follower_of_account(session, account.id).is_quiet = is_quiet
    session.flush()
    return account


def change_password(
    session: Session, account: Account, *, actor: Actor, password_hash: str
) -> None:
    """Set a new password and end every other session; the caller checked the old one."""
    require(actor, Permission.OWN_ACCOUNT)
    account.password_hash = password_hash
    sign_out_everywhere(session, account)


def _mail_link(
    session: Session, account: Account, purpose: LinkPurpose, template: str, path: str
) -> None:
    token = secrets.token_urlsafe(32)
    session.add(
        MailedLink(
            token_hash=queries.token_hash(token),
            purpose=purpose,
            account_id=account.id,
            ends_at=clock.now() + LINK_LASTS,
        )
    )
    enqueue(
        session,
        template,
        to=account.email,
        locale=account.locale,
        name=account.name,
        path=f"{path}{token}",
    )


def _use_link(session: Session, token: str, purpose: LinkPurpose) -> MailedLink:
    link = queries.find_link(session, token, purpose)
    if link is None:
        raise LinkUsedUp
    link.used_at = clock.now()
    write_again_to(session, link.account.email)
    return link
