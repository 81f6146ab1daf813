"""What the browser of a host keeps between two sheets: what stays, and whose slips wait."""

from __future__ import annotations

from typing import Any, cast

from flask import session

TYPED = "typed_sheets"
MOST_SLIPS = 40


def kept_of(slug: str) -> dict[str, Any]:
    kept = session.get(TYPED)
    if not isinstance(kept, dict) or kept.get("round") != slug:
        return {"next": {}, "slips": []}
    return cast(dict[str, Any], kept)


def remember_slips(slug: str, forms: list[str]) -> None:
    """Their slips can be printed from this browser; of more than forty the newest."""
    kept = kept_of(slug)
    before = [one for one in kept["slips"] if one not in forms]
    slips = [*reversed(forms), *before][:MOST_SLIPS]
    session[TYPED] = kept | {"round": slug, "slips": slips}
