"""The host's desk, the department's signature, and moving a closing, on their pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback_app.rounds.models import Round, RoundState
from tests.rounds.planning import open_round, planned

PLAN = {
    "slug": "winter-round",
    "languages": ["en", "es"],
    "title_en": "Say what officers learn",
    "title_es": "Diga qué aprenden",
    "why_en": "The course is old.",
    "why_es": "El curso es viejo.",
    "can_change_en": "All of it.",
    "can_change_es": "Todo.",
    "time_zone": "America/Chicago",
    "opens_on": "2026-11-24",
    "opens_time": "09:00",
    "closes_on": "2026-12-27",
    "closes_time": "17:00",
    "answers_due_on": "2027-03-05",
    "participation": "open",
    "answering": "together",
    "help_name": "Ana Ruiz",
    "help_phone": "555-0134",
    "help_email": "ana@example.org",
}


def test_a_host_plans_a_round_from_its_form_to_the_open_page(
    browser, new_browser, make, session, time
):
    revision = make.revision()
    browser.sign_in(make.host())
    slug = PLAN["slug"]

    page = browser.post(
        "/host/rounds/new",
        **PLAN,
        host=make.host_organization().slug,
        revision=revision.public_id,
        follow=True,
    )
    asked = {
        f"{name}_{language}_{n}": f"{name} {n} {language}"
        for n in (1, 2, 3)
        for language in ("en", "es")
        for name in ("prompt", "summary")
    }
    ready = browser.post(f"/host/rounds/{slug}/questions", **asked, follow=True)
    assert "weekend or a holiday" in page.text
    assert "The page is complete." in ready.text
    assert new_browser().get(f"/rounds/{slug}").status_code == 404
    signed = browser.post(f"/host/rounds/{slug}/sign", page=f"/host/rounds/{slug}", follow=True)

    assert "data:image/svg+xml" in signed.html
    assert new_browser().get(f"/rounds/{slug}").status_code == 200
    round_ = session.scalars(select(Round).where(Round.slug == slug)).one()
    assert round_.closes_at.isoformat() == "2026-12-28T23:00:00+00:00"
    time.move(days=2)
    assert round_.state(time()) is RoundState.OPEN


def test_a_wrong_plan_comes_back_filled_in_with_its_errors(browser, make, time):
    revision = make.revision()
    make.round(slug="taken")
    browser.sign_in(make.host())
    given = PLAN | {"host": make.host_organization().slug, "revision": revision.public_id}

    def sent(**wrong):
        return browser.post("/host/rounds/new", **given | wrong)

    short = sent(closes_on="2026-12-04")
    taken = sent(slug="taken")
    skipped = sent(opens_on="2027-03-14", opens_time="02:30", closes_on="2027-06-01")
    twice = sent(closes_on="2027-10-31", closes_time="25:00")

    assert short.status_code == taken.status_code == skipped.status_code == 422
    assert "at least 30 days" in short.error_of("short_reason")
    assert short.typed("why_es") == "El curso es viejo."
    assert "already used" in taken.error_of("slug")
    assert "does not exist" in skipped.error_of("opens_on")
    assert twice.status_code == 422
    assert twice.error_of("closes_time")


def test_everything_a_plan_lacks_is_said_at_once_in_the_order_of_the_page(
    browser, make, session
):
    revision = make.revision()
    browser.sign_in(make.host())
    given = PLAN | {"host": make.host_organization().slug, "revision": revision.public_id}
    given |= {"slug": "Winter Round!", "opens_on": "", "closes_on": "", "help_email": "nobody"}

    page = browser.post("/host/rounds/new", **given)

    assert page.status_code == 422
    links = [link["href"] for link in page.soup.select(".errors a")]
    assert links == ["#f-slug", "#f-opens_on", "#f-closes_on", "#f-help_email"]
    assert page.error_of("opens_on") == "Give the first day to comment, for example 2026-11-11."
    assert page.error_of("closes_on") == "Give the last day to comment, for example 2026-12-11."
    assert page.typed("slug") == "Winter Round!"
    assert not page.soup.find("input", {"name": "which"})
    assert session.scalars(select(Round)).all() == []


def test_a_closing_that_happens_twice_is_asked_about_beside_it(browser, make, time):
    host = make.host()
    round_ = make.round(open=True, time_zone="Africa/Cairo")
    browser.sign_in(host)
    given = {"closes_on": "2027-10-28", "closes_time": "23:30", "reason": "The hall flooded."}

    page = browser.post(f"/rounds/{round_.slug}/extend", **given)

    assert "happens twice" in page.error_of("closes_on")
    assert page.soup.find("input", {"name": "which", "value": "second"})


def test_a_time_that_happens_twice_is_asked_about_on_the_page(browser, make, session, time):
    host = make.host()
    round_ = planned(make, host=host)
    browser.sign_in(host)
    path = f"/host/rounds/{round_.slug}/edit"
    fall = PLAN | {"opens_on": "2027-11-07", "opens_time": "01:30", "closes_on": "2028-01-07"}
    fall |= {"answers_due_on": "2028-05-05"}
    del fall["slug"]

    first = browser.post(path, **fall, which="first")

    assert first.status_code == 303
    session.refresh(round_)
    assert round_.opens_at.isoformat() == "2027-11-07T06:30:00+00:00"


@pytest.mark.parametrize("who", ["moderator", "author", "reviewer", "account", "administrator"])
def test_nobody_else_opens_the_hosts_desk_of_a_round(browser, make, who):
    round_ = open_round(make)
    browser.sign_in(getattr(make, who)())

    own = browser.get("/host/")
    if who == "moderator":  # whose department may ask about its own course by itself
        assert round_.slug not in own.html
    else:
        assert own.status_code == 403
    for path in ("", "/edit", "/questions", "/poster"):
        assert browser.get(f"/host/rounds/{round_.slug}{path}").status_code == 404
    assert browser.send(f"/host/rounds/{round_.slug}/sign", {}).status_code == 404


def test_visitors_are_asked_to_sign_in_before_the_hosts_desk(browser):
    page = browser.get("/host/")

    assert page.status_code == 302
    assert page.location.startswith("/sign-in")


def test_the_department_signs_on_the_page_with_the_agreement(browser, make, session):
    round_ = open_round(make, department_signed_at=None)
    path = f"/rounds/{round_.slug}/agreement"
    browser.sign_in(make.moderator())

    refused = browser.post(path)
    due_on = (round_.closes_at + timedelta(days=60)).date().isoformat()
    signed = browser.post(path, answers_due_on=due_on, follow=True)

    assert refused.status_code == 422
    assert refused.error_of("answers_due_on") == "Say by which day everyone gets an answer."
    assert "promised an answer" in signed.text
    assert session.get(Round, round_.id).department_signed_at is not None
    browser.sign_out()
    assert browser.send(path, {"answers_due_on": due_on}).status_code in {401, 403}


def test_both_sides_close_early_with_a_reason_everyone_reads(browser, make, session):
    round_ = open_round(make)
    path = f"/rounds/{round_.slug}/close"

    browser.sign_in(make.host())
    asked = browser.post(path, reason="The hall burned down.", follow=True)
    browser.sign_in(make.moderator())
    closed = browser.post(path, reason="", follow=True)

    assert "The other side has been asked." in asked.text
    assert "The comment period is closed." in closed.text
    assert "The hall burned down." in browser.get(f"/rounds/{round_.slug}").text


def test_an_extension_moves_the_closing_and_is_told_with_its_reason(browser, make, session):
    round_ = open_round(make)
    path = f"/rounds/{round_.slug}/extend"
    browser.sign_in(make.host())

    missing = browser.post(path, closes_on="2030-06-14", closes_time="17:00")
    moved = browser.post(
        path, closes_on="2030-06-14", closes_time="17:00", reason="Snow.", follow=True
    )

    assert missing.error_of("reason") == "Give the reason. Everyone can read it."
    assert "Snow." in moved.text
    session.refresh(round_)
    assert round_.closes_at.isoformat() == "2030-06-14T22:00:00+00:00"


def test_an_expired_signature_changes_nothing(browser, make, session):
    host = make.host()
    round_ = planned(make, host=host)
    browser.sign_in(host)

    page = browser.send(f"/host/rounds/{round_.slug}/sign", {})

    assert page.status_code == 409
    assert session.get(Round, round_.id).host_signed_at is None
