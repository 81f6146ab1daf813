"""Dividing and joining sections: comments go with their words, and it is said before."""

import pytest

from feedback_app.core.html import render
from feedback_app.curricula import queries
from feedback_app.curricula.drafting import SectionMoved
from feedback_app.curricula.joining import OneIsNotShown, join_sections
from feedback_app.curricula.models import Openness
from feedback_app.curricula.services import Placeholder, start_revision, withhold

pytestmark = pytest.mark.one_engine
FIRST = "Officers stand well back from the door and keep their voices low."
SECOND = "They ask the neighbors who lives there and what has calmed them before."


@pytest.fixture
def author(make):
    return make.author()


@pytest.fixture
def draft(session, make, author):
    base = make.revision(
        sections=[
            {"title": "How", "source": f"{FIRST}\n\n{SECOND}", "minutes": 20},
            {"title": "Why", "source": "People call for help.[^1]\n\n[^1]: By night."},
        ]
    )
    return start_revision(session, base.curriculum, actor=make.actor(author))


@pytest.fixture
def pages(browser, author, draft):
    browser.sign_in(author)
    return browser


@pytest.fixture
def said(make, draft):
    """Comments on words of both halves and on the section as a whole."""
    round_ = make.round(revision=draft.base)
    key = draft.sections[0].key

    def on(quote):
        return make.comment(round=round_, section_key=key, quote=quote, body=f"On {quote}")

    return on(FIRST), on(SECOND), on(None)


def base_of(draft):
    return f"/authoring/{draft.curriculum.slug}/sections"


def under(page):
    """The comments listed under each heading of where they will stand."""
    return {
        " ".join(heading.get_text().split()): [
            each.get_text() for each in heading.find_next("ul").select(".said")
        ]
        for heading in page.soup.select("#fates ~ h3")
    }


def test_dividing_says_first_where_each_comment_will_stand(session, pages, draft, said):
    section = draft.sections[0]
    path = f"{base_of(draft)}/{section.key}/split"

    page = pages.post(path, at="1", title="Asking", look="1")

    assert page.status_code == 200
    assert under(page) == {
        "2 comments in “How”": [FIRST, "On None"],
        "1 comment in “Asking”": [SECOND],
    }
    assert len(queries.outline(session, draft.id)) == 2

    done = pages.send(path, page.hidden() | {"at": "1", "title": "Asking"})

    assert [row.title for row in queries.outline(session, draft.id)] == ["How", "Asking", "Why"]
    second = pages.get(done.location)
    assert [quote.get_text() for quote in second.soup.select("#beside .quote")] == [SECOND]
    first = pages.get(f"{base_of(draft)}/{section.key}")
    assert SECOND not in first.soup.select_one("#beside").get_text()


def test_a_section_that_changed_meanwhile_is_not_divided(session, pages, draft):
    section = draft.sections[0]
    path = f"{base_of(draft)}/{section.key}/split"
    seen = pages.get(path).hidden()
    pages.post(f"{base_of(draft)}/{section.key}", title="How", source="One.\n\nTwo.\n\nThree.")

    page = pages.send(path, seen | {"at": "1", "title": "Asking"})

    assert page.status_code == 409
    assert [each["value"] for each in page.soup.select("input[name=at]")] == ["1", "2"]
    assert page.typed("title") == "Asking"
    assert len(queries.outline(session, draft.id)) == 2


def test_joining_keeps_the_first_key_adds_the_minutes_and_every_word(
    session, pages, draft, said
):
    first, second = draft.sections
    path = f"{base_of(draft)}/{first.key}/join"
    gone = f"{base_of(draft)}/{second.key}"

    page = pages.get(path)
    assert under(page) == {"3 comments in “How”": [FIRST, SECOND, "On None"]}
    assert page.soup.find("input", attrs={"name": "keeps_heading"}).has_attr("checked")
    fields = page.hidden() | {"title": "How and why", "keeps_heading": "y"}
    assert pages.send(path, fields).status_code == 303

    (row,) = queries.outline(session, draft.id, source=True)
    assert (row.key, row.title, row.minutes) == (first.key, "How and why", 50)
    for words in (FIRST, SECOND, "## Why", "People call for help.", "By night."):
        assert words in row.source
    assert pages.get(gone).status_code == 404


def test_two_authors_do_not_join_over_each_other(session, pages, draft):
    first, second = draft.sections
    path = f"{base_of(draft)}/{first.key}/join"
    seen = pages.get(path).hidden()
    pages.post(f"{base_of(draft)}/{second.key}", title="Why", source="Other words.")

    page = pages.send(path, seen | {"title": "Both"})

    assert page.status_code == 409
    assert page.typed("title") == "Both"
    assert len(queries.outline(session, draft.id)) == 2


def test_only_neighbors_are_joined_and_never_one_that_is_not_shown(
    session, make, author, draft
):
    actor = make.actor(author)
    first, second = draft.sections

    def join(one, other):
        join_sections(
            session,
            one,
            other,
            actor=actor,
            version=one.version,
            second_version=other.version,
            title="Both",
            source="x",
            rendered=render("x"),
        )

    with pytest.raises(SectionMoved):
        join(second, first)
    placeholder = Placeholder("Codes", "Training division", "Safety")
    withhold(session, second, actor=actor, version=second.version, placeholder=placeholder)
    with pytest.raises(OneIsNotShown):
        join(first, second)


def test_what_is_fixed_in_one_is_fixed_in_both(session, make, author, draft):
    first, second = draft.sections
    second.openness, second.authority = Openness.FIXED, "Order 5"
    session.flush()

    join_sections(
        session,
        first,
        second,
        actor=make.actor(author),
        version=first.version,
        second_version=second.version,
        title="Both",
        source="x",
        rendered=render("x"),
    )

    assert (first.openness, first.authority) == (Openness.FIXED, "Order 5")
