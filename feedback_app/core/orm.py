"""The mapper's base, and the column types that every table shares."""

from __future__ import annotations

import enum
import secrets
from base64 import b32encode
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, TypeVar

from markupsafe import Markup
from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    Enum,
    MetaData,
    String,
    Text,
    TypeDecorator,
    inspect,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, aliased, mapped_column

from feedback_app.core import clock

E = TypeVar("E")


def alias(entity: type[E], name: str | None = None) -> type[E]:
    """An alias for a module to keep, with every column of it looked up already.

    SQLAlchemy looks them up at their first use, and of two threads that do so at once one may
    get the column of the table itself: a statement that is kept would then join everything.
    And making one takes milliseconds, longer than most statements it stands in.
    """
    made = aliased(entity, name=name)
    for column in inspect(entity).column_attrs:
        _ = getattr(made, column.key).expression
    return made


def new_public_id() -> str:
    """26 lower-case base32 letters of 128 random bits: an address nobody can guess."""
    return b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def new_key() -> str:
    """8 random base32 letters: a section's name across all revisions."""
    return b32encode(secrets.token_bytes(5)).decode().lower()


def new_salt() -> str:
    """32 random bytes in hex, kept beside the text that they seal."""
    return secrets.token_hex(32)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values, stores and returns UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive instant was about to be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """SQLite keeps instants as text; read at once, a list of many costs half as much."""
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        return _from_text


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


class CleanHTML(TypeDecorator[Markup]):
    """Markup made by `core.html`; loads as `Markup`, so that templates need no filter."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, Markup):
            raise TypeError("only core.html makes trusted markup")
        return str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Markup | None:
        return _trusted(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """The database's own text needs nothing done before."""
        return _trusted


def _trusted(value: str | None) -> Markup | None:
    return None if value is None else Markup(value)  # noqa: S704 - cleaned at writing


identity = Annotated[int, mapped_column(primary_key=True)]
public_id = Annotated[str, mapped_column(String(26), unique=True, default=new_public_id)]
salt = Annotated[str, mapped_column(String(64), default=new_salt)]
moment = Annotated[datetime, mapped_column(UTCDateTime)]
recorded_at = Annotated[datetime, mapped_column(UTCDateTime, default=clock.now)]
slug = Annotated[str, mapped_column(String(80), unique=True)]
locale = Annotated[str, mapped_column(String(12))]
section_key = Annotated[str, mapped_column(String(8))]
strings = Annotated[list[str], mapped_column(JSON)]
clean_html = Annotated[Markup, mapped_column(CleanHTML)]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        date: Date,
        datetime: UTCDateTime,
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            length=32,
            create_constraint=False,
            values_callable=lambda kinds: [kind.value for kind in kinds],
        ),
        Markup: CleanHTML,
        list[str]: JSON,
        dict[str, Any]: JSON,
        list[dict[str, Any]]: JSON,
    }
