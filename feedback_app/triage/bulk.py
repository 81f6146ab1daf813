"""One act for many points: whom it would touch, and whom it leaves out and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, joinedload

from feedback_app import policy
from feedback_app.accounts.models import Account
from feedback_app.comments.models import Comment, CommentKind, Point
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.core.orm import alias
from feedback_app.policy import Actor, Permission
from feedback_app.rounds.models import Round
from feedback_app.triage import rules
from feedback_app.triage.bulk_models import BulkAct, BulkKind, BulkPoint, LeftOut
from feedback_app.triage.models import Disposition, Outcome, Reason
from feedback_app.triage.signatures import Written, moderators_of, texts_written
from feedback_app.triage.telling import chunks
from feedback_app.triage.theme_models import Theme, ThemePoint
from feedback_app.triage.together import (
    Answer,
    LotPoint,
    broken_rules,
    covered_passage,
    lot_points,
)
from feedback_app.triage.tokens import wording_token
from feedback_app.triage.work import NotAModerator
from feedback_app.triage.work_models import Assignment

MOST = 10_000
"""So many points one act may touch."""


class Standing(NamedTuple):
    """How a point stands at this moment, as far as an act for many asks."""

    id: int
    public_id: str
    version_number: int
    wording: str
    section_key: str | None
    kind: CommentKind | None
    suggests: bool
    is_part: bool
    is_answered: bool
    language: str
    newest_id: int | None
    assignment_id: int | None
    assignment_version: int | None
    assigned_to_id: int | None
    due_on: date | None

    @property
    def lot(self) -> LotPoint:
        return LotPoint(*self[:10])

    @property
    def token(self) -> str:
        """What the act is previewed upon; another one at its turn means that it changed."""
        return (
            f"{self.newest_id or 0}.{self.version_number}.{wording_token(self.wording)}."
            f"{self.assignment_id or 0}.{self.assignment_version or 0}"
        )


@dataclass(frozen=True)
class Assigning:
    """To whom (nobody: `None`) until when; whether also what others have, or wrote about."""

    to: int | None
    due_on: date | None = None
    takes_others: bool = False
    takes_own_text: bool = False


@dataclass(frozen=True)
class Sorting:
    """Into a subject that is there, or one of this name that begins with it."""

    theme_id: int | None
    title: str = ""


@dataclass(frozen=True)
class Answering:
    """One answer for all of them. Nobody answers comments about their own text in one act."""

    answer: Answer
    takes_others: bool = False


Act = Assigning | Sorting | Answering


def terms_of(act: Act) -> dict[str, Any]:
    """The act as it is kept until it is confirmed."""
    if not isinstance(act, Answering):
        kept = asdict(act)
        return kept | ({"due_on": _day(kept["due_on"])} if "due_on" in kept else {})
    said = {n: getattr(act.answer, n) for n in Answer.__dataclass_fields__}
    said.pop("rationale_html")
    return {
        "answer": said | {"due_on": _day(act.answer.due_on)},
        "takes_others": act.takes_others,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def act_of(kept: BulkAct) -> Act:
    terms = {n: value for n, value in kept.terms.items() if n not in ("address", "begins")}
    if kept.kind is BulkKind.ASSIGN:
        due_on = terms.pop("due_on")
        return Assigning(**terms, due_on=date.fromisoformat(due_on) if due_on else None)
    if kept.kind is BulkKind.SORT:
        return Sorting(**terms)
    said = dict(terms["answer"])
    due_on = said.pop("due_on")
    answer = Answer(
        **said
        | {
            "outcome": Outcome(said["outcome"]),
            "reason": Reason(said["reason"]) if said["reason"] else None,
            "due_on": date.fromisoformat(due_on) if due_on else None,
        }
    )
    return Answering(answer, terms["takes_others"])


KINDS: dict[type, BulkKind] = {
    Assigning: BulkKind.ASSIGN,
    Sorting: BulkKind.SORT,
    Answering: BulkKind.ANSWER,
}


def preview(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    act: Act,
    points: Sequence[int],
    address: Mapping[str, str] | None = None,
) -> BulkAct:
    """Keep what an act would do to these points; nothing is done yet.

    `address` is the list that they were chosen from, to come back to.
    """
    actor = policy.require(actor, Permission.TRIAGE, round_)
    check(session, round_, act)
    assert actor.account_id is not None
    terms = terms_of(act) | {"address": dict(address or {})}
    kept = BulkAct(
        round_id=round_.id, kind=KINDS[type(act)], terms=terms, asked_by_id=actor.account_id
    )
    session.add(kept)
    session.flush()
    standing = standing_of(session, round_.id, points)
    judge = Judge(session, round_, act, actor.account_id, standing)
    rows = [
        {
            "act_id": kept.id,
            "point_id": one.id,
            "seen": one.token,
            "left_out": judge.reason(one),
        }
        for one in standing.values()
    ]
    if rows:
        session.execute(insert(BulkPoint), rows)
    return kept


def check(session: Session, round_: Round, act: Act) -> None:
    """Refuses what no point could be given."""
    if isinstance(act, Assigning):
        if act.to is not None and act.to not in moderators_of(session, round_.department_id):
            raise NotAModerator
        today = clock.now().astimezone(ZoneInfo(round_.time_zone)).date()
        if act.due_on is not None and act.due_on < today:
            raise rules.DayPassed
    elif isinstance(act, Sorting):
        if act.theme_id is None and not act.title.strip():
            raise rules.TitleMissing
    else:
        for broken in broken_rules(round_, (), act.answer):
            raise broken
        covered_passage(session, round_, act.answer)


def standing_of(session: Session, round_id: int, points: Iterable[int]) -> dict[int, Standing]:
    """{id: how it stands} of those that the department may answer, by id."""
    newest = select(func.max(_Newer.id)).where(_Newer.point_id == Point.id)
    found: dict[int, Standing] = {}
    for chunk in chunks(sorted(set(points))):
        rows = session.execute(
            lot_points(
                newest.scalar_subquery(),
                Assignment.id,
                Assignment.version,
                Assignment.assigned_to_id,
                Assignment.due_on,
            )
            .outerjoin(Assignment, Assignment.point_id == Point.id)
            .where(Point.id.in_(chunk), Comment.round_id == round_id)
        )
        found |= {row[0]: Standing(*row) for row in rows}
    return found


_Newer = alias(Disposition)


class Judge:
    """Says of each point whether the act leaves it out, and why."""

    def __init__(
        self,
        session: Session,
        round_: Round,
        act: Act,
        actor_id: int,
        points: Iterable[int],
    ) -> None:
        self.act, self.actor_id = act, actor_id
        self.written: Written | None = None
        self.inside: frozenset[int] = frozenset()
        if isinstance(act, Sorting):
            self.inside = _inside(session, act.theme_id, points)
        else:
            writer = act.to if isinstance(act, Assigning) else actor_id
            if writer is not None:
                self.written = texts_written(session, round_.revision_id, writer)

    def reason(self, one: Standing) -> LeftOut | None:
        act = self.act
        if isinstance(act, Sorting):
            return LeftOut.SAME if one.id in self.inside else None
        if one.is_answered:
            return LeftOut.ANSWERED
        if isinstance(act, Assigning):
            if (one.assigned_to_id, one.due_on) == (act.to, act.due_on if act.to else None):
                return LeftOut.SAME
            if self._speaks_of_it(one) and not act.takes_own_text:
                return LeftOut.OWN_TEXT
            mine = (None, self.actor_id, act.to)
        else:
            if self._speaks_of_it(one):
                return LeftOut.OWN_TEXT
            if act.answer.outcome is Outcome.NOTED and one.lot.asks:
                return LeftOut.ASKS
            mine = (None, self.actor_id, None)
        if one.assigned_to_id not in mine and not act.takes_others:
            return LeftOut.OTHERS
        return None

    def _speaks_of_it(self, one: Standing) -> bool:
        return self.written is not None and self.written.speaks_of(one.section_key)


def _inside(session: Session, theme_id: int | None, points: Iterable[int]) -> frozenset[int]:
    found: set[int] = set()
    for chunk in chunks(sorted(set(points))) if theme_id is not None else ():
        found |= set(
            session.scalars(
                select(ThemePoint.point_id).where(
                    ThemePoint.theme_id == theme_id, ThemePoint.point_id.in_(chunk)
                )
            )
        )
    return frozenset(found)


def get_act(session: Session, public_id: str) -> BulkAct:
    found = session.scalars(
        select(BulkAct)
        .where(BulkAct.public_id == public_id)
        .options(
            joinedload(BulkAct.round), joinedload(BulkAct.asked_by), joinedload(BulkAct.undo_by)
        )
    ).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Numbers:
    """What would become, or became, of the points of an act."""

    waiting: int
    made: int
    undone: int
    left_out: Mapping[LeftOut, int]
    stays: Mapping[LeftOut, int]

    @property
    def all(self) -> int:
        return self.waiting + self.made + sum(self.left_out.values())


def numbers_of(session: Session, act: BulkAct) -> Numbers:
    rows = session.execute(
        select(
            BulkPoint.left_out,
            BulkPoint.made.is_not(None),
            BulkPoint.undone_at.is_not(None),
            BulkPoint.stays,
            func.count(),
        )
        .where(BulkPoint.act_id == act.id)
        .group_by(
            BulkPoint.left_out,
            BulkPoint.made.is_not(None),
            BulkPoint.undone_at.is_not(None),
            BulkPoint.stays,
        )
    )
    waiting = made = undone = 0
    left_out: dict[LeftOut, int] = {}
    stays: dict[LeftOut, int] = {}
    for left, was_made, was_undone, stayed, number in rows:
        if left is not None:
            left_out[left] = left_out.get(left, 0) + number
        elif was_made:
            made += number
        else:
            waiting += number
        undone += number if was_undone else 0
        if stayed is not None:
            stays[stayed] = stays.get(stayed, 0) + number
    return Numbers(waiting, made, undone, left_out, stays)


def may_be_undone(session: Session, act: BulkAct) -> bool:
    """As long as nothing that it gave is public."""
    if act.done_at is None or act.undo_asked_at is not None:
        return False
    made = select(BulkPoint.made).where(BulkPoint.act_id == act.id)
    any_made = session.scalar(made.where(BulkPoint.made.is_not(None)).limit(1))
    if any_made is None or act.kind is not BulkKind.ANSWER:
        return any_made is not None
    public = select(Disposition.id).where(
        Disposition.public_id.in_(made), Disposition.published_at.is_not(None)
    )
    return session.scalar(public.limit(1)) is None


@dataclass(frozen=True)
class Told:
    """The act in words that a page needs: names instead of ids."""

    to: str | None = None
    theme: Theme | None = None


def told(session: Session, kept: BulkAct) -> Told:
    act = act_of(kept)
    if isinstance(act, Assigning):
        person = session.get(Account, act.to) if act.to is not None else None
        return Told(to=person.name if person else None)
    if isinstance(act, Sorting) and act.theme_id is not None:
        return Told(theme=session.get(Theme, act.theme_id))
    return Told()
