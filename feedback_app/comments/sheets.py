"""Typing what people wrote or said elsewhere: twice is once, a slip for each, a second look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from feedback_app.comments import codes, moments
from feedback_app.comments.behalf import ENTERED_FOR, EntryOver, enter_on_behalf
from feedback_app.comments.changing import reword, wording_mark
from feedback_app.comments.entering import Said
from feedback_app.comments.models import (
    Channel,
    Comment,
    CommentKind,
    CommentVersion,
    Submission,
)
from feedback_app.comments.note_models import TableNote
from feedback_app.comments.rules import ChangedMeanwhile, CommentErased, CommentWithdrawn
from feedback_app.comments.sheet_models import Consent, Sheet
from feedback_app.comments.spoken_models import SpokenComment
from feedback_app.comments.submissions import Sent, answer, claim, stored_id
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, NotFound
from feedback_app.core.i18n import N_
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds.meeting_models import Meeting
from feedback_app.rounds.models import Question, Round


class SecondLooks(Conflict):
    message = N_("Somebody else has to look: you typed this sheet yourself.")


class ChangedByItsWriter(Conflict):
    message = N_("The person has changed these words with their code. They stay as they are.")


@dataclass(frozen=True)
class OnPaper:
    """What stands on a sheet beside the words, or was said with them."""

    channel: Channel
    received_at: datetime
    consent: Consent
    number: int | None = None
    collected_by: str = ""
    section_key: str | None = None
    question: Question | None = None
    kind: CommentKind | None = None
    display_name: str | None = None
    said_by: int | None = None
    said_of: int | None = None
    scan: tuple[str, str] | None = None


@dataclass(frozen=True)
class Slip:
    """What is handed over to the person whose sheet it was."""

    code: str
    number: int | None
    section_key: str | None
    words: str
    received_at: datetime


def take_sheet(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    sent: Sent,
    said: Said,
    paper: OnPaper,
    key: bytes,
    meeting: Meeting | None = None,
    note: TableNote | None = None,
) -> tuple[Sheet, str]:
    """Keep a sheet as a comment; the same form sent again gives the same sheet and code.

    The code of a session's numbered sheet is the one that was printed on it.
    """
    require(actor, Permission.ENTER_ON_BEHALF, round_)
    if meeting is not None and meeting.round_id != round_.id:
        raise NotFound
    if note is not None:
        meeting = note.meeting
    submission, is_first = claim(session, sent)
    code = codes.make_code(key, sent.submission_id, said.language)
    if meeting is not None and paper.number is not None:
        code = printed_code(key, meeting, paper.number)
    if not is_first:
        found = session.scalars(
            select(Sheet).where(Sheet.comment_id == submission.comment_id)
        ).first()
        if found is None:
            raise NotFound
        return found, code
    comment = enter_on_behalf(
        session,
        round_,
        actor=actor,
        said=said,
        channel=paper.channel,
        received_at=paper.received_at,
        section_key=paper.section_key,
        question=paper.question,
        kind=paper.kind,
        display_name=paper.display_name,
        code_hash=codes.code_hash(key, code),
        said_by=note.said_by if note else paper.said_by,
        said_of=note.said_of if note else paper.said_of,
    )
    answer(session, submission, comment_id=comment.id)
    sheet = Sheet(
        round_id=round_.id,
        comment=comment,
        meeting=meeting,
        note_id=note.id if note else None,
        number=paper.number,
        collected_by=paper.collected_by,
        consent=paper.consent,
        wording=wording_mark(comment),
        entered_by_id=actor.account_id,
        scan_key=paper.scan[0] if paper.scan else None,
        scan_type=paper.scan[1] if paper.scan else None,
    )
    session.add(sheet)
    session.flush()
    return sheet, code


def printed_code(key: bytes, meeting: Meeting, number: int) -> str:
    """The private code on the tear-off strip of a session's sheet with this number."""
    return codes.make_code(key, f"sheet {meeting.public_id} {number}", meeting.language)


def next_number(session: Session, meeting: Meeting) -> int:
    """The number after the highest that was typed: printed codes of typed sheets are in use."""
    highest = session.scalar(
        select(func.max(Sheet.number)).where(Sheet.meeting_id == meeting.id)
    )
    return (highest or 0) + 1


def latest_of(day: date, hour: time | None, zone: str) -> datetime:
    """The instant that a stated day means: its hour if one was said, else its last moment.

    Of today that is now: what somebody holds in the hand has come.
    """
    local = ZoneInfo(zone)
    if hour is not None:
        return datetime.combine(day, hour, tzinfo=local)
    last = datetime.combine(day + timedelta(days=1), time(), tzinfo=local)
    is_today = clock.now().astimezone(local).date() == day
    return clock.now() if is_today else last - timedelta(seconds=1)


def check_sheet(session: Session, sheet: Sheet, *, actor: Actor) -> None:
    """A second person has compared the words with the paper."""
    actor = require(actor, Permission.ENTER_ON_BEHALF, sheet.comment.round)
    moments.receive(session, sheet.round_id)
    session.refresh(sheet)
    if sheet.entered_by_id == actor.account_id:
        raise SecondLooks
    sheet.checked_by_id, sheet.checked_at = actor.account_id, clock.now()


def correct_sheet(
    session: Session,
    sheet: Sheet,
    *,
    actor: Actor,
    version: str,
    body: str,
    html: Markup,
    suggested_wording: str | None = None,
) -> None:
    """Mend what was mistyped, as long as sheets may be typed and the person left it alone."""
    actor = require(actor, Permission.ENTER_ON_BEHALF, sheet.comment.round)
    round_, at = moments.receive(session, sheet.round_id)
    comment = sheet.comment
    session.refresh(sheet)
    session.refresh(comment)
    if comment.is_gone:
        raise CommentErased if comment.erased_at else CommentWithdrawn
    if at > round_.closes_at + ENTERED_FOR:
        raise EntryOver
    if wording_mark(comment) != sheet.wording:
        raise ChangedByItsWriter
    if version != sheet.wording:
        raise ChangedMeanwhile
    reword(
        session,
        comment,
        actor=actor,
        at=at,
        body=body,
        html=html,
        suggested_wording=suggested_wording,
    )
    sheet.wording = wording_mark(comment)
    sheet.checked_at = sheet.checked_by_id = None


def get_sheet(session: Session, round_: Round, public_id: str) -> Sheet:
    found = session.scalars(
        select(Sheet)
        .where(Sheet.public_id == public_id, Sheet.round_id == round_.id)
        .options(
            joinedload(Sheet.meeting),
            joinedload(Sheet.comment)
            .joinedload(Comment.versions)
            .joinedload(CommentVersion.sealed),
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def sheets_of(
    session: Session,
    round_: Round,
    *,
    meeting: Meeting | None = None,
    unchecked: bool = False,
    most: int = 200,
) -> list[Sheet]:
    """What was typed, newest first."""
    asked = select(Sheet).where(Sheet.round_id == round_.id)
    if meeting is not None:
        asked = asked.where(Sheet.meeting_id == meeting.id)
    if unchecked:
        asked = asked.where(Sheet.checked_at.is_(None))
    return list(
        session.scalars(
            asked.options(joinedload(Sheet.comment).joinedload(Comment.versions))
            .order_by(Sheet.id.desc())
            .limit(most)
        ).unique()
    )


def counts_of(session: Session, round_: Round) -> tuple[int, int]:
    """How many sheets were typed, and how many of them nobody has checked yet."""
    typed, checked = session.execute(
        select(func.count(), func.count(Sheet.checked_at)).where(Sheet.round_id == round_.id)
    ).one()
    return typed, typed - checked


def slips_of(session: Session, round_: Round, typed: Iterable[str], key: bytes) -> list[Slip]:
    """The slips of forms that one browser sent, newest first; their ids make the codes again.

    Forms are forgotten after 48 hours, and with them the way to print a slip.
    """
    found = []
    for submission_id in typed:
        sheet = session.scalars(
            select(Sheet)
            .join(Submission, Submission.comment_id == Sheet.comment_id)
            .where(
                Submission.submission_id == stored_id(submission_id),
                Sheet.round_id == round_.id,
            )
        ).first()
        if sheet is None or sheet.comment.is_gone:
            continue
        comment, code = sheet.comment, codes.make_code(key, submission_id, _spoken(sheet))
        if sheet.meeting is not None and sheet.number is not None:
            code = printed_code(key, sheet.meeting, sheet.number)
        found.append(
            Slip(
                code,
                sheet.number,
                comment.section_key,
                comment.current.body[:120],
                comment.received_at,
            )
        )
    return found


def _spoken(sheet: Sheet) -> str:
    part = sheet.comment.participation
    return part.locale if part is not None else sheet.comment.language


def forget_scans(session: Session) -> list[str]:
    """Let go of the scans whose comments are gone; which files nobody needs any more."""
    gone = select(Comment.id).where(
        Comment.withdrawn_at.is_not(None) | Comment.erased_at.is_not(None)
    )
    keys = set(
        session.scalars(
            select(Sheet.scan_key).where(
                Sheet.scan_key.is_not(None), Sheet.comment_id.in_(gone)
            )
        )
    )
    if keys:
        session.execute(
            update(Sheet)
            .where(Sheet.comment_id.in_(gone), Sheet.scan_key.is_not(None))
            .values(scan_key=None, scan_type=None)
        )
    return sorted(key for key in keys if key and not kept_among(session, [key]))


def kept_among(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of these files that something still needs."""
    found: set[str | None] = set()
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        found.update(session.scalars(select(Sheet.scan_key).where(Sheet.scan_key.in_(some))))
        for column in (Meeting.agenda_key, SpokenComment.recording_key):
            found.update(session.scalars(select(column).where(column.in_(some))))
    return {key for key in found if key}
