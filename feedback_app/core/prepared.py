"""Statements that hot pages ask, prepared once and read past SQLAlchemy's results."""

from __future__ import annotations

import threading
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Enum,
    Insert,
    Integer,
    Select,
    String,
    Subquery,
    Update,
    bindparam,
    case,
    literal_column,
    or_,
    select,
)
from sqlalchemy import (
    cast as sql_cast,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from feedback_app.core.database import Reading
from feedback_app.core.orm import UTCDateTime

_one_at_a_time = threading.Lock()
"""What SQLAlchemy looks up at a statement's first use, no two threads may look up at once."""

Process = Callable[[Any], Any]
Asked = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | Insert | Update
Told = Callable[[str], Asked]
"""What to ask a kind of database, by its name, where each is best asked in its own way."""


class Prepared:
    """A statement whose text and types are worked out once; its rows are named tuples.

    SQLAlchemy makes a context, a result and its description anew at each execution, which takes
    ten times as long as the database needs for one row. Values are given under the names of the
    `bindparam`s. Whoever listens for statements hears these, too.

    It sees and changes rows, not objects: whoever asks has flushed what a session holds, and
    expires an object whose row it changes.
    """

    def __init__(
        self,
        select: Asked | Told,
        named: type[NamedTuple] | None = None,
        *,
        plain: bool = False,
    ) -> None:
        """`named` gives its rows names, for its columns in their order.

        `plain` leaves all but instants as the database has it: words that an enumeration names,
        markup as text.
        """
        self._select = select
        self._plain = plain
        self._named = named
        self._forms: dict[str, _Form] = {}

    def rows(self, reading: Reading, **values: Any) -> list[Any]:
        form, found = self._asked(reading, values)
        return list(map(form.named, form.read(found))) if found else []

    def tuples(self, reading: Reading, **values: Any) -> list[tuple[Any, ...]]:
        """The same rows without their names, for what is made into something else at once."""
        form, found = self._asked(reading, values)
        return list(form.read(found)) if found else []

    def plain_rows(self, reading: Reading, **values: Any) -> Sequence[Any]:
        """The same, for rows of many columns of which hardly any are converted."""
        form, found = self._asked(reading, values)
        return form.read_each(found)

    def unread(
        self, reading: Reading, **values: Any
    ) -> tuple[Sequence[Any], Mapping[int, Process]]:
        """Rows as the database has them, and by its place what makes Python's value of each
        column that needs it: for who takes them apart anyway."""
        form, found = self._asked(reading, values)
        return found, form.readers

    def columns(self, reading: Reading, **values: Any) -> list[Sequence[Any]]:
        """The same rows as one sequence for each column: what many rows are counted by."""
        form, found = self._asked(reading, values)
        return form.columns(found) if found else [()] * form.width

    def _asked(
        self, reading: Reading, values: Mapping[str, Any]
    ) -> tuple[_Form, Sequence[Any]]:
        connection = reading if isinstance(reading, Connection) else reading.connection()
        form = self._forms.get(connection.dialect.name)
        if form is None:
            with _one_at_a_time:
                form = _Form(
                    self._select, connection.dialect, values, self._named, plain=self._plain
                )
            self._forms[connection.dialect.name] = form
        parameters = form.parameters(values)
        cursor = connection.connection.cursor()
        try:
            for hear in connection.dispatch.before_cursor_execute:
                hear(connection, cursor, form.text, parameters, None, False)
            cursor.execute(form.text, parameters)
            return form, cursor.fetchall() if form.width else ()
        finally:
            cursor.close()

    def run(self, session: Reading, **values: Any) -> None:
        """For a statement that gives nothing back."""
        self._asked(session, values)

    def first(self, reading: Reading, **values: Any) -> Any | None:
        """For a statement that finds one row or none."""
        rows = self.rows(reading, **values)
        return rows[0] if rows else None


class _Form:
    """The statement as one kind of database takes it, and how its values are converted."""

    def __init__(
        self,
        select: Asked | Told,
        dialect: Dialect,
        values: Mapping[str, Any],
        named: type[NamedTuple] | None,
        *,
        plain: bool,
    ) -> None:
        if callable(select):
            select = select(dialect.name)
        columns = select.exported_columns
        self.width = len(columns)
        self.named: Callable[[Iterable[Any]], Any] = (
            _named([column.key or "" for column in columns])
            if named is None
            else cast(Any, named)._make
        )
        compiled = select.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        state = compiled.construct_expanded_state(dict(values))
        self.text = state.statement
        self._order = state.positiontup
        processors = cast(Mapping[str, Process], compiled._bind_processors)
        self._binds = {**processors, **cast(Mapping[str, Process], state.processors)}
        self._fixed = {
            name: self._bound(name, value)
            for name, value in state.parameters.items()
            if name not in values
        }
        self._asked = [(name, self._binds.get(name)) for name in values]
        self.readers = {
            place: read
            for place, column in enumerate(columns)
            if (read := _reader(column.type, dialect)) is not None
            and (not plain or isinstance(column.type, UTCDateTime))
        }

    def parameters(self, values: Mapping[str, Any]) -> Any:
        bound = dict(self._fixed)
        for name, process in self._asked:
            value = values[name]
            bound[name] = value if process is None else process(value)
        return bound if self._order is None else tuple(map(bound.__getitem__, self._order))

    def read(self, rows: Sequence[Any]) -> Any:
        """The same rows with Python's values, converted a column at a time."""
        return zip(*self.columns(rows), strict=True) if self.readers else rows

    def read_each(self, rows: Sequence[Any]) -> Sequence[Any]:
        """The same for few rows of many columns, of which hardly any are converted."""
        for place, read in self.readers.items():
            if all(row[place] is None for row in rows):
                continue
            after = place + 1
            rows = [(*row[:place], read(row[place]), *row[after:]) for row in rows]
        return rows

    def columns(self, rows: Sequence[Any]) -> list[Any]:
        columns: list[Any] = list(zip(*rows, strict=True))
        for place, read in self.readers.items():
            columns[place] = list(map(read, columns[place]))
        return columns

    def _bound(self, name: str, value: Any) -> Any:
        process = self._binds.get(name)
        return value if process is None else process(value)


class _Items(FunctionElement[Any]):
    """The items of a JSON array, as a table with one column: `value`."""

    inherit_cache = True


@compiles(_Items, "sqlite")
def _items_of_sqlite(element: _Items, compiler: SQLCompiler, **given: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **given)})"


@compiles(_Items, "postgresql")
def _items_of_postgresql(element: _Items, compiler: SQLCompiler, **given: Any) -> str:
    return (
        f"json_array_elements_text(CAST({compiler.process(element.clauses, **given)} AS JSON))"
    )


class _Given(FunctionElement[Any]):
    inherit_cache = True

    def __init__(self, name: str, kind: TypeEngine[Any] | None) -> None:
        parameter = bindparam(name, type_=kind)
        super().__init__(parameter)
        self.type = parameter.type


@compiles(_Given)
def _given(element: _Given, compiler: SQLCompiler, **given: Any) -> str:
    return str(compiler.process(element.clauses, **given))


@compiles(_Given, "postgresql")
def _given_of_postgresql(element: _Given, compiler: SQLCompiler, **given: Any) -> str:
    return f"(SELECT {compiler.process(element.clauses, **given)})"


def given(name: str, kind: TypeEngine[Any] | None = None) -> _Given:
    """A value whose statement PostgreSQL plans once and not for each value.

    It plans anew whenever it hopes to do better by looking at the value; behind a SELECT it
    sees none. Planning a page of the board takes five times as long as reading it.
    """
    return _Given(name, kind)


def listed(name: str) -> Subquery:
    """Numbers, however many, given as one value under that name: a JSON array. Column: `value`.

    The text of an `IN` would be another for each number of them.
    """
    items = _Items(bindparam(name, type_=String)).table_valued("value")
    return select(sql_cast(items.c.value, Integer).label("value")).subquery()


class _Packed(FunctionElement[str]):
    inherit_cache = True
    type = String()


@compiles(_Packed, "sqlite")
def _packed_of_sqlite(element: _Packed, compiler: SQLCompiler, **given: Any) -> str:
    return f"json_array({compiler.process(element.clauses, **given)})"


@compiles(_Packed, "postgresql")
def _packed_of_postgresql(element: _Packed, compiler: SQLCompiler, **given: Any) -> str:
    return f"CAST(json_build_array({compiler.process(element.clauses, **given)}) AS VARCHAR)"


def packed(*columns: Any) -> Any:
    """Texts and numbers that hardly any row has, as one JSON array; NULL where all are missing.

    SQLite's driver takes as long for a column as for ten signs of text, filled or not: it lets
    other threads in before each.
    """
    return case((or_(*(column.is_not(None) for column in columns)), _Packed(*columns)))


class _Lines(FunctionElement[Any]):
    """The lines of a JSON array of arrays, as a table with one column: `value`."""

    inherit_cache = True


@compiles(_Lines, "sqlite")
def _lines_of_sqlite(element: _Lines, compiler: SQLCompiler, **given: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **given)})"


@compiles(_Lines, "postgresql")
def _lines_of_postgresql(element: _Lines, compiler: SQLCompiler, **given: Any) -> str:
    # As JSONB: of a JSON each value that is taken out would be read from the line's beginning.
    return f"jsonb_array_elements(CAST({compiler.process(element.clauses, **given)} AS JSONB))"


class _At(FunctionElement[Any]):
    """One value of such a line, by its place; SQLite knows `->>` only since 3.38."""

    inherit_cache = True


@compiles(_At, "sqlite")
def _at_of_sqlite(element: _At, compiler: SQLCompiler, **given: Any) -> str:
    line, place = (compiler.process(one, **given) for one in element.clauses)
    return f"json_extract({line}, '$[{place}]')"


@compiles(_At, "postgresql")
def _at_of_postgresql(element: _At, compiler: SQLCompiler, **given: Any) -> str:
    line, place = (compiler.process(one, **given) for one in element.clauses)
    return f"({line} ->> {place})"


def lines(name: str, columns: Mapping[str, TypeEngine[Any]]) -> Subquery:
    """Rows, however many, given as one value under that name: a JSON array of arrays.

    Ten thousand rows of ten values each are a hundred thousand parameters, which PostgreSQL's
    driver and planner take four times as long for as the database does for the rows.
    """
    line = _Lines(bindparam(name, type_=String)).table_valued("value").c.value
    return select(
        *(
            sql_cast(_At(line, literal_column(str(place))), kind).label(column)
            for place, (column, kind) in enumerate(columns.items())
        )
    ).subquery()


def _named(names: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    make: Any = namedtuple  # the names are known when it runs, not when its types are checked
    return cast(Callable[[Iterable[Any]], Any], make("Row", names, rename=True)._make)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    """What makes Python's value of a column's; an enumeration's word is looked up at once."""
    if isinstance(kind, Enum) and kind.enum_class is not None:
        words = {word.value: word for word in kind.enum_class}
        return {None: None, **words}.__getitem__
    return kind.dialect_impl(dialect).result_processor(dialect, None)
