"""The board, an answer given on its page, and everything that can be refused there."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from feedback_app.comments.models import CommentKind, Point
from feedback_app.core import clock
from feedback_app.organizations.models import Role
from feedback_app.rounds.models import Answering
from feedback_app.triage.models import Disposition, Outcome
from feedback_app.triage.services import record_disposition


@pytest.fixture
def moderator(make):
    return make.moderator(name="R. Alder")


@pytest.fixture
def point(make):
    return make.point(body="Ask the <family> first.", quote="They speak slowly.")


GOOD = {
    "outcome": "adopted",
    "rationale": "Officers will ask the family.",
    "office": "Training division",
    "authority": "Training director",
    "language": "en",
}


def path(point):
    return f"/triage/points/{point.public_id}"


def count(session):
    return session.scalar(select(func.count()).select_from(Disposition))


def test_a_moderator_finds_their_rounds_and_what_is_left_to_answer(browser, make, moderator):
    round_ = make.round(answers_due_on=clock.now().date())
    make.comment(round=round_)
    make.round(revision=foreign_revision(make))
    browser.sign_in(moderator)

    page = browser.get("/triage/")

    rows = [" ".join(row.get_text(" ").split()) for row in page.soup.select("tbody tr")]
    assert len(rows) == 1
    assert round_.text("en").title in rows[0]


@pytest.mark.parametrize(
    ("who", "drafts", "answers"),
    [
        ("author", True, True),
        ("moderator", True, True),
        ("manager", True, True),
        ("reviewer", False, True),
        ("host", False, False),
        ("account", False, False),
    ],
)
def test_the_header_leads_everyone_to_what_their_role_may_read(
    browser, make, point, who, drafts, answers
):
    browser.sign_in(getattr(make, who)())

    head = browser.get("/").soup.find("header")

    assert bool(head.select_one('a[href="/authoring/"]')) is drafts
    assert bool(head.select_one('a[href="/triage/"]')) is answers
    assert (browser.get("/authoring/").status_code == 200) is drafts
    assert (browser.get("/triage/").status_code == 200) is answers


def foreign_revision(make):
    department = make.organization()
    return make.revision(curriculum=make.curriculum(department=department))


def test_the_board_shows_the_list_and_the_first_comment_with_its_words(
    browser, make, moderator, point
):
    browser.sign_in(moderator)

    page = browser.get(f"/triage/{point.comment.round.slug}")

    assert page.status_code == 200
    assert "Ask the <family> first." in page.text
    assert page.soup.select_one(".prose .q--on").get_text() == "They speak slowly."
    assert page.form().get("action") == path(point)


def test_filters_stand_in_the_address(browser, make, moderator, point):
    make.comment(round=point.comment.round, body="Why?", kind=CommentKind.QUESTION)
    browser.sign_in(moderator)

    page = browser.get(f"/triage/{point.comment.round.slug}?kind=question")

    assert [a.get_text() for a in page.soup.select(".queue .txt")] == ["Why?"]
    assert all("kind=question" in a["href"] for a in page.soup.select(".queue a"))
    nothing = browser.get(f"/triage/{point.comment.round.slug}?words=zebra")
    assert nothing.status_code == 200
    assert "Nothing here." in nothing.text


@pytest.mark.parametrize("name", ["words", "section", "state", "kind", "order"])
def test_a_filter_that_no_text_can_hold_finds_nothing_and_breaks_nothing(
    browser, moderator, point, name
):
    browser.sign_in(moderator)

    page = browser.get(f"/triage/{point.comment.round.slug}?{name}=%00%FF%27")

    assert page.status_code == 200


def test_an_answer_is_saved_and_shown(browser, session, moderator, point):
    browser.sign_in(moderator)

    page = browser.post(path(point), **GOOD, follow=True)

    assert page.status_code == 200
    assert "not public yet" in page.text
    assert "decided by R. Alder" in page.text
    assert session.scalars(select(Disposition)).one().outcome is Outcome.ADOPTED


def test_save_and_next_leads_to_the_next_one_without_an_answer(browser, make, moderator, point):
    round_ = point.comment.round
    following = make.point(round=round_, body="second")
    browser.sign_in(moderator)

    first = browser.post(path(following), **GOOD, next="1")
    last = browser.post(path(point), **GOOD, next="1")

    assert first.location.endswith(path(point))
    assert last.location.endswith(f"/triage/{round_.slug}")


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"outcome": None}, "outcome", "Choose an answer."),
        ({"rationale": " "}, "rationale", "Say why. Residents read it beside their comment."),
        (
            {"outcome": "not_adopted"},
            "reason",
            "Choose why nothing changes.",
        ),
        (
            {"outcome": "not_adopted", "reason": "set_by_law"},
            "reason_detail",
            "This reason needs its proof: the rule, the minutes, the source or the reader.",
        ),
        ({"outcome": "deferred"}, "due_on", "Give the day on which this comes back."),
        (
            {"outcome": "out_of_scope"},
            "referred_to",
            "Name the office that this belongs to.",
        ),
        (
            {"outcome": "already_covered"},
            "covered_section",
            "Choose the section that already says it.",
        ),
        ({"office": ""}, "office", "Name the office that answers."),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(
    browser, session, moderator, point, change, field, sentence
):
    browser.sign_in(moderator)

    page = browser.post(path(point), **(GOOD | change))

    assert page.status_code == 422
    assert page.error_of(field) == sentence
    assert page.typed("authority") == "Training director"
    assert count(session) == 0


def test_everything_that_is_missing_is_said_at_once(browser, moderator, point):
    browser.sign_in(moderator)

    page = browser.post(path(point), **(GOOD | {"outcome": "not_adopted", "rationale": ""}))

    assert [page.error_of(f) is None for f in ("rationale", "reason", "reason_detail")] == [
        False,
        False,
        False,
    ]

    page = browser.post(path(point), **(GOOD | {"outcome": "already_covered", "office": ""}))

    assert page.error_of("office") is not None
    assert page.error_of("covered_section") == "Choose the section that already says it."


def test_words_that_say_it_already_are_found_in_their_section(browser, moderator, point):
    key = point.comment.revision.sections[1].key
    browser.sign_in(moderator)
    covered = GOOD | {"outcome": "already_covered", "covered_section": key}

    wrong = browser.post(path(point), **covered, covered_words="They shout.")
    right = browser.post(path(point), **covered, covered_words="They ask the family.")

    assert wrong.error_of("covered_words") == (
        "These words are not in that section. Copy them letter by letter."
    )
    assert right.status_code == 303


def test_two_moderators_at_once_lose_neither_text(browser, session, make, moderator, point):
    browser.sign_in(moderator)
    shown = browser.get(path(point))
    record_disposition(
        session,
        point,
        actor=make.actor(make.moderator()),
        outcome=Outcome.DEFERRED,
        rationale="The other one was faster.",
        office="Training",
        authority="Director",
        due_on=clock.now().date() + timedelta(days=900),
    )

    page = browser.send(path(point), shown.hidden() | GOOD)

    assert page.status_code == 409
    assert "The other one was faster." in page.text
    assert page.typed("rationale") == "Officers will ask the family."
    assert count(session) == 1
    again = browser.send(path(point), page.hidden() | GOOD)
    assert again.status_code == 303


def test_an_answer_to_a_comment_taken_back_meanwhile_is_given_back(
    browser, session, moderator, point
):
    browser.sign_in(moderator)
    shown = browser.get(path(point))
    point.comment.withdrawn_at = clock.now()

    page = browser.send(path(point), shown.hidden() | GOOD)

    assert page.status_code == 409
    assert "Officers will ask the family." in page.html
    assert "Ask the" not in page.text
    assert count(session) == 0


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("author", 200),
        ("manager", 200),
        ("reviewer", 200),
        ("host", 404),
        ("host_manager", 404),
        ("administrator", 404),
        ("account", 404),
    ],
)
def test_who_sees_the_board_and_that_only_moderators_answer(
    browser, session, make, point, who, sees
):
    browser.sign_in(getattr(make, who)())
    slug = point.comment.round.slug

    assert browser.get(f"/triage/{slug}").status_code == sees
    page = browser.get(path(point))
    assert page.status_code == sees
    assert page.soup.find("textarea") is None
    assert browser.send(path(point), GOOD).status_code == 404
    assert browser.get(f"{path(point)}/split").status_code == 404
    assert count(session) == 0


def test_a_visitor_is_asked_to_sign_in(browser, point):
    for address in ("/triage/", f"/triage/{point.comment.round.slug}", path(point)):
        page = browser.get(address)
        assert page.status_code == 302
        assert "/sign-in" in page.location


def test_a_moderator_of_another_department_finds_nothing(browser, make, point):
    browser.sign_in(make.member(Role.MODERATOR, make.organization()))

    assert browser.get(path(point)).status_code == 404
    assert browser.get(f"/triage/{point.comment.round.slug}").status_code == 404
    assert browser.get(f"/triage/{point.comment.round.slug}/publish").status_code == 404


def test_a_letter_is_split_by_marking_where_each_ask_begins(browser, session, make, moderator):
    point = make.point(body="Dear all. Ask first. They know. Pay the actors.")
    browser.sign_in(moderator)
    split = f"{path(point)}/split"

    one = browser.post(split, starts=["2"])
    done = browser.post(split, starts=["2", "4"], follow=True)

    assert one.status_code == 422
    assert one.error_of("starts") == "Mark at least two places where something new is asked."
    assert "Ask 1 of 2 in this comment" in done.text
    active = session.scalars(select(Point).where(Point.retired_at.is_(None))).all()
    assert [p.passage for p in active] == ["Ask first. They know.", "Pay the actors."]
    old = browser.get(path(point))
    assert "This comment was split anew" in old.text
    again = browser.post(f"{path(active[0])}/split", whole="1")
    assert again.status_code == 303
    session.expire_all()
    assert session.scalar(select(func.count()).where(Point.retired_at.is_(None))) == 1


def test_a_second_person_signs_on_a_page_of_its_own(browser, session, make, moderator):
    revision = make.revision(sections=[{"changed_by_id": moderator.id}, {}])
    point = make.point(round=make.round(revision=revision))
    second = make.moderator()
    browser.sign_in(moderator)
    shown = browser.post(path(point), **GOOD, follow=True)
    given = session.scalars(select(Disposition)).one()
    sign = f"/triage/dispositions/{given.public_id}/sign"
    own = browser.get(sign)
    browser.sign_out()
    browser.sign_in(second)

    signed = browser.post(sign)

    assert "Second person needed" in shown.text
    assert own.status_code == 403
    assert signed.status_code == 303
    session.expire_all()
    assert given.confirmed_by_id == second.id


def test_a_host_reads_and_signs_only_where_they_are_needed(browser, session, make, moderator):
    revision = make.revision(sections=[{"changed_by_id": moderator.id}, {}])
    given = make.disposition(
        point=make.point(round=make.round(revision=revision)),
        needs_second=True,
        decided_by_id=moderator.id,
    )
    sign = f"/triage/dispositions/{given.public_id}/sign"
    browser.sign_in(make.host())
    assert browser.get(sign).status_code == 200

    make.moderator()

    assert browser.get(sign).status_code == 403


def test_one_answer_is_published_by_itself_where_the_round_says_so(
    browser, session, make, moderator
):
    round_ = make.round(answering=Answering.ONE_BY_ONE)
    given = make.disposition(point=make.point(round=round_))
    together = make.disposition()
    browser.sign_in(moderator)

    done = browser.post(f"/triage/dispositions/{given.public_id}/publish")
    refused = browser.post(f"/triage/dispositions/{together.public_id}/publish")

    assert done.status_code == 303
    assert refused.status_code == 409
    session.expire_all()
    assert given.published_at is not None
    assert together.published_at is None
