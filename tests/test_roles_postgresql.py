"""The same refusals on PostgreSQL: the demo world of SQLite, copied row by row."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, insert, make_url, select, text

from feedback_app.core.database import Database
from feedback_app.models import Base
from tests.conftest import _upgrade
from tests.parts.addresses import Address, addresses
from tests.parts.demo import copy_of
from tests.parts.everyone import ROLES, World, people_the
from tests.parts.postgres import Postgres
from tests.parts.roles import expected, plans_are_hidden
from tests.parts.sending import (
    Body,
    app_on,
    body_for,
    send,
    sender,
    unchanged,
    wrongly_taken,
)

SOAK = os.environ.get("FEEDBACK_SOAK") == "1"
SAMPLE = 10
"""Addresses of each kind, others every day."""


def chosen(world: World, method: str) -> list[Address]:
    found = addresses(world, method)
    return found if SOAK else random.Random(date.today().toordinal()).sample(found, SAMPLE)


def test_what_a_role_may_not_send_changes_nothing_on_postgresql_either(world, bodies):
    assert wrongly_taken(world, bodies) == []


def test_what_a_role_may_send_never_breaks_and_a_name_is_changed(world, bodies, restored):
    """The last line tells that changes are seen at all."""
    own = next(a for a in addresses(world, "POST") if a.endpoint == "accounts.account")
    changed = set()
    for address, body in (bodies | {own: body_for(world, own)}).items():
        role = sender(address)
        if role is None:
            continue
        with unchanged(world) as watch:
            answer = send(world, role, address.path, body)
        assert answer.status_code < 500, address
        if watch.changed:
            changed.add(address.endpoint)
            restored()

    assert "accounts.account" in changed


def test_every_page_opens_for_its_roles_alone_on_postgresql_too(world):
    wrong = []
    for address in chosen(world, "GET"):
        for role in ROLES:
            hidden = plans_are_hidden(world, role, address)
            answer = world.client(role).get(address.path)
            answer.get_data()  # tables come in pieces, each still part of the request
            if answer.status_code not in ({404} if hidden else expected(world, role, address)):
                wrong.append(f"{role} at {address.path}: {answer.status_code}")

    assert wrong == []


def copy_rows(source: Database, target: Database) -> None:
    """Everything with its ids; triggers rest meanwhile, as they guard what people do."""
    with source.session(writing=False) as read, target.session(writing=True) as write:
        for table in Base.metadata.sorted_tables:
            written = [column for column in table.columns if column.computed is None]
            rows = [dict(row) for row in read.execute(select(*written)).mappings()]
            if not rows:
                continue
            write.execute(text(f"DELETE FROM {table.name}"))
            write.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
            write.execute(insert(table), rows)
            write.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER USER"))
            if "id" not in table.columns:
                continue
            counter = write.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
            if counter:
                write.execute(select(func.setval(counter, max(row["id"] for row in rows))))
        write.commit()


@pytest.fixture(scope="module")
def world_on_sqlite(demo_file: Path, tmp_path_factory: pytest.TempPathFactory):
    app = app_on(copy_of(demo_file, tmp_path_factory.mktemp("roles")))
    yield people_the(app)
    app.extensions["database"].dispose()


@pytest.fixture(scope="module")
def kept(world_on_sqlite: World, postgres: Postgres) -> Iterator[str]:
    """The name of a database from which the world is copied anew."""
    url = postgres.new_database(postgres.template(_upgrade))
    database = Database(url)
    try:
        copy_rows(world_on_sqlite.database, database)
    finally:
        database.dispose()
    yield make_url(url).database or ""
    postgres.drop_database(url)


def copy_files(source: World, target: Path) -> None:
    shutil.copytree(source.app.config["MEDIA"], target, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def world(
    world_on_sqlite: World, kept: str, postgres: Postgres, media: Path
) -> Iterator[World]:
    of = world_on_sqlite
    copy_files(of, media)
    app = app_on(postgres.new_database(kept), media)
    yield World(app, of.ids, of.tokens, of.actors, of.code)
    app.extensions["database"].dispose()


@pytest.fixture(scope="module")
def bodies(world: World) -> dict[Address, Body]:
    return {address: body_for(world, address) for address in chosen(world, "POST")}


@pytest.fixture
def restored(
    world: World, world_on_sqlite: World, kept: str, postgres: Postgres, media: Path
) -> Iterator[Callable[[], None]]:
    """Puts the world back as it was when it was copied."""

    def again() -> None:
        copy_files(world_on_sqlite, media)
        used = world.database
        used.dispose()
        world.app.extensions["database"] = Database(postgres.new_database(kept))
        postgres.drop_database(used.url.render_as_string(hide_password=False))

    yield again
    again()
