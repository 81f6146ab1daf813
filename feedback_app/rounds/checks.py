"""What a plan must not be, whatever page it was written on."""

from __future__ import annotations

from feedback_app.core import clock
from feedback_app.rounds import plans
from feedback_app.rounds.models import Answering, Audience, Promise, Round, WhoMayComment
from feedback_app.rounds.rules import (
    AnswersBeforeClosing,
    NeedsANeutralHost,
    NobodyInvites,
    NoHostToGoThrough,
    OfficersAreInvited,
    OneByOneIsNotTogether,
    TooShortWithoutReason,
)
from feedback_app.rounds.zones import days_between, local_day


def check_people(round_: Round) -> None:
    """Choices of a plan that exclude each other, or that nobody could keep."""
    is_own = round_.host_id == round_.department_id
    is_invited = round_.participation is WhoMayComment.INVITED
    if round_.audience is Audience.OFFICERS:
        if is_own:
            raise NeedsANeutralHost
        if not is_invited:
            raise OfficersAreInvited
    if is_own and is_invited:
        raise NobodyInvites
    if round_.promise is Promise.TOGETHER:
        if is_own:
            raise NoHostToGoThrough
        if round_.answering is Answering.ONE_BY_ONE:
            raise OneByOneIsNotTogether


def check_length(round_: Round, number: int) -> None:
    opens_at = max(round_.opens_at, clock.now())
    days = plans.least_days(number)
    if days_between(opens_at, round_.closes_at, round_.time_zone) < days and (
        not round_.short_reason.strip()
    ):
        raise TooShortWithoutReason(days=days)


def check_answer_date(round_: Round) -> None:
    due_on = round_.answers_due_on
    if due_on is not None and due_on <= local_day(round_.closes_at, round_.time_zone):
        raise AnswersBeforeClosing
