"""The organization that decides as second in a round's conduct: asked, agreed, stepped out."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.accounts.models import Account
from feedback_app.core import clock
from feedback_app.core.errors import NotAllowed
from feedback_app.log.services import append
from feedback_app.notifications.services import enqueue
from feedback_app.notifications.telling import quiet_among
from feedback_app.organizations.models import Membership, Organization, OrganizationKind, Role
from feedback_app.policy import Actor, Permission
from feedback_app.rounds.closings import lock, log_signed
from feedback_app.rounds.models import ConductPartner, Round, RoundState
from feedback_app.rounds.rules import (
    AlreadySigned,
    NotAPartner,
    NotPublicYet,
    RoundAnswered,
    SecondIsThere,
)


def ask_partner(session: Session, round_: Round, partner_id: int | None) -> None:
    """Whoever was asked before and agreed, agreed to the plan as it was."""
    if partner_id is None:
        round_.partner = None
        return
    partner = session.get(Organization, partner_id)
    if partner is None or partner.kind is not OrganizationKind.HOST:
        raise NotAPartner
    if partner.id == round_.host_id:
        raise NotAPartner
    if round_.partner is None:
        round_.partner = ConductPartner()
    if round_.partner.organization is not partner:
        round_.partner.told_at = None
    round_.partner.organization = partner
    ask_anew(round_)


def ask_anew(round_: Round) -> None:
    """The plan has changed: what was agreed to is agreed to again, after another mail."""
    if round_.partner is not None and round_.partner.agreed_at is not None:
        round_.partner.agreed_at = round_.partner.agreed_by_id = None
        round_.partner.told_at = None


def tell_partner(session: Session, round_: Round) -> None:
    """One mail to each of its people who could agree; saving the plan again adds none."""
    session.flush()
    partner = round_.partner
    if partner is None or partner.agreed_at is not None or partner.told_at is not None:
        return
    partner.told_at = clock.now()
    _write_to(session, round_, "second_asked", {partner.organization_id}, partner.told_at)


def agree_as_second(session: Session, round_: Round, *, actor: Actor) -> None:
    """Another organization agrees to decide as second in this round's conduct."""
    actor = policy.require(actor, Permission.AGREE_AS_SECOND, round_)
    lock(session, round_)
    if round_.partner is None or round_.partner.agreed_at is not None:
        raise AlreadySigned
    if actor.account_id is None:
        raise NotAllowed
    round_.partner.agreed_at = clock.now()
    round_.partner.agreed_by_id = actor.account_id
    log_signed(session, round_, actor, "second")


def name_second(
    session: Session, round_: Round, *, actor: Actor, partner_id: int | None
) -> None:
    """Ask another organization once the page is public and nobody has agreed."""
    actor = policy.require(actor, Permission.PLAN_ROUND, round_)
    lock(session, round_)
    _check_runs(round_)
    if not round_.is_public:
        raise NotPublicYet
    if round_.second_id is not None:
        raise SecondIsThere
    if partner_id is None:
        raise NotAPartner
    ask_partner(session, round_, partner_id)
    tell_partner(session, round_)
    assert round_.partner is not None
    _log(session, round_, actor, "round.second_asked", round_.partner.organization)


def step_out(session: Session, round_: Round, *, actor: Actor) -> None:
    """The asked organization does not want to, or no longer can.

    What it has confirmed stays as it is. What waits for a second person waits on for the board,
    where that one acts first for whoever agrees next; its time does not change, and what nobody
    confirms comes back as it was.
    """
    actor = policy.require(actor, Permission.AGREE_AS_SECOND, round_)
    lock(session, round_)
    _check_runs(round_)
    assert round_.partner is not None
    left = round_.partner.organization
    round_.partner = None
    round_.version += 1
    session.flush()
    told = {round_.host_id, *round_.board_ids}
    _write_to(session, round_, "second_left", told, clock.now(), name=left.name)
    _log(session, round_, actor, "round.second_left", left)


def _check_runs(round_: Round) -> None:
    if round_.state(clock.now()) is RoundState.ANSWERED:
        raise RoundAnswered


def _log(session: Session, round_: Round, actor: Actor, kind: str, named: Organization) -> None:
    append(
        session,
        actor=actor,
        kind=kind,
        subject=round_,
        parents=[named],
        facts={"name": named.name},
    )


def _write_to(
    session: Session,
    round_: Round,
    template: str,
    organization_ids: set[int],
    at: object,
    **values: str | int,
) -> None:
    """To those of these organizations who act in it; the mail names the page and no more."""
    people = list(
        session.scalars(
            select(Account)
            .join(Membership, Membership.account_id == Account.id)
            .where(
                Membership.organization_id.in_(organization_ids),
                Membership.role.in_([Role.HOST, Role.MANAGER, Role.MODERATOR, Role.REVIEWER]),
                Membership.ended_at.is_(None),
                Account.confirmed_at.is_not(None),
                Account.closed_at.is_(None),
            )
            .order_by(Account.id)
        ).unique()
    )
    quiet = quiet_among(session, [person.id for person in people])
    for person in people:
        enqueue(
            session,
            template,
            to=person.email,
            locale=person.locale,
            once_key=f"{template}:{round_.public_id}:{person.id}:{at}",
            title=round_.text(person.locale).title or round_.slug,
            host=round_.conduct_name,
            path=f"/rounds/{round_.slug}/agreement",
            is_quiet=int(person.id in quiet),
            **values,
        )
