"""Comments out to a file."""

from __future__ import annotations

import click

from feedback_app.cli import as_a_visitor
from feedback_app.web.csv import csv_lines


@click.group()
def comments() -> None:
    """Export the comments of a round."""


@comments.command()
@click.argument("round_slug", metavar="ROUND")
@click.option("--format", "format_", default="csv", type=click.Choice(["csv"]))
@as_a_visitor
def export(round_slug: str, *, format_: str) -> None:
    """Print every comment that anyone may see."""
    from feedback_app.comments.reading_views import HEADERS, export_rows

    for piece in csv_lines(HEADERS, export_rows(round_slug)):
        click.echo(piece, nl=False)
