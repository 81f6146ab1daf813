"""A course in its second writing: one closed round on version 1, a draft of version 2."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Point
from feedback_app.core.html import render
from feedback_app.curricula.drafting import edit_section
from feedback_app.curricula.models import Revision
from feedback_app.curricula.queries import get_section
from feedback_app.curricula.services import start_revision
from feedback_app.policy import Actor
from feedback_app.triage import hunks
from feedback_app.triage.adoption import adopt
from feedback_app.triage.causes import name_cause
from feedback_app.triage.gate import Gate, Listed, gate_of, prepare
from feedback_app.triage.models import Adoption, Cause, CauseKind, Disposition, Outcome
from feedback_app.triage.publication import publish_revision
from tests.factories import Make

FIRST = (
    "One officer should speak where practical. The others cover and remain ready.\n\nCount it."
)
SECOND = "Officers repeat the command louder.\n\nThey ask the family when available."


class Redraft:
    def __init__(self, session: Session, make: Make) -> None:
        self.session, self.make = session, make
        self.base = make.revision(
            sections=[
                {"title": "First contact", "source": FIRST},
                {"title": "Families", "source": SECOND},
            ]
        )
        self.round = make.round(revision=self.base)
        self.first, self.second = (section.key for section in self.base.sections)
        self.author: Actor = make.actor(make.author())
        self.moderator: Actor = make.actor(make.moderator())
        self.draft: Revision = start_revision(session, self.base.curriculum, actor=self.author)

    @classmethod
    def again(cls, before: Redraft) -> Redraft:
        """The next draft of the same course, after this one was published."""
        self = cls.__new__(cls)
        self.__dict__.update(before.__dict__)
        self.draft = start_revision(before.session, before.base.curriculum, actor=before.author)
        return self

    def comment(self, **values: Any) -> Comment:
        return self.make.comment(round=self.round, **values)

    def point(self, **values: Any) -> Point:
        return self.comment(**values).points[0]

    def answer(self, point: Point | None = None, **values: Any) -> Disposition:
        """A promise, unless the test says otherwise; signed by the moderator."""
        values.setdefault("outcome", Outcome.ADOPTED)
        values.setdefault("decided_by_id", self.moderator.account_id)
        return self.make.disposition(point=point or self.point(), **values)

    def write(self, key: str, old: str, new: str, **values: Any) -> None:
        section = get_section(self.session, self.draft, key)
        source = section.source.replace(old, new)
        edit_section(
            self.session,
            section,
            actor=self.author,
            version=section.version,
            title=values.get("title", section.title),
            source=source,
            rendered=render(source, key=key),
        )

    def reword(self) -> None:
        self.write(self.first, "should speak where practical", "speaks")

    def tie(self, answer: Disposition, words: str = "speaks", key: str = "") -> Adoption:
        """Tie an answer to these new words of the draft, as the page does."""
        key = key or self.first
        comparison = prepare(self.session, self.draft).comparison
        section = hunks.find_section(comparison, key)
        start = section.new_text().index(words)
        number = hunks.hunk_at(section, start, start + len(words))
        return adopt(
            self.session,
            answer,
            actor=self.moderator,
            revision=self.draft,
            section_key=key,
            start=start,
            end=start + len(words),
            hunk=number,
            excerpt=hunks.words_of(section, number) if number else "",
        )

    def explain(self, key: str = "", hunk: int | None = None, **values: Any) -> Cause:
        values.setdefault("kind", CauseKind.OWN)
        values.setdefault(
            "note", "The county changed the hours." if "point" not in values else ""
        )
        return name_cause(
            self.session,
            self.draft,
            actor=self.author,
            section_key=key or self.first,
            hunk=hunk,
            **values,
        )

    def gate(self) -> Gate:
        comparison = prepare(self.session, self.draft).comparison
        gate = gate_of(self.session, self.draft, comparison)
        counted = gate_of(self.session, self.draft, comparison, only_counts=True)
        assert counted.listed() == gate.listed()  # what publishing asks is what its page shows
        return gate

    def publish(self, **values: Any) -> Revision:
        values.setdefault("actor", self.moderator)
        values.setdefault("change_note", "One officer speaks.")
        reasons = {Listed(kind): why for kind, why in values.pop("because", {}).items()}
        values.setdefault("prepared", prepare(self.session, self.draft))
        return publish_revision(self.session, self.draft, reasons=reasons, **values)
