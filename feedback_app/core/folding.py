"""Words looked for as people type them: capitals and accents make no difference."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, bindparam, func, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

LATIN = range(0xC0, 0x250)
"""Where Unicode keeps letters that differ from a plain one by an accent."""


def plain(text: str) -> str:
    """In small letters without accents; letters of other scripts stay."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def holds(column: Any, word: str) -> ColumnElement[bool]:
    """Whether a text has this part of a word."""
    like, shape = patterns(word)
    return _holds(column, like, shape)


def named(column: Any, name: str) -> ColumnElement[bool]:
    """Whether a text may be this name: `same_name` says it of those that are found.

    Databases make small letters of plain ones alone, or by rules of their own.
    """
    has_others = Octets(column) != func.length(column)
    return or_(func.lower(column) == name_key(name), has_others)


def same_name(one: str, other: str) -> bool:
    return name_key(one) == name_key(other)


def name_key(text: str) -> str:
    """What people read of a name: capitals and signs that nobody sees make no difference."""
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", seen).split()).casefold()


def holds_given(column: Any, name: str) -> ColumnElement[bool]:
    """The same for a statement that is prepared once; `given` has its values."""
    like, shape = (bindparam(f"{kind}_{name}", type_=String()) for kind in ("like", "shape"))
    return _holds(column, like, shape)


def given(name: str, word: str) -> dict[str, str]:
    like, shape = patterns(word)
    return {f"like_{name}": like, f"shape_{name}": shape}


def patterns(word: str) -> tuple[str, str]:
    """What is looked for in texts of plain letters, and in those with others."""
    word = plain(word)
    like = word.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return f"%{like}%", "".join(map(_shape, word))


def _holds(column: Any, like: Any, shape: Any) -> ColumnElement[bool]:
    """A text of plain letters, as most are, is looked through by the database itself."""
    has_others = Octets(column) != func.length(column)
    return or_(
        func.lower(column).like(like, escape="/"), and_(has_others, column.regexp_match(shape))
    )


def _shape(letter: str) -> str:
    """A letter in all its forms, as both databases read a regular expression."""
    if not letter.isalpha():
        return re.escape(letter)
    forms = {letter, letter.upper(), *_accented().get(letter, "")}
    return f"[{''.join(sorted(form for form in forms if len(form) == 1))}]"


@cache
def _accented() -> dict[str, str]:
    found: dict[str, str] = {}
    for letter in map(chr, LATIN):
        if len(base := plain(letter)) == 1 and base.isascii() and base.isalpha():
            found[base] = found.get(base, "") + letter
    return found


class Octets(GenericFunction[int]):
    """Bytes of a text: as many as its letters only where all of them are plain."""

    type = Integer()
    inherit_cache = True


@compiles(Octets)
def _octet_length(element: Octets, compiler: Any, **given: Any) -> str:
    return f"octet_length({compiler.process(element.clauses, **given)})"


@compiles(Octets, "sqlite")
def _length_of_blob(element: Octets, compiler: Any, **given: Any) -> str:
    return f"length(CAST({compiler.process(element.clauses, **given)} AS BLOB))"
