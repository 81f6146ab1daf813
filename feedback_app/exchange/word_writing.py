"""Writes a revision as a Word file, with its comments as Word's own comments on their words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from feedback_app.core.i18n import N_
from feedback_app.curricula.labels import KIND_LABELS, OPENNESS_LABELS
from feedback_app.curricula.models import Openness, SectionKind
from feedback_app.exchange import word_xml as xml
from feedback_app.exchange.export import ExportedSection, RevisionExport
from feedback_app.exchange.word_body import Gathered, section_body
from feedback_app.exchange.word_marks import Span, range_end, range_start
from feedback_app.exchange.word_package import MARKS_SPACE
from feedback_app.exchange.word_parts import pack, package_parts

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KEY_MARK = "_section_"
UNNAMED = N_("Unnamed resident")
MINUTES = N_("%(minutes)s minutes")

Say = Callable[[str], str]
"""Translates into the language of the course."""


@dataclass(frozen=True)
class Remark:
    """A comment as a Word file holds it; without a section it is on the course as a whole.

    `start` and `end` count in the section's canonical text; without them it is on the section.
    """

    author: str
    day: date
    paragraphs: tuple[str, ...]
    section_key: str | None = None
    start: int | None = None
    end: int | None = None


def write_word(
    revision: RevisionExport, remarks: Sequence[Remark] = (), say: Say = str
) -> bytes:
    """The file; sections carry their keys in hidden bookmarks, and in no other way a person.

    What Word cannot hold (kind, minutes, openness …) stands in a part of its own. The time is
    linear in text and remarks.
    """
    keys = {section.key for section in revision.sections}
    places: dict[str | None, list[int]] = {}
    for number, remark in enumerate(remarks):
        key = remark.section_key if remark.section_key in keys else None
        places.setdefault(key, []).append(number)
    gathered = Gathered()
    body = [xml.paragraph(_on_all(revision.title, places.get(None, ())), "Title")]
    for section in revision.sections:
        body += _section(section, places.get(section.key, ()), remarks, gathered, say)
    return pack(
        package_parts(
            "".join(body),
            title=revision.title,
            language=revision.language,
            links=gathered.links,
            lists=gathered.lists,
            footnotes=gathered.footnotes,
            comments="".join(_comment(n, each) for n, each in enumerate(remarks)),
            marks=_marks(revision, remarks),
        )
    )


def _section(
    section: ExportedSection,
    numbers: Sequence[int],
    remarks: Sequence[Remark],
    gathered: Gathered,
    say: Say,
) -> Iterable[str]:
    spans = []
    whole = []
    for number in numbers:
        start, end = remarks[number].start, remarks[number].end
        if section.withheld or start is None or end is None or end <= start:
            whole.append(number)
        else:
            spans.append(Span(number, start, end))
    id_ = gathered.bookmark()
    head = f'<w:bookmarkStart w:id="{id_}" w:name="{KEY_MARK}{section.key}"/>'
    head += _on_all(section.title, whole) + f'<w:bookmarkEnd w:id="{id_}"/>'
    yield xml.paragraph(head, f"Heading{min(3, max(1, section.level))}")
    facts = facts_of(section, say)
    if facts:
        yield xml.paragraph(xml.run(facts), xml.FACTS_STYLE)
    if section.withheld:
        hidden = section.withheld
        said = [
            each for each in (hidden.what, hidden.by, hidden.ground, hidden.seen_by) if each
        ]
        yield xml.paragraph(xml.run(" · ".join(said)), xml.PLACEHOLDER_STYLE)
    else:
        yield section_body(section.html, spans, gathered)


def facts_of(section: ExportedSection, say: Say) -> str:
    """The line under a heading; it is left out again when the file comes back."""
    kind, openness = section.kind, section.openness
    found = [
        say(KIND_LABELS[SectionKind(kind)]) if kind in set(SectionKind) else "",
        say(MINUTES) % {"minutes": section.minutes} if section.minutes else "",
        say(OPENNESS_LABELS[Openness(openness)]) if openness in set(Openness) else "",
        section.authority,
    ]
    return " · ".join(each for each in found if each)


def _on_all(title: str, numbers: Sequence[int]) -> str:
    """A heading's words with the remarks that are on everything under it."""
    before = "".join(map(range_start, numbers))
    return before + xml.run(title) + "".join(map(range_end, numbers))


def _comment(number: int, remark: Remark) -> str:
    sign = '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:annotationRef/></w:r>'
    lines = remark.paragraphs or ("",)
    drawn = "".join(
        xml.paragraph((sign if not n else "") + xml.run(line), "CommentText")
        for n, line in enumerate(lines)
    )
    initials = xml.remark_initials(remark.author, "".join(lines))
    return (
        f'<w:comment w:id="{number}" w:author="{xml.attribute(remark.author)}" '
        f'w:date="{remark.day.isoformat()}T00:00:00Z" w:initials="{xml.attribute(initials)}">'
        f"{drawn}</w:comment>"
    )


_KEPT = ("kind", "minutes", "openness", "authority", "summary")


def _marks(revision: RevisionExport, remarks: Sequence[Remark]) -> str:
    sections = {}
    for section in revision.sections:
        values = {name: getattr(section, name) for name in _KEPT}
        kept = {name: value for name, value in values.items() if value not in ("", None)}
        if section.withheld:
            hidden = section.withheld
            kept["withheld"] = {
                "what": hidden.what,
                "by": hidden.by,
                "ground": hidden.ground,
                "seen_by": hidden.seen_by,
            }
        sections[section.key] = kept
    told = {
        "course": revision.slug,
        "number": revision.number,
        "language": revision.language,
        "summary": revision.summary,
        "sections": sections,
        "remarks": sorted({xml.remark_sum("".join(each.paragraphs)) for each in remarks}),
    }
    text = xml.words(json.dumps(told, ensure_ascii=False))
    return f'<marks xmlns="{MARKS_SPACE}">{text}</marks>'
