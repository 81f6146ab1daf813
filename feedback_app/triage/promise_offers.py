"""The changes that can keep a promise, as they are offered to whoever ties it to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app.comments.placements import place_of
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.comparison import (
    Comparison,
    Hunk,
    SectionComparison,
    nearest_hunks,
)
from feedback_app.curricula.models import Revision
from feedback_app.curricula.queries import SectionRow
from feedback_app.triage import hunks
from feedback_app.triage.changes import before_and_after
from feedback_app.triage.compared import draft_with_base
from feedback_app.triage.models import Disposition


@dataclass(frozen=True)
class OfferedHunk:
    """A change as it is offered; `value` names it in the form.

    `before` and `after` are its paragraphs, `removed` and `added` its own words: several
    changes may stand in one paragraph.
    """

    value: str
    section: str
    before: str
    after: str
    removed: str
    added: str
    is_asked: bool


@dataclass(frozen=True)
class Offer:
    """The revision whose words can keep the promise, and its changes, nearest first."""

    revision: Revision
    comparison: Comparison
    hunks: Sequence[OfferedHunk]

    @property
    def version(self) -> str:
        return f"{self.revision.public_id}.{self.revision.version}"

    def find(self, value: str) -> tuple[SectionComparison, Hunk]:
        key, number = value.split(".")
        section = self.comparison.section(key)
        return section, section.hunk(int(number))


def find_offer(session: Session, answer: Disposition) -> Offer | None:
    """The draft, else the newest later version that is published."""
    asked_of = answer.point.comment.revision
    revision = curricula.find_draft(session, asked_of.curriculum_id)
    if revision is not None:
        comparison = draft_with_base(session, revision)
    else:
        revision = curricula.newest_published(session, asked_of.curriculum_id)
        if revision is None or revision.number <= asked_of.number:
            return None
        rows = curricula.changes_in(session, revision.id)
        comparison = Comparison(tuple(row.comparison for row in rows))
    if comparison is None or revision.number <= asked_of.number:
        return None
    sections = {row.key: row for row in curricula.outline(session, revision.id, words=False)}
    return Offer(revision, comparison, _sorted(session, answer, revision, comparison, sections))


def _sorted(
    session: Session,
    answer: Disposition,
    revision: Revision,
    comparison: Comparison,
    rows: dict[str, SectionRow],
) -> list[OfferedHunk]:
    """All changes, those at the comment's place first, then in reading order."""
    key, start, end = place_of(session, answer.point.comment, revision.base_id)
    near = nearest_hunks(comparison, key, start, end) if key else []
    rest = [hunk for section in comparison.changed for hunk in section.hunks]
    offered = []
    for hunk in dict.fromkeys([*near, *rest]):
        section = comparison.section(hunk.section_key)
        row = rows.get(section.key)
        title = section.new_title or section.old_title or ""
        before, after = before_and_after(section, hunk.number)
        offered.append(
            OfferedHunk(
                value=f"{section.key}.{hunk.number}",
                section=f"{row.number} {title}" if row else title,
                before=before,
                after=after,
                removed=section.old_text()[hunk.old_start : hunk.old_end].strip(),
                added=hunks.new_words(section, hunk).strip(),
                is_asked=hunk in near,
            )
        )
    return offered
