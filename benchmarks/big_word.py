"""A course of 300 pages in and out of Word: `python -m benchmarks.big_word`.

Makes a Word file of 120,000 words with tables, lists and footnotes, brings it in as a job whose
progress is printed as the page would show it, then writes 2,000 comments onto a version.
"""

from __future__ import annotations

import random
import resource
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

from feedback_app.accounts.models import Account
from feedback_app.core import jobs, schema
from feedback_app.core.database import Database
from feedback_app.core.html import render
from feedback_app.exchange.export import ExportedSection, RevisionExport, number_sections
from feedback_app.exchange.models import Upload
from feedback_app.exchange.queries import PARSING, get_upload
from feedback_app.exchange.services import begin_upload
from feedback_app.exchange.word_writing import Remark, write_word
from feedback_app.models import Base  # noqa: F401 - the mapper needs every table
from feedback_app.organizations.models import Membership, Organization, OrganizationKind, Role
from feedback_app.organizations.queries import actor_of

WORDS = 120_000
SECTIONS = 150
COMMENTS = 2_000
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_VOICES = (
    "officers families dispatchers neighbors listen breathe wait ask explain repeat slowly "
    "before after during every night shift street kitchen hospital radio partner distance "
    "words hands questions answers time policy training course section review"
).split()


def course(words: int = WORDS, sections: int = SECTIONS) -> RevisionExport:
    """A course of so many words; the same each time."""
    chance = random.Random(7)
    levels = [1 if n % 5 == 0 else 2 for n in range(sections)]
    numbers = number_sections(levels)
    made = []
    for n in range(sections):
        key = f"aaaaa{_LETTERS[n // 32]}{_LETTERS[n % 32]}a"
        source = _source(chance, words // sections)
        html = str(render(source, key=key).html)
        made.append(
            ExportedSection(
                key, numbers[n], f"Part {n + 1}", levels[n], source=source, html=html
            )
        )
    return RevisionExport("A very long course", 1, "", "en", tuple(made), "long-course")


def _source(chance: random.Random, words: int) -> str:
    parts = []
    while words > 0:
        parts.append(_sentence(chance, 60) + ("[^n]" if not parts else ""))
        parts.append("\n".join(f"- {_sentence(chance, 12)}" for _ in range(4)))
        parts.append(
            f"| {_sentence(chance, 3)} | {_sentence(chance, 3)} |\n| --- | --- |\n"
            + "\n".join(
                f"| {_sentence(chance, 6)} | {_sentence(chance, 6)} |" for _ in range(3)
            )
        )
        words -= 60 + 48 + 42
    return "\n\n".join(parts) + "\n\n[^n]: " + _sentence(chance, 10)


def _sentence(chance: random.Random, words: int) -> str:
    found = [chance.choice(_VOICES) for _ in range(words)]
    return f"{' '.join(found).capitalize()}."


def main() -> None:
    revision = course()
    texts = {s.key: render(s.source, key=s.key).text for s in revision.sections}
    words = sum(len(text.split()) for text in texts.values())
    started = time.perf_counter()
    plain = write_word(revision)
    print(f"written: {words:,} words, {len(plain):,} bytes, {_since(started)}")
    started = time.perf_counter()
    commented = write_word(revision, remarks(texts))
    print(f"written with {COMMENTS:,} comments: {len(commented):,} bytes, {_since(started)}")
    with tempfile.TemporaryDirectory() as folder:
        _bring_in(plain, Path(folder))


def remarks(texts: dict[str, str], count: int = COMMENTS) -> list[Remark]:
    keys = list(texts)
    found = []
    for n in range(count):
        key = keys[n % len(keys)]
        start = (n * 97) % (len(texts[key]) - 80)
        found.append(
            Remark(
                "Unnamed resident", date(2026, 11, 3), ("Too fast.",), key, start, start + 60
            )
        )
    return found


def _bring_in(data: bytes, folder: Path) -> None:
    url = f"sqlite:///{folder / 'site.sqlite3'}"
    database = Database(url)
    schema.upgrade(database)
    with database.unit_of_work(writing=True) as session:
        department = Organization(
            kind=OrganizationKind.DEPARTMENT, name="Department", slug="department"
        )
        account = Account(email="author@example.org", name="Author")
        session.add(Membership(account=account, organization=department, role=Role.AUTHOR))
        session.flush()
        actor = actor_of(session, account)
        upload_id = begin_upload(
            session, department, actor=actor, filename="long.docx", data=data
        ).public_id
    started = time.perf_counter()
    worker = threading.Thread(target=jobs.run_due, args=(database,))
    worker.start()
    last = -1
    while worker.is_alive():
        with database.unit_of_work(writing=False) as session:
            job = jobs.find(session, PARSING, upload_id)
            if job is not None and job.total and job.done != last:
                last = job.done
                print(f"  read {job.done:,} of {job.total:,} parts after {_since(started)}")
        time.sleep(0.3)
    worker.join()
    with database.unit_of_work(writing=False) as session:
        upload: Upload = get_upload(session, upload_id, viewer=actor)
        found = len(upload.document["sections"]) if upload.document else upload.problem
        print(f"brought in: {found} sections, {_since(started)} with the job around it")
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"the child that read it: {child.ru_utime + child.ru_stime:.1f} s of processor time, "
    )
    print(
        f"at most {child.ru_maxrss // 1024} MB; this process at most {own.ru_maxrss // 1024} MB"
    )
    database.dispose()


def _since(started: float) -> str:
    return f"{time.perf_counter() - started:.1f} s"


if __name__ == "__main__":
    main()
