"""Publishing an urgent correction: the daylight exit of rule 6 for law, court and safety."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.comments.placements import carry_forward
from feedback_app.core import clock
from feedback_app.core.errors import Conflict
from feedback_app.core.i18n import N_
from feedback_app.curricula.correcting import (
    MOST_SECTIONS,
    TooManySections,
    corrected_keys,
    take_in,
)
from feedback_app.curricula.drafting import lock_draft
from feedback_app.curricula.models import Revision, UrgentCause
from feedback_app.curricula.queries import find_draft
from feedback_app.curricula.sealing import freeze, set_in_force
from feedback_app.log.services import append
from feedback_app.policy import Actor, Permission
from feedback_app.triage.causes import add_cause
from feedback_app.triage.gate import Prepared, open_rounds_on
from feedback_app.triage.models import Cause, CauseKind
from feedback_app.triage.publication import DraftMoved, hold_rounds, log_published

_CAUSES = {
    UrgentCause.LAW: CauseKind.LAW,
    UrgentCause.COURT: CauseKind.LAW,
    UrgentCause.SAFETY: CauseKind.OWN,
}


class NothingCorrected(Conflict):
    message = N_("No words are other than in the version that is being taught.")


class TaughtMoved(Conflict):
    message = N_(
        "Another version is being taught by now. Drop this correction and begin it once more."
    )


def publish_correction(
    session: Session, revision: Revision, *, actor: Actor, prepared: Prepared, authority: str
) -> Revision:
    """Seal a correction and teach it from today, whatever round is open; said in public.

    Nothing is answered by it: undecided comments and unkept promises stay as they are. The
    working draft takes the corrected words in.
    """
    actor, revision = lock_draft(
        session, revision, actor=actor, permission=Permission.PUBLISH_REVISION
    )
    if (prepared.revision_id, prepared.version) != (revision.id, revision.version):
        raise DraftMoved
    at = clock.now()
    hold_rounds(session, revision)
    keys = corrected_keys(session, revision)
    if not keys:
        raise NothingCorrected
    if len(keys) > MOST_SECTIONS:
        raise TooManySections
    _check_taught(session, revision)
    assert revision.urgent_cause is not None
    for key in keys:
        kind = _CAUSES[revision.urgent_cause]
        cause = Cause(
            revision_id=revision.id, section_key=key, kind=kind, note=revision.urgent_note
        )
        add_cause(session, actor, cause)
    carried = carry_forward(session, revision, prepared.placements)
    freeze(
        session,
        revision,
        at=at,
        actor=actor,
        change_note=revision.urgent_note,
        is_material=False,
        material_reason=revision.urgent_note,
        changes=prepared.changes,
    )
    append(
        session,
        actor=actor,
        kind="revision.corrected",
        subject=revision,
        parents=[revision.curriculum],
        facts={
            "number": revision.number,
            "cause": revision.urgent_cause.value,
            "reason": revision.urgent_note,
            "sections": len(keys),
            "open_rounds": sum(
                len(open_rounds_on(session, base.id)) for base in revision.bases
            ),
        },
        at=at,
    )
    changes = len(prepared.changes)
    log_published(session, revision, actor=actor, at=at, carried=carried, changes=changes)
    set_in_force(session, revision, actor=actor, on=at.date(), authority=authority)
    draft = find_draft(session, revision.curriculum_id)
    if draft is not None:
        take_in(session, revision, draft, actor=actor)
    return revision


def _check_taught(session: Session, revision: Revision) -> None:
    """What it corrects must still be what is taught."""
    newer = session.scalar(
        select(Revision.id)
        .where(
            Revision.curriculum_id == revision.curriculum_id,
            Revision.in_force_on <= clock.now().date(),
        )
        .order_by(Revision.in_force_on.desc(), Revision.number.desc())
        .limit(1)
    )
    if newer != revision.base_id:
        raise TaughtMoved
