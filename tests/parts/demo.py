"""The demo world, built once in a test run; a test takes a copy of it."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

import pytest

from feedback_app.core import schema
from feedback_app.core.database import Database
from feedback_app.demo.loader import load
from tests.parts.compiled import forget_power_cuts


@pytest.fixture(scope="session")
def demo_file(among_workers: Path) -> Path:
    """A SQLite file with the demo world; workers of one run share it."""
    path = among_workers / "demo.sqlite3"
    with (among_workers / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            build(path)
    return path


def build(path: Path) -> None:
    """Load the world beside its place and move it there whole."""
    draft = path.with_suffix(".draft")
    database = Database(f"sqlite:///{draft}")
    forget_power_cuts(database)
    schema.upgrade(database)
    load(database)
    database.dispose()  # the last connection to leave empties the write-ahead log
    shutil.move(draft, path)


def copy_of(demo: Path, folder: Path) -> str:
    """A world of one's own, as a database address."""
    path = folder / "world.sqlite3"
    shutil.copy(demo, path)
    return f"sqlite:///{path}"
