"""Joining an invited round by the words of an invitation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_app.comments.codes import code_hash, make_code
from feedback_app.comments.holders import Holder, find_part
from feedback_app.comments.invitation_models import Invitation, MeetingCode
from feedback_app.comments.moments import receive
from feedback_app.comments.rules import PeriodOver, SpeaksForOthers
from feedback_app.comments.submissions import Sent
from feedback_app.core import clock
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.policy import Actor, Permission, allows
from feedback_app.rounds.models import Participation, Round, RoundState
from feedback_app.rounds.queries import find_participation
from feedback_app.rounds.services import participation_for
from feedback_app.rounds.zones import local_day


class UnknownWords(Invalid):
    message = N_("We do not know these words here. Check each word, or ask who invited you.")
    field = "words"


class WordsUsed(Invalid):
    message = N_(
        "These words have been used; they are good for one person, once. Was it you? Then type "
        "your private code under “My comments”."
    )
    field = "words"


class WordsExpired(Invalid):
    message = N_("These words are not valid any more. Ask whoever invited you for new ones.")
    field = "words"


@dataclass(frozen=True)
class Joined:
    """Somebody's part in the round and, where one was made, the private code to it."""

    part: Participation
    code: str | None


def join(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    words: str,
    sent: Sent,
    key: bytes,
    holder: Holder,
    locale: str = "en",
) -> Joined:
    """Take part from now on; the same form sent twice uses an invitation up once.

    The part is made without a trace of the invitation: nobody can tell later who came by which.
    """
    if not allows(actor, Permission.COMMENT, round_):
        raise SpeaksForOthers
    round_, at = receive(session, round_.id)
    if round_.state(at) in {RoundState.CLOSED, RoundState.ANSWERED}:
        raise PeriodOver
    part = find_part(session, round_.id, holder)
    if part is not None:
        return Joined(part, None)
    code = None
    if actor.account_id is None:
        code = make_code(key, sent.submission_id, locale)
        again = find_participation(
            session, round_.id, account_id=None, code_hash=code_hash(key, code)
        )
        if again is not None:
            return Joined(again, code)
    _use_up(session, round_, code_hash(key, words))
    part = participation_for(
        session,
        round_,
        account_id=actor.account_id,
        code_hash=code_hash(key, code) if code else None,
        locale=locale,
    )
    return Joined(part, code)


def _use_up(session: Session, round_: Round, hashed: str) -> None:
    """One statement each, so that of two people with one slip only one comes in."""
    now = clock.now()
    by_meeting = session.execute(
        update(MeetingCode)
        .where(
            MeetingCode.round_id == round_.id,
            MeetingCode.code_hash == hashed,
            MeetingCode.revoked_at.is_(None),
        )
        .values(joined_count=MeetingCode.joined_count + 1)
        .returning(MeetingCode.id)
    ).first()
    if by_meeting is not None:
        return
    used = session.execute(
        update(Invitation)
        .where(
            Invitation.round_id == round_.id,
            Invitation.code_hash == hashed,
            Invitation.used_on.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(used_on=local_day(now, round_.time_zone))
        .returning(Invitation.id)
    ).first()
    if used is None:
        raise _why_not(session, round_, hashed)


def _why_not(session: Session, round_: Round, hashed: str) -> Invalid:
    for kind in (MeetingCode, Invitation):
        found = session.scalars(
            select(kind).where(kind.round_id == round_.id, kind.code_hash == hashed)
        ).first()
        if isinstance(found, Invitation) and found.used_on is not None:
            return WordsUsed()
        if found is not None:
            return WordsExpired()
    return UnknownWords()
