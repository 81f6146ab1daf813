""" "I agree", given once by each person in a round, and taken back."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.comments import moments
from feedback_app.comments.entering import (
    Taken,
    as_before,
    check_may_comment,
    enter,
)
from feedback_app.comments.holders import Holder, find_part, holds
from feedback_app.comments.models import Comment, Endorsement
from feedback_app.comments.rules import (
    OwnComment,
    PeriodOver,
    RepliesStayFlat,
    check_is_shown,
)
from feedback_app.comments.submissions import Sent, answer, claim
from feedback_app.log.services import append
from feedback_app.policy import Actor


def endorse(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    sent: Sent,
    key: bytes,
    holder: Holder,
    locale: str = "en",
) -> Taken:
    """Agree with the present wording, once for each person in a round."""
    submission, is_first = claim(session, sent)
    if not is_first:
        return as_before(session, submission, sent, key)
    round_, at = moments.receive(session, comment.round_id)
    session.refresh(comment)
    if check_may_comment(round_, actor, sent, at):
        raise PeriodOver
    if comment.parent_id is not None:
        raise RepliesStayFlat
    check_is_shown(comment)
    if holds(comment, holder):
        raise OwnComment
    part_id, code = enter(session, round_, actor, sent, key, holder, locale)
    given = _endorsement(session, comment, part_id)
    if given is None:
        given = Endorsement(comment_id=comment.id, participation_id=part_id, version_number=0)
        session.add(given)
    is_new = given.version_number != comment.version_number
    given.version_number, given.given_at = comment.version_number, at
    session.flush()
    count_endorsements(session, comment)
    answer(
        session,
        submission,
        comment_id=comment.id,
        part_id=part_id,
        made_code=code is not None,
    )
    if is_new:
        append(
            session,
            actor=actor,
            kind="comment.endorsed",
            subject=comment,
            facts={"version": comment.version_number},
            at=at,
        )
    return Taken(comment, code, is_repeated=False)


def unendorse(session: Session, comment: Comment, *, actor: Actor, holder: Holder) -> None:
    """Take an agreement back; leaving never ends, so this works after closing too."""
    moments.receive(session, comment.round_id)
    part = find_part(session, comment.round_id, holder)
    given = _endorsement(session, comment, part.id) if part is not None else None
    if given is None:
        return
    session.delete(given)
    session.flush()
    count_endorsements(session, comment)
    append(
        session,
        actor=actor,
        kind="comment.unendorsed",
        subject=comment,
        facts={"version": given.version_number},
    )


def count_endorsements(session: Session, comment: Comment) -> None:
    """Agreements with the wording that is shown; those with an earlier one are not counted."""
    session.flush()
    comment.endorsements_count = (
        session.scalar(
            select(func.count())
            .select_from(Endorsement)
            .where(
                Endorsement.comment_id == comment.id,
                Endorsement.version_number == comment.version_number,
            )
        )
        or 0
    )
    session.flush()


def _endorsement(session: Session, comment: Comment, part_id: int) -> Endorsement | None:
    return session.scalars(
        select(Endorsement).where(
            Endorsement.comment_id == comment.id, Endorsement.participation_id == part_id
        )
    ).first()
