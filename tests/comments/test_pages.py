"""The pages of people who comment, from choosing words to leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from feedback_app.comments import reading_views
from feedback_app.comments.models import Comment
from feedback_app.core import clock
from feedback_app.exchange import annotations
from feedback_app.rounds.models import WhoMayComment


@pytest.fixture
def round_(make):
    return make.round(open=True, slug="spring")


def check(browser, path: str, **fields):
    """Open the form, fill it in, and look at what will be public."""
    return browser.post(path, body="Ask the family first.", step=None, **fields)


def send(browser, path: str, **fields):
    page = check(browser, path, **fields)
    values = page.hidden() | {"body": page.typed("body")}
    values["suggested_wording"] = page.typed("suggested_wording")
    return browser.send(path.partition("?")[0], values | {"step": "send"}), page


def one(session) -> Comment:
    return session.scalars(select(Comment)).one()


def count(session) -> int:
    return session.scalar(select(func.count()).select_from(Comment))


def section_path(round_) -> str:
    return f"/rounds/spring/sections/{round_.revision.sections[0].key}/comment"


def test_nothing_is_sent_before_the_writer_has_seen_what_will_be_public(
    browser, session, round_
):
    page = check(browser, section_path(round_))

    assert page.status_code == 200
    assert "Nothing is sent or published yet." in page.text
    assert "Not who you are to the police" in page.text
    assert page.soup.find(class_="comment").find(class_="body").get_text() == (
        "Ask the family first."
    )
    assert count(session) == 0


def test_changing_the_text_after_the_check_sends_nothing(browser, session, round_):
    path = section_path(round_)
    page = check(browser, path)
    button = page.form().find("button", attrs={"name": True})

    values = page.hidden() | {"body": page.typed("body"), button["name"]: button["value"]}
    again = browser.send(path, values)

    assert again.typed("body") == "Ask the family first."
    assert count(session) == 0


def test_a_sent_comment_shows_its_code_and_asks_for_kind_and_name_after(
    browser, session, round_
):
    answer, _ = send(browser, section_path(round_))
    assert answer.status_code == 303

    page = browser.get(answer.location)

    code = page.soup.find(id="code").get_text()
    assert len(code.split("-")) == 8
    assert code not in answer.location
    assert one(session).display_name is None
    page = browser.send(
        f"/comments/{one(session).public_id}/describe",
        page.hidden(f"/comments/{one(session).public_id}/describe")
        | {"kind": "concern", "display_name": "Elm Street mom", "language": "en"},
        follow=True,
    )
    assert "Elm Street mom Concern" in page.text


def test_chosen_words_come_along_and_the_server_cuts_them(browser, session, round_):
    answer, page = send(browser, section_path(round_) + "?start=0&end=13")

    assert answer.status_code == 303
    assert page.soup.find("blockquote").get_text() == "Officers wait"
    assert one(session).anchor.exact == "Officers wait"


def test_other_words_than_the_text_has_are_a_conflict_that_keeps_what_was_typed(
    browser, session, round_
):
    path = section_path(round_)
    page = check(browser, path + "?start=0&end=13")

    answer = browser.send(
        path, page.hidden() | {"body": "Mine.", "exact": "Officers run", "step": "send"}
    )

    assert answer.status_code == 409
    assert answer.typed("body") == "Mine."
    assert count(session) == 0


def test_without_a_script_a_sentence_is_chosen_from_a_list(browser, round_):
    path = section_path(round_)
    page = browser.get(path.replace("/comment", "/choose"))
    second = page.soup.find_all("input", attrs={"name": "words"})[2]["value"]

    assert "They speak slowly." in browser.get(f"{path}?words={second}").text


def test_the_same_check_page_sent_twice_is_one_comment(browser, session, round_):
    path = section_path(round_)
    page = check(browser, path)
    values = page.hidden() | {"body": page.typed("body"), "step": "send"}

    first, second = browser.send(path, values), browser.send(path, values)

    assert first.location == second.location
    assert count(session) == 1


@pytest.mark.parametrize("body", ["", "   ", "x" * 10_001])
def test_an_empty_or_endless_text_comes_back_with_its_reason(browser, session, round_, body):
    answer = browser.post(section_path(round_), body=body)

    assert answer.status_code == 422
    assert answer.error_of("body")
    assert count(session) == 0


def test_an_expired_page_sends_nothing_and_keeps_the_text(browser, session, round_):
    answer = browser.send(section_path(round_), {"body": "Still here.", "step": "send"})

    assert answer.status_code == 422
    assert "Nothing was sent" in answer.text
    assert answer.typed("body") == "Still here."


def test_a_writer_overtaken_by_the_closing_gets_the_text_back_and_may_send_it_as_late(
    browser, session, round_, time
):
    path = section_path(round_)
    round_.closes_at = clock.now() + timedelta(hours=1)
    page = check(browser, path)
    time.move(hours=2)

    told = browser.send(path, page.hidden() | {"body": "Mine.", "step": "send"})
    assert told.status_code == 409
    assert "closed while you were writing" in told.text
    assert told.typed("body") == "Mine."

    again = browser.send(path, told.hidden() | {"body": "Mine.", "step": "send"})
    assert again.status_code == 303
    assert one(session).is_late


def test_a_round_for_accounts_says_so_and_takes_the_comment_of_an_account(
    browser, session, make, round_
):
    round_.participation = WhoMayComment.ACCOUNT
    path = section_path(round_)
    assert "Only people with an account" in browser.get(path).text

    browser.sign_in(make.account())
    answer, _ = send(browser, path)

    assert browser.get(answer.location).soup.find(id="code") is None
    assert one(session).participation.account_id is not None


def test_the_department_is_told_that_it_cannot_comment(browser, make, round_):
    browser.sign_in(make.author())

    page = browser.get(section_path(round_))

    assert page.status_code == 403
    assert "not comment or agree yourself" in page.text


def test_names_dates_and_plates_are_pointed_out_before_sending(browser, round_):
    page = browser.post(
        section_path(round_), body="On May 3, 2025 Officer Smith stopped me, plate KLM 4821."
    )

    marked = [mark.get_text() for mark in page.soup.find(class_="alert--warn").find_all("mark")]
    assert marked == ["May 3, 2025", "Officer Smith", "KLM 4821"]


def test_a_question_of_the_host_is_answered_by_itself(browser, session, make, round_):
    question = make.question(round_)

    answer, page = send(browser, f"/rounds/spring/comment?question={question.public_id}")

    assert "What worked?" in page.text
    assert answer.status_code == 303
    assert one(session).question_id == question.id


def test_a_code_opens_its_comments_in_another_browser(browser, new_browser, session, round_):
    answer, _ = send(browser, section_path(round_))
    code = browser.get(answer.location).soup.find(id="code").get_text()
    other = new_browser()
    assert other.get("/receipts/mine").status_code == 303

    wrong = other.post("/receipts", code="not a code at all")
    assert wrong.error_of("code")
    right = other.post("/receipts", code=code.upper().replace("-", " "), follow=True)

    assert "Ask the family first." in right.text
    other.send("/receipts/forget", right.hidden("/receipts/forget"))
    assert other.get("/receipts/mine").status_code == 303


def test_the_code_is_forgotten_after_half_an_hour(browser, round_, time):
    send(browser, section_path(round_))
    assert browser.get("/receipts/mine").status_code == 200

    time.move(minutes=31)

    assert browser.get("/receipts/mine").status_code == 303


def test_the_holder_changes_words_takes_the_name_off_and_withdraws(browser, session, round_):
    send(browser, section_path(round_))
    comment = one(session)
    here = f"/comments/{comment.public_id}"
    comment.display_name = "Elm Street mom"

    assert browser.post(f"{here}/edit", body="Ask the sister.").status_code == 303
    assert comment.current.body == "Ask the sister."
    assert comment.version_number == 1
    assert browser.post(f"{here}/name").status_code == 303
    assert comment.display_name is None
    assert browser.post(f"{here}/withdraw").status_code == 303
    assert comment.withdrawn_at is not None
    assert "Withdrawn by the person who wrote it" in browser.get(here).text


def test_nobody_else_reaches_the_acts_of_an_author(browser, make, round_):
    comment = make.comment(round=round_)
    browser.sign_in(make.host())

    for act in ("edit", "name", "withdraw"):
        assert browser.get(f"/comments/{comment.public_id}/{act}").status_code == 404
    assert browser.get(f"/comments/{comment.public_id}/sent").location.endswith("/receipts")


def test_two_windows_editing_one_comment_see_both_texts(browser, session, round_):
    send(browser, section_path(round_))
    path = f"/comments/{one(session).public_id}/edit"
    old = browser.get(path).hidden()
    browser.post(path, body="First window.")

    answer = browser.send(path, old | {"body": "Second window."})

    assert answer.status_code == 409
    assert "First window." in answer.text
    assert answer.typed("body") == "Second window."


def test_a_reply_of_the_department_is_marked(browser, make, round_):
    comment = make.comment(round=round_)
    browser.sign_in(make.moderator())

    page = browser.post(f"/comments/{comment.public_id}/reply", body="We read it.", follow=True)

    assert f"{round_.department.name} for the department" in page.text


@pytest.mark.one_engine
def test_a_reply_is_in_the_language_that_its_writer_names(browser, make, round_, session):
    path = f"/comments/{make.comment(round=round_).public_id}/reply"
    chosen = browser.get(f"/es{path}").soup.select_one("[name=language] option[selected]")
    assert chosen["value"] == "es"
    browser.post(path, body="¿Y la familia?", language="es")
    browser.post(path, body="And the nurse?")

    replies = session.scalars(select(Comment).where(Comment.parent_id.is_not(None)))
    assert [reply.language for reply in replies] == ["es", "en"]


def test_after_closing_only_those_who_may_reply_are_offered_to(browser, make):
    comment = make.comment()
    here = f"/comments/{comment.public_id}"

    assert browser.get(here).soup.find("a", href=f"{here}/reply") is None
    browser.sign_in(make.moderator())
    assert browser.get(here).soup.find("a", href=f"{here}/reply") is not None


def test_a_visitor_agrees_once_and_can_take_it_back(browser, make, round_):
    comment = make.comment(round=round_)
    path = f"/comments/{comment.public_id}/agree"

    assert "private code" in browser.post(path, follow=True).text
    assert comment.endorsements_count == 1
    browser.post(path, step="back")
    assert comment.endorsements_count == 0


def test_a_reader_gets_no_cookie(browser, make, round_):
    comment = make.comment(round=round_)

    for path in (f"/comments/{comment.public_id}", "/rounds/spring/comments.csv"):
        page = browser.get(path)
        assert page.status_code == 200
        assert "Set-Cookie" not in page.headers


def test_the_file_of_a_round_holds_no_formula_and_no_withdrawn_text(browser, make, round_):
    make.comment(round=round_, body="=SUM(A1)")
    make.comment(round=round_, body="Secret words.", withdrawn_at=clock.now())

    text = browser.get("/rounds/spring/comments.csv").html

    assert "'=SUM(A1)" in text
    assert "Secret words." not in text
    assert text.count("withdrawn") == 1


@pytest.mark.parametrize("name", ["comments.csv", "comments.jsonld"])
@pytest.mark.one_engine
def test_a_file_of_many_portions_counts_the_round_once(
    browser, make, round_, statements, monkeypatch, name
):
    monkeypatch.setattr(reading_views, "PORTION", 2)
    monkeypatch.setattr(annotations, "PORTION", 2)
    said = [
        make.comment(round=round_, body=f"Number {n} of seven.").public_id for n in range(7)
    ]

    text = browser.get(f"/rounds/spring/{name}").html

    assert {text.count(f"comments/{public_id}") > 0 for public_id in said} == {True}
    assert sum("GROUP BY comments.language" in one for one in statements) == 1


def test_pages_of_comments_are_kept_out_of_search_engines(browser, make, round_):
    comment = make.comment(round=round_)

    page = browser.get(f"/comments/{comment.public_id}")

    assert page.soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"


def test_every_page_stands_in_spanish_addresses_too(browser, make, round_):
    answer, _ = send(browser, "/es" + section_path(round_))

    assert answer.status_code == 303
    assert answer.location.startswith("/es/comments/")


@pytest.mark.parametrize(
    "query",
    [
        "?start=-1&end=5",
        "?start=0&end=99999999999999999999999",
        "?words=x-y",
        "?question=%00",
        "?question=nothing",
    ],
)
def test_a_strange_address_is_never_a_server_error(browser, round_, query):
    assert browser.get(section_path(round_) + query).status_code in {200, 404}


def test_strange_values_in_a_form_are_never_a_server_error(browser, session, round_):
    path = section_path(round_)
    page = check(browser, path)
    for strange in (
        {"start": "9" * 400, "end": "1"},
        {"question": "a" * 26},
        {"question": "\x00"},
        {"submission_id": "forged"},
        {"body": "a\x00b"},
    ):
        answer = browser.send(path, page.hidden() | {"body": "Mine.", "step": "send"} | strange)
        assert answer.status_code in {404, 409, 422}, strange
    assert count(session) == 0
