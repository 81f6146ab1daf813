"""A part of each report is drawn by lot, and people outside the department look at it again."""

import csv
import hashlib
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback_app.core.errors import NotFound
from feedback_app.log.models import LogEntry
from feedback_app.triage.models import Outcome
from feedback_app.triage.queries import get_disposition
from feedback_app.triage.releasing import publish_report
from feedback_app.triage.sample_models import Side
from feedback_app.triage.samples import NotDrawn, mark_answer, sample_numbers, sample_of
from feedback_app.triage.sampling import drawn, size_of_sample
from tests.triage.redrafting import Redraft

DAY = timedelta(days=1)


def test_five_percent_are_drawn_at_least_twenty_or_all():
    sizes = [size_of_sample(answers) for answers in (0, 7, 20, 21, 400, 401, 100_000)]

    assert sizes == [0, 7, 20, 20, 20, 21, 5000]


def test_another_seed_draws_others_and_the_order_of_the_list_does_not_matter():
    ids = [f"answer-{n}" for n in range(100)]

    assert drawn(ids, "a" * 64) == drawn(reversed(ids), "a" * 64)
    assert set(drawn(ids, "a" * 64)) != set(drawn(ids, "b" * 64))


def published(session, make, answers):
    round_ = make.round()
    for _ in range(answers):
        make.disposition(point=make.point(round=round_))
    publish_report(session, round_, actor=make.actor(make.moderator()))
    return round_


def ranked(seed, answer_id):
    """As the page tells anyone to do it."""
    return hashlib.sha256(f"{seed}:{answer_id}".encode()).hexdigest()


def test_anyone_draws_the_same_answers_from_what_is_public(session, make, browser):
    round_ = published(session, make, 23)
    make.disposition(
        point=make.point(round=round_), published_at=round_.report_published_at + 9 * DAY
    )

    page = browser.get(f"/rounds/{round_.slug}/report/sample")
    text = browser.get(f"/rounds/{round_.slug}/report/sample.csv").html
    rows = list(csv.DictReader(io.StringIO(text)))
    entry = session.scalars(select(LogEntry).where(LogEntry.kind == "report.published")).one()

    seed = page.soup.find("code").get_text()
    assert seed == entry.leaf_hash
    assert len(rows) == 23
    again = sorted(
        rows, key=lambda r: hashlib.sha256(f"{seed}:{r['answer_id']}".encode()).hexdigest()
    )
    assert [r["drawn"] for r in again] == ["yes"] * 20 + [""] * 3
    assert "20 of 23 answers" in page.text
    assert "20 of 23 answers were drawn" in browser.get(f"/rounds/{round_.slug}/report").text


@pytest.mark.one_engine
def test_board_and_host_mark_drawn_answers_in_the_open(session, make, browser):
    round_ = published(session, make, 21)
    sample = sample_of(session, round_.id, round_.public_id)
    first, left_out = (
        sample.drawn[0],
        set(sample.answer_ids) - {a.answer_id for a in sample.drawn},
    )
    browser.sign_in(make.reviewer())
    page = browser.get(f"/answers/{first.answer_id}/fair")
    refused = browser.post(f"/answers/{first.answer_id}/fair", **page.hidden(), reason="Curt.")
    assert refused.status_code == 422
    assert "Curt." in refused.text

    onward = browser.post(
        f"/answers/{first.answer_id}/fair", **refused.hidden(), fair="no", reason="Curt."
    )

    assert sample.drawn[1].answer_id in onward.location
    assert browser.get(f"/answers/{left_out.pop()}/fair").soup.find("textarea") is None
    session.expire_all()
    numbers = sample_numbers(session, round_.id, round_.report_published_at)
    assert (numbers.sides[Side.BOARD].fair, numbers.sides[Side.BOARD].unfair) == (0, 1)
    assert numbers.sides[Side.HOST].marked == 0
    entry = session.scalars(select(LogEntry).order_by(LogEntry.position.desc())).first()
    assert (entry.kind, entry.by_role) == ("disposition.marked", "reviewer")
    assert entry.facts == {"side": "board", "fair": False}
    browser.sign_out()
    assert "Curt." in browser.get(f"/rounds/{round_.slug}/report/sample").text


@pytest.mark.one_engine
def test_the_latest_mark_of_a_side_counts_and_the_department_marks_nothing(session, make):
    round_ = published(session, make, 1)
    given = sample_of(session, round_.id, round_.public_id).drawn[0].answer_id
    answer, host = get_disposition(session, given), make.actor(make.host())
    mark_answer(session, answer, actor=host, is_fair=False, reason="No reason given.")
    twice = [mark_answer(session, answer, actor=host, is_fair=True) for _ in range(2)]
    assert twice[0] is twice[1]

    tally = sample_numbers(session, round_.id, round_.report_published_at).sides[Side.HOST]
    assert (tally.fair, tally.unfair) == (1, 0)
    for nobody in (make.moderator(), make.author(), make.account(), make.administrator()):
        with pytest.raises(NotFound):
            mark_answer(session, answer, actor=make.actor(nobody), is_fair=True)
    later = make.disposition(point=answer.point, outcome=Outcome.NOTED)
    with pytest.raises(NotDrawn):
        mark_answer(session, later, actor=host, is_fair=True)


@pytest.mark.one_engine
def test_a_promise_is_no_change_among_the_drawn_answers(session, make, browser):
    redraft = Redraft(session, make)
    redraft.reword()
    kept, open_ = redraft.answer(), redraft.answer()
    redraft.tie(kept)
    publish_report(session, redraft.round, actor=redraft.moderator)

    def told(answer):
        sample = sample_of(session, redraft.round.id, redraft.round.public_id)
        return next(a.sign for a in sample.drawn if a.answer_id == answer.public_id)

    assert (told(kept), told(open_)) == ("promise", "promise")
    report = f"/rounds/{redraft.round.slug}/report"
    more = "1 more is in the draft of the next version"
    assert more in browser.get(report).text
    redraft.publish(because={"promises": "The spring session takes it up."})
    assert (told(kept), told(open_)) == ("adopted", "promise")
    assert more not in browser.get(report).text
    page = browser.get(f"/rounds/{redraft.round.slug}/report/sample").text
    assert page.count("We changed it") == page.count("Promised, not yet done") == 1
    browser.sign_in(make.reviewer())
    marking = browser.get(f"/answers/{open_.public_id}/fair").text
    assert "Promised, not yet done" in marking
    assert "We changed it" not in marking
