"""Writing a draft: opening a course, its sections, its grid."""

from dataclasses import replace

import pytest

from feedback_app.core.errors import NotFound
from feedback_app.core.html import render
from feedback_app.curricula import queries
from feedback_app.curricula.describing import FixedByNobody, SummaryTooLong
from feedback_app.curricula.drafting import (
    DraftIsClosed,
    SectionMoved,
    SectionTitleMissing,
    SectionUnknown,
)
from feedback_app.curricula.models import Openness, RevisionState, SectionKind
from feedback_app.curricula.services import (
    Described,
    DraftExists,
    Placeholder,
    ReasonMissing,
    add_section,
    create_curriculum,
    describe_sections,
    drop_revision,
    edit_section,
    move_section,
    new_section,
    remove_section,
    show_again,
    split_section,
    start_revision,
    withhold,
)
from feedback_app.curricula.withholding import PlaceholderIncomplete
from feedback_app.log import queries as log
from feedback_app.organizations.services import SlugTaken, SlugUnfit

HIDDEN = Placeholder("Radio codes", "Training division", "Officer safety", "The board")


@pytest.fixture
def author(make):
    return make.actor(make.author())


@pytest.fixture
def draft(session, make, author):
    curriculum = create_curriculum(
        session,
        make.department(),
        actor=author,
        title="Crisis response",
        slug="crisis-response",
        minutes=90,
        sections=[
            new_section(title="Why", source="People *call* for help."),
            new_section(title="How", source="Wait.\n\nSpeak slowly."),
            new_section(title="Where", level=2, source="At the door."),
            new_section(title="Test", source="Show it.", kind=SectionKind.ASSESSMENT),
        ],
    )
    return queries.find_draft(session, curriculum.id)


def rows(session, draft):
    return queries.outline(session, draft.id, source=True)


def section(session, draft, number):
    key = next(row.key for row in rows(session, draft) if row.number == number)
    return queries.get_section(session, draft, key)


def titles(session, draft):
    return [f"{row.number} {row.title}" for row in rows(session, draft)]


def described(row, **values):
    given = Described(
        key=row.key,
        version=row.version,
        kind=row.kind,
        minutes=row.minutes,
        openness=row.openness,
        authority=row.authority,
        summary=row.summary,
    )
    return replace(given, **values)


def test_a_course_opens_with_a_numbered_draft_and_one_entry_in_the_log(session, draft):
    assert titles(session, draft) == ["1 Why", "2 How", "2.1 Where", "3 Test"]
    assert rows(session, draft)[0].html == "<p>People <em>call</em> for help.</p>"
    assert [entry.kind for entry in log.entries(session, start=0, limit=9)] == [
        "curriculum.created"
    ]


@pytest.mark.parametrize(
    ("slug", "broken"),
    [("Crisis", SlugUnfit), ("import", SlugUnfit), ("crisis-response", SlugTaken)],
)
def test_a_short_name_is_plain_free_and_no_word_of_an_address(
    session, make, author, draft, slug, broken
):
    with pytest.raises(broken):
        create_curriculum(session, make.department(), actor=author, title="T", slug=slug)


def test_only_an_author_of_the_department_opens_a_course(session, make):
    with pytest.raises(NotFound):
        create_curriculum(
            session, make.department(), actor=make.actor(make.moderator()), title="T", slug="t"
        )


def test_edited_words_are_kept_with_their_rendering(session, draft, author):
    how = section(session, draft, "2")

    edit_section(
        session,
        how,
        actor=author,
        version=1,
        title="How to",
        source="Wait **long**.",
        rendered=render("Wait **long**.", key=how.key),
    )

    row = rows(session, draft)[1]
    assert (row.title, row.text, row.version, row.words) == ("How to", "Wait long.", 2, 2)


def test_the_second_of_two_authors_is_told_that_the_section_moved_on(session, draft, author):
    how = section(session, draft, "2")
    new = {"title": "How", "source": "A.", "rendered": render("A.")}
    edit_section(session, how, actor=author, version=1, **new)

    with pytest.raises(SectionMoved):
        edit_section(session, how, actor=author, version=1, **new)


def test_a_section_needs_a_title(session, draft, author):
    with pytest.raises(SectionTitleMissing):
        add_section(session, draft, new_section(title="  "), actor=author)


def test_a_new_section_stands_after_all_that_is_below_the_chosen_one(session, draft, author):
    how = section(session, draft, "2")

    add_section(session, draft, new_section(title="When"), actor=author, after=how.key)

    assert titles(session, draft) == ["1 Why", "2 How", "2.1 Where", "3 When", "4 Test"]


def test_a_section_moves_with_all_below_it(session, draft, author):
    how = section(session, draft, "2")

    move_section(session, how, actor=author, version=1, after=None)

    assert titles(session, draft) == ["1 How", "1.1 Where", "2 Why", "3 Test"]


def test_a_section_cannot_stand_below_itself(session, draft, author):
    how = section(session, draft, "2")
    below = section(session, draft, "2.1")

    with pytest.raises(SectionUnknown):
        move_section(session, how, actor=author, version=1, after=below.key)


def test_a_removed_section_leaves_those_below_it(session, draft, author):
    how = section(session, draft, "2")

    remove_section(session, how, actor=author, version=1)

    assert titles(session, draft) == ["1 Why", "1.1 Where", "2 Test"]


def test_a_split_section_keeps_its_key_for_the_first_part(session, draft, author):
    how = section(session, draft, "2")

    split_section(
        session,
        how,
        actor=author,
        version=1,
        source="Wait.",
        rendered=render("Wait.", key=how.key),
        second=new_section(title="Speaking", source="Speak slowly."),
    )

    found = rows(session, draft)
    assert [row.title for row in found] == ["Why", "How", "Speaking", "Where", "Test"]
    assert (found[1].key, found[1].text, found[2].text) == (how.key, "Wait.", "Speak slowly.")


def test_the_grid_changes_only_the_rows_that_differ(session, draft, author):
    found = rows(session, draft)
    grid = [described(row) for row in found]
    grid[1] = described(
        found[1],
        minutes=45,
        openness=Openness.FIXED,
        authority="Standard 14.2",
        summary="Wait.",
    )

    assert describe_sections(session, draft, grid, actor=author) == 1

    after = rows(session, draft)
    assert (after[1].minutes, after[1].authority) == (45, "Standard 14.2")
    assert [row.version for row in after] == [1, 2, 1, 1]


def test_two_authors_meet_in_the_grid_only_over_the_same_row(session, draft, author):
    found = rows(session, draft)
    mine = [described(row) for row in found]
    mine[0] = described(found[0], minutes=10)
    theirs = [described(row) for row in found]
    theirs[1] = described(found[1], minutes=20)
    describe_sections(session, draft, mine, actor=author)

    with pytest.raises(SectionMoved):
        describe_sections(session, draft, [described(found[0], minutes=11)], actor=author)
    describe_sections(session, draft, theirs[1:], actor=author)

    assert [row.minutes for row in rows(session, draft)[:2]] == [10, 20]


def test_what_is_fixed_names_what_fixes_it(session, draft, author):
    row = described(rows(session, draft)[0], openness=Openness.FIXED)

    with pytest.raises(FixedByNobody):
        describe_sections(session, draft, [row], actor=author)


def test_a_summary_of_more_than_eighty_words_is_refused(session, draft, author):
    row = described(rows(session, draft)[0], summary="word " * 81)

    with pytest.raises(SummaryTooLong):
        describe_sections(session, draft, [row], actor=author)


def test_withheld_words_leave_the_section_and_come_back(session, draft, author):
    how = section(session, draft, "2")

    withhold(session, how, actor=author, version=1, placeholder=HIDDEN)

    row = rows(session, draft)[1]
    assert (row.text, row.html, row.source) == ("", "", "")
    assert row.withheld.what == "Radio codes"
    assert how.passage.text == "Wait.\n\nSpeak slowly."

    show_again(session, how, actor=author, version=2)

    assert rows(session, draft)[1].text == "Wait.\n\nSpeak slowly."
    assert queries.find_passage(session, how) is None


def test_edited_withheld_words_stay_behind_the_placeholder(session, draft, author):
    how = section(session, draft, "2")
    withhold(session, how, actor=author, version=1, placeholder=HIDDEN)

    edit_section(
        session,
        how,
        actor=author,
        version=2,
        title="How",
        source="Code 7.",
        rendered=render("Code 7."),
    )

    assert rows(session, draft)[1].text == ""
    assert queries.find_passage(session, how).text == "Code 7."


def test_a_placeholder_says_what_who_and_why(session, draft, author):
    with pytest.raises(PlaceholderIncomplete):
        withhold(
            session,
            section(session, draft, "1"),
            actor=author,
            version=1,
            placeholder=Placeholder("Codes", "", "Safety"),
        )


def test_a_withheld_section_can_be_removed(session, draft, author):
    how = section(session, draft, "2")
    withhold(session, how, actor=author, version=1, placeholder=HIDDEN)

    remove_section(session, how, actor=author, version=2)

    assert titles(session, draft) == ["1 Why", "1.1 Where", "2 Test"]


def test_a_redraft_begins_with_the_published_words_and_their_keys(session, make, author):
    revision = make.revision(sections=[{"source": "One."}, {"source": "Two."}])

    redraft = start_revision(session, revision.curriculum, actor=author)

    old, new = (queries.outline(session, each.id) for each in (revision, redraft))
    assert (redraft.number, redraft.base) == (2, revision)
    assert [(row.key, row.html) for row in new] == [(row.key, row.html) for row in old]


def test_a_course_has_one_draft_at_a_time(session, draft, author):
    with pytest.raises(DraftExists):
        start_revision(session, draft.curriculum, actor=author)


def test_a_dropped_draft_says_why_and_its_number_is_not_used_again(session, make, author):
    revision = make.revision()
    redraft = start_revision(session, revision.curriculum, actor=author)
    with pytest.raises(ReasonMissing):
        drop_revision(session, redraft, actor=author, reason=" ")

    drop_revision(session, redraft, actor=author, reason="The state rewrote the standard.")

    assert redraft.state is RevisionState.DROPPED
    assert start_revision(session, revision.curriculum, actor=author).number == 3
    assert log.about(session, redraft.public_id)[0].facts == {
        "number": 2,
        "reason": "The state rewrote the standard.",
    }


def test_a_published_text_takes_no_more_changes(session, make, author):
    revision = make.revision()

    with pytest.raises(DraftIsClosed):
        add_section(session, revision, new_section(title="More"), actor=author)


def test_a_draft_is_not_there_for_those_who_may_not_read_it(session, make, draft):
    curriculum = draft.curriculum
    for account in (make.account(), make.host(), make.reviewer()):
        with pytest.raises(NotFound):
            queries.get_revision(session, curriculum, 1, viewer=make.actor(account))
        with pytest.raises(NotFound):
            queries.get_curriculum(session, curriculum.slug, viewer=make.actor(account))

    moderator = make.actor(make.moderator())
    assert queries.get_revision(session, curriculum, 1, viewer=moderator) is draft
