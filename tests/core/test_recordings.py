"""A recording is told by its content; its length is believed where the file says it plainly."""

from __future__ import annotations

import struct

import pytest

from feedback_app.core.recordings import (
    MOST_BYTES,
    NoRecording,
    RecordingTooBig,
    RecordingTooLong,
    RecordingUnreadable,
    recording,
)
from tests.comments.sounds import mp4, wav


@pytest.mark.parametrize(
    ("data", "kind", "seconds"),
    [
        (wav(12), "wav", 12),
        (mp4(61), "mp4", 61),
        (mp4(61, wide=True), "mp4", 61),
        (mp4(0), "mp4", None),
    ],
)
def test_the_kind_is_told_by_content_and_the_length_where_it_stands(data, kind, seconds):
    found = recording(data)
    assert (found.kind, found.seconds) == (kind, seconds)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", NoRecording),
        (b"<script>alert(1)</script>", NoRecording),
        (b"\xff\xd8\xff\xe0 a picture", NoRecording),
        (b"%PDF-1.7", NoRecording),
        (b"RIFF\x00\x00\x00\x00WAVE", RecordingUnreadable),
        (wav(5, rate=1).replace(struct.pack("<II", 1, 1), bytes(8)), RecordingUnreadable),
        (wav(200), RecordingTooLong),
        (mp4(200), RecordingTooLong),
        (b"OggS" + bytes(MOST_BYTES), RecordingTooBig),
    ],
)
def test_what_is_none_or_too_much_is_refused(data, error):
    with pytest.raises(error):
        recording(data)
