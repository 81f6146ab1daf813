"""A suspected flood: told apart in public, signed from outside, appealed, never silent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feedback_app.comments import floods, rules
from feedback_app.comments.conduct import State
from feedback_app.comments.holders import Holder
from feedback_app.core.errors import NotFound
from feedback_app.log.models import LogEntry
from feedback_app.notifications.models import OutboxMessage
from feedback_app.policy import VISITOR
from feedback_app.triage.undecided import undecided_points
from tests.comments.conducting import Conduct

pytestmark = pytest.mark.one_engine
SAME = "Stop this course now. Vote for the other one."
METHOD = "One sentence, letter for letter, in twenty comments within one minute."


def flooded(session, make, number=20):
    conduct = Conduct(session, make)
    person = make.participation(
        conduct.round, code_hash="c" * 64, notice_address="p@example.org"
    )
    lot = [
        make.comment(
            round=conduct.round,
            body=f"{SAME} {n}",
            submitted_at=conduct.round.opens_at + timedelta(hours=3, seconds=n),
            **({"participation": person} if n == 0 else {}),
        )
        for n in range(number)
    ]
    return conduct, lot, Holder(code_hash="c" * 64)


def undecided(session, conduct):
    round_ = conduct.round
    return len(undecided_points(session, round_.revision.curriculum_id, round_.department_id))


def test_a_flood_is_proposed_signed_from_outside_and_then_counted_apart(session, make):
    conduct, lot, _holder = flooded(session, make)
    other = conduct.comment("They should wait for the family.")
    session.flush()
    session.refresh(conduct.round)
    counted = conduct.round.comments_count
    moderator = make.actor(make.moderator())

    flood = floods.propose_flood(
        session, conduct.round, actor=moderator, method=METHOD, words="stop THIS course"
    )

    assert undecided(session, conduct) == 21
    for account in (make.moderator(), make.manager(), make.author(), make.account()):
        with pytest.raises(NotFound):
            floods.sign_flood(session, flood, actor=make.actor(account))
    floods.sign_flood(session, flood, actor=conduct.host)

    assert {comment.state for comment in lot} == {State.SET_ASIDE}
    assert other.state is State.SHOWN
    session.refresh(conduct.round)
    assert conduct.round.comments_count == counted - 20
    assert undecided(session, conduct) == 1
    entries = session.query(LogEntry).order_by(LogEntry.position).all()
    assert [entry.kind for entry in entries] == ["flood.proposed", "flood.set_aside"]
    assert entries[1].facts == {"reason": METHOD, "comments": 20}
    told = session.query(OutboxMessage).one()
    assert (told.template, told.recipient) == ("conduct_done", "p@example.org")

    floods.end_flood(session, flood, actor=moderator)
    session.refresh(conduct.round)
    assert conduct.round.comments_count == counted
    assert {comment.state for comment in lot} == {State.SHOWN}


def test_a_few_alike_or_nothing_alike_are_no_flood(session, make):
    conduct, _lot, _holder = flooded(session, make, number=19)
    propose = {"session": session, "round_": conduct.round, "actor": conduct.host}

    for values, error in (
        ({"method": METHOD, "words": SAME}, rules.TooFewForAFlood),
        ({"method": METHOD}, rules.SayHowAlike),
        ({"method": " ", "words": SAME}, rules.MethodMissing),
    ):
        with pytest.raises(error):
            floods.propose_flood(**propose, **values)


def test_the_organization_that_proposed_it_does_not_sign_it(session, make):
    conduct, _lot, _holder = flooded(session, make)
    flood = floods.propose_flood(
        session, conduct.round, actor=conduct.host, method=METHOD, words=SAME
    )

    for account in (make.host(), make.host_manager()):
        with pytest.raises(rules.SecondFromElsewhere):
            floods.sign_flood(session, flood, actor=make.actor(account))
    floods.sign_flood(session, flood, actor=conduct.reviewer)
    with pytest.raises(rules.MeasureOver):
        floods.sign_flood(session, flood, actor=conduct.reviewer)


def test_whoever_wrote_one_of_them_objects_once_and_the_board_decides(session, make):
    conduct, lot, holder = flooded(session, make)
    flood = floods.propose_flood(
        session, conduct.round, actor=conduct.host, method=METHOD, words=SAME
    )
    floods.sign_flood(session, flood, actor=conduct.reviewer)
    member = floods.membership_of(session, lot[0])

    with pytest.raises(rules.NotYours):
        floods.claim_written(session, member, actor=VISITOR, holder=Holder(), words="Me.")
    floods.claim_written(session, member, actor=VISITOR, holder=holder, words="I wrote it.")
    with pytest.raises(rules.AppealedBefore):
        floods.claim_written(session, member, actor=VISITOR, holder=holder, words="Again.")
    with pytest.raises(NotFound):
        floods.decide_claim(session, member, actor=conduct.host, grants=True, reply="Yes.")
    floods.decide_claim(
        session, member, actor=make.actor(make.reviewer()), grants=True, reply="A person."
    )

    assert [comment.state for comment in lot[:2]] == [State.SHOWN, State.SET_ASIDE]
    assert undecided(session, conduct) == 1


def test_the_pages_from_looking_to_the_boards_word(browser, new_browser, session, make):
    conduct, lot, _holder = flooded(session, make)
    path = f"/rounds/{conduct.round.slug}/floods"
    host = new_browser()
    host.sign_in(make.host())

    hour = host.get(f"{path}/new").soup.select("select[name=hour] option")[1]["value"]
    empty = host.post(f"{path}/new", method="", words="x", hour="")
    assert empty.error_of("method") == "Say how you told them apart."
    assert empty.typed("words") == "x"
    looked = host.post(f"{path}/new", hour=hour, words=SAME, method=METHOD)
    assert "20 comments were found." in looked.text
    assert f"/comments/{lot[0].public_id}" in looked.html
    sent = host.send(
        f"{path}/new",
        looked.hidden() | {"hour": hour, "words": SAME, "method": METHOD, "step": "propose"},
    )
    assert sent.location == path
    assert METHOD not in new_browser().get(path).text

    board = new_browser()
    board.sign_in(make.reviewer())
    action = board.get(path).soup.select_one("form[action$='/sign']")["action"]
    board.post(action, page=path)
    public = new_browser().get(path)
    assert METHOD in public.text
    assert len(public.soup.select("details li")) == floods.SAMPLE
    assert "Set-Cookie" not in public.headers
    mine = new_browser().get(f"/comments/{lot[3].public_id}")
    assert SAME in mine.text
    assert "set aside as a suspected flood, counted apart" in mine.text
    assert (
        "Comments were set aside as a suspected flood" in new_browser().get("/exceptions").text
    )
    moderation = new_browser().get(f"/rounds/{conduct.round.slug}/moderation")
    assert "20 comments are set aside as a suspected flood." in moderation.text

    writer = make.account()
    lot[3].participation.account_id = writer.id
    browser.sign_in(writer)
    claim = f"/comments/{lot[3].public_id}/flood"
    assert claim in browser.get("/receipts/mine").html
    assert browser.post(claim, words="").error_of("words")
    browser.post(claim, words="I typed this on my phone.")
    queue = board.get(f"/host/rounds/{conduct.round.slug}/conduct")
    assert "I typed this on my phone." in queue.text
    member = floods.membership_of(session, lot[3])
    decided = f"/flood-claims/{member.public_id}"
    assert host.get(decided).status_code == 404
    board.post(decided, decision="yes", words="A person wrote it.")
    assert "A person wrote it." in browser.get(claim).text
