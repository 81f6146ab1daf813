"""The public log on a terminal."""

from __future__ import annotations

import click

from feedback_app.cli import unit_of_work
from feedback_app.log import queries

PLACE = click.IntRange(0, 2**31 - 1)


@click.group()
def log() -> None:
    """Read the public log."""


@log.command()
@click.option(
    "--start", default=0, type=PLACE, show_default=True, help="The first entry to show."
)
@click.option("--limit", default=50, type=PLACE, show_default=True)
def show(*, start: int, limit: int) -> None:
    """Show entries, one canonical leaf a line with its hash."""
    with unit_of_work(writing=False) as session:
        for entry in queries.entries(session, start=start, limit=limit):
            click.echo(f"{entry.position}\t{entry.leaf_hash}\t{entry.leaf}")
