"""What stands between a draft and its publication: rule 6 over all earlier rounds."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Point
from feedback_app.comments.placements import (
    PreparedPlacement,
    count_to_carry,
    prepare_placements,
    texts_of,
)
from feedback_app.core import clock
from feedback_app.core.i18n import N_
from feedback_app.core.jobs import Report
from feedback_app.curricula import preflight
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.comparison import Comparison, compare
from feedback_app.curricula.models import Revision
from feedback_app.curricula.pairs import prepare_pairs
from feedback_app.curricula.publication import PreparedChange, PreparedPair, changes_of
from feedback_app.rounds.models import Promise as Agreed
from feedback_app.rounds.models import Round
from feedback_app.triage import hunks
from feedback_app.triage.adoption import adoptions_of
from feedback_app.triage.causes import causes_of
from feedback_app.triage.changes import CauseRow
from feedback_app.triage.hunks import ChangePiece, Settled
from feedback_app.triage.models import Adoption, Cause, CauseKind, Disposition
from feedback_app.triage.promises import Promise, promises_of
from feedback_app.triage.undecided import OpenPoint, count_undecided, undecided_points


class Listed(enum.StrEnum):
    """What publishing lists; each has an exit in daylight, with a public reason of its own."""

    UNDECIDED = "undecided"
    PROMISES = "promises"
    UNCAUSED = "uncaused"
    UNADOPTED = "unadopted"
    UNSHARED = "unshared"


LISTED_LABELS = {
    Listed.UNDECIDED: N_("Comments without an answer"),
    Listed.PROMISES: N_("Promises not yet kept"),
    Listed.UNCAUSED: N_("Changes without a reason"),
    Listed.UNADOPTED: N_("Comments named as a reason, whose answer promises no such change"),
    Listed.UNSHARED: N_("Comment periods whose host was to go through the answers first"),
}


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What the page before publishing shows, made of a draft as it was at `version`."""

    revision_id: int
    version: int
    comparison: Comparison | None
    changes: Sequence[PreparedChange]
    findings: Sequence[preflight.Finding]
    carried: int
    """How many comments will have a place in it."""

    @property
    def must_be_looked_at(self) -> Sequence[preflight.Finding]:
        """What is not made public before somebody says that they have seen it."""
        return [f for f in self.findings if f.severity is preflight.Severity.BLOCKS]


@dataclass(frozen=True, kw_only=True)
class Prepared(Looked):
    """All that is slow to compute before the writing unit."""

    placements: Sequence[PreparedPlacement]
    pairs: Sequence[PreparedPair]


@dataclass(frozen=True)
class Gate:
    open_rounds: Sequence[str]
    undecided: Sequence[OpenPoint]
    """None where they are only counted."""
    undecided_count: int
    promises: Sequence[Promise]
    uncaused: Sequence[ChangePiece]
    unadopted: Sequence[Cause]
    unshared: Sequence[Round]
    """Rounds whose answers come out with it before the host went through them."""
    lost: Sequence[Adoption]
    """Answers tied to words that are gone from the draft or did not change."""
    gone: Sequence[Cause]
    """Causes of changes that were taken back; publishing leaves them out."""
    settled: dict[int, Settled]
    """Where the words of each adoption stand now, by its id."""
    cause_hunks: dict[int, int | None]
    """The change that each cause belongs to now, by its id; `None` is the whole section."""

    def listed(self) -> dict[Listed, int]:
        """How many of each kind; kinds without any are left out."""
        counts = {kind: len(getattr(self, kind.value)) for kind in Listed}
        counts[Listed.UNDECIDED] = self.undecided_count
        return {kind: count for kind, count in counts.items() if count}

    @property
    def is_blocked(self) -> bool:
        """Held up by what no reason opens."""
        return bool(self.open_rounds or self.lost)


def look_at(session: Session, revision: Revision) -> Looked:
    """Compare the draft with its base; fast enough for a page."""
    base, comparison = revision.base, None
    if base is not None:
        comparison = compare(
            curricula.section_versions(session, base.id),
            curricula.section_versions(session, revision.id),
        )
    return Looked(
        revision_id=revision.id,
        version=revision.version,
        comparison=comparison,
        changes=changes_of(comparison) if comparison is not None else (),
        findings=_findings(session, revision),
        carried=count_to_carry(session, base) if base is not None else 0,
    )


def prepare(
    session: Session,
    revision: Revision,
    *,
    looked: Looked | None = None,
    report: Report | None = None,
) -> Prepared:
    """Compare the draft with every version and carry the comments; before the writing unit."""
    looked = looked or look_at(session, revision)
    values = {each.name: getattr(looked, each.name) for each in fields(Looked)}
    if revision.base is None:
        return Prepared(**values, placements=(), pairs=())
    new = curricula.section_versions(session, revision.id)
    return Prepared(
        **values,
        pairs=prepare_pairs(session, revision, new),
        placements=prepare_placements(
            session, revision.base, texts_of(session, revision.id), report
        ),
    )


def _findings(session: Session, revision: Revision) -> list[preflight.Finding]:
    checked = [
        preflight.CheckedSection(row.key, row.title, row.text, row.summary, row.is_withheld)
        for row in curricula.outline(session, revision.id)
    ]
    return preflight.findings(checked, revision.import_facts)


def gate_of(
    session: Session,
    revision: Revision,
    comparison: Comparison | None,
    *,
    only_counts: bool = False,
) -> Gate:
    """Everything that publishing this draft has to list, as it stands now.

    `only_counts` is for whoever needs no words of the thousands that may have no answer:
    the publishing unit holds others up while it reads them.
    """
    adoptions = adoptions_of(session, revision.id)
    causes = causes_of(session, revision.id)
    settled = {a.id: s for a in adoptions if (s := _settle(comparison, a, causes))}
    cause_hunks = locate_causes(comparison, causes)
    live = [cause for cause in causes if cause.id in cause_hunks]
    promises = promises_of(
        session,
        revision.curriculum_id,
        zone=revision.curriculum.department.time_zone,
        public_only=False,
    )
    asks = (session, revision.curriculum_id, revision.curriculum.department_id)
    undecided = [] if only_counts else undecided_points(*asks)
    return Gate(
        open_rounds=[
            slug for base in revision.bases for slug in open_rounds_on(session, base.id)
        ],
        undecided=undecided,
        undecided_count=count_undecided(*asks) if only_counts else len(undecided),
        promises=[p for p in promises if _is_unkept(p, revision.id)],
        uncaused=uncaused_in(comparison, live, cause_hunks),
        unadopted=_unadopted(live, promises, revision.id),
        unshared=_unshared(session, revision),
        lost=[adoption for adoption in adoptions if adoption.id not in settled],
        gone=[cause for cause in causes if cause.id not in cause_hunks],
        settled=settled,
        cause_hunks=cause_hunks,
    )


def _unshared(session: Session, revision: Revision) -> list[Round]:
    coming_out = (
        select(Comment.round_id)
        .join(Point, Point.comment_id == Comment.id)
        .join(Disposition, Disposition.point_id == Point.id)
        .join(Adoption, Adoption.disposition_id == Disposition.id)
        .where(Adoption.revision_id == revision.id, Disposition.published_at.is_(None))
    )
    found = session.scalars(
        select(Round)
        .where(
            Round.id.in_(coming_out),
            Round.promise == Agreed.TOGETHER,
            Round.report_published_at.is_(None),
        )
        .order_by(Round.id)
    )
    return [round_ for round_ in found if round_.owes_going_through]


def open_rounds_on(session: Session, revision_id: int | None) -> list[str]:
    """Slugs of the rounds on this revision in which people can comment at this moment."""
    if revision_id is None:
        return []
    at = clock.now()
    rounds = session.scalars(select(Round).where(Round.revision_id == revision_id))
    return [round_.slug for round_ in rounds if round_.is_open(at)]


def _is_unkept(promise: Promise, revision_id: int) -> bool:
    """Kept only by words of a published version, or of the one about to be."""
    return not any(
        tie.revision_id == revision_id or tie.state == "published" for tie in promise.ties
    )


def _settle(
    comparison: Comparison | None, adoption: Adoption, causes: Sequence[Cause]
) -> Settled | None:
    section = hunks.find_section(comparison, adoption.section_key)
    if section is None:
        return None
    excerpt = next(
        (
            cause.excerpt
            for cause in causes
            if cause.section_key == adoption.section_key
            and cause.point_id == adoption.disposition.point_id
            and cause.hunk == adoption.hunk
        ),
        "",
    )
    found = hunks.settle(section, adoption.exact, adoption.start, excerpt, adoption.hunk)
    return found if found is not None and found.hunk is not None else None


def locate_causes(
    comparison: Comparison | None, causes: Sequence[Cause | CauseRow]
) -> dict[int, int | None]:
    """The change that each cause names now, by the cause's id; those of nothing are left out.

    A cause whose change was taken back does not slip over to the whole section.
    """
    found: dict[int, int | None] = {}
    for cause in causes:
        section = hunks.find_section(comparison, cause.section_key)
        if section is None or not section.is_changed:
            continue
        if cause.hunk is None:
            found[cause.id] = None
            continue
        number = hunks.find_hunk(section, cause.excerpt, cause.hunk)
        if number is not None:
            found[cause.id] = number
    return found


def uncaused_in(
    comparison: Comparison | None,
    causes: Sequence[Cause],
    cause_hunks: dict[int, int | None],
) -> list[ChangePiece]:
    """Changes that no cause names; a cause of one end of a move is one of the other's too."""
    if comparison is None:
        return []
    named = {ChangePiece(cause.section_key, cause_hunks[cause.id]) for cause in causes}
    whole = {key for key, hunk in named if hunk is None}
    some = {key for key, _ in named}
    return [
        piece
        for piece in hunks.pieces(comparison)
        if piece not in named
        and piece.section_key not in (some if piece.hunk is None else whole)
        and (hunks.partner_of(comparison, piece) or piece) not in named
    ]


def _unadopted(
    causes: Sequence[Cause], promises: Sequence[Promise], revision_id: int
) -> list[Cause]:
    """Points named as causes that no answer ties to this draft."""
    tied = {
        promise.point_id
        for promise in promises
        if any(tie.revision_id == revision_id for tie in promise.ties)
    }
    return [c for c in causes if c.kind is CauseKind.POINT and c.point_id not in tied]
