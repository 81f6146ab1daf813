"""Counts in memory that all workers of one server share, so that a budget is one budget."""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

from limits.storage import Storage

from feedback_app.core import clock

_SLOT = struct.Struct("<16sdIxxxx")  # digest of the key, when its window ends, how many
SLOTS = 1 << 16
TRIES = 16
"""A key stands in one of so many places after its own; the one that ends first makes room."""


class Shared:
    """Memory that is mapped before the workers are copied from their parent, who all see it.

    The lock is one of the kernel's on an empty file: it is gone with the process that held it,
    so that a worker which is killed stops nobody.
    """

    def __init__(self, size: int) -> None:
        self.memory = mmap.mmap(-1, size)
        self._lock, name = tempfile.mkstemp()
        os.unlink(name)
        weakref.finalize(self, os.close, self._lock)
        self._threads = threading.Lock()

    @contextmanager
    def alone(self) -> Iterator[mmap.mmap]:
        """Among threads by a lock of their own: the kernel tells only processes apart."""
        with self._threads:
            fcntl.lockf(self._lock, fcntl.LOCK_EX)
            try:
                yield self.memory
            finally:
                fcntl.lockf(self._lock, fcntl.LOCK_UN)


class SharedCounts(Storage):
    """Fixed windows in a shared table. No key is in it, only digests."""

    STORAGE_SCHEME = ["shared-memory"]

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._shared = Shared(SLOTS * _SLOT.size)
        self._table = self._shared.memory

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        return OSError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        digest, now = _digest(key), clock.now().timestamp()
        with self._shared.alone():
            place, ends, number = self._find(digest, now)
            if ends <= now:
                ends, number = now + expiry, 0
            number = min(number + amount, 0xFFFFFFFF)
            _SLOT.pack_into(self._table, place, digest, ends, number)
        return number

    def get(self, key: str) -> int:
        now = clock.now().timestamp()
        with self._shared.alone():
            _place, ends, number = self._find(_digest(key), now)
        return number if ends > now else 0

    def get_expiry(self, key: str) -> float:
        now = clock.now().timestamp()
        with self._shared.alone():
            _place, ends, _number = self._find(_digest(key), now)
        return max(ends, now)

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with self._shared.alone():
            self._table[:] = bytes(len(self._table))
        return None

    def clear(self, key: str) -> None:
        with self._shared.alone():
            place, _ends, _number = self._find(_digest(key), clock.now().timestamp())
            _SLOT.pack_into(self._table, place, b"", 0, 0)

    def _find(self, digest: bytes, now: float) -> tuple[int, float, int]:
        """Where the key stands, until when, with what; else the place that it may have."""
        first = int.from_bytes(digest[:4], "little")
        best, ends_first = 0, float("inf")
        for step in range(TRIES):
            place = (first + step) % SLOTS * _SLOT.size
            stands, ends, number = _SLOT.unpack_from(self._table, place)
            if stands == digest and ends > now:
                return place, ends, number
            if ends < ends_first:
                best, ends_first = place, ends
        return best, 0.0, 0


def _digest(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=16).digest()
