"""Changing one's own comment, and leaving: name off and withdrawal work at any time."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.comments import letters, moments
from feedback_app.comments.holders import Holder, holds
from feedback_app.comments.measures import overtake
from feedback_app.comments.models import Comment, CommentKind, CommentVersion, Voice
from feedback_app.comments.projection import count_reply
from feedback_app.comments.rules import (
    ChangedMeanwhile,
    CommentErased,
    CommentWithdrawn,
    EditingEnded,
    NameReserved,
    NothingSaid,
    NotYours,
    PeriodOver,
    SentAsOne,
)
from feedback_app.comments.sealing import (
    commitments_of,
    name_it,
    phrases_in,
    seal_all,
    show_covered,
)
from feedback_app.comments.translations import forget_translations
from feedback_app.core.folding import named, same_name
from feedback_app.core.orm import new_salt
from feedback_app.log.services import append
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor
from feedback_app.rounds.models import Round, RoundState


def edit_comment(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    holder: Holder,
    version: str,
    body: str,
    html: Markup,
    suggested_wording: str | None = None,
) -> Comment:
    """Change the words: for 15 minutes in place, later (until closing) as a new wording.

    What somebody has agreed with or replied to is never replaced, nor what was covered; words
    that were covered are covered in the new wording, too. `version` is the mark that the form
    was made with (`wording_mark`).
    """
    round_, at = moments.receive(session, comment.round_id)
    _check_own_words(session, comment, holder)
    if comment.is_late or not round_.is_open(at):
        raise EditingEnded
    if wording_mark(comment) != version:
        raise ChangedMeanwhile
    return reword(
        session,
        comment,
        actor=actor,
        at=at,
        body=body,
        html=html,
        suggested_wording=suggested_wording,
    )


def reword(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    at: datetime,
    body: str,
    html: Markup,
    suggested_wording: str | None,
) -> Comment:
    """Put new words to a comment; whoever calls has checked that they may come."""
    if not body.strip():
        raise NothingSaid
    current = comment.current
    suggested_wording = suggested_wording or None
    written = current.original
    if (body, suggested_wording) == (written.body, written.suggested_wording):
        return comment
    untouched = not (comment.endorsements_count or comment.replies_count or current.sealed)
    phrases = phrases_in(comment)
    if moments.replaces(comment.submitted_at, at) and untouched:
        current.body, current.html = body, html
        current.suggested_wording = suggested_wording
        current.salt, current.written_at = new_salt(), at
    else:
        comment.version_number += 1
        comment.edited_at = at
        comment.endorsements_count = 0
        current = CommentVersion(
            comment=comment,
            number=comment.version_number,
            body=body,
            html=html,
            suggested_wording=suggested_wording,
            written_at=at,
        )
        session.add(current)
        for point in comment.points:
            if point.start is None:  # the whole comment goes along with its words
                point.version_number = comment.version_number
        show_covered(session, comment, phrases, at=at)
    session.flush()
    letters.take_in_anew(session, comment, at=at)
    append(
        session,
        actor=actor,
        kind="comment.edited",
        subject=comment,
        facts={"version": comment.version_number},
        commitments=commitments_of(current),
        at=at,
    )
    return comment


def wording_mark(comment: Comment) -> str:
    """Tells one wording from the next without saying what it holds."""
    return f"{comment.version_number}-{comment.current.salt[:12]}"


def describe_comment(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    holder: Holder,
    kind: CommentKind | None,
    display_name: str | None,
    language: str,
) -> Comment:
    """Say what kind it is, under which name it stands and in which language, after sending."""
    round_, at = moments.receive(session, comment.round_id)
    _check_own_words(session, comment, holder)
    if round_.state(at) is RoundState.ANSWERED:
        raise PeriodOver
    name = " ".join((display_name or "").split()) or None
    if name is not None:
        check_name(session, name)
    comment.kind = None if comment.is_reply else kind
    name_it(comment, name, phrases_in(comment))
    comment.language = language
    append(
        session,
        actor=actor,
        kind="comment.described",
        subject=comment,
        facts={"version": comment.version_number},
        at=at,
    )
    return comment


def take_name_off(
    session: Session, comment: Comment, *, actor: Actor, holder: Holder
) -> Comment:
    """Show the comment without a name from now on; works at any time."""
    moments.receive(session, comment.round_id)
    _check_own_words(session, comment, holder)
    if comment.display_name is not None:
        comment.display_name = comment.sealed_name = None
        append(session, actor=actor, kind="comment.unnamed", subject=comment)
    return comment


def withdraw(session: Session, comment: Comment, *, actor: Actor, holder: Holder) -> Comment:
    """Take a comment back; works at any time, and a line with the day stays in its place.

    Its words are sealed at once and erased after `conduct.TEXT_KEPT`.
    """
    round_, at = moments.receive(session, comment.round_id)
    session.refresh(comment)
    if not holds(comment, holder):
        raise NotYours
    if comment.is_gone:
        return comment
    if comment.is_counted:
        round_.comments_count = Round.comments_count - 1
    comment.withdrawn_at = at
    if comment.is_reply and comment.held_at is None:
        count_reply(session, comment, -1)
    seal_all(session, comment, at=at)
    forget_translations(session, comment)
    overtake(session, comment, at=at)
    append(session, actor=actor, kind="comment.withdrawn", subject=comment, at=at)
    return comment


def _check_own_words(session: Session, comment: Comment, holder: Holder) -> None:
    """An organization's response is sent once, under its name; it can only be taken back."""
    _check_own(session, comment, holder)
    if comment.voice is Voice.ORGANIZATION and not comment.is_reply:
        raise SentAsOne


def _check_own(session: Session, comment: Comment, holder: Holder) -> None:
    session.refresh(comment)
    if not holds(comment, holder):
        raise NotYours
    if comment.withdrawn_at is not None:
        raise CommentWithdrawn
    if comment.erased_at is not None:
        raise CommentErased


def check_name(session: Session, name: str) -> None:
    """Names of organizations on the site are theirs alone."""
    alike = select(Organization.name).where(named(Organization.name, name))
    if any(same_name(theirs, name) for theirs in session.scalars(alike)):
        raise NameReserved
