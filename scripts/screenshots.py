"""Takes pictures of the demo world's pages, as a phone and as a desk show them.

Serve the demo (`make demo`), then `python -m scripts.screenshots FOLDER [--base URL]`. Those of
the README and of docs/moderating.md: `python -m scripts.screenshots docs/pictures --docs`.
"""

from __future__ import annotations

import argparse
import os
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, StorageState, sync_playwright

from scripts.chromium import find

WIDTHS = {"phone": 360, "desk": 1280}
PAGES = {
    "home": ("", "/"),
    "rounds": ("", "/rounds"),
    "round": ("", "/rounds/crisis-course-fall"),
    "round-es": ("", "/es/rounds/crisis-course-fall"),
    "questions": ("", "/rounds/crisis-course-fall/questions"),
    "section": ("", "/rounds/crisis-course-fall/sections/e6xbn4ky"),
    "comment": ("", "/rounds/crisis-course-fall/sections/e6xbn4ky/comment?start=0&end=53"),
    "report": ("", "/rounds/crisis-course-spring/report"),
    "changes": ("", "/curricula/crisis-response/revisions/2/changes"),
    "course": ("", "/curricula/crisis-response"),
    "revision": ("", "/curricula/crisis-response/revisions/3"),
    "exceptions": ("", "/exceptions"),
    "log": ("", "/log"),
    "receipts": ("", "/receipts"),
    "sign-in": ("", "/sign-in"),
    "mine": ("resident", "/receipts/mine"),
    "account": ("resident", "/account"),
    "host": ("host", "/host/"),
    "host-new": ("host", "/host/rounds/new"),
    "host-round": ("host", "/host/rounds/crisis-course-fall"),
    "authoring": ("author", "/authoring/"),
    "draft": ("author", "/authoring/crisis-response"),
    "editor": ("author", "/authoring/crisis-response/sections/q7jlv3sf"),
    "gate": ("moderator", "/authoring/crisis-response/publish"),
    "grid": ("author", "/authoring/crisis-response/grid"),
    "import": ("author", "/authoring/import"),
    "triage": ("moderator", "/triage/"),
    "board": ("moderator", "/triage/crisis-course-fall"),
    "overview": ("moderator", "/triage/crisis-course-spring/overview"),
    "subject": ("moderator", "/triage/crisis-course-fall/subjects"),
    "letter": ("moderator", "/triage/crisis-course-spring/letters"),
    "members": ("manager", "/organizations/marlow-ferry-police/members"),
}
FOLLOWED = {
    "subject": "main a[href*='/triage/subjects/']",
    "letter": "main a[href*='/triage/letters/']",
}
"""What is shown is the page behind the first of these links: ids differ in each demo world."""
DOCS = {
    "changes": {"desk": "#e6xbn4ky"},
    "board": {"desk": "", "phone": ""},
    "overview": {"desk": ""},
    "subject": {"desk": ""},
    "letter": {"desk": ""},
    "report": {"desk": "", "phone": "#numbers"},
}
"""Which of them stand in the docs, from which place of the page on."""
PASSWORD = "demo-only-password"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--only", nargs="*", help="names of pages")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--docs", action="store_true", help="only the pictures of the docs")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find(), args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        for name, (who, path) in PAGES.items():
            if given.only and name not in given.only:
                continue
            for size, width in WIDTHS.items():
                place = DOCS.get(name, {}).get(size) if given.docs else ""
                if place is not None:
                    _take(browser, given, name, who, path + place, size, width)
        browser.close()


def _take(
    browser: Browser,
    given: argparse.Namespace,
    name: str,
    who: str,
    path: str,
    size: str,
    width: int,
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
        color_scheme="dark" if given.dark else "light",
        storage_state=_signed_in(browser, given.base, who) if who else None,
    )
    page = context.new_page()
    page.goto(given.base + path)
    page.wait_for_load_state("load")
    if link := FOLLOWED.get(name):
        page.locator(link).first.click()
        page.wait_for_load_state("load")
    file = f"{name}.png" if given.docs and size == "desk" else f"{name}-{size}.png"
    page.screenshot(path=given.folder / file, full_page=not given.docs)
    context.close()


@cache
def _signed_in(browser: Browser, base: str, who: str) -> StorageState:
    """The cookie of one account; signing in once for all pages keeps within the limit."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/sign-in")
    page.fill("#f-email", f"{who}@demo.example")
    page.fill("#f-password", PASSWORD)
    page.click("form.form button.btn")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    state = context.storage_state()
    context.close()
    return state


if __name__ == "__main__":
    main()
