"""What every application of a run compiles alike, compiled once: routes, templates, SQL."""

from __future__ import annotations

from typing import Any

from flask import Flask
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from feedback_app.core.database import Database


class Templates(BytecodeCache):
    """Code of templates by their name and source."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """A template is compiled once for each language."""
        language = getattr(environment, "language", None)
        return super().get_bucket(environment, f"{language}:{name}", filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_templates = Templates()
_builders: dict[tuple[str, str, bool], Any] = {}
_compile_builder = Rule._compile_builder


def _builder(rule: Rule, append_unknown: bool = True) -> Any:
    """What puts an address together: code that Werkzeug writes anew for each application."""
    key = rule.rule, repr(rule.defaults), append_unknown
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


Rule._compile_builder = _builder
_statements: dict[str, tuple[Any, LRUCache[Any, Any]]] = {}


def share(app: Flask) -> None:
    app.jinja_env.bytecode_cache = _templates
    share_statements(app.extensions["database"])


def share_statements(database: Database) -> None:
    """Engines of one kind speak one dialect: by it SQLAlchemy finds what it has compiled."""
    kind = database.engine.dialect.name
    if kind not in _statements:
        with database.engine.connect():  # here a dialect learns what its server knows
            _statements[kind] = database.engine.dialect, LRUCache(4000)
    dialect, kept = _statements[kind]
    for engine in (database.engine, database.writing_engine, database.reading_engine):
        engine.dialect = dialect
        engine._compiled_cache = kept
