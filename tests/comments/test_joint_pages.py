"""The pages of an organization that answers as one, and of its members."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback_app.comments import offering
from feedback_app.comments.codes import receipt_key
from feedback_app.comments.joint_models import JointResponse, ResponseOffer
from feedback_app.comments.models import Comment, Voice
from feedback_app.core import clock
from feedback_app.organizations.models import Membership
from feedback_app.policy import Role
from tests.conftest import SECRET

KEY = receipt_key(SECRET)
pytestmark = pytest.mark.one_engine


@pytest.fixture
def round_(make):
    return make.round(open=True)


@pytest.fixture
def lead(make, new_browser, round_):
    """Somebody who has begun a response at their desk."""
    browser = new_browser()
    browser.sign_in(make.partner())
    slug = make.partner_organization().slug
    begun = browser.post(f"/rounds/{round_.slug}/response", organization=slug)
    browser.desk = begun.location
    return browser


@pytest.fixture
def response(session, lead):
    return session.scalars(select(JointResponse)).one()


def member(browser, round_, body):
    """Comments without an account; the address of the comment."""
    path = f"/rounds/{round_.slug}/sections/{round_.revision.sections[0].key}/comment"
    checked = browser.post(path, body=body)
    sent = browser.send(path, checked.hidden() | {"body": body})
    return sent.location.removesuffix("/sent")


def point(lead, body):
    """A point of the organization's own; where it is edited."""
    added = lead.post(f"{lead.desk}/points/new", body=body)
    return f"{lead.desk}/points/{added.location.split('#p-')[1]}"


def test_a_member_offers_a_lead_copies_and_everybody_reads_one_response(
    browser, new_browser, make, session, round_, lead, response
):
    comment = member(browser, round_, "Ask the family first.")
    wrong = browser.post(f"{comment}/offer", words="no such words here", is_linked="y")
    assert wrong.status_code == 422
    assert "under these words" in wrong.error_of("words")
    assert wrong.typed("words") == "no such words here"
    words = offering.member_words(KEY, response)
    offered = browser.post(f"{comment}/offer", words=words, follow=True)
    assert "The response is not sent yet" in offered.text
    desk = lead.get(lead.desk)
    assert "Ask the family first." in desk.text
    assert words.replace("-", " ") in desk.text
    lead.post(f"{lead.desk}/take", page=lead.desk)
    part = session.scalars(select(JointResponse)).one().parts[0]
    edit = f"{lead.desk}/points/{part.public_id}"
    blank = lead.post(edit, body="  ", section=part.section_key)
    assert blank.status_code == 422
    assert blank.error_of("body") == "Write at least one sentence, or cancel."
    lead.post(edit, body="Officers ask the family.", section=part.section_key)
    lead.post(
        f"{lead.desk}/about",
        page=lead.desk,
        action=f"{lead.desk}/about",
        members="40",
        language="en",
    )
    check = lead.get(f"{lead.desk}/send")
    assert "Officers ask the family." in check.text
    assert "It says that it speaks for 40 members." in check.text

    sent = [lead.send(f"{lead.desk}/send", check.hidden()) for _click in range(2)]

    assert sent[0].location == sent[1].location
    shown = new_browser().get(sent[0].location)
    assert make.partner_organization().name in shown.text
    assert "It says that it speaks for 40 members. Counted apart, not checked." in shown.text
    assert "Ask the family first." not in shown.text
    assert "Ask the family first." in new_browser().get(comment).text
    assert "stands behind" not in new_browser().get(comment).text
    mine = browser.get("/es/receipts/mine")
    assert "también con sus palabras" in mine.text
    given = session.scalars(select(ResponseOffer)).one()
    linked = browser.post(
        f"{comment}/offer/{given.public_id}", page=f"{comment}/offer", act="link", follow=True
    )
    assert linked.status_code == 200
    assert "Comments of members behind it" in new_browser().get(sent[0].location).text
    assert sent[0].location in new_browser().get(comment).html
    assert "offered" not in new_browser().get("/log").text
    gone = lead.post(f"{sent[0].location}/withdraw", follow=True)
    assert "Withdrawn" in gone.text
    for refused in ("edit", "name"):
        assert lead.post(f"{sent[0].location}/{refused}", body="x").status_code >= 400


def test_two_leads_who_change_the_same_point_lose_no_word(
    new_browser, make, session, lead, response
):
    first, second = lead, new_browser()
    second.sign_in(make.member(Role.MANAGER, make.partner_organization()))
    second.desk = first.desk
    path = point(first, "Ask the family.")
    theirs = second.get(path).hidden()
    first.post(path, body="Ask the family first.")
    stale = second.send(path, theirs | {"body": "Ask the nurse."})
    assert stale.status_code == 409
    assert "Ask the family first." in stale.text
    assert stale.typed("body") == "Ask the nurse."
    assert second.send(path, stale.hidden() | {"body": "Ask both."}).status_code == 303
    looked_at = first.get(f"{first.desk}/send").hidden()
    version = second.get(path).hidden()["version"]
    act = {"csrf_token": second.get(path).hidden()["csrf_token"], "version": version}
    late = second.send(f"{path}/act", act | {"act": "up", "version": "1"})
    assert late.status_code == 409
    again = point(second, "Tell us the cost.")
    moved = first.send(f"{first.desk}/send", looked_at)
    assert moved.status_code == 409
    assert "Tell us the cost." in moved.text
    assert (
        session.scalars(select(Comment.id).where(Comment.voice == Voice.ORGANIZATION)).all()
        == []
    )
    form = first.get(again).hidden()
    number = second.get(again).hidden()["version"]
    second.send(f"{again}/act", act | {"act": "out", "version": number})
    kept = first.send(again, form | {"body": "Tell us all costs."})
    assert kept.status_code == 409
    assert kept.typed("body") == "Tell us all costs."
    assert first.send(f"{first.desk}/send", moved.hidden()).status_code == 409
    newest = first.get(f"{first.desk}/send").hidden()
    assert first.send(f"{first.desk}/send", newest).status_code == 303


def test_the_pages_ask_the_same_for_few_offers_and_for_many(
    browser, make, session, round_, lead, response, statements
):
    """And a member whose words were not used is promised no link."""

    def asked():
        del statements[:]
        assert lead.get(lead.desk).status_code == 200
        return len(statements)

    words = offering.member_words(KEY, response)
    address = member(browser, round_, "Send no dogs.")
    browser.post(f"{address}/offer", words=words, is_linked="y")
    few = asked()
    for number in range(5):
        comment = make.comment(round=round_, body=f"Ask the family {number}.")
        make._save(ResponseOffer(response_id=response.id, comment=comment))
    lead.post(f"{lead.desk}/take", page=lead.desk)
    for number in range(3):
        point(lead, f"Tell us {number}.")

    assert asked() <= few + 2  # the sections of the sources of what is copied, once

    out = session.scalars(select(JointResponse)).one().parts[-4]
    lead.post(f"{lead.desk}/points/{out.public_id}/act", page=lead.desk, act="out", version="1")
    lead.send(f"{lead.desk}/send", lead.get(f"{lead.desk}/send").hidden())
    told = browser.get(f"{address}/offer")
    assert "Your words were not used in it." in told.text
    assert "Everyone may see that this comment" not in told.text


def test_an_organization_says_whether_its_response_was_answered(
    make, session, new_browser, lead, response
):
    point(lead, "Tell us the cost.")
    sent = lead.send(f"{lead.desk}/send", lead.get(f"{lead.desk}/send").hidden()).location
    comment = session.scalars(select(Comment).where(Comment.voice == Voice.ORGANIZATION)).one()
    make.disposition(point=comment.points[0], published_at=clock.now())
    response.round.report_published_at = clock.now()

    assert "Did this answer you?" in lead.get(sent).text
    told = lead.post(f"{sent}/verdict", verdict="no", because="Not a word of money.")
    assert told.location == sent
    assert "Not a word of money." in new_browser().get(sent).text
    stranger = new_browser()
    stranger.sign_in(make.moderator())
    assert stranger.get(f"{sent}/verdict").status_code in {303, 404}
    assert lead.get(f"{sent}/sent").location == sent


def test_whoever_is_also_of_the_department_does_not_learn_of_a_response(
    browser, session, make, response
):
    both = make.member(Role.HOST, make.partner_organization())
    browser.sign_in(both)
    assert f"/responses/{response.public_id}" in browser.get("/host/").html
    department = make.department()
    session.add(Membership(account=both, organization=department, role=Role.MODERATOR))

    page = browser.get("/host/")

    assert page.status_code == 200
    assert f"/responses/{response.public_id}" not in page.html
