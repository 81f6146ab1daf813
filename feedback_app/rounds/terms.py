"""On which terms people take part in a round: what their acts ask of it, in one short row."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.database import Reading
from feedback_app.core.errors import NotFound
from feedback_app.core.prepared import Asked, Prepared
from feedback_app.policy import Actor
from feedback_app.rounds.models import (
    ConductPartner,
    Holding,
    Participation,
    Round,
    RoundState,
    Showing,
    WhoMayComment,
    round_state,
)


class Terms(NamedTuple):
    """As much of a round as its rules ask of who takes part, and nothing of its page."""

    id: int
    public_id: str
    revision_id: int
    host_id: int
    department_id: int
    partner_id: int | None
    time_zone: str
    opens_at: datetime
    closes_at: datetime
    participation: WhoMayComment
    holding: Holding
    showing: Showing
    host_signed_at: datetime | None
    report_published_at: datetime | None

    @property
    def is_public(self) -> bool:
        return self.host_signed_at is not None

    def state(self, at: datetime) -> RoundState:
        return round_state(
            signed=self.is_public,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            report_published_at=self.report_published_at,
            at=at,
        )


_round = Round.__table__.c
_TERMS = select(
    _round.id,
    _round.public_id,
    _round.revision_id,
    _round.host_id,
    _round.department_id,
    select(ConductPartner.organization_id)
    .where(ConductPartner.round_id == _round.id)
    .correlate(Round.__table__)
    .scalar_subquery()
    .label("partner_id"),
    _round.time_zone,
    _round.opens_at,
    _round.closes_at,
    _round.participation,
    _round.holding,
    _round.showing,
    _round.host_signed_at,
    _round.report_published_at,
)
_CALLED = Prepared(_TERMS.where(_round.slug == bindparam("slug")), Terms)
_LOCKED = Prepared(
    _TERMS.where(_round.id == bindparam("round_id")).with_for_update(
        key_share=True, of=Round.__table__
    ),
    Terms,
)


def get_terms(reading: Reading, slug: str, *, viewer: Actor) -> Terms:
    """Those of a round that its viewer may know of."""
    found: Terms | None = _CALLED.first(reading, slug=slug)
    if found is None:
        raise NotFound
    if not found.is_public:
        policy.require(viewer, policy.Permission.READ_PLANNED_ROUND, found)
    return found


def locked_terms(session: Session, round_id: int) -> Terms:
    """The same under the round's lock: a closing waits for it, and it for a closing."""
    found: Terms | None = _LOCKED.first(session, round_id=round_id)
    if found is None:
        raise NotFound
    return found


_ONE_MORE = Prepared(
    update(Round)
    .where(Round.id == bindparam("round_id"))
    .values(comments_count=Round.comments_count + 1)
)


def count_one_more(session: Session, round_id: int) -> None:
    """Under the same lock: one comment more that everybody can read."""
    _ONE_MORE.run(session, round_id=round_id)
    known = session.identity_map.get(identity_key(Round, round_id))
    if known is not None:
        session.expire(known, ["comments_count"])


_joined = Participation.__table__.c


def _new_part(dialect: str) -> Asked:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    values = ("round_id", "account_id", "code_hash", "locale", "joined_at")
    return (
        insert(Participation)
        .values({name: bindparam(name) for name in values} | {"is_quiet": False})
        .on_conflict_do_nothing()
        .returning(_joined.id)
    )


_here = select(_joined.id).where(_joined.round_id == bindparam("round_id"))
_NEW_PART = Prepared(_new_part)
_BY_ACCOUNT = Prepared(_here.where(_joined.account_id == bindparam("account_id")))
_BY_CODE = Prepared(_here.where(_joined.code_hash == bindparam("code_hash")))


def take_part(
    session: Session,
    round_id: int,
    *,
    account_id: int | None,
    code_hash: str | None,
    locale: str,
) -> int:
    """The part of an account, else of a code, by its id; two tabs at once make one."""
    session.flush()
    code_hash = None if account_id is not None else code_hash
    made = _NEW_PART.first(
        session,
        round_id=round_id,
        account_id=account_id,
        code_hash=code_hash,
        locale=locale,
        joined_at=clock.now(),
    )
    if made is not None:
        return int(made.id)
    found = find_part_id(session, round_id, account_id=account_id, code_hash=code_hash)
    if found is None:
        raise NotFound
    return found


def find_part_id(
    session: Session, round_id: int, *, account_id: int | None, code_hash: str | None
) -> int | None:
    """Somebody's part in a round by its id; an account goes before a code."""
    found = None
    if account_id is not None:
        found = _BY_ACCOUNT.first(session, round_id=round_id, account_id=account_id)
    if found is None and code_hash is not None:
        found = _BY_CODE.first(session, round_id=round_id, code_hash=code_hash)
    return None if found is None else int(found.id)
