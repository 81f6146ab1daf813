"""Private codes: eight plain words that only their holder keeps; we store an HMAC of them."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from functools import cache
from pathlib import Path

WORDS = 8
BITS = 10
"""Eight words out of 1,024 hold 80 bits."""

_BETWEEN = re.compile(r"[\W_]+")


def receipt_key(secret: str) -> bytes:
    """The key of codes and of what is stored of them, apart from other uses of the secret."""
    return hmac.digest(secret.encode(), b"private codes, 1", hashlib.sha256)


def make_code(
    key: bytes, submission_id: str, language: str = "en", *, words: int = WORDS
) -> str:
    """Words joined by hyphens; the same form gives the same code, however often it is sent."""
    digest = hmac.digest(key, b"words\x00" + submission_id.encode(), hashlib.sha256)
    number = int.from_bytes(digest, "big")
    known = word_list(language)
    picked = []
    for _ in range(words):
        number, at = divmod(number, 1 << BITS)
        picked.append(known[at])
    return "-".join(picked)


def code_hash(key: bytes, code: str) -> str:
    """What is stored of a code: an HMAC in hex, the same however the words are typed."""
    return hmac.new(key, b"stored\x00" + plain(code).encode(), hashlib.sha256).hexdigest()


def plain(code: str) -> str:
    """Lower-case words with one hyphen between, accents dropped; at most 200 characters."""
    folded = unicodedata.normalize("NFKD", code[:200].casefold())
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _BETWEEN.sub("-", letters).strip("-")


@cache
def word_list(language: str) -> tuple[str, ...]:
    """1,024 words of three to eight letters without accents; English where there is no list."""
    name = "words_es.txt" if language.startswith("es") else "words_en.txt"
    return tuple(Path(__file__).with_name(name).read_text(encoding="ascii").split())
