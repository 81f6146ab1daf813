"""Comments out to a file."""

from __future__ import annotations

import json

import click

from feedback_app.cli import as_a_visitor
from feedback_app.web.csv import csv_lines

FORMATS = ("csv", "json", "w3c", "docx")


@click.group()
def comments() -> None:
    """Export the comments of a round."""


@comments.command()
@click.argument("round_slug", metavar="ROUND")
@click.option("--format", "format_", default="csv", type=click.Choice(FORMATS))
@as_a_visitor
def export(round_slug: str, *, format_: str) -> None:
    """Print every comment that anyone may see; docx is the table of public answers."""
    from feedback_app.comments.reading_views import HEADERS, export_rows
    from feedback_app.exchange import file_views as files

    if format_ == "docx":
        click.echo(files.response_table(round_slug), nl=False)
        return
    if format_ != "csv":
        made = {"w3c": files.annotation_collection, "json": files.comment_records}[format_]
        click.echo(json.dumps(made(round_slug), ensure_ascii=False, indent=1))
        return
    for piece in csv_lines(HEADERS, export_rows(round_slug)):
        click.echo(piece, nl=False)
