"""Looking up comments; the lists themselves stand in `listings`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback_app.comments.beside import Beside, beside_section
from feedback_app.comments.cards import CommentCard, MarginCard, Margins, ReplyCard
from feedback_app.comments.holders import Holder, is_held_by
from feedback_app.comments.listings import (
    card_of,
    cards_of,
    comments_of,
    comments_on,
    counts_by_section,
    shown_facts,
    threads_of,
)
from feedback_app.comments.margins import newest_by_section
from feedback_app.comments.models import Comment, CommentVersion, Endorsement
from feedback_app.comments.sight import counted, text_is_public, text_is_read, visible_to
from feedback_app.core.errors import NotFound
from feedback_app.curricula.models import Section
from feedback_app.curricula.numbering import numbers
from feedback_app.policy import VISITOR, Actor
from feedback_app.rounds.models import Participation, Round
from feedback_app.rounds.queries import OVERSEEN

__all__ = [
    "Beside",
    "CommentCard",
    "MarginCard",
    "Margins",
    "ReplyCard",
    "beside_section",
    "bodies_of",
    "card_of",
    "cards_of",
    "comments_of",
    "comments_on",
    "counted",
    "counts_by_section",
    "find_endorsement",
    "find_words",
    "get_comment",
    "newest_by_section",
    "own_comments",
    "own_endorsements",
    "shown_facts",
    "threads_of",
    "titled",
    "titles_in",
    "titles_of",
    "visible_to",
]


def get_comment(session: Session, public_id: str, *, viewer: Actor = VISITOR) -> Comment:
    found = session.scalars(
        select(Comment)
        .where(Comment.public_id == public_id, visible_to(viewer))
        .options(
            joinedload(Comment.round).joinedload(Round.revision),
            joinedload(Comment.round).options(OVERSEEN),
            joinedload(Comment.participation),
            joinedload(Comment.anchor),
            joinedload(Comment.versions).joinedload(CommentVersion.sealed),
        )
    )
    comment = found.unique().one_or_none()
    if comment is None:
        raise NotFound
    return comment


def own_comments(session: Session, holder: Holder) -> list[Comment]:
    """Everything that an account or a private code has said, newest first; withdrawn too."""
    return list(
        session.scalars(
            select(Comment)
            .join(Participation, Participation.id == Comment.participation_id)
            .where(is_held_by(holder))
            .options(
                joinedload(Comment.round).joinedload(Round.texts),
                joinedload(Comment.anchor),
                joinedload(Comment.parent),
                joinedload(Comment.versions).joinedload(CommentVersion.sealed),
            )
            .order_by(Comment.submitted_at.desc(), Comment.id.desc())
            .limit(200)
        ).unique()
    )


def own_endorsements(session: Session, holder: Holder) -> list[Comment]:
    """The comments that somebody agrees with, newest first."""
    return list(
        session.scalars(
            select(Comment)
            .join(Endorsement, Endorsement.comment_id == Comment.id)
            .join(Participation, Participation.id == Endorsement.participation_id)
            .where(is_held_by(holder), text_is_public())
            .options(joinedload(Comment.round), joinedload(Comment.versions))
            .order_by(Endorsement.given_at.desc())
            .limit(200)
        ).unique()
    )


def find_endorsement(session: Session, comment: Comment, holder: Holder) -> Endorsement | None:
    """Whether this holder agrees with the wording that is shown now."""
    if not holder.is_somebody:
        return None
    return session.scalars(
        select(Endorsement)
        .join(Participation, Participation.id == Endorsement.participation_id)
        .where(
            Endorsement.comment_id == comment.id,
            Endorsement.version_number == comment.version_number,
            is_held_by(holder),
        )
    ).first()


def find_words(session: Session, revision_id: int, key: str) -> tuple[str, str] | None:
    """A section's text and its language."""
    row = session.execute(
        select(Section.text, Section.language).where(
            Section.revision_id == revision_id, Section.key == key
        )
    ).one_or_none()
    return None if row is None else (row.text, row.language)


def titles_of(session: Session, revision_id: int) -> dict[str, tuple[str, str]]:
    """{key: (number, title)} of a revision's sections."""
    return {key: named for (_id, key), named in titles_in(session, [revision_id]).items()}


def titles_in(
    session: Session, revision_ids: Collection[int]
) -> dict[tuple[int, str], tuple[str, str]]:
    """The same of several revisions, {(revision, key): (number, title)}, in one query."""
    if not revision_ids:
        return {}
    rows = session.execute(
        select(Section.revision_id, Section.key, Section.title, Section.level)
        .where(Section.revision_id.in_(revision_ids))
        .order_by(Section.revision_id, Section.position)
    )
    return titled((row[0], row[1], row[2], row[3]) for row in rows)


def titled(
    rows: Iterable[tuple[int, str, str, int]],
) -> dict[tuple[int, str], tuple[str, str]]:
    """The same of rows of revision, key, title and level in the order of the text."""
    found = {}
    for revision_id, group in groupby(rows, key=itemgetter(0)):
        sections = list(group)
        counted_ = numbers([level for *_, level in sections])
        for (_id, key, title, _level), number in zip(sections, counted_, strict=True):
            found[revision_id, key] = (number, title)
    return found


def bodies_of(
    session: Session, comment_ids: Sequence[int], viewer: Actor = VISITOR
) -> dict[int, str]:
    """The present wordings as they were typed, of those that this viewer may read."""
    if not comment_ids:
        return {}
    rows = session.execute(
        select(CommentVersion.comment_id, CommentVersion.body)
        .join(Comment, Comment.id == CommentVersion.comment_id)
        .where(
            Comment.id.in_(comment_ids),
            CommentVersion.number == Comment.version_number,
            text_is_read(viewer),
        )
    )
    return {row[0]: row[1] for row in rows}
