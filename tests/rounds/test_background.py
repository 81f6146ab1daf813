"""Who was heard: what people say of themselves is nobody's, at no time, never below five."""

from __future__ import annotations

import itertools
import random
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from feedback_app.core import clock
from feedback_app.core.orm import UTCDateTime
from feedback_app.log.models import LogEntry
from feedback_app.models import Base
from feedback_app.policy import VISITOR
from feedback_app.rounds.about_people import Template
from feedback_app.rounds.background import (
    Given,
    PlannedBackground,
    answer_background,
    count_due,
    give_reference,
    write_background,
)
from feedback_app.rounds.background_models import (
    BackgroundAnswer,
    BackgroundCount,
    BackgroundFigure,
    BackgroundMark,
)
from feedback_app.rounds.heard import heard_in
from feedback_app.rounds.models import BackgroundQuestion, BackgroundText
from feedback_app.rounds.plans import Missing, Part, missing_parts
from feedback_app.rounds.rules import (
    AnsweredAlready,
    AnsweringOver,
    OptionsUnlike,
    RoundHasOpened,
    SourceMissing,
)
from feedback_app.rounds.small_numbers import told, told_each
from tests.rounds.planning import open_round, planned

one_engine = pytest.mark.one_engine
ENGLISH = ("Where do you live?", ["North", "South", "East"])
SPANISH = ("¿Dónde vive?", ["Norte", "Sur", "Este"])


def ask(make, round_, *templates: Template) -> list[BackgroundQuestion]:
    round_.background = [
        BackgroundQuestion(
            position=position,
            template=template,
            texts=[
                BackgroundText(language="en", prompt=ENGLISH[0], options=ENGLISH[1]),
                BackgroundText(language="es", prompt=SPANISH[0], options=SPANISH[1]),
            ],
        )
        for position, template in enumerate(templates or [Template.NEIGHBORHOOD], start=1)
    ]
    make.session.flush()
    return round_.background


def say(session, round_, *given: Given, asking: str | None = None) -> None:
    answer_background(
        session,
        round_,
        actor=VISITOR,
        asking=asking or secrets.token_hex(8),
        given=given,
    )


def close_and_count(session, database, time, round_) -> None:
    time.now = round_.closes_at + timedelta(minutes=31)
    session.commit()
    assert count_due(database, at=clock.now()) == 1
    session.expire_all()


def test_whoever_knows_the_rule_and_the_total_works_out_no_hidden_number():
    """Every table of up to four answers: no number below five has but one possible value."""
    for answers, most in (("ab", 16), ("abc", 13), ("abcd", 9)):
        possible: dict[tuple[object, int], list[tuple[int, ...]]] = {}
        for counts in itertools.product(range(most), repeat=len(answers)):
            found = told(dict(zip(answers, counts, strict=True)))
            assert all(n >= 5 for n in found.shown.values())
            seen = (tuple(found.shown.items()), sum(counts))
            possible.setdefault(seen, []).append(counts)
        for (shown, total), tables in possible.items():
            hidden = total - sum(n for _, n in shown)
            assert not 0 < hidden < 5 or not shown
            for place, answer in enumerate(answers):
                values = {table[place] for table in tables}
                if answer not in dict(shown) and values != {0}:
                    assert len(values) > 1, (shown, total, answer, values)


def test_where_people_may_skip_every_hidden_number_could_be_nothing():
    possible: dict[tuple[object, int], set[tuple[str, int]]] = {}
    checked = set()
    for *counts, unsaid in itertools.product(*[range(9)] * 3, range(33)):
        table = dict(zip("abc", counts, strict=True))
        found = told(table, unsaid=unsaid)
        seen = (tuple(found.shown.items()), sum(counts) + unsaid)
        possible.setdefault(seen, set()).update(table.items())
        if unsaid < 9:
            checked.add(seen)
    for shown, total in checked:
        assert total < 5 or not 0 < total - sum(n for _, n in shown) < 5
        for answer in set("abc") - set(dict(shown)):
            assert (answer, 0) in possible[(shown, total)]


def test_an_answer_that_all_but_a_few_gave_is_hidden_too():
    assert told_each({"a": 4, "b": 5, "c": 8, "d": 12, "e": 10}, of=12).shown == {
        "b": 5,
        "d": 12,
    }


def test_an_answer_has_no_person_no_time_no_order_and_no_neighbor(session, make, database):
    """Its table knows a random key, the question and the answer; on SQLite no row number."""
    links = {"rounds", "background_questions"}
    for model in (BackgroundAnswer, BackgroundMark):
        assert not any(isinstance(c.type, UTCDateTime) for c in model.__table__.columns)
        assert {k.column.table.name for k in model.__table__.foreign_keys} <= links
    others = set(Base.metadata.tables) - {"background_answers", "background_marks"}
    for name in others:
        keys = Base.metadata.tables[name].foreign_keys
        assert not any(key.column.table.name == "background_answers" for key in keys)
    if database.is_sqlite:
        for table in ("background_answers", "background_marks"):
            with pytest.raises(DBAPIError, match="rowid"):
                session.execute(text(f"SELECT rowid FROM {table}"))
            session.rollback()
    columns = {
        c["name"] for c in inspect(session.connection()).get_columns("background_answers")
    }
    assert columns == {"key", "question_id", "choice", "words"}


@one_engine
def test_answering_writes_nothing_but_the_answers_and_one_mark(session, make):
    round_ = open_round(make, comments=1)
    place, age = ask(make, round_, Template.PLACE, Template.AGE)
    session.commit()

    def rows() -> dict[str, int]:
        return {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }

    before = rows()
    say(session, round_, Given(place, (1, 3)), Given(age, (2,)))
    session.commit()

    grown = {name: n - before[name] for name, n in rows().items() if n != before[name]}
    assert grown == {"background_answers": 3, "background_marks": 1}


@one_engine
def test_one_browser_answers_once_in_a_round_and_only_in_its_time(session, make, time):
    round_ = open_round(make)
    [question] = ask(make, round_)
    say(session, round_, Given(question, (1,)), asking="held by the browser")

    with pytest.raises(AnsweredAlready):
        say(session, round_, Given(question, (1,)), asking="held by the browser")
    assert "held by the browser" not in session.scalar(select(BackgroundMark.mark))
    time.now = round_.closes_at + timedelta(minutes=29)
    say(session, round_, Given(question, (1,)))
    time.move(minutes=2)
    with pytest.raises(AnsweringOver):
        say(session, round_, Given(question, (1,)))


@one_engine
def test_before_the_job_has_run_only_the_count_is_told(session, make, time):
    round_ = open_round(make)
    [question] = ask(make, round_)
    for _ in range(7):
        say(session, round_, Given(question, (1,)))
    time.now = round_.closes_at + timedelta(days=3)
    session.commit()

    heard = heard_in(session, round_, locale="en")

    assert (heard.is_counted, heard.so_far, heard.people, list(heard.columns)) == (
        *(False, 7, None),
        [],
    )


def test_counting_keeps_what_may_be_told_and_leaves_no_order(session, make, database, time):
    """The order of the rows, in the table and in the file, is not the one they came in."""
    round_ = open_round(make)
    [question] = ask(make, round_)
    came = [1] * 9 + [2] * 6 + [3] * 3 + [None] * 5 + [0] * 4
    random.Random(4).shuffle(came)
    for n, choice in enumerate(came):
        words = {None: "Riverside", 0: f"the only barn {n:02}"}.get(choice, "")
        say(session, round_, Given(question, () if words else (choice,), words))
        session.commit()
    keys = set(session.scalars(select(BackgroundAnswer.key)))

    close_and_count(session, database, time, round_)

    figures = session.execute(
        select(BackgroundFigure.choice, BackgroundFigure.words, BackgroundFigure.number)
    ).all()
    assert set(figures) == {(1, None, 9), (2, None, 6), (None, "Riverside", 5)}
    assert session.scalar(select(BackgroundCount.people)) == 27
    assert session.scalar(select(func.count(BackgroundMark.mark))) == 0
    rows = session.execute(text("SELECT key, choice, words FROM background_answers")).all()
    assert sorted(row.choice or 0 for row in rows) == sorted(n or 0 for n in came)
    assert not keys & {row.key for row in rows}
    assert [row.choice or 0 for row in rows] != [n or 0 for n in came]
    assert not any("barn" in (row.words or "") for row in rows)
    if database.is_sqlite:
        file = Path(database.url.database)
        kept = file.read_bytes() + file.with_name(file.name + "-wal").read_bytes()
        assert b"only barn" not in kept
        assert not any(key.encode() in kept for key in keys)
    else:
        assert len(set(session.scalars(text("SELECT xmin FROM background_answers")))) == 1


@one_engine
def test_figures_are_frozen_and_counted_once(session, make, database, time):
    round_ = open_round(make)
    [question] = ask(make, round_)
    for _ in range(6):
        say(session, round_, Given(question, (1,)))
    close_and_count(session, database, time, round_)

    assert count_due(database, at=clock.now()) == 0
    for act in ("UPDATE background_figures SET number = 9", "DELETE FROM background_counts"):
        with pytest.raises(DBAPIError, match="frozen"):
            session.execute(text(act))
        session.rollback()


@one_engine
@pytest.mark.parametrize("hidden", [0, 3])
def test_no_page_tells_a_number_below_five_nor_lets_it_be_subtracted(
    browser, session, make, database, time, hidden
):
    round_ = open_round(make)
    [question] = ask(make, round_)
    for choice, number in ((1, 11), (2, 7), (3, hidden)):
        for _ in range(number):
            say(session, round_, Given(question, (choice,)))
    close_and_count(session, database, time, round_)
    browser.sign_in(make.host())

    for path in (f"/rounds/{round_.slug}/heard", f"/host/rounds/{round_.slug}/about-people"):
        cells = browser.get(path).soup.select("tbody tr")
        shown = {c.th.get_text(): [td.get_text() for td in c.find_all("td")] for c in cells}
        assert shown["North"][0] == "11"
        assert shown["East"][0] == "not shown"
        if hidden:
            assert shown["South"][0] == "not shown"
            assert shown["all others, and who did not say"][0] == str(7 + hidden)
        else:
            assert shown["South"][0] == "7"


@one_engine
def test_below_five_participants_no_number_is_told_at_all(
    browser, session, make, database, time
):
    round_ = open_round(make)
    [question] = ask(make, round_)
    for _ in range(4):
        say(session, round_, Given(question, (1,)))
    close_and_count(session, database, time, round_)

    page = browser.get(f"/rounds/{round_.slug}/heard")

    assert "Fewer than five participants answered" in page.text
    assert session.scalar(select(BackgroundCount.people)) is None
    assert session.scalar(select(func.count(BackgroundFigure.id))) == 0


@one_engine
def test_a_resident_is_asked_after_sending_and_may_skip(browser, session, make, statements):
    round_ = open_round(make)
    place, disability = ask(make, round_, Template.PLACE, Template.DISABILITY)
    here = f"/rounds/{round_.slug}"
    assert "nothing to answer" in browser.get(f"{here}/about-you").text
    form = browser.get(f"{here}/comment").hidden()
    sent = browser.send(
        f"{here}/comment", form | {"step": "send", "body": "Say why."}, follow=True
    )
    logged = session.scalar(select(func.count(LogEntry.id)))

    assert f"{here}/about-you" in sent.html
    nothing = browser.post(f"{here}/about-you")
    assert nothing.status_code == 422
    done = browser.post(f"{here}/about-you", q_1="2", own_1="My aunt lives here", q_2="no")
    assert done.status_code == 303
    again = browser.get(f"{here}/about-you")

    assert "nothing to answer" in again.text
    kept = session.execute(select(BackgroundAnswer.question_id, BackgroundAnswer.words)).all()
    assert sorted(kept, key=str) == sorted(
        [(place.id, None), (place.id, "My aunt lives here")], key=str
    )
    assert session.scalar(select(func.count(LogEntry.id))) == logged
    assert disability.id not in {row.question_id for row in kept}
    second = browser.get(f"{here}/comment").hidden()
    browser.send(f"{here}/comment", second | {"step": "send", "body": "And when."})
    assert "nothing to answer" in browser.get(f"{here}/about-you").text


@one_engine
def test_a_host_chooses_from_templates_until_the_round_opens(session, make):
    round_ = planned(make)
    host = make.actor(make.host())

    def write(options, **values):
        write_background(
            session,
            round_,
            actor=host,
            version=round_.version,
            questions=[
                PlannedBackground(
                    Template.NEIGHBORHOOD,
                    {"en": ("Where?", options), "es": (values.get("es", ""), SPANISH[1])},
                )
            ],
        )

    with pytest.raises(OptionsUnlike):
        write(["North"])
    write(["North", "South", "East"])
    assert Missing(Part.BACKGROUND, "es") in missing_parts(round_)
    write(["North", "South", "East"], es="¿Dónde?")
    assert Missing(Part.BACKGROUND, "es") not in missing_parts(round_)
    round_.host_signed_at, round_.opens_at = clock.now(), clock.now() - timedelta(hours=1)
    with pytest.raises(RoundHasOpened):
        write(["North", "South"])


@one_engine
def test_a_group_heard_less_than_its_share_is_named_and_figures_say_where_from(
    browser, session, make, database, time
):
    round_ = open_round(make)
    [question] = ask(make, round_)
    host = make.host()
    for choice, number in ((1, 14), (2, 6)):
        for _ in range(number):
            say(session, round_, Given(question, (choice,)))
    with pytest.raises(SourceMissing):
        give_reference(
            session, round_, actor=make.actor(host), given=[(question, ["40", "50", "10"], "")]
        )
    browser.sign_in(host)
    bad = browser.post(f"/host/rounds/{round_.slug}/reference", share_1_1="a lot")
    assert bad.error_of("share_1_1") == "A share is a number from 0 to 100."
    browser.post(
        f"/host/rounds/{round_.slug}/reference",
        share_1_1="40",
        share_1_2="50,0",
        share_1_3="10",
        source_1="Census 2024",
    )
    close_and_count(session, database, time, round_)

    page = browser.get(f"/es/rounds/{round_.slug}/heard")

    less, untold = (page.soup.find(id=name).parent.get_text(" ") for name in ("less", "untold"))
    assert "Sur" in less
    assert "Norte" not in less
    assert "Este" in untold
    assert "Census 2024" in page.text
