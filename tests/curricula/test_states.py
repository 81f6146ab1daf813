"""Every saved state of a draft can be brought back, and is erased when the draft is done."""

import pytest
from sqlalchemy import func, select

from feedback_app.core.html import render
from feedback_app.curricula import queries
from feedback_app.curricula.drafting import (
    SectionMoved,
    edit_section,
    new_section,
    remove_section,
)
from feedback_app.curricula.models import DraftAct, DraftState, Openness
from feedback_app.curricula.restoring import restore_state
from feedback_app.curricula.services import (
    Described,
    Placeholder,
    describe_sections,
    drop_revision,
    freeze,
    split_section,
    start_revision,
    withhold,
)
from feedback_app.curricula.states import states_of
from feedback_app.log import queries as log

HIDDEN = Placeholder("Radio codes", "Training division", "Officer safety")


@pytest.fixture
def author(make):
    return make.author(name="Renata")


@pytest.fixture
def actor(make, author):
    return make.actor(author)


@pytest.fixture
def draft(session, make, actor):
    base = make.revision(
        sections=[{"title": "How", "source": "Wait."}, {"title": "Why", "source": "Calls."}]
    )
    return start_revision(session, base.curriculum, actor=actor)


def section(session, draft, place=0):
    return session.scalars(
        select(type(draft.sections[0]))
        .where(type(draft.sections[0]).revision_id == draft.id)
        .order_by("position")
    ).all()[place]


def write(session, one, actor, source, **values):
    edit_section(
        session,
        one,
        actor=actor,
        version=values.get("version", one.version),
        title=values.get("title", one.title),
        source=source,
        rendered=render(source, key=one.key),
    )


def restore(session, state, actor, version):
    return restore_state(
        session,
        state,
        actor=actor,
        version=version,
        rendered=render(state.source, key=state.section_key),
    )


def kept(session, draft):
    rows, _more = states_of(session, draft)
    return [(row.act.value, row.source) for row in reversed(rows)]


def states(session, draft):
    return session.scalars(
        select(DraftState).where(DraftState.revision_id == draft.id).order_by(DraftState.id)
    ).all()


def test_saves_of_one_sitting_are_one_state(session, make, draft, actor, time):
    one = section(session, draft)
    write(session, one, actor, "Wait a")
    time.move(minutes=2)
    write(session, one, actor, "Wait a minute.")
    assert kept(session, draft) == [("begun", "Wait."), ("saved", "Wait a minute.")]

    time.move(minutes=6)
    write(session, one, actor, "Wait an hour.")
    write(session, one, make.actor(make.author()), "Wait two hours.")

    rows, _more = states_of(session, draft)
    assert [row.source for row in rows] == [
        "Wait two hours.",
        "Wait an hour.",
        "Wait a minute.",
        "Wait.",
    ]
    assert [row.before for row in rows] == [
        "Wait an hour.",
        "Wait a minute.",
        "Wait.",
        None,
    ]


@pytest.mark.one_engine
def test_a_state_comes_back_as_a_new_one_and_none_is_lost(session, draft, actor):
    one = section(session, draft)
    write(session, one, actor, "Something else.", title="Other")
    began = states(session, draft)[0]

    restore(session, began, actor, one.version)

    assert (one.title, one.source, one.text) == ("How", "Wait.", "Wait.")
    assert kept(session, draft) == [
        ("begun", "Wait."),
        ("saved", "Something else."),
        ("restored", "Wait."),
    ]


@pytest.mark.one_engine
def test_a_state_is_not_put_over_words_that_nobody_looked_at(session, draft, actor):
    one = section(session, draft)
    seen = one.version
    write(session, one, actor, "Theirs.")

    with pytest.raises(SectionMoved):
        restore(session, states(session, draft)[0], actor, seen)

    assert one.source == "Theirs."


@pytest.mark.one_engine
def test_a_section_that_was_taken_out_comes_back_in_its_place_under_its_key(
    session, draft, actor
):
    one = section(session, draft)
    key = one.key
    remove_section(session, one, actor=actor, version=one.version)
    assert [row.title for row in queries.outline(session, draft.id)] == ["Why"]

    restore(session, states(session, draft)[-1], actor, 0)

    rows = queries.outline(session, draft.id)
    assert [row.title for row in rows] == ["How", "Why"]
    assert (rows[0].key, rows[0].text) == (key, "Wait.")


@pytest.mark.one_engine
def test_facts_and_divisions_are_states_too(session, draft, actor):
    one = section(session, draft)
    row = queries.outline(session, draft.id)[0]
    facts = Described(row.key, row.version, row.kind, 90, Openness.FIXED, "Order 5")
    describe_sections(session, draft, [facts], actor=actor)
    split_section(
        session,
        one,
        actor=actor,
        version=one.version,
        source="Wai",
        rendered=render("Wai"),
        second=new_section(title="Second", source="t."),
    )
    assert [state.act for state in states(session, draft)] == [
        DraftAct.BEGUN,
        DraftAct.FACTS,
        DraftAct.DIVIDED,
        DraftAct.DIVIDED,
    ]

    restore(session, states(session, draft)[1], actor, one.version)

    assert (one.minutes, one.openness, one.authority) == (90, Openness.FIXED, "Order 5")


@pytest.mark.one_engine
def test_words_that_are_not_shown_stay_so_whatever_comes_back(session, draft, actor):
    one = section(session, draft)
    write(session, one, actor, "The code is 10-96.")
    withhold(session, one, actor=actor, version=one.version, placeholder=HIDDEN)

    restore(session, states(session, draft)[1], actor, one.version)

    assert (one.is_withheld, one.source, one.text) == (True, "", "")
    assert one.passage.source == "The code is 10-96."


@pytest.mark.parametrize("end", ["published", "dropped"])
def test_states_are_erased_with_their_draft_and_never_logged(session, make, draft, actor, end):
    write(session, section(session, draft), actor, "Wait a minute.")
    before = log.size(session)

    if end == "dropped":
        drop_revision(session, draft, actor=actor, reason="A new standard.")
    else:
        freeze(
            session,
            draft,
            at=draft.started_at,
            actor=make.actor(make.moderator()),
            change_note="Longer.",
            is_material=True,
        )

    assert session.scalar(select(func.count()).select_from(DraftState)) == 0
    assert log.size(session) == before + (end == "dropped")


@pytest.mark.one_engine
def test_the_page_lists_states_with_their_differences_and_brings_one_back(
    session, make, browser, author, actor, draft
):
    one = section(session, draft)
    write(session, one, actor, "Wait a *whole* minute.")
    browser.sign_in(author)
    base = f"/authoring/{draft.curriculum.slug}"

    page = browser.get(f"{base}/states?section={one.key}")
    assert "3 words added, 0 words taken out" in page.text
    assert page.soup.select_one("ins")
    assert "Renata" in page.text

    first = states(session, draft)[0]
    done = browser.post(f"{base}/states/{first.public_id}")
    assert done.status_code == 303
    assert section(session, draft).source == "Wait."

    browser.sign_in(make.moderator())
    assert browser.get(f"{base}/states/{first.public_id}").status_code == 200
    assert not browser.get(f"{base}/states/{first.public_id}").soup.select("main form")
    browser.sign_in(make.reviewer())
    assert browser.get(f"{base}/states").status_code == 404
