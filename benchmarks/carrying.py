"""Carrying ten thousand quotes to a new version: computed first, then written in one unit."""

from __future__ import annotations

import random
import re
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from benchmarks import site, texts
from feedback_app.comments.anchors import cut
from feedback_app.comments.models import Anchor, Comment
from feedback_app.comments.placements import carry_forward, prepare_placements, texts_of
from feedback_app.core.database import Database
from feedback_app.core.html import render
from feedback_app.curricula.models import Curriculum, Revision, RevisionState, Section
from feedback_app.rounds.models import Round

COMMENTS = 10_000
WORDS = 20_000
SECTIONS = 60
EDITS = 200
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Carried:
    """Seconds: CPU in all, then the writing unit and the longest wait of another writer."""

    placed: int
    cpu: float
    held: float
    waited: float
    posts: int


def measure(folder: Path) -> Carried:
    url = site.path_of(folder, "carrying.sqlite")
    site.fill(url, comments=0)
    database = Database(url)
    base_id, draft_id = _fill(database)
    begun = time.process_time()
    with database.unit_of_work(writing=False) as session:
        base = session.get_one(Revision, base_id)
        prepared = prepare_placements(session, base, texts_of(session, draft_id))
    computed = time.process_time() - begun
    ended = threading.Event()
    waits: list[float] = []
    other = threading.Thread(target=_write_on, args=(database, ended, waits))
    other.start()
    time.sleep(0.2)
    begun = time.process_time()
    with database.unit_of_work(writing=True) as session:
        held = time.perf_counter()
        placed = carry_forward(session, session.get_one(Revision, draft_id), prepared)
    held = time.perf_counter() - held
    written = time.process_time() - begun
    ended.set()
    other.join()
    database.dispose()
    return Carried(placed, computed + written, held, max(waits), len(waits))


def _write_on(database: Database, ended: threading.Event, waits: list[float]) -> None:
    """Somebody who saves something small all the while."""
    while not ended.is_set():
        asked = time.perf_counter()
        with database.unit_of_work(writing=True) as session:
            course = session.scalars(select(Curriculum).limit(1)).one()
            course.summary = str(asked)
        waits.append(time.perf_counter() - asked)
        time.sleep(0.005)


def _fill(database: Database) -> tuple[int, int]:
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
        session.add_all([course, base])
        session.flush()
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
        return base.id, draft.id


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
    round_id = session.scalars(select(Round.id).limit(1)).one()
    at = datetime.now(UTC) - timedelta(days=1)
    comments, quotes = [], []
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
