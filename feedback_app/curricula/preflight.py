"""The check before publishing: what a department may not want to make public by accident."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback_app.core.i18n import N_


class Severity(enum.StrEnum):
    BLOCKS = "blocks"
    WARNS = "warns"


@dataclass(frozen=True)
class Finding:
    """Something to look at before publishing; `section_key` is None for the file as a whole."""

    code: str
    section_key: str | None
    excerpt: str
    severity: Severity

    @property
    def message(self) -> str:
        return MESSAGES[self.code]


@dataclass(frozen=True)
class CheckedSection:
    """What the check reads of a section: `text` is canonical, or the Markdown of a draft."""

    key: str
    title: str
    text: str
    summary: str = ""
    is_withheld: bool = False


MESSAGES: dict[str, str] = {
    "answer_key": N_(
        "This looks like the answers to a test. Leave them out or do not show them."
    ),
    "case_number": N_("This looks like a case or report number."),
    "comment": N_("The Word file held comments. They are left out of the text."),
    "email": N_("This is an e-mail address. Publish only addresses made for the public."),
    "hidden": N_("The Word file held hidden text. It is left out of the text."),
    "internal": N_("These words say that the text is not meant for the public."),
    "person": N_("The Word file names these people as its writers. Names are not published."),
    "phone": N_("This looks like a phone number. Publish only numbers made for the public."),
    "placeholder": N_("This looks like something that was still to be written."),
    "social_security": N_("This looks like a Social Security number."),
    "tracked": N_(
        "The Word file held tracked changes. We took them as accepted. Please check."
    ),
}
_BLOCKING = frozenset({"answer_key", "internal", "social_security", "tracked"})

_PATTERNS: dict[str, re.Pattern[str]] = {
    "social_security": re.compile(
        r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"
    ),
    "phone": re.compile(
        r"(?<![\w.$-])(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\)[ .-]?|[2-9]\d{2}[ .-])"
        r"[2-9]\d{2}[ .-]\d{4}(?![\w-])|(?<![\w+])\+\d{1,3}(?:[ .-]?\d{2,4}){3,4}(?!\w)"
    ),
    "email": re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,24}(?!\w)"),
    "answer_key": re.compile(
        r"\banswer\s+(?:key|sheet)s?\b|\b(?:correct|right)\s+answers?\s*(?::|is\b|are\b)"
        r"|\btest\s+(?:key|bank)\b|\bclaves?\s+de\s+(?:respuestas?|correcci[oó]n|examen)\b"
        r"|\brespuestas?\s+correctas?\s*(?::|es\b|son\b)|\bhoja\s+de\s+respuestas\b"
        r"|\bsolucionario\b|\bbanco\s+de\s+preguntas\b",
        re.IGNORECASE,
    ),
    "internal": re.compile(
        r"\blaw\s+enforcement\s+sensitive\b|\bfor\s+official\s+use\s+only\b"
        r"|\bnot\s+for\s+public\s+(?:release|distribution)\b|\bconfidential\s+draft\b"
        r"|\bdo\s+not\s+(?:distribute|publish|release)\b|\bsolo\s+para\s+uso\s+(?:oficial|interno)"
        r"|\bno\s+(?:distribuir|publicar|divulgar)\b|\b(?:LES|FOUO)\b(?=\s*[)\]/:–-])",
        re.IGNORECASE,
    ),
    "case_number": re.compile(
        r"\b(?:case|incident|report|complaint|caso|expediente|denuncia)\s*"
        r"(?:no\.?|nos\.?|number|#|n[uú]m(?:ero|\.)?)\s*:?\s*[A-Z]{0,4}-?\d[\d-]{3,}",
        re.IGNORECASE,
    ),
    "placeholder": re.compile(
        r"\bTBD\b|\bT\.B\.D\.|\bto be (?:determined|written|added)\b|\bpor definir\b|\bXXX+\b"
        r"|\blorem ipsum\b|\[(?:insert|insertar|add|name of)[^\]]{0,40}\]|_{5,}",
        re.IGNORECASE,
    ),
}


def findings(
    sections: Iterable[CheckedSection], facts: Mapping[str, Any] | None = None
) -> list[Finding]:
    """Return what to look at, in the order of the text; what blocks stands first.

    `facts` is the JSON of `exchange.document.ImportFacts`, empty for texts written here.
    """
    found = [*_facts_findings(facts or {})]
    for section in sections:
        found += _section_findings(section)
    return sorted(found, key=lambda finding: finding.severity is Severity.WARNS)


def _section_findings(section: CheckedSection) -> Iterator[Finding]:
    """A withheld section is checked by what the public reads of it."""
    shown = [section.title, section.summary, "" if section.is_withheld else section.text]
    for code, pattern in _PATTERNS.items():
        seen: set[str] = set()
        for text in shown:
            for match in pattern.finditer(text):
                excerpt = _around(text, match.start(), match.end())
                if match.group().lower() not in seen:
                    seen.add(match.group().lower())
                    yield _finding(code, section.key, excerpt)


def _facts_findings(facts: Mapping[str, Any]) -> Iterator[Finding]:
    changes = int(facts.get("insertions") or 0) + int(facts.get("deletions") or 0)
    if changes:
        yield _finding("tracked", None, _list(facts.get("changed_words")))
    for code, name in (("comment", "comments"), ("hidden", "hidden"), ("person", "people")):
        words = _list(facts.get(name))
        if words:
            yield _finding(code, None, words)


def _finding(code: str, key: str | None, excerpt: str) -> Finding:
    severity = Severity.BLOCKS if code in _BLOCKING else Severity.WARNS
    return Finding(code, key, excerpt, severity)


def _around(text: str, start: int, end: int, *, room: int = 30) -> str:
    """The found words with a few before and after, cut between words."""
    left, right = max(0, start - room), min(len(text), end + room)
    before = text[left:start].split("\n")[-1]
    after = text[end:right].split("\n")[0]
    if left and " " in before and len(before) == room:
        before = "…" + before[before.index(" ") :]
    if right < len(text) and " " in after and len(after) == room:
        after = after[: after.rindex(" ") + 1] + "…"
    return " ".join(f"{before}{text[start:end]}{after}".split())


def _list(words: object) -> str:
    several: Sequence[object] = words if isinstance(words, list | tuple) else ()
    return " · ".join(str(each) for each in several[:5])
