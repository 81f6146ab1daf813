"""What becomes of a member's words in a response that was sent, when they are taken out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback_app.accounts.models import Account
from feedback_app.comments import changing, joint_queries, measures
from feedback_app.comments.conduct import ConductReason, Measure
from feedback_app.comments.copies import shared_passages
from feedback_app.comments.holders import Holder
from feedback_app.comments.joint_models import JointResponse
from feedback_app.comments.measure_models import TakenMeasure
from feedback_app.comments.models import Comment
from feedback_app.core.errors import NotFound
from feedback_app.log.models import LogEntry
from feedback_app.notifications.following_models import Notice, Telling
from feedback_app.policy import VISITOR
from tests.comments.acts import holder_of, linked
from tests.comments.test_joint import begun, copied, edited, offered, sending

SECRET = "Mr. Quillon at 12 Elm Street hears the officers shout every single night."


@pytest.mark.parametrize(
    ("original", "copy", "shared"),
    [
        ("Ask the family first, then knock.", "So: ask the family first then knock!", 1),
        ("Ask the family first, then knock.", "Officers ask families, and then they knock.", 0),
        ("Slow down.", "Members said: slow down. All of them.", 1),
        ("Call 555-123-4567 at any time of day.", "Their number is 555-123-4567.", 1),
        ("", "Anything.", 0),
    ],
)
def test_passages_are_found_where_they_stand_word_for_word(original, copy, shared):
    assert len(shared_passages(original, copy)) == shared


def used(session, make, body=SECRET):
    """A response that was sent with a member's words and others'."""
    round_, lead = make.round(open=True), make.actor(make.partner())
    response = begun(session, make, round_, lead)
    taken, given = offered(session, response, body)
    part = copied(session, response, lead, given)
    edited(session, part, lead, f"Our members fear the nights. {body} Please train listening.")
    session.refresh(response)
    return taken.comment, sending(session, response, lead), lead, taken


def shown(comment: Comment) -> str:
    return comment.current.body


def test_words_that_two_people_erase_are_covered_in_what_was_sent_with_them(session, make):
    original, response, _lead, _taken = used(session, make)
    host, board = make.actor(make.host()), make.actor(make.reviewer())
    reason = ConductReason.PRIVATE_DETAILS
    erasing = measures.take(session, original, actor=host, kind=Measure.ERASE, reason=reason)
    assert "Quillon" in shown(response)
    measures.confirm(session, erasing, actor=board)

    assert shown(response) == "Our members fear the nights. ▮▮▮. Please train listening."
    assert (response.masked_reason, response.withdrawn_at) == (reason, None)
    covering = session.scalars(
        select(TakenMeasure).where(TakenMeasure.comment_id == response.id)
    ).one()
    assert covering.confirmed_by_id == board.account_id
    kinds = session.scalars(select(LogEntry.kind).order_by(LogEntry.position)).all()
    assert kinds[-2:] == ["comment.masked", "comment.erased"]
    leaves = session.scalars(select(LogEntry.leaf).order_by(LogEntry.position)).all()
    assert original.public_id not in leaves[-2]
    notice = session.scalars(select(Notice)).one()
    assert notice.kind == "response_covered"
    assert len(session.scalars(select(Telling)).all()) == 1


@pytest.mark.one_engine
def test_details_covered_in_a_comment_are_covered_in_its_copy_and_need_a_second_there(
    session, make
):
    original, response, _lead, _taken = used(session, make)
    host, board = make.actor(make.host()), make.actor(make.reviewer())
    measures.take(
        session,
        original,
        actor=host,
        kind=Measure.MASK,
        reason=ConductReason.PRIVATE_DETAILS,
        phrases=["Mr. Quillon", "12 Elm Street"],
    )
    assert "▮▮▮ at ▮▮▮ hears the officers" in shown(response)
    own = session.scalars(
        select(TakenMeasure).where(TakenMeasure.comment_id == response.id)
    ).one()
    assert own.waits
    measures.refuse(session, own, actor=board)
    assert "Quillon" in shown(response)
    assert "Quillon" not in shown(original)


@pytest.mark.one_engine
def test_a_comment_that_is_withdrawn_leaves_the_organizations_own_words_as_they_are(
    session, make
):
    original, response, _lead, taken = used(session, make)
    changing.withdraw(session, original, actor=VISITOR, holder=holder_of(taken))

    assert "Quillon" in shown(response)
    assert not linked(session, response)


def test_after_a_withdrawal_another_response_is_made_of_what_was_offered(session, make):
    _original, response, lead, _taken = used(session, make)
    draft = begun(session, make, response.round, lead)
    assert draft.comment is response
    changing.withdraw(session, response, actor=lead, holder=Holder(leads=lead.runs_for))
    again = begun(session, make, response.round, lead)
    assert (again.id, again.sent_at, again.comment) == (draft.id, None, None)
    (given,) = joint_queries.offered_to(session, again, [])
    part = joint_queries.parts_of(session, again)
    assert (given.part, part) == (None, [])
    copied(session, again, lead, given)
    session.refresh(again)
    second = sending(session, again, lead)

    assert second.id != response.id
    assert response.withdrawn_at is not None
    assert second.round.comments_count == 2


def test_what_members_offered_comes_page_by_page_in_the_order_of_the_text(session, make):
    round_, lead = make.round(open=True), make.actor(make.partner())
    response = begun(session, make, round_, lead)
    given = [offered(session, response, f"Number {number}.") for number in range(5)]
    given[3][0].comment.section_key = None
    first, *_others = keys = [section.key for section in round_.revision.sections]
    given[1][0].comment.section_key = keys[-1]
    session.flush()
    order = ([0, 2, 4] if first != keys[-1] else [0, 1, 2, 4]) + [1] * (first != keys[-1]) + [3]
    expected = [given[number][0].comment for number in order]
    found, after, pages = [], None, 0
    while pages == 0 or after is not None:
        page = joint_queries.offered_to(session, response, keys, after=after, limit=2)
        found += [one.comment for one in page]
        after, pages = page.next_cursor, pages + 1
        if pages == 1:  # what ended a page may be taken back before the next is opened
            session.delete(given[order[1]][1])
            session.flush()

    assert found == expected
    assert pages == 3
    with pytest.raises(NotFound):
        joint_queries.offered_to(session, response, keys, after="a" * 26)


@pytest.mark.one_engine
def test_the_desk_of_a_withdrawn_response_leads_to_another(session, make, browser):
    _original, response, lead, _taken = used(session, make)
    desk = session.scalars(select(JointResponse)).one()
    changing.withdraw(session, response, actor=lead, holder=Holder(leads=lead.runs_for))
    browser.sign_in(session.get_one(Account, lead.account_id))
    page = browser.get(f"/responses/{desk.public_id}")
    path = page.soup.find("a", string="Make another response")["href"]
    begin = browser.get(path)
    again = browser.send(path, begin.hidden() | {"organization": desk.organization.slug})

    assert again.location.endswith(f"/responses/{desk.public_id}")
    assert "Copy into the response" in browser.get(again.location).text
