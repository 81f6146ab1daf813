"""A real Chromium for tests: pages that speak to our own server alone, checked by axe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.chromium import find, missing

NO_BROWSER = "no real browser can be driven here"
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-features=MediaRouter,OptimizationHints,Translate",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
    # No page of ours may ask elsewhere: what would leave this machine finds no address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
PATIENCE = 90_000
"""Milliseconds until what a test waits for counts as never coming: a hang, not slowness."""
OUR_HOSTS = ("127.0.0.1", "localhost")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@dataclass
class Visits:
    """The pages one test opens, each in a browser profile of its own; what they did wrong."""

    browser: Browser
    base_url: str | None = None
    strangers: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        url: str | None = None,
        *,
        width: int = 1280,
        height: int = 800,
        javascript: bool = True,
        dark: bool = False,
        locale: str = "en-US",
        touch: bool = False,
    ) -> Page:
        """Open a page as a new visitor would, with nothing remembered."""
        context = self.browser.new_context(
            base_url=self.base_url,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale=locale,
            timezone_id="America/Chicago",
            has_touch=touch,
            reduced_motion="reduce",
        )
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: self._watch(request.url))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", lambda said: self._hear(said.type, said.text))
        page = context.new_page()
        if url is not None:
            page.goto(url)
        return page

    def close(self) -> None:
        """End every window; before the server ends, or what a page still asks for fails it."""
        while self._contexts:
            self._contexts.pop().close()

    def _watch(self, url: str) -> None:
        """Remember what asked another host than ours."""
        address = urlsplit(url)
        if address.scheme not in ("data", "blob") and address.hostname not in OUR_HOSTS:
            self.strangers.append(url)

    def _hear(self, kind: str, text: str) -> None:
        """Only the console tells of a refused script or style; a 404 or 422 is no error."""
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.errors.append(text)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium; without one its tests are skipped, unless required."""
    lacking = missing()
    if lacking:
        reason = f"{NO_BROWSER}: {', '.join(lacking)} missing"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"{reason}, and REQUIRE_BROWSER=1 asks for one", pytrace=False)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE)
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=[*QUIET, *sandbox])
        yield browser
        browser.close()


@pytest.fixture
def visits(chromium: Browser) -> Iterator[Visits]:
    """Opens pages; none of them may have asked elsewhere or met an error in a script."""
    visits = Visits(chromium)
    yield visits
    visits.close()
    assert visits.strangers == [], "a page asked another origin"
    assert visits.errors == [], "a page met an error"


def axe_findings(page: Page) -> list[str]:
    """Give what axe finds on the page as it stands now: one line per element and rule."""
    options = {"runOnly": {"type": "tag", "values": list(RULES)}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {' '.join(node['target'])} – {rule['help']}"
        for rule in found
        for node in rule["nodes"]
    ]


def overflow(page: Page) -> int:
    """Give the pixels by which the page is wider than its window."""
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(0, int(width))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was left out: a run without a browser is not a whole one."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(NO_BROWSER in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(
            f"{count} tests in a real browser were NOT run: {NO_BROWSER}.",
            yellow=True,
            bold=True,
        )
