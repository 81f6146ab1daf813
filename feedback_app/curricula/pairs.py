"""Any two published revisions of a course, compared once and kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import null, select
from sqlalchemy.orm import Session

from feedback_app.curricula import queries
from feedback_app.curricula.comparison import SectionComparison, SectionVersion, from_json
from feedback_app.curricula.models import Change, Revision, RevisionPair, RevisionState
from feedback_app.curricula.publication import PreparedPair, prepare_pair


class VersionRow(NamedTuple):
    """A published revision in a list to choose from."""

    id: int
    number: int
    base_id: int | None
    published_at: datetime | None


def published_versions(session: Session, curriculum_id: int) -> list[VersionRow]:
    """Newest first."""
    rows = session.execute(
        select(Revision.id, Revision.number, Revision.base_id, Revision.published_at)
        .where(
            Revision.curriculum_id == curriculum_id, Revision.state == RevisionState.PUBLISHED
        )
        .order_by(Revision.number.desc())
    )
    return [VersionRow(*row) for row in rows]


def prepare_pairs(
    session: Session, revision: Revision, new: Sequence[SectionVersion]
) -> list[PreparedPair]:
    """A draft against each published revision but its base, whose changes are kept apart."""
    return [
        prepare_pair(row.id, queries.section_versions(session, row.id), new)
        for row in published_versions(session, revision.curriculum_id)
        if row.id not in (revision.id, revision.base_id)
    ]


def changes_between(
    session: Session, base_id: int, path: Sequence[VersionRow]
) -> tuple[dict[int, SectionComparison], list[list[SectionComparison]]]:
    """What differs between a base and the last of a path, by its place in the comparison; and
    what each revision of the path changed against its own base. One query.

    Kept from the day on which the later one was published; for a pair from before pairs were
    kept it is computed, some hundredths of a second.
    """
    last = path[-1].id
    found: dict[int, list[SectionComparison]] = defaultdict(list)
    kept = None
    rows = session.execute(
        select(Change.revision_id, Change.position.label("place"), Change.drawing)
        .where(Change.revision_id.in_([row.id for row in path]))
        .union_all(
            select(RevisionPair.revision_id, null(), RevisionPair.drawing).where(
                RevisionPair.base_id == base_id, RevisionPair.revision_id == last
            )
        )
        .order_by("place")
    )
    for revision_id, place, drawing in rows:
        if place is None:
            kept = drawing
        else:
            found[revision_id].append(from_json(drawing).sections[0])
    if kept is None:
        versions = queries.section_versions
        kept = prepare_pair(
            base_id, versions(session, base_id), versions(session, last)
        ).drawing
    between = {place: from_json(drawing).sections[0] for place, drawing in kept["changes"]}
    return between, [found[row.id] for row in path]


def path_between(
    versions: Sequence[VersionRow], base_id: int, revision_id: int
) -> list[VersionRow]:
    """The revisions that led from one to the other, the later one last."""
    by_id = {row.id: row for row in versions}
    first = by_id[base_id].number
    path: list[VersionRow] = []
    at: int | None = revision_id
    while at in by_id and at != base_id and by_id[at].number > first:
        path.append(by_id[at])
        at = by_id[at].base_id
    return path[::-1]
