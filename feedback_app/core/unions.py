"""Small questions of unlike kinds, asked in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, String, cast, literal, null, select, type_coerce


def part(types: Mapping[str, Any], what: str, **columns: Any) -> Select[Any]:
    """One SELECT of a UNION ALL: `what` it answers, then a column for each of the types.

    A column that this question does not fill is empty in its rows.
    """
    filled = [
        (
            type_coerce(columns[name], kind)
            if name in columns
            else cast(null(), kind() if isinstance(kind, type) else kind)
        ).label(name)
        for name, kind in types.items()
    ]
    return select(literal(what, String).label("what"), *filled)
