"""Everything that is due: long acts and mail."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import click
from flask import Flask

from feedback_app.accounts.news_mail import write_mails
from feedback_app.cli import site
from feedback_app.core import clock
from feedback_app.core.database import Database
from feedback_app.core.errors import Busy
from feedback_app.core.jobs import run_due
from feedback_app.housekeeping import tidy
from feedback_app.notifications.sending import send_due
from feedback_app.rounds.background import count_due
from feedback_app.rounds.news import tell_due
from feedback_app.triage.reminding import remind_who_answers
from feedback_app.web.mailing import sender

PAUSE = 1

logger = logging.getLogger(__name__)


@click.group()
def jobs() -> None:
    """Do what is due."""


@jobs.command()
@click.option("--watch", is_flag=True, help="Go on until interrupted.")
def run(*, watch: bool) -> None:
    """Do every waiting job, tell what is due, send mail, and erase what has had its time."""
    app = site().app
    if watch:
        go_on(app)
    elif done := once(app):
        click.echo(f"{done} jobs done")


def once(app: Flask, *, only_jobs: bool = False) -> int:
    """How many jobs there were to do."""
    # here, since its statements need all models
    from feedback_app.comments.reminding import tell_what_waits

    database: Database = app.extensions["database"]
    with app.app_context():  # for templates and mail
        done = run_due(database)
        if not only_jobs:
            count_due(database, at=clock.now())
            tell_due(database, at=clock.now())
            remind_who_answers(database, at=clock.now())
            tell_what_waits(database, at=clock.now())
            write_mails(database)
            send_due(database, sender(app))
            tidy(database, app.extensions["media"])
    return done


def go_on(app: Flask, still_wanted: Callable[[], bool] = lambda: True) -> None:
    """Jobs at once, mail every 20 turns; a database that is away for a while ends nothing."""
    turn = 0
    while still_wanted():
        try:
            if done := once(app, only_jobs=turn > 0):
                click.echo(f"{done} jobs done")
            turn = (turn + 1) % 20
        except Busy:
            pass
        except Exception:
            logger.exception("what is due was not done, and will be tried again")
        time.sleep(PAUSE)
