"""Password hashing: argon2id, at most two at once, the same work for unknown accounts."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_two_at_once = threading.Semaphore(2)


@cache
def _nobody() -> str:
    """Made once somebody signs in: a start need not wait for it."""
    return _hasher.hash("a password that belongs to nobody")


def hash_password(password: str) -> str:
    with _two_at_once:
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; an unknown account costs as much as a known one."""
    with _two_at_once:
        nobody = _nobody()  # whoever comes first waits for it, known or not
        try:
            _hasher.verify(password_hash or nobody, password)
        except (Argon2Error, InvalidHashError):
            return False
    return password_hash is not None
