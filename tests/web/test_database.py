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


@pytest.mark.one_engine
def test_what_has_read_never_writes_so_that_no_prepared_statement_is_forgotten(database):
    used = {True: set(), False: set()}
    for writing in (False, True, False, True):
        with database.unit_of_work(writing=writing) as session:
            used[writing].add(id(session.connection().connection.driver_connection))
            assert session.scalar(text("PRAGMA query_only")) == (not writing)

    assert len(used[True]) == len(used[False]) == 1
    assert used[True] != used[False]


@pytest.mark.one_engine
def test_a_form_that_is_refused_waits_for_no_writer(browser, database, make):
    path = f"/rounds/{make.round(open=True).slug}/comment"
    browser.sign_in(make.account())

    with database.unit_of_work(writing=True) as other:
        other.connection()
        page = browser.post(path, body="", step="send")

    assert page.status_code == 422
