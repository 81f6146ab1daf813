"""What is old and many agreed with: listed in that order, page by page, none left out."""

from __future__ import annotations

import random
from datetime import timedelta

from feedback_app.core import clock
from feedback_app.triage.board import Scope, board
from feedback_app.triage.board_counts import counts
from feedback_app.triage.filters import Filters, Order, State


def _ids(page):
    return [row.public_id for row in page]


def _pages(session, scope, filters, numbers):
    after = None
    while True:
        page = board(session, scope, filters, numbers, after=after, limit=3)
        yield from page
        if (after := page.next_cursor) is None:
            return


def test_old_ones_are_listed_by_their_agreements_as_among_all(session, make):
    chance, now = random.Random(7), clock.now()
    round_ = make.round()
    for _ in range(48):
        make.point(
            round=round_,
            endorsements_count=chance.choice([0, 1, 1, 2, 9]),
            submitted_at=now - timedelta(days=chance.choice([1, 3, 20, 40])),
            is_late=chance.random() < 0.3,
            kind=chance.choice([None, "concern"]),
            **({"section_key": None} if chance.random() < 0.5 else {}),
        )
    session.flush()
    scope, numbers = Scope(round_.id, {}), counts(session, round_.id)

    for given in ({}, {"kind": "concern"}, {"state": State.UNDECIDED}, {"section": "whole"}):
        asked = Filters(**{"state": State.ALL, "age": "14", "order": Order.AGREED, **given})
        every = board(session, scope, asked.but(age=""), numbers, limit=100)
        old = [row for row in every if row.submitted_at < now - timedelta(days=14)]

        assert len(old) > 5, given
        assert _ids(_pages(session, scope, asked, numbers)) == _ids(old), given
        assert old == sorted(old, key=lambda r: (-r.endorsements, now - r.submitted_at)), given


def test_a_page_by_agreement_begins_where_the_last_one_ended_whatever_happened_since(
    session, make
):
    now = clock.now()
    round_ = make.round()
    points = [
        make.point(
            round=round_,
            endorsements_count=many,
            submitted_at=now - timedelta(days=days),
            is_late=days % 2 == 0,
        )
        for many, days in ((9, 20), (5, 16), (5, 17), (5, 18), (5, 19), (1, 3), (1, 30))
    ]
    session.flush()
    scope, numbers = Scope(round_.id, {}), counts(session, round_.id)
    every = Filters(state=State.ALL, order=Order.AGREED)
    rest = [point.public_id for point in points[3:]]
    last = points[2].comment

    for asked, wanted in ((every, rest), (every.but(age="14"), [*rest[:2], rest[3]])):
        after = board(session, scope, asked, numbers, limit=3).next_cursor
        for many, withdrawn_at in ((8, None), (5, now), (5, None)):
            last.endorsements_count, last.withdrawn_at = many, withdrawn_at
            session.flush()
            assert _ids(board(session, scope, asked, numbers, after=after)) == wanted
    young = board(session, scope, every, numbers, limit=6).next_cursor
    old = board(session, scope, every.but(age="14"), numbers, after=young)
    assert _ids(old) == [rest[3]]
