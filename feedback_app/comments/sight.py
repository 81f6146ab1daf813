"""The table of `conduct` as conditions of a query: what a viewer reads, and what is counted."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_, select

from feedback_app.comments.conduct import COUNTED, NO_POINT, Eyes, State, blind, unseen
from feedback_app.comments.models import Comment
from feedback_app.comments.showing import is_own, is_shown_to
from feedback_app.organizations.models import OversightSeat
from feedback_app.policy import VISITOR, Actor, OrganizationKind
from feedback_app.rounds.models import Round

_SINCE: dict[State, Any] = {
    State.ERASED: Comment.erased_at,
    State.WITHDRAWN: Comment.withdrawn_at,
    State.HELD: Comment.held_at,
    State.HIDDEN: Comment.hidden_at,
    State.SET_ASIDE: Comment.set_aside_at,
    State.MASKED: Comment.masked_at,
}
_WHY: dict[State, Any] = {
    State.ERASED: Comment.erased_reason,
    State.HIDDEN: Comment.hidden_reason,
    State.MASKED: Comment.masked_reason,
}


VIEWERS = 256
"""Writing a condition down costs more than asking it: those of so many viewers are kept."""


def none_of(states: frozenset[State]) -> ColumnElement[bool]:
    """That a comment stands in none of these states."""
    return and_(*(since.is_(None) for state, since in _SINCE.items() if state in states))


@lru_cache(maxsize=VIEWERS)
def visible_to(
    viewer: Actor, in_round: ColumnElement[int] | None = None
) -> ColumnElement[bool]:
    """The one rule by which a comment is in a list, a count, a page, a file or a mail.

    Comments of a round that its host has not signed are seen by its own people alone. What is
    held, hidden, withdrawn or erased stays in lists as a line with its day, unless the table of
    `conduct` says that these eyes do not even meet that line; whether the words are read is
    `text_is_read`. What a round's plan does not show yet, or not to these eyes, is in no list
    (`showing`). Where all comments are of one round, `in_round`, its condition is asked once,
    not for each of them.
    """
    own = viewer.with_role(*(grant.role for grant in viewer.grants))
    seen: list[ColumnElement[bool]] = [Round.host_signed_at.is_not(None)]
    if own:
        seen += [Round.host_id.in_(own), Round.department_id.in_(own)]
    departments = viewer.organizations(OrganizationKind.DEPARTMENT)
    condition = and_(or_(*seen), is_shown_to(viewer))
    shown = (
        Comment.round.has(condition)
        if in_round is None
        else exists(select(Round.id).where(Round.id == in_round, condition))
    )
    signed: ColumnElement[bool] = (
        or_(shown, is_own(viewer)) if viewer.account_id or viewer.code_hash else shown
    )
    if not departments:
        return signed
    elsewhere = Comment.round.has(Round.department_id.not_in(departments))
    return and_(signed, or_(none_of(unseen(Eyes.DEPARTMENT)), elsewhere))


@lru_cache(maxsize=VIEWERS)
def text_is_read(viewer: Actor) -> ColumnElement[bool]:
    """Whether a list may hold a comment's words for this viewer, as they are shown."""
    return and_(
        words_are_read(viewer), or_(Comment.round.has(is_shown_to(viewer)), is_own(viewer))
    )


@lru_cache(maxsize=VIEWERS)
def words_are_read(viewer: Actor) -> ColumnElement[bool]:
    """The same where the list holds only what is `visible_to` this viewer.

    Whoever has several hats reads as the department wherever one of them is the department's.
    """
    read = [none_of(blind(Eyes.PUBLIC))]
    departments = viewer.organizations(OrganizationKind.DEPARTMENT)
    boards = viewer.organizations(OrganizationKind.BOARD)
    hosts = viewer.runs_for
    inside: list[ColumnElement[bool]] = []
    if departments:
        inside.append(Round.department_id.in_(departments))
    if boards:
        overseen = select(OversightSeat.department_id).where(OversightSeat.board_id.in_(boards))
        inside.append(Round.department_id.in_(overseen))
    if inside:
        read.append(none_of(blind(Eyes.DEPARTMENT)) & Comment.round.has(or_(*inside)))
    if hosts:
        own = Round.host_id.in_(hosts) & Round.department_id.not_in(departments)
        read.append(none_of(blind(Eyes.HOST)) & Comment.round.has(own))
    return or_(*read)


def text_is_public() -> ColumnElement[bool]:
    return and_(words_are_public(), Comment.round.has(is_shown_to(VISITOR)))


def words_are_public() -> ColumnElement[bool]:
    """What is not hidden by conduct; of a round that may still be read by few."""
    return none_of(blind(Eyes.PUBLIC))


def text_reaches_department() -> ColumnElement[bool]:
    return none_of(blind(Eyes.DEPARTMENT))


def makes_a_point() -> ColumnElement[bool]:
    """Neither hidden nor set aside as something that nobody wrote to say anything."""
    return Comment.set_aside_at.is_(None) & or_(
        Comment.hidden_reason.is_(None), Comment.hidden_reason.not_in(NO_POINT)
    )


def counted() -> ColumnElement[bool]:
    """What a number of comments counts: no replies, nothing late, all that anybody can read."""
    return (
        Comment.parent_id.is_(None)
        & none_of(frozenset(State) - COUNTED)
        & Comment.is_late.is_(False)
    )


def state_column() -> ColumnElement[str]:
    """The state, by the order in which the table names them."""
    named = [(since.is_not(None), state.value) for state, since in _SINCE.items()]
    return case(
        *named, (Comment.is_late.is_(True), State.LATE.value), else_=State.SHOWN.value
    ).label("state")


def since_column() -> ColumnElement[Any]:
    return case(*((since.is_not(None), since) for since in _SINCE.values())).label("since")


def reason_column() -> ColumnElement[Any]:
    """Why it is not shown, or not whole."""
    return case(*((_SINCE[state].is_not(None), why) for state, why in _WHY.items())).label(
        "why"
    )
