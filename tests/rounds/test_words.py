"""The words of a planned page in each of its languages: who puts them there, what is old."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from feedback_app.core.errors import NotFound
from feedback_app.log.models import LogEntry
from feedback_app.policy import Role
from feedback_app.rounds import rules, services, translations
from feedback_app.rounds.about_people import Template
from feedback_app.rounds.background import PlannedBackground, write_background
from feedback_app.rounds.models import QuestionKind
from feedback_app.rounds.plans import Missing, Part, PlannedQuestion, missing_parts, plan_of
from feedback_app.rounds.words import Fit, page_mark, tallies_of, wordings_of
from tests.rounds.planning import planned, questions, texts


def translator(make):
    return make.member(Role.TRANSLATOR, make.host_organization())


def english_only(n):
    return PlannedQuestion({"en": (f"What worked? {n}", "Waiting."), "es": ("", "")})


def without_spanish(make, **values):
    """A plan of which Spanish has the title alone, with a choice and a question of people."""
    choice = PlannedQuestion(
        {"en": ("Which one?", "Two ways."), "es": ("", "")},
        kind=QuestionKind.CHOICE,
        options={"en": ["By day", "By night"], "es": []},
    )
    spanish = replace(texts()["es"], why="", can_change="")
    round_ = planned(
        make,
        texts=texts() | {"es": spanish},
        questions=[choice, english_only(1), english_only(2)],
        **values,
    )
    write_background(
        make.session,
        round_,
        actor=make.actor(make.host()),
        version=round_.version,
        questions=[
            PlannedBackground(
                Template.LANGUAGE, {"en": ("At home?", ["English", "Other"]), "es": ("", [])}
            )
        ],
    )
    return round_


def put(session, round_, account, make, given, language="es", **values):
    values.setdefault("seen", page_mark(round_, language))
    return translations.put_words(
        session, round_, actor=make.actor(account), language=language, given=given, **values
    )


SPANISH = {
    "why": "El curso es viejo.",
    "can_change": "Todo.",
    "prompt_1": "¿Cuál?",
    "summary_1": "Dos maneras.",
    "options_1": "De día\nDe noche",
    "prompt_2": "¿Qué sirvió? 1",
    "summary_2": "Esperar.",
    "prompt_3": "¿Qué sirvió? 2",
    "summary_3": "Esperar.",
    "about_1": "¿En casa?",
    "about_options_1": "Inglés\nOtro",
}


def test_a_page_opens_only_when_a_translator_has_put_every_text_there(session, make):
    round_ = without_spanish(make)
    host = make.host()
    (tally,) = tallies_of(round_)
    assert (tally.language, tally.missing, tally.all) == ("es", len(SPANISH), 12)
    with pytest.raises(rules.PageNotWhole):
        services.sign_for_host(session, round_, actor=make.actor(host))

    some = {key: SPANISH[key] for key in list(SPANISH)[:-1]}
    put(session, round_, translator(make), make, some)
    assert list(missing_parts(round_)) == [Missing(Part.BACKGROUND, "es")]
    put(session, round_, translator(make), make, SPANISH)

    session.flush()
    session.expire_all()
    assert not missing_parts(round_)
    assert round_.questions[0].text("es").options == ["De día", "De noche"]
    services.sign_for_host(session, round_, actor=make.actor(host))
    kinds = list(session.scalars(select(LogEntry.kind).order_by(LogEntry.position)))
    assert kinds.count("round.translated") == 2
    with pytest.raises(rules.PlanSigned):
        put(session, round_, translator(make), make, {"why": "Otra cosa."})


@pytest.mark.one_engine
def test_words_whose_original_has_changed_keep_a_page_shut_until_somebody_looked(session, make):
    host = make.host()
    round_ = planned(make, host=host)
    plan = plan_of(round_)
    english = replace(plan.texts["en"], title="Say what officers learn now")
    services.replan_round(
        session,
        round_,
        actor=make.actor(host),
        version=round_.version,
        plan=replace(plan, texts=plan.texts | {"en": english}),
    )

    assert list(missing_parts(round_)) == [Missing(Part.OLDER, "es")]
    older = [w.place.key for w in wordings_of(round_, "es") if w.fit is Fit.OLDER]
    assert older == ["title"]
    assert not put(session, round_, translator(make), make, {})
    assert put(session, round_, translator(make), make, {}, still_right={"title"})
    assert not missing_parts(round_)
    assert wordings_of(round_, "es")[0].translated_at is not None

    services.write_questions(
        session,
        round_,
        actor=make.actor(host),
        version=round_.version,
        questions=[*questions()[1:], *questions(4)[3:]],
    )
    assert not missing_parts(round_), "a question that moved keeps its translation"


@pytest.mark.one_engine
@pytest.mark.parametrize("who", ["moderator", "author", "partner", "reviewer", "account"])
def test_nobody_else_puts_words_there(session, make, who):
    round_ = without_spanish(make)
    actor = make.actor(getattr(make, who)())

    with pytest.raises(NotFound):
        put(session, round_, getattr(make, who)(), make, SPANISH)
    with pytest.raises(NotFound):
        translations.get_plan(session, round_.slug, "es", actor=actor)
    assert translations.lacking(session, actor) == []


@pytest.mark.one_engine
def test_a_translator_goes_from_the_queue_to_a_page_that_lacks_nothing(
    browser, new_browser, session, make
):
    round_ = without_spanish(make)
    slug, here = round_.slug, f"/host/translations/rounds/{round_.slug}/es"
    desk = new_browser()
    desk.sign_in(make.host())
    assert "11 of 12 texts are missing" in desk.get(f"/host/rounds/{slug}").text
    browser.sign_in(translator(make))

    queue = browser.get("/host/translations")
    assert queue.soup.find("a", href=here) is not None
    page = browser.get(here)
    assert "The course is old." in page.text
    sent = {f"words_{key}": words for key, words in SPANISH.items()}
    bad = browser.post(here, **sent | {"words_options_1": "De día", "words_title": "Diga"})
    assert bad.status_code == 422
    assert "there are 2 beside, and 1 here" in bad.error_of("words_options_1")
    assert bad.typed("words_why") == SPANISH["why"]

    other = new_browser()
    other.sign_in(make.host())
    before = browser.get(here).hidden()
    theirs = {"words_why": "De otra persona.", "words_summary_2": "También de otra."}
    assert other.post(here, **theirs).status_code == 303
    late = browser.send(here, before | sent | {"words_title": "Diga", "words_summary_2": ""})
    assert late.status_code == 409
    assert late.typed("words_summary_2") == "También de otra."
    assert late.typed("words_why") == SPANISH["why"]
    assert "De otra persona." in late.text
    assert browser.send(here, late.hidden() | sent | {"words_title": "Diga"}).status_code == 303

    assert here not in browser.get("/host/translations").html
    assert (
        desk.post(f"/host/rounds/{slug}/sign", page=f"/host/rounds/{slug}").status_code == 303
    )
    agreed = browser.get(f"/rounds/{slug}/agreement")
    assert "Spanish translated by a person" in agreed.text
    signed = browser.get(here)
    assert signed.soup.find("textarea") is None
    assert SPANISH["why"] in signed.text


@pytest.mark.one_engine
def test_a_department_that_asks_by_itself_puts_its_words_there_itself(session, make):
    round_ = without_spanish(make)
    round_.host_id = round_.department_id
    session.flush()
    session.expire(round_)

    assert [r for r, _ in translations.lacking(session, make.actor(make.moderator()))] == [
        round_
    ]
    put(session, round_, make.moderator(), make, SPANISH)

    with pytest.raises(NotFound):
        put(session, round_, translator(make), make, {"why": "Otra cosa."})
    assert translations.lacking(session, make.actor(translator(make))) == []
