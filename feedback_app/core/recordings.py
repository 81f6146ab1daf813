"""Recordings that people send: their kind by content, their length where the file says it."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_

MOST_BYTES = 20 * 1024 * 1024
MOST_SECONDS = 180
GRACE_SECONDS = 5
_WEBM, _OGG, _FLAC, _AMR = b"\x1a\x45\xdf\xa3", b"OggS", b"fLaC", b"#!AMR"


class NoRecording(Invalid):
    message = N_("Choose a sound or video file, or record one.")
    field = "recording"


class RecordingTooBig(Invalid):
    message = N_(
        "This file is larger than 20 MB. A shorter one, or sound without video, is smaller."
    )
    field = "recording"


class RecordingTooLong(Invalid):
    message = N_("This is longer than three minutes. Send it in two parts.")
    field = "recording"


@dataclass(frozen=True)
class Recording:
    """`seconds` is what the file says of itself; nothing where it does not say it plainly."""

    kind: str
    seconds: int | None


def recording(data: bytes) -> Recording:
    """Refuse what is no recording, too big or too long.

    Only WAV and the MP4 family tell their length where it can be read without decoding; of the
    rest the size alone is trusted, and whoever listens hears how long it is.
    """
    if not data:
        raise NoRecording
    if len(data) > MOST_BYTES:
        raise RecordingTooBig
    kind = _kind(data)
    if kind is None:
        raise NoRecording
    try:
        seconds = {"wav": _of_wav, "mp4": _of_mp4}.get(kind, lambda _data: None)(data)
    except (struct.error, ZeroDivisionError, IndexError):
        raise NoRecording from None
    if seconds is not None and seconds > MOST_SECONDS + GRACE_SECONDS:
        raise RecordingTooLong
    return Recording(kind, None if seconds is None else round(seconds))


def _kind(data: bytes) -> str | None:
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return "wav"
    if data[4:8] == b"ftyp":
        return "mp4"
    starts = {"webm": _WEBM, "ogg": _OGG, "flac": _FLAC, "amr": _AMR, "mp3": b"ID3"}
    for kind, start in starts.items():
        if data.startswith(start):
            return kind
    if len(data) > 2 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0:  # MPEG audio's sync word
        return "aac" if data[1] & 0x06 == 0 else "mp3"
    return None


def _of_wav(data: bytes) -> float:
    """Bytes of sound by bytes in a second, as the chunks "fmt " and "data" say."""
    at, per_second = 12, 0
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        if name == b"fmt ":
            per_second = struct.unpack_from("<I", data, at + 16)[0]
        elif name == b"data":
            return float(min(size, len(data) - at - 8)) / per_second
        at += 8 + size + size % 2
    raise struct.error("no sound in it")


def _of_mp4(data: bytes) -> float | None:
    """ISO/IEC 14496-12: the movie header's duration by its time scale; a stream has none."""
    movie = _box(data, 0, len(data), b"moov")
    header = _box(data, *movie, b"mvhd") if movie else None
    if header is None:
        return None
    at = header[0]
    if data[at] == 1:
        scale, length = struct.unpack_from(">IQ", data, at + 20)
    else:
        scale, length = struct.unpack_from(">II", data, at + 12)
    return float(length) / scale if length else None


def _box(data: bytes, at: int, end: int, wanted: bytes) -> tuple[int, int] | None:
    """Where the content of the first box of this name begins and ends."""
    for _ in range(10_000):
        if at + 8 > end:
            return None
        size, name = struct.unpack_from(">I4s", data, at)
        begins = at + 8
        if size == 1:
            size, begins = struct.unpack_from(">Q", data, at + 8)[0], at + 16
        stops = end if size == 0 else at + size
        if stops <= at or stops > end:
            return None
        if name == wanted:
            return begins, stops
        at = stops
    return None
