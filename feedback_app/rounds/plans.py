"""What a host plans, as values, and what a plan still lacks before its page is whole."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta

from feedback_app.core.i18n import N_
from feedback_app.rounds.models import (
    Answering,
    Audience,
    Basis,
    Holding,
    Promise,
    Question,
    QuestionKind,
    Round,
    Showing,
    WhoMayComment,
)
from feedback_app.rounds.words import tallies_of
from feedback_app.rounds.zones import Which, instant, local_day, next_working_day

FEWEST_QUESTIONS, MOST_QUESTIONS = 3, 7
FEWEST_OPTIONS, MOST_OPTIONS = 2, 7
SUMMARY_WORDS = 80
DAYS_FOR_A_FIRST_TEXT, DAYS_FOR_A_REDRAFT = 30, 14
DAYS_TO_ANSWER = timedelta(days=84)
"""Unless host and department agree on another day."""


@dataclass(frozen=True)
class PlannedText:
    """What the page says in one language."""

    title: str = ""
    why: str = ""
    can_change: str = ""


@dataclass(frozen=True)
class PlannedQuestion:
    """{language: (the question, a short summary)}, on one section or on the whole.

    `options` are {language: answers to choose from}, in the same order in each language.
    """

    prompts: Mapping[str, tuple[str, str]]
    section_key: str | None = None
    kind: QuestionKind = QuestionKind.OPEN
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Everything of a round that its host decides, its questions apart."""

    opens_at: datetime
    closes_at: datetime
    time_zone: str
    texts: Mapping[str, PlannedText]
    language: str = "en"
    participation: WhoMayComment = WhoMayComment.OPEN
    answering: Answering = Answering.TOGETHER
    holding: Holding = Holding.NONE
    showing: Showing = Showing.AT_ONCE
    promise: Promise = Promise.ANSWER
    basis: Basis = Basis.TEXT
    audience: Audience = Audience.EVERYONE
    texts_stay_inside: bool = False
    answers_due_on: date | None = None
    short_reason: str = ""
    help_name: str = ""
    help_phone: str = ""
    help_email: str = ""
    partner_id: int | None = None
    """Who is asked to be the second organization in conduct."""

    @property
    def languages(self) -> list[str]:
        """Its languages, the first one first."""
        others = [language for language in self.texts if language != self.language]
        return [self.language, *others]


def plan_of(round_: Round) -> Plan:
    """A plan as it stands, for changing one step of it."""
    names = {f.name for f in fields(Plan)} - {"texts", "partner_id"}
    return Plan(
        **{name: getattr(round_, name) for name in names},
        texts={
            text.language: PlannedText(text.title, text.why, text.can_change)
            for text in round_.texts
        },
        partner_id=round_.partner.organization_id if round_.partner else None,
    )


def fresh_plan(at: datetime, zone: str, days: int) -> Plan:
    """Days that fit every rule, for a plan whose host has not yet said when."""
    opens = next_working_day(local_day(at, zone) + timedelta(days=7))
    closes = next_working_day(opens + timedelta(days=days + 1))
    return Plan(
        opens_at=instant(datetime.combine(opens, time(9, 0)), zone, Which.FIRST),
        closes_at=instant(datetime.combine(closes, time(17, 0)), zone, Which.FIRST),
        time_zone=zone,
        texts={},
        answers_due_on=closes + DAYS_TO_ANSWER,
    )


class Part(enum.StrEnum):
    """A part of the page that may be missing."""

    TITLE = "title"
    WHY = "why"
    CAN_CHANGE = "can_change"
    QUESTIONS = "questions"
    QUESTION_TEXTS = "question_texts"
    SUMMARIES = "summaries"
    OPTIONS = "options"
    BACKGROUND = "background"
    OLDER = "older"
    HELP = "help"
    ANSWERS = "answers"
    BOARD = "board"
    SECOND = "second"


PART_LABELS = {
    Part.TITLE: N_("A title"),
    Part.WHY: N_("Why people are asked"),
    Part.CAN_CHANGE: N_("What can still change"),
    Part.QUESTIONS: N_("Three to seven questions"),
    Part.QUESTION_TEXTS: N_("The text of every question"),
    Part.SUMMARIES: N_("A short summary for every question"),
    Part.OPTIONS: N_("The answers to choose from, two to seven, as many in each language"),
    Part.BACKGROUND: N_("The text of every question about people, with its answers"),
    Part.OLDER: N_("Words that still fit what stands in the first language"),
    Part.HELP: N_("A person, a phone number and an e-mail address for help"),
    Part.ANSWERS: N_("The day by which everyone gets an answer"),
    Part.BOARD: N_("An oversight board, which sees to conduct where a department asks itself"),
    Part.SECOND: N_("An organization that has agreed to be the second one in conduct"),
}


@dataclass(frozen=True)
class Missing:
    """A part that is missing, in one language or, without one, in all."""

    part: Part
    language: str | None = field(default=None)


def missing_parts(round_: Round) -> Sequence[Missing]:
    """What the page lacks before it may open, in each of the round's languages."""
    texts = {text.language: text for text in round_.texts}
    missing = []
    for language in round_.languages:
        text = texts.get(language)
        for part in (Part.TITLE, Part.WHY, Part.CAN_CHANGE):
            if text is None or not getattr(text, part.value).strip():
                missing.append(Missing(part, language))
        asked = [{t.language: t for t in question.texts} for question in round_.questions]
        if any(language not in t or not t[language].prompt.strip() for t in asked):
            missing.append(Missing(Part.QUESTION_TEXTS, language))
        if any(language not in t or not t[language].summary.strip() for t in asked):
            missing.append(Missing(Part.SUMMARIES, language))
        if any(lacks_options(q, language, round_.languages) for q in round_.questions):
            missing.append(Missing(Part.OPTIONS, language))
        people = [{t.language: t for t in question.texts} for question in round_.background]
        if any(
            language not in t
            or not t[language].prompt.strip()
            or len(t[language].options)
            != max(len(t[each].options) for each in t if each in texts)
            for t in people
        ):
            missing.append(Missing(Part.BACKGROUND, language))
    missing += [Missing(Part.OLDER, t.language) for t in tallies_of(round_) if t.older]
    if not FEWEST_QUESTIONS <= len(round_.questions) <= MOST_QUESTIONS:
        missing.append(Missing(Part.QUESTIONS))
    if not (round_.help_name and round_.help_phone and round_.help_email):
        missing.append(Missing(Part.HELP))
    if round_.is_hosted_by_department:
        missing += [Missing(part) for part in _missing_of_a_department(round_)]
    return missing


def is_too_long(summary: str) -> bool:
    return len(summary.split()) > SUMMARY_WORDS


def lacks_options(question: Question, language: str, languages: Sequence[str]) -> bool:
    """Whether a choice has too few answers here, or another number than elsewhere."""
    if question.kind is not QuestionKind.CHOICE:
        return False
    numbers = {t.language: len(t.options) for t in question.texts if t.language in languages}
    here = numbers.get(language, 0)
    return not FEWEST_OPTIONS <= here <= MOST_OPTIONS or here != max(
        numbers.values(), default=0
    )


def _missing_of_a_department(round_: Round) -> Sequence[Part]:
    """Who asks about their own course neither judges conduct nor goes without an answer day."""
    there = {
        Part.ANSWERS: round_.answers_due_on is not None,
        Part.BOARD: bool(round_.board_ids),
        Part.SECOND: round_.second_id is not None,
    }
    return [part for part, is_there in there.items() if not is_there]


def least_days(revision_number: int) -> int:
    """How long a round lasts at least; a redraft needs less than a first text."""
    return DAYS_FOR_A_FIRST_TEXT if revision_number == 1 else DAYS_FOR_A_REDRAFT
