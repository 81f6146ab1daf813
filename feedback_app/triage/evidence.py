"""A link to what a reason rests on: checked in shape, never fetched by us."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_

LONGEST_ADDRESS = 500
LONGEST_TITLE = 160


class NotAnAddress(Invalid):
    message = N_("Copy the whole address of the page, from https:// to its end.")
    field = "evidence_url"


class AddressUntitled(Invalid):
    message = N_("Say what the link shows, such as the name of the study or the rule.")
    field = "evidence_title"


class TitleWithoutAddress(Invalid):
    message = N_("Give the address of this page too, or leave both empty.")
    field = "evidence_url"


def broken_evidence(url: str, title: str) -> Iterator[Invalid]:
    """What is missing of a link that may be left out whole."""
    url, title = url.strip(), title.strip()
    if url and not is_web_address(url):
        yield NotAnAddress()
    if url and not title:
        yield AddressUntitled()
    if title and not url:
        yield TitleWithoutAddress()


def is_web_address(url: str) -> bool:
    """Whether a browser would open a page of the open web there, and nothing else.

    No name or password before the host, no control characters, no spaces: what is shown as
    the host must be the host.
    """
    if len(url) > LONGEST_ADDRESS or any(c.isspace() or not c.isprintable() for c in url):
        return False
    if any(c in url for c in "\\<>\"'`{}|^"):
        return False
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and "@" not in parts.netloc
        and host is not None
        and "." in host.strip(".")
        and not host.startswith((".", "-"))
    )
