"""The site as it is served to a real browser, on a port of its own."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page
from waitress.server import create_server

from feedback_app import create_app
from feedback_app.core.database import Database
from tests.conftest import SECRET
from tests.parts.chromium import Visits
from tests.parts.demo import copy_of
from tests.parts.everyone import World, people_the


@dataclass
class Site:
    """A running site: its address, and a window for each person."""

    app: Flask
    url: str
    visits: Visits | None = None

    @property
    def database(self) -> Database:
        database: Database = self.app.extensions["database"]
        return database

    def window(self, token: str | None = None, **options: object) -> Page:
        """A browser of somebody's own; with a token of an account that is signed in."""
        assert self.visits is not None
        self.visits.base_url = self.url
        page = self.visits.open(None, **options)
        if token is not None:
            client = self.app.test_client()
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
                cookie["_fresh"] = True
            kept = client.get_cookie("session")
            assert kept is not None
            page.context.add_cookies(
                [{"name": "session", "value": kept.value, "url": self.url}]
            )
        return page


@contextmanager
def served(database_url: str) -> Iterator[Site]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(
        {
            "TESTING": True,
            "PROPAGATE_EXCEPTIONS": False,
            "SECRET_KEY": SECRET,
            "DATABASE_URL": database_url,
            "BASE_URL": f"http://127.0.0.1:{port}",
            "RATELIMIT_ENABLED": False,
        }
    )
    server = create_server(app, listen=f"127.0.0.1:{port}", threads=6)

    def run() -> None:
        with suppress(OSError, ValueError):  # its sockets are closed under it, at the end
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield Site(app, f"http://127.0.0.1:{port}")
    finally:
        server.close()
        thread.join(5)
        app.extensions["database"].dispose()


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, visits: Visits) -> Iterator[Site]:
    """An empty site."""
    path = tmp_path / "site.sqlite3"
    shutil.copy(sqlite_template, path)
    with served(f"sqlite:///{path}") as site:
        site.visits = visits
        yield site


@pytest.fixture(scope="module")
def peopled(demo_file: Path, tmp_path_factory: pytest.TempPathFactory):
    """The demo world with everyone in it, served for a whole module."""
    url = copy_of(demo_file, tmp_path_factory.mktemp("peopled"))
    with served(url) as site:
        yield site, people_the(site.app)


@pytest.fixture
def demo_site(peopled: tuple[Site, World], visits: Visits) -> tuple[Site, World]:
    site, world = peopled
    site.visits = visits
    return site, world
