"""The command line: for those who keep the site running."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar, cast

import click
from dotenv import find_dotenv, load_dotenv
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from feedback_app.config import WrongSetting
from feedback_app.core.database import Database
from feedback_app.core.errors import DomainError, NotFound
from feedback_app.core.jobs import Report
from feedback_app.policy import Actor

F = TypeVar("F", bound=Callable[..., Any])
COMMANDS = (
    "demo serve db accounts organizations curricula rounds comments mail jobs log"
).split()


class Site:
    """The application behind a command, made when first needed."""

    def __init__(self, app: Flask | None = None) -> None:
        self._app = app

    @property
    def app(self) -> Flask:
        if self._app is None:
            from feedback_app import create_app

            try:
                self._app = create_app()
            except WrongSetting as error:
                raise click.ClickException(str(error)) from None
        return self._app

    @property
    def database(self) -> Database:
        return cast(Database, self.app.extensions["database"])


@contextmanager
def _one_line() -> Iterator[None]:
    """Refusals are one line and exit 1, never a traceback."""
    try:
        yield
    except NotFound as error:
        if type(error) is not NotFound:
            raise click.ClickException(error.sentence % (error.values or {})) from None
        # The pages' sentence speaks of an address; here a name was typed.
        raise click.ClickException(
            "Nothing has this name, or nothing that may be read in that person’s name."
        ) from None
    except DomainError as error:
        raise click.ClickException(error.sentence % (error.values or {})) from None
    except OperationalError as error:
        reason = str(error.orig).splitlines()[0]
        raise click.ClickException(f"The database did not answer: {reason}") from None
    except UnicodeEncodeError:
        raise click.ClickException("This holds a character that cannot be kept.") from None
    except OverflowError:
        raise click.ClickException("This number or day is beyond what can be kept.") from None
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Training Feedback: co-design police-training courses with the community."""


def site() -> Site:
    """The site that was named where the command began: ours, or that of `flask --app`."""
    root = click.get_current_context().find_root()
    if isinstance(root.obj, ScriptInfo):
        return Site(root.obj.load_app())
    if not isinstance(root.obj, Site):
        root.obj = Site(root.obj if isinstance(root.obj, Flask) else None)
    return root.obj


def join(app: Flask) -> None:
    """Let `flask --app wsgi` run the same commands."""
    for command in main.commands.values():
        app.cli.add_command(command)


@contextmanager
def unit_of_work(*, writing: bool) -> Iterator[Session]:
    with site().database.unit_of_work(writing=writing) as session:
        yield session


@contextmanager
def bar(label: str) -> Iterator[Report | None]:
    """How far something long has come, for a person at a terminal alone."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1000, label=label, file=sys.stderr) as drawn:

        def report(done: int, total: int) -> None:
            drawn.update(1000 * done // max(total, 1) - drawn.pos)

        yield report
        drawn.update(1000 - drawn.pos)


def with_app(command: F) -> F:
    """Runs a command inside the application's context, for templates and mail."""

    @functools.wraps(command)
    def run(*args: Any, **values: Any) -> Any:
        with site().app.app_context():
            return command(*args, **values)

    return cast(F, run)


def as_a_visitor(command: F) -> F:
    """Runs a command as somebody reads a page: what a visitor may see, in a reading unit."""

    @functools.wraps(command)
    def run(*args: Any, **values: Any) -> Any:
        with site().app.test_request_context("/"):
            return command(*args, **values)

    return cast(F, run)


def system_actor() -> Actor:
    """Whoever can run commands on the server; the log calls it the system."""
    return Actor(is_system=True)


def _register() -> None:
    load_dotenv(find_dotenv(usecwd=True))
    for name in COMMANDS:
        command = getattr(import_module(f"feedback_app.cli.{name}"), name)
        command.invoke = _one_line()(command.invoke)
        main.add_command(command)


_register()
