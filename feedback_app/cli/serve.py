"""The production server: waitress on one box with SQLite, gunicorn with PostgreSQL."""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from typing import Any

import click
from flask import Flask

from feedback_app.cli import site
from feedback_app.cli.jobs import go_on
from feedback_app.core import schema


def _address(_context: click.Context, _option: click.Parameter, value: str) -> str:
    port = value.rpartition(":")[2]
    if ":" not in value or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise click.BadParameter("should look like 127.0.0.1:8000")
    return value


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, callback=_address)
@click.option(
    "--workers",
    default=2,
    type=click.IntRange(1, 64),
    show_default=True,
    help="Processes (PostgreSQL only).",
)
@click.option("--threads", default=8, type=click.IntRange(1, 256), show_default=True)
def serve(*, bind: str, workers: int, threads: int) -> None:
    """Serve the site, and do what is due beside it."""
    app = site().app
    if schema.current(site().database) != schema.head():
        raise click.ClickException(
            "The database is not up to date; run: feedback-app db upgrade"
        )
    from feedback_app.demo.guard import refuse_demo_beyond_loopback

    refuse_demo_beyond_loopback(site().database, bind)
    refuse_without_counts(app)
    start_jobs(app)
    settle()
    if site().database.is_sqlite:
        serve_with_waitress(app, bind, threads)
    else:
        serve_with_gunicorn(app, bind, workers, threads)


def refuse_without_counts(app: Flask) -> None:
    """A store of counts that does not answer now was named wrongly; later it may be away."""
    from feedback_app.extensions import limiter

    if app.config["RATELIMIT_ENABLED"] and not limiter.storage.check():
        raise click.ClickException("FEEDBACK_LIMITS_STORE: nothing answers there")


def settle() -> None:
    """Look for garbage less often, and not among what stays as long as the server does.

    A page makes thousands of small things and leaves no circles behind; looking through them
    after each seven hundred took a fifteenth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


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


def serve_with_gunicorn(app: Flask, bind: str, workers: int, threads: int) -> None:
    """Its workers are copies of this process, so that nothing is imported once more."""
    from gunicorn.app.base import BaseApplication

    options = {
        "bind": bind,
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "control_socket_disable": True,
    }

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return app

    app.extensions["database"].dispose()
    Server().run()


def start_jobs(app: Flask) -> None:
    """What `jobs run --watch` does, in a child that ends by itself once this process has ended.

    It is a copy of this process: what takes longest at a start, importing, is done once.
    """
    app.extensions["database"].dispose()  # a connection belongs to one process
    parent = os.getpid()
    if os.fork():
        return
    try:
        go_on(app, still_wanted=lambda: os.getppid() == parent)
    except KeyboardInterrupt:
        pass
    finally:
        os._exit(0)
