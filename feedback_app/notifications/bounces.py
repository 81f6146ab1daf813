"""Mail that came back: which addresses are no longer written to, and who may say so."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from typing import cast

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.notifications.models import OutboxMessage, UndeliverableAddress

SILENCED = "mail to this address came back before"
ASKED_FOR = frozenset(
    {"confirm_address", "confirm_following", "reset_password", "account_exists"}
    | {"private_code"}
)
"""Tried even so, because somebody has just typed the address and waits for it."""

MARK_KEPT = timedelta(days=30)
"""A server that gives up takes five days (RFC 5321, 4.5.4.1); some take longer."""

_ID = re.compile(r"<?([a-z2-7]{26})@")
_PASSING = re.compile(r"5\.(2\.[23]|[367]\.)")
"""A full box, a message too long, a server or a policy in between: the person is there."""


class NotABounce(Invalid):
    message = N_("This is not a report that mail could not be delivered (RFC 3464).")


@dataclass(frozen=True)
class Bounce:
    """One recipient's failure; `message_id` is our mail's, where the report repeats it."""

    message_id: str
    status: str
    addresses: frozenset[str]


def is_final(status: str) -> bool:
    """Whether an enhanced status code (RFC 3463) says that nobody is at the address."""
    return status.startswith("5.") and not _PASSING.match(status)


def mark_of(message_id: str, address: str) -> str:
    return hashlib.sha256(f"{message_id}\x00{_folded(address)}".encode()).hexdigest()


def is_undeliverable(session: Session, address: str) -> bool:
    return _find(session, address) is not None


def undeliverable_among(session: Session, addresses: Collection[str]) -> set[str]:
    """Those of these to which nothing is sent any more; asks only where there are any."""
    hashes = {_hash(address): address for address in addresses}
    if not hashes:
        return set()
    found = session.scalars(
        select(UndeliverableAddress.address_hash).where(
            UndeliverableAddress.address_hash.in_(hashes)
        )
    )
    return {hashes[each] for each in found}


def stop_writing_to(session: Session, address: str) -> None:
    if _find(session, address) is None:
        session.add(UndeliverableAddress(address_hash=_hash(address)))
        session.flush()


def write_again_to(session: Session, address: str) -> None:
    """Whoever opens a link that we mailed has read it."""
    session.execute(
        delete(UndeliverableAddress).where(UndeliverableAddress.address_hash == _hash(address))
    )


def take_in(session: Session, report: bytes) -> int:
    """Stop writing to each address that a report says is dead; gives how many there were.

    A report is believed only if it names a mail of ours and an address to which that very mail
    went: anyone can send us one, and it must not silence somebody else.
    """
    stopped = 0
    for bounce in read_report(report):
        if not is_final(bounce.status):
            continue
        mark = session.scalar(
            select(OutboxMessage.recipient_mark).where(
                OutboxMessage.public_id == bounce.message_id
            )
        )
        for address in bounce.addresses:
            if mark is not None and mark == mark_of(bounce.message_id, address):
                stop_writing_to(session, address)
                stopped += 1
    return stopped


def forget_marks(session: Session) -> None:
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.recipient_mark.is_not(None),
            OutboxMessage.sent_at < clock.now() - MARK_KEPT,
        )
        .values(recipient_mark=None)
    )


def read_report(report: bytes) -> list[Bounce]:
    """What a delivery status report tells (RFC 3464): one bounce for each failed recipient."""
    parts = list(message_from_bytes(report).walk())
    status = next((p for p in parts if p.get_content_type() == "message/delivery-status"), None)
    if status is None or not status.is_multipart():
        raise NotABounce
    original = list(_original(parts))
    ids = [found[1] for text, _ in original if (found := _ID.search(text))]
    to = {_folded(address) for _, line in original for _, address in getaddresses([line])}
    return [
        Bounce(
            message_id=ids[0] if ids else "",
            status=str(block["Status"] or "").split(" ")[0].strip(),
            addresses=frozenset(to | _named(block)) - {""},
        )
        for block in cast(list[Message], status.get_payload())
        if str(block["Action"] or "").strip().lower() == "failed"
    ]


def _named(block: Message) -> set[str]:
    """The address before and after forwarding; `rfc822; name@host`, perhaps as xtext."""
    values = [str(block[name] or "") for name in ("Original-Recipient", "Final-Recipient")]
    return {_folded(value.partition(";")[2].replace("+40", "@")) for value in values}


def _original(parts: list[Message]) -> Iterator[tuple[str, str]]:
    """Message-ID and recipient of what came back: a whole message or its headers alone."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            for inner in cast(list[Message], part.get_payload()):
                yield str(inner["Message-ID"] or ""), str(inner["To"] or "")
        elif part.get_content_type() == "text/rfc822-headers":
            headers = message_from_bytes(cast(bytes, part.get_payload(decode=True)))
            yield str(headers["Message-ID"] or ""), str(headers["To"] or "")


def _find(session: Session, address: str) -> int | None:
    return session.scalar(
        select(UndeliverableAddress.id).where(
            UndeliverableAddress.address_hash == _hash(address)
        )
    )


def _hash(address: str) -> str:
    return hashlib.sha256(_folded(address).encode()).hexdigest()


def _folded(address: str) -> str:
    return address.strip().strip("<>").lower()
