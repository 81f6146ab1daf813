"""Moving what may not be shown out of a comment's wordings, and erasing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_app.comments.conduct import TEXT_KEPT
from feedback_app.comments.letters import cover_prints, forget
from feedback_app.comments.masking import (
    Span,
    cover,
    places_of,
    to_original,
    to_shown,
)
from feedback_app.comments.models import Comment, CommentVersion, SealedWording, Submission
from feedback_app.comments.translations import forget_translations
from feedback_app.core import clock
from feedback_app.core.html import render_comment
from feedback_app.core.orm import new_salt
from feedback_app.log.services import commitment
from feedback_app.rounds.models import Round, Showing, WhoMayComment
from feedback_app.rounds.terms import Terms


def commitments_of(version: CommentVersion) -> dict[str, str]:
    """What the log keeps of what was written: hashes that its salt alone can open."""
    return _commitments(version.original)


def shown_commitments(version: CommentVersion) -> dict[str, str]:
    """The same of the words as everybody reads them."""
    return _commitments(version)


def _commitments(words: CommentVersion | SealedWording) -> dict[str, str]:
    found = {"body": commitment(words.salt, words.body)}
    if words.suggested_wording:
        found["suggested_wording"] = commitment(words.salt, words.suggested_wording)
    return found


def place_of(
    comment: Comment, version: CommentVersion, round_: Round | Terms, at: datetime
) -> tuple[dict[str, str | None], dict[str, str]]:
    """Facts and commitments about where a comment belongs, for its entry in the log.

    Of a comment that nobody outside reads yet, the public knows that there is one, not about
    what; so its section is sealed like its words, and can be proved when it is shown.
    """
    key = comment.section_key
    is_open_book = round_.showing is Showing.AT_ONCE or round_.closes_at < at
    is_for_all = round_.participation is not WhoMayComment.INVITED
    if comment.held_at is None and is_for_all and is_open_book:
        return {"section_key": key}, {}
    return {}, {"section_key": commitment(version.original.salt, key or "")}


def phrases_in(comment: Comment) -> list[str]:
    """The words that are covered in it now."""
    sealed = [version.sealed.phrases for version in comment.versions if version.sealed]
    return list(dict.fromkeys(phrase for phrases in sealed for phrase in phrases))


def show_covered(
    session: Session, comment: Comment, phrases: Sequence[str], *, at: datetime
) -> None:
    """Show all wordings with these phrases covered, each made anew from what was written.

    Without phrases everything is shown as it was written.
    """
    if phrases:
        forget_translations(session, comment)
    for version in comment.versions:
        _cover(session, comment, version, phrases, at)
    name_it(comment, comment.sealed_name or comment.display_name, phrases)
    session.flush()
    cover_prints(session, comment)


def name_it(comment: Comment, name: str | None, phrases: Sequence[str]) -> None:
    """Put a name to a comment, with what is covered in its words covered in it, too."""
    places = places_of(name or "", phrases)
    comment.sealed_name = name if places else None
    comment.display_name = cover(name, places)[:80] if name and places else name


def _cover(
    session: Session,
    comment: Comment,
    version: CommentVersion,
    phrases: Sequence[str],
    at: datetime,
) -> None:
    sealed, original = version.sealed, version.original
    before = places_of(original.body, sealed.phrases) if sealed else []
    places = places_of(original.body, phrases)
    in_wording = places_of(original.suggested_wording or "", phrases)
    _move_points(comment, version, before, places)
    if places or in_wording:
        body, wording = original.body, original.suggested_wording
        _seal(session, version, phrases, at)
        version.body = cover(body, places)
        version.html = render_comment(version.body).html
        version.suggested_wording = cover(wording, in_wording) if wording else None
        version.salt = new_salt()
    elif sealed is not None:
        version.body, version.html = sealed.body, sealed.html
        version.suggested_wording, version.salt = sealed.suggested_wording, sealed.salt
        version.sealed = None
        session.delete(sealed)


def _seal(
    session: Session, version: CommentVersion, phrases: Sequence[str], at: datetime
) -> None:
    if version.sealed is not None:
        version.sealed.phrases = list(phrases)
        return
    version.sealed = SealedWording(
        body=version.body,
        html=version.html,
        suggested_wording=version.suggested_wording,
        salt=version.salt,
        phrases=list(phrases),
        sealed_at=at,
    )
    session.add(version.sealed)


def _move_points(
    comment: Comment, version: CommentVersion, before: Sequence[Span], after: Sequence[Span]
) -> None:
    """Points count in the words that are shown; they keep to what they speak of."""
    for point in comment.points:
        if point.version_number != version.number or point.start is None or point.end is None:
            continue
        start = to_original(point.start, before)
        end = to_original(point.end, before, is_end=True)
        point.start = to_shown(start, after)
        point.end = to_shown(end, after, is_end=True)


def seal_all(session: Session, comment: Comment, *, at: datetime) -> None:
    """Take every word out of what is shown; it is kept sealed for a while, then erased."""
    for version in comment.versions:
        _seal(session, version, [], at)
        _blank(version)
    comment.display_name = comment.sealed_name = None
    session.flush()
    forget(session, comment)


def erase_words(session: Session, comment: Comment) -> None:
    """Let every wording go, with its salt; the log's hashes stay and open nothing any more.

    The words of the course that it was anchored to are the course's, and stay.
    """
    forget_translations(session, comment)
    for version in comment.versions:
        if version.sealed is not None:
            session.delete(version.sealed)
            version.sealed = None
        _blank(version)
    comment.display_name = comment.sealed_name = None
    session.execute(
        update(Submission).where(Submission.comment_id == comment.id).values(body_hash="")
    )
    session.flush()
    forget(session, comment)


def erase_taken_back(session: Session) -> int:
    """Erase the texts whose writers took them back long enough ago; how many comments."""
    due = session.scalars(
        select(Comment)
        .where(
            Comment.withdrawn_at < clock.now() - TEXT_KEPT,
            Comment.versions.any(CommentVersion.sealed.has()),
        )
        .limit(500)
    ).all()
    for comment in due:
        erase_words(session, comment)
    return len(due)


def _blank(version: CommentVersion) -> None:
    version.body, version.html = "", Markup()
    version.suggested_wording, version.salt = None, ""
