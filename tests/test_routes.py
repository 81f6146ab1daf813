"""Every address names its permission, every form its origin."""

from __future__ import annotations

import pytest

from feedback_app.policy import TABLE, Permission

pytestmark = pytest.mark.one_engine


def fill(rule) -> str:
    """An address of this rule with ids that belong to nothing."""
    values = {
        "PublicId": "a" * 26,
        "Slug": "nothing-here",
        "SectionKey": "abcdefgh",
        "Number": 1,
        "IntegerConverter": 1,
    }
    return rule.build(
        {
            name: values.get(type(converter).__name__, "nothing")
            for name, converter in rule._converters.items()
        },
        append_unknown=False,
    )[1]


def routes(app, method):
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in rule.methods and rule.endpoint != "static"
    ]


def test_every_view_names_a_row_of_the_permission_table(app):
    for endpoint, view in app.view_functions.items():
        if endpoint != "static":
            assert view.permission in TABLE, endpoint


def test_a_view_without_a_permission_does_not_build(app):
    from feedback_app.web.identity import check_routes

    app.view_functions["forgotten"] = lambda: ""

    with pytest.raises(RuntimeError, match="forgotten"):
        check_routes(app)


def test_what_is_not_public_asks_a_visitor_to_sign_in(app, browser):
    for rule in routes(app, "GET"):
        if app.view_functions[rule.endpoint].permission is not Permission.READ_PUBLIC:
            page = browser.get(fill(rule))
            assert page.status_code == 302, rule
            assert page.location.startswith("/sign-in?next="), rule


def test_a_visitor_may_open_every_public_address_without_an_error(app, browser):
    for rule in routes(app, "GET"):
        if app.view_functions[rule.endpoint].permission is Permission.READ_PUBLIC:
            assert browser.get(fill(rule)).status_code in {200, 302, 303, 404, 409}, rule


def test_no_reader_gets_a_cookie(app, browser):
    for rule in routes(app, "GET"):
        page = browser.get(fill(rule))
        if page.status_code == 200 and not page.soup.find("form", method="post"):
            assert "Set-Cookie" not in page.headers, rule


def test_every_post_without_its_token_changes_nothing(app, browser, session, make):
    account = make.administrator()
    browser.sign_in(account)
    before = _everything(session)

    for rule in routes(app, "POST"):
        page = browser.send(fill(rule), {"name": "Somebody else", "body": "text"})
        assert page.status_code in {200, 303, 400, 401, 403, 404, 409, 422}, rule

    assert _everything(session) == before


def test_every_answer_carries_the_security_headers(app, browser):
    for path in ("/", "/nothing-here", "/log", "/sign-in", "/healthz"):
        headers = browser.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'"), path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_another_host_is_refused(app):
    assert app.test_client().get("/", headers={"Host": "evil.example"}).status_code == 400


def _everything(session):
    """How many rows each table holds."""
    from sqlalchemy import func, select

    from feedback_app.models import Base

    session.commit()
    return {
        table.name: session.scalar(select(func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
    }
