"""The link in every mail of a follower: no sign-in, nothing stored, nothing to guess."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32encode

_TOKEN = re.compile(r"([a-z2-7]{26})([a-z2-7]{32})")


def link_key(secret: str) -> bytes:
    """The key of these links, apart from other uses of the secret."""
    return hmac.digest(secret.encode(), b"links of followers, 1", hashlib.sha256)


def make_token(key: bytes, follower: str) -> str:
    """26 letters of the follower's public id, 32 letters (160 bits) of an HMAC of it."""
    digest = hmac.digest(key, follower.encode(), hashlib.sha256)
    return follower + b32encode(digest[:20]).decode().lower()


def read_token(key: bytes, token: str) -> str | None:
    """The follower's public id, if the token is one of ours."""
    found = _TOKEN.fullmatch(token)
    if found is None or not hmac.compare_digest(make_token(key, found[1]), token):
        return None
    return found[1]
