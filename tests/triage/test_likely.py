"""Guessing which comments stand behind a change; the author alone says which do."""

import pytest

from feedback_app.triage.causes import causes_of
from feedback_app.triage.likely import LIKELY, Asked, Change, likely_causes
from feedback_app.triage.models import CauseKind
from tests.triage.redrafting import Redraft

OLD = "Officers wait a minute. They speak slowly.\n\nThe family is told."


def change(old, new):
    """What became of the first words that differ."""
    start = next(
        n for n, (a, b) in enumerate(zip(OLD, OLD.replace(old, new), strict=False)) if a != b
    )
    return Change(OLD, OLD.replace(old, new), start, start + len(old), start, start + len(new))


def quoted(key, words, **values):
    start = OLD.index(words)
    return Asked(key, values.pop("body", ""), start=start, end=start + len(words), **values)


def keys(found):
    return [likely.key for likely in found]


def test_a_comment_on_the_changed_words_is_likely_and_one_elsewhere_is_not():
    asked = [quoted("there", "wait a minute"), quoted("elsewhere", "The family is told.")]

    found = likely_causes(change("a minute", "two hours"), asked)

    assert keys(found) == ["there"]
    assert found[0].overlap == 1.0


def test_a_wording_that_was_taken_up_is_likely_wherever_it_was_said():
    asked = [
        Asked("taken", "Too short.", "Officers wait two whole hours outside the door"),
        Asked("other", "Too short.", "Officers bring a blanket and some water along"),
    ]

    found = likely_causes(change("a minute", "two whole hours outside"), asked)

    assert keys(found) == ["taken"]
    assert found[0].score >= LIKELY


def test_words_that_only_the_comment_had_are_likely_from_it():
    asked = [
        Asked("said", "Bring a blanket, some water, and an interpreter."),
        Asked("not", "Nobody listens to the neighbors."),
    ]

    assert keys(
        likely_causes(change("a minute", "with a blanket, water, an interpreter"), asked)
    ) == ["said"]


@pytest.mark.parametrize("asked", [[], [Asked("empty", "")], [quoted("no", "They", body="x")]])
def test_without_a_trace_nothing_is_guessed(asked):
    assert likely_causes(change("a minute", "two hours"), asked) == []


@pytest.fixture
def redraft(session, make):
    return Redraft(session, make)


@pytest.fixture
def pages(session, make, browser, redraft):
    author = session.get_one(type(make.account()), redraft.author.account_id)
    browser.sign_in(author)
    return browser


def page_of(redraft):
    return f"/authoring/{redraft.base.curriculum.slug}/sections/{redraft.first}"


@pytest.mark.one_engine
def test_the_margin_asks_why_and_notes_only_what_the_author_ticks(session, pages, redraft):
    letters = [
        redraft.comment(body="One voice.", quote="should speak where practical")
        for _ in range(2)
    ]
    other = redraft.comment(body="The font is small.")
    redraft.reword()

    page = pages.get(page_of(redraft))

    ask = page.soup.find(id="ask-1")
    assert "Why did you change this?" in ask.get_text()
    assert "the same letter, sent 2 times" in ask.get_text()
    assert causes_of(session, redraft.draft.id) == []
    box, button = ask.find("input", type="checkbox"), ask.find("button")
    assert {box["form"], button["form"], button["name"]} == {"writing", "because"}
    typed = page.hidden() | {"title": page.typed("title"), "source": page.typed("source")}
    nothing = pages.send(button["formaction"], typed | {"because": button["value"]})
    assert nothing.status_code == 422

    more = typed["source"] + "\n\nThen they leave."
    sent = typed | {"because": button["value"], box["name"]: box["value"], "source": more}
    done = pages.send(button["formaction"], sent)

    assert done.location.endswith(f"{redraft.first}#why")
    assert pages.get(page_of(redraft)).typed("source") == more
    causes = causes_of(session, redraft.draft.id)
    assert [cause.kind for cause in causes] == [CauseKind.POINT] * 2
    assert {cause.point_id for cause in causes} == {each.points[0].id for each in letters}
    assert other.points[0].id not in {cause.point_id for cause in causes}
    assert not pages.get(page_of(redraft)).soup.find(id="ask-1")


@pytest.mark.one_engine
def test_the_way_to_another_reason_keeps_what_was_typed(pages, redraft):
    redraft.reword()
    page = pages.get(page_of(redraft))
    button = page.soup.find(id="ask-1").find("button")
    more = "First of all: breathe.\n\n" + page.typed("source")
    typed = page.hidden() | {"title": page.typed("title"), "source": more}

    away = pages.send(button["formaction"], typed | {button["name"]: button["value"]})

    assert away.location.endswith("/cause?hunk=2")  # the asked one, behind what is new
    assert pages.get(page_of(redraft)).typed("source") == more


def test_the_outline_counts_what_was_said_and_the_margin_shows_old_words_and_new(
    pages, redraft
):
    redraft.answer(redraft.point(section_key=redraft.first))
    redraft.comment(body="Who?", quote="should speak where practical. The others cover")
    redraft.reword()

    page = pages.get(page_of(redraft))

    chips = [each.get_text(" ", strip=True) for each in page.soup.select(".outline--side b")]
    assert chips == ["1/2 1 of 2 comments without an answer"]
    card = page.soup.select_one(".comments .said")
    assert (
        card.find("del").get_text().endswith("should speak where practical. The others cover")
    )
    assert card.find("ins").get_text().endswith("speaks. The others cover")
