"""Sending what is in the outbox."""

from __future__ import annotations

import time

import click

from feedback_app.cli import site, with_app
from feedback_app.core.errors import Busy
from feedback_app.notifications.sending import Tally, send_due
from feedback_app.web.mailing import sender

PAUSE = 5


@click.group()
def mail() -> None:
    """Deliver mail from the outbox."""


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
