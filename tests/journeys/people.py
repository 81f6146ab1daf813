"""Who walks through a journey, and how they use a page."""

from __future__ import annotations

import itertools
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.accounts import services as accounts
from feedback_app.accounts.models import Account
from feedback_app.organizations.models import Organization, OrganizationKind
from tests.factories import Make
from tests.journeys.conftest import Site


class Town:
    """A department, a host and a board with one person each, at windows of their own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.emails: dict[str, str] = {}
        with site.database.session(writing=True) as session:
            make = Make(session)
            for role in ("author", "moderator", "manager", "host", "reviewer"):
                self.emails[role] = getattr(make, role)().email
            session.commit()

    def more(self, session: Session) -> Make:
        """A factory for further things of this town, with numbers that nobody has."""
        make = Make(session)
        make._numbers = itertools.count(1000)
        make._department = session.scalars(
            select(Organization).where(Organization.kind == OrganizationKind.DEPARTMENT)
        ).one()
        return make

    def homes(self, session: Session) -> tuple[Organization, Organization]:
        """The host and the board of this town."""
        host, board = (
            session.scalars(select(Organization).where(Organization.kind == kind)).first()
            for kind in (OrganizationKind.HOST, OrganizationKind.BOARD)
        )
        assert host is not None
        assert board is not None
        return host, board

    def window(self, role: str, **options: object) -> Page:
        """Signed in anew each time: weeks pass between the steps of a journey."""
        with self.site.database.session(writing=True) as session:
            account = session.scalars(
                select(Account).where(Account.email == self.emails[role])
            ).one()
            token = accounts.sign_in(session, account)
            session.commit()
        return self.site.window(token, **options)


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"[name='{name}']").first.fill(value)


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"[name='{name}'][value='{value}']").first.check()


def press(page: Page, name: str, *, asked: bool = False) -> None:
    """Press a button; where the page asks once more, say yes."""
    button = page.get_by_role("button", name=name, exact=True).first
    if asked:
        scripts_have_started(page)
        button.click()
        button = page.locator("dialog").get_by_role("button", name=name, exact=True)
    follow(page, button)


def follow(page: Page, target: Locator) -> None:
    """Press a button or a link, and wait until the next page is there."""
    with page.expect_navigation():
        target.click()


def said(page: Page) -> str:
    """What the page says, with white space folded."""
    return " ".join(page.locator("main").inner_text().split())


def tab_to(page: Page, words: str, *, most: int = 80) -> None:
    """Press Tab until what is focused has these words; a person without a mouse does so."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "[document.activeElement.textContent, document.activeElement.name || ''].join(' ')"
        )
        if words in " ".join(focused.split()):
            return
    raise AssertionError(f"Tab never came to “{words}”")


def days(number: float) -> timedelta:
    return timedelta(days=number)


def scripts_have_started(page: Page) -> None:
    """Before that, what a script would do the plain page does instead."""
    expect(page.locator("[data-module]:not([data-started])")).to_have_count(0)
