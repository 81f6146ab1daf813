"""The response matrix comes back: what is taken in and refused, all of it or nothing."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import func, select

from feedback_app.comments.models import CommentKind, CommentVersion
from feedback_app.core import clock, jobs
from feedback_app.core.html import render_comment
from feedback_app.exchange.matrix_models import Matrix
from feedback_app.exchange.matrix_reading import guess
from feedback_app.log.models import LogEntry
from feedback_app.triage import themes
from feedback_app.triage.models import Disposition, Outcome, Reason
from feedback_app.triage.services import record_disposition
from feedback_app.triage.theme_models import ThemePoint
from tests.exchange.test_matrix import of_csv

LATER = clock.now().date() + timedelta(days=200)


@pytest.fixture
def round_(make):
    revision = make.revision(sections=[{"title": "Why", "source": "They ask the family."}])
    return make.round(revision=revision)


@pytest.fixture
def points(make, round_):
    return [
        make.point(round=round_, body=f"Comment number {n}.", kind=CommentKind.CONCERN)
        for n in range(9)
    ]


@pytest.fixture
def moderator(make, browser):
    found = make.moderator()
    browser.sign_in(found)
    return found


class Edited:
    """A workbook as a person edits it: cells by the row's comment and the column's name."""

    def __init__(self, data):
        self.book = openpyxl.load_workbook(io.BytesIO(data))
        self.sheet = self.book["matrix"]
        self.columns = {cell.value: cell.column for cell in self.sheet[1]}
        self.rows = {
            row[0].value: row[0].row for row in self.sheet.iter_rows(min_row=2, max_col=1)
        }

    def write(self, comment_id, **cells):
        for name, value in cells.items():
            self.sheet.cell(self.rows[comment_id], self.columns[name], value)

    def data(self):
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def bring(browser, database, round_, data, name="matrix.xlsx"):
    """Send the file, let the worker read it; the address of its page."""
    begun = browser.get(f"/triage/{round_.slug}/matrix")
    sent = {**begun.hidden(), "file": (io.BytesIO(data), name)}
    answer = browser.send(f"/triage/{round_.slug}/matrix", sent)
    assert answer.status_code == 303, answer.text
    jobs.run_due(database)
    return answer.headers["Location"]


def save(browser, address):
    page = browser.get(address)
    form = next(f for f in page.soup.find_all("form") if f.find(attrs={"name": "save"}))
    fields = {i["name"]: i.get("value", "") for i in form.find_all("input")}
    return browser.send(address, fields)


def latest(session, point):
    return session.scalars(
        select(Disposition)
        .where(Disposition.point_id == point.id)
        .order_by(Disposition.id.desc())
        .limit(1)
    ).first()


def entries(session, kind):
    return session.scalar(
        select(func.count()).select_from(LogEntry).where(LogEntry.kind == kind)
    )


def make_new_wording(session, point):
    words = {"body": "Other words.", "html": render_comment("Other words.").html, "number": 2}
    session.add(CommentVersion(comment=point.comment, written_at=clock.now(), **words))
    session.flush()
    point.comment.version_number = point.version_number = 2


ANSWER = {"rationale": "There is no room for it.", "office": "Training", "authority": "Chief"}


def test_an_edited_workbook_is_shown_first_and_then_saved_with_an_entry_for_each_answer(
    browser, database, session, make, round_, points, moderator
):
    edited = Edited(browser.get(f"/triage/{round_.slug}/matrix.xlsx").data)
    ids = [point.comment.public_id for point in points]
    edited.write(
        ids[0],
        disposition=" Not  Adopted",
        reason_code="COURSE-HOURS",
        reason_detail="90 minutes",
        theme="Pay for actors; Time",
        **ANSWER,
    )
    edited.write(ids[1], disposition="deferred", due_on=LATER, **ANSWER)
    edited.write(ids[2], disposition="maybe", **ANSWER)
    edited.write(ids[3], disposition="not_adopted", reason_code="evidence", **ANSWER)
    edited.write(ids[4], comment="Other words", endorsements=400)
    for at in (5, 6, 7):
        edited.write(ids[at], disposition="adopted", **ANSWER)
    edited.sheet.insert_rows(2, 2)
    edited.sheet.cell(1, edited.columns["disposition"], "DISPOSITION ")
    data = edited.data()
    who = make.actor(moderator)
    for at in (5, 6, 8):
        record_disposition(
            session,
            points[at],
            actor=who,
            outcome=Outcome.QUESTION_ANSWERED,
            rationale="Answered here.",
            office="Training",
            authority="Chief",
        )
    make_new_wording(session, points[7])
    session.commit()
    before = entries(session, "disposition.recorded")

    address = bring(browser, database, round_, data)
    page = browser.get(address)

    plan = session.scalars(select(Matrix)).one().plan
    assert [each["comment_id"] for each in plan["changes"]] == ids[:2]
    assert [each["line"] for each in plan["conflicts"]] == [9, 10, 11]
    assert [(f["line"], f["column"]) for f in plan["faults"]] == [
        (6, "disposition"),
        (7, "reason_detail"),
    ]
    assert plan["untouched"] == 2
    assert "Row 6" in page.text
    assert "Row 9" in page.text
    assert "Pay for actors" in page.text
    assert latest(session, points[0]) is None
    assert session.scalars(select(Matrix)).one().data is None

    assert save(browser, address).status_code == 303
    session.expire_all()

    said = latest(session, points[0])
    assert (said.outcome, said.reason) == (Outcome.NOT_ADOPTED, Reason.COURSE_HOURS)
    assert said.decided_by_id == moderator.id
    assert latest(session, points[1]).due_on == LATER
    assert latest(session, points[5]).rationale == "Answered here."
    assert latest(session, points[7]) is None
    assert entries(session, "disposition.recorded") == before + 2
    assert entries(session, "theme.created") == 2
    assert entries(session, "point.sorted") == 1
    assert points[4].comment.endorsements_count == 0
    ended = session.scalars(select(Matrix)).one()
    assert ended.cells is None
    assert ended.plan == {"saved": 2, "left": []}
    assert "2 rows are saved." in browser.get(address).text


@pytest.mark.one_engine
def test_an_answer_given_between_looking_and_saving_refuses_all_of_it(
    browser, database, session, make, round_, points, moderator
):
    table = of_csv(browser.get(f"/triage/{round_.slug}/matrix.csv").data)
    for row in table[:2]:
        row |= {"disposition": "question_answered", **ANSWER, "rationale": "=We do"}
    out = io.StringIO()
    writer = csv.DictWriter(out, table[0].keys())
    writer.writeheader()
    writer.writerows(table)
    data = out.getvalue().encode("utf-16")
    address = bring(browser, database, round_, data, "matrix.csv")
    record_disposition(
        session,
        points[1],
        actor=make.actor(moderator),
        outcome=Outcome.QUESTION_ANSWERED,
        rationale="Meanwhile.",
        office="Training",
        authority="Chief",
    )
    session.commit()

    save(browser, address)

    assert latest(session, points[0]) is None
    assert latest(session, points[1]).rationale == "Meanwhile."
    session.commit()
    jobs.run_due(database)
    page = browser.get(address)
    assert "Nothing was saved; look at what would change now." in page.text
    save(browser, address)
    assert latest(session, points[0]).rationale == "=We do"
    assert latest(session, points[1]).rationale == "Meanwhile."


@pytest.mark.one_engine
def test_headings_are_mapped_by_hand_where_nobody_knows_them_and_much_is_saved_by_a_job(
    browser, database, session, make, round_, points, moderator, monkeypatch
):
    monkeypatch.setattr("feedback_app.exchange.matrix_returning.MANY", 1)
    theme = themes.create_theme(
        session,
        round_,
        actor=make.actor(moderator),
        title="Pay",
        points=[points[0].public_id],
    )
    session.commit()
    table = of_csv(browser.get(f"/triage/{round_.slug}/matrix.csv").data)
    rows = [["Our list"], [], ["Nr", "Tema", "Sign", "Our answer"]]
    rows += [
        [r["comment_id"], "PAY" if n else "", r["row_check"], ""] for n, r in enumerate(table)
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    address = bring(browser, database, round_, out.getvalue().encode(), "own.csv")

    page = browser.get(address)
    assert "Say which heading of your file is which" in page.text
    fields = page.hidden() | {"comment_id": "0", "theme": "1", "row_check": "2"}
    blank = {f["name"]: "none" for f in page.soup.find_all("select")}
    answer = browser.send(address, blank | fields)
    assert answer.status_code == 303, answer.text
    jobs.run_due(database)
    assert "We do not know these headings: “Our answer”." in browser.get(address).text
    assert save(browser, address).status_code == 303
    assert "We are saving the answers" in browser.get(address).text
    jobs.run_due(database)

    assert "9 rows are saved." in browser.get(address).text
    inside = session.scalars(select(ThemePoint.point_id).where(ThemePoint.theme_id == theme.id))
    assert set(inside) == {point.id for point in points[1:]}


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsx", b"PK\x03\x04" + b"x" * 400, "This spreadsheet is damaged."),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 400, "This is an old spreadsheet"),
        ("a.csv", b"comment_id,row_check\r\n", "There is no row in this file."),
        ("a.bin", bytes(range(256)) * 4, "We could not read this as a list"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_reason(
    browser, database, round_, moderator, name, data, said
):
    address = bring(browser, database, round_, data, name)

    assert said in browser.get(address).text


@pytest.mark.one_engine
def test_what_somebody_brought_is_seen_by_nobody_else_and_goes_after_a_day(
    browser, database, session, make, round_, points, moderator
):
    data = browser.get(f"/triage/{round_.slug}/matrix.csv").data
    address = bring(browser, database, round_, data, "matrix.csv")
    assert "Nothing would change." in browser.get(address).text
    browser.sign_in(make.moderator())
    assert browser.get(address).status_code == 404
    browser.sign_in(moderator)
    session.scalars(select(Matrix)).one().ends_at = clock.now()
    assert browser.get(address).status_code == 404


def test_headings_are_known_by_the_names_that_people_give_them():
    assert guess(["Comment ID", "Row-Check", "OUTCOME", "Why", "Subjects"]) == {
        "comment_id": 0,
        "row_check": 1,
        "disposition": 2,
        "rationale": 3,
        "theme": 4,
    }
    assert guess(["disposition", "Outcome"])["disposition"] == 0


@pytest.mark.one_engine
def test_the_command_line_says_what_would_change_and_then_saves_it(
    run, session, make, round_, points, tmp_path
):
    email = make.moderator().email
    session.commit()
    table = run("comments", "export", round_.slug, "--as", email)
    rows = of_csv(table.stdout_bytes)
    rows[0] |= {"disposition": "question_answered", **ANSWER}
    rows[1] |= {"disposition": "deferred", **ANSWER}
    file = tmp_path / "edited.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    asked = ["comments", "import", round_.slug, str(file), "--as", email]

    looked = run(*asked, "--dry-run")
    assert "1 rows would be saved; 0 changed meanwhile, 1 with a fault." in looked.stdout
    assert "row 3, due_on: Give the day on which this comes back." in looked.stderr
    assert latest(session, points[0]) is None
    session.commit()
    assert run(*asked).exit_code == 0
    assert latest(session, points[0]).rationale == ANSWER["rationale"]
    host = make.host().email
    session.commit()
    assert run(*asked[:-1], host).exit_code == 1
    nowhere = run("comments", "import", "no-such-round", str(file), "--as", email)
    assert (nowhere.exit_code, nowhere.stderr) == (
        1,
        "Error: Nothing has this name, or nothing that may be read in that person’s name.\n",
    )
    file.write_text("comment_id,row_check,disposition,Our answer\nx,y,noted,Fine.\n")
    nothing = run(*asked)
    assert nothing.exit_code == 1
    assert "not read, an unknown heading: Our answer" in nothing.stderr
    assert "no row can be saved; 0 changed meanwhile, 1 with a fault." in nothing.stderr
    file.write_text("a,b\n1,2\n")
    assert run(*asked).exit_code == 1
