"""A browser without a window: it follows forms as they stand on the page."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, SoupStrainer, Tag
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback_app.accounts import services as accounts
from feedback_app.accounts.models import Account


class Page:
    """An answer, read as a person would: its text, its errors, its forms."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status_code = response.status_code
        self.headers = response.headers
        self.location = response.headers.get("Location", "")
        self.data = response.get_data()
        self.html = "" if self.data.startswith(b"PK\x03\x04") else self.data.decode()
        self._parser = _parser(response.content_type or "")

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.html, self._parser)

    @cached_property
    def _forms(self) -> list[Tag]:
        """Every form that posts; the rest of the page, which costs more, is not read for it."""
        forms = BeautifulSoup(self.html, self._parser, parse_only=SoupStrainer("form"))
        return [f for f in forms.find_all("form") if f.get("method", "").lower() == "post"]

    @property
    def text(self) -> str:
        """What is shown, with white space folded."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def title(self) -> str:
        heading = self.soup.find("h1")
        return " ".join(heading.get_text().split()) if heading else ""

    def error_of(self, field: str) -> str | None:
        """The sentence beside a field."""
        found = self.soup.find(id=f"f-{field}-error") or self.soup.find(id=f"{field}-error")
        return " ".join(found.get_text().split()) if found else None

    def form(self, action: str | None = None) -> Tag:
        """The form that posts to this path; without one, the page's only or last form."""
        forms = self._forms
        if action is not None:
            forms = [f for f in forms if f.get("action") == action]
        assert forms, f"no form for {action or 'this page'} in: {self.text[:400]}"
        return forms[-1]

    def hidden(self, action: str | None = None) -> dict[str, str]:
        return {
            field["name"]: field.get("value", "")
            for field in self.form(action).find_all("input", type="hidden")
            if field.get("name")
        }

    def typed(self, name: str) -> str:
        """What a field holds now."""
        field = self.soup.find(attrs={"name": name})
        assert field is not None, f"no field {name}"
        if field.name == "textarea":
            return field.get_text().removeprefix("\n")
        return field.get("value", "")


def _parser(content_type: str) -> str:
    """Feeds and pictures are XML; everything else is read as a browser would."""
    return "xml" if "xml" in content_type and "html" not in content_type else "lxml"


class Browser:
    """Commits the test's session before each request and forgets what it had read after it."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.client = app.test_client()
        self.session = session

    def sign_in(self, account: Account) -> None:
        token = accounts.sign_in(self.session, account)
        self.session.commit()
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True

    def sign_out(self) -> None:
        with self.client.session_transaction() as cookie:
            cookie.clear()

    def get(self, path: str, follow: bool = False, **options: Any) -> Page:
        self.session.commit()
        response = self.client.get(path, follow_redirects=follow, **options)
        self.session.expire_all()
        return Page(response)

    def post(
        self,
        path: str,
        *,
        page: str | None = None,
        action: str | None = None,
        follow: bool = False,
        **fields: Any,
    ) -> Page:
        """Open `page` (or `path`), fill in its form and send it to `path`.

        Hidden fields, the CSRF token among them, go along as the page gave them.
        """
        shown = self.get(page or path)
        hidden = (
            shown.hidden(action or (path if page else None)) if shown.status_code < 400 else {}
        )
        return self.send(path, hidden | fields, follow=follow)

    def send(self, path: str, fields: dict[str, Any], *, follow: bool = False) -> Page:
        """Post exactly these fields."""
        self.session.commit()
        data = {name: value for name, value in fields.items() if value is not None}
        response = self.client.post(path, data=data, follow_redirects=follow)
        self.session.expire_all()
        return Page(response)


class CommandLine:
    """Runs `feedback-app …` against the test's database."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app = app
        self.session = session

    def __call__(self, *words: str, **options: Any) -> Result:
        from feedback_app.cli import main

        self.session.commit()
        result = CliRunner().invoke(main, list(words), obj=self.app, **options)
        self.session.expire_all()
        return result
