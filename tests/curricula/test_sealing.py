"""Publishing seals a revision; being taught is said with a day and an authority."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from feedback_app.core import clock
from feedback_app.core.errors import NotAllowed
from feedback_app.core.html import render
from feedback_app.curricula import queries
from feedback_app.curricula.layout import Form, forms_of
from feedback_app.curricula.models import Openness, RevisionState
from feedback_app.curricula.publication import content_hash, prepare_changes
from feedback_app.curricula.sealing import (
    AlreadyInForce,
    AuthorityMissing,
    ChangeNoteMissing,
    MaterialReasonMissing,
    NotPublished,
    UnansweredRevision,
    commitment_of,
)
from feedback_app.curricula.services import (
    Placeholder,
    edit_section,
    freeze,
    read_passage,
    set_in_force,
    start_revision,
    withhold,
)
from feedback_app.log import queries as log


@pytest.fixture
def author(make):
    return make.actor(make.author())


@pytest.fixture
def moderator(make):
    return make.actor(make.moderator())


@pytest.fixture
def base(make):
    return make.revision(
        sections=[
            {"source": "Wait. Speak slowly."},
            {"source": "By law.", "openness": Openness.FIXED, "authority": "Standard 3"},
        ]
    )


@pytest.fixture
def redraft(session, base, author):
    return start_revision(session, base.curriculum, actor=author)


def reword(session, redraft, author, position=1, source="Wait a minute. Speak slowly."):
    row = queries.outline(session, redraft.id)[position - 1]
    section = queries.get_section(session, redraft, row.key)
    edit_section(
        session,
        section,
        actor=author,
        version=section.version,
        title=section.title,
        source=source,
        rendered=render(source, key=section.key),
    )
    return section


def changes(session, redraft):
    return prepare_changes(
        queries.section_versions(session, redraft.base_id),
        queries.section_versions(session, redraft.id),
    )


def seal(session, redraft, moderator, **values):
    prepared = changes(session, redraft)
    given = {"change_note": "One minute to answer."} | values
    freeze(session, redraft, at=clock.now(), actor=moderator, changes=prepared, **given)


def test_a_sealed_revision_has_its_changes_and_a_hash_over_its_sections(
    session, redraft, author, moderator
):
    section = reword(session, redraft, author)

    seal(session, redraft, moderator)

    (change,) = queries.changes_in(session, redraft.id)
    assert redraft.state is RevisionState.PUBLISHED
    assert (change.section_key, change.kinds) == (section.key, ("reworded",))
    assert change.comparison.new_text() == "Wait a minute. Speak slowly."
    assert change.hunks[0]["number"] == 1
    sections = queries.sections_with_passages(session, redraft)
    assert redraft.content_hash == content_hash([commitment_of(each) for each in sections])


def test_after_sealing_the_database_itself_refuses_other_words(
    session, redraft, author, moderator
):
    reword(session, redraft, author)
    seal(session, redraft, moderator)
    session.commit()

    with pytest.raises(DatabaseError, match="frozen"):
        session.execute(
            text("UPDATE sections SET text = 'x' WHERE revision_id = :id").bindparams(
                id=redraft.id
            )
        )
    session.rollback()


def test_an_author_does_not_publish(session, redraft, author):
    with pytest.raises(NotAllowed):
        seal(session, redraft, author)


def test_a_second_version_says_what_changed(session, redraft, moderator):
    with pytest.raises(ChangeNoteMissing):
        seal(session, redraft, moderator, change_note="")


def test_reworded_open_sections_are_not_waved_through_as_not_material(
    session, redraft, author, moderator
):
    reword(session, redraft, author)

    with pytest.raises(MaterialReasonMissing):
        seal(session, redraft, moderator, is_material=False)
    seal(session, redraft, moderator, is_material=False, material_reason="A typing mistake.")

    assert redraft.material_reason == "A typing mistake."


def test_a_change_of_fixed_words_alone_may_be_not_material(session, redraft, author, moderator):
    reword(session, redraft, author, position=2, source="By the new law.")

    seal(session, redraft, moderator, is_material=False)

    assert not redraft.is_material


def test_the_hash_seals_a_withheld_passage_without_showing_it(
    session, make, author, redraft, moderator
):
    row = queries.outline(session, redraft.id)[0]
    section = queries.get_section(session, redraft, row.key)
    placeholder = Placeholder("Codes", "Training division", "Safety")
    withhold(session, section, actor=author, version=1, placeholder=placeholder)
    before = commitment_of(section)

    edit_section(
        session,
        section,
        actor=author,
        version=2,
        title=section.title,
        source="Code 7.",
        rendered=render("Code 7."),
    )

    assert commitment_of(section) != before
    assert queries.outline(session, redraft.id)[0].text == ""


def test_a_version_is_taught_from_a_day_by_somebodys_decision(session, make, moderator):
    revision = make.revision(is_material=False)

    set_in_force(
        session,
        revision,
        actor=moderator,
        on=date(2026, 1, 4),
        authority="Chief’s order 12",
    )

    assert queries.in_force(session, revision.curriculum_id, date(2026, 1, 4)) is revision
    assert queries.in_force(session, revision.curriculum_id, date(2026, 1, 3)) is None
    (entry,) = log.about(session, revision.public_id)
    assert entry.facts["in_force_on"] == "2026-01-04"
    assert entry.facts["material_reason"] is None


def test_a_material_version_waits_for_the_answers_or_says_why_not(session, make, moderator):
    revision = make.revision()
    given = {"actor": moderator, "on": date(2026, 1, 4), "authority": "Chief’s order 12"}
    with pytest.raises(UnansweredRevision):
        set_in_force(session, revision, **given)

    set_in_force(session, revision, **given, material_reason="A court set the day.")

    (entry,) = log.about(session, revision.public_id)
    assert entry.facts["material_reason"] == "A court set the day."


def test_a_material_version_with_published_answers_needs_no_reason(session, make, moderator):
    revision = make.revision()
    make.round(revision=revision, report_published_at=clock.now())

    set_in_force(
        session, revision, actor=moderator, on=date(2026, 1, 4), authority="Chief’s order 12"
    )

    assert revision.in_force_on == date(2026, 1, 4)


def test_a_day_is_not_rewritten_once_it_has_come(session, make, moderator):
    revision = make.revision(is_material=False)
    given = {"actor": moderator, "authority": "Chief’s order 12"}
    set_in_force(session, revision, on=date(2026, 1, 4), **given)

    with pytest.raises(AlreadyInForce):
        set_in_force(session, revision, on=date(2026, 2, 4), **given)


def test_a_draft_is_not_taught_and_nobody_decides_without_a_right(
    session, make, redraft, base, moderator
):
    with pytest.raises(NotPublished):
        set_in_force(session, redraft, actor=moderator, on=date(2026, 1, 4), authority="Chief")
    with pytest.raises(AuthorityMissing):
        set_in_force(session, base, actor=moderator, on=date(2026, 1, 4), authority=" ")


def test_the_version_set_in_force_last_is_the_one_taught(session, make, moderator):
    curriculum = make.curriculum()
    for number, day in ((1, date(2025, 1, 1)), (2, date(2026, 1, 1))):
        make.revision(curriculum=curriculum, number=number).in_force_on = day
    session.flush()

    def taught(on):
        return queries.in_force(session, curriculum.id, on).number

    assert taught(date(2025, 6, 1)) == 1
    assert taught(date(2026, 6, 1)) == 2


def test_that_the_board_read_a_withheld_passage_stands_in_the_log(session, make, author):
    revision = make.revision(published=False)
    section = revision.sections[0]
    placeholder = Placeholder("Codes", "Training division", "Safety")
    withhold(session, section, actor=author, version=1, placeholder=placeholder)

    passage = read_passage(session, section, actor=make.actor(make.reviewer()))

    assert "Officers wait" in passage.text
    (entry,) = log.about(session, revision.public_id)
    assert (entry.kind, entry.by_role) == ("passage.read", "reviewer")


def test_parts_of_a_text_know_what_they_are():
    source = (
        "# Head\n\nWords.\n\n- one\n- two\n\n  more\n\n"
        "| a | b |\n|---|---|\n| c | d |\n\n    code"
    )
    rendered = render(source)

    assert forms_of(rendered.html) == (
        Form.OTHER,
        Form.PARAGRAPH,
        Form.LIST_ITEM,
        Form.LIST_ITEM,
        Form.LIST_ITEM,
        Form.ROW,
        Form.ROW,
        Form.OTHER,
    )
    assert len(forms_of(rendered.html)) == len(rendered.text.split("\n\n"))
