"""Lists of comments: what a viewer sees, in how many queries."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from feedback_app.comments import queries
from feedback_app.comments.models import Channel, Voice
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.policy import VISITOR


@contextmanager
def counting(database):
    statements: list[str] = []

    def note(connection, cursor, statement, *rest) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_a_plan_that_nobody_signed_shows_its_comments_to_its_own_people_alone(session, make):
    comment = make.comment(round=make.round(host_signed_at=None))

    with pytest.raises(NotFound):
        queries.get_comment(session, comment.public_id, viewer=VISITOR)
    host = make.actor(make.host())
    assert queries.get_comment(session, comment.public_id, viewer=host) is comment


def test_a_withdrawn_comment_stays_as_a_line_and_its_text_is_not_read(session, make):
    round_ = make.round()
    make.comment(round=round_, body="Secret words.", withdrawn_at=clock.now(), quote="They")

    (card,) = queries.comments_on(session, round_, round_.revision.sections[0].key)

    assert card.state == "withdrawn"
    assert card.body_html == ""
    assert card.quote is None
    assert queries.counts_by_section(session, round_) == {}


def test_late_comments_are_a_list_of_their_own_and_not_counted(session, make):
    round_ = make.round()
    key = round_.revision.sections[0].key
    make.comment(round=round_, is_late=True)
    on_time = make.comment(round=round_)

    assert [c.id for c in queries.comments_on(session, round_, key)] == [on_time.id]
    assert len(queries.comments_on(session, round_, key, late=True)) == 1
    assert queries.counts_by_section(session, round_) == {key: 1}


def test_language_and_channel_are_told_only_where_five_share_them(session, make):
    """And no channel where those without its label would be fewer than five."""
    round_ = make.round()
    key = round_.revision.sections[0].key
    for channel, number in {Channel.MEETING: 7, Channel.LETTER: 5}.items():
        for _ in range(number):
            make.comment(round=round_, channel=channel)

    def seen():
        listed = queries.comments_on(session, round_, key).items
        margins = queries.newest_by_section(session, round_, limit=20)
        told = Counter((c.language or "-", c.channel_label or "-") for c in listed)
        return told, margins.languages, margins.channels

    meeting, letter = ("en", "said at a meeting"), ("en", "sent as a letter")
    both = {Channel.MEETING, Channel.LETTER}
    assert seen() == ({meeting: 7, letter: 5}, {"en"}, both)

    make.comment(round=round_, channel=Channel.PHONE, language="so")

    one = {meeting: 7, ("en", "-"): 5, ("-", "-"): 1}
    assert seen() == (one, {"en"}, {Channel.MEETING})


def test_pages_follow_each_other_and_the_cursor_holds_no_instant(session, make):
    round_ = make.round()
    key = round_.revision.sections[0].key
    start = clock.now() - timedelta(days=9)
    made = [
        make.comment(round=round_, submitted_at=start + timedelta(hours=n)).id for n in range(5)
    ]

    first = queries.comments_on(session, round_, key, limit=2)
    second = queries.comments_on(session, round_, key, limit=2, after=first.next_cursor)
    third = queries.comments_on(session, round_, key, limit=2, after=second.next_cursor)

    seen = [card.id for page in (first, second, third) for card in page]
    assert seen == made[::-1]
    assert third.next_cursor is None
    with pytest.raises(NotFound):
        queries.comments_on(session, round_, key, after="bm90aGluZw")


def test_the_newest_threads_of_each_section_come_with_count_and_replies(session, make):
    round_ = make.round()
    one, other = (section.key for section in round_.revision.sections)
    start = clock.now() - timedelta(days=9)
    for n in range(5):
        comment = make.comment(
            round=round_, section_key=one, submitted_at=start + timedelta(hours=n)
        )
    make.comment(
        round=round_,
        body="We hear you.",
        kind=None,
        parent=comment,
        section_key=one,
        voice=Voice.DEPARTMENT,
        organization_id=round_.department_id,
        replies_count=0,
    )
    make.comment(round=round_, section_key=None)

    found = queries.newest_by_section(session, round_)

    assert found.counts == {one: 5, None: 1}
    assert found.newest[one][0].id == comment.id
    assert len(found.newest[one]) == 3
    (reply,) = found.replies[comment.id]
    assert reply.is_department
    assert reply.name == round_.department.name
    assert other not in found.newest


def test_the_only_reply_leaves_its_line_in_lists_and_margins_when_it_is_taken_back(
    session, make
):
    round_ = make.round()
    comment = make.comment(round=round_)
    make.comment(parent=comment, round=round_, kind=None, withdrawn_at=clock.now())
    session.flush()

    (card,) = queries.comments_on(session, round_, comment.section_key).items
    margins = queries.newest_by_section(session, round_)

    (line,) = card.replies
    assert (line.is_stub, line.body_html) == (True, "")
    assert margins.replies == {comment.id: [line]}


def test_lists_take_the_same_number_of_queries_for_few_and_many(database, session, make):
    round_ = make.round()
    key = round_.revision.sections[0].key

    def taken() -> list[int]:
        session.commit()
        numbers = []
        for look in (
            lambda: queries.newest_by_section(session, round_),
            lambda: queries.comments_on(session, round_, key),
            lambda: queries.counts_by_section(session, round_),
        ):
            with counting(database) as statements:
                look()
            numbers.append(len(statements))
        return numbers

    comment = make.comment(round=round_, submitted_at=clock.now() + timedelta(hours=1))
    none = taken()
    make.comment(round=round_, kind=None, parent=comment)
    few = taken()
    for _ in range(30):
        make.comment(round=round_)

    assert none == [2, 3, 1]
    assert taken() == few == [3, 3, 1]


@pytest.mark.one_engine
def test_no_list_reads_the_comments_of_other_rounds(database, session, make):
    round_ = make.round()
    key = round_.revision.sections[0].key
    make.comment(round=round_)
    session.commit()
    looked_up: list[tuple[str, object]] = []

    def note(connection, cursor, statement, parameters, *rest) -> None:
        looked_up.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    queries.newest_by_section(session, round_)
    queries.comments_on(session, round_, key)
    queries.counts_by_section(session, round_)
    queries.comments_of(session, round_)
    event.remove(database.engine, "before_cursor_execute", note)

    connection = session.connection()
    for statement, parameters in looked_up:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        for line in (row[-1] for row in plan):
            assert not line.startswith(("SCAN comments", "SCAN comment_versions")), (
                line,
                plan,
                statement,
            )
