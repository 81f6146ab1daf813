"""A PostgreSQL for the benchmarks: the one that the tests start, or one that is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, make_url, text

from feedback_app.core.database import Database
from tests.parts import server

GIVEN = "FEEDBACK_TEST_DATABASE_URL"


@contextmanager
def running() -> Iterator[str | None]:
    """The address of a server, ended with the block; none where none can be started."""
    if os.environ.get(GIVEN):
        yield os.environ[GIVEN]
        return
    home = server.new_home()
    try:
        try:
            address = server.start(home)
        except server.NoPostgres as error:
            print(f"No PostgreSQL could be started, so nothing is measured on it: {error}")
            yield None
        else:
            yield address
    finally:
        server.stop(home)


def new_database(address: str, name: str) -> str:
    """An empty database of that name; one that was there is gone."""
    drop_database(address, name)
    with create_engine(address, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return make_url(address).set(database=name).render_as_string(hide_password=False)


def drop_database(address: str, name: str) -> None:
    with create_engine(address, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def look_through(database: Database) -> None:
    """PostgreSQL plans by what it knows of its tables; a server looks from time to time."""
    if database.is_sqlite:
        return
    with database.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.execute(text("VACUUM ANALYZE"))
