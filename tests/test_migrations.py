"""Migrations run both ways, and what they build is what the models say."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from feedback_app.core import schema
from feedback_app.models import Base

TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE NOT tgisinternal ORDER BY tgname",
}


def _triggers(database):
    with database.engine.connect() as connection:
        return [
            tuple(row)
            for row in connection.execute(text(TRIGGERS[database.engine.dialect.name]))
        ]


def test_there_is_one_newest_migration():
    assert len(ScriptDirectory.from_config(schema._config()).get_heads()) == 1


def test_the_models_equal_the_migrations(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Base.metadata) == []


def test_going_down_and_up_again_gives_the_same_tables_and_triggers(database):
    before = _triggers(database)

    schema.downgrade(database)
    with database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    schema.upgrade(database)

    assert _triggers(database) == before
    assert len(before) >= 20
