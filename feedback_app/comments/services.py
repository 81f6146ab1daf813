"""What people do with comments; each act's own rules stand in the module it comes from."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from feedback_app.comments import letters, moments
from feedback_app.comments.agreeing import endorse, unendorse
from feedback_app.comments.anchors import cut
from feedback_app.comments.changing import (
    describe_comment,
    edit_comment,
    take_name_off,
    withdraw,
)
from feedback_app.comments.entering import (
    Said,
    Taken,
    as_before,
    check_may_comment,
    enter,
    write_version,
)
from feedback_app.comments.holders import Holder, holds, is_held_by
from feedback_app.comments.models import Anchor, Comment, Point
from feedback_app.comments.replying import reply, voice_of, voice_under
from feedback_app.comments.requests import held_since
from feedback_app.comments.rules import ClosedMeanwhile, NothingSaid, NotYours, WordsMoved
from feedback_app.comments.sealing import commitments_of, place_of
from feedback_app.comments.submissions import Sent, answer, claim
from feedback_app.core.errors import NotFound
from feedback_app.core.prepared import Prepared
from feedback_app.core.storing import store
from feedback_app.curricula.models import Section
from feedback_app.log.services import Subject, append
from feedback_app.notifications.services import enqueue
from feedback_app.policy import Actor
from feedback_app.rounds.models import Participation, Question, Round
from feedback_app.rounds.terms import Terms, count_one_more

__all__ = [
    "Said",
    "Taken",
    "ask_for_notice",
    "describe_comment",
    "edit_comment",
    "endorse",
    "reply",
    "submit_comment",
    "take_name_off",
    "unendorse",
    "voice_of",
    "voice_under",
    "withdraw",
]


def submit_comment(
    session: Session,
    round_: Round | Terms,
    *,
    actor: Actor,
    sent: Sent,
    said: Said,
    key: bytes,
    holder: Holder,
    section_key: str | None = None,
    span: tuple[int, int] | None = None,
    exact: str | None = None,
    question: Question | None = None,
    choice: int | None = None,
    notice_address: str | None = None,
    locale: str = "en",
    accepts_late: bool = True,
    looks_made: bool = False,
) -> Taken:
    """Take in a comment; the same form sent again gives the same comment and the same code.

    Text that comes after closing is kept as late; with `accepts_late` false the writer is told
    first. What looks made by a machine is held until the host has read it.
    """
    submission, is_first = claim(session, sent)
    if not is_first:
        return as_before(session, submission, sent, key)
    terms, at = moments.receive_on_terms(session, round_.id)
    late = check_may_comment(terms, actor, sent, at)
    if late and not accepts_late:
        raise ClosedMeanwhile
    if not said.body.strip():
        raise NothingSaid
    anchor = _cut_anchor(session, terms, section_key, span, exact)
    part_id, code = enter(session, terms, actor, sent, key, holder, locale)
    comment = Comment(
        round_id=terms.id,
        revision_id=terms.revision_id,
        section_key=section_key,
        question_id=question.id if question is not None else None,
        choice=choice if question is not None else None,
        participation_id=part_id,
        language=said.language,
        submitted_at=at,
        received_at=at,
        is_late=late,
        held_at=at if looks_made else held_since(session, terms, part_id, at),
    )
    store(session, comment)
    version = write_version(session, comment, said, at)
    point = Point(comment_id=comment.id)
    store(session, point)
    if anchor is not None:
        anchor.comment_id = comment.id
        store(session, anchor)
    if comment.is_counted:
        count_one_more(session, terms.id)
    letters.take_in(session, comment, point, said.body, at=at)
    answer(
        session,
        submission,
        comment_id=comment.id,
        part_id=part_id,
        made_code=code is not None,
    )
    if notice_address:
        part = session.get_one(Participation, part_id)
        part.notice_address = notice_address
        if code is not None:
            _mail_code(session, comment, part, code, locale)
    place, sealed_place = place_of(comment, version, terms, at)
    append(
        session,
        actor=actor,
        kind="comment.submitted",
        subject=Subject(comment.public_id, terms.time_zone),
        parents=[terms],
        facts=place | {"late": late} | ({"held": True} if comment.held_at else {}),
        commitments=commitments_of(version) | sealed_place,
        at=at,
    )
    return Taken(comment, code, is_repeated=False)


def ask_for_notice(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    holder: Holder,
    address: str,
    code: str | None,
    locale: str,
    is_quiet: bool = False,
) -> None:
    """Leave an address for the answer, which nobody can read; the code is mailed to it."""
    moments.receive(session, comment.round_id)
    part = comment.participation
    if part is None or not holds(comment, holder):
        raise NotYours
    part.notice_address, part.is_quiet = address, is_quiet
    session.flush()
    if code:
        _mail_code(session, comment, part, code, locale)


_section = Section.__table__.c
_SECTION = Prepared(
    select(_section.text, _section.language).where(
        _section.revision_id == bindparam("revision_id"), _section.key == bindparam("key")
    )
)


def _cut_anchor(
    session: Session,
    round_: Terms,
    section_key: str | None,
    span: tuple[int, int] | None,
    exact: str | None,
) -> Anchor | None:
    if section_key is None:
        return None
    found = _SECTION.first(session, revision_id=round_.revision_id, key=section_key)
    if found is None:
        raise NotFound
    if span is None:
        return None
    try:
        words, prefix, suffix = cut(found.text, *span)
    except ValueError:
        raise WordsMoved from None
    if exact is not None and exact != words:
        raise WordsMoved
    return Anchor(
        revision_id=round_.revision_id,
        language=found.language,
        section_key=section_key,
        exact=words,
        prefix=prefix,
        suffix=suffix,
        start=span[0],
        end=span[1],
    )


def forget_notice(session: Session, *, holder: Holder, round_id: str) -> None:
    """Erase the address for news of one round at once; nothing is written to it any more."""
    part = session.scalars(
        select(Participation)
        .join(Round, Round.id == Participation.round_id)
        .where(Round.public_id == round_id, is_held_by(holder))
        .where(Participation.notice_address.is_not(None))
    ).first()
    if part is None:
        raise NotFound
    part.notice_address = None
    session.flush()


def _mail_code(
    session: Session, comment: Comment, part: Participation, code: str, locale: str
) -> None:
    """Tell the address that was left; the outbox wipes the code once the mail has gone."""
    assert part.notice_address is not None
    enqueue(
        session,
        "private_code",
        to=part.notice_address,
        locale=locale,
        once_key=f"private_code:{comment.public_id}",
        round=comment.round.text(locale).title,
        code=code,
        path="/receipts",
        is_quiet=int(part.is_quiet),
    )
