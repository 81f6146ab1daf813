"""Sharing the work: who has which point until when, what authors are asked, internal notes."""

from __future__ import annotations

from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback_app import policy
from feedback_app.comments.models import Comment, Point
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.policy import Actor, Permission
from feedback_app.triage.rules import CommentWithdrawn, DayPassed, PointReplaced
from feedback_app.triage.signatures import moderators_of
from feedback_app.triage.work_models import Assignment, InputRequest, InternalNote

LONGEST = 4000


class WorkOvertaken(Conflict):
    message = N_("Somebody changed this while you were writing. Yours is not saved yet.")


class NotAModerator(Invalid):
    message = N_("Choose a moderator of your department.")
    field = "person"


class WordsMissing(Invalid):
    message = N_("Write at least one sentence.")
    field = "words"


class AlreadyReplied(Conflict):
    message = N_("This question has its answer, or was taken back.")


def assignment_of(session: Session, point: Point) -> Assignment | None:
    return session.scalars(
        select(Assignment)
        .where(Assignment.point_id == point.id)
        .options(joinedload(Assignment.assigned_to))
        .execution_options(populate_existing=True)
    ).first()


def version_of(kept: Assignment | None) -> str:
    """What a change is made upon: who had it, in which of its versions."""
    return f"{kept.id}.{kept.version}" if kept is not None else ""


def assign(
    session: Session,
    point: Point,
    *,
    actor: Actor,
    to: int | None,
    due_on: date | None = None,
    based_on: str | None = None,
) -> Assignment | None:
    """Give a point to a moderator until a day, or to nobody.

    `based_on` is the `version_of` that the writer saw; another one since then makes this one
    overtaken.
    """
    actor = policy.require(actor, Permission.TRIAGE, point)
    _hold(session, point)
    check_stands(point)
    kept = assignment_of(session, point)
    if based_on is not None and based_on != version_of(kept):
        raise WorkOvertaken
    if to is not None and to not in moderators_of(session, point.department_id):
        raise NotAModerator
    _check_day(point, due_on)
    if to is None:
        if kept is not None:
            session.delete(kept)
        session.flush()
        return None
    return _give(session, point, kept, actor, to, due_on)


def _hold(session: Session, point: Point) -> None:
    session.execute(select(Point.id).where(Point.id == point.id).with_for_update())


def _give(
    session: Session,
    point: Point,
    kept: Assignment | None,
    actor: Actor,
    to: int,
    due_on: date | None,
) -> Assignment:
    if kept is None:
        kept = Assignment(point_id=point.id, version=0)
        session.add(kept)
    kept.assigned_to_id, kept.due_on = to, due_on
    kept.assigned_by_id = actor.account_id or to
    kept.assigned_at = clock.now()
    kept.version += 1
    session.flush()
    return kept


def _check_day(point: Point, due_on: date | None) -> None:
    zone = ZoneInfo(point.comment.round.time_zone)
    if due_on is not None and due_on < clock.now().astimezone(zone).date():
        raise DayPassed


def check_stands(point: Point) -> None:
    if point.comment.is_gone:
        raise CommentWithdrawn
    if point.retired_at is not None:
        raise PointReplaced


def ask_authors(session: Session, point: Point, *, actor: Actor, question: str) -> InputRequest:
    """Ask the authors of the course about a point; it waits for them until one has replied.

    The same question, sent twice, is one.
    """
    actor = policy.require(actor, Permission.TRIAGE, point)
    _hold(session, point)
    check_stands(point)
    if not question.strip():
        raise WordsMissing
    open_ = select(InputRequest).where(
        InputRequest.point_id == point.id, InputRequest.ended_at.is_(None)
    )
    for waiting in session.scalars(open_):
        if waiting.question == question.strip():
            return waiting
    asked = InputRequest(
        point_id=point.id, question=question.strip(), asked_by_id=actor.account_id
    )
    session.add(asked)
    session.flush()
    return asked


_Work = TypeVar("_Work", InputRequest, InternalNote)


def _of_a_point(session: Session, kind: type[_Work], public_id: str) -> _Work:
    """With its point, comment and round, by which it is judged who may open it."""
    loads = joinedload(kind.point).joinedload(Point.comment).joinedload(Comment.round)
    found = session.scalars(
        select(kind).where(kind.public_id == public_id).options(loads)
    ).first()
    if found is None:
        raise NotFound
    return found


def get_question(session: Session, public_id: str) -> InputRequest:
    return _of_a_point(session, InputRequest, public_id)


def reply_to(
    session: Session, asked: InputRequest, *, actor: Actor, reply: str
) -> InputRequest:
    """What the authors say; without words the question is taken back by a moderator."""
    taken_back = not reply.strip()
    permission = Permission.TRIAGE if taken_back else Permission.PROPOSE_CAUSE
    actor = policy.require(actor, permission, asked.point)
    session.refresh(asked, ["reply", "ended_at"], with_for_update=True)
    if asked.ended_at is not None:
        raise AlreadyReplied
    asked.reply = reply.strip()
    asked.replied_by_id = actor.account_id
    asked.ended_at = clock.now()
    session.flush()
    return asked


def write_note(session: Session, point: Point, *, actor: Actor, body: str) -> InternalNote:
    """Leave a note for one's own department; the same one, sent twice, is one."""
    actor = policy.require(actor, Permission.PROPOSE_CAUSE, point)
    _hold(session, point)
    if not body.strip():
        raise WordsMissing
    newest = session.scalars(
        select(InternalNote)
        .where(InternalNote.point_id == point.id)
        .order_by(InternalNote.id.desc())
        .limit(1)
    ).first()
    if newest is not None and (newest.written_by_id, newest.body) == (
        actor.account_id,
        body.strip(),
    ):
        return newest
    note = InternalNote(point_id=point.id, body=body.strip(), written_by_id=actor.account_id)
    session.add(note)
    session.flush()
    return note


def get_note(session: Session, public_id: str) -> InternalNote:
    return _of_a_point(session, InternalNote, public_id)


def change_note(
    session: Session, note: InternalNote, *, actor: Actor, body: str, version: int
) -> InternalNote:
    """Write a note of one's own anew; `version` is the one that the writer saw."""
    actor = policy.require(actor, Permission.PROPOSE_CAUSE, note.point)
    session.refresh(note, ["body", "version"], with_for_update=True)
    if note.written_by_id != actor.account_id:
        raise NotFound
    if note.version != version:
        raise WorkOvertaken
    if not body.strip():
        raise WordsMissing
    note.body, note.version = body.strip(), note.version + 1
    session.flush()
    return note
