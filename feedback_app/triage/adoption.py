"""Tying an answer that promises a change to the exact words that keep the promise."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback_app.comments.models import Point
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.curricula.drafting import lock_draft
from feedback_app.curricula.models import Change, Revision, Section
from feedback_app.log.services import append, commitment
from feedback_app.policy import Actor, Permission, require
from feedback_app.triage.causes import add_cause, check_section
from feedback_app.triage.models import Adoption, Cause, CauseKind, Disposition


class NoPromise(Conflict):
    message = N_("This answer does not promise a change, so no words can be tied to it.")


class AnswerReplaced(Conflict):
    message = N_("A later answer has replaced this one. Tie the words to that one.")


class OtherCourse(Conflict):
    message = N_("This comment is about another course.")


class NotLater(Conflict):
    message = N_("Only a later version than the one commented on can keep this promise.")


class RevisionDropped(Conflict):
    message = N_("This draft was dropped. Tie the words of a later one.")


class NotTheseWords(Invalid):
    message = N_("These words are not in this section. Choose them again.")
    field = "hunk"


class Unchanged(Invalid):
    message = N_("These words did not change in this version. Choose a change.")
    field = "hunk"


class ElsewhereUnexplained(Invalid):
    message = N_("The comment is about another section. Say why the change is made here.")
    field = "elsewhere_reason"


class AdoptionFrozen(Conflict):
    message = N_("This version is published, and with it the words that keep the promise.")


def adopt(
    session: Session,
    disposition: Disposition,
    *,
    actor: Actor,
    revision: Revision,
    section_key: str,
    start: int,
    end: int,
    hunk: int | None = None,
    excerpt: str = "",
    elsewhere_reason: str = "",
) -> Adoption:
    """Tie an answer to new words of a draft, or of a version published later on.

    `start` and `end` count code points of the section's canonical text; an empty span stands
    where words were taken out, which `excerpt` then holds. The point becomes a cause of the
    change. In a section that was removed the span is 0, 0.
    """
    actor = require(actor, Permission.TRIAGE, revision)
    if revision.is_draft:
        _, revision = lock_draft(session, revision, actor=actor, permission=Permission.TRIAGE)
    _check_promise(session, disposition, revision)
    exact = _cut(session, revision, section_key, start, end, excerpt)
    asked = disposition.point.comment.section_key
    reason = elsewhere_reason.strip()
    if asked is not None and asked != section_key and not reason:
        raise ElsewhereUnexplained
    if revision.is_public:
        hunk = _published_hunk(session, revision, section_key, start, end)
    known = _find(session, disposition, revision, section_key, start, end)
    if known is not None:
        return known
    adoption = Adoption(
        disposition=disposition,
        revision_id=revision.id,
        section_key=section_key,
        start=start,
        end=end,
        exact=exact,
        hunk=hunk,
        elsewhere_reason=reason,
        made_by_id=actor.account_id,
    )
    session.add(adoption)
    session.flush()
    if revision.is_draft:
        _be_a_cause(session, actor, adoption, disposition.point_id, excerpt or exact)
    _log_kept(session, adoption, revision, actor=actor, kind="adoption.recorded")
    if revision.is_public and disposition.published_at is not None:
        log_published(session, adoption, revision, actor=actor)
    return adoption


def _check_promise(session: Session, disposition: Disposition, revision: Revision) -> None:
    if not disposition.outcome.promises_a_change:
        raise NoPromise
    session.execute(select(Point.id).where(Point.id == disposition.point_id).with_for_update())
    newest = session.scalar(
        select(Disposition.id)
        .where(Disposition.point_id == disposition.point_id)
        .order_by(Disposition.id.desc())
        .limit(1)
    )
    if newest != disposition.id:
        raise AnswerReplaced
    asked_of = disposition.point.comment.revision
    if asked_of.curriculum_id != revision.curriculum_id:
        raise OtherCourse
    if not revision.is_draft and not revision.is_public:
        raise RevisionDropped
    if revision.number <= asked_of.number:
        raise NotLater


def _cut(
    session: Session, revision: Revision, key: str, start: int, end: int, excerpt: str
) -> str:
    text = session.scalar(
        select(Section.text).where(Section.revision_id == revision.id, Section.key == key)
    )
    if text is None:
        check_section(session, revision, key)
        text = ""
    if not 0 <= start <= end <= len(text) or (start == end and not excerpt):
        raise NotTheseWords
    return text[start:end]


def _published_hunk(
    session: Session, revision: Revision, key: str, start: int, end: int
) -> int:
    """The frozen change that these words are part of."""
    hunks = session.scalar(
        select(Change.hunks).where(Change.revision_id == revision.id, Change.section_key == key)
    )
    for hunk in hunks or ():
        if hunk["new_start"] < end and start < hunk["new_end"]:
            return int(hunk["number"])
        if start == end and hunk["new_start"] <= start <= hunk["new_end"]:
            return int(hunk["number"])
    raise Unchanged


def _find(
    session: Session, disposition: Disposition, revision: Revision, key: str, *span: int
) -> Adoption | None:
    return session.scalars(
        select(Adoption).where(
            Adoption.disposition_id == disposition.id,
            Adoption.revision_id == revision.id,
            Adoption.section_key == key,
            Adoption.start == span[0],
            Adoption.end == span[1],
        )
    ).first()


def _be_a_cause(
    session: Session, actor: Actor, adoption: Adoption, point_id: int, excerpt: str
) -> None:
    add_cause(
        session,
        actor,
        Cause(
            revision_id=adoption.revision_id,
            section_key=adoption.section_key,
            hunk=adoption.hunk,
            excerpt=excerpt,
            kind=CauseKind.POINT,
            point_id=point_id,
            note="",
        ),
    )


def log_published(
    session: Session, adoption: Adoption, revision: Revision, *, actor: Actor
) -> None:
    append(
        session,
        actor=actor,
        kind="adoption.published",
        subject=adoption,
        parents=[adoption.disposition, revision],
        facts={
            "revision": revision.number,
            "section_key": adoption.section_key,
            "start": adoption.start,
            "end": adoption.end,
        },
    )


def release(session: Session, adoption: Adoption, *, actor: Actor) -> None:
    """Untie an answer from words of a draft; its point is no cause of that change any more."""
    if adoption.revision.is_public:
        require(actor, Permission.TRIAGE, adoption.revision)
        raise AdoptionFrozen
    actor, revision = lock_draft(
        session, adoption.revision, actor=actor, permission=Permission.TRIAGE
    )
    disposition = adoption.disposition
    session.delete(adoption)
    for cause in session.scalars(
        select(Cause).where(
            Cause.revision_id == revision.id,
            Cause.section_key == adoption.section_key,
            Cause.point_id == disposition.point_id,
        )
    ):
        if cause.hunk == adoption.hunk:
            session.delete(cause)
    session.flush()
    _log_kept(session, adoption, revision, actor=actor, kind="adoption.removed")


def _log_kept(
    session: Session, adoption: Adoption, revision: Revision, *, actor: Actor, kind: str
) -> None:
    """The answer is named only where it is public, else committed to.

    Only an answer that promises a change can be tied, so its name here would tell its outcome.
    """
    answer = adoption.disposition
    is_public = answer.published_at is not None
    append(
        session,
        actor=actor,
        kind=kind,
        subject=adoption,
        parents=[answer, revision] if is_public else [revision],
        commitments=None
        if is_public
        else {"answer": commitment(answer.salt, answer.public_id)},
    )


def get_adoption(session: Session, disposition: Disposition, public_id: str) -> Adoption:
    adoption = session.scalars(
        select(Adoption).where(
            Adoption.public_id == public_id, Adoption.disposition_id == disposition.id
        )
    ).first()
    if adoption is None:
        raise NotFound
    return adoption


def adoptions_of(session: Session, revision_id: int) -> list[Adoption]:
    return list(
        session.scalars(
            select(Adoption)
            .where(Adoption.revision_id == revision_id)
            .options(joinedload(Adoption.disposition))
            .order_by(Adoption.id)
        )
    )
