"""Planning a session, and the link by which a helper types its sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from feedback_app.core.i18n import N_
from feedback_app.policy import Actor, Grant, OrganizationKind, Permission, Role, require
from feedback_app.rounds.meeting_models import Meeting
from feedback_app.rounds.models import Round

HELPS_FOR = timedelta(days=14)


class SectionsNotThere(Invalid):
    message = N_("Choose sections of the version that people comment on.")
    field = "section_keys"


class MeetingChanged(Conflict):
    message = N_("Somebody else has changed this session meanwhile. Your text is below.")


@dataclass(frozen=True)
class MeetingPlan:
    """What a host says of a session; `heads` is told after it was held."""

    held_on: date
    place: str
    run_by: str = ""
    bodies: str = ""
    language: str = "en"
    section_keys: Sequence[str] = ()
    heads: int | None = None
    agenda: tuple[str, str] | None = None


def plan_meeting(
    session: Session, round_: Round, *, actor: Actor, plan: MeetingPlan
) -> Meeting:
    """Note a session, before or after it is held."""
    actor = require(actor, Permission.ENTER_ON_BEHALF, round_)
    if actor.account_id is None:
        raise NotAllowed
    meeting = Meeting(round=round_, planned_by_id=actor.account_id)
    _write(meeting, plan)
    session.add(meeting)
    session.flush()
    return meeting


def change_meeting(
    session: Session, meeting: Meeting, *, actor: Actor, version: int, plan: MeetingPlan
) -> None:
    """Say anew where, when and with whom; the codes on its sheets stay what they were."""
    require(actor, Permission.ENTER_ON_BEHALF, meeting.round)
    session.refresh(meeting, with_for_update=True)
    if meeting.version != version:
        raise MeetingChanged
    language = meeting.language
    _write(meeting, plan)
    meeting.language = language
    meeting.version += 1


def _write(meeting: Meeting, plan: MeetingPlan) -> None:
    keys = {section.key for section in meeting.round.revision.sections}
    if not set(plan.section_keys) <= keys:
        raise SectionsNotThere
    for name in ("held_on", "place", "run_by", "bodies", "language", "heads"):
        setattr(meeting, name, getattr(plan, name))
    meeting.section_keys = list(plan.section_keys)
    if plan.agenda is not None:
        meeting.agenda_key, meeting.agenda_type = plan.agenda


def open_helper_link(
    session: Session, meeting: Meeting, *, actor: Actor, code_hash: str
) -> None:
    """Let whoever has this code type the session's sheets for 14 days; an older code ends."""
    require(actor, Permission.ENTER_ON_BEHALF, meeting.round)
    meeting.helper_hash, meeting.helper_ends_at = code_hash, clock.now() + HELPS_FOR


def end_helper_link(session: Session, meeting: Meeting, *, actor: Actor) -> None:
    require(actor, Permission.ENTER_ON_BEHALF, meeting.round)
    meeting.helper_hash = meeting.helper_ends_at = None


def find_helped(session: Session, code_hash: str) -> Meeting | None:
    """The session for which this code types, as long as it does."""
    meeting = session.scalars(select(Meeting).where(Meeting.helper_hash == code_hash)).first()
    return meeting if meeting is not None and is_helped(meeting) else None


def is_helped(meeting: Meeting) -> bool:
    """Whether a helper's code works now."""
    return meeting.helper_ends_at is not None and clock.now() < meeting.helper_ends_at


def helper_of(meeting: Meeting) -> Actor:
    """A helper types with the host's hat and nothing else: no account, and only this session.

    Whoever calls has found the session by the helper's code.
    """
    host = meeting.round.host
    grant = Grant(Role.HOST, host.id, host.slug, OrganizationKind.HOST)
    return Actor(grants=frozenset({grant}))


def meetings_of(session: Session, round_: Round) -> Sequence[Meeting]:
    """The sessions of a round by their days."""
    return session.scalars(
        select(Meeting)
        .where(Meeting.round_id == round_.id)
        .order_by(Meeting.held_on, Meeting.id)
    ).all()


def get_meeting(session: Session, round_: Round, public_id: str) -> Meeting:
    found = find_meeting(session, round_, public_id)
    if found is None:
        raise NotFound
    return found


def find_meeting(session: Session, round_: Round, public_id: str | None) -> Meeting | None:
    """The session of this round with this id; none where none is named."""
    if not public_id:
        return None
    return session.scalars(
        select(Meeting).where(Meeting.public_id == public_id, Meeting.round_id == round_.id)
    ).first()
