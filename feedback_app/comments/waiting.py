"""Comments that wait for whoever sees to conduct: found by words or section, shown together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from feedback_app.comments import moments
from feedback_app.comments.conduct_queries import waits_to_be_read
from feedback_app.comments.models import Comment, CommentVersion
from feedback_app.comments.requests import release
from feedback_app.core.folding import holds
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds.models import Round

MOST = 100
"""Shown at a time: as many as somebody can look at before all of them are public."""


def held_matching(
    session: Session,
    round_: Round,
    *,
    words: str = "",
    section_key: str = "",
    among: Iterable[str] | None = None,
) -> tuple[Sequence[Comment], int]:
    """The oldest that wait, at most a hundred, and how many there are in all."""
    wanted = [Comment.round_id == round_.id, waits_to_be_read()]
    if words.strip():
        current = CommentVersion.number == Comment.version_number
        says = holds(CommentVersion.body, words.strip())
        wanted.append(Comment.versions.any(current & says))
    if section_key:
        wanted.append(Comment.section_key == section_key)
    if among is not None:
        wanted.append(Comment.public_id.in_(list(among)[:MOST]))
    found = session.scalars(
        select(Comment)
        .where(*wanted)
        .options(selectinload(Comment.versions).joinedload(CommentVersion.sealed))
        .order_by(Comment.submitted_at, Comment.id)
        .limit(MOST)
    ).all()
    in_all = session.scalar(select(func.count()).select_from(Comment).where(*wanted))
    return found, in_all or 0


def release_several(
    session: Session, round_: Round, public_ids: Iterable[str], *, actor: Actor
) -> int:
    """Show them all, each with its own entry in the log; how many still waited.

    What was decided meanwhile, or waits for a second person, is left as it is.
    """
    round_, _at = moments.receive(session, round_.id)
    require(actor, Permission.MODERATE_CONDUCT, round_)
    found, _in_all = held_matching(session, round_, among=public_ids)
    for comment in found:
        release(session, comment, actor=actor)
    return len(found)
