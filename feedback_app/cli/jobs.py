"""Everything that is due: long acts and mail."""

from __future__ import annotations

import os
import time

import click

from feedback_app.cli import site, with_app
from feedback_app.core.errors import Busy
from feedback_app.core.jobs import run_due
from feedback_app.housekeeping import tidy
from feedback_app.notifications.sending import send_due
from feedback_app.web.mailing import sender

PAUSE = 1


@click.group()
def jobs() -> None:
    """Do what is due."""


@jobs.command()
@click.option("--watch", is_flag=True, help="Go on until interrupted.")
@click.option("--parent", type=int, hidden=True, help="End when this process has ended.")
@with_app
def run(*, watch: bool, parent: int | None) -> None:
    """Do every waiting job, send mail that is due, and erase what has had its time."""
    quiet = 0
    while parent is None or os.getppid() == parent:
        try:
            done = run_due(site().database)
            if quiet == 0:
                send_due(site().database, sender(site().app))
                tidy(site().database)
            if done:
                click.echo(f"{done} jobs done")
        except Busy:
            if not watch:
                raise
        if not watch:
            return
        quiet = (quiet + 1) % 20
        time.sleep(PAUSE)
