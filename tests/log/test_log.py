"""The log: canonical leaves, no gaps, nothing changed, nobody named."""

from __future__ import annotations

import hashlib
import json
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from feedback_app.comments.services import withdraw
from feedback_app.log.kinds import KINDS
from feedback_app.log.models import LogEntry
from feedback_app.log.services import append, canonical, commitment, leaf_hash
from feedback_app.log.wording import FACT_LABELS, KIND_LABELS
from feedback_app.policy import VISITOR, Actor, Grant, Role
from tests.comments.acts import holder_of, send


def entry(session, subject, **values) -> LogEntry:
    return append(session, actor=VISITOR, kind="account.created", subject=subject, **values)


def test_a_leaf_is_sorted_json_and_its_hash_follows_the_standard(session, make):
    written = entry(session, make.account())

    leaf = json.loads(written.leaf)
    assert canonical(leaf) == written.leaf
    assert leaf["v"] == 1
    assert leaf["at"].endswith("Z")
    assert len(leaf["at"]) == len("2026-11-23T15:00:00.000000Z")
    assert written.leaf_hash == hashlib.sha256(b"\x00" + written.leaf.encode()).hexdigest()
    assert leaf_hash(b"") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_entries_have_places_without_gaps(session, make):
    places = [entry(session, make.account()).position for _ in range(3)]

    assert places == [0, 1, 2]


@pytest.mark.parametrize(
    "act", ["UPDATE log_entries SET kind = 'x'", "DELETE FROM log_entries"]
)
def test_the_database_refuses_to_change_an_entry(session, make, act):
    entry(session, make.account())
    session.commit()

    with pytest.raises(DBAPIError, match="frozen"):
        session.execute(text(act))


def test_a_fact_that_is_not_listed_is_refused(session, make):
    with pytest.raises(ValueError, match="email"):
        entry(session, make.account(), facts={"email": "rosa@example.org"})


def test_a_commitment_opens_with_its_salt_and_text_alone():
    salt = "ab" * 32

    assert (
        commitment(salt, "né")
        == hashlib.sha256(bytes.fromhex(salt) + "né".encode()).hexdigest()
    )
    assert commitment("cd" * 32, "né") != commitment(salt, "né")


def test_every_kind_and_fact_has_its_words():
    assert KIND_LABELS.keys() == KINDS.keys()
    assert FACT_LABELS.keys() == set().union(*KINDS.values())


def test_anyone_reads_the_log_and_downloads_it(browser, make, session):
    written = entry(session, make.account())

    page = browser.get("/log")
    assert "An account was opened" in page.text
    assert written.leaf_hash in browser.get(f"/log/{written.position}").text
    assert written.leaf_hash in browser.get("/log.csv").html
    assert browser.get("/log/99").status_code == 404
    assert session.scalars(select(LogEntry)).one().leaf == written.leaf


def test_an_entry_names_what_it_speaks_of_but_no_page_that_nobody_may_open(
    browser, make, session
):
    round_, plan = make.round(), make.round(host_signed_at=None)
    department = round_.department
    for subject in (round_, plan, round_.revision):
        append(
            session,
            actor=Actor(
                hat=Grant(Role.MODERATOR, department.id, department.slug, department.kind)
            ),
            kind="round.extended",
            subject=subject,
            facts={"closes_at": "2026-12-11T23:00:00.000000Z", "answers_due_on": "2027-03-05"},
        )

    page = browser.get("/log")

    links = [a["href"] for a in page.soup.select(".entries p > a")]
    assert links == [
        f"/curricula/{round_.revision.curriculum.slug}/revisions/1",
        f"/rounds/{round_.slug}",
    ]
    assert page.text.count(department.name) == 3
    assert "Closes: Fri, Dec 11, 2026, 5:00 PM Central" in page.text
    assert page.text.count(", Central · entry") == 3
    assert "Central" in browser.get("/log/0").text
    assert "Answers due: March 5, 2027" in page.text


@pytest.mark.one_engine
def test_an_entry_names_a_section_as_its_readers_do(browser, make, session):
    round_ = make.round()
    section = round_.revision.sections[-1]
    facts = {"section_key": section.key}
    append(session, actor=VISITOR, kind="passage.read", subject=round_.revision, facts=facts)

    for path in ("/log", "/feeds/log.atom"):
        page = browser.get(path)
        assert f"Section: {len(round_.revision.sections)} {section.title}" in page.text, path
        assert section.key not in page.text


def test_an_exception_stands_on_its_page_in_its_file_and_in_its_feed(browser, make, session):
    round_ = make.round()
    facts = {"closes_at": "2026-12-01", "reason": "The hall was flooded."}
    append(session, actor=VISITOR, kind="round.extended", subject=round_, facts=facts)
    entry(session, make.account())

    for path in ("/exceptions", "/exceptions.csv", "/feeds/exceptions.atom"):
        page = browser.get(path)
        assert "The hall was flooded." in page.html, path
        assert "An account was opened" not in page.html
    facts = {"outcome": "not_adopted", "reason": "set_by_law", "corrected": True}
    append(session, actor=VISITOR, kind="disposition.published", subject=round_, facts=facts)
    session.commit()
    page = browser.get("/es/exceptions").text
    assert "No se cambió" in page, "a value of a list is said in the reader's words"
    assert "Fijado por la ley" in page
    assert "not_adopted" not in page
    assert "set_by_law" not in page
    assert "Set-Cookie" not in browser.get("/exceptions").headers


@pytest.mark.one_engine
def test_of_somebody_without_a_role_everybody_is_told_the_day_and_not_the_minute(
    browser, make, session, time
):
    """Two acts in the same minutes would tell that one person did both."""
    time.move(hours=11, minutes=7)  # in the evening, when it is the next day in UTC
    round_ = make.round(open=True, time_zone="America/Chicago")
    taken = send(session, round_, "Ask the family first.")
    time.move(minutes=3)
    withdraw(session, taken.comment, actor=VISITOR, holder=holder_of(taken))
    written = session.scalars(
        select(LogEntry).where(LogEntry.subject == taken.comment.public_id)
    ).all()
    here = time.now.astimezone(ZoneInfo("America/Chicago"))
    began = here.replace(hour=0, minute=0, second=0, microsecond=0)

    assert [one.kind for one in written] == ["comment.submitted", "comment.withdrawn"]
    assert {one.told_at for one in written} == {began}
    assert len({one.at for one in written}) == 2
    minutes = {f"{at:%M:%S}" for one in written for at in (one.at,)}
    paths = [f"/log/{one.position}" for one in written]
    for path in (*paths, "/log", "/log.csv", "/feeds/log.atom"):
        page = browser.get(path)
        assert not [minute for minute in minutes if minute in page.html], path
    assert f"{here:%b} {here.day}, Central" in browser.get(paths[0]).text
    by_host = append(
        session,
        actor=Actor(hat=Grant(Role.HOST, round_.host_id, round_.host.slug, round_.host.kind)),
        kind="comment.released",
        subject=taken.comment,
    )
    assert by_host.told_at == by_host.at
