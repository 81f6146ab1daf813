"""What helps while an answer is written: ready texts, a preview, a link to the evidence."""

import csv
import io

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.organizations.models import Role
from feedback_app.triage.checklist import checklist
from feedback_app.triage.evidence import is_web_address
from feedback_app.triage.models import Disposition, Outcome
from feedback_app.triage.ready_models import ReadyText
from feedback_app.triage.ready_texts import write_ready_text
from feedback_app.triage.services import answer_commitment, record_disposition
from tests.triage.redrafting import Redraft

FIELDS = {"rationale": "Typed by hand.", "office": "Desk", "authority": "Director"}
LINK = {"evidence_url": "https://www.example.org/a?b=1&c=2", "evidence_title": "Study <2025>"}


def path(point):
    return f"/triage/points/{point.public_id}"


@pytest.fixture
def point(make):
    return make.point(body="Pregunten primero a la familia.", language="es")


@pytest.fixture
def ready(session, make, point):
    return write_ready_text(
        session,
        point.department_id,
        actor=make.actor(make.moderator()),
        name="Hours",
        outcome=Outcome.NOT_ADOPTED,
        words={"en": "The state sets the hours.", "es": "El estado fija las horas."},
    )


def count(session):
    return session.scalar(select(func.count()).select_from(Disposition))


@pytest.mark.one_engine
def test_a_ready_text_is_put_in_below_what_was_typed(browser, session, make, point, ready):
    browser.sign_in(make.moderator())
    shown = browser.get(path(point))
    assert shown.soup.find("button", attrs={"name": "ready"})["value"] == ready.public_id

    page = browser.post(path(point), **FIELDS, **LINK, language="es", ready=ready.public_id)
    other = browser.post(path(point), **FIELDS | {"rationale": ""}, ready=ready.public_id)

    assert page.status_code == 200
    assert page.typed("rationale") == "Typed by hand.\n\nEl estado fija las horas."
    assert page.typed("evidence_title") == "Study <2025>"
    assert page.soup.find("input", value="not_adopted").has_attr("checked")
    assert other.typed("rationale") == "The state sets the hours."
    assert count(session) == 0


@pytest.mark.one_engine
def test_a_text_without_words_in_the_answers_language_is_not_put_in(
    browser, session, make, point, ready
):
    ready.wordings = [w for w in ready.wordings if w.language == "en"]
    browser.sign_in(make.moderator())

    page = browser.post(path(point), **FIELDS, language="es", ready=ready.public_id)

    assert page.status_code == 422
    assert page.error_of("rationale").startswith("This ready text has no words")
    assert page.typed("rationale") == "Typed by hand."


@pytest.mark.parametrize("gone", ["\x00", "no-such-text"])
def test_a_text_retired_meanwhile_takes_nothing_away_that_was_typed(browser, make, point, gone):
    browser.sign_in(make.moderator())

    page = browser.post(path(point), **FIELDS, ready=gone)

    assert page.status_code == 422
    assert page.error_of("rationale").startswith("This ready text is offered no more")
    assert page.typed("rationale") == "Typed by hand."


@pytest.mark.one_engine
def test_no_department_reads_the_texts_of_another(browser, session, make, point, ready):
    away = make.organization()
    foreign = make.member(Role.MODERATOR, away)
    with pytest.raises(NotFound):
        write_ready_text(
            session,
            point.department_id,
            actor=make.actor(foreign),
            name="Theirs",
            outcome=None,
            words={"en": "Words."},
        )
    slug = point.comment.round.department.slug
    browser.sign_in(foreign)

    assert browser.get(f"/departments/{slug}/ready-texts").status_code == 404
    elsewhere = f"/departments/{away.slug}/ready-texts"
    assert browser.get(elsewhere).status_code == 200
    assert browser.get(f"{elsewhere}/{ready.public_id}").status_code == 404


def test_ready_texts_are_changed_one_after_the_other_and_retired(
    browser, session, make, point, ready
):
    address = f"/departments/{point.comment.round.department.slug}/ready-texts"
    one = f"{address}/{ready.public_id}"
    browser.sign_in(make.moderator())
    fields = {"name": "Hours", "outcome": "", "words_en": "Sixteen hours.", "words_es": ""}

    double = browser.post(f"{address}/new", **fields)
    empty = browser.post(f"{address}/new", **fields | {"name": "Other", "words_en": " "})
    done = browser.post(one, **fields)
    stale = browser.post(one, **fields | {"words_en": "Seventeen."}, version="1")

    assert double.error_of("name") == "There is a ready text with this name already."
    assert empty.error_of("words_en") == "Write the text in one language at least."
    assert done.status_code == 303
    assert stale.status_code == 409
    assert stale.typed("words_en") == "Seventeen."
    assert "Sixteen hours." in stale.text
    assert [w.body for w in session.scalars(select(ReadyText)).one().wordings] == [
        "Sixteen hours."
    ]
    assert browser.post(f"{one}/retire").status_code == 303
    assert browser.get(one).status_code == 404
    assert "Hours" not in browser.get(path(point)).text


@pytest.mark.one_engine
def test_a_preview_speaks_the_commenters_language_and_saves_nothing(
    browser, session, make, point
):
    browser.sign_in(make.moderator())

    page = browser.post(
        path(point), **FIELDS, **LINK, outcome="not_adopted", language="en", preview="1"
    )
    nothing = browser.post(path(point), **FIELDS, preview="1")

    shown = page.soup.find(id="preview")
    assert page.status_code == 200
    assert shown.select_one("[lang=es] h3").get_text() == "La respuesta"
    assert shown.select_one(".body")["lang"] == "en"
    assert "The comment is in another language" in shown.get_text()
    assert shown.find("a", href=LINK["evidence_url"])["rel"] == ["nofollow", "noopener"]
    assert page.title == browser.get(path(point)).title  # the page around it speaks on
    assert nothing.error_of("outcome") == "Choose an answer first; then you can see it."
    assert count(session) == 0


@pytest.mark.one_engine
def test_saving_a_promise_may_lead_to_the_changes_of_the_draft(browser, session, make, point):
    browser.sign_in(make.moderator())

    page = browser.post(path(point), **FIELDS, outcome="adopted", language="es", tie="1")

    answer = session.scalars(select(Disposition)).one()
    assert page.location.endswith(f"/triage/dispositions/{answer.public_id}/adopt")


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://www.example.org/a", True),
        ("http://example.org:8080/a?b=c#d", True),
        ("https://police.example.org@evil.example/", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://localhost/x", False),
        ("https://example.org/a b", False),
        ("https://example.org:99999/", False),
        ("https://example.org/\u202eexe", False),
        ("//example.org/a", False),
        ("https://example.org/" + "a" * 500, False),
    ],
)
def test_only_a_whole_address_of_the_open_web_is_a_link(url, is_one):
    assert is_web_address(url) is is_one


def test_evidence_is_checked_sealed_and_shown_wherever_the_answer_stands(
    browser, session, make, point
):
    browser.sign_in(make.moderator())
    for sent, field in (
        (LINK | {"evidence_url": "javascript:alert(1)"}, "evidence_url"),
        (LINK | {"evidence_title": ""}, "evidence_title"),
        (LINK | {"evidence_url": ""}, "evidence_url"),
    ):
        page = browser.post(path(point), **FIELDS, **sent, outcome="adopted", language="en")
        assert page.status_code == 422
        assert page.error_of(field)
    plain = make.disposition(point=make.point(round=point.comment.round))
    given = record_disposition(
        session,
        point,
        actor=make.actor(make.moderator()),
        outcome=Outcome.ALREADY_COVERED,
        covered_section_key=point.comment.section_key,
        covered_words=point.comment.round.revision.sections[0].text,
        **FIELDS,
        **LINK,
    )
    given.published_at = point.comment.round.report_published_at = clock.now()
    session.flush()

    assert answer_commitment(given) != answer_commitment(plain)
    browser.sign_out()
    for page in (
        browser.get(f"/comments/{point.comment.public_id}"),
        browser.get(f"/rounds/{point.comment.round.slug}/report?open=all"),
    ):
        link = page.soup.find("a", href=LINK["evidence_url"])
        assert link.get_text() == "Study <2025>"
        assert link["rel"] == ["nofollow", "noopener"]
    sheet = browser.get(f"/rounds/{point.comment.round.slug}/report.csv").html
    (row,) = csv.DictReader(io.StringIO(sheet.lstrip("\ufeff")))
    assert row["evidence_url"] == LINK["evidence_url"]
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            update(Disposition)
            .where(Disposition.id == given.id)
            .values(evidence_url="https://x.y")
        )


def test_an_answer_says_the_same_in_its_readers_language(browser, session, make, point, ready):
    browser.sign_in(make.moderator())
    said = {"translation": "El estado fija las horas.", "outcome": "already_covered"}
    said |= {"covered_section": point.comment.section_key, "language": "en"}
    said |= {"covered_words": point.comment.round.revision.sections[0].text}

    both = browser.post(path(point), **FIELDS, language="en", ready=ready.public_id)
    saved = browser.post(path(point), **FIELDS, **said)

    assert both.typed("translation") == "El estado fija las horas."
    assert saved.status_code == 303
    given = session.scalars(select(Disposition)).one()
    assert given.translation_language == "es"
    assert checklist(session, point.comment.round).other_language == 0
    given.published_at = point.comment.round.report_published_at = clock.now()
    for page in (
        browser.get(f"/comments/{point.comment.public_id}"),
        browser.get(f"/rounds/{point.comment.round.slug}/report?open=all"),
    ):
        shown = page.soup.select_one('.wording .body[lang="es"]')
        assert shown.get_text() == "El estado fija las horas."


def test_beside_a_promise_stands_what_keeps_it(browser, session, make):
    redraft = Redraft(session, make)
    redraft.reword()
    answer = redraft.answer()
    browser.sign_in(make.moderator())

    before = browser.get(path(answer.point)).text
    redraft.tie(answer)
    after = browser.get(path(answer.point)).text

    assert "No words yet: a promise not yet kept." in before
    assert "Tied to the draft of version 2: “speaks”" in after
