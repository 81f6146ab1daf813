"""Table notes: said by some of those who sat there; each can become comments."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.comments import moments
from feedback_app.comments.behalf import ENTERED_FOR, EntryOver, MoreThanThere
from feedback_app.comments.note_models import TableNote
from feedback_app.comments.rules import NothingSaid
from feedback_app.comments.sheet_models import Sheet
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds.meeting_models import Meeting


class SectionNotThere(Invalid):
    message = N_("This section is not in the version that people comment on.")
    field = "section_key"


def note_down(
    session: Session,
    meeting: Meeting,
    *,
    actor: Actor,
    body: str,
    section_key: str | None,
    said_by: int,
    said_of: int,
) -> TableNote:
    """Keep a table's note; nobody outside reads it until it becomes a comment."""
    require(actor, Permission.ENTER_ON_BEHALF, meeting.round)
    round_, at = moments.receive(session, meeting.round_id)
    if at > round_.closes_at + ENTERED_FOR:
        raise EntryOver
    if not body.strip():
        raise NothingSaid
    if said_by > said_of:
        raise MoreThanThere
    keys = {section.key for section in round_.revision.sections}
    if section_key is not None and section_key not in keys:
        raise SectionNotThere
    note = TableNote(
        meeting=meeting, body=body, section_key=section_key, said_by=said_by, said_of=said_of
    )
    session.add(note)
    session.flush()
    return note


def notes_of(session: Session, meeting: Meeting) -> Sequence[tuple[TableNote, int]]:
    """The notes of a session in their order, and how many comments each became."""
    rows = session.execute(
        select(TableNote, func.count(Sheet.id))
        .outerjoin(Sheet, Sheet.note_id == TableNote.id)
        .where(TableNote.meeting_id == meeting.id)
        .group_by(TableNote.id)
        .order_by(TableNote.id)
    )
    return [(row[0], row[1]) for row in rows]


def get_note(session: Session, round_id: int, public_id: str) -> TableNote:
    found = session.scalars(
        select(TableNote)
        .join(Meeting, Meeting.id == TableNote.meeting_id)
        .where(TableNote.public_id == public_id, Meeting.round_id == round_id)
    ).first()
    if found is None:
        raise NotFound
    return found
