"""Our own server over the same text: 30 sections, 100 comments, one reader signed in."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, session

from benchmarks import bare, texts
from benchmarks.measure import Request
from feedback_app import create_app as create_site
from feedback_app.accounts import services as accounts
from feedback_app.accounts.models import Account
from feedback_app.cli.serve import settle
from feedback_app.comments.models import Comment, CommentVersion, Point
from feedback_app.core import schema
from feedback_app.core.database import Database
from feedback_app.core.html import render, render_comment
from feedback_app.curricula.models import Curriculum, Revision, RevisionState, Section
from feedback_app.organizations.models import Organization, OrganizationKind
from feedback_app.rounds.models import Participation, Round, RoundText

DATABASE = "BENCH_DATABASE"
NOTHING_KEPT = "BENCH_NOTHING_KEPT"
SECRET = "only-a-benchmark-signs-anything-with-this"
READING = "/rounds/bench"


def create_app() -> Flask:
    """The application over the database that the environment names, settled as `serve` does."""
    app = create_site(
        {
            "SECRET_KEY": SECRET,
            "DATABASE_URL": os.environ[DATABASE],
            "BASE_URL": "http://bench",
            "RATELIMIT_ENABLED": False,
            "KEEP_PAGES": not os.environ.get(NOTHING_KEPT),
        }
    )
    settle()
    return app


def fill(url: str, *, comments: int = bare.COMMENTS, elsewhere: int = 0) -> str:
    """Make the round; gives the cookie of a signed-in resident.

    `elsewhere` comments stand in another round of the same site.
    """
    database = Database(url)
    schema.upgrade(database)
    with database.unit_of_work(writing=True) as db:
        round_ = _round(db, "bench")
        _speak(db, round_, comments)
        if elsewhere:
            _speak(db, _round(db, "elsewhere"), elsewhere)
        account = Account(email="reader@example.org", name="A reader", password_hash=None)
        db.add(account)
        db.flush()
        token = accounts.sign_in(db, account)
    database.dispose()
    return _cookie(url, token)


def _cookie(url: str, token: str) -> str:
    os.environ[DATABASE] = url
    app = create_app()
    with app.test_request_context("/"):
        session["_user_id"] = token
        session["_fresh"] = True
        session.permanent = True
        answer = app.response_class()
        app.session_interface.save_session(app, session, answer)
    return answer.headers["Set-Cookie"].partition(";")[0]


def _round(db, slug: str) -> Round:  # type: ignore[no-untyped-def]
    now = datetime.now(UTC)
    homes = [
        Organization(slug=f"{slug}-{kind}", name=f"{slug} {kind}", kind=OrganizationKind(kind))
        for kind in ("department", "host")
    ]
    author = Account(email=f"{slug}@example.org", name="An author", password_hash=None)
    db.add_all([*homes, author])
    db.flush()
    course = Curriculum(slug=slug, title="A course", department=homes[0], minutes=960)
    revision = Revision(curriculum=course, number=1, title="A course", started_by_id=author.id)
    db.add(revision)
    db.flush()
    for number in range(1, bare.SECTIONS + 1):
        rendered = render(texts.section_source(number), key=_key(number))
        db.add(
            Section(
                revision_id=revision.id,
                key=_key(number),
                position=number,
                title=texts.section_title(number),
                source=texts.section_source(number),
                html=rendered.html,
                text=rendered.text,
                words=len(rendered.text.split()),
                minutes=32,
            )
        )
    db.flush()
    revision.state, revision.published_at = RevisionState.PUBLISHED, now
    revision.content_hash = "0" * 64
    round_ = Round(
        slug=slug,
        revision=revision,
        host=homes[1],
        department=homes[0],
        languages=["en"],
        time_zone="America/Chicago",
        opens_at=now - timedelta(days=10),
        closes_at=now + timedelta(days=30),
        host_signed_at=now,
        department_signed_at=now,
        planned_by_id=author.id,
        help_name="Ana Ruiz",
        help_phone="555-0134",
        help_email="help@example.org",
    )
    db.add_all([round_, RoundText(round=round_, language="en", title="A comment period")])
    db.flush()
    return round_


def _key(number: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    return f"benchs{letters[number // 32]}{letters[number % 32]}"


def _speak(db, round_: Round, many: int) -> None:  # type: ignore[no-untyped-def]
    part = Participation(round_id=round_.id, code_hash=f"{round_.slug:0>64}")
    db.add(part)
    db.flush()
    for number in range(many):
        at = round_.opens_at + timedelta(seconds=number)
        comment = Comment(
            round_id=round_.id,
            revision_id=round_.revision_id,
            section_key=_key(number % bare.SECTIONS + 1),
            participation_id=part.id,
            language="en",
            submitted_at=at,
            received_at=at,
        )
        body = texts.comment(number)
        db.add(comment)
        db.add(CommentVersion(comment=comment, body=body, html=render_comment(body).html))
        db.add(Point(comment=comment))
    db.flush()
    round_.comments_count = many


def reading(cookie: str) -> Callable[[int], Request]:
    headers = {"Host": "bench", "Cookie": cookie}
    return lambda _: Request(READING, headers=headers)


def path_of(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / name}"
