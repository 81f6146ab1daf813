"""A host's page of numbers: true, without names, and never below five about people."""

from __future__ import annotations

import pytest

from feedback_app.comments.models import Channel
from feedback_app.comments.numbers import numbers_of
from tests.rounds.planning import open_round

pytestmark = pytest.mark.one_engine


def test_what_fewer_than_five_chose_is_not_told_nor_left_over(browser, make, session, time):
    """Two questions and a choice of answers, with a rest that would be three and two."""
    host = make.host()
    round_ = open_round(make)
    busy, quiet = make.question(round_, 1), make.question(round_, 2)
    for question, choice, number in ((busy, 1, 6), (busy, 2, 5), (busy, 3, 2), (quiet, 1, 3)):
        for _ in range(number):
            make.comment(round=round_, question=question, choice=choice)
    browser.sign_in(host)

    first, second = numbers_of(session, round_, make.actor(host)).asked

    assert (first.comments, dict(first.choices)) == (None, {1: 6})
    assert (second.comments, dict(second.choices)) == (None, {})
    for _ in range(2):
        make.comment(round=round_)
    assert numbers_of(session, round_, make.actor(host)).asked[0].comments == 13
    page = browser.get(f"/host/rounds/{round_.slug}/numbers")
    assert "fewer than five comments, or their number is kept back" in page.text


def test_the_page_counts_what_is_shown_by_day_section_question_and_person(
    browser, make, session, time
):
    host = make.host()
    round_ = open_round(make)
    asked, silent = make.question(round_, 1), make.question(round_, 2)
    sections = round_.revision.sections
    talker = make.participation(round_)
    for n in range(6):
        make.comment(
            round=round_,
            section_key=sections[0].key,
            participation=talker if n < 3 else make.participation(round_),
            question=asked if n < 2 else None,
            choice=1 if n == 0 else None,
            channel=Channel.WEB,
        )
    make.comment(
        round=round_, section_key=sections[1].key, channel=Channel.PAPER, held_at=time()
    )
    time.move(hours=1)

    numbers = numbers_of(session, round_, make.actor(host))
    assert (numbers.comments, numbers.spoke, numbers.held) == (6, 4, 1)
    assert dict(numbers.channels.shown) == {"web": 6}
    assert numbers.sections == {sections[0].key: 6}
    assert [one.comments for one in numbers.asked] == [None, 0]
    assert dict(numbers.asked[0].choices) == {}
    assert sum(n for _day, n in numbers.days) == 6
    browser.sign_in(host)
    page = browser.get(f"/host/rounds/{round_.slug}/numbers")
    report = browser.get(f"/es/host/rounds/{round_.slug}/closing-report")
    assert "nobody has answered it yet" in page.text
    assert silent.public_id not in page.html
    assert "Llegaron 6 comentarios." in report.text
    assert sections[1].title in report.text.partition("Nadie habló")[2]


def test_the_kit_stands_in_each_language_of_the_round(browser, make):
    host = make.host()
    round_ = open_round(make)
    make.question(round_)
    browser.sign_in(host)
    here = f"/host/rounds/{round_.slug}/kit"

    links = [a["href"] for a in browser.get(here).soup.select("main a[hreflang]")]
    assert f"/es{here}/sheets" in links
    pages = {path: browser.get(path) for path in links}
    assert {page.status_code for page in pages.values()} == {200}
    assert (
        "Hoja de comentarios"
        in pages[f"/es{here}/sheets"].title + pages[f"/es{here}/sheets"].html
    )
    assert f"http://localhost/es/rounds/{round_.slug}" in pages[f"/es{here}/handout"].text
    assert "What worked?" in pages[f"{here}/handout"].text
    assert "555-0134" in pages[f"{here}/notice"].text
