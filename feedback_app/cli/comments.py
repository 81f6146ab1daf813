"""Comments out to a file, and answers back from one."""

from __future__ import annotations

import json
from typing import IO

import click

from feedback_app.cli import as_a_visitor, bar, unit_of_work, with_app
from feedback_app.cli.publishing import named_actor
from feedback_app.policy import Permission, require
from feedback_app.rounds.queries import get_round, get_round_row
from feedback_app.web.csv import csv_lines

FORMATS = ("csv", "json", "w3c", "docx", "xlsx")


@click.group()
def comments() -> None:
    """Export the comments of a round; bring its response matrix back."""


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
    from feedback_app.exchange.matrix_writing import explained_in, pieces, write_matrix
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
        for piece in pieces(write_matrix(rows, explained_in(str))):
            click.echo(piece, nl=False)


@comments.command("import")
@click.argument("round_slug", metavar="ROUND")
@click.argument("file", type=click.File("rb"))
@click.option("--as", "email", metavar="EMAIL", required=True, help="In whose name.")
@click.option("--dry-run", is_flag=True, help="Say what would change; save nothing.")
@with_app
def import_(round_slug: str, file: IO[bytes], *, email: str, dry_run: bool) -> None:
    """Take the answers and subjects of an edited response matrix in, portion by portion.

    Rows with a fault, and those whose comment changed since the export, are named and left out.
    """
    from feedback_app.exchange.matrix_comparing import compare_matrix
    from feedback_app.exchange.matrix_reading import MOST_BYTES, guess, read_sheet, unknown
    from feedback_app.exchange.matrix_returning import PORTION, ColumnsMissing, has_all
    from feedback_app.exchange.matrix_saving import carry_out_portion

    sheet = read_sheet(file.read(MOST_BYTES + 1))
    mapping = guess(sheet.heads)
    if not has_all(mapping):
        raise ColumnsMissing
    with unit_of_work(writing=False) as session, bar("Looking at the rows") as report:
        actor = named_actor(session, email)
        round_ = get_round(session, round_slug, viewer=actor)
        require(actor, Permission.TRIAGE, round_)
        plan = compare_matrix(
            session,
            round_,
            get_round_row(session, round_slug, viewer=actor, locale="en"),
            actor=actor,
            rows=sheet.rows,
            mapping=mapping,
            report=report,
        )
    for fault in (*plan.conflicts, *plan.faults):
        click.echo(f"row {fault.line}, {fault.column}: {fault.reason}", err=True)
    for head in unknown(sheet.heads, mapping):
        click.echo(f"not read, an unknown heading: {head}", err=True)
    told = f"{len(plan.conflicts)} changed meanwhile, {len(plan.faults)} with a fault"
    if not plan.changes and (plan.conflicts or plan.faults):
        raise click.ClickException(f"{round_slug}: no row can be saved; {told}.")
    if dry_run:
        click.echo(f"{round_slug}: {len(plan.changes)} rows would be saved; {told}.")
        return
    saved = len(plan.changes)
    with bar("Saving the answers") as report:
        for at in range(0, len(plan.changes), PORTION):
            with unit_of_work(writing=True) as session:
                actor = named_actor(session, email)
                round_ = get_round(session, round_slug, viewer=actor)
                portion = plan.changes[at : at + PORTION]
                left = carry_out_portion(session, round_, portion, actor=actor)
            for fault in left:
                click.echo(f"row {fault.line}, {fault.column}: {fault.reason}", err=True)
            saved -= len(left)
            if report is not None:
                report(at + len(portion), len(plan.changes))
    click.echo(f"{round_slug}: {saved} rows are saved; {told}.")


@comments.command("group")
@click.argument("round_slug", metavar="[ROUND]", required=False)
def group(round_slug: str | None) -> None:
    """Put comments that came before form letters were found beside their letters.

    Of one round, or of all of them. It can be run again and stopped at any time.
    """
    from sqlalchemy import select

    from feedback_app.comments.letters_anew import take_in_earlier, unknown_count
    from feedback_app.core.errors import NotFound
    from feedback_app.rounds.models import Round

    with unit_of_work(writing=False) as session:
        query = select(Round.id, Round.slug).order_by(Round.id)
        rounds = session.execute(query.where(Round.slug == round_slug) if round_slug else query)
        waiting = [(id_, slug, unknown_count(session, id_)) for id_, slug in rounds]
    if round_slug and not waiting:
        raise NotFound
    for id_, slug, many in waiting:
        looked_at = joined = after = 0
        with bar(slug) as report:
            while True:
                with unit_of_work(writing=True) as session:
                    round_ = session.get_one(Round, id_)
                    portion = take_in_earlier(session, round_, after=after)
                if portion.last is None:
                    break
                looked_at, joined = looked_at + portion.looked_at, joined + portion.joined
                after = portion.last
                if report is not None:
                    report(looked_at, many)
        click.echo(f"{slug}: {looked_at} looked at, {joined} put beside a letter.")
