"""Sending what is in the outbox, seeing how it fares, taking in what came back."""

from __future__ import annotations

import time
from typing import BinaryIO

import click

from feedback_app.cli import site, unit_of_work, with_app
from feedback_app.core.errors import Busy
from feedback_app.notifications import bounces
from feedback_app.notifications.queries import state_of_outbox
from feedback_app.notifications.sending import Tally, send_due
from feedback_app.web.mailing import sender

PAUSE = 5


@click.group()
def mail() -> None:
    """Deliver mail from the outbox, and see to what came back."""


@mail.command()
@click.option("--watch", is_flag=True, help="Go on until interrupted.")
@with_app
def deliver(*, watch: bool) -> None:
    """Send every message that is due."""
    while True:
        try:
            tally = send_due(site().database, sender(site().app))
        except Busy:
            if not watch:
                raise
            tally = Tally()
        if tally != Tally() or not watch:
            click.echo(
                f"{tally.sent} sent, {tally.waiting} to try again, {tally.given_up} given up"
            )
        if not watch:
            return
        time.sleep(PAUSE)


@mail.command()
def status() -> None:
    """Say how much waits, went out, was given up and why: numbers, never addresses."""
    with unit_of_work(writing=False) as session:
        state = state_of_outbox(session)
    oldest = f", the oldest since {state.oldest:%Y-%m-%dT%H:%MZ}" if state.oldest else ""
    click.echo(f"{state.waiting} waiting{oldest}")
    click.echo(f"{state.retried} of them tried before and to be tried again")
    click.echo(f"{state.sent} sent in the last {state.DAYS} days")
    click.echo(f"{state.given_up} given up in the last {state.DAYS} days")
    for problem, count in state.problems:
        click.echo(f"  {count}\t{problem}")
    click.echo(f"{state.undeliverable} addresses are no longer written to")


@mail.command()
@click.argument("reports", metavar="FILE...", nargs=-1, required=True, type=click.File("rb"))
def bounced(reports: tuple[BinaryIO, ...]) -> None:
    """Take in reports of mail that came back (RFC 3464), a message a FILE; - is the input."""
    stopped = 0
    with unit_of_work(writing=True) as session:
        for report in reports:
            stopped += bounces.take_in(session, report.read())
    click.echo(f"{stopped} addresses are no longer written to.")
