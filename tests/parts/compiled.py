"""What every application of a run compiles alike, compiled once: routes, templates, SQL."""

from __future__ import annotations

import os
from collections.abc import Hashable
from pathlib import Path
from threading import get_ident
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from sqlalchemy import event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from feedback_app.core.database import Database


class Templates(BytecodeCache):
    """Code of templates by their name and source; in `folder` the workers of a run share it."""

    folder: Path | None = None

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """A template is compiled once for each language."""
        language = getattr(environment, "language", None)
        return super().get_bucket(environment, f"{language}:{name}", filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        key = bucket.key, bucket.checksum
        if key not in self._kept and (file := self._file(bucket)) and file.exists():
            with file.open("rb") as written:
                bucket.load_bytecode(written)
            self._kept[key] = bucket.code
        bucket.code = self._kept.get(key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code
        if file := self._file(bucket):
            draft = file.with_suffix(f".{os.getpid()}-{get_ident()}")
            with draft.open("wb") as written:
                bucket.write_bytecode(written)
            draft.rename(file)

    def _file(self, bucket: Bucket) -> Path | None:
        return self.folder and self.folder / f"{bucket.key}-{bucket.checksum}"


_templates = Templates()
_rules: dict[Hashable, Rule] = {}
_compile = Rule.compile


def _compile_once(rule: Rule) -> None:
    """What a rule matches and what puts its address together: worked out anew by Werkzeug for
    each application, which takes most of the time in which one is made."""
    assert rule.map is not None
    kinds = tuple(rule.map.converters.items())
    place = rule.subdomain, rule.host, rule.map.host_matching
    key = rule.rule, repr(rule.defaults), rule.merge_slashes, place, kinds
    if key not in _rules:
        _compile(rule)
        _rules[key] = rule
        return
    known = _rules[key]
    rule._parts, rule._trace = known._parts, known._trace
    rule._converters, rule.arguments = known._converters, set(known.arguments)
    rule._build = known._build.__func__.__get__(rule, None)  # type: ignore[attr-defined]
    rule._build_unknown = known._build_unknown.__func__.__get__(  # type: ignore[attr-defined]
        rule, None
    )


Rule.compile = _compile_once  # type: ignore[method-assign]
_statements: dict[str, tuple[Any, LRUCache[Any, Any]]] = {}


def among_workers(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    _templates.folder = folder


def share(app: Flask) -> None:
    app.jinja_env.bytecode_cache = _templates
    forget_power_cuts(app.extensions["database"])
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


def forget_power_cuts(database: Database) -> None:
    """Nobody needs a test's SQLite file after one: no commit waits for the disk. Where that is
    what a test is about (tests/test_killing.py), a server of its own runs as people run it."""

    def hurry(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    if database.is_sqlite:
        event.listen(database.engine, "connect", hurry)
