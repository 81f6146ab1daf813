"""How well likely causes are told: on the demo world's known ones, and on planted ones."""

from __future__ import annotations

import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import models  # noqa: F401 - the mapper needs every table
from feedback_app.comments.models import Anchor, Comment, CommentVersion, Placement, Point
from feedback_app.core import schema
from feedback_app.core.database import Database
from feedback_app.core.html import render
from feedback_app.core.sentences import sentences
from feedback_app.curricula.comparison import Comparison, SectionVersion, compare
from feedback_app.curricula.models import Revision
from feedback_app.curricula.queries import section_versions
from feedback_app.demo.loader import load
from feedback_app.triage.likely import Asked, Change, likely_causes
from feedback_app.triage.models import Cause, CauseKind

COURSE = Path(__file__).parent.parent / "feedback_app/demo/data/course.md"
TOP = 3


class Figures:
    """Counts of suggestions, right and wrong, and of causes that were not seen."""

    def __init__(self) -> None:
        self.right = self.wrong = self.missed = self.changes = self.led = 0
        self.found: Counter[str] = Counter()
        self.all: Counter[str] = Counter()

    def add(self, given: Sequence[object], truth: dict[object, str]) -> None:
        self.right += len(set(given) & set(truth))
        self.wrong += len(set(given) - set(truth))
        self.missed += len(set(truth) - set(given))
        self.changes += bool(truth)
        self.led += bool(truth) and any(key in truth for key in given[:TOP])
        self.all.update(truth.values())
        self.found.update(kind for key, kind in truth.items() if key in given)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    def row(self, title: str) -> str:
        kinds = ", ".join(
            f"{kind} {self.found[kind]} of {count}" for kind, count in sorted(self.all.items())
        )
        return (
            f"    likely causes, {title}: precision {self.precision:.2f}, recall "
            f"{self.recall:.2f}, a right one among the first {TOP} for {self.led} of "
            f"{self.changes} changes ({kinds})"
        )


def show(folder: Path) -> None:
    """A row for the demo world's known causes, one for planted ones."""
    database = Database(f"sqlite:///{folder / 'demo.sqlite'}")
    schema.upgrade(database)
    load(database)
    with database.session(writing=False) as session:
        print(demo(session).row("known in the demo world"))
    print(planted(random.Random(20261125), 200).row("planted"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        show(Path(folder))


def demo(session: Session) -> Figures:
    """Equal letters on the same section count once: a page shows them as one."""
    figures = Figures()
    revisions = select(Revision).where(Revision.base_id.is_not(None)).order_by(Revision.number)
    for revision in session.scalars(revisions):
        assert revision.base_id is not None
        old = section_versions(session, revision.base_id)
        comparison = compare(old, section_versions(session, revision.id))
        causes = session.scalars(
            select(Cause).where(Cause.revision_id == revision.id, Cause.kind == CauseKind.POINT)
        ).all()
        asked = _standing(session, revision.base_id)
        for key, number, change in _changes(comparison):
            named = {c.point_id for c in causes if c.section_key == key and c.hunk == number}
            distinct = {one.body: one for one in asked[key]}
            letters = {one.body for one in asked[key] if one.key in named}
            given = likely_causes(change, list(distinct.values()))
            truth: dict[object, str] = {
                distinct[body].key: "quoted" if distinct[body].start is not None else "whole"
                for body in letters
            }
            figures.add([likely.key for likely in given], truth)
    return figures


def _standing(session: Session, base_id: int) -> dict[str, list[Asked]]:
    rows = session.execute(
        select(
            Point.id,
            func.coalesce(Placement.section_key, Comment.section_key),
            func.coalesce(Placement.start, Anchor.start),
            func.coalesce(Placement.end, Anchor.end),
            CommentVersion.body,
            CommentVersion.suggested_wording,
        )
        .join(Comment, Comment.id == Point.comment_id)
        .join(
            CommentVersion,
            (CommentVersion.comment_id == Comment.id)
            & (CommentVersion.number == Point.version_number),
        )
        .outerjoin(Anchor, Anchor.comment_id == Comment.id)
        .outerjoin(
            Placement,
            (Placement.comment_id == Comment.id) & (Placement.revision_id == base_id),
        )
        .where(
            (Comment.revision_id == base_id) | Placement.id.is_not(None),
            Comment.withdrawn_at.is_(None),
            Point.retired_at.is_(None),
        )
    )
    found: dict[str, list[Asked]] = defaultdict(list)
    for key, section, start, end, body, wording in rows:
        span = (start, end) if end else (None, None)
        found[section].append(Asked(key, body, wording or "", *span))
    return found


def _changes(comparison: Comparison) -> Iterator[tuple[str, int, Change]]:
    for section in comparison.changed:
        old, new = section.old_text(), section.new_text()
        for hunk in section.hunks:
            span = (hunk.old_start, hunk.old_end, hunk.new_start, hunk.new_end)
            yield section.key, hunk.number, Change(old, new, *span)


KINDS = ("wording", "wording in other words", "wording on the section", "quote alone", "said")


def planted(chance: random.Random, rounds: int) -> Figures:
    """Sections with four changed sentences, three of them asked for, and twelve others."""
    figures = Figures()
    texts = [text for text in _texts() if len(sentences(text)) >= 8]
    pool = [text[a:b] for text in texts for a, b in sentences(text) if b - a > 30]
    for _ in range(rounds):
        _one_round(chance, chance.choice(texts), pool, figures)
    return figures


def _texts() -> list[str]:
    parts = re.split(r"(?m)^#+ .*$", COURSE.read_text())
    return [render(part).text for part in parts if part.strip()]


def _one_round(chance: random.Random, old: str, pool: list[str], figures: Figures) -> None:
    spans = sentences(old)
    chosen = sorted(chance.sample(range(len(spans)), 4))
    foreign = [words for words in pool if words not in old]
    asked: list[Asked] = []
    kinds: dict[int, str] = {}
    new, places = old, {}
    for place in reversed(chosen):
        start, end = spans[place]
        words = foreign.pop(chance.randrange(len(foreign)))
        kind = chance.choice(KINDS) if place != chosen[1] else ""
        if kind:
            key = len(asked)
            asked.append(_asking(chance, key, kind, words, start, end, foreign))
            kinds[place] = kind
            places[place] = key
        if kind == "wording in other words":
            words = _reworked(chance, words)
        new = new[:start] + words + new[end:]
    rest = [span for n, span in enumerate(spans) if n not in chosen]
    for _ in range(12):
        asked.append(_other(chance, len(asked), chance.choice(rest), foreign))
    chance.shuffle(asked)
    section = compare(
        [SectionVersion("s", "", 1, 1, old)], [SectionVersion("s", "", 1, 1, new)]
    ).sections[0]
    for hunk in section.hunks:
        span = (hunk.old_start, hunk.old_end, hunk.new_start, hunk.new_end)
        given = likely_causes(Change(section.old_text(), section.new_text(), *span), asked)
        truth: dict[object, str] = {
            places[n]: kind
            for n, kind in kinds.items()
            if min(hunk.old_end, spans[n][1]) - max(hunk.old_start, spans[n][0]) > 0
        }
        figures.add([likely.key for likely in given], truth)


def _asking(
    chance: random.Random,
    key: int,
    kind: str,
    words: str,
    start: int,
    end: int,
    foreign: list[str],
) -> Asked:
    talk = chance.choice(foreign)
    if kind in {"wording", "wording in other words"}:
        return Asked(key, talk, words, start, end)
    if kind == "wording on the section":
        return Asked(key, talk, words)
    if kind == "quote alone":
        return Asked(key, talk, "", start, end)
    return Asked(key, f"Please say this: {_reworked(chance, words)} {talk}")


def _other(chance: random.Random, key: int, span: tuple[int, int], foreign: list[str]) -> Asked:
    body, wording = chance.choice(foreign), chance.choice(["", "", chance.choice(foreign)])
    return Asked(key, body, wording, *(span if chance.random() < 0.6 else (None, None)))


def _reworked(chance: random.Random, words: str) -> str:
    """A third of the words gone, two of the others changed about."""
    kept = [word for word in words.split() if chance.random() > 0.33] or words.split()
    if len(kept) > 3:
        at = chance.randrange(len(kept) - 1)
        kept[at], kept[at + 1] = kept[at + 1], kept[at]
    return " ".join(kept)


if __name__ == "__main__":
    main()
