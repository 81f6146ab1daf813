"""Recordings that people send: told by content, measured, and stripped of all else."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from feedback_app.core import bare_frames, bare_mp4, bare_ogg, bare_webm
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_

MOST_BYTES = 20 * 1024 * 1024
MOST_SECONDS = 180
GRACE_SECONDS = 5
_WEBM, _OGG, _FLAC, _AMR = b"\x1a\x45\xdf\xa3", b"OggS", b"fLaC", b"#!AMR"
_BARE = {
    "aac": bare_frames.bare_aac,
    "amr": bare_frames.bare_amr,
    "flac": bare_frames.bare_flac,
    "mp3": bare_frames.bare_mp3,
    "mp4": bare_mp4.bare_mp4,
    "ogg": bare_ogg.bare_ogg,
    "wav": bare_frames.bare_wav,
    "webm": bare_webm.bare_webm,
}


class NoRecording(Invalid):
    message = N_("Choose a sound or video file, or record one.")
    field = "recording"


class RecordingUnreadable(Invalid):
    message = N_(
        "We could not take out of this file what a phone writes into it, such as the place. "
        "Record it anew, or choose another kind of file: MP3, M4A, MP4 or WAV."
    )
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
    """`data` is the recording alone; `seconds` is nothing where the file does not say it."""

    kind: str
    seconds: int | None
    data: bytes = b""


def recording(data: bytes) -> Recording:
    """The recording without what its maker wrote into the file: place, time, kind of phone.

    Refused is what is no recording, too big, too long, or cannot be read to its end: nobody
    could say what else is in it.
    """
    if not data:
        raise NoRecording
    if len(data) > MOST_BYTES:
        raise RecordingTooBig
    kind = _kind(data)
    if kind is None:
        raise NoRecording
    try:
        bare, seconds = _BARE[kind](data)
    except (ValueError, IndexError, OverflowError, struct.error):
        raise RecordingUnreadable from None
    if seconds is not None and seconds > MOST_SECONDS + GRACE_SECONDS:
        raise RecordingTooLong
    return Recording(kind, None if seconds is None else round(seconds), bare)


def _kind(data: bytes) -> str | None:
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return "wav"
    if data[4:8] in (b"ftyp", b"moov", b"wide", b"mdat"):  # QuickTime may begin without a type
        return "mp4"
    starts = {"webm": _WEBM, "ogg": _OGG, "flac": _FLAC, "amr": _AMR}
    for kind, start in starts.items():
        if data.startswith(start):
            return kind
    at = bare_frames.after_tags(data) if data.startswith(b"ID3") else 0
    head = data[at : at + 2]
    if len(head) == 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:  # MPEG audio's sync word
        return "aac" if head[1] & 0x06 == 0 else "mp3"
    return "mp3" if at else None
