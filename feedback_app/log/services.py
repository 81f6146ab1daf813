"""Writing to the log: last in the transaction, under the tree head's lock, without gaps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.core.prepared import Prepared
from feedback_app.core.storing import store
from feedback_app.log.kinds import KINDS
from feedback_app.log.models import RESIDENT, LogEntry, TreeHead

Fact = str | int | bool | None


class Addressed(Protocol):
    @property
    def public_id(self) -> str: ...


class Subject(NamedTuple):
    """What an act was about, for who has its row at hand and not its object."""

    public_id: str
    time_zone: str


class Signer(Protocol):
    """Who acts, as the log may know it: a role and an organization, never a person."""

    @property
    def log_role(self) -> str: ...
    @property
    def log_organization(self) -> str | None: ...


def append(
    session: Session,
    *,
    actor: Signer,
    kind: str,
    subject: Addressed,
    parents: Sequence[Addressed] = (),
    facts: Mapping[str, Fact] | None = None,
    commitments: Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> LogEntry:
    """Write one act; call it last, because everyone else who writes waits for its lock."""
    facts, commitments = dict(facts or {}), dict(commitments or {})
    unlisted = facts.keys() - KINDS[kind]
    if unlisted:
        raise ValueError(f"{kind} may not carry {sorted(unlisted)}")
    session.flush()
    position = _next_position(session)
    at = at or clock.now()
    leaf = canonical(
        {
            "v": 1,
            "kind": kind,
            "at": stamp(_told_at(at, actor, subject)),
            "subject": subject.public_id,
            "parents": [parent.public_id for parent in parents],
            "by": {"role": actor.log_role, "organization": actor.log_organization or ""},
            "facts": {name: value for name, value in facts.items() if value is not None},
            "commitments": commitments,
        }
    )
    entry = LogEntry(
        position=position,
        kind=kind,
        at=at,
        subject=subject.public_id,
        parents=[parent.public_id for parent in parents],
        by_role=actor.log_role,
        by_organization=actor.log_organization,
        facts=facts,
        commitments=commitments,
        leaf=leaf,
        leaf_hash=leaf_hash(leaf.encode()),
    )
    store(session, entry)
    return entry


_LONGER = Prepared(update(TreeHead).values(size=TreeHead.size + 1).returning(TreeHead.size))


def _next_position(session: Session) -> int:
    """The log is longer by one from now on; whoever else writes waits for the head's lock."""
    longer = _LONGER.first(session)
    if longer is None:
        store(session, TreeHead(id=1, size=1))
        return 0
    return int(longer.size) - 1


def _told_at(at: datetime, actor: Signer, subject: Addressed) -> datetime:
    """What everybody is told of when: of somebody without a role the day alone, as it began
    where it happened. Two acts in the same minutes would tell that one person did both.
    """
    if actor.log_role != RESIDENT:
        return at
    zone = ZoneInfo(getattr(subject, "time_zone", "UTC"))
    day = at.astimezone(zone).date()
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def canonical(value: object) -> str:
    """JSON after RFC 8785, for the strings, integers, booleans, lists and objects of a leaf.

    Keys are sorted by UTF-16 code units as the RFC demands; ours are ASCII, where that is the
    order of Python. Floats are not used, so their serialisation never comes up.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def stamp(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def leaf_hash(leaf: bytes) -> str:
    """SHA-256 over 0x00 and the leaf, in hex (RFC 9162, section 2.1.1)."""
    return hashlib.sha256(b"\x00" + leaf).hexdigest()


def commitment(salt: str, text: str) -> str:
    """SHA-256 over the 32 bytes of a hex salt and the text as stored, in hex."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest()
