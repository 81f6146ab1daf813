"""A session from its pack to what came of it; a helper who sees its sheets and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback_app.comments.models import Comment
from feedback_app.comments.sheet_models import Sheet
from feedback_app.core import clock
from feedback_app.log.models import LogEntry
from feedback_app.rounds.meeting_models import Meeting

pytestmark = pytest.mark.one_engine

PLAN = {"held_on": "2026-11-23", "place": "Planted Hall", "run_by": "Ana", "language": "en"}


@pytest.fixture
def round_(make, time):
    round_ = make.round(open=True, closes_at=clock.now() + timedelta(days=20))
    for position in (1, 2, 3):
        make.question(round_, position)
    return round_


@pytest.fixture
def host(browser, make):
    browser.sign_in(make.host())
    return browser


def planned(host, session, round_, **values):
    host.post(f"/host/rounds/{round_.slug}/sessions/new", **PLAN | values)
    meeting = session.scalars(select(Meeting).order_by(Meeting.id.desc())).first()
    return f"/host/rounds/{round_.slug}/sessions/{meeting.public_id}"


def code_for_helper(host, path):
    shown = host.post(f"{path}/helper", page=path, follow=True)
    link = shown.soup.find(id="helper-link").get_text()
    assert shown.soup.find(id="helper-link")
    assert host.get(path).soup.find(id="helper-link") is None  # once, and never again
    return link.partition("#")[2]


def hidden_of(page):
    form = page.soup.find("form", attrs={"data-draft-key": True})
    return {f["name"]: f.get("value", "") for f in form.find_all("input", type="hidden")}


def type_one(helper, **fields):
    page = helper.get("/helper/sheets")
    return helper.send("/helper/sheets", hidden_of(page) | SHEET | fields)


SHEET = {
    "channel": "paper",
    "received_on": "2026-11-23",
    "consent": "written",
    "language": "en",
    "number": "1",
    "about": "",
    "body": "Sit down with me first.",
}


def test_the_pack_holds_the_consent_sentence_three_questions_and_a_code_on_each_strip(
    host, session, round_, new_browser
):
    path = planned(host, session, round_, section_keys=[round_.revision.sections[1].key])

    pack = host.get(f"{path}/pack?sheets=3")

    assert "will be published without your name" in pack.text
    assert pack.text.count("What worked?") == 3
    codes = [found.get_text() for found in pack.soup.select(".strip .code")]
    assert len(set(codes)) == 3
    boxes = pack.soup.select(".boxes li")
    assert any(round_.revision.sections[1].title in box.get_text() for box in boxes)
    assert not any(round_.revision.sections[0].title in box.get_text() for box in boxes)

    helper = new_browser()
    helper.post("/helper", code=code_for_helper(host, path))
    assert type_one(helper).status_code == 303
    person = new_browser()
    mine = person.post("/receipts", code=codes[0], follow=True)
    assert "Sit down with me first." in mine.text
    again = host.get(f"{path}/pack?sheets=3")
    assert codes[0] not in again.html  # it is somebody's key now
    assert codes[1] in again.html


def test_a_pack_speaks_the_language_of_its_session_whichever_the_host_reads(
    host, session, round_
):
    path = planned(host, session, round_, language="es")

    pack = host.get(f"{path}/pack?sheets=1")

    assert "Hoja 1" in pack.text
    assert "se publicará sin su nombre" in pack.text
    assert "Sheet" not in pack.soup.select(".handout")[-1].get_text()
    assert "Sessions" in host.get(path.rpartition("/")[0]).text


def test_a_helper_types_one_session_without_an_account_and_sees_nothing_else(
    host, session, round_, new_browser, time
):
    path = planned(host, session, round_)
    other = planned(host, session, round_, place="Another Hall")
    code = code_for_helper(host, path)
    helper = new_browser()
    helper.post("/helper", code=code_for_helper(host, other))
    type_one(helper, body="Said at the other place.")

    helper.post("/helper", code=code)
    type_one(helper)
    page = helper.get("/helper/sheets")

    assert "Sit down with me first." in page.text
    assert "Said at the other place." not in page.text
    assert page.typed("number") == "2"
    words = "-".join(code.split("-")[:2])
    assert words not in page.html
    for address in (path, f"{path}/pack", f"/host/rounds/{round_.slug}/sheets"):
        assert helper.get(address).status_code == 302
    sheet = session.scalars(select(Sheet).order_by(Sheet.id.desc())).first()
    assert sheet.is_by_helper
    assert type_one(helper, meeting="x" * 26, number="2").status_code in {303, 422}
    meetings = {s.meeting_id for s in session.scalars(select(Sheet))}
    assert len(meetings) == 2

    time.move(days=14)
    assert helper.get("/helper/sheets").location == "/helper"
    assert helper.post("/helper", code=code).status_code == 422


def test_a_helpers_code_ends_at_once_when_the_host_ends_it(host, session, round_, new_browser):
    path = planned(host, session, round_)
    helper = new_browser()
    helper.post("/helper", code=code_for_helper(host, path))
    assert helper.get("/helper/sheets").status_code == 200

    host.send(f"{path}/helper", host.get(path).hidden(f"{path}/helper") | {"end": "1"})

    assert helper.get("/helper/sheets").location == "/helper"


def test_a_tables_note_becomes_a_comment_that_says_how_many_stood_behind_it(
    host, session, round_
):
    path = planned(host, session, round_)
    noted = {"body": "Call the family first.", "section_key": ""}
    refused = host.post(path, **noted, said_by="9", said_of="7")
    assert refused.error_of("said_by") == "More people cannot have said it than were there."
    host.post(path, **noted, said_by="5", said_of="7")
    link = host.get(path).soup.find("a", href=re.compile("note="))["href"]

    form = host.get(link)
    assert form.typed("body") == "Call the family first."
    host.send(link, form.hidden() | SHEET | {"number": "", "body": "Call the family first."})

    comment = session.scalars(select(Comment)).one()
    assert (comment.said_by, comment.said_of) == (5, 7)
    assert comment.received_at.date() == clock.now().date()
    assert "became 1 comment" in host.get(path).text
    assert "said by 5 of 7" in host.get(f"/rounds/{round_.slug}/whole").text
    assert "said by 5 of 7" in host.get(f"/comments/{comment.public_id}").text
    report = host.get(f"/host/rounds/{round_.slug}/closing-report")
    assert "1 comment from a table, said by: 5 of 7." in report.text


def test_what_came_of_a_session_tells_only_what_everybody_can_read(
    host, session, round_, new_browser
):
    path = planned(host, session, round_, heads="12")
    helper = new_browser()
    helper.post("/helper", code=code_for_helper(host, path))
    for number, body in enumerate(
        ("Sit down first.", "Speak Spanish.", "Taken back."), start=1
    ):
        type_one(helper, number=str(number), body=body)
    gone = session.scalars(select(Comment).order_by(Comment.id.desc())).first()
    gone.withdrawn_at = clock.now()

    aloud = host.get(f"{path}/read-aloud")

    assert "12 people came." in aloud.text
    assert "Sit down first." in aloud.text
    assert "Taken back." not in aloud.text
    assert "No answer yet." in aloud.text


def test_nobody_of_the_department_meets_a_session_and_the_log_names_no_place(
    host, session, round_, new_browser, make
):
    path = planned(host, session, round_)
    helper = new_browser()
    helper.post("/helper", code=code_for_helper(host, path))
    type_one(helper, number="4711")

    for account in (make.author(), make.moderator(), make.manager(), make.reviewer()):
        other = new_browser()
        other.sign_in(account)
        for address in ("", "/pack", "/read-aloud", "/edit"):
            assert other.get(path + address).status_code == 404, address
    logged = " ".join(entry.leaf for entry in session.scalars(select(LogEntry)))
    assert "Planted Hall" not in logged
    assert "4711" not in logged
