"""Comments in every state of conduct, made by the acts themselves."""

from __future__ import annotations

from typing import Any

from feedback_app.comments import measures, requests
from feedback_app.comments.conduct import ConductReason, Measure
from feedback_app.comments.holders import Holder
from feedback_app.core import clock
from tests.factories import Make

NAME = "Perpetua Quill"


class Conduct:
    """A host, a board's reviewer and what they do, in one round."""

    def __init__(self, session: Any, make: Make, **round_: Any) -> None:
        self.session, self.make = session, make
        self.round = make.round(**{"open": True} | round_)
        self.host = make.actor(make.host())
        self.reviewer = make.actor(make.reviewer())
        self.writer = make.account()

    def comment(self, body: str, **values: Any) -> Any:
        part = values.pop("part", None) or self.make.participation(
            self.round, account_id=self.make.account().id
        )
        return self.make.comment(
            round=self.round,
            body=body,
            participation=part,
            quote="They speak slowly.",
            **values,
        )

    def held(self, body: str) -> Any:
        comment = self.comment(body, held_at=clock.now())
        self.round.comments_count -= 1
        return comment

    def taken(self, comment: Any, kind: Measure, **values: Any) -> Any:
        values.setdefault("reason", ConductReason.PRIVATE_DETAILS)
        return measures.take(self.session, comment, actor=self.host, kind=kind, **values)

    def confirmed(self, comment: Any, kind: Measure, **values: Any) -> Any:
        measure = self.taken(comment, kind, **values)
        return measures.confirm(self.session, measure, actor=self.reviewer)

    def hidden(self, body: str, **values: Any) -> Any:
        comment = self.comment(body)
        self.confirmed(comment, Measure.HIDE, **values)
        return comment

    def masked(self, body: str, *phrases: str, **values: Any) -> Any:
        comment = self.comment(body, **values)
        self.confirmed(comment, Measure.MASK, phrases=phrases)
        return comment

    def erased(self, body: str) -> Any:
        comment = self.comment(body)
        self.confirmed(comment, Measure.ERASE)
        return comment

    def withdrawn(self, body: str) -> Any:
        from feedback_app.comments.services import withdraw

        comment = self.comment(body)
        holder = Holder(account_id=comment.participation.account_id)
        return withdraw(self.session, comment, actor=self.host, holder=holder)

    def wished(self, comment: Any, *phrases: str) -> Any:
        return requests.ask_to_cover(
            self.session,
            comment,
            actor=self.host,
            holder=Holder(account_id=comment.participation.account_id),
            phrases=phrases,
        )
