"""Organizations from the command line."""

from __future__ import annotations

import click

from feedback_app.cli import system_actor, unit_of_work
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.organizations.models import OrganizationKind
from feedback_app.organizations.queries import get_organization
from feedback_app.organizations.services import create_organization


class NoName(Invalid):
    message = N_("Type a name of up to 160 characters.")


@click.group()
def organizations() -> None:
    """Create departments, hosts and boards."""


@organizations.command()
@click.argument("slug")
@click.argument("name")
@click.option(
    "--kind", required=True, type=click.Choice([kind.value for kind in OrganizationKind])
)
@click.option("--time-zone", default="America/Chicago", show_default=True)
@click.option("--locale", default="en", type=click.Choice(["en", "es"]))
@click.option(
    "--oversees", metavar="DEPARTMENT", help="For a board: the department's short name."
)
def create(
    slug: str, name: str, *, kind: str, time_zone: str, locale: str, oversees: str | None
) -> None:
    """Create an organization."""
    if oversees and kind != OrganizationKind.BOARD:
        raise click.UsageError("Only a board oversees a department.")
    if not name.strip() or len(name) > 160:
        raise NoName
    with unit_of_work(writing=True) as session:
        overseen = None
        if oversees:
            overseen = get_organization(session, oversees, kind=OrganizationKind.DEPARTMENT)
        create_organization(
            session,
            actor=system_actor(),
            name=name,
            slug=slug,
            kind=OrganizationKind(kind),
            time_zone=time_zone,
            locale=locale,
            overseen=overseen,
        )
    click.echo(f"{name} is here.")
