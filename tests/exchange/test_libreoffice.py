"""Our Word files in another program: LibreOffice opens them, and what it saves comes back.

Runs where `soffice` is installed; the structural checks of `test_word_export` run always.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import date
from pathlib import Path

import docx
import pytest

from feedback_app.core.html import render
from feedback_app.exchange.export import ExportedSection, RevisionExport
from feedback_app.exchange.word import read_word
from feedback_app.exchange.word_writing import Remark, write_word

DAY = date(2026, 11, 3)
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")

SOURCE = (
    "Wait.[^n] Then **go** *on* with [the law](https://law.org).\n\n- one\n  - two\n- three\n\n"
    "1. first\n2. second\n   1. deeper\n   2. still\n3. third\n\n"
    "| a | b |\n|---|---|\n| c | d |\n\n> Said.\n\n[^n]: Code 4."
)
KEYS = ("aaaaaaaa", "bbbbbbbb", "cccccccc")


def course() -> RevisionExport:
    html = str(render(SOURCE, key="k").html)
    sections = tuple(
        ExportedSection(key, str(n), f"Part {n}", level, source=SOURCE, html=html)
        for n, (key, level) in enumerate(zip(KEYS, (1, 2, 1), strict=True), start=1)
    )
    return RevisionExport("Crisis response", 2, "", "en", sections, "crisis")


def through(word: bytes, folder: Path, ending: str) -> bytes:
    """The file as LibreOffice saves it."""
    assert SOFFICE is not None
    given = folder / "given.docx"
    given.write_bytes(word)
    subprocess.run(
        [
            SOFFICE,
            f"-env:UserInstallation=file://{folder / 'profile'}",
            "--headless",
            "--convert-to",
            ending,
            "--outdir",
            str(folder / "out"),
            str(given),
        ],
        check=True,
        capture_output=True,
        timeout=110,
    )
    return next((folder / "out").iterdir()).read_bytes()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    text = render(SOURCE, key="k").text
    start = text.index("go on")
    remarks = [Remark("Rosa", DAY, ("Too fast.",), "aaaaaaaa", start, start + 5)]
    return through(write_word(course(), remarks), tmp_path_factory.mktemp("office"), "docx")


def test_sections_keep_their_keys_on_the_way_through_libreoffice(saved):
    again = read_word(saved, "x.docx")

    assert [(s.key, s.level, s.title) for s in again.sections] == [
        (key, level, f"Part {n}")
        for n, (key, level) in enumerate(zip(KEYS, (1, 2, 1), strict=True), start=1)
    ]
    for section in again.sections:
        assert render(section.source, key="k").text == render(SOURCE, key="k").text


def test_comments_stay_on_their_words(saved):
    opened = docx.Document(io.BytesIO(saved))

    assert [(c.author, c.text) for c in opened.comments] == [("Rosa", "Too fast.")]
    assert read_word(saved, "x.docx").facts.comments == ()  # ours is no news


def test_it_becomes_a_pdf(tmp_path):
    assert through(write_word(course()), tmp_path, "pdf").startswith(b"%PDF")
