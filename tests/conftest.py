"""The fixtures: an application, a session, a factory, a browser, a command line."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from feedback_app import FEATURES, create_app
from feedback_app.core import clock, schema
from feedback_app.core.database import Database
from tests.browsing import Browser, CommandLine
from tests.factories import Make
from tests.parts import compiled

pytest_plugins = [
    "tests.parts.postgres",
    "tests.parts.chromium",
    "tests.parts.smtp",
    "tests.parts.demo",
]

SECRET = "a-secret-that-only-the-tests-of-this-house-know"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "one_engine: reads nothing that differs between databases; SQLite is enough"
    )
    config.addinivalue_line("markers", "long: a file that takes half a minute; begun first")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first: at the end nobody waits for the last of them; and while one worker makes
    the demo world, in tests/demo, the others do what asks for none."""

    def turn(item: pytest.Item) -> int:
        if item.get_closest_marker("long") is None:
            return 2
        return int("demo_file" in getattr(item, "fixturenames", ()))

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: nobody need look through it for garbage."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches a database is tested on both."""
    if "engine" in metafunc.fixturenames:
        one = metafunc.definition.get_closest_marker("one_engine")
        metafunc.parametrize("engine", ["sqlite"] if one else ["sqlite", "postgresql"])


def _upgrade(url: str) -> None:
    database = Database(url)
    compiled.forget_power_cuts(database)
    schema.upgrade(database)
    database.dispose()


@pytest.fixture(scope="session", autouse=True)
def among_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what one worker of a run makes and the others take."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    compiled.among_workers(folder / "templates")
    return folder


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    _upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database; where time stands still, it does before anything is made in there."""
    if "time" in request.fixturenames:
        request.getfixturevalue("time")
    if engine == "sqlite":
        path = tmp_path / "test.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template: Callable = request.getfixturevalue("postgres_template")
    with template(_upgrade).copy() as url:
        yield url


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(
        {
            "TESTING": True,
            "PROPAGATE_EXCEPTIONS": False,
            "SECRET_KEY": SECRET,
            "DATABASE_URL": database_url,
            "BASE_URL": "http://localhost",
            "RATELIMIT_ENABLED": False,
            "LIMITS_STORE": "memory://",
            "MEDIA": str(tmp_path / "media"),
        }
    )
    compiled.share(app)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def database(request: pytest.FixtureRequest, database_url: str) -> Iterator[Database]:
    """That of the application, where the test wants one: most rules do without."""
    if "app" in request.fixturenames:
        yield request.getfixturevalue("app").extensions["database"]
        return
    for feature in FEATURES:
        import_module(f"feedback_app.{feature}")
    database = Database(database_url)
    compiled.forget_power_cuts(database)
    compiled.share_statements(database)
    yield database
    database.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing unit of the test's own; the browser commits it before each request."""
    with database.session(writing=True) as session:
        yield session


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that the test's requests send."""
    sent: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", keep)
    yield sent
    event.remove(database.engine, "before_cursor_execute", keep)


@pytest.fixture
def make(session: Session) -> Make:
    return Make(session)


@pytest.fixture
def browser(app: Flask, session: Session) -> Browser:
    return Browser(app, session)


@pytest.fixture
def new_browser(app: Flask, session: Session) -> Callable[[], Browser]:
    return lambda: Browser(app, session)


@pytest.fixture
def run(app: Flask, session: Session) -> CommandLine:
    return CommandLine(app, session)


class Time:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(clock, "_source", time)
    return time
