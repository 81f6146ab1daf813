"""Any two published versions can be compared, each change beside what brought it about."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from feedback_app.curricula import pairs
from feedback_app.curricula.models import RevisionPair
from tests.triage.redrafting import Redraft

pytestmark = pytest.mark.one_engine


@pytest.fixture
def course(session, make):
    """Version 2 rewords the first section for a comment, version 3 the second one for a law."""
    first = Redraft(session, make)
    first.reword()
    first.tie(first.answer(first.point(body="Which one do I obey?")))
    first.publish()
    second = Redraft.again(first)
    second.write(second.second, "louder", "once, in a calm voice")
    second.explain(second.second, hunk=1, excerpt="once, in a calm voice", note="House Bill 9")
    second.publish()
    return second


def address(course, number, more=""):
    return f"/curricula/{course.base.curriculum.slug}/revisions/{number}/changes{more}"


def test_two_versions_that_are_no_neighbors_show_the_reasons_of_both_steps(course, browser):
    page = browser.get(address(course, 3, "?against=1"))

    first = page.soup.find(id=course.first)
    second = page.soup.find(id=course.second)
    assert "Which one do I obey?" in first.get_text(" ")
    assert "In version 2" in first.find("article").get_text(" ")
    assert "House Bill 9" in second.get_text(" ")
    assert second.find(id=f"{course.second}-1").name == "del"
    assert "Set-Cookie" not in page.headers
    assert "In words: 2 paragraphs reworded." in page.text


def test_a_pair_is_kept_when_it_is_published_and_is_what_comparing_would_give(course, session):
    (kept,) = session.scalars(select(RevisionPair)).all()
    path = pairs.path_between(
        pairs.published_versions(session, course.base.curriculum_id),
        kept.base_id,
        kept.revision_id,
    )
    found, steps = pairs.changes_between(session, kept.base_id, path)
    versions = pairs.queries.section_versions

    made = pairs.prepare_pair(
        kept.base_id, versions(session, kept.base_id), versions(session, kept.revision_id)
    )
    assert kept.drawing == made.drawing
    assert [section.key for section in found.values()] == [course.first, course.second]
    assert [[s.key for s in step] for step in steps] == [[course.first], [course.second]]


@pytest.mark.parametrize("show", ["", "&show=sides", "&show=old"])
def test_who_is_signed_in_compares_any_two_versions_in_eight_statements(
    course, browser, make, statements, show
):
    browser.sign_in(make.account())
    path = address(course, 3, f"?against=1{show}")
    browser.get(path)
    statements.clear()

    page = browser.get(path)

    assert page.status_code == 200
    assert len(statements) <= 8


def test_the_form_leads_to_any_two_versions_whichever_is_named_first(course, browser):
    shown = browser.get(address(course, 2))
    form = shown.soup.find("form", class_="versions")
    assert [o["value"] for o in form.find("select").find_all("option")] == ["3", "2", "1"]

    later = browser.get(address(course, 2, "?version=3&against=1"))
    turned = browser.get(address(course, 1, "?version=1&against=3&show=sides"))
    same = browser.get(address(course, 2, "?version=2&against=2"))

    assert later.location == address(course, 3, "?against=1")
    assert turned.location == address(course, 3, "?against=1&show=sides")
    assert "This is one and the same version." in same.text


@pytest.mark.parametrize("wrong", ["?against=4", "?against=0", "?version=9", "?show=x"])
def test_a_version_that_is_not_there_is_not_found(course, browser, wrong):
    assert browser.get(address(course, 2, wrong)).status_code == 404


def test_a_draft_is_nobodys_pair(course, browser):
    Redraft.again(course)

    assert browser.get(address(course, 3, "?version=4&against=1")).status_code == 404


def test_old_and_new_stand_side_by_side_and_each_change_has_one_place(course, browser):
    page = browser.get(address(course, 3, "?against=1&show=sides"))

    row = page.soup.find(id=course.first).find(class_="sides")
    old, new = row.find_all("div", recursive=False)
    assert "Version 1" in old.get_text(" ")
    assert old.find("del")
    assert not old.find("ins")
    assert new.find("ins")
    assert not new.find("del")
    ids = [tag["id"] for tag in page.soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert f"{course.first}-1" in ids


def test_one_change_leads_to_the_next_without_a_script(course, browser):
    page = browser.get(address(course, 3, "?against=1"))

    start = page.soup.find("a", string="Go to the first change")["href"]
    change = page.soup.find(id=start.removeprefix("#")).find_parent(class_="chg")
    following = change.find("a", string="Next change")["href"]

    assert (start, following) == (f"#{course.first}-1", f"#{course.second}-1")
    assert change["aria-label"] == "1 paragraph reworded"


def test_the_table_of_two_versions_leads_to_each_change(course, browser):
    page = browser.get(address(course, 3, ".csv?against=1"))

    rows = list(csv.DictReader(io.StringIO(page.html)))
    assert [row["base"] for row in rows] == ["1", "1"]
    assert [row["cause"] for row in rows] == ["point", "own"]
    assert rows[0]["change_url"].endswith(address(course, 3, f"?against=1#{course.first}-1"))


def test_a_reason_follows_its_words_through_later_edits_and_is_left_out_where_they_are_gone(
    session, make, browser
):
    first = Redraft(session, make)
    first.reword()
    first.explain(hunk=1, excerpt="speaks", note="The county asked.")
    first.publish()
    second = Redraft.again(first)
    second.write(second.first, "Count it.", "Count it twice.")
    second.write(second.second, "louder", "once")
    second.explain(second.first, hunk=1, excerpt=" twice", note="One count was too few.")
    second.publish(because={"uncaused": "Found while proofreading."})

    page = browser.get(address(second, 3, "?against=1"))

    changes = page.soup.find(id=second.first).find_all(class_="chg")
    said = [change.get_text(" ") for change in changes]
    assert "The county asked." in said[0]
    assert "One count was too few." in said[-1]
