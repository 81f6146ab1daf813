"""Publishing a draft with many comments: a job, with its page, that brings everything back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from feedback_app.comments.models import Placement
from feedback_app.core import jobs
from feedback_app.core.jobs import Job, run_due
from feedback_app.curricula import queries
from feedback_app.curricula.correcting import start_correction
from feedback_app.curricula.models import Revision, UrgentCause
from feedback_app.organizations.models import Membership
from feedback_app.triage import publish_jobs
from feedback_app.triage.models import Publishing
from tests.triage.redrafting import FIRST, Redraft
from tests.triage.test_correcting import correct

NOTE = "One officer speaks."
WHY = "The interpreter is ill; answers come on Friday."


@pytest.fixture
def redraft(session, make, monkeypatch):
    """A draft whose comments are more than a page carries."""
    monkeypatch.setattr(publish_jobs, "MANY_COMMENTS", 0)
    redraft = Redraft(session, make)
    redraft.reword()
    redraft.tie(redraft.answer(redraft.point(section_key=redraft.first)))
    redraft.explain()
    return redraft


@pytest.fixture
def moderator(make, browser):
    moderator = make.moderator()
    browser.sign_in(moderator)
    return moderator


def address(redraft):
    return f"/authoring/{redraft.base.curriculum.slug}/publish"


def send(browser, redraft, **fields):
    fields = {"change_note": NOTE, "is_material": "yes"} | fields
    return browser.post(address(redraft), **fields)


def test_many_comments_are_carried_by_a_job_and_its_page_leads_to_the_new_version(
    redraft, browser, moderator, database, session
):
    fields = browser.get(address(redraft)).hidden() | {
        "change_note": NOTE,
        "is_material": "yes",
    }
    followed = browser.send(address(redraft), fields).location

    assert browser.send(address(redraft), fields).location == followed
    assert browser.get(address(redraft)).location == followed
    assert session.scalar(select(func.count()).select_from(Job)) == 1
    waiting = browser.get(followed)
    assert waiting.title == "Publishing version 2"
    assert waiting.soup.find("meta", {"http-equiv": "refresh"})["content"] == "2"
    assert browser.get(f"{followed}/progress").response.json["next"] is None

    run_due(database)

    session.expire_all()
    assert session.get(Revision, redraft.draft.id).is_public
    assert session.scalar(select(func.count()).select_from(Placement)) == 1
    assert browser.get(f"{followed}/progress").response.json["next"] == followed
    changes = f"/curricula/{redraft.base.curriculum.slug}/revisions/2/changes"
    assert browser.get(followed).location == changes


@pytest.mark.one_engine
def test_what_the_gate_refuses_is_said_at_once(redraft, browser, moderator, session):
    redraft.comment()

    refused = send(browser, redraft)

    assert refused.status_code == 422
    assert refused.error_of("reason_undecided")
    assert send(browser, redraft, reason_undecided=WHY, change_note=" ").status_code == 422
    assert session.scalar(select(func.count()).select_from(Job)) == 0


@pytest.mark.one_engine
def test_a_comment_that_came_meanwhile_brings_the_form_back_with_all_that_was_typed(
    redraft, browser, moderator, database, session
):
    redraft.answer(redraft.point())
    followed = send(
        browser, redraft, reason_promises=WHY, is_material="no", material_reason="Spelling."
    ).location
    redraft.comment()
    session.commit()

    run_due(database)

    back = browser.get(followed)
    assert back.status_code == 422
    assert back.error_of("reason_undecided")
    assert (back.typed("reason_promises"), back.typed("change_note")) == (WHY, NOTE)
    assert back.soup.find("input", {"name": "is_material", "checked": True})["value"] == "no"
    assert back.form()["action"] == address(redraft)
    assert not redraft.draft.is_public
    assert not session.scalars(select(Job)).one().total, "nothing was computed in vain"


@pytest.mark.one_engine
def test_a_draft_that_was_changed_meanwhile_is_not_published_unseen(
    redraft, browser, moderator, database, session
):
    followed = send(browser, redraft).location
    redraft.write(redraft.second, "louder", "calmly")
    session.commit()

    run_due(database)

    back = browser.get(followed)
    assert back.status_code == 409
    assert back.typed("change_note") == NOTE
    assert "Check it once more" in back.text
    assert int(back.typed("version")) == redraft.draft.version
    assert not redraft.draft.is_public


@pytest.mark.one_engine
def test_it_is_changed_between_computing_and_writing_and_not_published(
    redraft, browser, moderator, database, session, monkeypatch
):
    asked_at = send(browser, redraft).location
    compute = publish_jobs.prepare

    def edit_meanwhile(session_, revision, **values):
        prepared = compute(session_, revision, **values)
        redraft.write(redraft.second, "louder", "calmly")
        session.commit()
        return prepared

    monkeypatch.setattr(publish_jobs, "prepare", edit_meanwhile)
    run_due(database)

    assert browser.get(asked_at).status_code == 409
    assert not redraft.draft.is_public


@pytest.mark.one_engine
def test_whoever_may_no_longer_publish_when_it_is_their_turn_publishes_nothing(
    redraft, browser, moderator, database, session, make, time
):
    followed = send(browser, redraft).location
    held = session.scalars(
        select(Membership).where(Membership.account_id == moderator.id)
    ).one()
    held.ended_at = time.now
    session.commit()

    run_due(database)

    browser.sign_in(make.manager())
    back = browser.get(followed)
    assert (back.status_code, redraft.draft.is_public) == (409, False)
    assert "Your role does not allow this." in back.text


@pytest.mark.one_engine
def test_a_worker_that_dies_three_times_gives_the_form_back(
    redraft, browser, moderator, session, time
):
    followed = send(browser, redraft).location
    job = session.scalars(select(Job)).one()
    job.state, job.tries = jobs.JobState.RUNNING, jobs.MOST_TRIES
    job.leased_until = time.now - timedelta(minutes=1)

    back = browser.get(followed)

    assert (back.status_code, back.typed("change_note")) == (409, NOTE)
    assert "Nothing was published" in back.text
    assert send(browser, redraft).location != followed
    assert session.scalar(select(func.count()).select_from(Publishing)) == 2


@pytest.mark.one_engine
def test_an_urgent_correction_under_many_comments_is_a_job_too(
    redraft, browser, moderator, database, time, session
):
    redraft.base.in_force_on = (time.now - timedelta(days=30)).date()
    redraft.base.in_force_note = "Order 1"
    correction = start_correction(
        session,
        redraft.base.curriculum,
        actor=redraft.author,
        cause=UrgentCause.LAW,
        note="Statute 626.8469 forbids it.",
    )
    correct(redraft, correction, redraft.first, FIRST.replace("should speak", "must speak"))
    page = f"/authoring/{redraft.base.curriculum.slug}/correction/publish"

    followed = browser.post(page, action=page, authority="Order 2").location
    assert "/publishing/" in followed
    run_due(database)

    taught = queries.in_force(session, redraft.base.curriculum_id, time.now.date())
    assert browser.get(followed).location.endswith(f"/revisions/{taught.number}/changes")
    assert taught.is_urgent


@pytest.mark.one_engine
def test_a_draft_is_published_from_the_command_line_without_noise_in_a_pipe(
    redraft, moderator, run
):
    course = redraft.base.curriculum.slug

    told = run("curricula", "publish", course, "--as", moderator.email, "--change-note", NOTE)

    assert told.output == f"{course}: version 2 is published.\n"
