"""What a host hangs up and hands out says what there is to comment on, and who is asked."""

from __future__ import annotations

import pytest

from feedback_app.rounds.meetings import MeetingPlan, plan_meeting
from feedback_app.rounds.models import Audience, Basis, WhoMayComment
from tests.rounds.planning import open_round

pytestmark = pytest.mark.one_engine
PAGES = ("poster", "kit/handout", "kit/notice", "kit/sheets")


def kit(browser, session, make, time, **values):
    round_ = open_round(make, **values)
    for position in range(1, 5):
        make.question(round_, position)
    meeting = plan_meeting(
        session,
        round_,
        actor=make.actor(make.host()),
        plan=MeetingPlan(held_on=time().date(), place="Hall", run_by="Ana"),
    )
    session.flush()
    here = f"/host/rounds/{round_.slug}"
    paths = {page: f"{here}/{page}" for page in PAGES}
    paths["pack"] = f"{here}/sessions/{meeting.public_id}/pack?sheets=1"
    paths["type"] = f"{here}/sheets/new"
    browser.sign_in(make.host())
    return {name: browser.get(path).text for name, path in paths.items()}


def test_a_round_before_any_text_speaks_of_its_questions_and_of_no_section(
    browser, session, make, time
):
    pages = kit(browser, session, make, time, basis=Basis.QUESTIONS)

    for name, words in pages.items():
        assert "Part 0" not in words, name
        assert "section number" not in words, name
    for name in ("kit/handout", "kit/notice", "kit/sheets", "pack"):
        assert "There is no text yet." in pages[name], name
    assert "Nothing is written yet" in pages["kit/notice"]
    assert "Read what officers are taught" not in pages["kit/notice"]
    boxes = pages["pack"].partition("What is it about?")[2]
    assert "4. " in boxes


def test_an_outline_is_called_one(browser, session, make, time):
    pages = kit(browser, session, make, time, basis=Basis.OUTLINE)

    assert "What can be commented on is an outline." in pages["kit/notice"]
    assert "The outline, section by section" in pages["pack"]
    assert "Part 0" in pages["kit/sheets"]


@pytest.mark.parametrize(
    ("audience", "who", "said", "unsaid"),
    [
        (Audience.EVERYONE, WhoMayComment.OPEN, "asks the public to", "has invited"),
        (Audience.EVERYONE, WhoMayComment.INVITED, "whom it has invited to", "the public"),
        (Audience.OFFICERS, WhoMayComment.INVITED, "asks officers and instr", "the public"),
    ],
)
def test_a_notice_names_those_who_are_asked(
    browser, session, make, time, audience, who, said, unsaid
):
    pages = kit(browser, session, make, time, audience=audience, participation=who)

    assert said in pages["kit/notice"]
    assert unsaid not in pages["kit/notice"]
    assert ("your training" in pages["poster"]) is (audience is Audience.OFFICERS)
