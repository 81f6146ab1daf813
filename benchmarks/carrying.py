"""Publishing under ten thousand quotes, by the job that does it, while others post."""

from __future__ import annotations

import json
import random
import re
import secrets
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from benchmarks import site, texts
from benchmarks.postgres import look_through
from feedback_app.accounts.models import Account
from feedback_app.comments import codes, services
from feedback_app.comments.anchors import cut
from feedback_app.comments.holders import NOBODY
from feedback_app.comments.models import Anchor, Comment, CommentVersion, Point
from feedback_app.comments.submissions import Sent, content_hash
from feedback_app.core import jobs
from feedback_app.core.database import Database
from feedback_app.core.html import render, render_comment
from feedback_app.curricula.models import Curriculum, Revision, RevisionState, Section
from feedback_app.organizations.models import Membership, Role
from feedback_app.organizations.queries import actor_of
from feedback_app.policy import VISITOR
from feedback_app.rounds.models import Round
from feedback_app.triage.gate import Listed
from feedback_app.triage.models import Publishing
from feedback_app.triage.publish_jobs import PUBLISHING, ask_to_publish

COMMENTS = 10_000
WORDS = 20_000
SECTIONS = 60
EDITS = 200
POSTERS = 8
BEFORE = 12.0
"""Seconds of posting alone, against which the posting meanwhile is held."""
WARM_UP = 2
"""Comments of each poster that are told apart: PostgreSQL plans the statements of all triggers
at a connection's first one, which costs as much as ten later ones."""
_WORD = re.compile(r"\w+")
_KEY = codes.receipt_key("a secret of this benchmark alone")
_SAID = "Ask the family first, then wait."


@dataclass(frozen=True)
class Posting:
    """Seconds a comment, by poster; `first` is the longest while they were warming up."""

    waits: list[list[float]]
    errors: int
    first: float

    @property
    def posts(self) -> int:
        return sum(map(len, self.waits))

    @property
    def median(self) -> float:
        return statistics.median(each for some in self.waits for each in some)

    @property
    def longest(self) -> float:
        return max(each for some in self.waits for each in some)

    @property
    def worst_p95(self) -> float:
        """Of the poster who met the longest waits, in medians."""
        return max(sorted(some)[int(0.95 * len(some))] for some in self.waits) / self.median

    @property
    def least(self) -> float:
        """What the least served got, of the mean."""
        return min(map(len, self.waits)) * len(self.waits) / self.posts


@dataclass(frozen=True)
class Carried:
    """Seconds: processor time of the job, then its longest writing unit and the processor's
    part of that; on a crowded machine the two differ. At its end it holds the log's head, for
    which everybody who writes waits on PostgreSQL; on SQLite they wait for the whole unit.
    """

    placed: int
    cpu: float
    held: float
    held_cpu: float
    head: float
    told: int
    alone: Posting
    meanwhile: Posting


def measure(url: str) -> Carried:
    site.fill(url, comments=0)
    database = Database(url)
    draft_id, moderator_id = _fill(database)
    look_through(database)
    alone = _posting(database, lambda: time.sleep(BEFORE))
    with database.unit_of_work(writing=True) as session:
        draft = session.get_one(Revision, draft_id)
        terms = {
            "change_note": "Many words are other now.",
            "is_material": True,
            "material_reason": "",
            "reasons": {kind.value: "Answers come on Friday." for kind in Listed},
            "accepts_findings": True,
        }
        actor = actor_of(session, session.get_one(Account, moderator_id))
        ask_to_publish(session, draft, actor=actor, version=draft.version, terms=terms)
    worked: dict[str, float] = {}
    meanwhile = _posting(database, lambda: worked.update(_in_a_worker(url)))
    with database.unit_of_work(writing=False) as session:
        asked = session.scalars(select(Publishing)).one()
        job = jobs.find(session, PUBLISHING, asked.public_id)
        assert asked.revision.is_public, asked.refusal
        assert job is not None
        told, placed = job.done, job.total
    database.dispose()
    return Carried(placed, **worked, told=told, alone=alone, meanwhile=meanwhile)


def _in_a_worker(url: str) -> dict[str, float]:
    """As `jobs run` does it: in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.carrying", url]
    told = subprocess.run(words, capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(told.stdout)
    return answer


def work(url: str) -> None:
    """The worker's part; prints what it took."""
    database = Database(url)
    begun_at, held, head_at = (0.0, 0.0), (0.0, 0.0, 0.0), 0.0

    @event.listens_for(database.engine, "begin")
    def begin(connection) -> None:  # type: ignore[no-untyped-def]
        nonlocal begun_at, head_at
        if connection.get_execution_options().get("unit") == "writing":
            begun_at, head_at = (time.perf_counter(), time.process_time()), 0.0

    @event.listens_for(database.engine, "before_cursor_execute")
    def ask(_connection, _cursor, statement: str, *_rest) -> None:  # type: ignore[no-untyped-def]
        nonlocal head_at
        if "tree_heads" in statement and not head_at:
            head_at = time.perf_counter()

    @event.listens_for(database.engine, "commit")
    def commit(connection) -> None:  # type: ignore[no-untyped-def]
        nonlocal held
        if connection.get_execution_options().get("unit") == "writing":
            wall, cpu = time.perf_counter() - begun_at[0], time.process_time() - begun_at[1]
            held = max(held, (wall, cpu, time.perf_counter() - head_at if head_at else 0.0))

    begun = time.process_time()
    jobs.run_due(database)
    cpu = time.process_time() - begun
    print(json.dumps({"cpu": cpu, "held": held[0], "held_cpu": held[1], "head": held[2]}))


def _posting(database: Database, meanwhile) -> Posting:  # type: ignore[no-untyped-def]
    """Eight people who comment on another course all the while."""
    ended, warm = threading.Event(), threading.Barrier(POSTERS + 1)
    waits: list[list[float]] = [[] for _ in range(POSTERS)]
    errors: list[Exception] = []
    posters = [
        threading.Thread(target=_post_on, args=(database, ended, warm, mine, errors))
        for mine in waits
    ]
    for poster in posters:
        poster.start()
    warm.wait()
    try:
        meanwhile()
    finally:
        ended.set()
        for poster in posters:
            poster.join()
    first = max(each for mine in waits for each in mine[:WARM_UP])
    return Posting([mine[WARM_UP:] for mine in waits], len(errors), first)


def _post_on(
    database: Database,
    ended: threading.Event,
    warm: threading.Barrier,
    waits: list[float],
    errors: list[Exception],
) -> None:
    html = render_comment(_SAID).html
    while not ended.is_set():
        if len(waits) == WARM_UP:
            warm.wait()
        asked = time.perf_counter()
        try:
            with database.unit_of_work(writing=True) as session:
                services.submit_comment(
                    session,
                    session.scalars(select(Round).where(Round.slug == "bench")).one(),
                    actor=VISITOR,
                    holder=NOBODY,
                    sent=Sent(secrets.token_hex(16), content_hash=content_hash(_SAID)),
                    said=services.Said(body=_SAID, html=html),
                    key=_KEY,
                )
        except Exception as error:
            errors.append(error)
        waits.append(time.perf_counter() - asked)
        time.sleep(0.01)


def _fill(database: Database) -> tuple[int, int]:
    """The draft that is to be published, and who may publish it; by their ids."""
    chance = random.Random(14)
    vocabulary = [
        f"{word}{chance.choice(('', 's', 'ed', 'ing'))}{chance.randrange(90)}"
        for sentence in texts.SENTENCES
        for word in _WORD.findall(sentence.lower())
    ]
    sections = [
        [
            " ".join(chance.choices(vocabulary, k=chance.randint(8, 24))).capitalize() + "."
            for _ in range(WORDS // SECTIONS // 16)
        ]
        for _ in range(SECTIONS)
    ]
    with database.unit_of_work(writing=True) as session:
        first = session.scalars(select(Revision).limit(1)).one()
        course = Curriculum(
            slug="carried", title="A course", department=first.curriculum.department
        )
        base = Revision(
            curriculum=course, number=1, title="A course", started_by_id=first.started_by_id
        )
        moderator = Account(email="moderator@example.org", name="M", password_hash=None)
        session.add_all([course, base, moderator])
        session.flush()
        role = {"organization": course.department, "role": Role.MODERATOR}
        session.add(Membership(account=moderator, **role))
        old = _sections(session, base, sections)
        base.state, base.content_hash = RevisionState.PUBLISHED, "0" * 64
        base.published_at = datetime.now(UTC)
        draft = Revision(
            curriculum_id=course.id,
            number=2,
            title=base.title,
            started_by_id=base.started_by_id,
            base_id=base.id,
        )
        session.add(draft)
        session.flush()
        for _ in range(EDITS):
            said = chance.choice(sections)
            at = chance.randrange(len(said))
            words = said[at].split()
            words[chance.randrange(len(words))] = chance.choice(vocabulary)
            said[at] = " ".join(words)
        _sections(session, draft, sections)
        _speak(session, base, old, chance)
        return draft.id, moderator.id


def _sections(session: Session, revision: Revision, sections: list[list[str]]) -> list[str]:
    drawn = []
    for n, said in enumerate(sections, start=1):
        text = "\n\n".join(" ".join(said[at : at + 5]) for at in range(0, len(said), 5))
        drawn.append(text)
        session.add(
            Section(
                revision_id=revision.id,
                key=_key(n),
                position=n + 100,
                title=f"Part {n}",
                source=text,
                html=render(text).html,
                text=text,
                words=len(text.split()),
            )
        )
    session.flush()
    return drawn


def _key(number: int) -> str:
    return f"carry{chr(97 + number // 26)}{chr(97 + number % 26)}a"


def _speak(session: Session, base: Revision, drawn: list[str], chance: random.Random) -> None:
    open_ = session.scalars(select(Round).limit(1)).one()
    at = datetime.now(UTC) - timedelta(days=9)
    closed = Round(
        slug="carried",
        revision=base,
        host=open_.host,
        department=open_.department,
        languages=["en"],
        time_zone="America/Chicago",
        opens_at=at,
        closes_at=at + timedelta(days=1),
        planned_by_id=base.started_by_id,
        help_name="Ana Ruiz",
        help_phone="555-0134",
        help_email="help@example.org",
    )
    session.add(closed)
    session.flush()
    round_id = closed.id
    comments, quotes = [], []
    html = render_comment(_SAID).html
    for n in range(COMMENTS):
        section = chance.randrange(len(drawn))
        text = drawn[section]
        starts = [found.start() for found in _WORD.finditer(text)]
        first = chance.randrange(len(starts) - 30)
        start, end = starts[first], starts[first + chance.randint(3, 25)]
        exact, prefix, suffix = cut(text, start, len(text[:end].rstrip()))
        values = {"id": 100_000 + n, "round_id": round_id, "revision_id": base.id}
        values |= {"section_key": _key(section + 1), "language": "en"}
        comments.append(values | {"submitted_at": at, "received_at": at})
        quotes.append(
            {
                "comment_id": 100_000 + n,
                "revision_id": base.id,
                "language": "en",
                "section_key": _key(section + 1),
                "exact": exact,
                "prefix": prefix,
                "suffix": suffix,
                "start": start,
                "end": start + len(exact),
            }
        )
    session.execute(insert(Comment), comments)
    session.execute(insert(Anchor), quotes)
    of = [{"comment_id": row["id"]} for row in comments]
    session.execute(insert(CommentVersion), [row | {"body": _SAID, "html": html} for row in of])
    session.execute(insert(Point), of)


if __name__ == "__main__":
    work(sys.argv[1])
