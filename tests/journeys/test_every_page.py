"""Every page of every role: axe finds nothing, nothing sticks out, nothing breaks."""

from __future__ import annotations

import os
import random
from datetime import date

import pytest

from tests.parts.chromium import axe_findings, overflow

pytestmark = pytest.mark.long

SOAK = os.environ.get("FEEDBACK_SOAK") == "1"
LOOKS = [(360, False), (1280, False), (360, True), (1280, True)]

PAGES = {
    "visitor": [
        "/rounds/{half_signed}/join",
        "/",
        "/es/",
        "/rounds",
        "/rounds/{open}",
        "/es/rounds/{open}",
        "/rounds/{answered}",
        "/rounds/{open}/questions",
        "/rounds/{open}/agreement",
        "/rounds/{open}/whole",
        "/rounds/{open}/sections/{key}",
        "/rounds/{open}/sections/{key}/choose",
        "/rounds/{open}/sections/{key}/comment?start=0&end=30",
        "/es/rounds/{open}/comment",
        "/rounds/{answered}/report",
        "/es/rounds/{answered}/report",
        "/comments/{published_comment}",
        "/comments/{by_code}",
        "/comments/{by_code}/reply",
        "/comments/{by_code}/agree",
        "/comments/{withdrawn}",
        "/receipts",
        "/receipts/lost",
        "/helper",
        "/curricula",
        "/curricula/{course}",
        "/rounds/{open}/follow",
        "/es/curricula/{course}/follow",
        "/departments/{department}/follow",
        "/curricula/{course}/revisions/3",
        "/curricula/{course}/revisions/2/changes",
        "/curricula/{course}/revisions/3/changes",
        "/exceptions",
        "/log",
        "/log/3",
        "/sign-in",
        "/register",
        "/forgotten-password",
        "/nothing-here",
    ],
    "resident": [
        "/receipts/mine",
        "/receipts/keep",
        "/comments/{by_account}/edit",
        "/comments/{by_account}/offer",
        "/comments/{by_account}/name",
        "/comments/{by_account}/withdraw",
        "/comments/{by_account}/sent",
        "/account",
        "/account/password",
        "/account/following",
        "/account/notices",
        "/sign-out",
    ],
    "host": [
        "/host/",
        "/host/rounds/new",
        "/host/rounds/{open}",
        "/host/rounds/{planned}",
        "/host/rounds/{planned}/edit",
        "/host/rounds/{planned}/change",
        "/host/rounds/{planned}/when",
        "/host/rounds/{planned}/who",
        "/host/rounds/{planned}/preview",
        "/host/rounds/{planned}/questions",
        "/host/rounds/{half_signed}/invitations",
        "/host/rounds/{half_signed}/slips",
        "/host/translations",
        "/host/translations/rounds/{planned}/es",
        "/host/rounds/{open}/about-people/slips",
        "/host/rounds/{open}/numbers",
        "/host/rounds/{open}/closing-report",
        "/host/rounds/{open}/kit",
        "/host/rounds/{open}/kit/handout",
        "/host/rounds/{open}/kit/notice",
        "/host/rounds/{open}/kit/sheets",
        "/host/rounds/{open}/poster",
        "/host/rounds/{open}/sheets",
        "/host/rounds/{open}/sheets/new",
        "/host/rounds/{open}/sheets/slips",
        "/host/rounds/{open}/sheets/list",
        "/host/rounds/{open}/letters/new",
        "/host/rounds/{open}/sheets/{sheet}",
        "/host/rounds/{open}/sessions",
        "/host/rounds/{open}/sessions/new",
        "/host/rounds/{open}/sessions/{meeting}",
        "/host/rounds/{open}/sessions/{meeting}/pack",
        "/es/host/rounds/{open}/sessions/{meeting}/read-aloud",
        "/rounds/{open}/extend",
        "/rounds/{open}/close",
    ],
    "author": [
        "/authoring/",
        "/authoring/import",
        "/authoring/uploads/{upload}",
        "/authoring/uploads/{upload}/sections/{upload_key}",
        "/authoring/uploads/{edited_upload}/compare",
        "/authoring/uploads/{edited_upload}/reasons",
        "/authoring/{course}/import",
        "/authoring/{course}",
        "/authoring/{course}/course",
        "/authoring/{course}/grid",
        "/authoring/{course}/changes",
        "/authoring/{course}/changes/{key}/cause",
        "/authoring/{course}/sections/{key}",
        "/authoring/{course}/sections/{key}/split",
        "/authoring/{course}/sections/{key}/join",
        "/authoring/{course}/sections/{key}/move",
        "/authoring/{course}/sections/{key}/remove",
        "/authoring/{course}/sections/new",
        "/authoring/{course}/drop",
        "/authoring/{course}/states",
        "/authoring/{course}/correction",
        "/authoring/{urgent}/correction",
        "/authoring/{urgent}/correction/sections/{urgent_key}",
        "/authoring/{urgent}/correction/states",
        "/authoring/{urgent}/correction/states/{urgent_state}",
        "/authoring/{urgent}/correction/drop",
        "/authoring/{course}/states/{state}",
        "/curricula/{course}/revisions/3/withheld/{withheld_key}",
    ],
    "moderator": [
        "/triage/",
        "/triage/{open}",
        "/triage/{answered}",
        "/triage/points/{recorded_point}",
        "/triage/points/{published_point}",
        "/triage/points/{recorded_point}/split",
        "/triage/dispositions/{recorded}/adopt",
        "/triage/{open}/publish",
        "/triage/{answered}/publish",
        "/triage/{answered}?state=again",
        "/departments/{department}/ready-texts",
        "/es/departments/{department}/ready-texts/{ready}",
        "/departments/{department}/ready-texts/{ready}/retire",
        "/authoring/{course}/publish",
        "/authoring/{course}/in-force",
        "/authoring/{urgent}/correction/publish",
        "/rounds/{half_signed}/agreement",
        "/curricula/{course}/revisions/3/sections/{key}/cover",
    ],
    "reviewer": ["/triage/", "/triage/{open}", "/triage/points/{recorded_point}"],
    "manager": ["/organizations/{department}/members", "/authoring/{course}"],
    "admin": ["/organizations", "/organizations/new"],
    "stranger": [
        "/rounds/{open}/response",
        "/responses/{response}",
        "/es/responses/{response}/points/{response_part}",
        "/responses/{response}/send",
    ],
}
NOT_FOUND = {"/nothing-here"}
PRINCIPAL = {
    "/",
    "/rounds/{open}",
    "/es/rounds/{open}/comment",
    "/rounds/{answered}/report",
    "/comments/{published_comment}",
    "/receipts/mine",
    "/host/rounds/{open}",
    "/authoring/{course}/sections/{key}",
    "/triage/{open}",
    "/triage/points/{recorded_point}",
    "/authoring/{course}/publish",
}
"""What people come for; every third of all others is looked at on one day, in soak each."""
THIRDS = 3


def looks(path: str) -> list[tuple[int, bool]]:
    """One width and light a page and day; all of them when soaking."""
    if SOAK:
        return LOOKS
    return [random.Random(f"{date.today()} {path}").choice(LOOKS)]


def chosen(role: str) -> list[str]:
    today = date.today().toordinal()
    return [
        pattern
        for number, pattern in enumerate(PAGES[role], start=today)
        if SOAK or pattern in PRINCIPAL or number % THIRDS == 0
    ]


@pytest.mark.parametrize("role", PAGES)
def test_axe_finds_nothing_and_nothing_sticks_out(demo_site, role):
    site, world = demo_site
    windows, wrong = {}, []
    for pattern in chosen(role):
        path = pattern.format(**world.ids)
        for width, dark in looks(pattern):
            if (width, dark) not in windows:
                token = world.tokens.get(role)
                windows[width, dark] = site.window(token, width=width, dark=dark)
            wrong += flaws(windows[width, dark], path, f"{path} at {width}{' dark' * dark}")

    assert wrong == [], "\n".join(wrong)


def flaws(page, path, where):
    answer = page.goto(path)
    expected = 404 if path in NOT_FOUND else 200
    found = [f"{where}: status {answer.status}"] if answer.status != expected else []
    found += [f"{where}: {finding}" for finding in axe_findings(page)]
    beyond = overflow(page)
    return [*found, f"{where}: {beyond} px too wide"] if beyond else found
