"""How the demo world's moderators answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Point
from feedback_app.demo import world
from feedback_app.demo.people import People
from feedback_app.demo.voices import Heard
from feedback_app.rounds.models import Round
from feedback_app.triage.letters import answer_letter
from feedback_app.triage.lots import letter_of_point
from feedback_app.triage.models import Outcome, Reason
from feedback_app.triage.points import split_comment
from feedback_app.triage.ready_texts import write_ready_text
from feedback_app.triage.services import record_disposition
from feedback_app.triage.themes import answer_theme, create_theme
from feedback_app.triage.together import Answer

OFFICE = "Training division"
AUTHORITY = "Chief of Police, training order 2026-2"


def answer(
    session: Session, round_: Round, who: People, heard: Heard, name: str, *, today: date
) -> None:
    """Record the answers of one round; publishing them is another act."""
    later = today - world.WRITTEN_ON
    given = list(world.read(name)["c"])
    if heard.letters:
        letters = world.read("letters")
        _answer_letter(session, heard, letters["form"], who)
        _answer_by_points(session, heard.comments["org"], letters["org"], who, later)
    given += world.read("conduct")[name]
    for number, one in enumerate(given):
        if "outcome" in one:
            session.refresh(heard.comments[one["ref"]], ["points"])
            point = heard.comments[one["ref"]].points[0]
            _record(session, point, one, who, later, second=number % 4 == 0)
    for one in world.read("themes")[name]:
        _sort(session, round_, heard, one, who)


def _answer_letter(session: Session, heard: Heard, form: dict[str, Any], who: People) -> None:
    """Everybody who sent the letter gets the same answer, each in a row of their own."""
    comments = [heard.comments[ref] for ref in heard.letters]
    for comment in comments:
        session.refresh(comment, ["points"])
    group = letter_of_point(session, comments[0].points[0])
    assert group is not None
    answer_letter(session, group, actor=who.moderator, answer=_answer(form))


def _sort(
    session: Session, round_: Round, heard: Heard, one: dict[str, Any], who: People
) -> None:
    comments = [heard.comments[ref] for ref in one["refs"]]
    for comment in comments:
        session.refresh(comment, ["points"])
    theme = create_theme(
        session,
        round_,
        actor=who.moderator2,
        title=one["title"],
        description=one["description"],
        points=[comment.points[0].public_id for comment in comments],
    )
    if "outcome" in one:
        answer_theme(session, theme, actor=who.moderator2, answer=_answer(one))


def _answer(one: dict[str, Any]) -> Answer:
    return Answer(
        outcome=Outcome(one["outcome"]),
        rationale=one["why"],
        office=OFFICE,
        authority=AUTHORITY,
    )


def _answer_by_points(
    session: Session,
    comment: Comment,
    letter: dict[str, Any],
    who: People,
    later: timedelta,
) -> None:
    body = comment.current.body
    spans = []
    for point in letter["points"]:
        start = body.index(point["words"])
        spans.append((start, start + len(point["words"])))
    points = split_comment(
        session,
        comment,
        actor=who.moderator,
        spans=spans,
        version_number=comment.version_number,
    )
    for point, one in zip(points, letter["points"], strict=True):
        _record(session, point, one, who, later, second=False)


def _record(
    session: Session,
    point: Point,
    one: dict[str, Any],
    who: People,
    later: timedelta,
    *,
    second: bool,
) -> None:
    covers = one.get("covers", [None, ""])
    due = one.get("due") or one.get("promise")
    link = one.get("link", ["", ""])
    record_disposition(
        session,
        point,
        actor=who.moderator2 if second else who.moderator,
        outcome=Outcome(one["outcome"]),
        rationale=one["why"],
        office=OFFICE,
        authority=AUTHORITY,
        reason=Reason(one["reason"]) if "reason" in one else None,
        reason_detail=one.get("detail", ""),
        due_on=date.fromisoformat(due) + later if due else None,
        referred_to=one.get("to", ""),
        covered_section_key=covers[0],
        covered_words=covers[1],
        evidence_url=link[0],
        evidence_title=link[1],
        language=point.comment.language,
    )


def keep_texts(session: Session, department_id: int, who: People) -> None:
    """The department's ready texts."""
    for one in world.read("ready")["text"]:
        write_ready_text(
            session,
            department_id,
            actor=who.moderator,
            name=one["name"],
            outcome=Outcome(one["outcome"]) if "outcome" in one else None,
            words={"en": one["en"], "es": one["es"]},
        )
