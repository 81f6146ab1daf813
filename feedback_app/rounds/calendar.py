"""A comment period's days as a calendar file (RFC 5545), for whoever leaves no address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

OCTETS = 75
"""A longer line is folded (RFC 5545, 3.1)."""


@dataclass(frozen=True)
class Event:
    """A day or an instant that somebody may want to be reminded of."""

    uid: str
    at: date | datetime
    title: str
    url: str


def calendar(events: Sequence[Event], *, made_at: datetime) -> str:
    """Return the file: lines that end in CR LF, each at most 75 octets of UTF-8 long."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Training Feedback//EN"]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.uid}",
            f"DTSTAMP:{_instant(made_at)}",
            *_when(event.at),
            f"SUMMARY:{_text(event.title)}",
            f"URL:{event.url}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _when(at: date | datetime) -> list[str]:
    if isinstance(at, datetime):
        return [f"DTSTART:{_instant(at)}"]
    return [
        f"DTSTART;VALUE=DATE:{at:%Y%m%d}",
        f"DTEND;VALUE=DATE:{at + timedelta(days=1):%Y%m%d}",
    ]


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return " ".join(words.split())


def _folded(line: str) -> Iterator[str]:
    """Pieces that cut no character in two; all but the first begin with a space."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > OCTETS:
            yield piece
            piece = " "
        piece += character
    yield piece
