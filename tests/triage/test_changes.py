"""The pages of a draft's changes: their reasons, the gate, the public redline."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import event

from feedback_app.accounts.models import Account
from feedback_app.core import clock
from feedback_app.curricula.models import Revision
from feedback_app.triage.causes import causes_of
from feedback_app.triage.models import Adoption, CauseKind, Outcome
from tests.triage.redrafting import Redraft


@pytest.fixture
def redraft(session, make):
    return Redraft(session, make)


@pytest.fixture
def author(session, redraft):
    return session.get(Account, redraft.author.account_id)


@pytest.fixture
def moderator(session, redraft):
    return session.get(Account, redraft.moderator.account_id)


def slug(redraft):
    return redraft.base.curriculum.slug


def published(redraft, **values):
    """Version 2, reworded because of one comment whose answer is tied to the words."""
    redraft.reword()
    comment = redraft.comment(body="Four people yelling. Which one do I obey?", **values)
    redraft.tie(redraft.answer(comment.points[0]))
    redraft.publish()
    return comment


def changes(redraft, more=""):
    return f"/curricula/{slug(redraft)}/revisions/2/changes{more}"


def test_everybody_reads_what_changed_beside_the_comment_that_caused_it(redraft, browser):
    comment = published(redraft)

    page = browser.get(changes(redraft))

    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert page.soup.select_one(".prose ins").get_text(" ", strip=True) == "added: speaks"
    card = page.soup.find("article", class_="cause")
    assert "1 comment" in card.get_text(" ")
    assert "Which one do I obey?" in card.get_text(" ")
    assert "We changed it" in card.get_text(" ")
    assert card.find("a", href=f"/comments/{comment.public_id}")
    letter = page.soup.find(id=redraft.first).find("a", class_="ref")
    assert page.soup.find(id=letter["href"].removeprefix("#")) is card
    assert letter.parent["class"] == ["nb"]  # no line begins with the full stop
    assert letter.parent.get_text().strip() == "a."
    assert "Section 2: no change" in page.text


@pytest.mark.parametrize(
    ("show", "reads", "not_there"),
    [
        ("new", "One officer speaks.", "should speak"),
        ("old", "One officer should speak where practical.", "officer speaks"),
    ],
)
def test_the_texts_can_be_read_without_marks(redraft, browser, show, reads, not_there):
    published(redraft)

    page = browser.get(changes(redraft, f"?show={show}"))

    assert reads in page.text
    assert not_there not in page.soup.find(class_="reader").get_text(" ")


def test_a_withdrawn_comment_is_a_reason_without_words_or_name(redraft, browser):
    comment = published(redraft, display_name="Ray")
    comment.withdrawn_at = clock.now()

    page = browser.get(changes(redraft))

    assert "Withdrawn since by its author" in page.text
    assert "Which one do I obey?" not in page.text
    assert "Ray" not in page.text


def test_a_change_without_a_reason_says_so_with_the_public_excuse(redraft, browser):
    redraft.reword()
    redraft.publish(because={"uncaused": "Found while proofreading."})

    page = browser.get(changes(redraft))

    assert "No reason given Found while proofreading." in page.text


def test_a_published_promise_stands_at_the_old_words_with_its_age(redraft, browser):
    comment = redraft.comment(body="Leave a card.", quote="Count it.")
    redraft.answer(
        comment.points[0],
        rationale="A card will be left.",
        published_at=clock.now() - timedelta(days=112),
    )
    redraft.publish(because={"promises": "The cards are being printed."})

    page = browser.get(changes(redraft))

    section = page.soup.find(id=redraft.first)
    assert "112 days" not in section.get_text(" ")  # renewed in daylight: its age starts anew
    assert "0 days" in section.get_text(" ")
    assert "A card will be left." in section.get_text(" ")


def test_an_answer_that_is_not_public_shows_no_outcome(redraft, browser):
    redraft.reword()
    point = redraft.point()
    redraft.answer(point, outcome=Outcome.NOTED)
    redraft.explain(kind=CauseKind.POINT, point=point)
    redraft.publish(because={"unadopted": "Its answer comes with the report."})

    page = browser.get(changes(redraft))

    assert "Too much at once." in page.text
    assert not page.soup.select(".cause .tag")


def test_a_draft_has_no_public_changes(redraft, browser, author):
    assert browser.get(changes(redraft)).status_code == 404
    browser.sign_in(author)
    assert browser.get(changes(redraft)).status_code == 404


def test_the_changes_come_as_a_table_too(redraft, browser):
    comment = published(redraft)

    page = browser.get(changes(redraft, ".csv"))

    (row,) = csv.DictReader(io.StringIO(page.html))
    assert row["section_key"] == redraft.first
    assert row["after"] == "speaks"
    assert (row["cause"], row["answer"]) == ("point", "adopted")
    assert row["comment_url"] == f"http://localhost/comments/{comment.public_id}"


def test_the_first_version_has_nothing_to_compare(redraft, browser):
    page = browser.get(f"/curricula/{slug(redraft)}/revisions/1/changes")

    assert "This is the first version." in page.text


def test_an_author_says_which_comments_brought_a_change_about(
    redraft, browser, author, session
):
    redraft.reword()
    about = redraft.point(quote="should speak where practical", body="Who speaks?")
    redraft.point(body="Something else.")
    browser.sign_in(author)
    path = f"/authoring/{slug(redraft)}/changes/{redraft.first}/cause?hunk=1"

    shown = browser.get(path)
    first = shown.soup.find("input", attrs={"name": "points"})
    assert first["value"] == about.public_id  # the one about the changed words comes first
    page = browser.post(path, kind="point", points=about.public_id)

    assert page.status_code == 303
    (cause,) = causes_of(session, redraft.draft.id)
    assert (cause.point_id, cause.hunk, cause.excerpt) == (about.id, 1, "speaks")
    assert "Who speaks?" in browser.get(f"/authoring/{slug(redraft)}/changes").text


def test_a_comment_of_another_section_is_named_by_its_address(
    redraft, browser, author, session
):
    redraft.reword()
    other = redraft.comment(section_key=redraft.second)
    browser.sign_in(author)
    path = f"/authoring/{slug(redraft)}/changes/{redraft.first}/cause"

    wrong = browser.post(path, kind="point", elsewhere="the one by Ray")
    right = browser.post(
        path, kind="point", elsewhere=f"http://localhost/es/comments/{other.public_id}"
    )

    assert wrong.status_code == 422
    assert wrong.error_of("elsewhere") == "There is no comment at this address."
    assert wrong.typed("elsewhere") == "the one by Ray"
    assert right.status_code == 303
    assert [c.point_id for c in causes_of(session, redraft.draft.id)] == [other.points[0].id]


def test_another_reason_needs_a_sentence(redraft, browser, author):
    redraft.reword()
    browser.sign_in(author)

    page = browser.post(
        f"/authoring/{slug(redraft)}/changes/{redraft.first}/cause?hunk=1", kind="law", note=" "
    )

    assert page.status_code == 422
    assert page.error_of("note") == "Say in a sentence what brought this change about."


def test_a_reason_is_taken_back(redraft, browser, author, session):
    redraft.reword()
    cause = redraft.explain(hunk=1, excerpt="speaks")
    browser.sign_in(author)

    page = browser.post(f"/authoring/{slug(redraft)}/causes/{cause.public_id}/remove")

    assert page.status_code == 303
    assert causes_of(session, redraft.draft.id) == []


def test_a_moderator_ties_a_promise_to_a_change_near_the_comment(
    redraft, browser, moderator, session
):
    redraft.reword()
    redraft.write(redraft.second, "louder", "once")
    comment = redraft.comment(
        section_key=redraft.second, quote="Officers repeat the command louder"
    )
    answer = redraft.answer(comment.points[0])
    browser.sign_in(moderator)
    path = f"/triage/dispositions/{answer.public_id}/adopt"

    shown = browser.get(path)
    offered = [field["value"] for field in shown.soup.find_all("input", attrs={"name": "hunk"})]
    assert offered == [f"{redraft.second}.1", f"{redraft.first}.1"]
    page = browser.post(path, hunk=offered[0])

    assert page.status_code == 303
    adoption = session.query(Adoption).one()
    assert (adoption.exact, adoption.section_key) == ("once", redraft.second)
    assert "Untie it" in browser.get(path).text


def test_a_change_in_another_section_needs_a_reason_beside_its_field(
    redraft, browser, moderator, session
):
    redraft.reword()
    answer = redraft.answer(redraft.point(section_key=redraft.second))
    browser.sign_in(moderator)
    path = f"/triage/dispositions/{answer.public_id}/adopt"

    page = browser.post(path, hunk=f"{redraft.first}.1")

    assert page.status_code == 422
    assert "Say why the change is made here." in page.error_of("elsewhere_reason")
    assert session.query(Adoption).count() == 0


def test_a_promise_is_untied(redraft, browser, moderator, session):
    redraft.reword()
    answer = redraft.answer()
    adoption = redraft.tie(answer)
    browser.sign_in(moderator)

    page = browser.post(
        f"/triage/dispositions/{answer.public_id}/adoptions/{adoption.public_id}/remove"
    )

    assert page.status_code == 303
    assert session.query(Adoption).count() == 0


def test_the_gate_lists_what_is_open_and_names_every_missing_reason(
    redraft, browser, moderator
):
    redraft.reword()
    redraft.comment(body="Who pays for this?")
    redraft.answer(redraft.point(body="Leave a card."))
    browser.sign_in(moderator)
    path = f"/authoring/{slug(redraft)}/publish"

    page = browser.post(path, change_note="One officer speaks.", is_material="yes")

    assert page.status_code == 422
    for listed in ("undecided", "promises", "uncaused"):
        assert page.error_of(f"reason_{listed}"), listed
    assert page.typed("change_note") == "One officer speaks."
    assert "Who pays for this?" in page.text
    assert "The minutes do not add up yet." in page.text
    assert not redraft.session.get(Revision, redraft.draft.id).is_public


def test_a_moderator_publishes_through_the_gate(redraft, browser, moderator, session):
    redraft.reword()
    redraft.explain(hunk=1, excerpt="speaks")
    browser.sign_in(moderator)
    path = f"/authoring/{slug(redraft)}/publish"
    assert "Nothing is left open." in browser.get(path).text

    page = browser.post(path, change_note="One officer speaks.", is_material="yes")

    assert page.location == changes(redraft)
    assert session.get(Revision, redraft.draft.id).is_public


def test_a_draft_that_moved_under_the_gate_is_shown_anew(redraft, browser, moderator):
    redraft.explain()
    browser.sign_in(moderator)
    path = f"/authoring/{slug(redraft)}/publish"
    seen = browser.get(path).hidden()
    redraft.reword()

    page = browser.send(path, {**seen, "change_note": "Nothing.", "is_material": "yes"})

    assert page.status_code == 409
    assert page.typed("change_note") == "Nothing."
    assert "nothing was published" in page.text


def test_what_looks_secret_is_looked_at_before_it_is_public(
    redraft, browser, moderator, session
):
    redraft.write(redraft.second, "louder", "louder, see 123-45-6789")
    redraft.explain(redraft.second)
    browser.sign_in(moderator)
    path = f"/authoring/{slug(redraft)}/publish"
    fields = {"change_note": "A number.", "is_material": "yes"}

    refused = browser.post(path, **fields)
    page = browser.post(path, **fields, looked="y")

    assert "Social Security number" in refused.text
    assert refused.error_of("looked")
    assert page.status_code == 303


def queries_of(database, browser, path):
    counted = []

    def count(*_args):
        counted.append(1)

    event.listen(database.engine, "before_cursor_execute", count)
    assert browser.get(path).status_code == 200
    event.remove(database.engine, "before_cursor_execute", count)
    return len(counted)


@pytest.mark.parametrize("show", ["", "?show=old"])
def test_more_comments_cost_no_more_queries(redraft, browser, database, author, show):
    redraft.reword()
    for _ in range(3):
        redraft.tie(redraft.answer())
    redraft.publish()
    browser.sign_in(author)
    few = queries_of(database, browser, changes(redraft, show))
    more = Redraft.again(redraft)
    more.write(more.second, "louder", "once")
    for _ in range(12):
        more.tie(more.answer(more.point(section_key=more.second)), "once", more.second)
    more.publish()

    path = f"/curricula/{slug(redraft)}/revisions/3/changes{show}"

    assert queries_of(database, browser, path) == few <= 8


def test_an_open_comment_period_closes_the_gate(redraft, browser, moderator, make):
    round_ = make.round(revision=redraft.base, open=True)
    browser.sign_in(moderator)
    path = f"/authoring/{slug(redraft)}/publish"

    page = browser.get(path)
    assert "People are still commenting on version 1." in page.text
    assert page.soup.find(href=f"/rounds/{round_.slug}").text == round_.text("en").title
    assert browser.post(path, change_note="x", is_material="yes").status_code == 409


def test_a_manager_says_from_when_a_version_is_taught(redraft, browser, make, session):
    browser.sign_in(make.manager())
    path = f"/authoring/{slug(redraft)}/in-force"
    fields = {"revision": "1", "on": "2027-01-04", "authority": "Chief, order 27-1"}

    refused = browser.post(path, **fields)
    page = browser.post(path, **fields, material_reason="The law begins on this day.")
    assert refused.error_of("material_reason")
    assert page.status_code == 303
    assert str(session.get(Revision, redraft.base.id).in_force_on) == "2027-01-04"


@pytest.mark.parametrize("role", ["author", "reviewer", "host", "administrator"])
def test_others_cannot_open_the_gate(redraft, browser, make, role):
    browser.sign_in(getattr(make, role)())
    assert browser.get(f"/authoring/{slug(redraft)}/publish").status_code in {403, 404}
