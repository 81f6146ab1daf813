"""The demo world: made on the first run, kept on the next ones, served on this machine."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from feedback_app import create_app
from feedback_app.cli.serve import serve_with_waitress, start_jobs
from feedback_app.config import ROOT
from feedback_app.core import schema
from feedback_app.core.database import Database
from feedback_app.core.marks import DEMO_PASSWORD, is_demo
from feedback_app.demo.guard import refuse_demo_beyond_loopback

FOLDER = ROOT / "instance"
RUNNER = "Marlow Ferry Public Library"
"""Who runs the server of the demo world; the police do not."""


@click.command()
@click.option("--port", default=8000, type=click.IntRange(1, 65535), show_default=True)
@click.option("--reset", is_flag=True, help="Build the world anew; what was typed is lost.")
@click.option("--only-load", is_flag=True, help="Make the world, do not serve it.")
def demo(*, port: int, reset: bool, only_load: bool) -> None:
    """Make and serve the demo world."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / "demo.sqlite3"
    if reset:
        for leftover in FOLDER.glob("demo.sqlite3*"):
            leftover.unlink()
    settings = {
        "DATABASE_URL": f"sqlite:///{path}",
        "SECRET_KEY": _secret(FOLDER / "demo.key"),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "SITE_RUNNER": RUNNER,
    }
    app = create_app(settings | {"HOSTS": (f"localhost:{port}",), "IS_DEMO": True})
    database: Database = app.extensions["database"]
    schema.upgrade(database)
    _fill(database)
    if only_load:
        return
    refuse_demo_beyond_loopback(database, f"127.0.0.1:{port}")
    _tell(port)
    start_jobs(app)
    serve_with_waitress(app, f"127.0.0.1:{port}", threads=8)


def _secret(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text()


def _fill(database: Database) -> None:
    from feedback_app.demo.loader import load
    from feedback_app.demo.world import ACCOUNTS

    with database.unit_of_work(writing=False) as session:
        if is_demo(session):
            return
    click.echo("Making the demo world …")
    load(database)
    click.echo(f"{len(ACCOUNTS)} accounts are ready.")


def _tell(port: int) -> None:
    from feedback_app.demo.world import ACCOUNTS

    click.echo(f"\n  http://127.0.0.1:{port}\n\n  Sign in with the password {DEMO_PASSWORD} as")
    for email, what in ACCOUNTS.items():
        click.echo(f"    {email:24} {what}")
    click.echo("\n  Stop with Ctrl+C. DEMO_RESET=1 builds the world anew.\n")
