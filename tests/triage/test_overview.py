"""A round from above: where, when, in which tone and in which words people spoke."""

from datetime import UTC, date, datetime

import pytest

from feedback_app.comments.letter_models import DuplicateGroup, GroupPoint
from feedback_app.comments.models import CommentKind
from feedback_app.triage.overview import days_of, heat_of, most_agreed
from feedback_app.triage.points import split_comment


def together(session, round_, points):
    """Puts them into one letter, the first as its lead."""
    letter = DuplicateGroup(round_id=round_.id, lead_id=points[0].id)
    session.add(letter)
    session.add_all(GroupPoint(point=p, group=letter, text_hash="0" * 32) for p in points)
    session.flush()


def test_the_overview_counts_by_section_kind_and_day_of_the_rounds_zone(session, make):
    revision = make.revision(sections=[{}, {}])
    round_ = make.round(revision=revision, time_zone="America/Chicago")
    first, second = (section.key for section in revision.sections)
    night = datetime(2026, 11, 3, 4, 30, tzinfo=UTC)  # the evening before, in Chicago
    values = {"round": round_, "submitted_at": night}
    make.disposition(point=make.point(section_key=first, **values))
    make.point(section_key=first, kind=CommentKind.SUPPORT, **values)
    make.point(section_key=None, kind=None, is_late=True, **values)
    make.point(section_key=first, withdrawn_at=night, **values)
    make.comment(
        round=round_, submitted_at=datetime(2026, 11, 5, 18, tzinfo=UTC)
    ).parent_id = None

    heat = {row.key: row for row in heat_of(session, round_)}

    assert heat[first].kinds == {CommentKind.CONCERN: 2, CommentKind.SUPPORT: 1}
    assert (heat[first].all, heat[first].undecided) == (3, 2)
    assert (heat[second].all, heat[None].all) == (0, 1)
    assert heat[None].undecided == 0  # late ones may be answered, and nobody waits for it
    assert days_of(session, round_) == [
        (date(2026, 11, 2), 3),
        (date(2026, 11, 3), 0),
        (date(2026, 11, 4), 0),
        (date(2026, 11, 5), 1),
    ]


def test_words_stand_out_by_section_and_language_and_agreement_waits_to_be_asked_for(
    browser, session, make
):
    revision = make.revision(sections=[{}, {}])
    round_ = make.round(revision=revision)
    first, second = (section.key for section in revision.sections)
    for number in range(5):
        make.comment(
            round=round_, section_key=first, body=f"The actors wait for wages {number}"
        )
        make.comment(
            round=round_,
            section_key=second,
            body=f"Neighbors waited on the cold stairs until dawn {number}",
        )
        make.comment(
            round=round_,
            section_key=second,
            language="es",
            body=f"Los jóvenes esperaron toda la noche {number}",
        )
    agreed = make.comment(round=round_, body="Pay them.", endorsements_count=7)
    browser.sign_in(make.moderator())

    page = browser.get(f"/triage/{round_.slug}/overview")
    asked = browser.get(f"/triage/{round_.slug}/overview?agreed=yes")

    words = {row.key: row.words for row in heat_of(session, round_)}
    assert {"actors", "wages"} <= {one.word for one in words[first]["en"]}
    assert "es" not in words[second]  # nobody else wrote in Spanish: nothing to compare with
    assert "7 agree" not in page.text
    assert "7 agree" in asked.text
    assert [one.point_id for one in most_agreed(session, round_)] == [
        agreed.points[0].public_id
    ]
    assert len(page.soup.find_all("svg", class_="bar")) == 2


def test_what_stands_out_is_written_as_people_write_it_and_a_letter_counts_once(
    browser, session, make
):
    revision = make.revision(sections=[{}, {}])
    round_ = make.round(revision=revision)
    first, second = (section.key for section in revision.sections)
    letter = []
    for number in range(6):
        make.comment(
            round=round_, section_key=first, language="es", body=f"Oigan a los JÓVENES {number}"
        )
        make.comment(
            round=round_, section_key=second, language="es", body=f"Falta luz y agua {number}"
        )
        sent = {"section_key": second, "language": "es", "body": "Paguen buenos salarios."}
        letter.append(make.point(round=round_, **sent))
    together(session, round_, letter)
    browser.sign_in(make.moderator())

    words = {row.key: row.words for row in heat_of(session, round_)}
    page = browser.get(f"/triage/{round_.slug}/overview")

    assert next((one.word, one.here) for one in words[first]["es"]) == ("jóvenes", 6)
    assert "salarios" not in {one.word for one in words[second].get("es", ())}
    led = page.soup.find("a", string="jóvenes")["href"]
    assert len(browser.get(led).soup.select(".queue li")) == 6


@pytest.mark.one_engine
def test_a_round_in_which_everybody_said_one_word_has_an_overview(browser, make):
    revision = make.revision(sections=[{}, {}])
    round_ = make.round(revision=revision)
    for section in revision.sections:
        for _ in range(4):
            make.comment(round=round_, section_key=section.key, body="Dispatchers!")
    browser.sign_in(make.moderator())

    page = browser.get(f"/triage/{round_.slug}/overview")

    assert page.status_code == 200
    assert "No word stands out yet" in page.text


def test_a_comment_that_was_split_is_one_of_its_day_and_breaks_no_page(session, make, browser):
    moderator, round_ = make.moderator(), make.round(open=True)
    comment = make.comment(round=round_, body="Wait for the nurse. Ask the family.")
    split_comment(
        session,
        comment,
        actor=make.actor(moderator),
        spans=[(0, 19), (20, 35)],
        version_number=1,
    )

    assert [number for _day, number in days_of(session, round_)] == [1]
    browser.sign_in(moderator)
    assert browser.get(f"/triage/{round_.slug}/overview").status_code == 200


@pytest.mark.one_engine
def test_a_moderator_is_led_from_an_unsigned_round_to_its_agreement(browser, make):
    unsigned = make.round(open=True, department_signed_at=None)
    signed = make.round(open=True)
    browser.sign_in(make.moderator())

    page = browser.get("/triage/")

    path = f"/rounds/{unsigned.slug}/agreement"
    assert page.soup.find("a", href=path).get_text().startswith("Read and sign")
    assert "Sign for" in browser.get(path).text
    assert page.soup.find("a", href=f"/rounds/{signed.slug}/agreement") is None


@pytest.mark.one_engine
def test_a_first_version_is_asked_about_itself_and_not_for_changes(browser, make):
    revision = make.revision(published=False)
    browser.sign_in(make.moderator())
    path = f"/authoring/{revision.curriculum.slug}/publish"
    page = browser.get(path)
    assert "About this version, in short" in page.text
    assert "What changed, in short" not in page.text

    done = browser.post(path, change_note="For everyone on patrol.", follow=True)

    assert "can plan a comment period on it now" in done.text
    assert "For everyone on patrol." in done.text


def test_an_offered_subject_shows_an_example_and_brings_all_senders_of_a_letter(
    browser, session, make
):
    round_ = make.round(open=True)
    for night in ("Monday", "Friday", "Sunday"):
        make.comment(
            round=round_,
            language="es",
            body=f"Un intérprete de noche, también el {night}: sin intérprete no hay noche.",
        )
    sent = {"round": round_, "language": "es", "body": "Intérprete cada noche, por favor."}
    together(session, round_, [make.point(**sent) for _ in range(4)])
    for n in range(6):
        make.comment(round=round_, body=f"Number {n * 7} is about benches and rain {n}.")
    browser.sign_in(make.moderator())

    page = browser.get(f"/triage/{round_.slug}/subjects")
    offer = page.soup.find("a", string="intérprete · noche").parent
    found = browser.get(offer.a["href"])

    assert "7 comments" in offer.get_text()
    assert offer.q.get_text() == "Intérprete cada noche, por favor."
    assert len(found.soup.select('input[name="chosen"][checked]')) == 7
