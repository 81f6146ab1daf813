"""Naming why a section of a draft changed; frozen when the draft is published."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Point
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.curricula.drafting import lock_draft
from feedback_app.curricula.models import Revision, Section
from feedback_app.policy import Actor, Permission
from feedback_app.triage.models import Cause, CauseKind


class CauseFrozen(Conflict):
    message = N_("This version is published; the reasons for its changes stay as they are.")


class CauseWithoutNote(Invalid):
    message = N_("Say in a sentence what brought this change about.")
    field = "note"


class CauseWithoutComment(Invalid):
    message = N_("Choose the comment that brought this change about.")
    field = "point"


class CommentOfAnotherCourse(Invalid):
    message = N_("This comment is about another course.")
    field = "point"


class CommentLeft(Invalid):
    message = N_("The person who wrote this comment has withdrawn it.")
    field = "point"


class UnknownSection(NotFound):
    message = N_("This section is neither in the draft nor in the version before it.")


def name_cause(
    session: Session,
    revision: Revision,
    *,
    actor: Actor,
    section_key: str,
    kind: CauseKind,
    hunk: int | None = None,
    point: Point | None = None,
    note: str = "",
    excerpt: str = "",
) -> Cause:
    """Say why a section, or one numbered change in it, is different; said twice is said once.

    `excerpt` holds the words of the change (`hunks.words_of`), by which it is found again
    while the draft is edited further.
    """
    actor, revision = lock_draft(
        session, revision, actor=actor, permission=Permission.PROPOSE_CAUSE
    )
    note = note.strip()
    if kind is CauseKind.POINT:
        _check_point(revision, point)
    else:
        point = None
        if not note:
            raise CauseWithoutNote
    check_section(session, revision, section_key)
    return add_cause(
        session,
        actor,
        Cause(
            revision_id=revision.id,
            section_key=section_key,
            hunk=hunk,
            excerpt=excerpt,
            kind=kind,
            point_id=point.id if point else None,
            note=note,
        ),
    )


def add_cause(session: Session, actor: Actor, cause: Cause) -> Cause:
    """Store it unless the same is already said of the same change."""
    known = session.scalars(
        select(Cause).where(
            Cause.revision_id == cause.revision_id,
            Cause.section_key == cause.section_key,
            Cause.kind == cause.kind,
            _same(Cause.hunk, cause.hunk),
            _same(Cause.point_id, cause.point_id),
            Cause.note == cause.note,
        )
    ).first()
    if known is not None:
        return known
    assert actor.account_id is not None
    cause.named_by_id = actor.account_id
    session.add(cause)
    session.flush()
    return cause


def _same(column: Any, value: int | None) -> ColumnElement[bool]:
    return cast(ColumnElement[bool], column.is_(None) if value is None else column == value)


def _check_point(revision: Revision, point: Point | None) -> None:
    if point is None:
        raise CauseWithoutComment
    if point.comment.revision.curriculum_id != revision.curriculum_id:
        raise CommentOfAnotherCourse
    if point.comment.is_gone:
        raise CommentLeft


def check_section(session: Session, revision: Revision, key: str) -> None:
    """A removed section still has a cause, so the version before counts as well."""
    known = session.scalar(
        select(Section.id)
        .where(Section.revision_id.in_((revision.id, revision.base_id)), Section.key == key)
        .limit(1)
    )
    if known is None:
        raise UnknownSection


def remove_cause(session: Session, cause: Cause, *, actor: Actor) -> None:
    """Take a cause back while the draft is being written."""
    lock_draft(session, cause.revision, actor=actor, permission=Permission.PROPOSE_CAUSE)
    session.delete(cause)
    session.flush()


def get_cause(session: Session, revision: Revision, public_id: str) -> Cause:
    cause = session.scalars(
        select(Cause).where(Cause.public_id == public_id, Cause.revision_id == revision.id)
    ).first()
    if cause is None:
        raise NotFound
    return cause


def causes_of(session: Session, revision_id: int) -> list[Cause]:
    return list(
        session.scalars(
            select(Cause).where(Cause.revision_id == revision_id).order_by(Cause.id)
        )
    )
