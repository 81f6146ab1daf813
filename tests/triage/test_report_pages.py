"""What the public reads of the answers, when, and how commenters judge them."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from feedback_app.comments.conduct import ConductReason
from feedback_app.comments.models import CommentKind
from feedback_app.core import clock
from feedback_app.curricula.models import RevisionState
from feedback_app.triage import reports
from feedback_app.triage.models import Adoption, Outcome, Reason, Signature, Verdict


@pytest.fixture
def round_(make):
    return make.round(answers_due_on=(clock.now() + timedelta(days=40)).date())


def published(make, round_, body="Ask the family.", *, comment=None, **values):
    round_.report_published_at = round_.report_published_at or clock.now()
    values.setdefault("authority", "Director")
    point = make.point(round=round_, body=body, **(comment or {}))
    return make.disposition(point=point, published_at=clock.now(), **values)


def report(round_):
    return f"/rounds/{round_.slug}/report"


def test_before_publishing_nobody_outside_reads_an_answer(browser, make, round_):
    make.disposition(point=make.point(round=round_), rationale="Secret until published.")
    for who in (None, make.host(), make.moderator()):
        browser.sign_out()
        if who:
            browser.sign_in(who)
        page = browser.get(report(round_))
        assert page.status_code == 200
        assert "The answers are not public yet." in page.text
        assert "has promised its answers by" in page.text
        assert "Secret" not in page.html
        assert "Secret" not in browser.get(f"{report(round_)}.csv").html


def test_the_report_says_what_changed_what_did_not_and_why(browser, make, round_):
    published(make, round_, "Ask first.", outcome=Outcome.ADOPTED, rationale="We will ask.")
    published(
        make,
        round_,
        "Forty hours.",
        outcome=Outcome.NOT_ADOPTED,
        reason=Reason.COURSE_HOURS,
        reason_detail="1,440 minutes",
        rationale="The budget covers sixteen.",
    )
    published(make, round_, "Thank you!", comment={"display_name": "Ana"})

    page = browser.get(report(round_))

    headings = [h.get_text() for h in page.soup.select("details .secfold__group")]
    assert headings == [
        "Promised, not in the course yet",
        "What did not change, and why",
        "Already in the course, answered, kept, or for another office",
    ]
    (fold,) = page.soup.select("details")
    assert "3 answers: 1 promised · 1 not changed · 1 other" in " ".join(
        fold.summary.text.split()
    )
    assert "open" not in fold.attrs
    assert "open" in browser.get(f"{report(round_)}?open=all").soup.find("details").attrs
    assert "1,440 minutes" in page.text
    assert "Promises not yet kept" in page.text
    assert "Promised, not yet done" in page.text
    assert "We changed it" not in page.text
    assert "3 comments came in. Each one has its answer below." in page.text
    assert "Ana" in page.text
    assert "Unnamed" in page.text
    assert page.response.headers.getlist("Set-Cookie") == []
    assert not page.soup.find("form")


def test_the_report_counts_apart_what_was_taken_back_and_what_came_late(browser, make, round_):
    published(make, round_, "Ask first.", outcome=Outcome.NOTED)
    make.point(round=round_, withdrawn_at=clock.now())
    make.point(round=round_, is_late=True)

    page = browser.get(report(round_))

    assert "3 comments came in." in page.text
    assert (
        "Each one that was not taken back, hidden or erased has its answer below." in page.text
    )
    facts = {dt.get_text(): dt.find_next("dd").get_text() for dt in page.soup.select("dt")}
    assert facts["Taken back by their writers"] == "1"
    assert facts["Comments that came after the closing"] == "1"


def test_a_kept_promise_shows_its_new_words_and_a_draft_keeps_its_own(
    browser, session, make, round_
):
    curriculum = round_.revision.curriculum
    kept = published(make, round_, outcome=Outcome.ADOPTED)
    drafted = published(make, round_, outcome=Outcome.ADOPTED)
    second = make.revision(curriculum=curriculum, number=2, published=False)
    words = [(kept, second, "They ask the family.")]
    tie(session, make, *words[0])
    second.state, second.published_at = RevisionState.PUBLISHED, clock.now()
    second.content_hash = "1" * 64
    session.flush()
    third = make.revision(curriculum=curriculum, number=3, published=False)
    tie(session, make, drafted, third, "Officers wait in part")

    page = browser.get(report(round_))

    assert [ins.get_text() for ins in page.soup.find_all("ins")] == [
        "added: They ask the family."
    ]
    assert "In version 2" in page.text
    assert "Promised, in the next draft" in page.text
    assert page.text.count("We changed it") == 2  # in the table, and beside the kept one
    assert page.text.count("Promised, not yet done") == 1  # in the table


def tie(session, make, disposition, revision, exact):
    section = revision.sections[0]
    start = section.text.index(exact)
    session.add(
        Adoption(
            disposition=disposition,
            revision=revision,
            section_key=section.key,
            start=start,
            end=start + len(exact),
            exact=exact,
            made_by_id=make.account().id,
        )
    )
    session.flush()


def test_withdrawn_comments_and_later_unpublished_answers_stay_out(
    browser, session, make, round_
):
    published(make, round_, "Taken back.").point.comment.withdrawn_at = clock.now()
    public = published(make, round_, rationale="The public one.")
    make.disposition(point=public.point, rationale="The next one.")

    page = browser.get(report(round_))

    assert "Taken back." not in page.text
    assert "The public one." in page.text
    assert "The next one." not in page.html


def test_signatures_and_single_deciders_are_told(browser, make, round_):
    published(make, round_, confirmed_as=Signature.BOARD)
    published(make, round_, decided_alone=True)

    page = browser.get(report(round_))

    assert "signed by the oversight board" in page.text
    assert "decided by one person, where two should" in page.text


def test_a_long_report_is_read_by_section(browser, make, round_, monkeypatch):
    monkeypatch.setattr(reports, "WHOLE_REPORT", 1)
    first, second = round_.revision.sections
    published(make, round_, "On the first.", comment={"section_key": first.key})
    published(make, round_, "On the second.", comment={"section_key": second.key})
    published(make, round_, "On all.", comment={"section_key": None})

    def said(address):
        page = browser.get(address)
        return [" ".join(s.get_text().split()) for s in page.soup.select(".pair div.said")]

    front = browser.get(report(round_))
    assert said(report(round_)) == said(f"{report(round_)}?section=nonsense") == []
    assert {"Who was heard", "What you said, by section and subject"} <= {
        heading.get_text() for heading in front.soup.select("h2")
    }
    assert [link.get_text(" ").split()[-1] for link in front.soup.select("nav .chip")] == list(
        "111"
    )
    (led,) = {a["href"] for a in front.soup.find_all("a", href=re.compile(second.key))}
    assert said(led) == ["On the second."]
    assert said(f"{report(round_)}?section=whole") == ["On all."]


def test_a_long_section_is_read_page_by_page_and_counted_whole(
    browser, make, round_, monkeypatch
):
    """What changed comes first, whenever it was said; no answer is left out or told twice."""
    monkeypatch.setattr(reports, "WHOLE_REPORT", 3)
    monkeypatch.setattr(reports, "PAGE", 2)
    monkeypatch.setattr(reports, "FIRST_PROMISES", 1)
    key = round_.revision.sections[0].key
    of = {"comment": {"section_key": key}}
    published(make, round_, "Noted.", outcome=Outcome.NOTED, **of)
    published(make, round_, "No.", outcome=Outcome.DEFERRED, due_on=date(2030, 1, 7), **of)
    for words in ("First promise.", "Second promise."):
        published(make, round_, words, outcome=Outcome.ADOPTED, **of)
    published(make, round_, "Elsewhere.", outcome=Outcome.NOTED, comment={"section_key": None})

    found, address = [], f"{report(round_)}?section={key}"
    while address:
        page = browser.get(address)
        found.append([" ".join(s.get_text().split()) for s in page.soup.select(".pair .said")])
        assert "4 answers" in page.soup.select_one(".folds summary").get_text()
        more = page.soup.select_one('a[rel="next"]')
        address = more and more["href"]

    assert found == [["First promise.", "Second promise."], ["No.", "Noted."]]
    front = browser.get(report(round_))
    assert "1 more stands beside its comment" in front.text
    assert "2 promises are not kept yet" in front.text
    assert len(front.soup.select("#promises ~ ul li")) == 1


def test_the_spreadsheet_holds_every_answer_and_runs_nothing(browser, make, round_):
    published(
        make,
        round_,
        "=HYPERLINK(1)",
        outcome=Outcome.NOT_ADOPTED,
        reason=Reason.SET_BY_LAW,
        reason_detail="+ Code 26",
        rationale="@law",
        comment={"kind": CommentKind.SUGGESTION},
    )

    page = browser.get(f"{report(round_)}.csv")

    assert page.headers["Content-Type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(page.html))
    assert row["comment"] == "'=HYPERLINK(1)"
    assert row["reason_detail"] == "'+ Code 26"
    assert row["rationale"] == "'@law"
    assert (row["disposition"], row["reason_code"], row["kind"]) == (
        "not_adopted",
        "set_by_law",
        "suggestion",
    )
    assert row["language"] == ""
    assert row["comment_url"].startswith("http://localhost/comments/")
    assert "@example.org" not in page.html


def test_the_answers_are_published_on_a_page(browser, session, make, round_):
    given = make.disposition(point=make.point(round=round_))
    make.comment(round=round_)
    browser.sign_in(make.manager())
    publish = f"/triage/{round_.slug}/publish"

    refused = browser.post(publish, note=" ")
    done = browser.post(publish, note="The study comes in May.")
    again = browser.get(publish)

    assert refused.status_code == 422
    assert refused.error_of("note").startswith("Some comments have no answer yet (1).")
    assert done.location.endswith(report(round_))
    assert "The answers are public." in again.text
    session.expire_all()
    assert given.published_at is not None
    assert "The study comes in May." in browser.get(report(round_)).text


@pytest.mark.parametrize("who", ["author", "reviewer", "host", "account"])
def test_nobody_else_publishes(browser, make, round_, who):
    browser.sign_in(getattr(make, who)())

    assert browser.get(f"/triage/{round_.slug}/publish").status_code in {403, 404}


def test_a_commenter_says_whether_the_answer_helped(browser, session, make, round_):
    person = make.account()
    part = make.participation(round_, account_id=person.id)
    given = published(make, round_, comment={"participation": part})
    page = f"/comments/{given.point.comment.public_id}/verdict"
    browser.sign_in(person)

    missing = browser.post(page, verdict="no", because=" ")
    said = browser.post(page, verdict="no", because="No number to call.")

    assert missing.error_of("because") == "Say in a sentence what is missing in the answer."
    assert said.status_code == 303
    assert session.scalar(select(func.count()).select_from(Verdict)) == 1
    assert "No number to call." in browser.get(report(round_)).text


def test_only_the_commenter_is_asked(browser, make, round_):
    given = published(make, round_)
    page = f"/comments/{given.point.comment.public_id}/verdict"

    assert browser.get(page).location.endswith("/receipts")
    browser.sign_in(make.moderator())
    assert browser.get(page).status_code == 404


def test_the_table_of_answers_keeps_a_row_of_what_was_taken_back(
    browser, make, session, round_
):
    published(make, round_, "Ask first.")
    gone = make.comment(round=round_, body="Not these words.", withdrawn_at=clock.now())
    erased = make.comment(round=round_)
    erased.erased_at, erased.erased_reason = clock.now(), ConductReason.CHILD
    session.commit()

    table = browser.get(f"{report(round_)}.csv").html

    rows = {row["comment_id"]: row for row in csv.DictReader(io.StringIO(table))}
    assert "Not these words" not in table
    found = {
        id_: (row["state"], row["state_reason"], row["disposition"])
        for id_, row in rows.items()
    }
    assert len(found) == 3
    assert found[gone.public_id] == ("withdrawn", "", "")
    assert found[erased.public_id] == ("erased", "child", "")
    assert round_.revision.sections[0].title in rows[gone.public_id]["section_title"]
