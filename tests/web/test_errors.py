"""Error pages say what happened and what to do next, each once."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("path", "status", "next_step"),
    [
        ("/rounds/nobody-planned-it", 404, "The address may be mistyped"),
        ("/no/such/page", 404, "The address may be mistyped"),
        ("/organizations/new", 403, "A manager of your organization can give you the role"),
    ],
)
def test_an_error_page_says_what_to_do_next_and_not_its_title_again(
    browser, make, path, status, next_step
):
    browser.sign_in(make.moderator())

    page = browser.get(path)

    assert page.status_code == status
    assert page.soup.find(class_="lede").get_text().startswith(next_step)
    assert page.soup.find(class_="lede").get_text().rstrip(".") != page.soup.h1.get_text()
