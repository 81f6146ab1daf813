"""Whatever a phone writes beside the sound – place, time, its kind – is not kept."""

from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_app.core.errors import Invalid
from feedback_app.core.recordings import RecordingTooLong, RecordingUnreadable, recording
from tests.core import bare_files
from tests.core.bare_files import FILES, MOMENT, PLANTED, SOUND

KINDS = {"fragmented": "mp4"}


@pytest.mark.parametrize("kind", FILES)
def test_the_sound_stays_and_its_maker_is_told_nowhere(kind):
    make, heard, seconds = FILES[kind]
    data = make()
    assert PLANTED in data
    found = recording(data)

    assert (found.kind, found.seconds) == (KINDS.get(kind, kind), seconds)
    assert found.data.count(SOUND) == data.count(SOUND) == heard
    for told in (PLANTED, PLANTED[:12], PLANTED[-12:], struct.pack(">I", MOMENT)):
        assert told not in found.data
    again = recording(found.data)
    assert (again.data, again.seconds) == (found.data, seconds)


def test_what_follows_the_last_frame_of_a_telephone_is_cut_off():
    found = recording(bare_files.amr())
    assert (found.kind, found.seconds, len(found.data)) == ("amr", 2, 6 + 100 * 32)


def test_pages_of_ogg_keep_a_check_sum_that_holds():
    """The one of RFC 3533: computed here bit by bit, over the page with its sum left empty."""
    data = recording(bare_files.ogg()).data
    starts = [at for at in range(len(data)) if data.startswith(b"OggS", at)]
    comments = bytearray(data[starts[2] : starts[3]])
    kept = struct.unpack_from("<I", comments, 22)[0]
    comments[22:26] = bytes(4)
    check = 0
    for byte in comments:
        check ^= byte << 24
        for _ in range(8):
            check = (check << 1 ^ (0x04C11DB7 if check >> 31 else 0)) & 0xFFFFFFFF
    assert kept == check


@pytest.mark.parametrize(
    "data",
    [
        bare_files.streamed_mp4(b"meta"),
        bare_files.streamed_mp4(lost=5000),
        bare_files.streamed_mp4().replace(b"trun", b"free"),
        bare_files.mp4()[:-3],
        bare_files.mp4().replace(b"soun", b"text"),
        bare_files.webm().replace(b"\x83\x40\x01\x02", b"\x83\x40\x01\x11"),
        bare_files.box(b"ftyp", b"M4A ") + bare_files.box(b"moov", bytes(5)),
        b"ID3\x04\x00\x00\x00\x00\x00\x05hello and then no sound",
    ],
)
def test_what_cannot_be_read_to_its_end_is_refused_and_not_kept(data):
    with pytest.raises(RecordingUnreadable):
        recording(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xf1\x6c\x40\x01\x00\x00\x00" * 30_000,
        b"#!AMR\n" + b"\x7c" * 30_000,
        bare_files.mp3()[51:] * 20,
        bare_files.streamed_mp4(lasts=25_000),
    ],
)
def test_three_minutes_bound_also_what_comes_in_frames(data):
    with pytest.raises(RecordingTooLong):
        recording(data)


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(sorted(FILES)),
    places=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), min_size=1, max_size=6),
)
def test_a_damaged_file_is_refused_or_taken_and_breaks_nothing(kind, places):
    data = bytearray(FILES[kind][0]())
    for place, bytes_ in places:
        at = int(place * len(data))
        data[at : at + len(bytes_)] = bytes_
    with suppress(Invalid):
        recording(bytes(data))
