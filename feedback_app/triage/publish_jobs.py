"""Publishing as a job, where carrying the comments takes longer than a page may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from feedback_app.core import clock, jobs
from feedback_app.core.database import Database
from feedback_app.core.errors import Busy, Conflict, DomainError, Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.curricula.drafting import lock_draft
from feedback_app.curricula.models import Curriculum, Revision, RevisionState, Section
from feedback_app.curricula.sealing import check_notes
from feedback_app.organizations.queries import actor_of
from feedback_app.policy import Actor, Permission, require
from feedback_app.triage.correcting import publish_correction
from feedback_app.triage.gate import Listed, Looked, Prepared, gate_of, look_at, prepare
from feedback_app.triage.models import Publishing
from feedback_app.triage.publication import DraftMoved, carried_answers, check, publish_revision

PUBLISHING = "revision.publish"
MANY_COMMENTS = 2_000
MANY_WORDS = 200_000
"""A page that computes all of it takes about a second at either, on a slow machine two."""


class PublishingFailed(Conflict):
    message = N_("Something failed on our side. Nothing was published; please try again.")


def takes_long(session: Session, revision: Revision, looked: Looked) -> bool:
    """Whether carrying the comments, and comparing with every version, is work for a job."""
    words = session.scalar(
        select(func.coalesce(func.sum(Section.words), 0))
        .join(Revision, Revision.id == Section.revision_id)
        .where(
            Revision.curriculum_id == revision.curriculum_id,
            Revision.state == RevisionState.PUBLISHED,
        )
    )
    return looked.carried > MANY_COMMENTS or (words or 0) > MANY_WORDS


def check_terms(
    session: Session, revision: Revision, looked: Looked, terms: Mapping[str, Any]
) -> None:
    """Refuses at once what the job would refuse; in a reading unit."""
    check(
        session,
        revision,
        gate_of(session, revision, looked.comparison, only_counts=True),
        looked,
        reasons=_reasons(terms),
        accepts_findings=terms["accepts_findings"],
    )
    notes = {name: terms[name] for name in ("change_note", "is_material", "material_reason")}
    check_notes(session, revision, looked.changes, **notes)


def ask_to_publish(
    session: Session, revision: Revision, *, actor: Actor, version: int, terms: dict[str, Any]
) -> Publishing:
    """Hand a draft over to the worker; asked twice, it is done once.

    `terms` are what `publish_revision` takes, or `publish_correction` for an urgent one.
    """
    actor, revision = lock_draft(
        session, revision, actor=actor, permission=Permission.PUBLISH_REVISION
    )
    running = find_running(session, revision)
    if running is not None:
        return running
    if version != revision.version:
        raise DraftMoved
    assert actor.account_id is not None
    asked = Publishing(
        revision=revision, asked_by_id=actor.account_id, version=version, terms=terms
    )
    session.add(asked)
    session.flush()
    jobs.enqueue(session, PUBLISHING, subject=asked.public_id)
    return asked


def find_running(session: Session, revision: Revision) -> Publishing | None:
    """What is publishing this draft at the moment, or waits for its turn."""
    asked = session.scalars(
        select(Publishing)
        .where(Publishing.revision_id == revision.id, Publishing.ended_at.is_(None))
        .order_by(Publishing.id.desc())
        .limit(1)
    ).first()
    return None if asked is None or refusal_of(session, asked) is not None else asked


def get_publishing(
    session: Session, curriculum: Curriculum, public_id: str, *, viewer: Actor
) -> Publishing:
    require(viewer, Permission.PUBLISH_REVISION, curriculum)
    found = session.scalars(
        select(Publishing)
        .join(Revision, Revision.id == Publishing.revision_id)
        .where(Publishing.public_id == public_id, Revision.curriculum_id == curriculum.id)
        .options(joinedload(Publishing.revision).joinedload(Revision.base))
    ).first()
    if found is None:
        raise NotFound
    return found


def refusal_of(session: Session, asked: Publishing) -> Conflict | Invalid | None:
    """Why nothing was published, as the error that a page would have had."""
    if asked.refusal is not None:
        told = asked.refusal
        if told["rule"] == DraftMoved.__name__:
            return DraftMoved()
        if told["is_conflict"]:
            return Conflict(told["sentence"], **told["values"])
        return Invalid(told["sentence"], field=told["field"], **told["values"])
    if asked.ended_at is not None:
        return None
    job = jobs.find(session, PUBLISHING, asked.public_id)
    return PublishingFailed() if job is None or jobs.has_failed(job) else None


def share_carried(session: Session, asked: Publishing) -> float | None:
    return jobs.share_done(jobs.find(session, PUBLISHING, asked.public_id))


@jobs.handles(PUBLISHING)
def publish(database: Database, public_id: str) -> None:
    """Compute everything in a reading unit, then publish in a short writing one.

    Whatever refuses it is kept for whoever asked, with all that they typed.
    """
    this = select(Publishing).where(
        Publishing.public_id == public_id, Publishing.ended_at.is_(None)
    )
    try:
        with database.unit_of_work(writing=False) as session:
            asked = session.scalars(this).first()
            if asked is None:
                return
            if asked.version != asked.revision.version:
                raise DraftMoved
            looked = look_at(session, asked.revision)
            _look_ahead(session, asked, looked)
            watch = jobs.Watch(database, PUBLISHING, public_id)
            prepared = prepare(session, asked.revision, looked=looked, report=watch)
        with database.unit_of_work(writing=True) as session:
            asked = session.scalars(this.with_for_update(of=Publishing)).first()
            if asked is not None:
                _publish(session, asked, prepared)
                asked.ended_at = clock.now()
    except Busy:
        raise
    except DomainError as error:
        with database.unit_of_work(writing=True) as session:
            asked = session.scalars(this).first()
            if asked is not None:
                asked.refusal, asked.ended_at = _told(error), clock.now()


def _look_ahead(session: Session, asked: Publishing, looked: Looked) -> None:
    """Ask what the writing unit will ask: what it would refuse is refused before all the
    computing, and its longest statements are put together before anybody waits for them.
    """
    if not asked.revision.is_urgent:
        check_terms(session, asked.revision, looked, asked.terms)
        carried_answers(session, asked.revision)


def _publish(session: Session, asked: Publishing, prepared: Prepared) -> None:
    """In the name of whoever asked, who must still be allowed to."""
    actor = actor_of(session, asked.asked_by)
    if asked.revision.is_urgent:
        authority = asked.terms["authority"]
        publish_correction(
            session, asked.revision, actor=actor, prepared=prepared, authority=authority
        )
        return
    publish_revision(
        session,
        asked.revision,
        actor=actor,
        prepared=prepared,
        **asked.terms | {"reasons": _reasons(asked.terms)},
    )


def _reasons(terms: Mapping[str, Any]) -> dict[Listed, str]:
    return {Listed(kind): why for kind, why in terms["reasons"].items()}


def _told(error: DomainError) -> dict[str, Any]:
    return {
        "rule": type(error).__name__,
        "sentence": error.sentence,
        "values": {name: str(value) for name, value in error.values.items()},
        "is_conflict": not isinstance(error, Invalid),
        "field": error.at if isinstance(error, Invalid) else None,
    }
