"""The pages of comment periods as people see them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from feedback_app.comments.models import Comment, Voice
from feedback_app.core import clock
from feedback_app.curricula.models import Openness
from feedback_app.rounds.models import Extension
from tests.rounds.planning import open_round


def test_the_first_page_shows_what_is_open_and_hides_plans(browser, make):
    open_ = open_round(make)
    plan = make.round(open=True, host_signed_at=None)

    page = browser.get("/")

    assert page.status_code == 200
    assert open_.text("en").title in page.text
    assert plan.text("en").title not in page.text
    assert f'href="/rounds/{open_.slug}"' in page.html


def test_a_reader_gets_no_cookie_and_no_form(browser, make):
    round_ = open_round(make, comments=3)
    key = round_.revision.sections[0].key

    for path in (
        "/",
        "/rounds",
        f"/rounds/{round_.slug}",
        f"/rounds/{round_.slug}/sections/{key}",
        f"/rounds/{round_.slug}/whole",
        f"/rounds/{round_.slug}/agreement",
    ):
        page = browser.get(path)
        assert page.status_code == 200, path
        assert "Set-Cookie" not in page.headers, path
        assert page.soup.find("form") is None, path


def test_the_reading_page_shows_text_newest_comments_and_where_people_spoke(browser, make):
    round_ = open_round(make, comments=40)
    section = round_.revision.sections[1]

    page = browser.get(f"/rounds/{round_.slug}")

    block = page.soup.find(id=section.key)
    assert block.find(class_="prose").find(class_="q") is not None
    assert [c.find(class_="body").get_text() for c in block.find_all("article")] == [
        "Comment 37.",
        "Comment 33.",
        "Comment 29.",
    ]
    assert "10 comments" in block.get_text()
    assert block.find("a", string=re.compile("Comment on section")) is not None
    assert "I have 2 minutes" in page.text


def test_the_reading_page_draws_a_comment_as_every_other_page_does(browser, make):
    round_ = open_round(make)
    section = round_.revision.sections[0]
    answered = make.comment(
        round=round_,
        section_key=section.key,
        body="Say <who> speaks & when.",
        quote="They speak slowly.",
        display_name="Elm & Oak",
        suggested_wording="They speak *slowly*.",
        endorsements_count=3,
        replies_count=2,
        edited_at=round_.opens_at,
    )
    make.comment(round=round_, section_key=section.key, kind=None)
    for voice in (Voice.DEPARTMENT, Voice.RESIDENT):
        make.comment(
            round=round_,
            section_key=section.key,
            parent_id=answered.id,
            kind=None,
            voice=voice,
            body="We read it.",
        )

    def drawn(path):
        block = browser.get(path).soup.find(id=section.key)
        for heading in block.find_all(["h3", "h4"]):
            heading.name = "b"
        cards = [" ".join(str(card).split()) for card in block.find_all("article")]
        return [re.sub(r">\s+<", "><", card) for card in cards]

    reading = drawn(f"/rounds/{round_.slug}")
    assert reading == drawn(f"/rounds/{round_.slug}/sections/{section.key}")
    assert len(reading) == 2


def test_the_words_of_a_section_stay_letter_for_letter_under_their_marks(browser, make):
    round_ = open_round(make, comments=8)
    section = round_.revision.sections[0]

    page = browser.get(f"/rounds/{round_.slug}")

    prose = page.soup.find(id=f"words-{section.key}")
    for chip in prose.find_all(class_="n"):
        chip.extract()
    assert prose.get_text() == section.text


def test_the_reading_page_asks_the_same_few_questions_at_any_size(
    browser, make, session, statements
):
    reader = make.account()
    sizes = {}
    for size in (10, 100, 300):
        round_ = open_round(make, comments=size)
        newest = session.scalars(
            select(Comment)
            .where(Comment.round_id == round_.id)
            .order_by(Comment.submitted_at.desc(), Comment.id.desc())
        ).first()
        make.comment(round=round_, parent=newest, kind=None, section_key=newest.section_key)
        browser.sign_in(reader)
        path = f"/rounds/{round_.slug}"
        session.commit()
        statements.clear()
        assert browser.get(path).status_code == 200
        sizes[size] = [s for s in statements if s.startswith(("SELECT", "WITH"))]

    assert {len(asked) for asked in sizes.values()} == {8}
    for asked in sizes.values():
        assert not [s for s in asked if s.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_the_head_tells_what_waits_and_what_rose_for_no_further_question(
    browser, make, session, statements
):
    round_ = open_round(make, comments=1)
    make.session.add(
        Extension(
            round_id=round_.id,
            organization_id=round_.host_id,
            closes_at_before=round_.closes_at - timedelta(days=3),
            closes_at=round_.closes_at,
            reason="Many were away.",
        )
    )
    before, began = (round_.opens_at + timedelta(hours=hours) for hours in (30, 50))
    for at in [before] * 3 + [began + timedelta(minutes=3 * n) for n in range(20)]:
        make.comment(round=round_, submitted_at=at)
    path = f"/rounds/{round_.slug}"
    make.comment(round=round_, submitted_at=began + timedelta(minutes=70))
    browser.sign_in(make.account())
    quiet = browser.get(path)
    make.comment(round=round_, held_at=clock.now(), body="Nobody reads this yet.")
    replied = make.comment(round=round_, replies_count=1)
    make.comment(round=round_, parent_id=replied.id, kind=None, voice=Voice.HOST)
    round_.version += 1
    session.commit()
    statements.clear()

    page = browser.get(path)

    assert len([s for s in statements if s.startswith(("SELECT", "WITH"))]) == 8
    assert "comment waiting" not in quiet.text
    assert "sudden rise" in quiet.text
    assert "Nobody reads this yet." not in page.text
    assert "1 comment waiting since" in page.text
    assert "Reason: Many were away." in page.text
    assert "20 comments came in within one hour" in page.text


def test_a_warm_page_asks_twice_and_shows_a_new_comment_at_once(
    browser, make, session, statements
):
    from feedback_app.log.services import append
    from feedback_app.policy import VISITOR

    round_ = open_round(make, comments=4)
    browser.sign_in(make.account())
    path = f"/rounds/{round_.slug}"
    browser.get(path)
    statements.clear()

    browser.get(path)
    warm = [s for s in statements if s.startswith(("SELECT", "WITH"))]
    comment = make.comment(round=round_, body="Said just now.")
    append(session, actor=VISITOR, kind="comment.submitted", subject=comment, parents=[round_])
    page = browser.get(f"/rounds/{round_.slug}")

    assert len(warm) == 2
    assert "Said just now." in page.text


def test_a_kept_page_holds_nobodys_name(browser, new_browser, make):
    round_ = open_round(make, comments=4)
    browser.sign_in(make.account(name="Zenobia Quint"))

    mine = browser.get(f"/rounds/{round_.slug}")
    others = new_browser().get(f"/rounds/{round_.slug}")

    assert "Zenobia Quint" in mine.text
    assert "Zenobia Quint" not in others.html
    assert mine.soup.find(id="read").decode() == others.soup.find(id="read").decode()


def test_a_kept_page_speaks_the_readers_language(browser, make):
    round_ = open_round(make)

    assert "Diga" not in browser.get(f"/rounds/{round_.slug}").title
    assert browser.get(f"/es/rounds/{round_.slug}").title == round_.text("es").title
    assert 'href="/es/rounds' in browser.get(f"/es/rounds/{round_.slug}").html


def test_a_text_of_more_than_twenty_thousand_words_is_shown_part_by_part(browser, make):
    revision = make.revision(
        sections=[
            {"title": "One", "words": 15_000},
            {"title": "One and a half", "level": 2, "words": 100},
            {"title": "Two", "words": 15_000},
        ]
    )
    round_ = make.round(open=True, revision=revision)
    one, half, two = revision.sections

    first = browser.get(f"/rounds/{round_.slug}")
    second = browser.get(f"/rounds/{round_.slug}?part={two.key}")

    assert first.soup.find(id=one.key)
    assert first.soup.find(id=half.key)
    assert not first.soup.find(id=two.key)
    assert second.soup.find(id=two.key)
    assert not second.soup.find(id=one.key)
    link = first.soup.find("a", href=re.compile(re.escape(f"#{two.key}")))
    assert link["href"] == f"/rounds/{round_.slug}?part={two.key}#{two.key}"


def test_a_plan_is_there_for_its_makers_alone(browser, new_browser, make):
    round_ = open_round(make, host_signed_at=None)
    key = round_.revision.sections[0].key
    paths = ["", f"/sections/{key}", "/whole", "/questions", "/agreement"]

    browser.sign_in(make.host())
    for path in paths:
        assert browser.get(f"/rounds/{round_.slug}{path}").status_code == 200
        assert new_browser().get(f"/rounds/{round_.slug}{path}").status_code == 404


def test_each_question_has_one_box_that_leads_to_what_will_be_public(browser, make):
    round_ = open_round(make)
    key = round_.revision.sections[1].key
    first = make.question(round_, 1, section_key=key)
    make.question(round_, 2)
    path = f"/rounds/{round_.slug}/questions"

    page = browser.get(path)
    boxes = page.soup.find_all("textarea")
    action = f"/rounds/{round_.slug}/sections/{key}/comment"
    checked = browser.post(action, page=path, action=action, body="Waiting works.")

    assert len(boxes) == 2
    assert len({box["id"] for box in boxes}) == 2
    assert page.hidden(action)["question"] == first.public_id
    assert checked.status_code == 200
    assert "Waiting works." in checked.text


def test_a_closed_round_offers_no_comment_and_promises_its_answers(browser, make):
    revision = make.revision()
    round_ = make.round(revision=revision)
    make.comment(round=round_)

    page = browser.get(f"/rounds/{round_.slug}")

    assert "This comment period has closed." in page.text
    assert "I have 2 minutes" not in page.text
    assert page.soup.find("a", string=re.compile("Comment on")) is None
    assert page.soup.find("a", string=re.compile("I agree")) is None


def test_a_section_shows_all_its_comments_page_by_page(browser, make):
    round_ = open_round(make)
    key = round_.revision.sections[0].key
    for number in range(55):
        make.comment(round=round_, section_key=key, body=f"Number {number}.")

    first = browser.get(f"/rounds/{round_.slug}/sections/{key}")
    more = first.soup.find("a", rel="next", string=re.compile("More"))
    second = browser.get(more["href"])

    said = {
        c.find(class_="body").get_text() for p in (first, second) for c in p.soup("article")
    }
    assert said == {f"Number {number}." for number in range(55)}
    assert browser.get(f"/rounds/{round_.slug}/sections/{key}?cursor=x").status_code == 404
    assert browser.get(f"/rounds/{round_.slug}/sections/aaaaaaaa").status_code == 404


def test_a_page_says_which_sections_can_change_only_in_part_or_not_at_all(browser, make):
    openness = (Openness.OPEN, Openness.PARTLY, Openness.FIXED)
    revision = make.revision(
        sections=[{"openness": each, "authority": "state law 12"} for each in openness]
    )
    round_ = make.round(open=True, revision=revision)

    page = browser.get(f"/rounds/{round_.slug}")

    fact = page.soup.find("dt", string="Can still change").find_next("dd")
    assert [part.strip() for part in fact.stripped_strings] == [
        "Sections 1, 2",
        "section 2 only in part",
        "section 3 is fixed by law or policy",
    ]


def test_an_answered_round_says_when_it_was_answered_and_promises_nothing_more(browser, make):
    answered_at = datetime(2026, 7, 27, 15, tzinfo=UTC)
    round_ = make.round(report_published_at=answered_at, answers_due_on=date(2026, 7, 25))

    page = browser.get(f"/rounds/{round_.slug}")

    fact = page.soup.find("dt", string="Answered").find_next("dd")
    assert list(fact.stripped_strings) == ["July 27, 2026", round_.department.name]
    assert "What you are promised" not in page.text


def test_all_rounds_are_listed_page_by_page(browser, make):
    rounds = [open_round(make) for _ in range(23)]

    first = browser.get("/rounds")
    second = browser.get(first.soup.find("a", rel="next")["href"])

    titles = {h.get_text() for page in (first, second) for h in page.soup.select(".round h2")}
    assert titles == {round_.text("en").title for round_ in rounds}
