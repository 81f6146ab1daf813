"""The demo world's texts, read from its data files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from feedback_app.curricula.drafting import NewSection, new_section
from feedback_app.curricula.models import Openness, SectionKind
from feedback_app.curricula.withholding import Placeholder

DATA = Path(__file__).with_name("data")
ACCOUNTS = {
    "resident@demo.example": "a resident with comments and answers",
    "host@demo.example": "the community organization that runs the comment periods",
    "lead@demo.example": "a tenants’ union that answers as one for its members",
    "author@demo.example": "writes the course",
    "moderator@demo.example": "answers comments and publishes",
    "moderator2@demo.example": "the second moderator",
    "reviewer@demo.example": "the oversight board",
    "manager@demo.example": "the department’s manager",
    "admin@demo.example": "keeps the site running",
}
_MARK = re.compile(r"<!-- (.*?) -->", re.S)
_VALUE = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')
_HEADING = re.compile(r"^#{2,4} (.+)$", re.M)


WRITTEN_ON = date(2026, 11, 25)
"""The day for which the dates in the data are right; on other days they move along."""


@cache
def read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def sections() -> list[NewSection]:
    """The sections of the first revision."""
    return [_section(title, body) for title, body in _parts()]


def _parts() -> Iterator[tuple[str, str]]:
    text = (DATA / "course.md").read_text(encoding="utf-8")
    found = list(_HEADING.finditer(text))
    for heading, following in zip(found, [*found[1:], None], strict=True):
        end = following.start() if following else len(text)
        yield heading[1], text[heading.end() : end].strip()


def _section(title: str, body: str) -> NewSection:
    mark = _MARK.match(body)
    assert mark is not None, title
    values = {name: quoted or plain for name, quoted, plain in _VALUE.findall(mark[1])}
    withheld = None
    if "withheld_what" in values:
        withheld = Placeholder(
            what=values["withheld_what"],
            by=values["withheld_by"],
            ground=values["withheld_ground"],
            seen_by=values["withheld_seen_by"],
        )
    return new_section(
        title=title,
        source=body[mark.end() :].strip(),
        key=values["key"],
        level=int(values["level"]),
        kind=SectionKind(values["kind"]),
        minutes=int(values["minutes"]),
        openness=Openness(values.get("openness", "open")),
        authority=values.get("authority", ""),
        summary=values.get("summary", ""),
        withheld=withheld,
    )
