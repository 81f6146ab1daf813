"""Every saved state of a draft's sections, so that any of them can be brought back.

They are the department's own paper: kept until the draft is published or dropped, then erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback_app.accounts.models import Account
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.core.orm import new_public_id
from feedback_app.curricula.models import DraftAct, DraftState, Revision, Section
from feedback_app.policy import Actor

ONE_SITTING = timedelta(minutes=5)
"""Saves of one author of one section, without as long a pause, are one state."""

_KEPT = (
    "level position minutes authority summary is_withheld withheld_what withheld_by"
    " withheld_ground withheld_seen_by"
).split()


@dataclass(frozen=True)
class StateRow:
    """A state in a list, with the words that stood there before it."""

    public_id: str
    section_key: str
    act: DraftAct
    title: str
    source: str
    before: str | None
    saved_at: datetime
    name: str


def keep_first(session: Session, revision: Revision, section: Section, source: str) -> None:
    """Before the first change: how the section stood when the draft began."""
    known = session.scalar(
        select(DraftState.id)
        .where(DraftState.revision_id == revision.id, DraftState.section_key == section.key)
        .limit(1)
    )
    if known is None:
        session.add(
            _state(
                revision,
                section,
                source,
                act=DraftAct.BEGUN,
                by=revision.started_by_id,
                at=revision.started_at,
            )
        )
        session.flush()


def keep(
    session: Session,
    revision: Revision,
    section: Section,
    source: str,
    *,
    actor: Actor,
    act: DraftAct = DraftAct.SAVED,
) -> None:
    """Keep the section as it stands now; further saves of the same sitting replace it."""
    assert actor.account_id is not None
    now = clock.now()
    fresh = _state(revision, section, source, act=act, by=actor.account_id, at=now)
    if act is DraftAct.SAVED:
        latest = session.scalars(
            select(DraftState)
            .where(DraftState.revision_id == revision.id, DraftState.section_key == section.key)
            .order_by(DraftState.id.desc())
            .limit(1)
        ).first()
        if (
            latest is not None
            and latest.act is DraftAct.SAVED
            and latest.saved_by_id == actor.account_id
            and latest.saved_at > now - ONE_SITTING
        ):
            latest.title, latest.source = fresh.title, fresh.source
            latest.attributes, latest.saved_at = fresh.attributes, now
            return
    session.add(fresh)


def _state(
    revision: Revision,
    section: Section,
    source: str,
    *,
    act: DraftAct,
    by: int,
    at: datetime,
) -> DraftState:
    attributes: dict[str, Any] = {name: getattr(section, name) for name in _KEPT}
    attributes |= {"kind": section.kind.value, "openness": section.openness.value}
    return DraftState(
        public_id=new_public_id(),
        revision_id=revision.id,
        section_key=section.key,
        act=act,
        title=section.title,
        source=source,
        attributes=attributes,
        saved_by_id=by,
        saved_at=at,
    )


def erase_states(session: Session, revision: Revision) -> None:
    """Once the draft is published or dropped: what was tried on the way is nobody's concern."""
    session.execute(delete(DraftState).where(DraftState.revision_id == revision.id))


def states_of(
    session: Session,
    revision: Revision,
    *,
    key: str | None = None,
    before: DraftState | None = None,
    limit: int = 20,
) -> tuple[Sequence[StateRow], bool]:
    """Newest first, of one section or of all; and whether there are more."""
    before_it = func.lag(DraftState.source).over(
        partition_by=DraftState.section_key, order_by=DraftState.id
    )
    lagged = (
        select(DraftState.id, before_it.label("before"))
        .where(DraftState.revision_id == revision.id)
        .subquery("lagged")
    )
    query = (
        select(DraftState, Account.name, lagged.c.before)
        .join(Account, Account.id == DraftState.saved_by_id)
        .join(lagged, lagged.c.id == DraftState.id)
        .order_by(DraftState.id.desc())
        .limit(limit + 1)
    )
    if key is not None:
        query = query.where(DraftState.section_key == key)
    if before is not None:
        query = query.where(DraftState.id < before.id)
    found = session.execute(query).all()
    rows = [
        StateRow(
            public_id=state.public_id,
            section_key=state.section_key,
            act=state.act,
            title=state.title,
            source=state.source,
            before=words,
            saved_at=state.saved_at,
            name=name,
        )
        for state, name, words in found[:limit]
    ]
    return rows, len(found) > limit


def get_state(session: Session, revision: Revision, public_id: str) -> DraftState:
    state = session.scalars(
        select(DraftState).where(
            DraftState.public_id == public_id, DraftState.revision_id == revision.id
        )
    ).first()
    if state is None:
        raise NotFound
    return state


def last_saved_at(session: Session, revision: Revision, key: str) -> datetime | None:
    return session.scalar(
        select(DraftState.saved_at)
        .where(
            DraftState.revision_id == revision.id,
            DraftState.section_key == key,
            DraftState.act != DraftAct.BEGUN,
        )
        .order_by(DraftState.id.desc())
        .limit(1)
    )
