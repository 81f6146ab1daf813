"""The host's desk, the department's signature, and moving a closing, on their pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback_app.comments.models import Comment
from feedback_app.core import clock
from feedback_app.rounds import rules, services
from feedback_app.rounds.models import Audience, Round, RoundState, WhoMayComment
from tests.rounds.planning import open_round, plan, planned

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

    given = PLAN | {"host": make.host_organization().slug, "revision": revision.public_id}
    first = browser.post("/host/rounds/new", **given, follow=True)
    assert first.title == "What can change"
    assert "Can change" in first.text
    for step, following in (("change", "When"), ("when", "Who and how"), ("who", "Questions")):
        page = browser.post(f"/host/rounds/{slug}/{step}", **PLAN, follow=True)
        assert page.title == following
        if step == "when":
            assert "weekend or a holiday" in page.text
    asked = {
        f"{name}_{language}_{n}": f"{name} {n} {language}"
        for n in (1, 2, 3)
        for language in ("en", "es")
        for name in ("prompt", "summary")
    }
    ready = browser.post(f"/host/rounds/{slug}/questions", **asked, follow=True)
    assert (
        "this is the page on its first day" in browser.get(f"/host/rounds/{slug}/preview").text
    )
    assert "The page is complete." in ready.text
    assert new_browser().get(f"/rounds/{slug}").status_code == 404
    signed = browser.post(f"/host/rounds/{slug}/sign", page=f"/host/rounds/{slug}", follow=True)

    assert "data:image/svg+xml" in signed.html
    assert new_browser().get(f"/rounds/{slug}").status_code == 200
    round_ = session.scalars(select(Round).where(Round.slug == slug)).one()
    assert round_.closes_at.isoformat() == "2026-12-28T23:00:00+00:00"
    time.move(days=2)
    assert round_.state(time()) is RoundState.OPEN


def test_a_wrong_step_comes_back_filled_in_with_its_errors(browser, make, time):
    host = make.host()
    round_ = planned(make, host=host)
    make.round(slug="taken")
    browser.sign_in(host)
    new = PLAN | {
        "host": make.host_organization().slug,
        "revision": round_.revision.public_id,
        "slug": "taken",
    }

    def sent(**wrong):
        return browser.post(f"/host/rounds/{round_.slug}/when", **PLAN | wrong)

    taken = browser.post("/host/rounds/new", **new)
    short = sent(closes_on="2026-12-04", short_reason="")
    skipped = sent(opens_on="2027-03-14", opens_time="02:30", closes_on="2027-06-01")
    twice = sent(closes_on="2027-10-31", closes_time="25:00")

    assert short.status_code == taken.status_code == skipped.status_code == 422
    assert "at least 30 days" in short.error_of("short_reason")
    assert short.typed("closes_on") == "2026-12-04"
    assert taken.typed("why_es") == "El curso es viejo."
    assert "already used" in taken.error_of("slug")
    assert "does not exist" in skipped.error_of("opens_on")
    assert twice.status_code == 422
    assert twice.error_of("closes_time")


def test_everything_a_step_lacks_is_said_at_once_in_the_order_of_the_page(
    browser, make, session
):
    host = make.host()
    round_ = planned(make, host=host)
    browser.sign_in(host)

    given = PLAN | {"opens_on": "", "closes_on": "", "closes_time": ""}
    page = browser.post(f"/host/rounds/{round_.slug}/when", **given)

    assert page.status_code == 422
    links = [link["href"] for link in page.soup.select(".errors a")]
    assert links == ["#f-opens_on", "#f-closes_on", "#f-closes_time"]
    assert page.error_of("opens_on") == "Give the first day to comment, for example 2026-11-11."
    assert not page.soup.find("input", {"name": "which"})


def test_a_plan_is_saved_step_by_step_and_stays_a_plan_until_it_is_whole(
    browser, make, session, time
):
    revision = make.revision()
    browser.sign_in(make.host())
    given = {"host": make.host_organization().slug, "revision": revision.public_id}

    saved = browser.post(
        "/host/rounds/new",
        **given,
        slug="half",
        languages=["en", "es"],
        title_en="Half",
        later="1",
        follow=True,
    )

    assert "The page is not complete yet." in saved.text
    round_ = session.scalars(select(Round).where(Round.slug == "half")).one()
    assert (round_.closes_at - round_.opens_at) >= timedelta(days=30)
    assert (round_.answers_due_on - round_.closes_at.date()).days == 84
    page = browser.post(
        "/host/rounds/half/who", participation="invited", showing="after_own", later="1"
    )
    assert page.status_code == 303
    session.refresh(round_)
    assert (round_.participation.value, round_.showing.value) == ("invited", "after_own")
    assert round_.texts[0].title == "Half"
    assert not round_.is_public


def test_questions_that_offer_answers_need_as_many_in_each_language(
    browser, new_browser, make, session, time
):
    host = make.host()
    round_ = planned(make, host=host)
    browser.sign_in(host)
    path = f"/host/rounds/{round_.slug}/questions"
    asked = {
        f"{name}_{language}_{n}": f"{name} {n}"
        for n in (1, 2, 3)
        for language in ("en", "es")
        for name in ("prompt", "summary")
    }
    asked |= {"kind_1": "choice", "options_en_1": "More\nLess\n\nThe same"}

    long = browser.post(path, **asked | {"summary_en_2": "word " * 81})
    assert "At most 80 words; these are 81." in long.error_of("summary_en_2")
    half = browser.post(path, **asked, options_es_1="Más\nMenos", follow=True)
    assert "as many in each language" in half.text
    done = browser.post(path, **asked, options_es_1="Más\nMenos\nIgual", follow=True)
    assert "as many in each language" not in done.text
    services.sign_for_host(session, round_, actor=make.actor(host))
    time.move(days=2)

    resident = new_browser()
    page = resident.get(f"/es/rounds/{round_.slug}/questions")
    form = next(f for f in page.soup.find_all("form") if f.find("input", {"name": "choice"}))
    assert [label.get_text() for label in form.find_all("label", class_="choice")] == [
        "Más",
        "Menos",
        "Igual",
    ]
    sent = {i["name"]: i.get("value", "") for i in form.find_all("input", type="hidden")}
    check = resident.send(form["action"], sent | {"choice": "2", "body": ""})
    assert "Menos" in check.text
    hidden = check.hidden() | {"step": "send", "body": check.typed("body")}
    assert resident.send(form["action"], hidden).status_code == 303
    comment = session.scalars(select(Comment)).one()
    assert (comment.choice, comment.current.body) == (2, "Menos")


def test_officers_are_asked_by_a_neutral_host_alone(session, make):
    host = make.host()
    invited = {"audience": Audience.OFFICERS, "participation": WhoMayComment.INVITED}
    round_ = planned(make, host=host, **invited)

    assert round_.audience is Audience.OFFICERS
    round_.host_id = round_.department_id
    with pytest.raises(rules.NeedsANeutralHost):
        services._write_plan(session, round_, plan(**invited), 1)


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
    path = f"/host/rounds/{round_.slug}/when"
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
    for path in ("", "/edit", "/change", "/questions", "/kit", "/numbers", "/preview"):
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


@pytest.mark.one_engine
def test_nothing_waits_is_said_only_where_nothing_does(browser, make):
    round_ = open_round(make, department_signed_at=clock.now())
    browser.sign_in(make.host())
    path = f"/host/rounds/{round_.slug}"
    quiet = "Nothing is waiting for you."
    assert quiet in browser.get(path).text

    make.comment(round=round_, held_at=clock.now())

    page = browser.get(path)
    assert "1 comment waits for you." in page.text
    assert quiet not in page.text
