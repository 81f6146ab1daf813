"""A real SMTP server for tests, which takes, refuses or drops what it is told to."""

from __future__ import annotations

import asyncio
import email.policy
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.parts.serving import free_port

ACCEPT = "250 OK"
LATER = "451 4.3.0 Try again later"
NEVER = "550 5.1.1 No such mailbox"
DROP = "drop"
HANG = "hang"
TAKE_AND_LEAVE = "250 OK, and gone"
TAKE_AND_DROP = "taken, and nothing said"
SLOW = "250 OK, at last"
NOBODY = "550 5.1.1 Nobody is at this address"
NOT_TODAY = "450 4.2.1 This mailbox is busy"


@dataclass(frozen=True)
class Received:
    """One message as the server took it: the envelope, and the parsed mail."""

    sender: str
    recipients: tuple[str, ...]
    mail: EmailMessage

    def text(self, kind: str = "plain") -> str:
        """Give the plain or the HTML body."""
        part = self.mail.get_body((kind,))
        return cast(str, part.get_content()) if part is not None else ""


@dataclass
class MailServer:
    """What arrived, and what to answer next: `answers` first, `otherwise` after them.

    An answer is an SMTP line for the whole message, DROP to cut the connection before it, HANG
    to say nothing, SLOW to take it and say so after a while, TAKE_AND_DROP to keep it and cut
    the connection without a word, or TAKE_AND_LEAVE to cut it after the word. `doors` are
    answers to a recipient, before any message; an empty one lets it in.
    """

    port: int
    messages: list[Received] = field(default_factory=list)
    answers: deque[str] = field(default_factory=deque)
    doors: deque[str] = field(default_factory=deque)
    door_is_shut: bool = False
    otherwise: str = ACCEPT
    told: list[tuple[str, str]] = field(default_factory=list)
    """Message-ID and answer of every try that came to its text."""
    slowness: float = 0.2
    _controller: Controller | None = None
    _leaves: bool = False

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, again on the same port when stopped before."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Refuse connections, as a server does that is down."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_MAIL(  # noqa: N802 - aiosmtpd calls it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        if self.door_is_shut:
            return "530 5.7.0 Sign in first"
        envelope.mail_from = address
        return ACCEPT

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        answer = self.doors.popleft() if self.doors else ""
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return ACCEPT

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it by this name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        answer = self.answers.popleft() if self.answers else self.otherwise
        received = _received(envelope)
        self.told.append((received.mail["Message-ID"], answer))
        if answer == DROP:
            cast(Any, server.transport).abort()
            return LATER
        if answer == HANG:
            await asyncio.sleep(5)
            return LATER
        if answer.startswith("2") or answer == TAKE_AND_DROP:
            self.messages.append(received)
        if answer == SLOW:
            await asyncio.sleep(self.slowness)
        if answer == TAKE_AND_DROP:
            cast(Any, server.transport).abort()
            return LATER
        self._leaves = answer == TAKE_AND_LEAVE
        return answer

    async def handle_QUIT(  # noqa: N802 - aiosmtpd calls it by this name
        self, server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        if self._leaves:
            cast(Any, server.transport).abort()
        return "221 Bye"


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    """A mail server on a free port of this machine."""
    server = MailServer(free_port())
    server.start()
    yield server
    server.stop()


def _received(envelope: Envelope) -> Received:
    mail = message_from_bytes(cast(bytes, envelope.content), policy=email.policy.default)
    return Received(
        sender=envelope.mail_from or "",
        recipients=tuple(envelope.rcpt_tos),
        mail=mail,
    )
