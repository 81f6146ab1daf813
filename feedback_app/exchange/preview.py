"""A course between reading and saving: its sections as a person mends them, and its facts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from feedback_app.core.orm import new_key
from feedback_app.exchange import document as documents
from feedback_app.exchange.document import Document, SectionDraft, with_even_levels
from feedback_app.exchange.outline import first_title

MOST_MINUTES = 60_000
LONGEST_TITLE = 300
LONGEST_COURSE_TITLE = 200
_KEY = re.compile("[a-z2-7]{8}")


@dataclass(frozen=True)
class CourseFacts:
    title: str
    slug: str
    summary: str = ""
    audience: str = ""
    format: str = ""
    language: str = "en"
    topics: tuple[str, ...] = ()
    minutes: int = 0

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CourseFacts:
        return cls(**(dict(data) | {"topics": tuple(data["topics"])}))

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"topics": list(self.topics)}


@dataclass(frozen=True)
class Preview:
    """Every section has a key of its own here; those left out stay until saving."""

    document: Document
    course: CourseFacts
    left_out: frozenset[str] = frozenset()

    @classmethod
    def of(cls, document: Document, *, language: str = "en") -> Preview:
        """Ready a document that was just read; guesses stand where the file says nothing."""
        language = document.language if document.language in ("en", "es") else language
        sections = _keyed([_named(section, language) for section in document.sections])
        title = document.title[:LONGEST_COURSE_TITLE]
        facts = CourseFacts(
            title=title,
            slug=slug_of(title),
            summary=document.summary[:2000],
            language=language,
            minutes=min(MOST_MINUTES, sum(section.minutes or 0 for section in sections)),
        )
        return cls(replace(document, sections=with_even_levels(sections)), facts)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Preview:
        return cls(
            Document.from_json(data),
            CourseFacts.from_json(data["course"]),
            frozenset(data["left_out"]),
        )

    def to_json(self) -> dict[str, Any]:
        return self.document.to_json() | {
            "course": self.course.to_json(),
            "left_out": sorted(self.left_out),
        }

    @property
    def sections(self) -> tuple[SectionDraft, ...]:
        return self.document.sections

    @property
    def kept(self) -> tuple[SectionDraft, ...]:
        """What will be saved."""
        kept = [section for section in self.sections if section.key not in self.left_out]
        return with_even_levels(kept)

    def place_of(self, key: str) -> int | None:
        keys = [section.key for section in self.sections]
        return keys.index(key) if key in keys else None

    def with_sections(self, sections: Sequence[SectionDraft]) -> Preview:
        even = with_even_levels(sections)
        return replace(self, document=replace(self.document, sections=even))

    def split(self, at: int, block: int, title: str = "") -> Preview:
        """The first part keeps the key."""
        parted = documents.split(self.document, at, block, title)
        return replace(self, document=replace(parted, sections=tuple(_keyed(parted.sections))))

    def join(self, at: int) -> Preview:
        """Put a section under the one before it, which is then not left out."""
        left_out = self.left_out - {self.sections[at - 1].key, self.sections[at].key}
        return replace(self, document=documents.join(self.document, at), left_out=left_out)


def slug_of(title: str) -> str:
    """The title's words as they may stand in an address."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall("[a-z0-9]+", plain))
    return words[:60].rsplit("-", 1)[0] if len(words) > 60 else words


def _named(section: SectionDraft, language: str) -> SectionDraft:
    title = section.title or documents.plain_line(section.source)[:80] or first_title(language)
    minutes = None if section.minutes is None else min(section.minutes, MOST_MINUTES)
    return replace(section, title=title[:LONGEST_TITLE], minutes=minutes)


def _keyed(sections: Sequence[SectionDraft]) -> list[SectionDraft]:
    """A new key where there is none, or one that another section has."""
    seen: set[str] = set()
    keyed = []
    for section in sections:
        if not _KEY.fullmatch(section.key) or section.key in seen:
            section = replace(section, key=new_key())
        seen.add(section.key)
        keyed.append(section)
    return keyed
