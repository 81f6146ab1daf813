"""Putting comments into the first language of their round, and what still waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments import moments
from feedback_app.comments.changing import wording_mark
from feedback_app.comments.conduct import Eyes, blind
from feedback_app.comments.models import Comment, CommentVersion
from feedback_app.comments.rules import (
    ChangedMeanwhile,
    NothingSaid,
    NothingToTranslate,
)
from feedback_app.comments.sight import words_are_public
from feedback_app.comments.translation_models import CommentTranslation
from feedback_app.comments.translations import MARK, has_fresh_translation
from feedback_app.core.orm import alias, new_salt
from feedback_app.log.services import append, commitment
from feedback_app.policy import Actor, Permission, Role
from feedback_app.rounds.models import Round, RoundText

MOST = 200
BEGINNING = 12
"""Words of a comment that the queue shows."""


Said, Own, First = alias(CommentVersion), alias(RoundText), alias(RoundText)


def translate(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    wording: str,
    body: str,
    html: Markup,
    suggested_wording: str | None = None,
) -> CommentTranslation:
    """Keep a person's translation beside the original; a later one takes its place.

    `wording` is the mark of the words that were translated: of others it would be untrue.
    """
    actor = policy.require(actor, Permission.TRANSLATE, comment.round)
    round_, at = moments.receive(session, comment.round_id)
    check_may_translate(comment)
    if wording_mark(comment) != wording:
        raise ChangedMeanwhile
    if not body.strip():
        raise NothingSaid
    assert actor.account_id is not None
    found = find_translation(session, comment)
    kept = found or CommentTranslation(comment=comment, language=round_.language)
    kept.version_number, kept.mark = comment.version_number, comment.current.salt[:MARK]
    kept.body, kept.html, kept.salt = body, html, new_salt()
    kept.suggested_wording = suggested_wording or None
    kept.translated_by_id, kept.translated_at = actor.account_id, at
    session.add(kept)
    session.flush()
    sealed = {"body": commitment(kept.salt, body)}
    if kept.suggested_wording:
        sealed["suggested_wording"] = commitment(kept.salt, kept.suggested_wording)
    append(
        session,
        actor=actor,
        kind="comment.translated",
        subject=comment,
        facts={"language": kept.language, "version": comment.version_number},
        commitments=sealed,
        at=at,
    )
    return kept


def check_may_translate(comment: Comment) -> None:
    """Only what everybody may read, and what is not in the round's first language already."""
    is_read = comment.state not in blind(Eyes.PUBLIC)
    if not is_read or comment.language == comment.round.language:
        raise NothingToTranslate


def find_translation(session: Session, comment: Comment) -> CommentTranslation | None:
    return session.scalars(
        select(CommentTranslation).where(
            CommentTranslation.comment_id == comment.id,
            CommentTranslation.language == comment.round.language,
        )
    ).first()


def is_of_present_words(found: CommentTranslation, comment: Comment) -> bool:
    """The same as `is_of_these_words`, of what has been read already."""
    number, mark = comment.version_number, comment.current.salt[:MARK]
    return (found.version_number, found.mark) == (number, mark)


@dataclass(frozen=True)
class Waiting:
    """A comment without a translation of its present words; `is_stale` had one of others."""

    public_id: str
    slug: str
    title: str
    title_language: str
    language: str
    into: str
    submitted_at: datetime
    time_zone: str
    is_stale: bool
    is_reply: bool
    body: str

    @property
    def words(self) -> int:
        return len(self.body.split())

    @property
    def beginning(self) -> str:
        """By which a translator tells it from the others."""
        first = self.body.split()[:BEGINNING]
        return " ".join(first) + (" …" if self.words > BEGINNING else "")


def waiting_for(session: Session, actor: Actor, *, locale: str = "en") -> Sequence[Waiting]:
    """What waits in the rounds of the actor's organizations, the oldest first; what has been
    answered already comes last."""
    older = exists().where(CommentTranslation.comment_id == Comment.id)
    rows: Iterable[Any] = session.execute(
        select(
            Comment.public_id,
            Round.slug,
            func.coalesce(Own.title, First.title, Round.slug),
            func.coalesce(Own.language, First.language, Round.language),
            Comment.language,
            Round.language,
            Comment.submitted_at,
            Round.time_zone,
            older,
            Comment.parent_id.is_not(None),
            Said.body,
        )
        .join(Round, Round.id == Comment.round_id)
        .join(
            Said,
            and_(Said.comment_id == Comment.id, Said.number == Comment.version_number),
        )
        .join(Own, and_(Own.round_id == Round.id, Own.language == locale), isouter=True)
        .join(
            First,
            and_(First.round_id == Round.id, First.language == Round.language),
            isouter=True,
        )
        .where(
            *_mine(actor),
            Round.host_signed_at.is_not(None),
            Comment.language != Round.language,
            words_are_public(),
            ~has_fresh_translation(),
        )
        .order_by(Round.report_published_at.is_not(None), Comment.submitted_at, Comment.id)
        .limit(MOST)
    )
    return [Waiting(*row) for row in rows]


def by_round(waiting: Sequence[Waiting]) -> Mapping[str, Sequence[Waiting]]:
    """In the order in which they wait."""
    found: dict[str, list[Waiting]] = {}
    for each in waiting:
        found.setdefault(each.slug, []).append(each)
    return found


def _mine(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    hosts = actor.with_role(Role.TRANSLATOR) | actor.runs_for
    own = {grant.organization_id for grant in actor.grants}
    return (Round.host_id.in_(hosts), Round.department_id.not_in(own))
