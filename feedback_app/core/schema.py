"""Bringing a database to the newest migration, and asking where it stands."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from feedback_app.core.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

ROOT = Path(__file__).resolve().parent.parent.parent
_REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
_DOWN_REVISION = re.compile(r'^down_revision = "(\w+)"', re.MULTILINE)


def _config() -> Config:
    """Alembic is imported where it works: a server only asks how far its database is."""
    from alembic.config import Config

    return Config(toml_file=str(ROOT / "pyproject.toml"))


@cache
def head() -> str:
    """The newest migration that this code knows: the one on which no other stands."""
    files = [path.read_text() for path in (ROOT / "migrations" / "versions").glob("*.py")]
    named = {key for file in files for key in _REVISION.findall(file)}
    below = {key for file in files for key in _DOWN_REVISION.findall(file)}
    newest: str
    (newest,) = named - below
    return newest


def current(database: Database) -> str | None:
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(database: Database, to: str = "head") -> None:
    from alembic import command

    config = _config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()


def downgrade(database: Database, to: str = "base") -> None:
    from alembic import command

    config = _config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, to)
        connection.commit()
