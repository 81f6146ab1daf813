"""Who reads the comments of a round, and from when, as its plan says: one condition."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, or_, select, true

from feedback_app.comments.models import Comment, Voice
from feedback_app.core import clock
from feedback_app.core.orm import UTCDateTime, alias
from feedback_app.organizations.models import OversightSeat
from feedback_app.policy import Actor, OrganizationKind
from feedback_app.rounds.models import Participation, Round, Showing, WhoMayComment

Spoken = alias(Comment)

AT = "shown_at"
"""The instant of reading; a prepared statement is given it under this name."""


def now() -> ColumnElement[Any]:
    """Asked anew at every execution, so that a closing shows what waited for it."""
    return bindparam(AT, callable_=clock.now, type_=UTCDateTime())


def is_shown_to(viewer: Actor) -> ColumnElement[bool]:
    """Whether a round shows its comments to this viewer, as a condition on `Round`.

    Host, department and board always read them. Others read those of an invited round when they
    were invited, or with its report; and before the closing only as the plan says.
    """
    if viewer.is_system:
        return true()
    invited = Round.participation == WhoMayComment.INVITED
    reported = Round.report_published_at.is_not(None) & (Round.report_published_at <= now())
    may_read = or_(
        ~invited, reported & Round.texts_stay_inside.is_(False), Round.id.in_(_joined(viewer))
    )
    is_time = or_(
        Round.showing == Showing.AT_ONCE,
        Round.closes_at < now(),
        (Round.showing == Showing.AFTER_OWN) & Round.id.in_(_spoken(viewer)),
    )
    if not _may_take_part(viewer):
        may_read = or_(~invited, reported & Round.texts_stay_inside.is_(False))
        is_time = or_(Round.showing == Showing.AT_ONCE, Round.closes_at < now())
    return or_(and_(may_read, is_time), *_inside(viewer))


def is_own(viewer: Actor) -> ColumnElement[bool]:
    """One's own comments and those of one's organization, whatever the plan says, as a
    condition on `Comment`; the same as `holders.holds`."""
    if not _may_take_part(viewer):
        return false()
    mine = Comment.participation_id.in_(select(Participation.id).where(_part_of(viewer)))
    if not viewer.runs_for:
        return mine
    ours = [Comment.voice == Voice.ORGANIZATION, Comment.organization_id.in_(viewer.runs_for)]
    departments = viewer.organizations(OrganizationKind.DEPARTMENT)
    if departments:
        ours.append(Comment.round.has(Round.department_id.not_in(departments)))
    return or_(mine, and_(*ours))


def _inside(viewer: Actor) -> list[ColumnElement[bool]]:
    kinds = {grant.organization_id: grant.kind for grant in viewer.grants}
    inside: list[ColumnElement[bool]] = []
    departments = viewer.organizations(OrganizationKind.DEPARTMENT)
    boards = viewer.organizations(OrganizationKind.BOARD)
    if kinds:
        inside.append(Round.host_id.in_(kinds))
    if departments:
        inside.append(Round.department_id.in_(departments))
    if boards:
        overseen = select(OversightSeat.department_id).where(OversightSeat.board_id.in_(boards))
        inside.append(Round.department_id.in_(overseen))
    return inside


def _may_take_part(viewer: Actor) -> bool:
    return viewer.account_id is not None or viewer.code_hash is not None


def _part_of(viewer: Actor) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = []
    if viewer.account_id is not None:
        ways.append(Participation.account_id == viewer.account_id)
    if viewer.code_hash is not None:
        ways.append(Participation.code_hash == viewer.code_hash)
    return or_(*ways) if ways else false()


def _joined(viewer: Actor) -> Any:
    return select(Participation.round_id).where(_part_of(viewer))


def _spoken(viewer: Actor) -> Any:
    return (
        select(Spoken.round_id)
        .join(Participation, Participation.id == Spoken.participation_id)
        .where(
            _part_of(viewer),
            Spoken.parent_id.is_(None),
            Spoken.withdrawn_at.is_(None),
            Spoken.erased_at.is_(None),
        )
    )
