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
    to say nothing, or TAKE_AND_LEAVE to cut the connection after it.
    """

    port: int
    messages: list[Received] = field(default_factory=list)
    answers: deque[str] = field(default_factory=deque)
    otherwise: str = ACCEPT
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

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it by this name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        answer = self.answers.popleft() if self.answers else self.otherwise
        if answer == DROP:
            cast(Any, server.transport).abort()
            return LATER
        if answer == HANG:
            await asyncio.sleep(5)
            return LATER
        if answer.startswith("2"):
            self.messages.append(_received(envelope))
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
