"""The planned rounds of the peopled demo world, and who is invited into one of them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from feedback_app.comments import inviting
from feedback_app.core import clock
from feedback_app.curricula.models import Revision
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor
from feedback_app.rounds import plans
from feedback_app.rounds.models import Round, WhoMayComment
from feedback_app.rounds.services import plan_round, sign_for_host

INVITED_ADDRESS = "invited-by-the-host@nobody-else-reads.example"


def planned_rounds(
    session: Session, revision: Revision, hosts: Organization, host: Actor
) -> Round:
    """One that its host has not signed, and one for invited people that it alone has signed."""
    opens = clock.now() + timedelta(days=10)
    for slug, participation in (
        ("not-signed-yet", WhoMayComment.OPEN),
        ("signed-by-its-host", WhoMayComment.INVITED),
    ):
        plan = plans.Plan(
            opens_at=opens,
            closes_at=opens + timedelta(days=40),
            time_zone="America/Chicago",
            texts={
                language: plans.PlannedText(
                    title=f"Once more {language}", why="To be sure.", can_change="All of it."
                )
                for language in ("en", "es")
            },
            answers_due_on=(opens + timedelta(days=90)).date(),
            help_name="Ana Ruiz",
            help_phone="555-0134",
            help_email="help@ferrystreet.example",
            participation=participation,
        )
        asked = [
            plans.PlannedQuestion({"en": (f"What of {n}?", "So."), "es": (f"¿Y {n}?", "Así.")})
            for n in ("one", "two", "three")
        ]
        round_ = plan_round(
            session,
            revision,
            actor=host,
            host=hosts,
            slug=slug,
            plan=plan,
            questions=asked,
        )
    sign_for_host(session, round_, actor=host)
    return round_


def invited(session: Session, round_: Round, host: Actor, key: bytes) -> dict[str, str]:
    """One address and words for one meeting."""
    letter = inviting.invite(
        session, round_, actor=host, key=key, addresses=[INVITED_ADDRESS], language="en"
    )[0]
    code = inviting.make_meeting_code(
        session, round_, actor=host, key=key, label="Friday", language="en"
    )
    return {
        "invitation": letter.public_id,
        "meeting_code": code.public_id,
        "meeting_words": inviting.words_for_meeting(key, code.public_id, "en"),
    }
