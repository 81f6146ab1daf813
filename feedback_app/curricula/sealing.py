"""Making a revision final, and saying from which day it is taught."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import column, exists, select, table
from sqlalchemy.orm import Session, aliased

from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.i18n import N_
from feedback_app.core.orm import UTCDateTime
from feedback_app.curricula import queries
from feedback_app.curricula.covering_models import CoveredPassage
from feedback_app.curricula.drafting import lock_draft
from feedback_app.curricula.models import (
    Change,
    Openness,
    Revision,
    RevisionPair,
    RevisionState,
    Section,
)
from feedback_app.curricula.publication import (
    PreparedChange,
    PreparedPair,
    changes_words,
    content_hash,
    section_commitment,
)
from feedback_app.curricula.states import erase_states
from feedback_app.log.services import append, commitment
from feedback_app.policy import Actor, Permission, require


class NothingToPublish(Conflict):
    message = N_("This draft has no sections yet.")


class NotPublished(Conflict):
    message = N_("Only a published version can be taught.")


class AlreadyInForce(Conflict):
    message = N_("This version has already been set in force.")


class ChangeNoteMissing(Invalid):
    message = N_("Say in a sentence or two what changed and why.")
    field = "change_note"


class MaterialReasonMissing(Invalid):
    message = N_(
        "Words that residents could comment on have changed. Say why this is not a real change."
    )
    field = "material_reason"


class AuthorityMissing(Invalid):
    message = N_("Name the office that decided it, and by which right.")
    field = "authority"


class UnansweredRevision(Invalid):
    message = N_(
        "Residents have not yet had their answers on this version. Wait for them, or say "
        "in public why it cannot wait."
    )
    field = "material_reason"


class PromisedToComeBack(Invalid):
    message = N_(
        "People were promised that the new text comes back for comments before it is taught. "
        "Hold that comment period and answer it first, or say in public why it cannot wait."
    )
    field = "material_reason"


def freeze(
    session: Session,
    revision: Revision,
    *,
    at: datetime,
    actor: Actor,
    change_note: str = "",
    is_material: bool = True,
    material_reason: str = "",
    changes: Sequence[PreparedChange] = (),
    pairs: Sequence[PreparedPair] = (),
) -> None:
    """Seal a draft for good; who publishes it writes the log and tells people.

    After this the database itself refuses to change the text. Changes are stored first,
    because a published revision takes no more of them.
    """
    actor, revision = lock_draft(
        session, revision, actor=actor, permission=Permission.PUBLISH_REVISION
    )
    sections = queries.sections_with_passages(session, revision)
    if not sections:
        raise NothingToPublish
    check_notes(
        session,
        revision,
        changes,
        change_note=change_note,
        is_material=is_material,
        material_reason=material_reason,
    )
    for change in changes if revision.base_id is not None else ():
        session.add(
            Change(
                revision_id=revision.id,
                base_id=revision.base_id,
                section_key=change.section_key,
                position=change.position,
                kinds=list(change.kinds),
                hunks=list(change.hunks),
                drawing=change.drawing,
            )
        )
    for pair in pairs:
        session.add(
            RevisionPair(revision_id=revision.id, base_id=pair.base_id, drawing=pair.drawing)
        )
    session.flush()
    revision.change_note = change_note.strip()
    revision.is_material = is_material
    revision.material_reason = material_reason.strip()
    revision.content_hash = content_hash([commitment_of(section) for section in sections])
    revision.published_at = at
    revision.published_by_id = actor.account_id
    revision.state = RevisionState.PUBLISHED
    erase_states(session, revision)
    session.flush()


def check_notes(
    session: Session,
    revision: Revision,
    changes: Sequence[PreparedChange],
    *,
    change_note: str,
    is_material: bool,
    material_reason: str,
) -> None:
    """A later version says what changed; "not material" after changed words that could be
    commented on needs a public reason.
    """
    if revision.base_id is None:
        return
    if not change_note.strip():
        raise ChangeNoteMissing
    if is_material or material_reason.strip():
        return
    free = set(
        session.scalars(
            select(Section.key).where(
                Section.revision_id.in_([revision.base_id, revision.id]),
                Section.openness != Openness.FIXED,
            )
        )
    )
    if any(change.section_key in free and changes_words(change.kinds) for change in changes):
        raise MaterialReasonMissing


def commitment_of(section: Section, before: CoveredPassage | None = None) -> str:
    """What the content hash holds of one section; a withheld passage only as its own seal.

    Where words were taken out of view since, `before` holds the section as it was published.
    """
    source, html, text = section.source, section.html, section.text
    if before is not None and before.sealed_html is not None:
        source, html = before.sealed_source or "", before.sealed_html
        text = before.sealed_text or ""
    facts: dict[str, str | int | bool] = {
        "key": section.key,
        "level": section.level,
        "language": section.language,
        "title": section.title,
        "kind": section.kind.value,
        "minutes": -1 if section.minutes is None else section.minutes,
        "openness": section.openness.value,
        "authority": section.authority,
        "summary": section.summary,
        "source": source,
        "html": str(html),
        "text": text,
    }
    if section.is_withheld:
        facts |= {
            "withheld_what": section.withheld_what,
            "withheld_by": section.withheld_by,
            "withheld_ground": section.withheld_ground,
            "withheld_seen_by": section.withheld_seen_by,
        }
        if section.passage is not None:
            facts["passage"] = commitment(section.passage.salt, section.passage.source)
    return section_commitment(section.salt, facts)


def set_in_force(
    session: Session,
    revision: Revision,
    *,
    actor: Actor,
    on: date,
    authority: str,
    material_reason: str = "",
) -> None:
    """Say from which day a revision is taught, who decided it and by which right."""
    actor = require(actor, Permission.PUBLISH_REVISION, revision)
    session.scalars(
        select(Revision)
        .where(Revision.id == revision.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if not revision.is_public:
        raise NotPublished
    if revision.in_force_on is not None and revision.in_force_on <= clock.now().date():
        raise AlreadyInForce
    if not authority.strip():
        raise AuthorityMissing
    at = clock.now()
    unanswered = revision.is_material and not was_answered(session, revision.id, at=at)
    if unanswered and not material_reason.strip():
        raise UnansweredRevision
    promised = [] if revision.is_urgent else promised_to_come_back(session, revision, at=at)
    if promised and not material_reason.strip():
        raise PromisedToComeBack
    revision.in_force_on = on
    revision.in_force_note = authority.strip()
    append(
        session,
        actor=actor,
        kind="revision.set_in_force",
        subject=revision,
        parents=[revision.curriculum],
        facts={
            "number": revision.number,
            "in_force_on": on.isoformat(),
            "authority": authority.strip(),
            "material_reason": material_reason.strip() if unanswered or promised else None,
            "promised_in": " ".join(promised) or None,
        },
    )


_rounds = table(
    "rounds",
    column("revision_id"),
    column("slug"),
    column("promise"),
    column("host_signed_at"),
    column("department_signed_at"),
    column("opens_at", UTCDateTime),
    column("report_published_at", UTCDateTime),
)


def was_answered(session: Session, revision_id: int, *, at: datetime) -> bool:
    """Whether a round on this revision has its answers published.

    Rounds come later in the order of features, so that their table is asked by name.
    """
    return bool(
        session.scalar(
            select(
                exists().where(
                    _rounds.c.revision_id == revision_id,
                    _rounds.c.report_published_at <= at,
                )
            )
        )
    )


def promised_to_come_back(
    session: Session, revision: Revision, *, at: datetime
) -> Sequence[str]:
    """Slugs of rounds on earlier versions whose people were promised to see this text first.

    A version that came back, with answers, after such a round keeps its promise for all later
    ones.
    """
    asked, later = _rounds.alias("asked"), _rounds.alias("later")
    before, between = aliased(Revision), aliased(Revision)
    came_back = (
        select(later.c.slug)
        .join(between, between.id == later.c.revision_id)
        .where(
            between.curriculum_id == revision.curriculum_id,
            between.number > before.number,
            between.number <= revision.number,
            later.c.report_published_at <= at,
        )
        .correlate(before)
    )
    return session.scalars(
        select(asked.c.slug)
        .join(before, before.id == asked.c.revision_id)
        .where(
            before.curriculum_id == revision.curriculum_id,
            before.number < revision.number,
            asked.c.promise != "answer",
            asked.c.host_signed_at.is_not(None),
            asked.c.department_signed_at.is_not(None),
            asked.c.opens_at <= at,
            ~came_back.exists(),
        )
        .order_by(asked.c.opens_at, asked.c.slug)
    ).all()
