"""What participants of the demo world said about themselves, and the host's figures beside."""

from __future__ import annotations

import secrets
from itertools import zip_longest
from typing import Any

from sqlalchemy.orm import Session

from feedback_app.demo import world
from feedback_app.demo.people import People
from feedback_app.policy import VISITOR
from feedback_app.rounds.about_people import Template
from feedback_app.rounds.background import (
    Given,
    PlannedBackground,
    answer_background,
    give_reference,
    write_background,
)
from feedback_app.rounds.models import Round

LANGUAGES = ("en", "es")
SOURCE = "County planning office, 2025 estimate"


def ask(session: Session, round_: Round, who: People) -> None:
    """The same three questions in each comment period, and figures for two of them."""
    write_background(
        session,
        round_,
        actor=who.host,
        version=round_.version,
        questions=[
            PlannedBackground(
                Template(asked["template"]),
                {language: (asked[language][0], asked[language][1:]) for language in LANGUAGES},
            )
            for asked in _questions()
        ],
    )
    session.flush()
    give_reference(
        session,
        round_,
        actor=who.host,
        given=[
            (question, asked.get("shares", []), SOURCE if "shares" in asked else "")
            for question, asked in zip(round_.background, _questions(), strict=True)
        ],
    )


def answer(session: Session, round_: Round, name: str) -> None:
    """As many answers as the data say, spread over participants who skip what they like."""
    chosen = []
    for question, asked in zip(round_.background, _questions(), strict=True):
        given = [
            Given(question, [number])
            for number, times in enumerate(asked[name], start=1)
            for _ in range(times)
        ]
        own = Given(question, (), asked.get("words", ""))
        given += [own] * asked.get("said", 0)
        chosen.append(given)
    for one in zip_longest(*chosen):
        answer_background(
            session,
            round_,
            actor=VISITOR,
            asking=secrets.token_hex(16),
            given=[given for given in one if given is not None],
        )


def _questions() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.read("people")["question"]
    return found
