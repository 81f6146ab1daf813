"""What a department looks at before its answers become public, and publishing one by one."""

import pytest

from feedback_app.core import clock
from feedback_app.rounds.models import Answering
from feedback_app.triage import work
from feedback_app.triage.checklist import checklist, unread_uses
from feedback_app.triage.models import Outcome
from feedback_app.triage.releasing import publish_report
from feedback_app.triage.services import record_disposition
from feedback_app.triage.themes import answer_theme
from feedback_app.triage.together import Answer

SAME = "We thank you. The course says so already."
FIELDS = {"rationale": SAME, "office": "Desk", "authority": "Director"}


@pytest.fixture
def moderator(make):
    return make.actor(make.moderator())


def test_everything_that_may_be_open_is_counted(session, make, moderator):
    round_ = make.round()
    make.comment(round=round_)
    make.comment(round=round_, withdrawn_at=clock.now())
    make.disposition(point=make.point(round=round_), outcome=Outcome.ADOPTED)
    make.disposition(point=make.point(round=round_, language="es"), language="en")
    make.disposition(point=make.point(round=round_, language="es"), language="es")
    make.disposition(point=make.point(round=round_), published_at=clock.now())
    make.disposition(
        point=make.point(round=round_), needs_second=True, decided_by_id=moderator.account_id
    )
    make.disposition()  # of another round
    asked = make.point(round=round_)
    work.ask_authors(session, asked, actor=moderator, question="Is it so?")

    found = checklist(session, round_)

    assert (found.answers, found.undecided, found.promises) == (4, 2, 1)
    assert (found.waiting, found.alone, found.asked) == (0, 1, 1)
    assert (found.other_language, len(found.other_lines)) == (1, 1)
    assert dict(found.outcomes) == {Outcome.ADOPTED: 1, Outcome.NOTED: 3}
    assert found.unread == []


def test_one_reason_for_many_is_named_until_their_pages_were_opened(
    session, make, moderator, browser
):
    round_ = make.round()
    points = [make.point(round=round_) for _ in range(22)]
    theme = make.theme(round_, *points)
    answer_theme(
        session,
        theme,
        actor=moderator,
        answer=Answer(outcome=Outcome.QUESTION_ANSWERED, **FIELDS),
    )

    (named,) = checklist(session, round_).unread
    assert (named.rationale, named.number, len(named.lines)) == (SAME, 22, 20)
    for point in points[:2]:  # opened, and answered on their own pages
        record_disposition(
            session, point, actor=moderator, outcome=Outcome.QUESTION_ANSWERED, **FIELDS
        )

    assert unread_uses(session, round_.id, SAME) == 20
    assert checklist(session, round_).unread == []


@pytest.mark.one_engine
def test_a_moderator_is_warned_when_one_reason_stands_beside_many(browser, make):
    round_ = make.round()
    theme = make.theme(round_, *[make.point(round=round_) for _ in range(21)])
    browser.sign_in(make.moderator())

    page = browser.post(
        f"/triage/subjects/{theme.public_id}/answer",
        **FIELDS,
        outcome="question_answered",
        language="en",
        follow=True,
    )
    listed = browser.get(f"/triage/{round_.slug}/publish")

    assert "stands beside 21 comments, and nobody opened them one by one" in page.text
    assert "Reasons used more than 20 times unread" in listed.text
    assert SAME in listed.soup.find(id="unread").get_text()


@pytest.mark.one_engine
def test_the_checklist_leads_to_the_board_with_its_filters(browser, make, moderator):
    round_ = make.round()
    make.comment(round=round_)
    make.disposition(point=make.point(round=round_), outcome=Outcome.ADOPTED)
    browser.sign_in(make.manager())

    page = browser.get(f"/triage/{round_.slug}/publish")

    rows = {
        " ".join(row.th.find(string=True).split()): row.find("a")
        for row in page.soup.select("#checklist ~ table tbody tr")
    }
    assert rows["Comments without an answer"]["href"] == f"/triage/{round_.slug}"
    assert rows["Promises without a change"]["href"].endswith("?state=promised")
    assert rows["Answers that wait for a second signature"] is None
    assert browser.get(rows["Promises without a change"]["href"]).status_code == 200


@pytest.mark.one_engine
def test_answers_go_one_by_one_where_the_round_says_so_or_its_report_is_out(
    session, browser, make, moderator
):
    together = make.round()
    single = make.round(answering=Answering.ONE_BY_ONE, open=True)
    answers = {
        round_: make.disposition(point=make.point(round=round_))
        for round_ in (together, single)
    }
    browser.sign_in(make.moderator())

    def offered(round_):
        page = browser.get(f"/triage/{round_.slug}/publish")
        return [a["href"] for a in page.soup.select("#by-itself ~ .todo a")]

    assert offered(together) == []
    (link,) = offered(single)
    assert link == f"/triage/dispositions/{answers[single].public_id}/publish"
    assert browser.post(link).status_code == 303
    assert offered(single) == []
    publish_report(session, together, actor=moderator)
    later = make.disposition(point=answers[together].point, rationale="Said better.")
    assert offered(together) == [f"/triage/dispositions/{later.public_id}/publish"]
