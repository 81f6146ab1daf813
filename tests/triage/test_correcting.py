"""The urgent correction: a few words of what is taught, at once, and in daylight."""

from datetime import timedelta

import pytest

from feedback_app.comments.beside import beside_section
from feedback_app.core.html import render
from feedback_app.curricula import queries
from feedback_app.curricula.correcting import (
    CauseNotNamed,
    CorrectionExists,
    NothingInForce,
    TooManySections,
    correct_section,
    settle_correction,
    start_correction,
    unsettled,
)
from feedback_app.curricula.models import UrgentCause
from feedback_app.curricula.services import start_revision
from feedback_app.curricula.states import states_of
from feedback_app.log import queries as log
from feedback_app.triage.changes import causes_with_comments
from feedback_app.triage.correcting import NothingCorrected, publish_correction
from feedback_app.triage.gate import gate_of, prepare
from feedback_app.triage.models import CauseKind
from feedback_app.triage.publication import CorrectionsWait, RoundStillOpen
from tests.triage.redrafting import FIRST, Redraft

NOTE = "Statute 626.8469 forbids it since November 20."


@pytest.fixture
def redraft(session, make, time):
    """A working draft of version 2, while version 1 is taught."""
    redraft = Redraft(session, make)
    redraft.base.in_force_on = (time.now - timedelta(days=30)).date()
    redraft.base.in_force_note = "Order 1"
    session.flush()
    return redraft


def begin(redraft, **values):
    values = {"cause": UrgentCause.LAW, "note": NOTE} | values
    return start_correction(
        redraft.session, redraft.base.curriculum, actor=redraft.author, **values
    )


def correct(redraft, correction, key, source):
    section = queries.get_section(redraft.session, correction, key)
    correct_section(
        redraft.session,
        section,
        actor=redraft.author,
        version=section.version,
        source=source,
        rendered=render(source, key=key),
    )


def publish(redraft, correction):
    return publish_correction(
        redraft.session,
        correction,
        actor=redraft.moderator,
        prepared=prepare(redraft.session, correction),
        authority="Order 2",
    )


def words(redraft, key):
    return queries.get_section(redraft.session, redraft.draft, key).source


NEW = FIRST.replace("where practical", "at any time")


def test_it_is_taught_at_once_while_a_round_is_open_and_said_in_public(
    session, make, redraft, time
):
    make.round(revision=redraft.base, open=True)
    redraft.point()
    correction = begin(redraft)
    assert (correction.number, redraft.draft.number) == (2, 3)
    correct(redraft, correction, redraft.first, NEW)

    publish(redraft, correction)

    assert correction.is_public
    assert queries.in_force(session, correction.curriculum_id, time.now.date()) is correction
    (exception,) = [e for e in log.exceptions(session) if e.kind == "revision.corrected"]
    assert exception.facts == {
        "number": 2,
        "cause": "law",
        "reason": NOTE,
        "sections": 1,
        "open_rounds": 1,
    }
    causes = causes_with_comments(session, correction.id, redraft.moderator)
    assert [(c.section_key, c.kind, c.note) for c in causes] == [
        (redraft.first, CauseKind.LAW, NOTE)
    ]


@pytest.mark.one_engine
def test_the_working_draft_takes_the_words_in_where_it_had_the_old_ones(session, redraft):
    redraft.write(redraft.second, "louder", "softly")
    correction = begin(redraft)
    correct(redraft, correction, redraft.first, NEW)

    publish(redraft, correction)

    assert words(redraft, redraft.first) == NEW
    assert "softly" in words(redraft, redraft.second)
    assert redraft.draft.base_id == correction.id
    comparison = prepare(session, redraft.draft).comparison
    assert [section.key for section in comparison.changed] == [redraft.second]


@pytest.mark.one_engine
def test_words_that_both_changed_wait_for_the_author_before_the_draft_is_published(
    session, redraft
):
    redraft.reword()
    mine = words(redraft, redraft.first)
    correction = begin(redraft)
    correct(redraft, correction, redraft.first, NEW)
    publish(redraft, correction)

    assert words(redraft, redraft.first) == mine
    (section,) = unsettled(session, redraft.draft)
    redraft.explain()
    with pytest.raises(CorrectionsWait):
        redraft.publish()

    settle_correction(
        session,
        section,
        actor=redraft.author,
        version=section.version,
        number=correction.number,
    )
    assert redraft.publish(because={"undecided": "x"}).number == 3


@pytest.mark.one_engine
def test_an_open_round_on_the_corrected_text_still_holds_the_draft_up_and_is_heard(
    session, make, redraft
):
    round_ = make.round(revision=redraft.base, open=True)
    correction = begin(redraft)
    correct(redraft, correction, redraft.first, NEW)
    publish(redraft, correction)
    later = make.comment(round=round_, section_key=redraft.second, quote="louder")

    gate = gate_of(session, redraft.draft, prepare(session, redraft.draft).comparison)
    assert gate.open_rounds == [round_.slug]
    with pytest.raises(RoundStillOpen):
        redraft.publish()
    beside = beside_section(session, redraft.draft, redraft.second, redraft.author)
    assert [each.card.public_id for each in beside] == [later.public_id]


@pytest.mark.one_engine
def test_the_next_draft_begins_with_the_newest_text_and_the_corrected_words(
    session, make, redraft, time
):
    redraft.write(redraft.second, "louder", "softly")
    redraft.explain(redraft.second)
    redraft.publish()
    correction = begin(redraft)
    correct(redraft, correction, redraft.first, NEW)
    publish(redraft, correction)

    draft = start_revision(session, redraft.base.curriculum, actor=redraft.author)

    found = {row.key: row.source for row in queries.outline(session, draft.id, source=True)}
    assert found[redraft.first] == NEW
    assert "softly" in found[redraft.second]
    assert (draft.base.number, draft.number) == (2, 4)


@pytest.mark.one_engine
def test_it_is_small_single_and_has_its_cause(session, make, redraft):
    with pytest.raises(CauseNotNamed):
        begin(redraft, note=" ")
    correction = begin(redraft)
    with pytest.raises(CorrectionExists):
        begin(redraft)
    with pytest.raises(NothingCorrected):
        publish(redraft, correction)
    for _ in range(3):
        make.section(revision=correction)
    with pytest.raises(TooManySections):
        correct(redraft, correction, redraft.first, NEW)


@pytest.mark.one_engine
def test_without_a_version_that_is_taught_there_is_nothing_to_correct(session, make):
    redraft = Redraft(session, make)

    with pytest.raises(NothingInForce):
        begin(redraft)


@pytest.mark.one_engine
def test_the_pages_lead_from_the_cause_to_the_exceptions(session, make, browser, redraft):
    base = f"/authoring/{redraft.base.curriculum.slug}/correction"
    accounts = type(make.account())
    browser.sign_in(session.get_one(accounts, redraft.author.account_id))
    page = browser.post(base, note="")
    assert (page.status_code, bool(page.error_of("note"))) == (422, True)
    browser.post(base, cause="court", note=NOTE)
    edit = f"{base}/sections/{redraft.first}"
    assert browser.post(edit, title="x", source=NEW).status_code == 303

    browser.sign_in(session.get_one(accounts, redraft.moderator.account_id))
    refused = browser.post(f"{base}/publish", page=base, authority="")
    assert refused.status_code == 422
    done = browser.post(f"{base}/publish", page=base, authority="Order 2")
    assert done.location.endswith("/revisions/2/changes")
    browser.sign_out()
    assert NOTE in browser.get("/exceptions").text
    assert NOTE in browser.get(done.location).text


@pytest.fixture
def pages(session, make, browser, redraft):
    """The pages of one section of a correction, opened by its author."""
    accounts = type(make.account())
    browser.sign_in(session.get_one(accounts, redraft.author.account_id))
    return browser


def source_in(session, correction, key):
    found = queries.outline(session, correction.id, source=True)
    return {row.key: row.source for row in found}[key]


@pytest.mark.one_engine
def test_it_is_saved_while_typed_and_two_authors_texts_become_one(session, redraft, pages):
    correction, key = begin(redraft), redraft.first
    base = f"/authoring/{redraft.base.curriculum.slug}/correction"
    page = f"{base}/sections/{key}"
    seen = pages.get(page).hidden() | {"title": "Another title"}
    mine, theirs = f"{NEW}\n\nMine.", f"{NEW}\n\nTheirs."

    saved = pages.send(f"{page}/save", seen | {"source": theirs})
    stale = pages.send(f"{page}/save", seen | {"source": mine})
    looked = pages.send(f"{page}/preview", seen | {"source": "Only **looked** at."})
    both = pages.send(page, seen | {"source": mine})

    assert [saved.response.json["version"], stale.response.json["source"]] == [2, theirs]
    assert "<strong>looked</strong>" in looked.response.json["look"]
    assert (stale.status_code, both.status_code) == (409, 409)
    assert source_in(session, correction, key) == theirs
    assert pages.send(f"{page}/merge", both.hidden()).status_code == 303
    assert source_in(session, correction, key) == f"{NEW}\n\nMine.\n\nTheirs."
    titles = {row.key: row.title for row in queries.outline(session, redraft.base.id)}
    assert both.hidden()["title_mine"] == titles[key]


@pytest.mark.one_engine
def test_any_saved_state_of_it_comes_back_but_never_a_fourth_section(
    session, make, time, redraft, pages
):
    correction, key = begin(redraft), redraft.first
    base = f"/authoring/{redraft.base.curriculum.slug}/correction"
    correct(redraft, correction, key, NEW)
    time.move(minutes=6)
    correct(redraft, correction, key, FIRST)
    _now, new, began = [row.public_id for row in states_of(session, correction)[0]]
    extra = [make.section(revision=correction) for _ in range(3)]

    refused = pages.post(f"{base}/states/{new}")
    full = pages.send(
        f"{base}/sections/{key}/save",
        pages.get(f"{base}/sections/{key}").hidden() | {"title": "x", "source": "Fourth."},
    )

    assert (refused.status_code, full.status_code) == (422, 422)
    assert "up to three sections" in refused.text
    assert "up to three sections" in full.response.json["words"]
    assert source_in(session, correction, key) == FIRST
    assert began in pages.get(f"{base}/states?section={key}").html
    session.delete(extra[-1])
    session.flush()
    done = pages.post(f"{base}/states/{new}")
    assert done.location.endswith(f"/correction/sections/{key}")
    assert source_in(session, correction, key) == NEW
