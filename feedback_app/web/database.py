"""One unit of work per request: reading for GET and HEAD, writing for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask, current_app, g, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from feedback_app.core.database import Database, Reading


class RequestDatabase:
    """`db.session` opens at its first use; views commit once, what is left is rolled back."""

    def init_app(self, app: Flask) -> None:
        app.extensions["database"] = Database(app.config["DATABASE_URL"])
        app.teardown_request(self._end)

    @property
    def database(self) -> Database:
        return cast(Database, current_app.extensions["database"])

    @property
    def session(self) -> Session:
        if "unit" not in g:
            if request.method not in {"GET", "HEAD"}:
                self.let_go()  # what was only read is over; nobody has waited for it
                g.unit = self.database.session(writing=True)
            elif "reading" in g:
                g.unit = Session(bind=g.reading, expire_on_commit=False)
            else:
                g.unit = self.database.session(writing=False)
        return cast(Session, g.unit)

    @property
    def rows(self) -> Reading:
        """The same unit for prepared statements: who asks no others opens no session.

        In a request that writes, what is asked here before `session` is used holds no writer
        up: who is here, what the form depends on.
        """
        if "unit" in g:
            return self.session
        if "reading" not in g:
            g.reading = self.database.reading()
        return cast(Connection, g.reading)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A short unit for values that slow computing needs before the writing unit begins."""
        with self.database.session(writing=False) as session:
            yield session

    def only_read(self) -> None:
        """Go on reading: what is drawn after a save or a refusal holds no other writer up."""
        self.let_go()
        g.unit = self.database.session(writing=False)

    def let_go(self) -> None:
        """End the writing unit without saving, before something slow or an error page."""
        for opened in ("unit", "reading"):
            unit = g.pop(opened, None)
            if unit is not None:
                unit.close()

    def _end(self, _error: BaseException | None) -> None:
        self.let_go()
