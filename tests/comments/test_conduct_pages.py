"""The pages of conduct, from a reader's report to the board's word, as people open them."""

from __future__ import annotations

import pytest

from feedback_app.comments.conduct import ConductReason, Measure, State
from feedback_app.comments.projection import standing
from tests.comments.conducting import NAME, Conduct

pytestmark = pytest.mark.one_engine


def test_a_report_reaches_the_host_and_its_reader_learns_what_became_of_it(
    browser, new_browser, session, make
):
    conduct = Conduct(session, make)
    comment = conduct.comment(f"{NAME} lives at 12 Elm Street.")
    path = f"/comments/{comment.public_id}"
    browser.sign_in(make.account())

    assert f"{path}/report" in browser.get(path).html
    refused = browser.post(f"{path}/report", words="See there.")
    assert refused.error_of("reason") == "Choose one of the reasons. There are no others."
    assert refused.typed("words") == "See there."
    sent = browser.post(f"{path}/report", reason="private_details", words="See there.")
    assert sent.location == path

    host, board = new_browser(), new_browser()
    host.sign_in(make.host())
    board.sign_in(make.reviewer())
    queue = f"/host/rounds/{conduct.round.slug}/conduct"
    shown = host.get(queue)
    assert "A reader says: it names or describes a private person" in shown.text
    act = host.get(f"{path}/conduct")
    assert "See there." in act.text
    assert act.typed("phrases") == "12 Elm Street"
    wrong = host.post(f"{path}/conduct", step="mask", reason="child", phrases="Nobody Here")
    assert wrong.error_of("phrases") == "These words are not in the comment: Nobody Here"
    assert wrong.typed("phrases") == "Nobody Here"
    done = host.post(f"{path}/conduct", step="mask", reason="private_details", phrases=NAME)
    assert done.location == queue
    (measure,) = standing(session, comment)
    second = f"/measures/{measure.public_id}"
    assert host.post(second, decision="yes").status_code == 403
    assert board.post(second, decision="yes").location == queue

    assert "▮▮▮ lives at 12 Elm Street." in browser.get(path).text
    assert "details covered: it names or describes a private person" in browser.get(path).text
    assert "something was done about it" in browser.get("/receipts/mine").text
    public = new_browser().get(f"/rounds/{conduct.round.slug}/moderation")
    assert "a second person agreed" in public.text
    assert NAME not in public.text


def test_a_writer_has_details_covered_without_a_script_and_still_reads_all(
    browser, new_browser, session, make
):
    conduct = Conduct(session, make, open=False)
    writer = make.account()
    part = make.participation(conduct.round, account_id=writer.id)
    comment = conduct.comment(f"{NAME} told me on May 3.", part=part)
    path = f"/comments/{comment.public_id}"
    browser.sign_in(writer)

    form = browser.get(f"{path}/details")
    assert form.typed("phrases") == "May 3"
    empty = browser.post(f"{path}/details", phrases=" ", words="")
    assert empty.error_of("phrases") == "Write the words to cover, each on a line of its own."
    browser.post(f"{path}/details", phrases=f"{NAME}\nMay 3", words="The whole name, please.")
    assert "not looked at yet" in browser.get(f"{path}/details").text

    host = new_browser()
    host.sign_in(make.host())
    act = host.get(f"{path}/conduct")
    assert act.typed("phrases") == f"{NAME}\nMay 3"
    host.post(f"{path}/conduct", step="mask", reason="own_wish", phrases=f"{NAME}\nMay 3")

    assert "▮▮▮ told me on ▮▮▮." in new_browser().get(path).text
    assert f"{NAME} told me on May 3." in browser.get(path).text
    mine = browser.get("/receipts/mine")
    assert f"{NAME} told me on May 3." in mine.text
    assert "Others see it with some words covered: its writer asked for it." in mine.text
    assert mine.soup.select_one("a[href$='/appeal']") is None
    assert f"{NAME} told me on May 3." in host.get(f"{path}/conduct").text


def test_hide_appeal_restore(browser, new_browser, session, make):
    conduct = Conduct(session, make)
    writer = make.account()
    part = make.participation(conduct.round, account_id=writer.id)
    comment = conduct.comment("They will see what comes of it.", part=part)
    path = f"/comments/{comment.public_id}"
    measure = conduct.confirmed(comment, Measure.HIDE, reason=ConductReason.THREAT)
    browser.sign_in(writer)

    stub = new_browser().get(path)
    assert "by the rules of conduct: it threatens somebody" in stub.text
    assert "it threatens somebody" in stub.text
    assert "see what comes" not in stub.html
    assert "see what comes of it" in browser.get(path).text
    assert browser.post(f"{path}/appeal", words="").error_of("words")
    browser.post(f"{path}/appeal", words="I meant the ballot.")
    assert "decides once" in browser.get(f"{path}/appeal").text
    asked = new_browser()
    asked.sign_in(make.reviewer())
    listed = asked.get(f"/host/rounds/{conduct.round.slug}/conduct")
    ways = listed.soup.select("main a.btn[href^='/measures/']")
    assert len(ways) == 1, "appealed and hidden, it stands once"
    assert "wants to" not in asked.get(ways[0]["href"]).text

    board = new_browser()
    board.sign_in(make.reviewer())
    shown = board.get(f"/measures/{measure.public_id}")
    assert "I meant the ballot." in shown.text
    board.post(f"/measures/{measure.public_id}", decision="yes", words="We read it so, too.")

    session.refresh(comment)
    assert comment.state is State.SHOWN
    assert "see what comes of it" in new_browser().get(path).text
    listed = new_browser().get(f"/rounds/{conduct.round.slug}/moderation")
    assert "the board decided for the writer" in listed.text
    exceptions = new_browser().get("/exceptions")
    assert "A comment was hidden" in exceptions.text
    assert "it threatens somebody" in exceptions.text


def test_the_rules_are_public_and_linked_where_people_write(browser, make):
    round_ = make.round(open=True)
    key = round_.revision.sections[0].key

    rules = browser.get("/conduct")
    assert rules.status_code == 200
    assert len(rules.soup.find(id="reasons").find_next("ol").find_all("li")) == 7
    assert "Set-Cookie" not in rules.headers
    for path in (f"/rounds/{round_.slug}", f"/rounds/{round_.slug}/sections/{key}/comment"):
        assert browser.get(path).soup.find("a", href=lambda h: h and "/conduct" in h), path
    assert "Qué ocultamos y por qué" in browser.get("/es/conduct").text


def test_a_held_comment_is_shown_once_its_host_has_read_it(browser, new_browser, session, make):
    conduct = Conduct(session, make)
    comment = conduct.held("Please ask the family.")
    path = f"/comments/{comment.public_id}"
    host = new_browser()
    host.sign_in(make.host())
    department = new_browser()
    department.sign_in(make.moderator())

    assert "Please ask the family." not in browser.get(path).html
    assert department.get(path).status_code == 404
    point = f"/triage/points/{comment.points[0].public_id}"
    assert department.get(point).status_code == 404
    assert host.post(f"{path}/conduct", step="release").status_code == 303
    assert "Please ask the family." in browser.get(path).text
    assert department.get(point).status_code == 200
