"""What a round's list stands among: its people, subjects and letters, read at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from feedback_app.accounts.models import Account
from feedback_app.comments.letter_models import DuplicateGroup
from feedback_app.comments.models import Comment, CommentVersion, Point
from feedback_app.core.prepared import Prepared
from feedback_app.core.unions import part
from feedback_app.organizations.models import Membership
from feedback_app.policy import Actor, Role
from feedback_app.triage.board_models import BoardCount
from feedback_app.triage.queries import is_active
from feedback_app.triage.saved_view_models import FirstView, SavedView
from feedback_app.triage.theme_models import Theme

LETTERS = 30
"""So many letters, those of most senders, can be chosen from; a list of all helps nobody."""
EXCERPT = 60
_END = "\x1f"


@dataclass(frozen=True)
class Person:
    """Somebody of the department to whom a point may be given."""

    id: int
    public_id: str
    name: str
    is_moderator: bool = True


@dataclass(frozen=True)
class Lot:
    """A subject by its name, or a letter by how it begins."""

    id: int
    public_id: str
    words: str
    language: str


@dataclass(frozen=True)
class View:
    """A view that somebody keeps; `names` are what its values were called when it was made."""

    public_id: str
    name: str
    asks: Mapping[str, str]
    names: Mapping[str, str]
    is_mine: bool
    is_shared: bool
    is_first: bool


@dataclass(frozen=True)
class Surroundings:
    people: Sequence[Person]
    lots: Mapping[str, Sequence[Lot]]
    views: Sequence[View]

    @property
    def lot_ids(self) -> dict[str, int]:
        return {lot.public_id: lot.id for lots in self.lots.values() for lot in lots}


def surroundings(
    session: Session, round_id: int, department_id: int, viewer: Actor, *, letter: str = ""
) -> Surroundings:
    """One statement. `letter` is one that is chosen, be it ever so small.

    Views are the department's own: others who read its board have none.
    """
    is_inside = viewer.in_organization(department_id)
    rows = _AROUND().rows(
        session,
        round_id=round_id,
        department_id=department_id,
        letter=letter,
        keeper_id=department_id if is_inside else 0,
        viewer_id=viewer.account_id or 0,
    )
    people = [row for row in rows if row.what == "person"]
    lots = {
        what: [
            Lot(row.id, row.public_id, _cut(row.words), row.more)
            for row in sorted(rows, key=lambda row: (str(row.words).casefold(), row.id))
            if row.what == what
        ]
        for what in ("theme", "group")
    }
    views = [_view(row) for row in rows if row.what == "view"]
    views.sort(key=lambda view: (not view.is_first, not view.is_mine, view.name.casefold()))
    return Surroundings(_people(people), lots, views)


def _view(row: Any) -> View:
    flags, asks, names = row.more.split(_END, 2)
    return View(
        row.public_id,
        row.words,
        json.loads(asks),
        json.loads(names),
        *("mine" in flags, "shared" in flags, "first" in flags),
    )


def _cut(words: str) -> str:
    whole = " ".join(words.split())
    return whole if len(whole) <= EXCERPT else whole[:EXCERPT].rsplit(" ", 1)[0] + "…"


def _people(rows: Sequence[Any]) -> list[Person]:
    """By name, nobody twice."""
    moderators = {row.id for row in rows if row.more == Role.MODERATOR.value}
    found = {
        row.id: Person(row.id, row.public_id, row.words, row.id in moderators) for row in rows
    }
    return sorted(found.values(), key=lambda person: (person.name.casefold(), person.id))


def people_of(session: Session, department_id: int) -> list[Person]:
    """Who answers for a department."""
    return _people(_PEOPLE().rows(session, department_id=department_id))


@cache
def _PEOPLE() -> Prepared:  # noqa: N802 - a statement, made at its first use
    return Prepared(_staff())


def _part(what: str, *columns: Any) -> Select[Any]:
    return part(_TYPES, what, **dict(zip(_TYPES, columns, strict=True)))


_TYPES = {"id": Integer, "public_id": String, "words": String, "more": String}


def _staff() -> Select[Any]:
    return (
        _part(
            "person", Account.id, Account.public_id, Account.name, cast(Membership.role, String)
        )
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.organization_id == bindparam("department_id"),
            Membership.ended_at.is_(None),
            Membership.role.in_([Role.MODERATOR, Role.MANAGER]),
            Account.closed_at.is_(None),
        )
    )


@cache
def _AROUND() -> Prepared:  # noqa: N802 - a statement, made at its first use
    themes = _part("theme", Theme.id, Theme.public_id, Theme.title, Theme.language).where(
        Theme.round_id == _ROUND, Theme.ended_at.is_(None)
    )
    return Prepared(union_all(_staff(), _holders(), themes, _letters(), _views()))


_ROUND = bindparam("round_id", type_=Integer())
_VIEWER = bindparam("viewer_id", type_=Integer())


def _holders() -> Select[Any]:
    """Whoever holds some of it, though they do not answer here any more."""
    still = (
        select(cast(BoardCount.value, Integer))
        .where(
            BoardCount.round_id == _ROUND,
            BoardCount.facet == "assigned",
            BoardCount.value != "0",
        )
        .group_by(BoardCount.value)
        .having(func.sum(BoardCount.number) > 0)
    )
    return _part(
        "person", Account.id, Account.public_id, Account.name, literal("", String)
    ).where(Account.id.in_(still))


def _views() -> Select[Any]:
    views = _part(
        "view",
        SavedView.id,
        SavedView.public_id,
        SavedView.name,
        case((SavedView.owner_id == _VIEWER, "mine"), else_="")
        .concat(case((SavedView.is_shared, " shared"), else_=""))
        .concat(case((FirstView.view_id.is_not(None), " first"), else_=""))
        .concat(literal(_END))
        .concat(cast(SavedView.asks, String))
        .concat(literal(_END))
        .concat(cast(SavedView.names, String)),
    )
    return (
        views.select_from(SavedView)
        .outerjoin(
            FirstView,
            and_(
                FirstView.view_id == SavedView.id,
                FirstView.account_id == _VIEWER,
            ),
        )
        .where(
            SavedView.department_id == bindparam("keeper_id", type_=Integer()),
            or_(SavedView.is_shared, SavedView.owner_id == _VIEWER),
            or_(SavedView.round_id.is_(None), SavedView.round_id == _ROUND),
        )
    )


def _letters() -> Select[Any]:
    """Those of most senders, and the one that is chosen."""
    largest = (
        select(cast(BoardCount.value, Integer))
        .where(
            BoardCount.round_id == _ROUND,
            BoardCount.facet == "group",
            BoardCount.value.not_like("-%"),
        )
        .group_by(BoardCount.value)
        .having(func.sum(BoardCount.number) > 1)
        .order_by(func.sum(BoardCount.number).desc(), BoardCount.value)
        .limit(literal_column(str(LETTERS)))
    )
    return (
        _part(
            "group",
            DuplicateGroup.id,
            DuplicateGroup.public_id,
            func.coalesce(func.substr(CommentVersion.body, 1, EXCERPT + 40), ""),
            func.coalesce(Comment.language, ""),
        )
        .select_from(DuplicateGroup)
        .join(Point, Point.id == DuplicateGroup.lead_id)
        .outerjoin(Comment, and_(Comment.id == Point.comment_id, is_active()))
        .outerjoin(
            CommentVersion,
            and_(
                CommentVersion.comment_id == Comment.id,
                CommentVersion.number == Comment.version_number,
            ),
        )
        .where(
            DuplicateGroup.round_id == _ROUND,
            DuplicateGroup.ended_at.is_(None),
            or_(
                DuplicateGroup.id.in_(largest),
                DuplicateGroup.public_id == bindparam("letter", type_=String()),
            ),
        )
    )
