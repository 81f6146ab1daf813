"""Whether what is stored agrees with itself."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Endorsement
from feedback_app.comments.sight import counted
from feedback_app.curricula.covering_queries import as_published, opens
from feedback_app.curricula.models import Revision, RevisionState
from feedback_app.curricula.publication import content_hash
from feedback_app.curricula.sealing import commitment_of
from feedback_app.log.models import LogEntry, TreeHead
from feedback_app.log.services import leaf_hash
from feedback_app.rounds.models import Round
from feedback_app.triage import board_checks


def problems(session: Session) -> list[str]:
    """One sentence for each thing that does not fit; an empty list is good news."""
    return [
        *_file(session),
        *_log(session),
        *_revisions(session),
        *_comment_counts(session),
        *_endorsement_counts(session),
        *board_checks.problems(session),
    ]


def _file(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name == "sqlite":
        for (finding,) in session.execute(text("PRAGMA integrity_check")):
            if finding != "ok":
                yield f"The database file is damaged: {finding}"
        for row in session.execute(text("PRAGMA foreign_key_check")):
            yield f"A row of {row[0]} points to a row that is not there."


def _log(session: Session) -> Iterator[str]:
    expected = 0
    entries = session.execute(
        select(LogEntry.position, LogEntry.leaf, LogEntry.leaf_hash).order_by(LogEntry.position)
    ).yield_per(1000)
    for position, leaf, hash_ in entries:
        if position != expected:
            yield f"The log has a gap before entry {position}."
        if leaf_hash(leaf.encode()) != hash_:
            yield f"Log entry {position} was changed."
        expected = position + 1
    size = session.scalar(select(TreeHead.size)) or 0
    if size != expected:
        yield f"The log's head says {size} entries, there are {expected}."


def _revisions(session: Session) -> Iterator[str]:
    for revision in session.scalars(
        select(Revision).where(Revision.state == RevisionState.PUBLISHED)
    ):
        before = as_published(session, revision)
        sealed = [commitment_of(s, before.get(s.key)) for s in revision.sections]
        if content_hash(sealed) != revision.content_hash:
            yield f"The text of “{revision.title}”, version {revision.number}, was changed."
        if not all(map(opens, before.values())):
            yield f"Covered words of “{revision.title}” do not open their hash."


def _comment_counts(session: Session) -> Iterator[str]:
    by_round = (
        select(Comment.round_id, func.count().label("many"))
        .where(counted())
        .group_by(Comment.round_id)
        .subquery()
    )
    many = func.coalesce(by_round.c.many, 0)
    for slug, kept, real in session.execute(
        select(Round.slug, Round.comments_count, many)
        .join(by_round, by_round.c.round_id == Round.id, isouter=True)
        .where(Round.comments_count != many)
    ):
        yield f"Round {slug} counts {kept} comments, there are {real}."


def _endorsement_counts(session: Session) -> Iterator[str]:
    counted = (
        select(Endorsement.comment_id, func.count().label("many"))
        .group_by(Endorsement.comment_id)
        .subquery()
    )
    many = func.coalesce(counted.c.many, 0)
    for public_id, kept, real in session.execute(
        select(Comment.public_id, Comment.endorsements_count, many)
        .join(counted, counted.c.comment_id == Comment.id, isouter=True)
        .where(Comment.endorsements_count != many)
    ):
        yield f"Comment {public_id} counts {kept} agreements, there are {real}."
