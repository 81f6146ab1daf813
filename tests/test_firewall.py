"""Rule 5, as a wall: nothing that a department can open tells who somebody is.

People are planted with addresses, names and numbers that stand nowhere else. Every page, file,
feed, mail and log line that somebody of the department gets is searched for them, and for any
mark that two comments of one unnamed person share and others' comments do not.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from feedback_app.accounts.models import Account
from feedback_app.accounts.news_mail import write_mails
from feedback_app.core import clock
from feedback_app.log.models import LogEntry
from feedback_app.notifications.following_models import (
    Follower,
)
from feedback_app.notifications.models import OutboxMessage
from feedback_app.notifications.sending import Letter
from feedback_app.rounds.models import Participation
from feedback_app.rounds.news import tell_due
from feedback_app.web.mailing import compose
from tests.parts.addresses import Address, addresses
from tests.parts.demo import copy_of
from tests.parts.everyone import DEPARTMENT, World, people_the
from tests.parts.filling import words_of
from tests.parts.planting import HELPERS, Person, Planting
from tests.parts.roles import may_open, not_public
from tests.parts.sending import app_on

SOAK = os.environ.get("FEEDBACK_SOAK") == "1"
pytestmark = pytest.mark.long
LEADS_ON = re.compile(r'rel="?[^">]*next')


@dataclass(frozen=True)
class Seen:
    """Something that somebody of the department got."""

    where: str
    text: str


@pytest.fixture(scope="module")
def world(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    app = app_on(copy_of(demo_file, tmp_path_factory.mktemp("firewall")))
    yield people_the(app)
    app.extensions["database"].dispose()


@pytest.fixture(scope="module")
def people(world: World) -> list[Person]:
    return Planting(world).plant()


@pytest.fixture(scope="module")
def lines() -> Iterator[list[str]]:
    """What the application and its server log meanwhile, whatever the level."""
    kept: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(record.getMessage() + str(record.exc_info or ""))

    keeper = Keeper()
    loggers = [logging.getLogger(name) for name in ("feedback_app", "werkzeug", "flask")]
    for logger in loggers:
        logger.addHandler(keeper)
    yield kept
    for logger in loggers:
        logger.removeHandler(keeper)


@pytest.fixture(scope="module")
def seen(world: World, people: list[Person], lines: list[str]) -> list[Seen]:
    """All of it: pages, files and feeds by role, mail by reader, the log, what was logged."""
    found = [*_pages(world, people), *_mails(world)]
    with world.database.session(writing=False) as session:
        leaves = session.scalars(select(LogEntry.leaf)).all()
    return [*found, Seen("the log", "\n".join(leaves)), Seen("log lines", "\n".join(lines))]


def _pages(world: World, people: list[Person]) -> Iterator[Seen]:
    for role in DEPARTMENT:
        client = world.client(role)
        for address in addresses(world, "GET"):
            if _is_walked(world, role, address):
                yield from _opened(client, role, address.path)
        client = world.client(role)  # the last page, /leave, has signed the other out
        for person in people:
            for comment, point in zip(person.comments, person.others, strict=True):
                yield from _opened(client, role, f"/comments/{comment}")
                yield from _opened(client, role, f"/triage/points/{point}")


def _is_walked(world: World, role: str, address: Address) -> bool:
    """Public pages look alike to all of them: one role a day sees those, all in soak. What a
    role may not open is refused by one page for all (tests/test_roles.py)."""
    of_today = DEPARTMENT[date.today().toordinal() % len(DEPARTMENT)]
    may = role in may_open(address)
    return SOAK or (may and (role == of_today or not_public(world, address)))


def _opened(client: object, role: str, path: str, pages: int = 3) -> Iterator[Seen]:
    answer = client.get(path)  # type: ignore[attr-defined]
    text = words_of(answer.get_data())
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    yield Seen(f"{role} at {path}", f"{headers}\n{text}")
    if answer.mimetype == "text/html" and pages > 1 and LEADS_ON.search(text):
        further = BeautifulSoup(text, "lxml").select_one('a[rel~="next"]')
        if further is not None:
            base = path.partition("?")[0]
            href = str(further["href"])
            there = href if href.startswith("/") else f"{base}{href}"
            yield from _opened(client, role, there, pages - 1)


def _mails(world: World) -> Iterator[Seen]:
    """Every mail to somebody of the department, as it would leave."""
    tell_due(world.database, at=clock.now())
    write_mails(world.database)
    with world.database.session(writing=False) as session:
        theirs = select(Account.email).where(
            Account.id.in_([world.actors[role].account_id for role in DEPARTMENT])
        )
        mails = session.scalars(
            select(OutboxMessage).where(OutboxMessage.recipient.in_(theirs))
        ).all()
    assert len(mails) >= len(DEPARTMENT)
    with world.app.app_context():
        for mail in mails:
            letter = Letter(
                mail.public_id, mail.template, mail.locale, mail.recipient or "", mail.values
            )
            message = compose(world.app, letter)
            yield Seen(f"mail {mail.template} to {mail.recipient}", message.as_string())
            yield Seen(f"mail {mail.template}", f"{message.body}\n{message.html}")


def guises(number: int) -> set[str]:
    """A number as it may be written, and as what is often made of it."""
    plain = str(number).encode()
    raw = number.to_bytes(8, "big").lstrip(b"\x00")
    return {
        str(number),
        f"{number:,}",
        f"{number:x}",
        *(base64.b64encode(each).decode().rstrip("=") for each in (plain, raw)),
        *(base64.b32encode(each).decode().rstrip("=").lower() for each in (plain, raw)),
        *(
            hashlib.new(kind, plain, usedforsecurity=False).hexdigest()[:12]
            for kind in ("md5", "sha1", "sha256")
        ),
    }


def test_no_address_and_no_name_is_seen(seen, people):
    secret = re.compile(
        r"behind-the-wall|nobody-reads\.example|"
        + "|".join((*HELPERS, *(p.name for p in people)))
    )

    assert [each.where for each in seen if secret.search(each.text)] == []


def test_no_number_of_a_person_is_seen_in_any_guise(seen, people, world):
    with world.database.session(writing=False) as session:
        marks = {
            *session.scalars(select(Participation.code_hash)),
            *session.scalars(
                select(Account.public_id).where(Account.id.in_([p.numbers[0] for p in people]))
            ),
            *session.scalars(select(Follower.public_id).where(Follower.address.is_not(None))),
        } - {None}
    numbers = [number for person in people for number in person.numbers]
    assert len(numbers) == 2 * 25
    secret = re.compile(
        "|".join(map(re.escape, {*marks, *(g for n in numbers for g in guises(n))}))
    )
    found = [(each.where, m[0]) for each in seen if (m := secret.search(each.text))]

    assert found == []


def test_two_comments_of_one_person_share_no_mark_that_others_do_not(seen, people, world):
    """Whatever stands beside both comments of one person must stand beside somebody else's."""
    word = re.compile(r"[\w+/=-]{5,}")
    for role in DEPARTMENT:
        beside = {
            comment: set(word.findall(_beside(seen, role, comment, point)))
            for person in people
            for comment, point in zip(person.comments, person.others, strict=True)
        }
        assert all(len(words) > 20 for words in beside.values()), role
        for person in people:
            first, second = (beside[comment] for comment in person.comments)
            others = set().union(
                *(beside[c] for p in people if p is not person for c in p.comments)
            )

            assert (first & second) - others == set(), (role, person.name)


def _beside(seen: list[Seen], role: str, comment: str, point: str) -> str:
    """The comment's own pages, and each line or element of any list that names it."""
    own = [
        each.text
        for each in seen
        if each.where in {f"{role} at /comments/{comment}", f"{role} at /triage/points/{point}"}
    ]
    named = re.compile(rf"^.*(?:{comment}|{point}).*$", re.MULTILINE)
    lists = [
        line
        for each in seen
        if each.where.startswith(role)
        for line in named.findall(each.text)
    ]
    return "\n".join(own + [line for line in lists if len(line) < 4000])


def test_what_was_planted_is_there_to_be_seen(seen, people):
    """Without this the wall could be of air: the words of each comment do stand in pages."""
    for number in range(len(people)):
        shown = [each.where for each in seen if f"Words {number} for " in each.text]
        for role in DEPARTMENT:
            assert any(where.startswith(role) for where in shown), role
