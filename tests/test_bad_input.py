"""Whatever is sent: no page breaks, typed text comes back, nothing is stored by half."""

from __future__ import annotations

import os
import random
from datetime import date
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from sqlalchemy import text as sql

from feedback_app.comments.models import Comment, CommentVersion
from feedback_app.models import Base
from feedback_app.organizations.models import Membership
from tests.parts import attacks
from tests.test_routes import fill, routes

SOAK = os.environ.get("FEEDBACK_SOAK") == "1"
SEED = date.today().toordinal()
TOLD = {200, 302, 303, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429}
RTL = "\u202eevil\u202c \u05e9\u05dc\u05d5\u05dd \u200f\u061c"


def sample(count: int) -> list[str]:
    """Another choice every day, the same in every run of that day; all of them when soaking."""
    strings = attacks.strings()
    return strings if SOAK else random.Random(SEED).sample(strings, count)


@pytest.fixture
def round_(make, session):
    round_ = make.round(open=True)
    make.question(round_)
    session.commit()
    return round_


@pytest.fixture
def form_of(browser, round_):
    """The hidden fields of a fresh form for a comment on a section."""

    def fresh(path=None):
        return browser.get(path or section_path(round_)).hidden()

    return fresh


def section_path(round_, act="comment"):
    return f"/rounds/{round_.slug}/sections/{round_.revision.sections[0].key}/{act}"


def everything(session):
    """How many rows each table holds, asked in one breath: it is asked after every sending."""
    session.commit()
    each = " UNION ALL ".join(
        f"SELECT '{table.name}', count(*) FROM {table.name}"
        for table in Base.metadata.sorted_tables
    )
    return dict(tuple(row) for row in session.execute(sql(each)))


def test_attack_strings_in_a_comment_are_kept_word_for_word_or_refused_whole(
    browser, session, round_, form_of
):
    path = section_path(round_)
    before = everything(session)
    for text in sample(60):
        page = browser.send(path, form_of() | {"body": text, "step": "send"})
        assert page.status_code in {303, 422}, repr(text)
        held, before = before, everything(session)
        if page.status_code == 422:
            assert held == before, repr(text)
            continue
        newest = select(CommentVersion.body).order_by(CommentVersion.id.desc()).limit(1)
        assert session.scalar(newest) == attacks.as_kept(text), repr(text)
    shown = browser.get(f"/rounds/{round_.slug}/sections/{round_.revision.sections[0].key}")
    assert shown.status_code == 200
    assert attacks.alive(shown.soup) == []


@pytest.mark.one_engine
def test_attack_strings_look_the_same_when_checked_before_sending(browser, round_, form_of):
    path, hidden = section_path(round_), form_of()
    for text in sample(60):
        page = browser.send(path, hidden | {"body": text, "suggested_wording": text})
        assert page.status_code in {200, 422}, repr(text)
        assert attacks.alive(page.soup) == [], repr(text)
        if page.status_code == 200:
            assert page.typed("body") == attacks.as_kept(text), repr(text)


FORMS = {
    "/sign-in": ("email", "password", "next"),
    "/register": ("name", "email", "password"),
    "/forgotten-password": ("email",),
    "/receipts": ("code",),
}


@pytest.mark.parametrize("path", FORMS)
def test_attack_strings_in_every_field_of_a_public_form_break_nothing(
    browser, session, round_, path
):
    before = everything(session)
    hidden = browser.get(path).hidden()
    for text in sample(12):
        for field in FORMS[path]:
            page = browser.send(path, hidden | {field: text})
            assert page.status_code in {200, 422}, (field, text)
            assert attacks.alive(page.soup) == [], (field, text)
    assert everything(session) == before


HIDDEN = ("start", "end", "exact", "question", "submission_id", "knows_late", "csrf_token")


@pytest.mark.parametrize("field", HIDDEN)
def test_a_forged_hidden_field_is_refused_and_the_text_comes_back(
    browser, session, round_, form_of, field
):
    path, before = section_path(round_), everything(session)
    forged = [*sample(6), "-1", "9" * 30, "9" * 5000, "1e9", "\u0663", "None", "[]", ""]
    for value in forged:
        fields = form_of() | {"body": "These words must come back.", "step": "send"}
        page = browser.send(path, fields | {field: value})
        assert page.status_code in {303, 409, 422, 404}, (field, value)
        if page.status_code != 303:
            assert "These words must come back." in page.html, (field, value)
    stored = everything(session)
    assert stored["comments"] == stored["comment_versions"] == stored["points"]
    assert (
        stored["comments"] - before["comments"] == stored["log_entries"] - before["log_entries"]
    )


def test_a_character_that_cannot_be_kept_is_refused_beside_its_field(
    browser, session, round_, form_of
):
    before = everything(session)

    page = browser.send(section_path(round_), form_of() | {"body": "a\x00b", "step": "send"})

    assert page.status_code == 422
    assert page.error_of("body")
    assert everything(session) == before


@pytest.mark.parametrize("octets", ["%ED%A0%80", "%FF%FE", "%C0%AF", "%F8%88%80%80%80"])
def test_octets_that_are_no_text_are_never_kept_as_they_are(
    browser, session, round_, form_of, octets
):
    path = section_path(round_)
    fields = form_of() | {"step": "send"}
    session.commit()  # the request below takes its turn to write

    answer = browser.client.post(
        path,
        data=urlencode(fields) + f"&body=half+{octets}+sentence",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code in {303, 422}
    for kept in session.scalars(select(CommentVersion.body)):
        assert kept.encode() == kept.encode("utf-8", "strict")
        assert "half" in kept


def test_ten_thousand_characters_fit_and_one_more_comes_back_whole(
    browser, session, round_, form_of
):
    path = section_path(round_)

    fits = browser.send(path, form_of() | {"body": "á" * 10_000, "step": "send"})
    more = browser.send(path, form_of() | {"body": "á" * 10_001, "step": "send"})

    assert fits.status_code == 303
    assert more.status_code == 422
    assert more.typed("body") == "á" * 10_001
    assert "10,000" in more.error_of("body")
    assert session.scalar(select(func.count()).select_from(Comment)) == 1


def test_a_comment_from_right_to_left_is_kept_as_written(browser, session, round_, form_of):
    browser.send(section_path(round_), form_of() | {"body": RTL, "step": "send"})

    page = browser.get(f"/rounds/{round_.slug}")

    assert session.scalars(select(CommentVersion.body)).one() == RTL
    assert RTL in page.html


NUMBERS = (
    "0",
    "-1",
    "1.5",
    "9" * 30,
    "9" * 5000,
    "0x10",
    "\u0663",
    "",
    "NaN",
    "1 or 1=1",
    "\x00",
)


@pytest.mark.one_engine
def test_strange_parameters_of_reading_pages_break_nothing(app, browser, round_, make):
    comment = make.comment(round=round_)
    section = f"/rounds/{round_.slug}/sections/{round_.revision.sections[0].key}"
    addresses = {
        f"{section}/comment": ("start", "end", "words", "question"),
        f"{section}/choose": ("words",),
        section: ("after", "cursor", "before", "page"),
        f"/rounds/{round_.slug}": ("after", "words"),
        f"/rounds/{round_.slug}/whole": ("after", "cursor"),
        f"/rounds/{round_.slug}/questions": ("question",),
        f"/comments/{comment.public_id}": ("after",),
        f"/curricula/{round_.revision.curriculum.slug}/revisions/1/changes": (
            "view",
            "against",
        ),
        "/rounds": ("after", "state"),
        "/log": ("after", "kind", "start", "limit"),
        "/exceptions": ("after", "kind"),
        "/sign-in": ("next",),
    }
    for path, names in addresses.items():
        for name in names:
            for value in [*NUMBERS, *sample(8)]:
                page = browser.get(path, query_string={name: value})
                assert page.status_code in {200, 303, 400, 404, 409, 422}, (path, name, value)
                assert attacks.alive(page.soup) == [], (path, name, value)


@pytest.mark.one_engine
def test_start_and_end_of_any_size_give_a_form_without_a_quote(browser, round_):
    path = section_path(round_)
    for start, end in (("0", "9" * 18), ("-5", "3"), ("7", "7"), ("9", "2"), ("9" * 400, "1")):
        page = browser.get(path, query_string={"start": start, "end": end})
        assert page.status_code == 200, (start, end)
        assert page.soup.find("blockquote") is None, (start, end)


@pytest.mark.one_engine
def test_strange_paths_are_no_page(app, browser):
    for rule in routes(app, "GET"):
        for bad in ("%00", "%ff", "..%2f..%2fetc", "%F0%9F%92%A9", "9" * 400, "a" * 5000):
            for name in rule.arguments:
                if name == "filename":
                    continue
                path = fill(rule)
                parts = path.strip("/").split("/")
                address = "/" + "/".join([*parts[:-1], bad])
                page = browser.get(address)
                assert page.status_code in {200, 302, 303, 308, 400, 404, 409}, address


@pytest.mark.one_engine
def test_a_position_beyond_every_number_is_no_entry_of_the_log(browser, session):
    for position in (10**6, 2**63, 10**40):
        assert browser.get(f"/log/{position}").status_code == 404


@pytest.mark.one_engine
def test_other_content_types_are_refused_without_breaking(app, browser, round_, session):
    before = everything(session)
    session.commit()
    bodies = {
        "application/json": b'{"body": "words"}',
        "text/plain": b"body=words",
        "application/xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "multipart/form-data": b"no boundary at all",
        "multipart/form-data; boundary=x": b"--x\r\nContent-Disposition: form-data\r\n\r\n--x",
        "application/x-www-form-urlencoded; charset=utf-16": "body=words".encode("utf-16"),
        "application/x-www-form-urlencoded": b"body=%ff%fe&\xff\xfe=%zz&=&&=",
    }
    for rule in routes(app, "POST"):
        for kind, body in bodies.items():
            answer = browser.client.post(fill(rule), data=body, content_type=kind)
            assert answer.status_code in TOLD, (rule, kind, answer.status_code)
    assert everything(session) == before


def test_too_many_or_too_large_fields_are_refused_and_the_text_comes_back(
    browser, session, round_, form_of
):
    path, before = section_path(round_), everything(session)

    large = browser.send(path, form_of() | {"body": "My own words. " * 400_000})
    many = browser.send(
        path, form_of() | {"body": "Kept."} | {f"f{n}": "" for n in range(5000)}
    )

    assert large.status_code in {413, 422}
    assert "My own words." in large.text
    assert many.status_code in {200, 413}
    assert "Kept." in many.text or many.status_code == 200
    assert everything(session) == before


@pytest.mark.one_engine
def test_strange_headers_break_nothing(app):
    client = app.test_client()
    for text in sample(20):
        line = text.encode("utf-8", "replace").decode("latin-1")
        line = "".join(letter for letter in line if letter not in "\r\n\x00")[:2000]
        for header in ("Cookie", "Referer", "Accept-Language", "User-Agent", "If-None-Match"):
            answer = client.get("/", headers={header: line})
            assert answer.status_code in {200, 304, 400}, (header, line)


def test_an_id_of_another_parent_is_no_page(browser, session, make, round_):
    """A section of another course, a question of another round, a range of another text."""
    other = make.round(open=True)
    question = make.question(other, position=2)
    foreign = other.revision.sections[0].key
    session.commit()

    for act in ("", "/comment", "/choose"):
        page = browser.get(f"/rounds/{round_.slug}/sections/{foreign}{act}")
        assert page.status_code == 404, act
    asked = browser.get(f"{section_path(round_)}?question={question.public_id}")
    assert asked.status_code == 404


def test_a_comment_sent_to_anothers_section_or_question_is_not_stored(
    browser, session, make, round_, form_of
):
    other = make.round(open=True)
    question = make.question(other, position=2)
    fields = form_of() | {"body": "Into the wrong box.", "step": "send"}
    before = everything(session)

    foreign = other.revision.sections[0].key
    section = browser.send(f"/rounds/{round_.slug}/sections/{foreign}/comment", fields)
    asked = browser.send(section_path(round_), fields | {"question": question.public_id})

    assert section.status_code == 404
    assert asked.status_code == 404
    assert "Into the wrong box." in section.html
    assert "Into the wrong box." in asked.html
    assert everything(session) == before


def test_a_member_belongs_to_one_organization(browser, session, make):
    """An id with the wrong parent in the address looks like one that does not exist."""
    manager, stranger = make.manager(), make.host_manager()
    home = make.department().slug
    elsewhere = session.scalars(select(Membership).filter_by(account_id=stranger.id)).one()
    browser.sign_in(manager)

    page = browser.get(f"/organizations/{home}/members/{elsewhere.public_id}/end")

    assert page.status_code == 404
