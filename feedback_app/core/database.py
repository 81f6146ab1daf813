"""Engines, pragmas, the writer queue, and the two kinds of units of work."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Pool, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.base import OptionEngine
from sqlalchemy.orm import Session

from feedback_app.core.turns import take_turn

try:
    from pysqlite3 import dbapi2 as sqlite3
except ImportError:  # no wheel on this platform: the standard library's SQLite
    import sqlite3

SAFE_WAL = (3, 51, 3)
"""Older SQLite can corrupt a WAL database under two connections."""


Reading = Session | Connection
"""What a prepared statement is asked on: a whole session is more than a page of rows needs."""


class OldSQLite(UserWarning):
    """This SQLite is too old for write-ahead logging; writing will be slower."""


class QueuedConnection(sqlite3.Connection):  # type: ignore[misc, unused-ignore]
    """A SQLite connection that writes only when its turn in the writer queue has come.

    SQLite's own busy handler polls and starves writers; a file lock is first come, first
    served, across threads and processes. It is let go after the commit or rollback.
    """

    _turn: int | None = None
    _only_reads = False

    def only_read(self) -> None:
        """For good: the pragma makes SQLite forget every statement that it has prepared, and
        preparing one with its triggers again takes longer than it does.
        """
        if not self._only_reads:
            self.execute("PRAGMA query_only = ON")
            self._only_reads = True

    def begin_writing(self, queue: str) -> None:
        self._turn = take_turn(queue)
        try:
            self.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._let_go()
            raise

    def commit(self) -> None:
        super().commit()
        self._let_go()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._let_go()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None


class ReadingEngine(OptionEngine):
    """The same engine to whoever listens to it, with connections that never write."""

    def __init__(self, proxied: Engine, execution_options: Any) -> None:
        self._connections = proxied.pool.recreate()
        super().__init__(proxied, execution_options)

    @property
    def pool(self) -> Pool:
        return self._connections

    @pool.setter
    def pool(self, pool: Pool) -> None:
        self._connections = pool


class Database:
    """One engine, seen as a reading and a writing one; sessions are bound to either."""

    def __init__(self, url: str | URL) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = (
            _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url)
        )
        self.writing_engine = self.engine.execution_options(unit="writing")
        self.reading_engine: Engine = (
            ReadingEngine(self.engine, {"unit": "reading"})
            if self.is_sqlite
            else self.engine.execution_options(unit="reading", postgresql_readonly=True)
        )

    def session(self, *, writing: bool) -> Session:
        return Session(
            bind=self.writing_engine if writing else self.reading_engine, expire_on_commit=False
        )

    def reading(self) -> Connection:
        """A begun reading unit without a session, which costs three times as much to open."""
        connection = self.reading_engine.connect()
        connection.begin()
        return connection

    @contextmanager
    def unit_of_work(self, *, writing: bool) -> Iterator[Session]:
        """A unit for commands, jobs and tests: commits at the end, rolls back on any error."""
        with self.session(writing=writing) as session:
            yield session
            if writing:
                session.commit()

    def sweep(self, *tables: str) -> None:
        """Leave nothing of what was deleted: beside SQLite's file, in PostgreSQL's pages."""
        if self.is_sqlite:
            fairy = self.engine.raw_connection()
            try:
                fairy.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                fairy.close()
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
            plain.execute(text(f"VACUUM {', '.join(tables)}"))

    def dispose(self) -> None:
        self.reading_engine.pool.dispose()
        self.engine.dispose()


def _postgresql_engine(url: URL) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)
    # Many rows in one statement, also where none come back: triggers run once for each.
    engine.dialect.use_insertmanyvalues_wo_returning = True
    return engine


def _sqlite_engine(url: URL) -> Engine:
    path = url.database
    if not path or path == ":memory:":
        raise ValueError(
            "the database must be a file: every unit of work has its own connection"
        )
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        module=sqlite3,
        pool_size=10,
        max_overflow=40,
        connect_args={"factory": QueuedConnection, "timeout": 30},
    )
    queue = f"{path}.writers"
    write_ahead = sqlite3.sqlite_version_info >= SAFE_WAL
    if not write_ahead:
        warnings.warn(OldSQLite(OldSQLite.__doc__), stacklevel=3)

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute(f"PRAGMA journal_mode = {'WAL' if write_ahead else 'DELETE'}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is erased leaves the file, too

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        raw = connection.connection.driver_connection
        assert raw is not None
        if connection.get_execution_options().get("unit") == "reading":
            raw.only_read()
            raw.execute("BEGIN")
        else:
            raw.begin_writing(queue)

    return engine
