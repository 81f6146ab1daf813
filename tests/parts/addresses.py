"""Every address of the site, filled in with what the peopled demo world holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Rule

from tests.parts.everyone import World
from tests.parts.planted_words import PLANTED

EDITED = ("onto.confirm", "onto.reasons")
KEYS = {"curricula.withheld": "withheld_key", "exchange.section": "upload_key"}
SHOWS = {"comments.show", "answers.trail_csv"}
COURSES = ("/authoring/", "/curricula/", "/feeds/curricula/")
ROUNDS = ("open", "answered", "planned", "half_signed")


@dataclass(frozen=True)
class Address:
    """An address, its view's name and which thing of the world stands in it."""

    endpoint: str
    path: str
    thing: str


def addresses(world: World, method: str) -> list[Address]:
    found = []
    for rule in sorted(world.app.url_map.iter_rules(), key=_order):
        if method not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        for thing, values in _values(world.ids, rule):
            built = rule.build(values, append_unknown=False)
            assert built is not None, rule
            found.append(Address(rule.endpoint, built[1], thing))
    return found


def _order(rule: Rule) -> tuple[bool, str]:
    """By path; leaving fast comes last, since a browser that has left is nobody's any more."""
    return rule.endpoint == "keeping.leave", str(rule)


def _values(ids: dict[str, Any], rule: Rule) -> Iterator[tuple[str, dict[str, Any]]]:
    """What may stand in a rule: each thing it can be about, with its other parts."""
    others: dict[str, Any] = {
        "key": ids[KEYS.get(rule.endpoint, "key")],
        "token": "x" * 43,
        "position": 3,
        "ending": "json",
        "upload_id": ids["edited_upload" if rule.endpoint in EDITED else "upload"],
        "cause_id": ids["cause"],
        "publishing_id": ids["publishing"],
        "matrix_id": ids["matrix"],
        "file_id": ids["matrix_file"],
        "response_id": ids["response"],
        "part_id": ids["response_part"],
        "offer_id": ids["offer"],
        "state_id": ids["state"],
        "measure_id": ids["measure"],
        "flood_id": ids["flood"],
        "claim_id": ids["claim"],
        "adoption_id": ids["adoption"],
        "question_id": ids["question"],
        "note_id": ids["note"],
        "sheet_id": ids["sheet"],
        "meeting_id": ids["meeting"],
        "spoken_id": ids["spoken"],
        "number": 3,
        "language": "es",
        "invitation_id": ids["invitation"],
        "code_id": ids["meeting_code"],
        "comment_id": ids["published_comment"],
        "group_id": ids["group"],
        "ready_id": ids["ready"],
        "act_id": ids["bulk_act"],
        "view_id": ids["view"],
    }
    for thing, chosen in _things(ids, rule):
        values = others | chosen
        yield thing, {name: values[name] for name in rule.arguments}


def _things(ids: dict[str, Any], rule: Rule) -> Iterator[tuple[str, dict[str, Any]]]:
    arguments, path = rule.arguments, str(rule)
    if {"matrix_id", "file_id"} & arguments:
        yield "open", {"slug": ids["open"]}
    elif "membership_id" in arguments:
        yield "hosts", {"slug": ids["membership_home"], "membership_id": ids["membership"]}
    elif path.startswith("/organizations/<"):
        for name in ("department", "hosts", "board", "elsewhere"):
            yield name, {"slug": ids[name]}
    elif "number" in arguments:
        for number in (*ids["numbers"], ids["draft_number"]):
            thing = "draft" if number == ids["draft_number"] else f"version {number}"
            yield thing, {"slug": ids["course"], "number": number}
    elif "theme_id" in arguments:
        for name in ("theme", "waiting_theme"):
            slug = ids["answered" if name == "theme" else "open"]
            yield name, {"theme_id": ids[name], "slug": slug}
    elif {"sheet_id", "meeting_id", "spoken_id"} & arguments:
        yield "open", {"slug": ids["open"]}
    elif path.startswith(("/departments/", "/feeds/departments/")):
        yield "department", {"slug": ids["department"]}
    elif path.startswith(COURSES) and "slug" in arguments:
        yield "course", {"slug": ids["course"]}
        if "/correction" in path:
            urgent = {"key": ids["urgent_key"], "state_id": ids["urgent_state"]}
            yield "urgent", urgent | {"slug": ids["urgent"]}
    elif "slug" in arguments:
        for name in ROUNDS:
            yield name, {"slug": ids[name]}
    elif "comment_id" in arguments:
        for name in ("by_code", "by_account", "withdrawn", "reply", "published_comment"):
            yield name, {"comment_id": ids[name]}
        if rule.endpoint in SHOWS:
            for name in PLANTED:
                yield name, {"comment_id": ids[f"planted_{name}"]}
    elif "adoption_id" in arguments:
        yield "published", {"disposition_id": ids["published"]}
    elif "point_id" in arguments or "disposition_id" in arguments:
        for name in ("recorded", "published"):
            yield name, {"disposition_id": ids[name], "point_id": ids[f"{name}_point"]}
    else:
        yield "", {}
