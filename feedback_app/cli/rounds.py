"""Comment periods from the command line."""

from __future__ import annotations

from datetime import datetime

import click

from feedback_app.accounts.news_mail import write_mails
from feedback_app.cli import as_a_visitor, site, system_actor, unit_of_work
from feedback_app.core import clock
from feedback_app.core.paging import Page
from feedback_app.notifications.telling import followers_of
from feedback_app.rounds.closings import close_round, extend_round
from feedback_app.rounds.listings import RoundRow, all_rounds
from feedback_app.rounds.news import news_due, tell_due
from feedback_app.rounds.queries import get_round
from feedback_app.rounds.zones import instant
from feedback_app.web.csv import csv_lines


@click.group()
def rounds() -> None:
    """List, close and extend comment periods; read their reports; tell followers."""


@rounds.command("list")
def list_() -> None:
    """Every signed round: short name, state, closing instant (UTC), comments, title."""
    cursor = None
    with unit_of_work(writing=False) as session:
        while True:
            page: Page[RoundRow] = all_rounds(session, locale="en", cursor=cursor)
            for row in page:
                closes = row.closes_at.strftime("%Y-%m-%dT%H:%MZ")
                click.echo(
                    f"{row.slug}\t{row.state.value}\t{closes}\t{row.comments_count}\t{row.title}"
                )
            cursor = page.next_cursor
            if cursor is None:
                return


@rounds.command()
@click.argument("round_slug", metavar="ROUND")
@click.option("--reason", required=True, help="Public; stands on the page of exceptions.")
def close(round_slug: str, *, reason: str) -> None:
    """Close a round now; both sides must have agreed to it."""
    with unit_of_work(writing=True) as session:
        actor = system_actor()
        close_round(
            session, get_round(session, round_slug, viewer=actor), actor=actor, reason=reason
        )
    click.echo(f"{round_slug} is closed.")


@rounds.command()
@click.argument("round_slug", metavar="ROUND")
@click.argument("until", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]))
@click.option("--reason", required=True, help="Public; stands on the page of exceptions.")
def extend(round_slug: str, until: datetime, *, reason: str) -> None:
    """Move a closing later; UNTIL is a time in the round's own zone."""
    with unit_of_work(writing=True) as session:
        actor = system_actor()
        round_ = get_round(session, round_slug, viewer=actor)
        closes_at = instant(until, round_.time_zone)
        extend_round(session, round_, actor=actor, closes_at=closes_at, reason=reason)
        click.echo(f"{round_slug} closes at {closes_at:%Y-%m-%dT%H:%MZ}.")


@rounds.command()
@click.option(
    "--dry-run", is_flag=True, help="Say what would be told to how many; tell nothing."
)
def remind(*, dry_run: bool) -> None:
    """Tell followers what is due: opened, closing, closed, answered, overdue, a new version."""
    at = clock.now()
    with unit_of_work(writing=False) as session:
        due = [(news, followers_of(session, news)) for news in news_due(session, at=at)]
    if not dry_run:
        tell_due(site().database, at=at)
        write_mails(site().database)
    for news, followers in due:
        click.echo(f"{news.path}\t{news.kind.value}\t{followers} followers")


@rounds.command()
@click.argument("round_slug", metavar="ROUND")
@click.option("--format", "format_", default="csv", type=click.Choice(["csv", "docx"]))
@as_a_visitor
def report(round_slug: str, *, format_: str) -> None:
    """Print “You said, we did” of a published round, as CSV or as a table for Word."""
    from feedback_app.exchange.file_views import response_table
    from feedback_app.triage.public import COLUMNS, report_rows

    if format_ == "docx":
        click.echo(response_table(round_slug), nl=False)
        return
    for piece in csv_lines(COLUMNS, report_rows(round_slug)):
        click.echo(piece, nl=False)
