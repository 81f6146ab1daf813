"""Keeping a view of the board: a name for filters and an order, for oneself or all."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.accounts.models import Account
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.policy import Actor, Permission
from feedback_app.rounds.models import Round
from feedback_app.triage.filters import WHOLE, WITHOUT, Filters
from feedback_app.triage.saved_view_models import FirstView, SavedView

MOST = 30


class ViewUnnamed(Invalid):
    message = N_("Give the view a name.")
    field = "name"


class ViewNameTaken(Invalid):
    message = N_("You have a view of this name already.")
    field = "name"


class TooManyViews(Invalid):
    message = N_("You keep 30 views already. Delete one first.")
    field = "name"


def keep_view(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    name: str,
    filters: Filters,
    names: Mapping[str, str],
    is_shared: bool = False,
    is_first: bool = False,
) -> SavedView:
    """`names` are what the values of its filters are called, for the day when one is gone."""
    actor = policy.require(actor, Permission.KEEP_VIEWS, round_)
    owner_id = _owner(session, actor)
    mine = select(func.count()).where(
        SavedView.owner_id == owner_id, SavedView.department_id == round_.department_id
    )
    if (session.scalar(mine) or 0) >= MOST:
        raise TooManyViews
    view = SavedView(
        department_id=round_.department_id,
        round_id=round_.id if is_of_one_round(filters) else None,
        owner_id=owner_id,
        name=_free_name(session, owner_id, round_.department_id, name, 0),
        asks=filters.in_address,
        names=dict(names),
        is_shared=is_shared,
    )
    session.add(view)
    session.flush()
    _set_first(session, view, owner_id, is_first)
    return view


def is_of_one_round(filters: Filters) -> bool:
    lots = {filters.theme, filters.group} - {"", WITHOUT}
    return bool(lots) or filters.section not in ("", WHOLE)


def change_view(
    session: Session,
    view: SavedView,
    *,
    actor: Actor,
    name: str,
    is_shared: bool,
    is_first: bool,
) -> SavedView:
    """Only its owner gives it another name, or shares it; each chooses what they see first."""
    actor = policy.require(actor, Permission.KEEP_VIEWS, view)
    account_id = _owner(session, actor)
    _hold(session, view)
    if view.owner_id == account_id:
        view.name = _free_name(session, account_id, view.department_id, name, view.id)
        view.is_shared = is_shared
        if not is_shared:
            session.execute(
                delete(FirstView).where(
                    FirstView.view_id == view.id, FirstView.account_id != account_id
                )
            )
    _set_first(session, view, account_id, is_first)
    session.flush()
    return view


def remove_view(session: Session, view: SavedView, *, actor: Actor) -> None:
    """Its owner may; so may a moderator, of one that is shared."""
    actor = policy.require(actor, Permission.KEEP_VIEWS, view)
    _hold(session, view)
    if not may_remove(view, actor):
        raise NotFound
    session.delete(view)
    session.flush()


def may_remove(view: SavedView, actor: Actor) -> bool:
    return view.owner_id == actor.account_id or (
        view.is_shared and policy.allows(actor, Permission.TRIAGE, view)
    )


def get_view(session: Session, public_id: str, *, viewer: Actor) -> SavedView:
    view = session.scalars(
        select(SavedView).where(
            SavedView.public_id == public_id,
            or_(SavedView.is_shared, SavedView.owner_id == viewer.account_id),
        )
    ).first()
    if view is None:
        raise NotFound
    policy.require(viewer, Permission.KEEP_VIEWS, view)
    return view


def is_first_of(session: Session, view: SavedView, account_id: int | None) -> bool:
    return (
        session.scalar(
            select(FirstView.view_id).where(
                FirstView.account_id == account_id, FirstView.view_id == view.id
            )
        )
        is not None
    )


def has_first_view(session: Session, account_id: int | None) -> bool:
    first = select(FirstView.view_id).where(FirstView.account_id == account_id).limit(1)
    return session.scalar(first) is not None


def _owner(session: Session, actor: Actor) -> int:
    """Whose views these are; nobody else of theirs is written meanwhile."""
    assert actor.account_id is not None
    session.execute(select(Account.id).where(Account.id == actor.account_id).with_for_update())
    return actor.account_id


def _hold(session: Session, view: SavedView) -> None:
    """The view as it stands; its owner may be deleting it at this moment."""
    held = session.scalars(
        select(SavedView)
        .where(SavedView.id == view.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if held is None:
        raise NotFound


def _free_name(
    session: Session, owner_id: int, department_id: int, name: str, own_id: int
) -> str:
    name = " ".join(name.split())[:60]
    if not name:
        raise ViewUnnamed
    taken = select(SavedView.id).where(
        SavedView.owner_id == owner_id,
        SavedView.department_id == department_id,
        SavedView.name == name,
        SavedView.id != own_id,
    )
    if session.scalar(taken) is not None:
        raise ViewNameTaken
    return name


def _set_first(session: Session, view: SavedView, account_id: int, is_first: bool) -> None:
    there = session.get(FirstView, (account_id, view.department_id))
    if is_first and there is None:
        session.add(
            FirstView(account_id=account_id, department_id=view.department_id, view_id=view.id)
        )
    elif there is not None and is_first:
        there.view_id = view.id
    elif there is not None and there.view_id == view.id:
        session.delete(there)
    session.flush()
