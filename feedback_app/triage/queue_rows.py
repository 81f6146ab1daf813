"""What the list shows of a point: made of the few columns that a page reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from feedback_app.comments.labels import KIND_LABELS
from feedback_app.comments.models import CommentKind
from feedback_app.triage.board_models import Stage, WorkState
from feedback_app.triage.board_statements import EXCERPT, SUBMITTED_AT
from feedback_app.triage.models import PROMISES, Outcome


class Shown(NamedTuple):
    """What stands in the one text of a row, `SHOWN`; thousands of rows have the same."""

    section_key: str | None
    kind: CommentKind | None
    language: str
    outcome: Outcome | None
    work: WorkState
    waits_for_signature: bool
    is_public: bool
    has_words: bool
    is_late: bool


class QueueRow(NamedTuple):
    """One point in the list; its text is cut, everywhere else it is whole."""

    public_id: str
    comment_id: str
    name: str | None
    excerpt: str
    is_part: bool
    submitted_at: datetime
    endorsements: int
    assigned_to: str | None
    shown: Shown

    @property
    def section_key(self) -> str | None:
        return self.shown.section_key

    @property
    def kind_label(self) -> str | None:
        return KIND_LABELS[self.shown.kind] if self.shown.kind else None

    @property
    def language(self) -> str:
        return self.shown.language

    @property
    def is_late(self) -> bool:
        return self.shown.is_late

    @property
    def outcome(self) -> Outcome | None:
        return self.shown.outcome

    @property
    def work(self) -> WorkState:
        return self.shown.work

    @property
    def waits_for_signature(self) -> bool:
        return self.shown.waits_for_signature

    @property
    def is_public(self) -> bool:
        return self.shown.is_public

    @property
    def has_words(self) -> bool:
        return self.shown.has_words

    @property
    def step(self) -> str:
        if self.outcome is None:
            return "received"
        return "in_redraft" if self.has_words else "decided"


def rows_of(rows: Sequence[Any], readers: Mapping[int, Any]) -> list[QueueRow]:
    """Taken apart as they come: names and keywords would cost as much as the database does."""
    instant = readers[SUBMITTED_AT]
    return [
        QueueRow(
            public_id,
            comment_id,
            name or None,
            _excerpt(words[:length] if length else words),
            length > 0,
            instant(submitted_at),
            endorsements,
            assigned_to,
            _told(shown),
        )
        for (
            public_id,
            comment_id,
            name,
            words,
            length,
            submitted_at,
            endorsements,
            shown,
            assigned_to,
        ) in rows
    ]


def _excerpt(words: str) -> str:
    words = words.strip()
    if "\n" in words or "  " in words:
        words = " ".join(words.split())
    if len(words) > EXCERPT:
        words = words[: EXCERPT - 1].rsplit(" ", 1)[0] + "…"
    return words


_OUTCOMES: dict[str, Outcome | None] = {"": None, **{one.value: one for one in Outcome}}
_KINDS: dict[str, CommentKind | None] = {"": None, **{one.value: one for one in CommentKind}}
_WORK = {one.value: one for one in WorkState}


@lru_cache(maxsize=4096)
def _told(shown: str) -> Shown:
    section_key, kind, language, answer, work, stage, signature, promise, late = shown.split(
        "|"
    )
    outcome = _OUTCOMES[answer]
    return Shown(
        section_key or None,
        _KINDS[kind],
        language,
        outcome,
        _WORK[work],
        signature != "",
        stage == Stage.PUBLIC,
        outcome in PROMISES and promise == "",
        late != "",
    )
