"""Error pages say what happened and what to do next, each once."""

from __future__ import annotations

import pytest
from sqlalchemy import text


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


def test_who_was_overtaken_finds_the_newer_page_and_what_they_typed(browser, make):
    host = make.host()
    round_ = make.round(host_signed_at=None, version=3)
    browser.sign_in(host)
    path = f"/host/rounds/{round_.slug}/questions"

    page = browser.post(path, version="1", prompt_en_1="What would you change first, and why?")

    assert page.status_code == 409
    assert page.soup.find("a", href=path)
    assert "What would you change first, and why?" in page.html


def test_a_site_is_ready_only_when_its_database_stands_where_the_code_does(browser, session):
    assert browser.get("/readyz").status_code == 200

    session.execute(text("UPDATE alembic_version SET version_num = '000000000000'"))
    assert browser.get("/readyz").status_code == 503
    assert browser.get("/healthz").status_code == 200

    session.execute(text("ALTER TABLE alembic_version RENAME TO elsewhere"))
    assert browser.get("/readyz").status_code == 503
