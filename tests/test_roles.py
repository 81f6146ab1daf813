"""Every address with every role: who opens it, who sends to it, what nobody outside reads."""

from __future__ import annotations

import os
import random
import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pytest
from sqlalchemy import event, select

from feedback_app.accounts.models import Account
from feedback_app.core.database import sqlite3
from feedback_app.policy import Permission
from feedback_app.rounds.models import Participation
from feedback_app.triage.models import Disposition
from tests.parts.addresses import Address, addresses
from tests.parts.demo import copy_of
from tests.parts.everyone import ROLES, World, people_the
from tests.parts.filling import words_of
from tests.parts.offline import HOSTS_ALONE
from tests.parts.periods import INVITED_ADDRESS
from tests.parts.planted_words import DRAFT_WORDS, PLANTED
from tests.parts.roles import (
    BOARD,
    HOSTS,
    LEADS,
    OPENS,
    READERS,
    expected,
    may_open,
    not_public,
    plans_are_hidden,
)
from tests.parts.sending import (
    Body,
    app_on,
    body_for,
    opened,
    send,
    sender,
    unchanged,
    wrongly_taken,
)
from tests.parts.statements import MORE_STATEMENTS, STATEMENTS
from tests.parts.working import WORKS

SOAK = os.environ.get("FEEDBACK_SOAK") == "1"
pytestmark = pytest.mark.long
ALWAYS = ("visitor", "author", "moderator", "reviewer")
"""Who opens public pages in every run; a fifth role joins them by the day."""


def test_every_page_opens_for_its_roles_alone(visited):
    """A page that is not theirs looks like an address with nothing at it, or says so."""
    wrong = [
        f"{one.role} at {one.address.path}: {one.status}, may: {one.may}"
        for one in visited
        if one.status not in one.expected
    ]

    assert wrong == [], "\n".join(wrong)


def test_no_page_of_any_role_breaks(visited):
    assert [one.address.path for one in visited if one.status >= 500] == []


def test_no_page_asks_the_database_for_more_than_is_written_down(visited):
    """At most eight statements with session and account; what is over stands in a list, which
    is as long as it has to be and no longer."""
    most: dict[str, int] = {}
    for one in visited:
        if one.status == 200:
            place = one.address.endpoint
            most[place] = max(most.get(place, 0), len(one.statements))
    over = {place: number for place, number in most.items() if number > STATEMENTS}

    assert over == MORE_STATEMENTS


def test_no_page_writes_or_commits(visited):
    wrong = [
        (one.address.path, statement)
        for one in visited
        for statement in one.statements
        if not statement.lstrip().upper().startswith(("SELECT", "WITH"))
    ]

    assert wrong == []


def test_whoever_is_not_signed_in_is_asked_to_at_every_page_of_staff(app_of_roles, visited):
    for one in visited:
        permission = app_of_roles.view_functions[one.address.endpoint].permission
        if permission is not Permission.READ_PUBLIC and one.role == "visitor":
            assert one.status == 302, one.address
            assert one.location.startswith("/sign-in?next="), one.address


def test_nobody_reads_an_address_that_was_left(visited, world):
    """Notice addresses are read by nobody, account addresses by their owner and managers."""
    secret = re.compile(r"planted-\w+@nobody-reads\.example")

    assert [one.address.path for one in visited if secret.search(one.text)] == []


def test_nobody_but_the_host_reads_whom_it_invited_and_its_words(visited, world):
    """The department meets neither the address nor the words of an invitation, anywhere."""
    secret = (INVITED_ADDRESS.split("@")[0], world.ids["meeting_words"].replace("-", " "))
    readers = {one.role for one in visited if any(words in one.text for words in secret)}
    places = {
        one.address.endpoint for one in visited if any(words in one.text for words in secret)
    }

    assert readers == HOSTS
    assert places == {"inviting.index", "inviting.code"}


def test_nobody_but_its_leads_reads_how_members_offer_to_an_organization(visited, world):
    """And nobody but those who offered meets that an offer is there."""
    words, offers = world.ids["member_words"], f"/offer/{world.ids['offer']}"

    assert {one.role for one in visited if words in one.folded} == LEADS
    assert {one.role for one in visited if offers in one.text} == {"resident"}


def test_accounts_addresses_stay_with_their_owners_and_managers(visited, world):
    with world.database.session(writing=False) as session:
        accounts = set(session.scalars(select(Account.email)))
    for one in visited:
        found = set(re.findall(r"[\w.+-]+@demo\.example", one.text)) & accounts
        if one.address.endpoint.startswith("organizations."):
            assert one.role in {"manager", "host_manager", "admin"} or not found, one.address
        else:
            assert found <= {f"{one.role}@demo.example"}, (one.role, one.address)


def test_nothing_computed_from_a_participation_leaves_the_server(visited, world):
    """No hash of a code, and no name that would tie two unnamed comments together."""
    with world.database.session(writing=False) as session:
        hashes = list(session.scalars(select(Participation.code_hash)))
    kept = re.compile("|".join(re.escape(hashed) for hashed in hashes if hashed))
    for one in visited:
        assert not kept.search(one.text), one.address
        assert not re.search(r"participation[_-]?id|part[_-]id", one.text), one.address


def test_answers_are_read_outside_only_once_they_are_published(visited, world):
    """Rule 9: in pages, downloads, feeds, log and receipts alike."""
    with world.database.session(writing=False) as session:
        waiting = list(
            session.scalars(
                select(Disposition.rationale).where(Disposition.published_at.is_(None))
            )
        )
        told = set(
            session.scalars(
                select(Disposition.rationale).where(Disposition.published_at.is_not(None))
            )
        )
    beginnings = {" ".join(why.split())[:50] for why in waiting if why not in told}
    assert len(beginnings) >= 5
    inside = [one for one in visited if any(words in one.folded for words in beginnings)]

    assert {one.role for one in inside} <= BOARD
    assert {one.role for one in inside} >= {"author", "moderator", "reviewer"}
    assert {one.address.endpoint.split(".")[0] for one in inside} <= {"triage", "comments"} | {
        "publishing",
        "authoring",
        "files",
        "matrix",
        "matrix_files",
    }


def test_no_page_shows_anybody_more_of_a_comment_than_they_may_read(visited, world):
    """Rule 3: nobody of the department meets what is held, covered, taken back or erased."""
    readers = {"held": HOSTS, "hidden": HOSTS, "masked": HOSTS}
    found = {
        (state, one.role)
        for one in visited
        for state, words in PLANTED.items()
        if state != "shown" and words in one.folded
    }

    assert {pair for pair in found if pair[1] not in readers.get(pair[0], ())} == set()
    assert {role for _, role in found} == HOSTS
    moderator = world.client("moderator")
    for state, status in (("hidden", 200), ("masked", 200), ("held", 404)):
        page = moderator.get(f"/triage/points/{world.ids[f'planted_{state}_point']}")
        assert page.status_code == status, state
        assert PLANTED[state] not in page.get_data(as_text=True)


def test_what_a_host_keeps_beside_a_sheet_is_read_by_hosts_alone(visited):
    """Who collected it, where they met, and the number that ties two unnamed comments."""
    readers = {
        words: {one.role for one in visited if whole.search(one.folded)}
        for words in HOSTS_ALONE
        # As words of their own: four digits stand in one hash or another by chance.
        for whole in [re.compile(rf"(?<![\w.]){re.escape(words)}(?!\w)")]
    }

    assert readers == {words: {"host"} for words in HOSTS_ALONE}


def test_words_of_a_draft_stay_in_the_department(visited):
    readers = {one.role for one in visited if DRAFT_WORDS in one.folded}

    assert readers == READERS


def test_what_a_role_may_not_send_changes_nothing(world, bodies):
    assert wrongly_taken(world, bodies) == []


HAS_NO_OTHER_PARENT = {
    "rounds.section",
    "comments.choose",
    "comments.write",
    "saved.change",
}
"""A section has the same key in every version; a kept view fits any comment period."""


def test_what_belongs_to_another_parent_is_not_there(world, bodies):
    """For whoever opens and changes both: the round, course or organization in the address is
    the one that the rest of it belongs to."""
    other = {
        world.ids[one]: world.ids[another]
        for pair in (("open", "answered"), ("course", "urgent"), ("department", "hosts"))
        for one, another in (pair, pair[::-1])
    }
    wrong, tried = [], 0
    opened_and_sent = [(each, None) for each in addresses(world, "GET")] + [*bodies.items()]
    for address, body in opened_and_sent:
        moved = "/".join(other.get(part, part) for part in address.path.split("/"))
        parts = parts_of(world, address)
        if moved == address.path or parts < 2 or address.endpoint in HAS_NO_OTHER_PARENT:
            continue
        role = sender(address) or "moderator"
        with unchanged(world) as watch:
            answer = (
                world.client(role).get(moved)
                if body is None
                else send(world, role, moved, body)
            )
        tried += 1
        if watch.changed or answer.status_code == 200:
            wrong.append(f"{role} at {moved}: {answer.status_code} {watch.changed}")

    assert wrong == []
    assert tried > 50


def test_the_same_bodies_do_change_something_when_they_may_be_sent(world, bodies, restored):
    """Without this the test above could be green with empty forms."""
    worked = set()
    for address in bodies:
        role = sender(address)
        if role is None or address.endpoint in worked:
            continue
        with unchanged(world) as watch:
            answer = send(world, role, address.path, bodies[address])
        assert answer.status_code < 500, address
        if watch.changed:
            worked.add(address.endpoint)
            restored()

    assert WORKS - worked == set()


NASTY = ("9" * 5000, "-1", "\x00", "\u0663", "\u202e\ud7ff", "[]", "x" * 250_001)
SENT = 200
"""Fields that get a nasty value in one run, others every day; all of them when soaking."""
PARTS = 6 if SOAK else 1


@pytest.mark.parametrize("part", range(PARTS))
def test_no_value_of_any_field_breaks_a_form(world, bodies, restored, part):
    """Hidden fields, choices and files too; sent by somebody who may send."""
    chance = random.Random(date.today().toordinal())
    broken = []
    fields = [(address, name) for address, body in bodies.items() for name in body]
    fields = fields if SOAK else chance.sample(fields, SENT)
    for address, name in fields[part::PARTS]:
        role = sender(address)
        values = NASTY if SOAK else [chance.choice(NASTY)]
        for value in values if role else ():
            with unchanged(world) as watch:
                answer = send(world, role, address.path, bodies[address] | {name: value})
            if answer.status_code >= 500:
                broken.append(f"{address.path} {name}={value[:20]!r}: {answer.status_code}")
            if watch.changed:
                restored()

    assert broken == [], "\n".join(broken)


@dataclass
class Visited:
    role: str
    address: Address
    status: int
    location: str
    text: str
    may: bool
    expected: set[int]
    statements: list[str]

    @cached_property
    def folded(self) -> str:
        return " ".join(self.text.replace("&#39;", "'").split())


def parts_of(world: World, address: Address) -> int:
    """How many things its rule names; a number or an ending is none."""
    rule = next(world.app.url_map.iter_rules(address.endpoint))
    return len(rule.arguments - {"ending", "position", "number", "language"})


def roles_for(world: World, address: Address) -> list[str]:
    if SOAK or not_public(world, address) or address.endpoint in OPENS:
        return list(ROLES)
    others = [role for role in ROLES if role not in ALWAYS]
    return [*ALWAYS, others[date.today().toordinal() % len(others)]]


@pytest.fixture(scope="module")
def app_of_roles(demo_file: Path, tmp_path_factory: pytest.TempPathFactory):
    url = copy_of(demo_file, tmp_path_factory.mktemp("roles"))
    app = app_on(url)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture(scope="module")
def world(app_of_roles) -> World:
    return people_the(app_of_roles)


@pytest.fixture(scope="module")
def visited(world: World) -> list[Visited]:
    """Every page, opened by every role for which it may matter."""
    found = []
    clients = {role: world.client(role) for role in ROLES}
    sent: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("PRAGMA"):
            sent.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", hear)
    for address in addresses(world, "GET"):
        for role in roles_for(world, address):
            sent.clear()
            answer = clients[role].get(address.path)
            hidden = plans_are_hidden(world, role, address)
            found.append(
                Visited(
                    role,
                    address,
                    answer.status_code,
                    answer.headers.get("Location", ""),
                    words_of(answer.get_data()),
                    role in may_open(address),
                    {404} if hidden else expected(world, role, address),
                    list(sent),
                )
            )
    event.remove(world.database.engine, "before_cursor_execute", hear)
    return found


@pytest.fixture(scope="module")
def bodies(world: World) -> dict[Address, Body]:
    return {address: body_for(world, address) for address in addresses(world, "POST")}


@pytest.fixture
def restored(world: World):
    """Puts the world back as it was when the test began."""
    with opened(world.database) as live, sqlite3.connect(":memory:") as kept:
        live.backup(kept)
        yield lambda: kept.backup(live)
        kept.backup(live)
