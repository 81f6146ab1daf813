"""The whole answer goes out and comes back: link, translation, and whether it corrects."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import func, select

from feedback_app.comments.holders import Holder
from feedback_app.core import jobs
from feedback_app.exchange import matrix_returning as returning
from feedback_app.exchange.matrix import LATER, cells_check
from feedback_app.exchange.matrix_comparing import RowChange
from feedback_app.exchange.matrix_models import Matrix
from feedback_app.exchange.matrix_saving import carry_out_portion
from feedback_app.log.models import LogEntry
from feedback_app.triage.models import Disposition, Outcome
from feedback_app.triage.once_more_models import SecondAnswer
from feedback_app.triage.releasing import publish_disposition, publish_report
from feedback_app.triage.services import give_verdict, record_disposition
from feedback_app.triage.theme_models import Theme, ThemePoint
from feedback_app.triage.tokens import standing_token
from tests.exchange.test_matrix import of_csv
from tests.exchange.test_matrix_back import bring, latest, save

SAID = {"outcome": Outcome.QUESTION_ANSWERED, "office": "Desk", "authority": "Director"}
LINK = {"evidence_url": "https://example.org/study", "evidence_title": "The study"}


@pytest.fixture
def moderator(make, browser):
    found = make.moderator()
    browser.sign_in(found)
    return found


@pytest.fixture
def round_(make):
    return make.round()


def edited(browser, round_, **cells):
    """The table as CSV, with cells changed by the words of the comment."""
    table = of_csv(browser.get(f"/triage/{round_.slug}/matrix.csv").data)
    for row in table:
        row |= cells.get(row["comment"].split()[0].lower(), {})
    out = io.StringIO()
    writer = csv.DictWriter(out, table[0].keys())
    writer.writeheader()
    writer.writerows(table)
    return table, out.getvalue().encode()


@pytest.mark.one_engine
def test_link_and_translation_of_an_answer_go_out_and_what_is_typed_there_is_taken_in(
    browser, database, session, make, round_, moderator
):
    points = [
        make.point(round=round_, body=f"{w} about it.") for w in ("First", "Next", "Last")
    ]
    who = make.actor(moderator)
    for point in points[:2]:
        record_disposition(
            session, point, actor=who, rationale="Ten.", translation="Diez.", **LINK, **SAID
        )
    session.commit()
    out, data = edited(
        browser,
        round_,
        first={"translation": "Son diez.", "evidence_title": "A new study"},
        next={"rationale": "Twelve."},
        last={"disposition": "noted", "rationale": "We read it.", "translation": "Lo leímos."}
        | {"evidence_url": "javascript:alert(1)"},
    )
    assert [row["translation"] for row in out[:2]] == ["Son diez.", "Diez."]
    assert out[1]["evidence_url"] == LINK["evidence_url"]

    address = bring(browser, database, round_, data, "m.csv")
    plan = session.scalars(select(Matrix)).one().plan
    assert [(f["line"], f["column"]) for f in plan["faults"]] == [(4, "evidence_url")]
    save(browser, address)
    session.expire_all()

    first, then = latest(session, points[0]), latest(session, points[1])
    assert (first.rationale, first.translation) == ("Ten.", "Son diez.")
    assert (first.evidence_url, first.evidence_title) == (LINK["evidence_url"], "A new study")
    assert (then.rationale, then.translation) == ("Twelve.", ""), "it said the reason before"
    assert latest(session, points[2]) is None


def test_a_third_answer_comes_back_only_as_the_correction_that_it_says_to_be(
    browser, database, session, make, round_, moderator
):
    part = make.participation(round_, code_hash="c" * 64, account_id=None)
    point = make.point(round=round_, participation=part, body="Hours?")
    who, holder = make.actor(moderator), Holder(code_hash="c" * 64)
    record_disposition(session, point, actor=who, rationale="Some.", **SAID)
    publish_report(session, round_, actor=who)
    give_verdict(session, point.comment, holder=holder, is_satisfied=False, because="Vague.")
    session.commit()

    def sent(**cells):
        _, data = edited(browser, round_, **{"hours?": cells})
        address = bring(browser, database, round_, data, "m.csv")
        return address, session.scalars(select(Matrix).order_by(Matrix.id.desc())).first().plan

    save(browser, sent(rationale="Sixteen.")[0])
    second = latest(session, point)
    seconds = select(func.count()).select_from(SecondAnswer)
    assert session.scalar(seconds) == 1, "a changed public answer is the one once more"
    publish_disposition(session, second, actor=who)
    session.commit()

    _, plan = sent(rationale="Eighteen.")
    assert [fault["column"] for fault in plan["faults"]] == ["corrects"]
    _, plan = sent(corrects="yes")
    assert plan["changes"] == plan["faults"] == [], "nothing is said anew"
    save(browser, sent(rationale="Eighteen.", corrects="Sí")[0])

    assert latest(session, point).rationale == "Eighteen."
    assert latest(session, point).id != second.id
    assert session.scalar(seconds) == 1
    assert session.scalar(select(func.count()).select_from(Disposition)) == 3


@pytest.mark.one_engine
def test_a_file_from_before_these_columns_is_still_known_as_untouched():
    old = {"disposition": "noted", "rationale": "We read it."}

    assert cells_check(old) == cells_check(old | dict.fromkeys(LATER, ""))
    assert cells_check(old) != cells_check(old | {"corrects": "yes"})


def test_many_rows_are_saved_portion_by_portion_and_what_changed_meanwhile_is_named(
    browser, database, session, make, round_, moderator, monkeypatch
):
    monkeypatch.setattr("feedback_app.exchange.matrix_returning.MANY", 1)
    monkeypatch.setattr("feedback_app.exchange.matrix_returning.PORTION", 2)
    points = [make.point(round=round_, body=f"R{number} says.") for number in range(5)]
    session.commit()
    said = {"disposition": "question_answered", "office": "Desk", "authority": "Chief"}
    rows = {f"r{n}": said | {"rationale": f"Reason {n}.", "theme": "Pay"} for n in range(5)}
    _, data = edited(browser, round_, **rows)
    address = bring(browser, database, round_, data, "m.csv")
    assert "saved a few at a time" in browser.get(address).text
    save(browser, address)
    record_disposition(
        session, points[2], actor=make.actor(moderator), rationale="Here first.", **SAID
    )
    session.commit()

    returning.save(database, address.rsplit("/", 1)[-1])

    session.expire_all()
    told = [latest(session, point).rationale for point in points]
    assert told == ["Reason 0.", "Reason 1.", "Here first.", "Reason 3.", "Reason 4."]
    page = browser.get(address).text
    assert "4 rows are saved." in page
    assert "Row 4 · comment_id: Somebody changed this comment" in page
    inside = session.scalars(select(ThemePoint.point_id)).all()
    assert sorted(inside) == [points[n].id for n in (0, 1, 3, 4)]


@pytest.mark.one_engine
def test_a_worker_that_takes_the_saving_up_again_goes_on_where_the_last_one_stopped(
    browser, database, session, make, round_, moderator, monkeypatch
):
    monkeypatch.setattr("feedback_app.exchange.matrix_returning.MANY", 1)
    for number in range(3):
        make.point(round=round_, body=f"R{number} says.")
    session.commit()
    said = {"disposition": "question_answered", "office": "Desk", "authority": "Chief"}
    rows = {f"r{n}": said | {"rationale": f"Reason {n}."} for n in range(3)}
    address = bring(browser, database, round_, edited(browser, round_, **rows)[1], "m.csv")
    save(browser, address)
    session.scalars(select(Matrix)).one().saved = {"rows": 2, "left": []}
    session.commit()

    jobs.run_due(database)

    session.expire_all()
    assert session.scalars(select(Disposition.rationale)).all() == ["Reason 2."]
    assert session.scalars(select(Matrix)).one().plan == {"saved": 3, "left": []}


def row(session, line, point, subjects):
    """A row that answers its point and puts it into subjects."""
    cells = {"disposition": "question_answered", "office": "Desk", "authority": "Chief"}
    empty = ("reason_code", "reason_detail", "due_on", "referred_to")
    return RowChange(
        line=line,
        comment_id=point.comment.public_id,
        point="",
        point_id=point.public_id,
        based_on=standing_token(session, point),
        said="",
        before={},
        after={
            **dict.fromkeys((*empty, "covered_section", "covered_words"), ""),
            **cells,
            "rationale": f"Reason {line}.",
            "answer_language": "en",
        },
        answers=True,
        themes=subjects,
    )


def test_a_row_that_fails_halfway_leaves_nothing_and_its_neighbors_stay(
    session, make, round_, statements
):
    points = [make.point(round=round_, body=f"R{number} says.") for number in range(7)]
    first = make.theme(round_, points[0], title="Élan vital")
    actor = make.actor(make.moderator())
    half = ["New", " "]  # begins one, then has none to begin
    named = [["ÉLAN  Vital"], half, ["new"], *[["élan vital"]] * 4]
    rows = [row(session, n, points[n], named[n]) for n in range(7)]
    session.commit()

    left = carry_out_portion(session, round_, rows[:3], actor=actor)

    assert [(fault.line, fault.reason) for fault in left] == [(1, "Give the subject a name.")]
    assert session.scalars(select(Disposition.rationale).order_by(Disposition.id)).all() == [
        "Reason 0.",
        "Reason 2.",
    ]
    begun = session.scalars(select(Theme).where(Theme.id != first.id)).one()
    assert begun.title == "new", "what began with the row that failed went with it"
    inside = session.execute(select(ThemePoint.theme_id, ThemePoint.point_id)).all()
    assert set(inside) == {(first.id, points[0].id), (begun.id, points[2].id)}
    kinds = session.scalars(select(LogEntry.kind).order_by(LogEntry.position)).all()
    assert kinds.count("disposition.recorded") == 2
    session.commit()

    asked = []
    for portion in (rows[3:4], rows[4:7]):
        statements.clear()
        assert carry_out_portion(session, round_, portion, actor=actor) == []
        session.commit()
        asked.append(len(statements))
    answered, sorted_ = 6, 7  # savepoint, row, head of the log, entry
    assert asked[1] - asked[0] <= 2 * (answered + sorted_)
