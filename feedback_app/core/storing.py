"""Rows of new objects, written at once by statements that are prepared once."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from sqlalchemy import Column, Table, bindparam, insert
from sqlalchemy.orm import Session, class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, instance_state

from feedback_app.core.orm import Base
from feedback_app.core.prepared import Prepared

_rows: dict[type[Base], _Row] = {}


def store(session: Session, new: Base) -> None:
    """What `session.add` and a flush would do, for paths on which a flush costs too much.

    SQLAlchemy's unit of work finds out what depends on what, which takes longer than writing
    it. Who knows the order stores one object after the other and names what they refer to by
    id, not by object. The object then is in the session, as after a flush.
    """
    row = _rows.get(type(new))
    if row is None:
        row = _rows[type(new)] = _Row(type(new))
    row.write(session, new)


class _Row:
    """How objects of a class are written: their columns, and what those default to."""

    def __init__(self, entity: type[Base]) -> None:
        mapper = class_mapper(entity)
        table = cast(Table, mapper.local_table)
        counted = table.autoincrement_column  # the database gives it its value
        self.columns: dict[str, Column[Any]] = {
            mapper.get_property_by_column(column).key: column
            for column in table.columns
            if column is not counted
        }
        made = insert(table).values(
            {c.name: bindparam(name, type_=c.type) for name, c in self.columns.items()}
        )
        self.defaults = {name: _default(column) for name, column in self.columns.items()}
        self.key = None if counted is None else mapper.get_property_by_column(counted).key
        self.statement = Prepared(made if counted is None else made.returning(counted))

    def write(self, session: Session, new: Base) -> None:
        values = instance_dict(new)  # past the bookkeeping of changes: there is no row yet
        for name, default in self.defaults.items():
            if name not in values:
                values[name] = default() if callable(default) else default
        given = {name: values[name] for name in self.columns}
        found = self.statement.tuples(session, **given)
        if self.key is not None:
            values[self.key] = found[0][0]
        make_transient_to_detached(new)
        before = session.identity_map.get(cast(Any, instance_state(new).key))
        if before is not None:  # its row went with a savepoint, and SQLite gives its id again
            session.expunge(before)
        session.add(new)


def _default(column: Column[Any]) -> Any:
    """A value, or what makes one for each row."""
    default = cast(Any, column.default)
    if default is None:
        return None
    return partial(default.arg, None) if default.is_callable else default.arg
