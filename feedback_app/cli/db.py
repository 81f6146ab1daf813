"""The database: bring it up to date, ask where it stands, check it."""

from __future__ import annotations

import click

from feedback_app.cli import site
from feedback_app.core import schema


@click.group()
def db() -> None:
    """Bring the database up to date, or check it."""


@db.command()
def upgrade() -> None:
    """Run every migration that is missing."""
    schema.upgrade(site().database)
    click.echo(f"The database stands at {schema.current(site().database)}.")


@db.command()
def current() -> None:
    """Say which migration the database stands at."""
    at = schema.current(site().database)
    click.echo(at or "nothing yet; run: feedback-app db upgrade")
    if at != schema.head():
        raise SystemExit(1)


@db.command()
def check() -> None:
    """Look for damage: the file itself, the log's places, the counters."""
    from feedback_app.audit import database

    with site().database.unit_of_work(writing=False) as session:
        problems = database.problems(session)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise click.ClickException(f"{len(problems)} problems found.")
    click.echo("No problem found.")
