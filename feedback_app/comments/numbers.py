"""A round in numbers, for its host: days, sections, questions, channels, who took part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from feedback_app.comments.listings import counts_by_section
from feedback_app.comments.margins import web_arrivals
from feedback_app.comments.models import Comment, Voice
from feedback_app.comments.page_facts import page_facts
from feedback_app.comments.rises import Rises
from feedback_app.comments.sight import counted, visible_to
from feedback_app.core import clock
from feedback_app.policy import Actor
from feedback_app.rounds.models import Participation, Question, Round
from feedback_app.rounds.queries import ExtensionRow
from feedback_app.rounds.small_numbers import Told, told
from feedback_app.rounds.zones import local_day


@dataclass(frozen=True)
class Asked:
    """What came to one question: how many comments, and of those that offer answers which.

    No number where it, or one that it would tell, is below five; zero comments are told.
    """

    question: Question
    comments: int | None
    choices: Mapping[int, int]


@dataclass(frozen=True)
class Numbers:
    """`responses` are those comments that organizations sent for their members."""

    comments: int
    responses: int
    days: Sequence[tuple[date, int]]
    sections: Mapping[str | None, int]
    asked: Sequence[Asked]
    channels: Told[str]
    languages: Told[str]
    joined: int
    spoke: int
    held: int
    late: int
    extensions: Sequence[ExtensionRow]
    rises: Rises
    signers: Sequence[int] = ()
    """Of each letter that says how many signed it; never added up."""
    tables: Sequence[tuple[int, int]] = ()
    """Of each note of a table, by how many of how many it was said."""

    @property
    def busiest(self) -> int:
        return max([*self.sections.values(), 1])

    @property
    def fullest_day(self) -> int:
        return max([*(number for _day, number in self.days), 1])


def numbers_of(session: Session, round_: Round, viewer: Actor) -> Numbers:
    """Everything of the page in a fixed number of queries; no name and no text among it."""
    rows = session.execute(
        select(
            Comment.submitted_at,
            Comment.channel,
            Comment.language,
            Comment.question_id,
            Comment.choice,
            Comment.voice,
            Comment.said_by,
            Comment.said_of,
        ).where(Comment.round_id == round_.id, counted(), visible_to(viewer))
    ).all()
    by_question: Counter[int] = Counter(row.question_id for row in rows if row.question_id)
    choices: dict[int, Counter[int]] = {}
    for row in rows:
        if row.question_id and row.choice:
            choices.setdefault(row.question_id, Counter())[row.choice] += 1
    unasked = len(rows) - by_question.total()
    many = told(by_question, unsaid=unasked).shown
    days = Counter(local_day(row.submitted_at, round_.time_zone) for row in rows)
    parts = select(func.count(Participation.id)).where(Participation.round_id == round_.id)
    spoke = select(func.count(distinct(Comment.participation_id))).where(
        Comment.round_id == round_.id, counted()
    )
    late = select(func.count(Comment.id)).where(
        Comment.round_id == round_.id, Comment.is_late, Comment.parent_id.is_(None)
    )
    people = session.execute(
        select(parts.scalar_subquery(), spoke.scalar_subquery(), late.scalar_subquery())
    ).one()
    facts = page_facts(session, round_, round_.revision_id, web_arrivals(session, round_))
    return Numbers(
        comments=len(rows),
        responses=sum(row.voice is Voice.ORGANIZATION for row in rows),
        days=_each_day(round_, days),
        sections=counts_by_section(session, round_, viewer),
        asked=[
            Asked(
                question,
                many.get(question.id) if by_question[question.id] else 0,
                told(
                    chosen := choices.get(question.id, Counter()),
                    unsaid=by_question[question.id] - chosen.total(),
                ).shown,
            )
            for question in round_.questions
        ],
        channels=told(Counter(row.channel.value for row in rows)),
        languages=told(Counter(row.language for row in rows)),
        joined=people[0],
        spoke=people[1],
        held=facts.held,
        extensions=facts.extensions,
        rises=facts.rises,
        late=people[2],
        signers=sorted(
            (
                row.said_by
                for row in rows
                if row.said_by and not row.said_of and row.voice is not Voice.ORGANIZATION
            ),
            reverse=True,
        ),
        tables=sorted((row.said_by, row.said_of) for row in rows if row.said_of),
    )


def _each_day(round_: Round, days: Mapping[date, int]) -> list[tuple[date, int]]:
    """From the opening until today or the closing, days without comments too."""
    first = local_day(round_.opens_at, round_.time_zone)
    last = local_day(min(round_.closes_at, clock.now()), round_.time_zone)
    last = max([last, *days])
    first = min([first, *days])
    number = (last - first).days + 1
    every = [first + timedelta(days=n) for n in range(max(number, 0))]
    return [(day, days.get(day, 0)) for day in every]
