"""Accounts from the command line: the first administrator, and roles."""

from __future__ import annotations

import click
from email_validator import EmailNotValidError, validate_email

from feedback_app.accounts import passwords, queries, services
from feedback_app.cli import system_actor, unit_of_work
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.organizations import queries as organizations
from feedback_app.organizations.models import Role
from feedback_app.organizations.services import grant as grant_role


class NoSuchAccount(NotFound):
    message = N_("There is no account with this address.")


class NoSuchOrganization(NotFound):
    message = N_("There is no organization with this short name.")


class NoAddress(Invalid):
    message = N_("This does not look like an e-mail address. Example: name@example.org")


class NoName(Invalid):
    message = N_("Type a name of up to 120 characters.")


@click.group()
def accounts() -> None:
    """Create accounts and grant roles."""


@accounts.command()
@click.argument("email")
@click.option("--name", prompt=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@click.option("--administrator", is_flag=True, help="May create organizations.")
def create(email: str, *, name: str, password: str, administrator: bool) -> None:
    """Open an account."""
    _check(email, name)
    services.check_password(password)
    password_hash = passwords.hash_password(password)
    with unit_of_work(writing=True) as session:
        account = services.register(
            session,
            actor=system_actor(),
            email=email,
            name=name,
            password_hash=password_hash,
            is_administrator=administrator,
        )
        services.confirm(account)
    click.echo(f"{email} can sign in.")


def _check(email: str, name: str) -> None:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        raise NoAddress from None
    if not name.strip() or len(name) > 120:
        raise NoName


@accounts.command()
@click.argument("email")
@click.argument("organization")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def grant(email: str, organization: str, role: str) -> None:
    """Give a person a role in an organization."""
    with unit_of_work(writing=True) as session:
        account = queries.find_by_email(session, email)
        if account is None:
            raise NoSuchAccount
        try:
            found = organizations.get_organization(session, organization)
        except NotFound:
            raise NoSuchOrganization from None
        grant_role(session, found, account, actor=system_actor(), role=Role(role))
    click.echo(f"{email} is now {role} in {organization}.")
