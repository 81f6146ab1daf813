"""A plan that lacks nothing, for tests that are about one thing of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from feedback_app.core import clock
from feedback_app.rounds import services
from feedback_app.rounds.models import Round
from feedback_app.rounds.plans import Plan, PlannedQuestion, PlannedText
from feedback_app.rounds.zones import local_day
from tests.factories import Make


def texts() -> dict[str, PlannedText]:
    return {
        "en": PlannedText("Say what officers learn", "The course is old.", "All of it."),
        "es": PlannedText("Diga qué aprenden", "El curso es viejo.", "Todo."),
    }


def questions(number: int = 3) -> list[PlannedQuestion]:
    return [
        PlannedQuestion(
            {
                "en": (f"What worked? {n}", "Waiting."),
                "es": (f"¿Qué sirvió? {n}", "Esperar."),
            }
        )
        for n in range(number)
    ]


def plan(**values: Any) -> Plan:
    opens_at = values.setdefault("opens_at", clock.now() + timedelta(days=1))
    closes_at = values.setdefault("closes_at", opens_at + timedelta(days=31))
    values.setdefault("time_zone", "America/Chicago")
    values.setdefault("texts", texts())
    values.setdefault("help_name", "Ana Ruiz")
    values.setdefault("help_phone", "555-0134")
    values.setdefault("help_email", "help@example.org")
    values.setdefault("answers_due_on", local_day(closes_at, "UTC") + timedelta(days=60))
    return Plan(**values)


def planned(make: Make, **values: Any) -> Round:
    """A round as its host planned it, signed by nobody."""
    host = values.pop("host", None) or make.host()
    revision = values.pop("revision", None) or make.revision()
    asked = values.pop("questions", None)
    return services.plan_round(
        make.session,
        revision,
        actor=make.actor(host),
        host=make.host_organization(),
        slug=values.pop("slug", "say-it-in-winter"),
        plan=plan(**values),
        questions=questions() if asked is None else asked,
    )


def open_round(make: Make, comments: int = 0, **values: Any) -> Round:
    """Four sections, with comments spread over them; every third is on a quote."""
    revision = make.revision(sections=[{"title": f"Part {n}"} for n in range(4)])
    round_ = make.round(open=True, revision=revision, **values)
    for number in range(comments):
        section = revision.sections[number % 4]
        quote = "They speak slowly." if number % 3 == 0 else None
        make.comment(
            round=round_, section_key=section.key, body=f"Comment {number}.", quote=quote
        )
    return round_
