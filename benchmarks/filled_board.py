"""A board of many comments: of every kind, answered, sorted, some of them one letter."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from benchmarks import site, texts
from benchmarks.postgres import look_through
from feedback_app.accounts.models import Account
from feedback_app.comments.letter_models import DuplicateGroup, GroupPoint
from feedback_app.comments.models import (
    Channel,
    Comment,
    CommentKind,
    CommentVersion,
    Placement,
    Point,
)
from feedback_app.core.database import Database
from feedback_app.core.html import render_comment
from feedback_app.core.orm import new_public_id
from feedback_app.rounds.models import Round
from feedback_app.triage.board import Scope
from feedback_app.triage.board_checks import COLUMNS, rebuilt
from feedback_app.triage.board_models import BoardRow
from feedback_app.triage.models import Disposition, Outcome
from feedback_app.triage.theme_models import Theme, ThemePoint
from feedback_app.triage.work_models import Assignment

PORTION = 20_000
"""Rows of the board made in one transaction."""


@dataclass
class World:
    """A filled database, with the board of its one round."""

    database: Database
    size: int
    scope: Scope
    slug: str = "bench"


def fill(url: str, size: int) -> World:
    """Comments of every kind, a third of them answered, rare ones of each sort at the end."""
    site.fill(url, comments=0)
    database = Database(url)
    chance = random.Random(size)
    with database.unit_of_work(writing=True) as session:
        round_ = session.scalars(select(Round).where(Round.slug == "bench")).one()
        account = session.scalars(select(Account).order_by(Account.id).limit(1)).one()
        asleep = _rest(session)
        _say(session, round_, size, chance)
        _answer(session, round_, account.id, chance)
        lots = _sort(session, round_, account.id, chance)
        positions = {site._key(n): n for n in range(1, 31)}
        scope = Scope(round_.id, positions, {}, account.id, lots)
    look_through(database)
    for first in range(1, size + 1, PORTION):
        few = rebuilt().where(Point.id.between(first, first + PORTION - 1))
        with database.unit_of_work(writing=True) as session:
            session.execute(insert(BoardRow.__table__).from_select(COLUMNS, few))
    with database.unit_of_work(writing=True) as session:
        for statement in asleep:
            session.connection().exec_driver_sql(statement)
    look_through(database)
    return World(database, size, scope)


def _rest(session: Session) -> list[str]:
    """Rows of the board are written at the end, all at once; only the counting goes on.

    Gives the statements by which it goes on as it did.
    """
    asleep = []
    for table in ("points", "dispositions", "assignments", "placements"):
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            asleep.append(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            continue
        named = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        named += " AND tbl_name = :table AND name LIKE 'board%'"
        for name, statement in session.execute(text(named), {"table": table}).all():
            session.execute(text(f"DROP TRIGGER {name}"))
            asleep.append(statement)
    if session.get_bind().dialect.name == "postgresql":  # ids were given, and none was drawn
        number = "SELECT setval(pg_get_serial_sequence('{0}', 'id'), max(id)) FROM {0}"
        asleep += [number.format(table) for table in ("comments", "points")]
    return asleep


def _say(session: Session, round_: Round, size: int, chance: random.Random) -> None:
    common = list(CommentKind)
    said = [(texts.comment(n), render_comment(texts.comment(n)).html) for n in range(50)]
    for start in range(0, size, 5_000):
        comments, versions = [], []
        for number in range(start, min(start + 5_000, size)):
            rare = number >= size - size // 200
            at = round_.opens_at + timedelta(seconds=number)
            if number < size // 2:
                at -= timedelta(days=20)
            comments.append(
                {
                    "id": number + 1,
                    "public_id": new_public_id(),
                    "round_id": round_.id,
                    "revision_id": round_.revision_id,
                    "section_key": None if rare else site._key(chance.randrange(30) + 1),
                    "kind": None if rare else chance.choice(common),
                    "channel": Channel.PHONE
                    if rare
                    else chance.choice([Channel.WEB, Channel.WEB, Channel.PAPER]),
                    "language": "so" if rare else chance.choice(["en", "en", "es"]),
                    "submitted_at": at,
                    "received_at": at,
                    "is_late": number % 97 == 0,
                    "endorsements_count": chance.choice([0, 0, 0, 1, 5]),
                    "replies_count": 0,
                    "version_number": 1,
                    "voice": "resident",
                }
            )
            versions.append(said[number % len(said)])
        _insert(session, Comment, comments)
        _insert(
            session,
            CommentVersion,
            [
                {"comment_id": one["id"], "number": 1, "body": body, "html": html}
                for one, (body, html) in zip(comments, versions, strict=True)
            ],
        )
        _insert(
            session,
            Point,
            [{"id": c["id"], "comment_id": c["id"], "number": 1} for c in comments],
        )
    round_.comments_count = size


def _answer(session: Session, round_: Round, account_id: int, chance: random.Random) -> None:
    points = session.execute(select(Point.id, Point.comment_id).order_by(Point.id)).all()
    because = render_comment("Because.").html
    outcomes = [Outcome.ADOPTED, Outcome.NOT_ADOPTED, Outcome.NOTED]
    answers, assigned, placed = [], [], []
    for point_id, comment_id in points:
        if chance.random() < 0.3:
            answers.append(
                {
                    "public_id": new_public_id(),
                    "point_id": point_id,
                    "outcome": chance.choice(outcomes),
                    "reason": "evidence",
                    "reason_detail": "A study.",
                    "rationale": "Because.",
                    "rationale_html": because,
                    "office": "Training",
                    "decided_by_id": account_id,
                    "needs_second": chance.random() < 0.2,
                    "published_at": chance.choice([None, round_.closes_at]),
                }
            )
        elif chance.random() < 0.2:
            assigned.append(
                {
                    "point_id": point_id,
                    "assigned_to_id": account_id,
                    "assigned_by_id": account_id,
                }
            )
        if chance.random() < 0.3:
            placed.append(
                {
                    "comment_id": comment_id,
                    "revision_id": round_.revision_id,
                    "state": chance.choice(["same", "moved", "reworded"]),
                }
            )
    for kind, rows in ((Disposition, answers), (Assignment, assigned), (Placement, placed)):
        _insert(session, kind, rows)


def _sort(
    session: Session, round_: Round, account_id: int, chance: random.Random
) -> dict[str, int]:
    """A third of all in one subject, the last few in another, a tenth one letter."""
    points = session.scalars(select(Point.id).order_by(Point.id)).all()
    themes = {
        name: Theme(round_id=round_.id, title=name, made_by_id=account_id)
        for name in ("subject", "rare")
    }
    letter = DuplicateGroup(round_id=round_.id, lead_id=points[0])
    session.add_all([*themes.values(), letter])
    session.flush()
    inside = {
        "subject": [one for one in points if chance.random() < 0.33],
        "rare": points[-len(points) // 200 :],
    }
    by = {"added_by_id": account_id, "added_at": round_.opens_at}
    for name, theme in themes.items():
        rows = [{"theme_id": theme.id, "point_id": one, **by} for one in inside[name]]
        _insert(session, ThemePoint, rows)
    sent = [one for one in points if chance.random() < 0.1]
    rows = [{"group_id": letter.id, "point_id": one, "text_hash": "0" * 32} for one in sent]
    _insert(session, GroupPoint, rows)
    return {**{name: theme.id for name, theme in themes.items()}, "letter": letter.id}


def _insert(session: Session, kind: Any, rows: list[dict[str, Any]]) -> None:
    """Past the mapper, which takes ten times as long for a hundred thousand rows."""
    session.connection().execute(insert(kind.__table__), rows)
