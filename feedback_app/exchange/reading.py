"""Reads an uploaded file in a child process with little memory and little time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import IO, Any

from feedback_app.exchange.document import FORMAT, Document
from feedback_app.exchange.word_guard import Unreadable, check_size, check_word

CPU_SECONDS = 20
WALL_SECONDS = 150
MEMORY_BYTES = 640 * 1024 * 1024
_NO_MEMORY = 2  # libxml2's error number
MOST_OUTPUT = 32 * 1024 * 1024
_ROOT = Path(__file__).resolve().parents[2]
_SAID = re.compile(rb"(\d{1,9}) (\d{1,9})\n")
_WEB_PAGE = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title)\b", re.I
)
_FRAGMENT = re.compile(
    r"<(?:p|h[1-6]|div|table|ul|ol)\b[^>]*>.*</(?:p|h[1-6]|div|table|ul|ol)>", re.I
)


Report = Callable[[int, int], None]
"""Takes how many of how many pieces of a file have been read."""


def parse_upload(data: bytes, filename: str, report: Report | None = None) -> Document:
    """Return the course in a Word, Markdown, web page or JSON file, told apart by its content.

    Raises `Unreadable`. The file is looked at and parsed in a child process, so that this
    process neither grows nor waits for ever, whatever the file does: twenty seconds of
    processor time are enough for 300 pages, and a busy machine may stretch them.
    """
    check_size(data)
    answer = in_child("feedback_app.exchange.reading", data, filename, report)
    if "refused" in answer:
        raise Unreadable(str(answer["refused"]), str(answer.get("part") or ""))
    return Document.from_json(answer)


def in_child(
    module: str, data: bytes, filename: str, report: Report | None = None
) -> dict[str, Any]:
    """What a module of ours, run as a child that bounds itself, says of a file."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as taken:
        given.write(data)
        given.seek(0)
        name = PurePath(filename.replace("\\", "/")).name
        _run_child(module, name, given, taken, report or (lambda _done, _total: None))
        size = taken.tell()
        taken.seek(0)
        return _answer(taken.read(MOST_OUTPUT + 1), size)


def _run_child(
    module: str, filename: str, given: IO[bytes], taken: IO[bytes], report: Report
) -> None:
    command = [sys.executable, "-m", module, filename[-200:] or "file"]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        stdin=given,
        stdout=taken,
        stderr=subprocess.PIPE,
        env={"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=str(_ROOT),
    ) as child:
        end = threading.Timer(WALL_SECONDS, child.kill)
        end.start()
        try:
            for line in child.stderr or ():
                _pass_on(line, report)
            code = child.wait()
        finally:
            end.cancel()
    if code < 0:
        raise Unreadable("too_slow" if code in (-24, -9) else "too_long")
    taken.seek(0, 2)


def _pass_on(line: bytes, report: Report) -> None:
    """The child says two numbers at a time; whatever else it says is not for anybody."""
    found = _SAID.fullmatch(line)
    if found:
        report(int(found.group(1)), int(found.group(2)))


def _answer(raw: bytes, size: int) -> dict[str, Any]:
    if size > MOST_OUTPUT:
        raise Unreadable("too_long")
    try:
        answer = json.loads(raw)
    except ValueError as error:
        raise Unreadable("broken") from error
    return answer if isinstance(answer, dict) else {"refused": "broken"}


def read_file(data: bytes, filename: str, report: Report | None = None) -> Document:
    """Read a file in this process; `parse_upload` is the safe way to call it."""
    check_size(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        from feedback_app.exchange.word import read_word

        check_word(data)
        return read_word(data, filename, report)
    if data.startswith(b"%PDF"):
        raise Unreadable("pdf")
    if data.startswith(b"{\\rtf"):
        raise Unreadable("not_document")
    return read_text(_decode(data), filename)


def read_text(text: str, filename: str) -> Document:
    """Tell JSON, web pages and Markdown apart by how they begin."""
    from feedback_app.exchange.html import read_html
    from feedback_app.exchange.markdown import read_markdown

    if text.lstrip().startswith("{") and FORMAT in text:
        try:
            return Document.from_json(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable("broken") from error
    if _WEB_PAGE.match(text) or (_FRAGMENT.match(text.lstrip()) and "\n#" not in text):
        return read_html(text, filename)
    return read_markdown(text, filename)


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in data:
        raise Unreadable("not_document")
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if (
            sum(not letter.isprintable() for letter in text[:4000] if letter not in "\r\n\t\f")
            < 20
        ):
            return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    raise Unreadable("not_document")


def bound() -> None:
    """Bound this process: memory beyond what it has, processor time, bytes it writes."""
    try:
        import resource
    except ImportError:  # not on every system
        return
    pages = Path("/proc/self/statm")
    used = (
        int(pages.read_text().split()[0]) * resource.getpagesize() if pages.exists() else 2**29
    )
    memory = used + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_OUTPUT + 1024, MOST_OUTPUT + 1024))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _say(done: int, total: int) -> None:
    sys.stderr.write(f"{done} {total}\n")
    sys.stderr.flush()


def serve(read: Callable[[], dict[str, Any]]) -> None:
    """Say what was read, or why nothing was, as one JSON object on standard output."""
    try:
        said = read()
    except Unreadable as refusal:
        said = {"refused": refusal.code, "part": refusal.part}
    except (MemoryError, RecursionError):
        said = {"refused": "too_long"}
    except Exception as error:
        out_of_memory = getattr(error, "code", None) == _NO_MEMORY
        said = {"refused": "too_long" if out_of_memory else "broken"}
    answer = json.dumps(said, ensure_ascii=True)
    if len(answer) > MOST_OUTPUT:
        answer = json.dumps({"refused": "too_long"})
    sys.stdout.write(answer)


def main() -> None:
    bound()
    serve(lambda: read_file(sys.stdin.buffer.read(), sys.argv[1], _say).to_json())


if __name__ == "__main__":
    main()
