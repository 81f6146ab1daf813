"""Comments out to a file."""

from __future__ import annotations

import json

import click

from feedback_app.cli import as_a_visitor, unit_of_work
from feedback_app.cli.publishing import named_actor
from feedback_app.policy import Permission, require
from feedback_app.rounds.queries import get_round, get_round_row
from feedback_app.web.csv import csv_lines

FORMATS = ("csv", "json", "w3c", "docx", "xlsx")


@click.group()
def comments() -> None:
    """Export the comments of a round."""


@comments.command()
@click.argument("round_slug", metavar="ROUND")
@click.option("--format", "format_", default="csv", type=click.Choice(FORMATS))
@click.option(
    "--as",
    "email",
    metavar="EMAIL",
    help="In whose name: the response matrix of somebody who reads answers (csv, xlsx).",
)
@as_a_visitor
def export(round_slug: str, *, format_: str, email: str | None) -> None:
    """Print every comment that anyone may see; docx is the table of public answers.

    With --as it is the response matrix instead: every point with its answer, public or not.
    """
    from feedback_app.comments.reading_views import HEADERS, export_rows
    from feedback_app.exchange import file_views as files

    if email is not None or format_ == "xlsx":
        _print_matrix(round_slug, format_, email)
        return
    if format_ == "docx":
        click.echo(files.response_table(round_slug), nl=False)
        return
    if format_ != "csv":
        made = {"w3c": files.annotation_collection, "json": files.comment_records}[format_]
        click.echo(json.dumps(made(round_slug), ensure_ascii=False, indent=1))
        return
    for piece in csv_lines(HEADERS, export_rows(round_slug)):
        click.echo(piece, nl=False)


def _print_matrix(round_slug: str, format_: str, email: str | None) -> None:
    from feedback_app.exchange.matrix_rows import MatrixRows
    from feedback_app.exchange.matrix_views import matrix_lines
    from feedback_app.exchange.matrix_writing import pieces, write_matrix
    from feedback_app.web.templating import public_url

    if format_ not in ("csv", "xlsx"):
        raise click.BadParameter("--as goes with csv or xlsx.")
    if email is None:
        raise click.BadParameter("xlsx is the response matrix: say with --as who reads it.")
    with unit_of_work(writing=False) as session:
        actor = named_actor(session, email)
        require(actor, Permission.READ_ANSWERS, get_round(session, round_slug, viewer=actor))
        row = get_round_row(session, round_slug, viewer=actor, locale="en")
        rows = MatrixRows(session, row, actor, base_url=public_url(""))
        if format_ == "csv":
            for line in matrix_lines(rows):
                click.echo(line, nl=False)
            return
        for piece in pieces(write_matrix(rows)):
            click.echo(piece, nl=False)
