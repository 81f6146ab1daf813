"""The stylesheet is written in parts and asked for once."""

import re
from pathlib import Path

import pytest

from feedback_app.web.stylesheets import PARTS

STATIC = Path(__file__).parents[2] / "static"


@pytest.mark.one_engine
def test_a_page_asks_once_for_all_parts_and_not_again_while_they_stay(browser):
    links = re.findall(r'<link rel="stylesheet" href="([^"]+)"', browser.get("/").html)
    sheet = browser.get(links[0])

    parts = sorted((STATIC / "css/main").glob("*.css"))
    assert len(links) == 1
    assert sorted(PARTS["css/main.css"]) == [part.stem for part in parts]
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"
    assert all(part.read_bytes().splitlines()[-2] in sheet.data for part in parts)
    assert sheet.data.startswith(b"@layer reset, base, components, pages, print;")
    assert b"/*" not in sheet.data
    again = browser.get(links[0], headers={"If-None-Match": sheet.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
