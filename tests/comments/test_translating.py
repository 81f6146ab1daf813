"""A comment in another language: who translates it, where that is read, when it is not."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from feedback_app.comments import measures, services
from feedback_app.comments.changing import wording_mark
from feedback_app.comments.conduct import ConductReason, Measure
from feedback_app.comments.holders import Holder
from feedback_app.comments.rules import ChangedMeanwhile, NothingToTranslate
from feedback_app.comments.translating import translate, waiting_for
from feedback_app.comments.translation_models import CommentTranslation
from feedback_app.core.errors import NotFound
from feedback_app.core.html import render_comment
from feedback_app.log.models import LogEntry
from feedback_app.organizations.models import Membership
from feedback_app.policy import Role
from tests.comments.acts import holder_of, send
from tests.rounds.planning import open_round

SAID = "Pidan primero permiso a la familia."
PUT = "Ask the family for permission first."

pytestmark = pytest.mark.one_engine


def translator(make, **values):
    return make.member(Role.TRANSLATOR, make.host_organization(), **values)


def put(session, comment, actor, **values):
    values.setdefault("wording", wording_mark(comment))
    return translate(
        session, comment, actor=actor, body=PUT, html=render_comment(PUT).html, **values
    )


def ways(round_, comment):
    here = f"/rounds/{round_.slug}"
    return [
        here,
        f"{here}/sections/{comment.section_key}",
        f"/comments/{comment.public_id}",
        f"/triage/points/{comment.points[0].public_id}",
    ]


@pytest.mark.parametrize("who", ["host", "host_manager", "translator"])
def test_people_of_the_host_translate_and_the_log_keeps_no_word(session, make, who):
    round_ = open_round(make)
    comment = make.comment(round=round_, body=SAID, language="es")
    account = translator(make) if who == "translator" else getattr(make, who)()

    put(session, comment, make.actor(account))

    entry = session.scalars(select(LogEntry).where(LogEntry.kind == "comment.translated")).one()
    leaf = json.loads(entry.leaf)
    assert leaf["by"]["organization"] == make.host_organization().slug
    assert leaf["facts"] == {"language": "en", "version": 1}
    assert "permission" not in entry.leaf


@pytest.mark.parametrize("who", ["moderator", "author", "partner", "reviewer", "account"])
def test_nobody_else_translates(session, make, who):
    comment = make.comment(round=open_round(make), body=SAID, language="es")

    with pytest.raises(NotFound):
        put(session, comment, make.actor(getattr(make, who)()))


def test_whoever_is_also_of_the_department_does_not_translate(session, make):
    comment = make.comment(round=open_round(make), body=SAID, language="es")
    both = translator(make)
    session.add(Membership(account=both, organization=make.department(), role=Role.AUTHOR))

    with pytest.raises(NotFound):
        put(session, comment, make.actor(both))
    assert waiting_for(session, make.actor(both)) == []


def test_a_translation_goes_from_the_queue_to_every_place_where_the_comment_is_read(
    browser, new_browser, session, make
):
    round_ = open_round(make)
    comment = make.comment(round=round_, body=SAID, language="es")
    make.comment(round=round_, body="Good.", language="en")
    browser.sign_in(translator(make))
    desk = new_browser()
    desk.sign_in(make.moderator())
    assert "waits for its translation" in desk.get(ways(round_, comment)[3]).text

    queue = browser.get("/host/translations")
    assert [
        a["href"] for a in queue.soup.select("[aria-labelledby=waiting] a[href^='/host']")
    ] == [f"/host/translations/{comment.public_id}"]
    empty = browser.post(f"/host/translations/{comment.public_id}", body="")
    assert empty.error_of("body") == "Write the translation."
    done = browser.post(f"/host/translations/{comment.public_id}", body=PUT)
    assert done.status_code == 303

    for way in ways(round_, comment):
        page = desk.get(way)
        assert page.text.index(SAID) < page.text.index(PUT), way
        assert "Translated by a person; the words above are the record" in page.text
    assert "Nothing waits for a translation." in browser.get("/host/translations").text


def test_a_reply_is_translated_beside_what_it_answers(browser, new_browser, session, make):
    round_ = open_round(make)
    comment = make.comment(round=round_, body="Who asks the family?", language="en")
    reply = make.comment(round=round_, parent=comment, kind=None, body=SAID, language="es")
    comment.replies_count = 1
    browser.sign_in(translator(make))
    here = f"/host/translations/{reply.public_id}"

    assert "a reply" in browser.get("/host/translations").text
    page = browser.get(here)
    assert page.text.index("Who asks the family?") < page.text.index(SAID)
    assert browser.post(here, body=PUT).status_code == 303

    for way in ways(round_, comment)[:3]:
        assert PUT in new_browser().get(way).text, way


def test_other_words_leave_a_translation_behind(session, make):
    round_ = open_round(make)
    actor = make.actor(translator(make))
    taken = send(session, round_, SAID, section_key=round_.revision.sections[0].key)
    comment, holder = taken.comment, holder_of(taken)
    comment.language = "es"
    seen = wording_mark(comment)
    put(session, comment, actor)

    services.edit_comment(
        session,
        comment,
        actor=actor,
        holder=holder,
        version=seen,
        body="Pidan permiso.",
        html=render_comment("Pidan permiso.").html,
    )
    session.flush()

    assert [one.is_stale for one in waiting_for(session, actor)] == [True]
    with pytest.raises(ChangedMeanwhile):
        put(session, comment, actor, wording=seen)
    put(session, comment, actor)
    assert waiting_for(session, actor) == []
    assert session.scalar(select(func.count(CommentTranslation.id))) == 1


def test_what_is_covered_or_taken_back_does_not_live_on_in_another_language(session, make):
    round_ = open_round(make)
    actor, host = make.actor(translator(make)), make.actor(make.host())
    reviewer = make.actor(make.reviewer())
    part = make.participation(round_)
    covered = make.comment(round=round_, body=SAID, language="es")
    gone = make.comment(round=round_, body=SAID, language="es", participation=part)
    for comment in (covered, gone):
        put(session, comment, actor)

    measure = measures.take(
        session,
        covered,
        actor=host,
        kind=Measure.MASK,
        reason=ConductReason.PRIVATE_DETAILS,
        phrases=["la familia"],
    )
    measures.confirm(session, measure, actor=reviewer)
    services.withdraw(session, gone, actor=actor, holder=Holder(account_id=part.account_id))
    session.flush()

    assert session.scalar(select(func.count(CommentTranslation.id))) == 0
    with pytest.raises(NothingToTranslate):
        put(session, gone, actor)


def test_a_translator_is_no_host(browser, session, make, time):
    round_ = open_round(make)
    held = make.comment(round=round_, body="Zelda waits.", language="es", held_at=time())
    browser.sign_in(translator(make))
    here = f"/host/rounds/{round_.slug}"

    for path in (here, f"{here}/numbers", f"{here}/sheets", "/host/", f"{here}/conduct"):
        assert browser.get(path).status_code in {403, 404}, path
    for path in (f"/rounds/{round_.slug}", f"/comments/{held.public_id}", "/host/translations"):
        page = browser.get(path)
        assert "Zelda waits." not in page.text
    assert browser.get(f"/host/translations/{held.public_id}").status_code == 409
