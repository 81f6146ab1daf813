"""Subjects and letters on the desk, and what everybody reads of them."""

import pytest
from sqlalchemy import func, select

from feedback_app.core import clock
from feedback_app.log.models import LogEntry
from feedback_app.rounds.models import Answering
from feedback_app.triage.likeness import standing_out, suggestions
from feedback_app.triage.lots import themes_of
from feedback_app.triage.models import Disposition
from feedback_app.triage.own_words import own_words
from feedback_app.triage.theme_models import Theme, ThemePoint
from tests.comments.test_letters import LETTER, send

GIVEN = {
    "outcome": "question_answered",
    "rationale": "They are paid at the end of the month.",
    "office": "Training",
    "authority": "Director",
    "language": "en",
}


@pytest.fixture
def round_(make):
    return make.round(answering=Answering.ONE_BY_ONE)


def test_comments_found_by_words_become_a_subject_that_is_answered_but_for_one(
    browser, session, make, round_
):
    points = [make.point(round=round_, body=f"Pay the actors, {n}.") for n in range(3)]
    make.point(round=round_, body="Something else.")
    browser.sign_in(make.moderator())
    find = f"/triage/{round_.slug}/subjects/find?words=ACTORS+pay"

    empty = browser.post(find, chosen=[p.public_id for p in points], into="", title="")
    made = browser.post(
        find, chosen=[p.public_id for p in points], into="", title="Pay for actors"
    )
    answer = f"{made.location}/answer"
    missing = browser.post(answer, **GIVEN | {"rationale": "", "outcome": "not_adopted"})
    done = browser.post(answer, left_out=[points[0].public_id], **GIVEN)

    assert empty.error_of("title") == "Give the subject a name."
    assert missing.status_code == 422
    assert missing.error_of("rationale") == "Say why. Residents read it beside their comment."
    assert missing.error_of("reason") is not None
    assert missing.typed("office") == "Training"
    assert done.status_code == 303
    rows = session.scalars(select(Disposition)).all()
    assert {row.point_id for row in rows} == {points[1].id, points[2].id}
    (row,) = themes_of(session, round_)
    assert (row.points, row.undecided) == (3, 1)


@pytest.mark.one_engine
def test_who_answers_many_is_told_how_many_cannot_read_it(browser, make, round_):
    said = [make.point(round=round_, language=language) for language in ("en", "es", "es-US")]
    theme = make.theme(round_, *said)
    browser.sign_in(make.moderator())
    path = f"/triage/subjects/{theme.public_id}/answer"

    assert "2 of these comments are in another language" in browser.get(path).text
    spanish = browser.post(path, **GIVEN | {"language": "es", "rationale": ""})
    assert "1 of these comments is in another language" in spanish.text


@pytest.mark.one_engine
def test_an_answer_to_a_list_that_moved_comes_back_with_its_text(
    browser, session, make, round_
):
    theme = make.theme(round_, make.point(round=round_))
    browser.sign_in(make.moderator())
    path = f"/triage/subjects/{theme.public_id}/answer"
    hidden = browser.get(path).hidden()
    late = make.point(round=round_, body="Me too.")
    session.add(ThemePoint(theme=theme, point=late, added_by_id=theme.made_by_id))

    page = browser.send(path, hidden | GIVEN)

    assert page.status_code == 409
    assert page.typed("rationale") == GIVEN["rationale"]
    assert "Me too." in page.text
    assert session.scalar(select(func.count()).select_from(Disposition)) == 0
    assert browser.send(path, page.hidden() | GIVEN).status_code == 303


@pytest.mark.one_engine
def test_everybody_reads_that_comments_were_answered_by_subject_once_it_is_public(
    browser, session, make, round_
):
    theme = make.theme(round_, make.point(round=round_, body="Pay them."), title="Pay")
    browser.sign_in(make.moderator())
    browser.post(f"/triage/subjects/{theme.public_id}/answer", **GIVEN)
    answer = session.scalars(select(Disposition)).one()
    comment = answer.point.comment
    public = f"/rounds/{round_.slug}/subjects/{theme.public_id}"
    browser.sign_out()
    assert browser.get(public).status_code == 404
    assert "Pay" not in browser.get(f"/rounds/{round_.slug}/subjects").soup.main.text

    session.get_one(Disposition, answer.id).published_at = clock.now()

    page = browser.get(public)
    assert GIVEN["rationale"] in page.text
    assert "Pay them." in page.text
    assert "Given to 1 comment" in page.text
    trail = browser.get(f"/comments/{comment.public_id}")
    assert "Answered by subject, with others: Pay" in trail.text
    assert trail.soup.find("a", href=public) is not None


@pytest.mark.one_engine
def test_of_two_names_that_are_given_to_a_subject_at_once_none_is_lost(
    browser, session, make, round_
):
    theme = make.theme(round_, title="Actors", description="")
    browser.sign_in(make.moderator())
    address = f"/triage/subjects/{theme.public_id}/change"
    shown = browser.get(address).hidden() | {"language": "en", "description": "Of the pay."}
    first = shown | {"title": "Pay for actors"}

    sent = [browser.send(address, first).status_code for _ in range(2)]
    page = browser.send(address, shown | {"title": "Late pay"})

    assert sent == [303, 303]
    assert page.status_code == 409
    assert "Pay for actors" in page.soup.select_one(".alert--bad").get_text()
    assert page.typed("title") == "Late pay"
    session.expire_all()
    assert theme.title == "Pay for actors"
    named = LogEntry.kind == "theme.described"
    assert len(session.scalars(select(LogEntry).where(named)).all()) == 1
    again = browser.send(address, page.hidden() | {"language": "en", "title": "Late pay"})
    assert again.status_code == 303


@pytest.mark.one_engine
def test_a_public_subject_gives_the_reason_and_calls_no_promise_a_change(
    browser, session, make, round_
):
    theme = make.theme(round_, *(make.point(round=round_) for _ in range(2)))
    browser.sign_in(make.moderator())
    path = f"/triage/subjects/{theme.public_id}/answer"
    refused = {"outcome": "not_adopted", "reason": "course_hours", "reason_detail": "16 hours"}
    browser.post(path, **GIVEN | refused | {"rationale": "There is no room."})
    late = make.point(round=round_)
    session.add(ThemePoint(theme=theme, point=late, added_by_id=theme.made_by_id))
    session.commit()
    browser.post(path, **GIVEN | {"outcome": "adopted", "rationale": "It will say so."})
    desk = browser.get(f"/triage/subjects/{theme.public_id}").text
    assert desk.count("Promised, not yet done") == 1
    assert "We changed it" not in desk
    for answer in session.scalars(select(Disposition)):
        answer.published_at = clock.now()
    session.commit()

    page = browser.get(f"/rounds/{round_.slug}/subjects/{theme.public_id}").text

    assert "There is no room in the course hours. 16 hours" in page
    assert "Given to 2 comments, each in its own row." in page
    assert "Promised, not yet done" in page
    assert "We changed it" not in page


def test_a_letter_shows_what_each_sender_added_and_lets_one_stand_alone(
    browser, session, make, round_
):
    sent = send(session, make, round_, LETTER, LETTER, f"{LETTER} Tell the dispatchers, too.")
    group = sent[-1][1]
    own = sent[-1][0].points[0].public_id
    browser.sign_in(make.moderator())
    path = f"/triage/letters/{group.public_id}"

    page = browser.get(path)
    nothing = browser.post(path)
    browser.post(path, chosen=[own])
    listed = browser.get(f"/triage/{round_.slug}/letters")

    assert "Added: Tell the dispatchers, too." in page.text
    assert "2 on this page sent it word for word" in page.text
    assert nothing.error_of("chosen") == "Choose at least one comment."
    assert "Tell the dispatchers" not in browser.get(path).text
    assert listed.soup.find("td", class_="num").get_text(strip=True) == "2"
    answered = browser.post(f"{path}/answer", **GIVEN)
    assert answered.status_code == 303
    assert session.scalar(select(func.count()).select_from(Disposition)) == 2


@pytest.mark.one_engine
def test_a_comment_gets_its_subjects_on_a_page_of_its_own(browser, session, make, round_):
    point, theme = make.point(round=round_), make.theme(round_)
    browser.sign_in(make.moderator())

    browser.post(
        f"/triage/points/{point.public_id}/subjects",
        subjects=[theme.public_id],
        title="A new one",
    )

    titles = session.scalars(
        select(Theme.title)
        .join(ThemePoint, ThemePoint.theme_id == Theme.id)
        .where(ThemePoint.point_id == point.id)
    ).all()
    assert set(titles) == {theme.title, "A new one"}


def test_own_words_are_told_from_the_letters_and_a_changed_word_is_seen():
    letter = "We ask for one minute. A minute costs nothing. Please put it in."

    found = own_words(letter, "Hello. WE ASK FOR ONE MINUTE! A minute does not cost nothing.")

    assert list(found.added) == ["Hello."]
    assert list(found.changed) == ["A minute does not cost nothing."]
    assert list(found.left_out) == ["Please put it in."]
    assert own_words(letter, letter.upper()).is_plain


def test_words_that_stand_together_are_offered_and_words_of_one_place_stand_out():
    texts = {
        n: (text, "en")
        for n, text in enumerate(
            [f"Actors want better wages, number {n}" for n in range(4)]
            + [f"Interpreters arrive slowly at night {n}" for n in range(4)]
            + ["Nothing alike here", "Neither is this"]
        )
    }

    found = suggestions(texts)

    assert {frozenset(s.keys) for s in found} == {
        frozenset({0, 1, 2, 3}),
        frozenset({4, 5, 6, 7}),
    }
    said = {"here": [t for t, _ in list(texts.values())[:4]], "there": ["Nothing like it"] * 3}
    said["there"] += [t for t, _ in list(texts.values())[4:]]
    assert {"actors", "wages"} <= {s.word for s in standing_out(said, "en")["here"]}
    assert "here" not in standing_out(said | {"here": said["here"][:2]}, "en")
