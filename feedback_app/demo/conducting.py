"""What was done by the rules of conduct in the demo world, each act on its own day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from feedback_app.comments import appeals, measures, requests
from feedback_app.comments.conduct import ConductReason, Measure
from feedback_app.comments.holders import Holder
from feedback_app.comments.models import Comment
from feedback_app.comments.projection import standing
from feedback_app.demo.people import People
from feedback_app.policy import VISITOR

APART = {"appeal": timedelta(days=1), "grant": timedelta(days=1)}
"""How long after the step before it something happened; else five hours."""


class Case:
    """One comment and what becomes of it, step by step."""

    def __init__(
        self, session: Session, who: People, find: Callable[[], tuple[Comment, Holder]]
    ) -> None:
        self.session, self.who, self.find = session, who, find

    def acts(
        self, said_at: datetime, steps: Sequence[str]
    ) -> Iterator[tuple[datetime, Callable[[], None]]]:
        at = said_at
        for step in steps:
            name, _, rest = step.partition(":")
            at += APART.get(name, timedelta(hours=5))
            yield at, partial(getattr(self, name), rest)

    def report(self, reason: str) -> None:
        comment, _holder = self.find()
        requests.report(
            self.session,
            comment,
            actor=self.who.resident,
            holder=Holder(account_id=self.who.resident.account_id),
            reason=ConductReason(reason),
        )

    def wish(self, phrases: str) -> None:
        comment, holder = self.find()
        requests.ask_to_cover(
            self.session, comment, actor=VISITOR, holder=holder, phrases=phrases.split(";")
        )

    def hide(self, reason: str) -> None:
        self._take(Measure.HIDE, reason, ())

    def mask(self, rest: str) -> None:
        reason, _, phrases = rest.partition(":")
        self._take(Measure.MASK, reason, phrases.split(";"))

    def _take(self, kind: Measure, reason: str, phrases: Sequence[str]) -> None:
        measures.take(
            self.session,
            self.find()[0],
            actor=self.who.host,
            kind=kind,
            reason=ConductReason(reason),
            phrases=phrases,
        )

    def leave(self, _rest: str) -> None:
        measures.leave_as_it_is(self.session, self.find()[0], actor=self.who.host)

    def confirm(self, _rest: str) -> None:
        (measure,) = standing(self.session, self.find()[0])
        measures.confirm(self.session, measure, actor=self.who.reviewer)

    def appeal(self, words: str) -> None:
        comment, holder = self.find()
        (measure,) = standing(self.session, comment)
        appeals.appeal(self.session, measure, actor=VISITOR, holder=holder, words=words)

    def grant(self, reply: str) -> None:
        (measure,) = standing(self.session, self.find()[0])
        appeals.decide_appeal(
            self.session, measure, actor=self.who.reviewer, grants=True, reply=reply
        )
