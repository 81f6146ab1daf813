"""The site as it is served to a real browser, on a port of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from feedback_app import create_app
from feedback_app.core.database import Database
from tests.conftest import SECRET
from tests.parts import compiled
from tests.parts.chromium import Visits
from tests.parts.demo import copy_of
from tests.parts.everyone import World, people_the
from tests.parts.serving import free_port, over_http


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
    port = free_port()
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
    compiled.share(app)
    try:
        with over_http(app, port) as address:
            yield Site(app, address)
    finally:
        app.extensions["database"].dispose()


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, visits: Visits) -> Iterator[Site]:
    """An empty site."""
    path = tmp_path / "site.sqlite3"
    shutil.copy(sqlite_template, path)
    with served(f"sqlite:///{path}") as site:
        site.visits = visits
        yield site
        visits.close()


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
