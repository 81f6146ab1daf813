"""The production server: waitress on one box with SQLite, gunicorn with PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from typing import Any

import click
from flask import Flask

from feedback_app.cli import site
from feedback_app.core import schema


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes (PostgreSQL only).")
@click.option("--threads", default=8, show_default=True)
def serve(*, bind: str, workers: int, threads: int) -> None:
    """Serve the site, and do what is due beside it."""
    app = site().app
    if schema.current(site().database) != schema.head():
        raise click.ClickException(
            "The database is not up to date; run: feedback-app db upgrade"
        )
    from feedback_app.demo.guard import refuse_demo_beyond_loopback

    refuse_demo_beyond_loopback(site().database, bind)
    start_jobs()
    if site().database.is_sqlite:
        serve_with_waitress(app, bind, threads)
        return
    site().database.dispose()
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--bind", bind]
    command += ["--workers", str(workers), "--threads", str(threads)]
    command += ["--no-control-socket", "wsgi:application"]
    os.execv(sys.executable, command)  # noqa: S606 - our own words; signals reach it directly


def serve_with_waitress(app: Flask, bind: str, threads: int) -> None:
    from waitress import serve as listen

    with suppress(KeyboardInterrupt):
        listen(app, **waitress_options(app, bind, threads))


def waitress_options(app: Flask, bind: str, threads: int) -> dict[str, Any]:
    """What trusted proxies tell must reach the application, which knows their number."""
    return {
        "listen": bind,
        "threads": threads,
        "ident": None,
        "clear_untrusted_proxy_headers": not app.config.get("TRUSTED_PROXIES"),
    }


def start_jobs(environment: dict[str, str] | None = None) -> None:
    """`jobs run --watch` as a child that ends by itself once this process has ended."""
    command = [sys.executable, "-m", "feedback_app", "jobs", "run", "--watch"]
    command += ["--parent", str(os.getpid())]
    subprocess.Popen(command, env=environment)  # noqa: S603 - our own words
