"""Inviting people into a round: words for a meeting, on slips, by mail to addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from feedback_app.comments.codes import code_hash, make_code
from feedback_app.comments.invitation_models import Invitation, MeetingCode, Way
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.core.orm import new_public_id
from feedback_app.notifications.models import OutboxMessage
from feedback_app.notifications.services import enqueue
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds.models import Participation, Round, RoundState, WhoMayComment

MEETING_WORDS = 3
"""30 bits: enough beside a limit of tries, and short enough to be read out in a hall."""
OWN_WORDS = 4
LASTS = timedelta(days=30)
MOST_ADDRESSES, MOST_SLIPS = 500, 200
ADDRESS_KEPT = timedelta(days=30)
"""After the closing an address serves nobody any more."""


class NotInvited(Conflict):
    message = N_("Everyone may comment in this comment period; nobody needs an invitation.")


class TooLateToInvite(Conflict):
    message = N_("This comment period has closed, so nobody can be invited any more.")


class TooManyAtOnce(Invalid):
    message = N_("At most %(most)s at once. Send the rest afterwards.")


class UsedAlready(Conflict):
    message = N_("This invitation has been used. Whoever used it stays in.")


def make_meeting_code(
    session: Session, round_: Round, *, actor: Actor, key: bytes, label: str, language: str
) -> MeetingCode:
    """Short words for everybody in a room; they work until they are taken back."""
    _check(round_, actor)
    public_id = new_public_id()
    code = MeetingCode(
        public_id=public_id,
        round_id=round_.id,
        round=round_,
        label=label.strip(),
        language=language,
        code_hash=code_hash(key, words_for_meeting(key, public_id, language)),
    )
    session.add(code)
    session.flush()
    return code


def words_for_meeting(key: bytes, public_id: str, language: str) -> str:
    """The same words every time the host shows them; they are made anew, not kept."""
    return make_code(key, f"meeting\x00{public_id}", language, words=MEETING_WORDS)


def words_for_one(key: bytes, invitation: Invitation) -> str:
    seed = f"invitation\x00{invitation.public_id}"
    return make_code(key, seed, invitation.language, words=OWN_WORDS)


def invite(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    key: bytes,
    addresses: Sequence[str],
    language: str,
    expires_at: datetime | None = None,
) -> list[Invitation]:
    """One mail to each address; who holds a good invitation already gets no second one."""
    _check(round_, actor)
    if len(addresses) > MOST_ADDRESSES:
        raise TooManyAtOnce(field="addresses", most=MOST_ADDRESSES)
    now = clock.now()
    known = set(
        session.scalars(
            select(Invitation.email).where(
                Invitation.round_id == round_.id,
                Invitation.revoked_at.is_(None),
                (Invitation.expires_at > now) | Invitation.used_on.is_not(None),
            )
        )
    )
    made = []
    for email in dict.fromkeys(addresses):
        if email in known:
            continue
        invitation = _one(session, round_, key, Way.ADDRESS, language, expires_at, email)
        invitation.message = enqueue(
            session,
            "round_invitation",
            to=email,
            locale=language,
            round=round_.text(language).title,
            host=round_.host.name,
            words=words_for_one(key, invitation),
            path=f"/rounds/{round_.slug}/join#{words_for_one(key, invitation)}",
        )
        made.append(invitation)
    session.flush()
    return made


def make_slips(
    session: Session, round_: Round, *, actor: Actor, key: bytes, number: int, language: str
) -> list[Invitation]:
    """Words for as many people, to be printed, cut and handed out."""
    _check(round_, actor)
    if not 0 < number <= MOST_SLIPS:
        raise TooManyAtOnce(field="number", most=MOST_SLIPS)
    slips = [_one(session, round_, key, Way.SLIP, language, None) for _ in range(number)]
    session.flush()
    return slips


def take_back_code(session: Session, code: MeetingCode, *, actor: Actor) -> None:
    """Nobody joins by these words any more; whoever has joined stays."""
    require(actor, Permission.INVITE, code)
    code.revoked_at = code.revoked_at or clock.now()


def take_back_invitation(session: Session, invitation: Invitation, *, actor: Actor) -> None:
    """An invitation that nobody has used yet stops working; a mail not sent yet is not sent."""
    require(actor, Permission.INVITE, invitation)
    session.refresh(invitation, with_for_update=True)
    if invitation.used_on is not None:
        raise UsedAlready
    invitation.revoked_at = invitation.revoked_at or clock.now()
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == invitation.message_id,
            OutboxMessage.sent_at.is_(None),
            OutboxMessage.given_up_at.is_(None),
        )
        .values(given_up_at=clock.now(), recipient=None, values={}, problem="taken back")
    )


def meeting_codes(session: Session, round_: Round) -> Sequence[MeetingCode]:
    return session.scalars(
        select(MeetingCode).where(MeetingCode.round_id == round_.id).order_by(MeetingCode.id)
    ).all()


def invitations(session: Session, round_: Round, way: Way) -> Sequence[Invitation]:
    return (
        session.scalars(
            select(Invitation)
            .where(Invitation.round_id == round_.id, Invitation.way == way)
            .options(joinedload(Invitation.message))
            .order_by(Invitation.id.desc())
        )
        .unique()
        .all()
    )


def get_meeting_code(session: Session, round_: Round, public_id: str) -> MeetingCode:
    found = session.scalars(
        select(MeetingCode).where(
            MeetingCode.round_id == round_.id, MeetingCode.public_id == public_id
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def get_invitation(session: Session, round_: Round, public_id: str) -> Invitation:
    found = session.scalars(
        select(Invitation).where(
            Invitation.round_id == round_.id, Invitation.public_id == public_id
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def number_joined(session: Session, round_: Round) -> int:
    parts = select(func.count(Participation.id)).where(Participation.round_id == round_.id)
    return session.scalar(parts) or 0


def forget_addresses(session: Session) -> None:
    """Erase whom the host invited, thirty days after the closing."""
    over = select(Round.id).where(Round.closes_at < clock.now() - ADDRESS_KEPT)
    session.execute(
        delete(Invitation).where(Invitation.way == Way.ADDRESS, Invitation.round_id.in_(over))
    )


def _one(
    session: Session,
    round_: Round,
    key: bytes,
    way: Way,
    language: str,
    expires_at: datetime | None,
    email: str | None = None,
) -> Invitation:
    """An address may lapse before the closing; a slip lives as long as the round."""
    lasts = round_.closes_at if way is Way.SLIP else clock.now() + LASTS
    invitation = Invitation(
        public_id=new_public_id(),
        round_id=round_.id,
        round=round_,
        way=way,
        language=language,
        email=email,
        expires_at=min(expires_at or lasts, round_.closes_at),
    )
    invitation.code_hash = code_hash(key, words_for_one(key, invitation))
    session.add(invitation)
    return invitation


def _check(round_: Round, actor: Actor) -> None:
    require(actor, Permission.INVITE, round_)
    if round_.participation is not WhoMayComment.INVITED:
        raise NotInvited
    if round_.state(clock.now()) in {RoundState.CLOSED, RoundState.ANSWERED}:
        raise TooLateToInvite
