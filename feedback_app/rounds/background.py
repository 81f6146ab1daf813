"""Who was heard: questions about people, answers that are nobody's, figures counted once."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, and_, delete, exists, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.database import Database
from feedback_app.core.orm import new_public_id
from feedback_app.log.services import append
from feedback_app.policy import Actor, Permission
from feedback_app.rounds.about_people import Template
from feedback_app.rounds.background_models import (
    BackgroundAnswer,
    BackgroundCount,
    BackgroundFigure,
    BackgroundMark,
)
from feedback_app.rounds.closings import GRACE, TYPED_FOR, lock
from feedback_app.rounds.meeting_models import Meeting
from feedback_app.rounds.models import BackgroundQuestion, BackgroundText, Round
from feedback_app.rounds.plans import FEWEST_OPTIONS
from feedback_app.rounds.rules import (
    AnsweredAlready,
    AnsweringOver,
    AnswersMissing,
    OptionsUnlike,
    ShareUnfit,
    SourceMissing,
    TooManyAboutPeople,
)
from feedback_app.rounds.services import open_for_planning, replanned
from feedback_app.rounds.small_numbers import FEWEST, told, told_each
from feedback_app.rounds.words import pairing

Cells = Sequence[tuple[int | None, str | None]]
Row = dict[str, object]

MOST_ABOUT_PEOPLE = 5
MOST_OPTIONS = 12
OWN_WORDS = 60
"""Characters; longer words would be a story, and tell who somebody is."""


@dataclass(frozen=True)
class PlannedBackground:
    """A template with {language: (the question, answers to choose from)}."""

    template: Template
    texts: Mapping[str, tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Given:
    """What somebody chose for one question, numbered from one up, or said of themselves."""

    question: BackgroundQuestion
    choices: Sequence[int] = field(default_factory=tuple)
    words: str = ""


def write_background(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    version: int,
    questions: Sequence[PlannedBackground],
) -> None:
    """Replace the questions about people in a plan; none need be asked."""
    actor = policy.require(actor, Permission.PLAN_ROUND, round_)
    open_for_planning(session, round_, version)
    if len(questions) > MOST_ABOUT_PEOPLE:
        raise TooManyAboutPeople(number=MOST_ABOUT_PEOPLE)
    for planned in questions:
        own = len(planned.texts[round_.language][1])
        numbers = {own, *(len(options) for _, options in planned.texts.values() if options)}
        if len(numbers) > 1 or not FEWEST_OPTIONS <= max(numbers) <= MOST_OPTIONS:
            raise OptionsUnlike(
                field=f"options_{round_.language}_{planned.template}",
                fewest=FEWEST_OPTIONS,
                most=MOST_OPTIONS,
            )
    with pairing(round_):
        round_.background = []
        session.flush()
        round_.background = [
            BackgroundQuestion(
                position=position,
                template=planned.template,
                texts=[
                    BackgroundText(language=language, prompt=prompt, options=list(options))
                    for language, (prompt, options) in planned.texts.items()
                ],
            )
            for position, planned in enumerate(questions, start=1)
        ]
    replanned(session, round_, actor)


def give_reference(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    given: Sequence[tuple[BackgroundQuestion, Sequence[str], str]],
) -> None:
    """Say how large a share of everyone each answer has elsewhere, and where that stands."""
    actor = policy.require(actor, Permission.PLAN_ROUND, round_)
    for question, shares, source in given:
        for place, share in enumerate(shares, start=1):
            if share and share_of(share) is None:
                raise ShareUnfit(field=f"share_{question.position}_{place}")
        if any(shares) and not source:
            raise SourceMissing(field=f"source_{question.position}")
        question.shares, question.source = list(shares), source
    append(session, actor=actor, kind="round.compared", subject=round_)


def share_of(typed: str) -> float | None:
    """A percentage as it was typed, with a point or a comma."""
    try:
        share = float(typed.replace(",", ".").strip().removesuffix("%"))
    except ValueError:
        return None
    return share if 0 <= share <= 100 else None


def new_asking() -> str:
    """What a browser holds to answer once; the server keeps nothing of it until then."""
    return secrets.token_urlsafe(16)


def answer_background(
    session: Session, round_: Round, *, actor: Actor, asking: str, given: Sequence[Given]
) -> None:
    """Keep what somebody said of themselves, each answer by itself; nothing says who or when.

    No entry in the log: its time and its place there would tell whose answers these are.
    """
    policy.require(actor, Permission.COMMENT, round_)
    lock(session, round_)
    if not is_asking(session, round_, clock.now()):
        raise AnsweringOver
    if not _keep(session, round_, asking, given):
        raise AnsweredAlready


def type_background(
    session: Session, round_: Round, *, actor: Actor, asking: str, given: Sequence[Given]
) -> None:
    """Keep what stands on a slip of paper, like any other answers; the same form twice is once.

    Of which sheet the slip was a part, nobody can say: it is torn off before it is collected.
    """
    policy.require(actor, Permission.ENTER_ON_BEHALF, round_)
    lock(session, round_)
    if not is_typing(session, round_, clock.now()):
        raise AnsweringOver
    _keep(session, round_, asking, given, on_paper=True)


def _keep(
    session: Session,
    round_: Round,
    asking: str,
    given: Sequence[Given],
    *,
    on_paper: bool = False,
) -> bool:
    """False where these were kept before."""
    rows = [row for one in given for row in _rows(one)]
    if not rows:
        raise AnswersMissing
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    mark = hashlib.sha256(f"{round_.public_id} {asking}".encode()).hexdigest()
    is_first = session.scalar(
        (sqlite.insert if is_sqlite else postgresql.insert)(BackgroundMark)
        .values(mark=mark, round_id=round_.id, on_paper=on_paper)
        .on_conflict_do_nothing(index_elements=[BackgroundMark.mark])
        .returning(BackgroundMark.mark)
    )
    if is_first is None:
        return False
    session.execute(insert(BackgroundAnswer), _shuffled(rows))
    return True


def _rows(given: Given) -> list[Row]:
    question, number = given.question, len(given.question.texts[0].options)
    template = question.template
    words = " ".join(given.words.split())[:OWN_WORDS] if template.takes_own_words else ""
    chosen = sorted({n for n in given.choices if 1 <= n <= number})
    if not template.takes_many:
        chosen = [] if words else chosen[:1]
    rows: list[Row] = [{"question_id": question.id, "choice": n, "words": None} for n in chosen]
    if words:
        rows.append({"question_id": question.id, "choice": None, "words": words})
    return rows


def _shuffled(rows: Sequence[Row]) -> list[Row]:
    """Each with a new key, in the order of these: no order in which they came is left."""
    return sorted((row | {"key": new_public_id()} for row in rows), key=lambda r: str(r["key"]))


def is_asking(session: Session, round_: Round, at: datetime) -> bool:
    """Until half an hour after the closing, and never once the answers are counted."""
    return (
        round_.is_public
        and round_.opens_at <= at <= round_.closes_at + GRACE
        and session.get(BackgroundCount, round_.id) is None
    )


def is_typing(session: Session, round_: Round, at: datetime) -> bool:
    """As long as sheets are typed, until the answers are counted."""
    return (
        round_.is_public
        and bool(round_.background)
        and round_.opens_at <= at <= round_.closes_at + TYPED_FOR
        and session.get(BackgroundCount, round_.id) is None
    )


def count_due(database: Database, *, at: datetime) -> int:
    """Count the answers of every round that has closed, once; how many rounds there were.

    Afterwards nothing that was written before is left in the database's files either.
    """
    with database.unit_of_work(writing=False) as session:
        due = list(session.scalars(_due(at)))
    for round_id in due:
        with database.unit_of_work(writing=True) as session:
            round_ = session.get_one(Round, round_id)
            lock(session, round_)
            if session.scalar(_due(at).where(Round.id == round_id)) is not None:
                count_background(session, round_)
    if due:
        database.sweep(BackgroundAnswer.__tablename__, BackgroundMark.__tablename__)
    return len(due)


def _due(at: datetime) -> Select[int]:
    asked = exists().where(BackgroundQuestion.round_id == Round.id)
    counted = exists().where(BackgroundCount.round_id == Round.id)
    paper = or_(
        exists().where(Meeting.round_id == Round.id),
        exists().where(BackgroundMark.round_id == Round.id, BackgroundMark.on_paper),
    )
    is_over = or_(and_(~paper, Round.closes_at < at - GRACE), Round.closes_at < at - TYPED_FOR)
    return select(Round.id).where(is_over, Round.host_signed_at.is_not(None), asked, ~counted)


def count_background(session: Session, round_: Round) -> None:
    """Keep the numbers that may be told; write what is left anew, in another random order.

    Words that fewer than five share go, and so do the marks of who has answered.
    """
    people = answered(session, round_.id)
    on_paper = answered(session, round_.id, on_paper=True)
    for question in round_.background:
        rows = session.execute(
            select(BackgroundAnswer.choice, BackgroundAnswer.words).where(
                BackgroundAnswer.question_id == question.id
            )
        ).all()
        cells = _cells([(row.choice, row.words) for row in rows])
        counts = Counter(cells)
        if question.template.takes_many:
            shown = told_each(counts, people).shown
        else:
            every = {(n, None): 0 for n in range(1, len(question.texts[0].options) + 1)}
            shown = told(every | counts, unsaid=people - len(rows)).shown
        if people >= FEWEST:
            session.add_all(
                BackgroundFigure(
                    question_id=question.id, choice=choice, words=words, number=number
                )
                for (choice, words), number in sorted(shown.items(), key=str)
            )
        session.execute(
            delete(BackgroundAnswer).where(BackgroundAnswer.question_id == question.id)
        )
        if cells:
            again: list[Row] = [
                {"question_id": question.id, "choice": c, "words": w} for c, w in cells
            ]
            session.execute(insert(BackgroundAnswer), _shuffled(again))
    session.execute(delete(BackgroundMark).where(BackgroundMark.round_id == round_.id))
    is_told = people >= FEWEST and (
        on_paper == 0 or min(on_paper, people - on_paper or FEWEST) >= FEWEST
    )
    session.add(
        BackgroundCount(
            round_id=round_.id,
            people=people if people >= FEWEST else None,
            on_paper=on_paper if is_told else None,
        )
    )
    append(session, actor=Actor(is_system=True), kind="round.counted", subject=round_)


def _cells(rows: Cells) -> Cells:
    """Own words as they are most often written; empty where fewer than five wrote the same."""
    spelled: dict[str, Counter[str]] = {}
    for _, words in rows:
        if words:
            spelled.setdefault(words.casefold(), Counter())[words] += 1
    kept = {
        folded: max(sorted(ways), key=lambda way: ways[way])
        for folded, ways in spelled.items()
        if ways.total() >= FEWEST
    }
    return [
        (choice, None if words is None else kept.get(words.casefold(), ""))
        for choice, words in rows
    ]


def answered(session: Session, round_id: int, *, on_paper: bool = False) -> int:
    """How many have answered so far: all that is told of it before the closing."""
    number = select(func.count(BackgroundMark.mark)).where(BackgroundMark.round_id == round_id)
    if on_paper:
        number = number.where(BackgroundMark.on_paper)
    return session.scalar(number) or 0
