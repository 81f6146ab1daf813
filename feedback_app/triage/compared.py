"""Two revisions of a course, with what brought the changes between them about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from feedback_app.curricula import queries as curricula
from feedback_app.curricula.carrying import Span, Step
from feedback_app.curricula.comparison import Comparison, SectionComparison, compare
from feedback_app.curricula.models import Revision
from feedback_app.curricula.pairs import (
    VersionRow,
    changes_between,
    path_between,
)
from feedback_app.policy import Actor
from feedback_app.triage.changes import CauseRow, causes_with_comments
from feedback_app.triage.hunks import hunk_at, old_hunk_at


@dataclass(frozen=True)
class Compared:
    """What differs, by its place in reading order; `places` is the change that each cause
    belongs to, by its id, `None` the whole section; causes that are not in it brought about
    what was changed again since."""

    found: Mapping[int, SectionComparison]
    causes: Sequence[CauseRow]
    places: Mapping[int, int | None]


def draft_with_base(session: Session, revision: Revision) -> Comparison | None:
    """Compared now, as nothing of a draft is frozen; nothing where it has no base."""
    if revision.base_id is None:
        return None
    return compare(
        curricula.section_versions(session, revision.base_id),
        curricula.section_versions(session, revision.id),
    )


def with_base(session: Session, revision: Revision, viewer: Actor) -> Compared:
    """A revision against the one it was made from: frozen with it, causes and all."""
    causes = causes_with_comments(session, revision.id, viewer)
    return Compared(
        found={
            change.position: change.comparison
            for change in curricula.changes_in(session, revision.id)
        },
        causes=causes,
        places={cause.id: cause.hunk for cause in causes},
    )


def with_another(
    session: Session,
    revision: Revision,
    base_id: int,
    versions: Sequence[VersionRow],
    viewer: Actor,
) -> Compared:
    """A revision against any earlier one, with the causes of all steps between them.

    A cause is followed forward through the later texts to the change in which its words stand
    now; where they are gone, backward to the change that took the old words away.
    """
    path = path_between(versions, base_id, revision.id)
    found, changed = changes_between(session, base_id, path)
    numbers = {row.id: row.number for row in path}
    causes = [
        replace(cause, version=numbers[cause.revision_id])
        for cause in causes_with_comments(session, list(numbers), viewer)
    ]
    steps = [Step(sections) for sections in changed]
    at = {row.id: n for n, row in enumerate(path)}
    placed: list[CauseRow] = []
    places: dict[int, int | None] = {}
    for cause in causes:
        where = place_of(cause, at[cause.revision_id], steps, list(found.values()))
        if where is not None:
            key, number = where
            placed.append(replace(cause, section_key=key))
            places[cause.id] = number
    return Compared(found, placed, places)


def place_of(
    cause: CauseRow, at: int, steps: Sequence[Step], found: Sequence[SectionComparison]
) -> tuple[str, int | None] | None:
    """Section and number of the change that a cause of step `at` brought about; the section
    alone where the change cannot be told; `None` where nothing of it is left."""
    section = steps[at].section(cause.section_key)
    if section is not None and cause.hunk is not None and cause.hunk <= len(section.hunks):
        hunk = section.hunk(cause.hunk)
        if section.new_key is not None:
            new = _through(
                Span(section.new_key, hunk.new_start, hunk.new_end), steps[at + 1 :], True
            )
            number = _number(found, new, is_old=False)
            if new is not None and number is not None:
                return new.key, number
        if section.old_key is not None:
            old = _through(
                Span(section.old_key, hunk.old_start, hunk.old_end), steps[:at][::-1], False
            )
            number = _number(found, old, is_old=True)
            if old is not None and number is not None:
                return _by_old_key(found)[old.key].key, number
    keys = {section.key for section in found}
    return (cause.section_key, None) if cause.section_key in keys else None


def _through(span: Span, steps: Sequence[Step], is_forward: bool) -> Span | None:
    at: Span | None = span
    for step in steps:
        if at is None:
            return None
        at = step.forward(at) if is_forward else step.backward(at)
    return at


def _number(
    found: Sequence[SectionComparison], span: Span | None, *, is_old: bool
) -> int | None:
    if span is None:
        return None
    if is_old:
        section = _by_old_key(found).get(span.key)
        return old_hunk_at(section, span.start, span.end) if section else None
    section = next((each for each in found if each.new_key == span.key), None)
    return hunk_at(section, span.start, span.end) if section else None


def _by_old_key(found: Sequence[SectionComparison]) -> dict[str, SectionComparison]:
    return {section.old_key: section for section in found if section.old_key is not None}
