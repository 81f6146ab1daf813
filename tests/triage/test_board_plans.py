"""The board reads a page from an index, whatever is filtered and in whatever order."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import event, text

from feedback_app.triage.board import Scope, board, matching
from feedback_app.triage.board_counts import counts
from feedback_app.triage.filters import Filters, Order, State

SINGLE = [
    {},
    {"state": State.LATE},
    {"state": State.SIGNATURE},
    {"state": State.DECIDED},
    {"state": State.PUBLIC},
    {"section": "aaaaaaaa"},
    {"section": "whole"},
    {"age": "14"},
    {"age": "14", "state": State.LATE},
    {"age": "14", "kind": "concern"},
    {"kind": "concern"},
    {"channel": "web"},
    {"language": "en"},
    {"outcome": "noted"},
    {"work": "decided"},
    {"work": "received"},
    {"assigned": "me"},
    {"assigned": "nobody"},
    {"endorsed": "yes"},
    {"placement": "moved"},
    {"theme": "subject"},
    {"group": "letter"},
    {"kind": "concern", "section": "aaaaaaaa"},
    {"theme": "subject", "section": "aaaaaaaa", "kind": "concern"},
    {"theme": "subject", "group": "letter"},
    {"kind": "concern", "channel": "web", "language": "en"},
]


def plans_of(database, session, act):
    """What the database says it will do for each statement of the act."""
    asked = []

    def hear(_connection, _cursor, statement, parameters, *_rest):
        asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", hear)
    act()
    event.remove(database.engine, "before_cursor_execute", hear)
    raw = session.connection().connection.cursor()
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    for statement, parameters in asked:
        raw.execute(f"{explain} {statement}", parameters)
        yield "\n".join(str(row[-1]) for row in raw.fetchall())


def test_every_filter_in_every_order_is_read_from_an_index(session, make, database):
    first = make.point(endorsements_count=1)
    make.point(round=first.comment.round, endorsements_count=1)
    if not database.is_sqlite:
        session.execute(text("SET enable_seqscan = off"))  # a table of two rows is one page
    scope = Scope(
        first.comment.round_id, {"aaaaaaaa": 1}, me=1, lots={"subject": 1, "letter": 2}
    )
    numbers = counts(session, scope.round_id)
    after = board(session, scope, Filters(), limit=1).next_cursor

    for given, order, start in itertools.product(SINGLE, Order, (None, after)):
        filters = Filters(**given, order=order)

        def page(filters=filters, start=start):
            board(session, scope, filters, numbers, after=start)
            matching(session, scope, filters, numbers)

        for plan in plans_of(database, session, page):
            about = (given, order, start, plan)
            assert "SCAN board_rows" not in plan, about
            assert "SCAN board_lots" not in plan, about
            assert "SCAN comments" not in plan, about
            assert "Seq Scan" not in plan, about
            if any(word in plan for word in ("Append", "Recursive", "RECURSIVE")):
                continue  # of each stage, or of each number, the first few are put in order
            assert "TEMP B-TREE" not in plan, about
            assert "Sort" not in plan, about


@pytest.mark.one_engine
def test_a_page_is_read_from_an_index_where_the_database_was_analyzed(session, make, database):
    """SQLite then thinks that old ones by agreement may be thousands, and reads all rows."""
    first = make.point(endorsements_count=1)
    make.point(round=first.comment.round, endorsements_count=1)
    session.execute(text("ANALYZE"))
    many = "UPDATE sqlite_stat1 SET stat = '100000' || substr(stat, instr(stat, ' '))"
    session.execute(text(many + " WHERE tbl <> 'accounts'"))
    session.execute(text("ANALYZE sqlite_schema"))
    scope = Scope(first.comment.round_id, {})
    asked = Filters(state=State.ALL, age="14", order=Order.AGREED)
    after = board(session, scope, Filters(order=Order.AGREED), limit=1).next_cursor

    plans = list(plans_of(database, session, lambda: board(session, scope, asked, after=after)))

    assert plans
    assert not [plan for plan in plans if "SCAN board_rows" in plan], plans
