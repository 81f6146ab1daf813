"""What is old, by section: as a plain sort of all rows has it, wherever a page begins."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import islice

from sqlalchemy import select

from feedback_app.core import clock
from feedback_app.core.paging import write_cursor
from feedback_app.triage.board import Scope, board
from feedback_app.triage.board_counts import counts
from feedback_app.triage.board_models import BoardLot, BoardRow, Stage
from feedback_app.triage.filters import Filters, Order, State


def _world(make, now):
    """Of some sections nothing is old, of some all; many came at one instant."""
    chance = random.Random(11)
    round_ = make.round(revision=make.revision(sections=[{}] * 5))
    places = {section.key: section.position for section in round_.revision.sections}
    keys = [None, *places]
    points = [
        make.point(
            round=round_,
            section_key=(key := chance.choice(keys)),
            submitted_at=now
            - timedelta(
                days=chance.choice([1, 3] if key == keys[2] else [1, 3, 20, 20, 40])
                if key != keys[3]
                else 30
            ),
            is_late=chance.random() < 0.3,
            kind=chance.choice(["question", "concern"]),
        )
        for _ in range(60)
    ]
    for point in points[::4]:
        make.disposition(point=point)
    return round_, places, make.theme(round_, *points[::2])


def _from(session, scope, filters, numbers, after, limit):
    while True:
        page = board(session, scope, filters, numbers, after=after, limit=limit)
        yield from (row.public_id for row in page)
        if (after := page.next_cursor) is None:
            return


def test_old_ones_by_section_stand_as_in_a_plain_sort_of_all_rows(session, make):
    now = clock.now()
    round_, places, theme = _world(make, now)
    session.flush()
    scope = Scope(round_.id, places, lots={"theme": theme.id})
    numbers, old = counts(session, round_.id), now - timedelta(days=14)
    plain = (
        select(BoardRow.public_id, BoardRow.section_position, BoardRow.submitted_at)
        .where(BoardRow.round_id == round_.id)
        .order_by(BoardRow.section_position, BoardRow.submitted_at, BoardRow.point_id)
    )
    in_theme = select(BoardLot.point_id).where(BoardLot.facet == "theme")
    in_theme = in_theme.where(BoardLot.lot_id == theme.id)

    for given, which in (
        ({}, True),
        ({"state": State.UNDECIDED}, BoardRow.stage == Stage.OPEN),
        ({"kind": "concern"}, BoardRow.kind == "concern"),
        ({"theme": "theme"}, BoardRow.point_id.in_(in_theme)),
    ):
        filters = Filters(**{"state": State.ALL, "age": "14", "order": Order.SECTION, **given})
        rows = session.execute(plain.where(which)).all()
        wanted = [row.public_id for row in rows if row.submitted_at <= old]
        assert len(wanted) > 10, given

        for limit in (1, 3, 100):
            found = _from(session, scope, filters, numbers, None, limit)
            found = list(islice(found, len(rows)))  # pages that repeat would never end
            assert found == wanted, (given, limit)
        for place, row in enumerate(rows):  # behind each row, also one that is not old enough
            rest = [r.public_id for r in rows[place + 1 :] if r.submitted_at <= old]
            after = write_cursor(row.public_id)
            found = _from(session, scope, filters, numbers, after, 100)
            assert list(islice(found, len(rows))) == rest, (given, place)
