"""Fills in a form as a person would who wants to get through."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup, SoupStrainer, Tag

from feedback_app.core import clock

SENTENCE = "One sentence that a person might well write here."
FILE = b"# A course\n\nWords of its own.\n"


def forms_of(html: str) -> list[Tag]:
    soup = BeautifulSoup(html, "lxml", parse_only=SoupStrainer("form"))
    return [form for form in soup.find_all("form") if form.get("method", "").lower() == "post"]


def filled(form: Tag) -> dict[str, Any]:
    """Every field of a form with its own value, else with one of its kind.

    One stays as it is, because people are asked to leave it empty: only machines fill it.
    """
    values: dict[str, Any] = {}
    for field in form.find_all(["input", "textarea", "select", "button"]):
        name, value = field.get("name"), _value(field)
        if not name or value is None or field.has_attr("disabled") or name == "leave_empty":
            continue
        if field.has_attr("formnovalidate"):  # a button that helps and does not send
            continue
        if field.name == "button" or field.get("type") in {"radio", "checkbox"}:
            if name not in values or field.has_attr("checked"):
                values[name] = value
        else:
            values[name] = value
    return values


def _value(field: Tag) -> Any:
    if field.name == "textarea":
        return field.get_text().strip() or SENTENCE
    if field.name == "select":
        options = field.find_all("option")
        chosen = [o for o in options if o.has_attr("selected")] or options[-1:]
        return chosen[0].get("value", chosen[0].get_text()) if chosen else None
    given = field.get("value", "")
    kind = field.get("type", "submit" if field.name == "button" else "text")
    if given or kind == "hidden":
        return given or ("" if kind == "hidden" else None)
    return _typed(kind)


def _typed(kind: str) -> Any:
    later = clock.now() + timedelta(days=90)
    if kind == "file":
        return FILE, "course.md"
    return {
        "email": "somebody@elsewhere.example",
        "url": "https://elsewhere.example/page",
        "number": "5",
        "date": f"{later:%Y-%m-%d}",
        "time": "17:00",
        "datetime-local": f"{later:%Y-%m-%dT17:00}",
        "password": "demo-only-password",
        "radio": None,
        "submit": None,
        "button": None,
    }.get(kind, "some-words")


def as_sent(values: dict[str, Any]) -> dict[str, Any]:
    """The same values for a test client, which closes the files that it sends."""
    return {
        name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
        for name, value in values.items()
    }


def words_of(data: bytes) -> str:
    """A Word file is read through, too."""
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            data = b"".join(package.read(name) for name in package.namelist())
    return data.decode(errors="replace")
