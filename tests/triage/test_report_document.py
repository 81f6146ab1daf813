"""The report as a document: who was heard, by section and subject, and answered anew."""

import csv
from datetime import timedelta

import pytest

from feedback_app.comments.models import Channel
from feedback_app.core import clock
from feedback_app.policy import VISITOR
from feedback_app.rounds.queries import get_round_row
from feedback_app.triage.models import Outcome, Verdict
from feedback_app.triage.releasing import publish_disposition, publish_report
from feedback_app.triage.reports import response_report
from feedback_app.triage.services import record_disposition
from tests.triage.redrafting import Redraft


def report_of(session, round_):
    session.flush()
    row = get_round_row(session, round_.slug, viewer=VISITOR, locale="en")
    return response_report(session, row)


def test_ways_that_fewer_than_five_share_are_not_told(session, make):
    round_ = make.round()
    for channel, number in ((Channel.WEB, 9), (Channel.PAPER, 6), (Channel.PHONE, 2)):
        for _ in range(number):
            make.disposition(point=make.point(round=round_, channel=channel))
    make.comment(round=round_, withdrawn_at=clock.now(), channel=Channel.PAPER)
    publish_report(session, round_, actor=make.actor(make.moderator()))

    report = report_of(session, round_)

    assert (report.heard.comments, report.heard.withdrawn) == (18, 1)
    assert report.heard.channels.shown == {"web": 9}
    assert report.heard.channels.others == 8


@pytest.mark.one_engine
def test_subjects_and_sections_are_told_with_their_answers_and_no_other_subject(session, make):
    round_ = make.round()
    kept, refused = make.point(round=round_), make.point(round=round_, section_key=None)
    make.disposition(point=kept, outcome=Outcome.ADOPTED)
    make.disposition(point=refused)
    make.theme(round_, kept, refused, title="Waiting for a medic")
    make.theme(round_, title="Not answered yet")
    publish_report(session, round_, actor=make.actor(make.moderator()))

    report = report_of(session, round_)

    assert [(t.title, t.answers, t.promised, t.other) for t in report.by_theme] == [
        ("Waiting for a medic", 2, 1, 1)
    ]
    assert [(s.key, s.answers) for s in report.by_section] == [
        ("", 1),
        (round_.revision.sections[0].key, 1),
    ]


@pytest.mark.one_engine
def test_a_redline_strikes_nothing_that_still_stands(session, make, browser):
    redraft = Redraft(session, make)
    redraft.reword()
    answer = redraft.answer()
    redraft.tie(answer)
    redraft.publish()
    publish_report(session, redraft.round, actor=redraft.moderator)

    page = browser.get(f"/rounds/{redraft.round.slug}/report?open=all")

    struck, added = page.soup.select_one(".pair del"), page.soup.select_one(".pair ins")
    assert "should speak where practical" in struck.get_text()
    assert "The others cover" not in struck.get_text()
    assert "speaks" in added.get_text()
    assert "The others cover and remain ready." in struck.parent.get_text()


@pytest.mark.one_engine
def test_what_belongs_to_another_office_is_not_told_as_refused(session, make, browser):
    round_ = make.round()
    make.disposition(
        point=make.point(round=round_), outcome=Outcome.OUT_OF_SCOPE, referred_to="Dispatch"
    )
    publish_report(session, round_, actor=make.actor(make.moderator()))

    (line,) = report_of(session, round_).by_section

    assert (line.unchanged, line.other) == (0, 1)


@pytest.mark.one_engine
def test_nobody_is_told_of_answers_that_nobody_promised(make, browser):
    soon = clock.now() + timedelta(days=20)
    planned = make.round(opens_at=soon, closes_at=soon + timedelta(days=40))
    unsigned = make.round(department_signed_at=None)

    before = browser.get(f"/rounds/{planned.slug}/report").text
    after = browser.get(f"/rounds/{unsigned.slug}/report").text

    assert "The comment period has not begun" in before
    assert "is reading what came in" not in before + after
    assert "nobody has promised to answer it" in after


@pytest.mark.one_engine
def test_one_more_answer_after_a_no_is_public_as_such(session, make, browser):
    round_, moderator = make.round(), make.moderator()
    first = make.disposition(point=make.point(round=round_), rationale="We thank you.")
    actor = make.actor(moderator)
    publish_report(session, round_, actor=actor)
    comment = first.point.comment
    session.add(
        Verdict(
            comment=comment,
            participation_id=comment.participation_id,
            is_satisfied=False,
            because="That is no answer.",
            salt="0" * 64,
            given_at=clock.now(),
        )
    )
    assert report_of(session, round_).verdicts.once_more == 0

    again = record_disposition(
        session,
        first.point,
        actor=actor,
        outcome=Outcome.NOTED,
        rationale="The state sets it, rule 14.",
        office="Desk",
        authority="Director",
    )
    publish_disposition(session, again, actor=actor)

    report = report_of(session, round_)
    assert (report.verdicts.once_more, report.verdicts.unsatisfied, report.answers) == (1, 1, 1)
    page = browser.get(f"/rounds/{round_.slug}/report?open=all").text
    assert "answered once more, after the writer said that it was not enough" in page
    assert "after an earlier answer was public" in page
    assert "The state sets it, rule 14." in page
    assert "We thank you." not in page
    assert "Changed after it was published" in browser.get("/exceptions").text
    sheet = browser.get(f"/rounds/{round_.slug}/report.csv").html.splitlines()
    (row,) = csv.DictReader(sheet)
    assert (row["changed_after_publication"], row["answered_once_more"]) == ("yes", "yes")


@pytest.mark.one_engine
def test_the_report_asks_no_more_questions_however_many_answers_it_has(
    session, make, browser, statements
):
    asked = {}
    for size in (3, 30):
        round_ = make.round()
        make.question(round_)
        points = [make.point(round=round_) for _ in range(size)]
        for point in points:
            make.disposition(point=point)
        make.theme(round_, *points)
        publish_report(session, round_, actor=make.actor(make.moderator()))
        session.commit()
        browser.get(f"/rounds/{round_.slug}/report")
        statements.clear()
        assert browser.get(f"/rounds/{round_.slug}/report").status_code == 200
        asked[size] = [s for s in statements if s.startswith(("SELECT", "WITH"))]

    assert len(asked[3]) == len(asked[30])
    assert len(asked[3]) <= 8
