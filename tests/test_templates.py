"""Templates compile, hold no raw markup, and use what they import."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
PATHS = sorted(path for path in TEMPLATES.rglob("*") if path.is_file())
IMPORTS = re.compile(r"{%-?\s*from \"[^\"]+\" import ([^%]+?)\s*(?:with context)?\s*-?%}")
BANNED = {
    "|safe": re.compile(r"\|\s*safe\b"),
    "inline style": re.compile(r"\sstyle\s*="),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)"),
    "handler": re.compile(r"\son[a-z]+\s*="),
    "autoescape": re.compile(r"{%-?\s*autoescape"),
}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_is_clean(path):
    text = path.read_text()
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True
    )

    environment.parse(text)

    for name, pattern in BANNED.items():
        assert not pattern.search(text), f"{name} in {path}"
    for names in re.findall(
        r"{%-?\s*from \"[^\"]+\" import ([^%]+?)\s*(?:with context)?\s*-?%}", text
    ):
        for name in names.split(","):
            used = name.split(" as ")[-1].strip()
            assert len(re.findall(rf"\b{used}\b", text)) > 1, f"{used} is imported, not used"
