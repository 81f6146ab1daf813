"""Statements read past SQLAlchemy's results say the same as through them."""

from __future__ import annotations

from sqlalchemy import bindparam, event, select

from feedback_app.comments.models import Comment, CommentVersion
from feedback_app.core.orm import UTCDateTime
from feedback_app.core.prepared import Prepared
from feedback_app.rounds.models import Round

SAID = (
    select(
        Comment.public_id,
        Comment.kind,
        Comment.is_late,
        Comment.submitted_at,
        Comment.edited_at,
        CommentVersion.html,
        Round.languages,
    )
    .join(CommentVersion, CommentVersion.comment_id == Comment.id)
    .join(Round, Round.id == Comment.round_id)
    .where(
        Comment.round_id.in_([bindparam("here"), 0]), Comment.submitted_at <= bindparam("at")
    )
    .order_by(Comment.id)
)


def test_a_prepared_statement_gives_the_values_that_its_select_gives(session, make):
    first = make.comment(kind=None)
    second = make.comment(round=first.round, edited_at=first.submitted_at, is_late=True)
    prepared = Prepared(SAID)

    for comment, shown in ((first, 1), (second, 2), (first, 1)):
        values = {"here": comment.round_id, "at": comment.submitted_at}
        through = session.execute(SAID, values).all()
        past = prepared.rows(session, **values)

        assert [tuple(row) for row in past] == [tuple(row) for row in through]
        assert [[type(v) for v in row] for row in past] == [
            [type(v) for v in row] for row in through
        ]
        assert past[shown - 1].public_id == comment.public_id
    assert prepared.first(session, here=0, at=first.submitted_at) is None


def test_an_instant_is_asked_for_as_it_is_stored(session, make):
    comment = make.comment()
    at = select(Comment.id).where(Comment.submitted_at == bindparam("at", type_=UTCDateTime()))

    assert Prepared(at).first(session, at=comment.submitted_at).id == comment.id


def test_who_counts_statements_hears_prepared_ones(session, database, make):
    comment = make.comment()
    heard = []
    event.listen(database.engine, "before_cursor_execute", lambda *said: heard.append(said[2]))

    Prepared(SAID).rows(session, here=comment.round_id, at=comment.submitted_at)

    assert len(heard) == 1
    assert "comment_versions" in heard[0]
