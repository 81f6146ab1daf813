"""Putting words that a resident suggested into the Markdown of a section."""

from __future__ import annotations

import re

from feedback_app.core.html import render
from feedback_app.core.i18n import N_
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


def why_not(source: str, quote: str, wording: str, *, is_placed: bool) -> str | None:
    """Why a wording cannot be put in by itself; `None` where it can."""
    words = " ".join(wording.split())
    if words and (words in source or as_markdown(words) in source):
        return N_("The suggested words stand in the text.")
    if not quote:
        return N_("It speaks of the whole section. Please put it in by hand.")
    if occurs_once(source, quote) is not None:
        return None
    if quote in source:
        return N_("The words it speaks of stand here more than once. Put it in by hand.")
    if is_placed:
        return N_(
            "The words it speaks of are marked above, but reworded or set in bold, as a"
            " link or the like. Put it in by hand."
        )
    return N_("The words it speaks of no longer stand in this section. Put it in by hand.")


def as_markdown(words: str) -> str:
    """Plain words as Markdown that renders to exactly them, in the middle of a line."""
    if render(f"x {words}").text == f"x {words}":
        return words
    return _SPECIAL.sub(r"\\\1", words)
