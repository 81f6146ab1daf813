"""The response matrix: what goes out, to whom, and what is never in it."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest

from feedback_app.comments.conduct import ConductReason
from feedback_app.comments.models import Channel, CommentKind
from feedback_app.core import clock
from feedback_app.exchange.matrix import NAMES
from feedback_app.exchange.matrix_rows import BATCH, MatrixRows
from feedback_app.rounds.queries import get_round_row
from feedback_app.triage.models import Outcome, Reason

FROM_INTERFACE = (
    "comment_id point round host curriculum revision section_key section_number section_title "
    "quote comment suggested_wording kind channel language submitted_on appears_as "
    "endorsements theme duplicate_group group_size work_state disposition reason_code "
    "rationale adopted_in_revision changed_sections change_url decided_on verdict comment_url"
).split()


def of_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def of_workbook(data: bytes) -> list[dict[str, str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data))["matrix"]
    head, *rows = sheet.iter_rows(values_only=True)
    return [
        dict(zip(head, ("" if c is None else str(c) for c in r), strict=True)) for r in rows
    ]


@pytest.fixture
def round_(make):
    revision = make.revision(
        sections=[{"title": "Why", "source": "They ask the family."}, {"title": "How"}]
    )
    return make.round(revision=revision)


@pytest.fixture
def said(make, round_):
    account = make.account(email="secret@example.org", name="Real Name")
    who = make.participation(round_, account_id=account.id)
    first = make.comment(
        round=round_,
        body='=HYPERLINK("http://evil.example")',
        quote="They ask the family",
        participation=who,
        kind=CommentKind.SUGGESTION,
        suggested_wording="They listen first",
        language="es",
        channel=Channel.PAPER,
    )
    second = make.comment(round=round_, body="Á bueno", display_name="Rosa")
    make.comment(round=round_, body="Taken back", withdrawn_at=clock.now())
    make.comment(round=round_, body="Not looked at", held_at=clock.now())
    threat = {"hidden_at": clock.now(), "hidden_reason": ConductReason.THREAT}
    make.comment(round=round_, body="A hidden point", **threat)
    make.comment(round=round_, body="A reply", parent=second, kind=None)
    make.theme(round_, first.points[0], title="Pay")
    make.theme(round_, first.points[0], title="Actors")
    make.disposition(
        point=first.points[0],
        outcome=Outcome.NOT_ADOPTED,
        reason=Reason.COURSE_HOURS,
        reason_detail="90 minutes",
        rationale="+1, but there is no room.",
        due_on=None,
    )
    make.disposition(point=second.points[0], outcome=Outcome.DEFERRED, due_on=date(2027, 3, 1))
    return first, second


def test_the_matrix_holds_a_row_for_each_point_that_the_department_reads(
    browser, make, round_, said
):
    address = f"/triage/{round_.slug}/matrix"
    for nobody in (make.host(), make.account()):
        browser.sign_in(nobody)
        assert browser.get(f"{address}.xlsx").status_code == 404
    browser.sign_in(make.moderator())
    sheet = browser.get(f"{address}.xlsx")
    table = browser.get(f"{address}.csv")

    rows = of_workbook(sheet.data)
    assert list(rows[0])[: len(FROM_INTERFACE)] == FROM_INTERFACE
    assert tuple(rows[0]) == NAMES
    assert [row["comment"] for row in rows] == [
        '=HYPERLINK("http://evil.example")',
        "Á bueno",
        "A hidden point",
    ]
    first = rows[0]
    assert first["theme"] == "Actors\nPay"
    assert first["quote"] == "They ask the family"
    assert (first["disposition"], first["reason_code"]) == ("not_adopted", "course_hours")
    assert first["channel"] == first["language"] == ""
    assert first["appears_as"] == ""
    assert rows[1]["due_on"] == "2027-03-01"
    escaped = of_csv(table.data)
    assert escaped[0]["comment"].startswith("'=HYPERLINK")
    assert escaped[0]["rationale"].startswith("'+1")
    assert [row["row_check"] for row in escaped] == [row["row_check"] for row in rows]
    cells = openpyxl.load_workbook(io.BytesIO(sheet.data))["matrix"]["2"]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    for words in (b"secret@example.org", b"Real Name", b"Taken back", b"Not looked at"):
        assert words not in table.data
        assert words.decode() not in str(rows)


@pytest.mark.one_engine
def test_a_split_comment_has_numbered_rows_and_shared_facts_are_told_from_five(make, session):
    from feedback_app.triage.services import split_comment

    body = "Pay the actors. Start at noon."
    whole = make.point(body=body)
    moderator = make.actor(make.moderator())
    split_comment(
        session, whole.comment, actor=moderator, spans=[(0, 15), (16, 30)], version_number=1
    )
    comment = whole.comment
    for _number in range(4):
        make.comment(round=comment.round, language=comment.language)
    row = get_round_row(session, comment.round.slug, viewer=moderator, locale="en")

    rows = list(MatrixRows(session, row, moderator, base_url="https://x.example"))

    assert [(r["point"], r["comment"]) for r in rows[:2]] == [
        ("1", "Pay the actors."),
        ("2", "Start at noon."),
    ]
    assert {r["language"] for r in rows} == {comment.language}
    assert rows[0]["comment_id"] == rows[1]["comment_id"]


@pytest.mark.one_engine
def test_the_queries_of_the_matrix_grow_with_its_batches_alone(make, session, statements):
    point = make.point()
    for _number in range(BATCH):
        make.comment(round=point.comment.round)
    moderator = make.actor(make.moderator())
    row = get_round_row(session, point.comment.round.slug, viewer=moderator, locale="en")
    rows = MatrixRows(session, row, moderator, base_url="https://x.example")
    statements.clear()

    assert len(list(rows)) == BATCH + 1
    assert len(statements) <= 14


@pytest.mark.one_engine
def test_the_command_line_writes_the_matrix_in_the_name_of_somebody_who_may_read_it(
    run, make, round_, said
):
    moderator, host = make.moderator(), make.host()
    asked = ["comments", "export", round_.slug, "--format", "xlsx"]

    assert run(*asked).exit_code == 2
    assert run(*asked, "--as", host.email).exit_code == 1
    assert run(*asked, "--as", "nobody@example.org").exit_code == 1
    assert (
        run("comments", "export", round_.slug, "--format", "json", "--as", "x").exit_code == 2
    )
    taken = run(*asked, "--as", moderator.email)
    assert len(of_workbook(taken.stdout_bytes)) == 3
    table = run("comments", "export", round_.slug, "--as", moderator.email)
    assert len(of_csv(table.stdout_bytes)) == 3
