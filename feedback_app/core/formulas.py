"""Cells that a spreadsheet would run."""

from __future__ import annotations

import unicodedata

STARTS = frozenset("=+-@|%\t\r\n")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run this text when it opens a file with it.

    Full-width forms are folded before the look (NFKC), because some programs fold them too.
    """
    if not text:
        return False
    head = unicodedata.normalize("NFKC", text.strip()[:1] or text[:1])
    return head[:1] in STARTS or text[0] in "\t\r\n"
