"""Sound that comes in frames or chunks – MP3, AAC, AMR, FLAC, WAV – without anything else.

What tells of maker, place and time stands before, behind or between the frames, so the frames
alone are kept. `ValueError`, `struct.error` or `IndexError` where a file cannot be read so.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

MOST_FRAMES, MOST_TRIES, MOST_BLOCKS = 20_000, 50_000, 1_000
"""More frames last longer than anybody may speak; so often a next one is looked for where none
stands; so many blocks or chunks may stand in front of the sound."""
Frame = tuple[int, float] | None
"""Its bytes and its seconds."""
_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_MP3_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_AAC_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)
_AMR = {0: 12, 1: 13, 2: 15, 3: 17, 4: 19, 5: 20, 6: 26, 7: 31, 8: 5, 15: 0}
_AMR_WIDE = {0: 17, 1: 23, 2: 32, 3: 36, 4: 40, 5: 46, 6: 50, 7: 58, 8: 60, 9: 5, 14: 0, 15: 0}
_STREAM_INFO, _PADDING, _SEEK_TABLE = 0, 1, 3


def bare_mp3(data: bytes) -> tuple[bytes, float | None]:
    """ISO/IEC 11172-3, layer III; tags in front say how long they are and are left out."""
    return _frames(data, after_tags(data), _mp3_frame)


def bare_aac(data: bytes) -> tuple[bytes, float | None]:
    """ISO/IEC 13818-7, ADTS."""
    return _frames(data, after_tags(data), _aac_frame)


def after_tags(data: bytes) -> int:
    """Where the sound may begin: behind all ID3v2 tags in front."""
    at = 0
    while data[at : at + 3] == b"ID3":
        size = 0
        for each in data[at + 6 : at + 10]:
            size = size << 7 | each & 0x7F
        at += 10 + size + (10 if data[at + 5] & 0x10 else 0)
    return at


def _frames(
    data: bytes, at: int, frame_at: Callable[[bytes, int], Frame]
) -> tuple[bytes, float | None]:
    """All frames; after a gap only where two stand in a row, as bytes of a tag hardly do."""
    kept, seconds, tries, in_row = list[bytes](), 0.0, 0, False
    while 0 <= at < len(data) and len(kept) <= MOST_FRAMES:
        found = frame_at(data, at)
        if found and not in_row:
            behind = at + found[0]
            found = found if behind == len(data) or frame_at(data, behind) else None
        if found and at + found[0] <= len(data):
            kept.append(data[at : at + found[0]])
            seconds, at, in_row = seconds + found[1], at + found[0], True
            continue
        in_row, tries = False, tries + 1
        if tries > MOST_TRIES:
            raise ValueError("too many gaps")
        at = data.find(b"\xff", at + 1)
    if not kept:
        raise ValueError("no sound in it")
    return b"".join(kept), seconds


def _mp3_frame(data: bytes, at: int) -> Frame:
    if len(data) - at < 4 or data[at] != 0xFF or data[at + 1] & 0xE6 != 0xE2:
        return None
    version, index = data[at + 1] >> 3 & 3, data[at + 2] >> 2 & 3
    rate_index, is_padded = data[at + 2] >> 4, data[at + 2] >> 1 & 1
    if version == 1 or index == 3 or rate_index in (0, 15):
        return None
    rate, is_first = _MP3_RATES[version][index], version == 3
    bits = (_MP3_1 if is_first else _MP3_2)[rate_index] * 1000
    samples = 1152 if is_first else 576
    return samples // 8 * bits // rate + is_padded, samples / rate


def _aac_frame(data: bytes, at: int) -> Frame:
    if len(data) - at < 7 or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
        return None
    index = data[at + 2] >> 2 & 15
    size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    if index >= len(_AAC_RATES) or size < 8:
        return None
    return size, 1024 * (1 + (data[at + 6] & 3)) / _AAC_RATES[index]


def bare_amr(data: bytes) -> tuple[bytes, float | None]:
    """RFC 4867, section 5: a mark, then frames of twenty milliseconds up to the end."""
    wide = data.startswith(b"#!AMR-WB\n")
    start = 9 if wide else 6
    if not wide and not data.startswith(b"#!AMR\n"):
        raise ValueError("a form with more than one channel")
    sizes, at, number = (_AMR_WIDE if wide else _AMR), start, 0
    while at < len(data) and number <= MOST_FRAMES:
        size = sizes.get(data[at] >> 3 & 15)
        if size is None or data[at] & 0x83 or at + 1 + size > len(data):
            break
        at, number = at + 1 + size, number + 1
    if not number:
        raise ValueError("no sound in it")
    return data[:at], number / 50


def bare_flac(data: bytes) -> tuple[bytes, float | None]:
    """RFC 9639: what the sound needs of the blocks in front, then the frames."""
    kept, at, seconds = list[bytes](), 4, None
    for _ in range(MOST_BLOCKS):
        is_last, kind = bool(data[at] & 0x80), data[at] & 0x7F
        size = int.from_bytes(data[at + 1 : at + 4])
        block = data[at + 4 : at + 4 + size]
        if kind == _STREAM_INFO:
            seconds = flac_seconds(block)
        if kind in (_STREAM_INFO, _SEEK_TABLE):
            kept.append(bytes([kind]) + size.to_bytes(3) + block)
        at += 4 + size
        if is_last:
            break
    frames = data[at : _before_tags_at_end(data)]
    if not kept or frames[:1] != b"\xff":
        raise ValueError("no sound in it")
    empty = bytes([0x80 | _PADDING, 0, 0, 0])
    return b"".join([b"fLaC", *kept, empty, frames]), seconds


def flac_seconds(block: bytes) -> float | None:
    packed = int.from_bytes(block[10:18])
    rate, samples = packed >> 44, packed & (1 << 36) - 1
    return samples / rate if rate and samples else None


def _before_tags_at_end(data: bytes) -> int:
    """Where the sound ends: before an ID3v1 tag and an APEv2 tag."""
    end = len(data)
    if data[end - 128 : end - 125] == b"TAG":
        end -= 128
    if data[end - 32 : end - 24] == b"APETAGEX":
        size, _items, flags = struct.unpack_from("<III", data, end - 20)
        end -= min(end, size + (32 if flags & 1 << 31 else 0))
    return end


def bare_wav(data: bytes) -> tuple[bytes, float | None]:
    """RIFF: its form, how many samples, and the sound; any other chunk is left out."""
    kept, others, at, per_second, length = list[bytes](), list[bytes](), 12, 0, None
    while at + 8 <= len(data) and length is None and len(others) < MOST_BLOCKS:
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data":  # a recorder that was cut off never wrote its size
            size = length = min(size, len(data) - at - 8)
        chunk = data[at + 8 : at + 8 + size]
        if name == b"fmt ":
            (per_second,) = struct.unpack_from("<I", chunk, 8)
        if name in (b"fmt ", b"fact", b"data"):
            kept.append(struct.pack("<4sI", name, len(chunk)) + chunk + b"\0" * (size % 2))
        else:
            others.append(name)
        at += 8 + size + size % 2
    if not length or not per_second:
        raise ValueError("no sound in it")
    body = b"WAVE" + b"".join(kept)
    return struct.pack("<4sI", b"RIFF", len(body)) + body, length / per_second
