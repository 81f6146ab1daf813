"""An object that is stored at once is the row that a flush would have written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from feedback_app.comments.models import Comment, Point
from feedback_app.core import clock
from feedback_app.core.storing import store


def comment_on(round_):
    """With a value of each kind: an instant, an enumeration's word, what columns default to."""
    return Comment(
        round_id=round_.id,
        revision_id=round_.revision_id,
        language="es",
        submitted_at=clock.now(),
        received_at=clock.now() - timedelta(days=1),
        is_late=True,
    )


def row_of(session, comment):
    columns = Comment.__table__.c
    (row,) = session.execute(select(columns).where(columns.id == comment.id)).mappings()
    return {name: value for name, value in row.items() if name not in {"id", "public_id"}}


def test_a_stored_object_is_the_row_that_a_flush_writes(session, make, time):
    round_ = make.round(open=True)
    flushed, stored = comment_on(round_), comment_on(round_)
    session.add(flushed)
    session.flush()

    store(session, stored)

    assert row_of(session, stored) == row_of(session, flushed)
    assert len(stored.public_id) == 26
    assert session.get(Comment, stored.id) is stored
    assert not inspect(stored).expired_attributes
    stored.language = "en"
    session.flush()
    assert row_of(session, stored)["language"] == "en"


@pytest.mark.one_engine
def test_what_went_with_a_savepoint_stands_in_nobodys_way(session, make):
    comment = make.comment()
    session.execute(Point.__table__.delete())
    savepoint = session.begin_nested()
    gone = Point(comment_id=comment.id)
    store(session, gone)
    savepoint.rollback()

    again = Point(comment_id=comment.id)
    store(session, again)

    assert session.scalars(select(Point)).one() is again
