"""Builds the demo world through the services that people use, each act on its own past day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.core.database import Database
from feedback_app.core.marks import mark_as_demo
from feedback_app.curricula import services as curricula
from feedback_app.curricula.models import Curriculum, Revision
from feedback_app.curricula.sealing import set_in_force
from feedback_app.demo import (
    answering,
    hearing,
    people,
    redrafting,
    responding,
    voices,
    world,
)
from feedback_app.demo.people import People
from feedback_app.rounds import plans, services
from feedback_app.rounds.background import count_background
from feedback_app.rounds.models import Round
from feedback_app.rounds.zones import next_working_day
from feedback_app.triage.gate import Listed
from feedback_app.triage.publication import prepare, publish_revision
from feedback_app.triage.releasing import publish_report

ZONE = ZoneInfo("America/Chicago")
NIGHTS = (
    "These promises need the county, a printer or a budget. Each has its date, and each stays "
    "on the list until the text has changed."
)


def load(database: Database) -> None:
    """Fill an empty database; acts that took a year take some seconds."""
    today = clock.now().astimezone(ZONE).date()
    with database.session(writing=True) as session:
        _Story(session, today).tell()
        session.commit()
    with database.session(writing=True) as session:
        session.execute(text("ANALYZE"))
        session.commit()


class _Story:
    """One session, one day after the other."""

    def __init__(self, session: Session, today: date) -> None:
        self.session = session
        self.today = today

    def at(self, days: int, hour: int = 10, minute: int = 0) -> Any:
        """Let what follows happen on that day, counted from today."""
        local = datetime.combine(
            self.today + timedelta(days=days), time(hour, minute), tzinfo=ZONE
        )
        return clock.held_at(local.astimezone(tz=None))

    def tell(self) -> None:
        with self.at(-320):
            mark_as_demo(self.session, "1")
            who = people.settle(self.session)
        with self.at(-260):
            curriculum = self._course(who)
        first = curriculum.revisions[0]
        self._publish(
            first, who, days=-240, change_note="The first draft for everyone to read."
        )
        spring = self._round(who, first, "round-1")
        heard = voices.speak(self.session, spring, who, "round-1")
        with self.at(-191):
            hearing.answer(self.session, spring, "round-1")
        with self.at(-188):
            count_background(self.session, spring)
        with self.at(-180):
            answering.keep_texts(self.session, spring.department_id, who)
            answering.answer(self.session, spring, who, heard, "round-1", today=self.today)
        second = self._second(curriculum, who, heard)
        with self.at(-118):
            publish_report(self.session, spring, actor=who.moderator)
        voices.judge(self.session, heard, "round-1", self.at(-112))
        self._publish(
            second,
            who,
            days=-110,
            change_note=world.read("revision-2")["change_note"],
            reasons={Listed.PROMISES: NIGHTS},
        )
        with self.at(-100):
            set_in_force(
                self.session,
                second,
                actor=who.manager,
                on=self.today - timedelta(days=90),
                authority="Chief of Police, by training order 2026-11",
                material_reason="The comment period on version 1 was answered in full, and the "
                "changes follow it. Version 3 is out for comment again.",
            )
        third = self._third(curriculum, who, heard)
        fall = self._round(who, third, "round-2")
        later = voices.speak(self.session, fall, who, "round-2")
        with self.at(-1, 8):
            hearing.answer(self.session, fall, "round-2")
        with self.at(-1, 9):
            answering.answer(self.session, fall, who, later, "round-2", today=self.today)
        with self.at(-1, 11):
            responding.draft(self.session, fall, who, later)
        with self.at(-1, 14):
            fourth = curricula.start_revision(self.session, curriculum, actor=who.author)
            redrafting.edit(self.session, fourth, who, later, "revision-4")

    def _course(self, who: People) -> Curriculum:
        course = world.read("world")["course"]
        return curricula.create_curriculum(
            self.session,
            who.department,
            actor=who.author,
            language="en",
            sections=world.sections(),
            **course,
        )

    def _publish(
        self,
        revision: Revision,
        who: People,
        *,
        days: int,
        change_note: str,
        reasons: dict[Listed, str] | None = None,
    ) -> None:
        with self.at(days):
            publish_revision(
                self.session,
                revision,
                actor=who.moderator,
                prepared=prepare(self.session, revision),
                change_note=change_note,
                reasons=reasons,
            )

    def _round(self, who: People, revision: Revision, name: str) -> Round:
        given = world.read("world")[name]
        with self.at(given["opens_days"] - 6):
            round_ = services.plan_round(
                self.session,
                revision,
                actor=who.host,
                host=who.hosts,
                slug=given["slug"],
                plan=self._plan(given),
                questions=[
                    plans.PlannedQuestion(
                        {language: tuple(question[language]) for language in ("en", "es")},
                        question.get("section"),
                    )
                    for question in given["question"]
                ],
            )
            hearing.ask(self.session, round_, who)
            services.sign_for_host(self.session, round_, actor=who.host)
            services.sign_for_department(self.session, round_, actor=who.moderator)
        return round_

    def _plan(self, given: dict[str, Any]) -> plans.Plan:
        name, phone, email = world.read("world")["host"]["help"]
        opens = self.today + timedelta(days=given["opens_days"])
        closes = next_working_day(self.today + timedelta(days=given["closes_days"]))
        return plans.Plan(
            opens_at=datetime.combine(opens, time(8), tzinfo=ZONE),
            closes_at=datetime.combine(closes, time(17), tzinfo=ZONE),
            time_zone=ZONE.key,
            texts={language: plans.PlannedText(**given[language]) for language in ("en", "es")},
            answers_due_on=self.today + timedelta(days=given["answers_days"]),
            help_name=name,
            help_phone=phone,
            help_email=email,
        )

    def _second(self, curriculum: Curriculum, who: People, heard: voices.Heard) -> Revision:
        with self.at(-170):
            revision = curricula.start_revision(self.session, curriculum, actor=who.author)
            redrafting.edit(self.session, revision, who, heard, "revision-2")
        return revision

    def _third(self, curriculum: Curriculum, who: People, heard: voices.Heard) -> Revision:
        with self.at(-40):
            revision = curricula.start_revision(self.session, curriculum, actor=who.author)
            redrafting.edit(self.session, revision, who, heard, "revision-3")
        self._publish(
            revision,
            who,
            days=-22,
            change_note=world.read("revision-3")["change_note"],
            reasons={Listed.PROMISES: NIGHTS},
        )
        return revision
