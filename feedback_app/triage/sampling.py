"""Which answers are drawn to be looked at again; anyone can draw them anew.

Source: RFC 3797, publicly verifiable random selection: a seed that nobody could choose, a list
that is fixed before, and a hash of both. Here each name is hashed with the seed, and the
smallest hashes are drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

SHARE = 5
"""Percent of the answers of a report."""
LEAST = 20


def size_of_sample(answers: int) -> int:
    """5 percent, rounded up; at least 20, or all where there are fewer."""
    return min(answers, max(LEAST, -(-answers * SHARE // 100)))


def rank(answer_id: str, seed: str) -> str:
    """SHA-256, as 64 hex digits, over seed, colon and answer's id, all in ASCII."""
    return hashlib.sha256(f"{seed}:{answer_id}".encode()).hexdigest()


def drawn(answer_ids: Iterable[str], seed: str) -> list[str]:
    """The drawn ids, the smallest hash first."""
    ids = list(answer_ids)
    return sorted(ids, key=lambda id_: rank(id_, seed))[: size_of_sample(len(ids))]
