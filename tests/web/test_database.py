"""Units of work: writers wait their turn, readers cannot write."""

import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from feedback_app.log.models import TreeHead


def test_eight_threads_of_fifty_read_then_write_units_lose_nothing(database):
    def write() -> None:
        for _ in range(50):
            with database.unit_of_work(writing=True) as session:
                head = session.scalars(select(TreeHead).with_for_update()).one()
                head.size += 1

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.unit_of_work(writing=False) as session:
        assert session.scalar(select(TreeHead.size)) == 400


def test_a_reading_unit_cannot_write(database):
    with database.session(writing=False) as session, pytest.raises(DBAPIError):
        session.execute(text("UPDATE tree_heads SET size = 7"))

    with database.unit_of_work(writing=True) as session:
        assert session.scalar(select(TreeHead.size)) == 0


def test_a_unit_that_fails_leaves_nothing_and_lets_the_next_one_write(database):
    def fail() -> None:
        with database.unit_of_work(writing=True) as session:
            session.execute(text("UPDATE tree_heads SET size = 7"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with database.unit_of_work(writing=True) as session:
        assert session.scalar(select(TreeHead.size)) == 0
