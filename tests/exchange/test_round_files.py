"""A round's comments and answers as files: Web Annotations, JSON, the table of responses."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import docx
import pytest
from lxml import html

from feedback_app.comments.conduct import ConductReason
from feedback_app.comments.models import CommentKind
from feedback_app.core import clock
from feedback_app.triage.models import Outcome
from tests.comments.conducting import NAME, Conduct
from tests.exchange.annotation_model import violations


@pytest.fixture
def round_(make):
    revision = make.revision(
        sections=[
            {"title": "Why", "source": "Wait.[^a] 😀 *They ask* the family.\n\n[^a]: Law."},
            {"title": "How"},
        ]
    )
    return make.round(revision=revision)


@pytest.fixture
def comments(make, round_):
    account = make.account(email="secret@example.org", name="Real Name")
    who = make.participation(round_, account_id=account.id)
    return {
        "quoted": make.comment(
            round=round_,
            quote="They ask the family",
            participation=who,
            kind=CommentKind.SUGGESTION,
            suggested_wording="They listen first",
            language="es",
        ),
        "section": make.comment(round=round_, display_name="Rosa", kind=CommentKind.QUESTION),
        "whole": make.comment(round=round_, section_key=None, body="All\n\ngood"),
        "gone": make.comment(round=round_, body="Taken back", withdrawn_at=clock.now()),
    }


def test_comments_are_web_annotations_that_resolve_on_our_own_page(browser, round_, comments):
    page = browser.get(f"/rounds/{round_.slug}/comments.jsonld")

    assert page.headers["Content-Type"].startswith("application/ld+json")
    told = json.loads(page.data)
    assert told["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert told["type"] == "AnnotationCollection"
    items = {item["id"].rpartition("/")[2]: item for item in told["first"]["items"]}
    assert told["total"] == len(items) == 4
    assert list(violations(told)) == []
    quoted = items[comments["quoted"].public_id]
    assert [body["purpose"] for body in quoted["body"]] == ["commenting", "editing"]
    selector = quoted["target"]["selector"]
    text_page = browser.get(quoted["target"]["source"].removeprefix("http://localhost"))
    words = html.fromstring(text_page.html).get_element_by_id(selector["value"]).text_content()
    quote, position = selector["refinedBy"]
    found = words[position["start"] : position["end"]]
    assert found == quote["exact"] == "They ask the family"
    assert words[: position["start"]].endswith(quote["prefix"])
    assert words[position["end"] :].startswith(quote["suffix"])
    assert items[comments["section"].public_id]["creator"] == {"type": "Person", "name": "Rosa"}
    assert "creator" not in quoted
    assert isinstance(items[comments["whole"].public_id]["target"], str)
    for secret in (b"secret@example.org", b"Real Name", b"Taken back"):
        assert secret not in page.data


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("total",), "3"),
        (("first", "items", 0, "target"), None),
        (("first", "items", 0, "motivation"), "asking"),
        (("first", "items", 0, "created"), "2026-11-03"),
        (("first", "items", 0, "body", 0, "text"), "A word of ours."),
        (("first", "items", 0, "body", 0, "language"), "not a language"),
    ],
)
def test_the_model_is_strict(browser, round_, comments, path, value):
    told = json.loads(browser.get(f"/rounds/{round_.slug}/comments.jsonld").data)
    *way, last = path
    part = told
    for step in way:
        part = part[step]
    part[last] = value

    assert list(violations(told))


@pytest.mark.one_engine
def test_the_same_comments_come_from_the_command_line(run, browser, round_, comments):
    w3c = run("comments", "export", round_.slug, "--format", "w3c")
    plain = run("comments", "export", round_.slug, "--format", "json")

    assert json.loads(w3c.output) == json.loads(
        browser.get(f"/rounds/{round_.slug}/comments.jsonld").data
    )
    bodies = [each["comment"] for each in json.loads(plain.output)]
    assert bodies == ["", "All\n\ngood", "Too much at once.", "Too much at once."]


@pytest.fixture
def answered(make, comments):
    made = {"authority": "Chief of training", "published_at": clock.now() - timedelta(days=1)}
    make.disposition(
        point=comments["quoted"].points[0],
        outcome=Outcome.ADOPTED,
        rationale="You are right.",
        due_on=clock.now().date() + timedelta(days=40),
        **made,
    )
    make.disposition(
        point=comments["section"].points[0], rationale="Not told yet.", published_at=None
    )
    return comments


def table_of(data: bytes) -> list[list[str]]:
    table = docx.Document(io.BytesIO(data)).tables[0]
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_the_public_table_holds_public_answers_alone(browser, round_, answered):
    rows = table_of(browser.get(f"/rounds/{round_.slug}/report.docx").data)

    assert rows[0] == ["Ref", "Section", "Comment", "Response", "Change made"]
    assert len(rows) == 3
    assert rows[1][:2] == ["1", "1 Why"]
    assert "On the words “They ask the family”:" in rows[1][2]
    assert "You are right." in rows[1][3]
    assert rows[1][4] == "Promised, not in a published version yet."
    gone = ["Withdrawn by the person who wrote it.", "It needs no answer any more.", "–"]
    assert rows[2] == ["2", "1 Why", *gone]


@pytest.mark.one_engine
def test_the_departments_table_holds_every_answer_and_marks_what_is_not_public(
    browser, run, make, round_, answered
):
    address = f"/triage/{round_.slug}/answers.docx"
    assert browser.get(address).status_code in (302, 404)
    browser.sign_in(make.host())
    assert browser.get(address).status_code == 404

    browser.sign_in(make.moderator())
    rows = table_of(browser.get(address).data)

    assert len(rows) == 4
    assert "Not published yet." in rows[2][3]
    assert "Not told yet." in rows[2][3]
    public = run("rounds", "report", round_.slug, "--format", "docx")
    assert len(table_of(public.stdout_bytes)) == 3


@pytest.mark.one_engine
def test_hidden_words_are_in_no_file_for_the_public(browser, make, round_, comments):
    hidden = make.comment(
        round=round_,
        body="Hidden words",
        hidden_at=clock.now(),
        hidden_reason=ConductReason.THREAT,
    )
    make.disposition(
        point=hidden.points[0], authority="Chief", published_at=clock.now() - timedelta(days=1)
    )
    course = round_.revision.curriculum.slug

    for address in (
        f"/rounds/{round_.slug}/comments.jsonld",
        f"/rounds/{round_.slug}/comments.json",
        f"/rounds/{round_.slug}/report.docx",
        f"/curricula/{course}/revisions/1.docx",
    ):
        data = browser.get(address).data
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                data = b"".join(package.read(name) for name in package.namelist())
        assert b"All" in data or b"Answers" in data or b"answers" in data, address
        assert b"Hidden words" not in data, address


PUBLIC, DEPARTMENT, HOST = "visitor", "moderator", "host"
WORDS = {
    # state: who reads the words of such a comment, by rule 3 of the product
    "held": {HOST},
    "hidden": {DEPARTMENT, HOST},
    "withdrawn": set(),
    "erased": set(),
    "masked": {PUBLIC, DEPARTMENT, HOST},
    "late": {PUBLIC, DEPARTMENT, HOST},
    "set_aside": {PUBLIC, DEPARTMENT, HOST},
}
UNDER_WORD = {
    # what a Word file says of one whose words its reader may read, and of one without
    "held": ("Waiting, not shown yet.", "1 comment waiting. It is read before it is shown."),
    "hidden": ("Hidden from the public: ", "Hidden by the rules of conduct: "),
    "withdrawn": ("", "Withdrawn by the person who wrote it."),
    "erased": ("", "Erased: it names or describes a private person."),
    "masked": ("Details covered: it names or describes a private person.", ""),
    "late": ("Sent after the closing.", ""),
    "set_aside": ("Set aside as a suspected flood, counted apart.", ""),
}


@pytest.fixture
def every_state(session, make):
    """One comment of each state with an answer that is public, and its round."""
    conduct = Conduct(session, make, open=False, report_published_at=clock.now())
    made = {
        "hidden": conduct.hidden(f"The hidden words, says {NAME}.", phrases=[NAME]),
        "masked": conduct.masked(f"The masked words, says {NAME}.", NAME),
        "late": conduct.comment("The late words.", is_late=True),
        "set_aside": conduct.comment("The set_aside words.", set_aside_at=clock.now()),
        "held": conduct.held("The held words."),
        "erased": conduct.erased("The erased words."),
        "withdrawn": conduct.withdrawn("The withdrawn words."),
    }
    for comment in made.values():
        make.disposition(point=comment.points[0], published_at=clock.now())
    session.commit()
    return conduct.round


def as_viewer(browser, make, role):
    browser.sign_out()
    if role != PUBLIC:
        browser.sign_in(make.moderator() if role == DEPARTMENT else make.host())


def said_in_word(data: bytes) -> str:
    opened = docx.Document(io.BytesIO(data))
    return "\n".join(f"{remark.author}: {remark.text}" for remark in opened.comments)


@pytest.mark.one_engine
@pytest.mark.parametrize("role", [PUBLIC, DEPARTMENT, HOST])
def test_each_state_of_a_comment_is_in_the_files_as_the_table_says(
    browser, make, every_state, role
):
    as_viewer(browser, make, role)
    slug, course = every_state.slug, every_state.revision.curriculum.slug

    in_word = said_in_word(browser.get(f"/curricula/{course}/revisions/1.docx").data)
    as_annotations = browser.get(f"/rounds/{slug}/comments.jsonld").html
    public_table = str(table_of(browser.get(f"/rounds/{slug}/report.docx").data))
    files = [in_word, as_annotations, public_table]
    if role == DEPARTMENT:
        own_table = str(table_of(browser.get(f"/triage/{slug}/answers.docx").data))
        files.append(own_table)
        for state, readers in WORDS.items():
            assert (f"The {state} words" in own_table) is (DEPARTMENT in readers), state
        assert "(hidden from the public: " in own_table

    items = json.loads(as_annotations)["first"]["items"]
    assert list(violations(json.loads(as_annotations))) == []
    tagged = {
        each["body"][-1 - bool(why)]["value"]: each
        for each in items
        for why in [each["body"][-1]["value"] == "private_details"]
    }
    for state, readers in WORDS.items():
        is_read = role in readers
        if (role, state) != (DEPARTMENT, "held"):
            note = tagged.pop(state)
            purposes = [body["purpose"] for body in note["body"]]
            assert ("commenting" in purposes) is is_read, state
            assert {*purposes} <= {"commenting", "tagging"}
            assert is_read or "creator" not in note
        assert (f"The {state} words" in in_word) is is_read, state
        assert (f"The {state} words" in as_annotations) is is_read, state
        assert (f"The {state} words" in public_table) is (PUBLIC in readers), state
        with_words, without = UNDER_WORD[state]
        is_met = (role, state) != (DEPARTMENT, "held")
        assert ((with_words if is_read else without) in in_word) is is_met, state
    assert "(late)" in public_table
    assert "(details covered: it names or describes a private person)" in public_table
    assert "(set aside as a suspected flood, counted apart)" in public_table
    assert "Hidden by the rules of conduct: " in public_table
    assert "Withdrawn by the person who wrote it." in public_table
    assert "Erased: it names or describes a private person." in public_table
    assert tagged == {}
    assert all(NAME not in file for file in files)
