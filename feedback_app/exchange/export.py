"""What the exporters take: a revision as plain values, without passages that are not shown."""

from __future__ import annotations

from dataclasses import dataclass

from feedback_app.exchange.document import Document, SectionDraft, Withheld


@dataclass(frozen=True)
class ExportedSection:
    """One section; `number` is what readers see, such as 2.1; a withheld one has no source.

    `html` is the stored rendering, whose text is what positions of comments count in.
    """

    key: str
    number: str
    title: str
    level: int = 1
    kind: str = ""
    minutes: int | None = None
    openness: str = ""
    authority: str = ""
    summary: str = ""
    source: str = ""
    withheld: Withheld | None = None
    html: str = ""


@dataclass(frozen=True)
class RevisionExport:
    title: str
    number: int = 1
    summary: str = ""
    language: str = "en"
    sections: tuple[ExportedSection, ...] = ()
    slug: str = ""


def as_document(revision: RevisionExport) -> Document:
    """The tree that importing an export of this revision gives back."""
    sections = tuple(
        SectionDraft(
            title=each.title,
            level=each.level,
            kind=each.kind or None,
            minutes=each.minutes,
            source="" if each.withheld else each.source,
            key=each.key,
            openness=each.openness,
            authority=each.authority,
            summary=each.summary,
            withheld=each.withheld,
        )
        for each in revision.sections
    )
    return Document(
        title=revision.title,
        sections=sections,
        language=revision.language,
        summary=revision.summary,
    )


def number_sections(levels: list[int]) -> list[str]:
    """Return 1, 1.1, 1.2, 2 … for a flat list of levels."""
    counts = [0, 0, 0]
    numbers = []
    for level in levels:
        at = min(3, max(1, level)) - 1
        counts[at] += 1
        counts[at + 1 :] = [0] * (2 - at)
        numbers.append(".".join(str(count or 1) for count in counts[: at + 1]))
    return numbers
