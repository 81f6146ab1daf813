"""Words that a lead may have put otherwise: a person looks, once a member's are taken out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback_app.accounts.models import Account
from feedback_app.comments import joint, joint_drafting, measures
from feedback_app.comments.conduct import ConductReason, Measure
from feedback_app.comments.joint_models import JointResponse
from feedback_app.notifications.following_models import Notice
from tests.comments.test_joint import begun, copied, edited, offered, sending

SECRET = "Mr. Quillon at 12 Elm Street hears the officers shout every single night."
PRIVATE = ConductReason.PRIVATE_DETAILS


def erased(session, make, comment):
    host, board = make.actor(make.host()), make.actor(make.reviewer())
    erasing = measures.take(session, comment, actor=host, kind=Measure.ERASE, reason=PRIVATE)
    measures.confirm(session, erasing, actor=board)
    session.expire_all()


def masked(session, make, comment, *phrases):
    measures.take(
        session,
        comment,
        actor=make.actor(make.host()),
        kind=Measure.MASK,
        reason=PRIVATE,
        phrases=phrases,
    )
    session.flush()
    session.expire_all()


def told(session):
    return [
        (notice.kind.value, notice.path)
        for notice in session.scalars(select(Notice).order_by(Notice.id))
    ]


@pytest.mark.parametrize("how", [erased, masked])
def test_a_draft_waits_for_a_look_wherever_its_lead_put_the_words(session, make, browser, how):
    round_, account = make.round(open=True), make.partner()
    lead = make.actor(account)
    response = begun(session, make, round_, lead)
    taken, given = offered(session, response, SECRET)
    part = copied(session, response, lead, given)
    own = joint_drafting.add_part(
        session, response, actor=lead, body="At 12 Elm Street nobody sleeps.", section_key=None
    )
    other = joint_drafting.add_part(
        session, response, actor=lead, body="Slow down.", section_key=None
    )
    edited(session, part, lead, "One member cannot sleep.")
    here = f"/responses/{response.public_id}"
    how(session, make, taken.comment, *([] if how is erased else ["12 Elm Street"]))

    waits = [own] if how is erased else [part, own]
    assert joint_drafting.doubtful_among(session, response) == {one.id for one in waits}
    rows = [("draft_shorter", f"{here}#points")] if how is erased else []
    assert told(session) == [*rows, ("draft_doubted", f"{here}#p-{waits[0].public_id}")]
    with pytest.raises(joint.DoubtfulPoints):
        sending(session, response, lead)

    browser.sign_in(account)
    assert f'{here}#p-{waits[0].public_id}"' in browser.get("/account/notices").html
    assert f'{here}#p-{waits[0].public_id}"' in browser.get(f"{here}/send").html
    for point in waits:
        row = browser.get(here).soup.find(id=f"p-{point.public_id}")
        form = row.find("input", value="keep").find_parent("form")
        assert form.get_text(strip=True) == "It holds nothing of theirs"
        fields = {field["name"]: field["value"] for field in form.find_all("input")}
        answer = browser.send(form["action"], fields)
        assert answer.location.endswith(f"#p-{point.public_id}")
    assert joint_drafting.doubtful_among(session, response) == set()
    assert [one.body for one in response.parts if one.id == other.id] == ["Slow down."]
    sending(session, response, lead)


@pytest.mark.one_engine
def test_a_sent_response_that_says_it_in_other_words_waits_until_its_lead_has_read_it(
    session, make, browser, new_browser
):
    round_, account = make.round(open=True), make.partner()
    lead = make.actor(account)
    response = begun(session, make, round_, lead)
    taken, given = offered(session, response, SECRET)
    edited(session, copied(session, response, lead, given), lead, "One man cannot sleep.")
    session.refresh(response)
    sent = sending(session, response, lead)
    desk = f"/responses/{response.public_id}"
    host = new_browser()
    host.sign_in(make.host())
    queue = f"/host/rounds/{round_.slug}/conduct"
    assert "organizations read again" not in host.get(queue).text

    erased(session, make, taken.comment)

    assert told(session) == [("response_doubted", f"{desk}#look")]
    name = make.partner_organization().name
    assert "Responses that their organizations read again (1)" in host.get(queue).text
    department = new_browser()
    department.sign_in(make.moderator())
    seen = department.get(f"/comments/{sent.public_id}").text
    assert (name in seen, "read again" in seen) == (True, False)
    browser.sign_in(session.get_one(Account, account.id))
    page = browser.get(desk)
    look = page.soup.find(id="look")
    assert "One man cannot sleep." in look.get_text()
    browser.send(f"{desk}/looked", page.hidden(f"{desk}/looked"))
    assert session.scalars(select(JointResponse)).one().doubted_at is None
    assert "organizations read again" not in host.get(queue).text
    assert sent.current.body == "One man cannot sleep."
