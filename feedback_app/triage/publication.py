"""Publishing a draft: through the gate, with its comments, answers and kept promises."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from feedback_app.comments.models import Comment, Point
from feedback_app.comments.placements import carry_forward
from feedback_app.comments.sight import text_reaches_department
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.i18n import N_
from feedback_app.curricula.correcting import unsettled
from feedback_app.curricula.drafting import lock_draft
from feedback_app.curricula.models import Revision, Section
from feedback_app.curricula.preflight import Finding
from feedback_app.curricula.sealing import freeze
from feedback_app.log.services import append, canonical
from feedback_app.policy import Actor, Permission
from feedback_app.rounds.models import Round
from feedback_app.triage import hunks
from feedback_app.triage.adoption import adoptions_of
from feedback_app.triage.causes import causes_of
from feedback_app.triage.gate import Gate, Listed, Looked, Prepared, gate_of, prepare
from feedback_app.triage.models import Adoption, Disposition
from feedback_app.triage.queries import latest
from feedback_app.triage.releasing import publish_answers
from feedback_app.triage.signatures import without_second
from feedback_app.triage.telling import tell_commenters

__all__ = ["Listed", "Prepared", "prepare", "publish_revision"]


class DraftMoved(Conflict):
    message = N_("The draft was changed while you were looking at it. Check it once more.")


class RoundStillOpen(Conflict):
    message = N_(
        "People are still commenting on the version before this one. Publish after that "
        "comment period has closed."
    )


class CorrectionsWait(Conflict):
    message = N_(
        "An urgent correction changed words that this draft changed too. Look at both texts on "
        "the pages of these sections first."
    )


class WordsLost(Conflict):
    message = N_(
        "Some answers are tied to words that are no longer in the draft. Tie them to the words "
        "that keep the promise, or untie them."
    )


class FindingsNotAccepted(Invalid):
    """What the check found may be right to publish, but not unseen."""

    message = N_("Look at each of these first, and say here that you did.")

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(field="looked")
        self.findings = findings


class ReasonOwed(Invalid):
    """One kind of what is listed has no public reason; its field is `reason_<kind>`."""

    sentences: ClassVar[dict[Listed, str]] = {
        Listed.UNDECIDED: N_("Answer these comments first, or say in public why not yet."),
        Listed.PROMISES: N_("Keep these promises first, or say in public why not yet."),
        Listed.UNCAUSED: N_("Say why each of these was changed, or say in public why not."),
        Listed.UNADOPTED: N_(
            "Tie the answers to these comments to the changed words, or say in public why not."
        ),
        Listed.UNSHARED: N_(
            "Go through these answers with the host first, or say in public why not."
        ),
    }

    def __init__(self, kind: Listed) -> None:
        super().__init__(self.sentences[kind], field=f"reason_{kind.value}")
        self.kind = kind


def publish_revision(
    session: Session,
    revision: Revision,
    *,
    actor: Actor,
    prepared: Prepared,
    change_note: str = "",
    is_material: bool = True,
    material_reason: str = "",
    reasons: Mapping[Listed, str] | None = None,
    accepts_findings: bool = False,
) -> Revision:
    """Seal a draft for good and publish the answers whose promises it keeps.

    `prepared` comes from `prepare`, in a reading unit before this one. `reasons` are the public
    exits from what the gate lists; an exit renews the age of promises and ends none.
    `accepts_findings` says that somebody has looked at what the check found. Comments
    of all earlier versions are carried along, and those who left an address are told.
    """
    actor, revision = lock_draft(
        session, revision, actor=actor, permission=Permission.PUBLISH_REVISION
    )
    if (prepared.revision_id, prepared.version) != (revision.id, revision.version):
        raise DraftMoved
    at = clock.now()
    hold_rounds(session, revision)
    gate = gate_of(session, revision, prepared.comparison, only_counts=True)
    given = check(
        session,
        revision,
        gate,
        prepared,
        reasons=reasons or {},
        accepts_findings=accepts_findings,
    )
    _settle(session, revision, gate, prepared)
    carried = carry_forward(session, revision, prepared.placements)
    freeze(
        session,
        revision,
        at=at,
        actor=actor,
        change_note=change_note,
        is_material=is_material,
        material_reason=material_reason,
        changes=prepared.changes,
        pairs=prepared.pairs,
    )
    answers = carried_answers(session, revision)
    released = publish_answers(session, answers, actor=actor, at=at, listed=revision)
    tell_commenters(session, "words_changed", _kept_promises(session, revision, at), at=at)
    for kind, reason in given.items():
        append(
            session,
            actor=actor,
            kind="revision.overridden",
            subject=revision,
            parents=[revision.curriculum],
            facts={
                "number": revision.number,
                "reason": reason,
                kind.value: gate.listed()[kind],
            },
            at=at,
        )
    log_published(
        session,
        revision,
        actor=actor,
        at=at,
        carried=carried,
        changes=len(prepared.changes),
        answers={
            "answers": released.answers,
            "alone": released.alone,
            "corrected": released.corrected,
        },
        commitments={
            "answers": released.digest,
            "adoptions": _digest(adoptions_of(session, revision.id)),
        },
    )
    return revision


def log_published(
    session: Session,
    revision: Revision,
    *,
    actor: Actor,
    at: datetime,
    carried: int,
    changes: int,
    answers: Mapping[str, int] | None = None,
    commitments: Mapping[str, str] | None = None,
) -> None:
    """The one entry by which a text became public; `answers` counts what came out with it."""
    facts: dict[str, str | int | bool | None] = {
        "number": revision.number,
        "content_hash": revision.content_hash,
        "material": revision.is_material,
        "material_reason": revision.material_reason or None,
        "change_note": revision.change_note or None,
        "sections": session.scalar(
            select(func.count()).where(Section.revision_id == revision.id)
        ),
        "carried": carried,
        "changes": changes,
    }
    append(
        session,
        actor=actor,
        kind="revision.published",
        subject=revision,
        parents=[revision.curriculum],
        facts=facts | dict(answers or {}),
        commitments=dict(commitments or {}),
        at=at,
    )


def hold_rounds(session: Session, revision: Revision) -> None:
    """Nobody moves the closing of a round on the base while it is being replaced."""
    session.scalars(
        select(Round)
        .where(Round.revision_id.in_([base.id for base in revision.bases]))
        .with_for_update(read=True, key_share=True, of=Round)
        .execution_options(populate_existing=True)
    ).all()


def check(
    session: Session,
    revision: Revision,
    gate: Gate,
    looked: Looked,
    *,
    reasons: Mapping[Listed, str],
    accepts_findings: bool,
) -> dict[Listed, str]:
    """The reasons that are needed, each given; refused otherwise."""
    if unsettled(session, revision):
        raise CorrectionsWait
    if gate.open_rounds:
        raise RoundStillOpen
    if gate.lost:
        raise WordsLost
    given: dict[Listed, str] = {}
    for kind in gate.listed():
        given[kind] = reasons.get(kind, "").strip()
        if not given[kind]:
            raise ReasonOwed(kind)
    if looked.must_be_looked_at and not accepts_findings:
        raise FindingsNotAccepted(looked.must_be_looked_at)
    return given


def _settle(session: Session, revision: Revision, gate: Gate, prepared: Prepared) -> None:
    """Adoptions and causes take the places that they have in the text now being sealed."""
    comparison = prepared.comparison
    taken: set[tuple[int, str, int, int]] = set()
    for adoption in adoptions_of(session, revision.id):
        section = hunks.find_section(comparison, adoption.section_key)
        assert section is not None
        place = gate.settled[adoption.id]
        span = (adoption.disposition_id, section.key, place.start, place.end)
        if span in taken:
            session.delete(adoption)
            continue
        taken.add(span)
        adoption.start, adoption.end, adoption.hunk = place
        adoption.exact = section.new_text()[place.start : place.end]
    for cause in causes_of(session, revision.id):
        if cause.id in gate.cause_hunks:
            cause.hunk = gate.cause_hunks[cause.id]
        else:
            session.delete(cause)
    session.flush()


def carried_answers(session: Session, revision: Revision) -> list[Disposition]:
    """Answers tied to this revision, not yet public, not waiting for a signature."""
    found = session.scalars(
        select(Disposition)
        .join(Adoption, Adoption.disposition_id == Disposition.id)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            Adoption.revision_id == revision.id,
            Disposition.published_at.is_(None),
            text_reaches_department(),
            Point.retired_at.is_(None),
            latest(),
        )
        .options(
            joinedload(Disposition.point).joinedload(Point.comment).joinedload(Comment.round)
        )
        .order_by(Disposition.id)
        .distinct()
    ).all()
    alone = without_second(session, revision.department_id, found)
    return [answer for answer in found if alone.get(answer.id, True)]


def _kept_promises(session: Session, revision: Revision, at: datetime) -> list[Disposition]:
    """Answers that were public before, and whose words have come only now."""
    return list(
        session.scalars(
            select(Disposition)
            .join(Adoption, Adoption.disposition_id == Disposition.id)
            .where(Adoption.revision_id == revision.id, Disposition.published_at < at, latest())
            .distinct()
        )
    )


def _digest(adoptions: Sequence[Adoption]) -> str:
    """SHA-256 over the canonical JSON list of what each adoption says, ordered by its id."""
    values = sorted(
        [a.public_id, a.disposition.public_id, a.section_key, a.start, a.end, a.exact]
        for a in adoptions
    )
    return hashlib.sha256(canonical(values).encode()).hexdigest()
