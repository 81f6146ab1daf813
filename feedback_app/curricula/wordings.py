"""Putting words that a resident suggested into the Markdown of a section."""

from __future__ import annotations

import re

from feedback_app.core.html import render
from feedback_app.curricula.comparison import occurs_once

_SPECIAL = re.compile(r"([\\`*_\[\]<>&#~^!|])")


def put_wording(source: str, quote: str, wording: str) -> str | None:
    """The source with the quote's words replaced, where they stand once and literally.

    `None` where they do not; then the author does it by hand. The wording comes out letter for
    letter: signs that Markdown would read are escaped.
    """
    at = occurs_once(source, quote)
    words = " ".join(wording.split())
    if at is None or not words:
        return None
    return source[:at] + as_markdown(words) + source[at + len(quote) :]


def as_markdown(words: str) -> str:
    """Plain words as Markdown that renders to exactly them, in the middle of a line."""
    if render(f"x {words}").text == f"x {words}":
        return words
    return _SPECIAL.sub(r"\\\1", words)
