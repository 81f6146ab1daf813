"""Bringing a database to the newest migration, and asking where it stands."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from feedback_app.core.database import Database

ROOT = Path(__file__).resolve().parent.parent.parent


def _config() -> Config:
    return Config(toml_file=str(ROOT / "pyproject.toml"))


@cache
def head() -> str:
    """The newest migration that this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(database: Database) -> str | None:
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(database: Database, to: str = "head") -> None:
    config = _config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()


def downgrade(database: Database, to: str = "base") -> None:
    config = _config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, to)
        connection.commit()
