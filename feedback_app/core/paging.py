"""One page of a list, by keyset: its cost does not grow with its place."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from feedback_app.core.errors import NotFound

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page of rows with the opaque cursor of the next one; `None` at the end."""

    items: Sequence[T]
    next_cursor: str | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def write_cursor(*values: str | int) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: type) -> list[str | int]:
    """The values of a cursor; one that we did not make is an address with nothing at it."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, UnicodeError, RecursionError):
        raise NotFound from None
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise NotFound
    if any(isinstance(value, int) and abs(value) >= 2**63 for value in values):
        raise NotFound
    return values
