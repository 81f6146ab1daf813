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
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from feedback_app.accounts.models import Account
from feedback_app.accounts.news_mail import write_mails
from feedback_app.comments.models import Comment, Endorsement
from feedback_app.core import clock
from feedback_app.log.models import LogEntry
from feedback_app.notifications.following_models import (
    Follower,
    FollowRequest,
    Subscription,
)
from feedback_app.notifications.models import OutboxMessage
from feedback_app.notifications.sending import Letter
from feedback_app.notifications.services import enqueue
from feedback_app.notifications.telling import follower_of_account
from feedback_app.organizations.models import Organization
from feedback_app.rounds.models import Participation, Round
from feedback_app.rounds.news import tell_due
from feedback_app.web.mailing import compose
from tests.factories import Make
from tests.parts.addresses import Address, addresses
from tests.parts.demo import copy_of
from tests.parts.everyone import DEPARTMENT, World, people_the
from tests.parts.filling import words_of
from tests.parts.roles import not_public
from tests.parts.sending import app_on

SOAK = os.environ.get("FEEDBACK_SOAK") == "1"
pytestmark = pytest.mark.long
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FIRST_NUMBER = 736_481_927
"""Numbers that no count, day or size of the demo world comes near."""


@dataclass
class Person:
    """Somebody who commented, unnamed, in two rounds, and left an address in each way."""

    name: str
    address: str
    numbers: list[int] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


class Planting:
    """Puts people into the peopled demo world, with ids of our own choice."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.numbers = iter(range(FIRST_NUMBER, FIRST_NUMBER * 2, 1_000_003))
        self.people: list[Person] = []

    def plant(self) -> list[Person]:
        with self.world.database.session(writing=True) as self.session:
            self.make = Make(self.session)
            rounds = self.session.scalars(
                select(Round).where(
                    Round.slug.in_([self.world.ids["open"], self.world.ids["answered"]])
                )
            ).all()
            self.at = min(clock.now(), *(round_.closes_at for round_ in rounds))
            for number, name in enumerate(("Quillon Abernathe", "Yevgenia Oxtoby")):
                self._person(name, f"planted-{number}@behind-the-wall.example", rounds)
            self._followed_by_the_department()
            self.session.commit()
        return self.people

    def _person(self, name: str, address: str, rounds: list[Round]) -> None:
        person = Person(name, address)
        person.numbers = [next(self.numbers)]
        account = Account(
            id=person.numbers[0], email=address, name=name, confirmed_at=clock.now()
        )
        self.session.add(account)
        self.session.flush()
        for round_ in rounds:
            part = Participation(
                id=next(self.numbers),
                round_id=round_.id,
                account_id=account.id,
                notice_address=f"notice-{address}",
            )
            self.session.add(part)
            self.session.flush()
            section = round_.revision.sections[0]
            comment = self.make.comment(
                round=round_,
                participation=part,
                section_key=section.key,
                body=f"Words {len(self.people)} for {round_.slug}.",
                quote=section.text.split(".")[0],
                submitted_at=self.at,
            )
            agreed = self.session.scalars(
                select(Comment).where(Comment.round_id == round_.id, Comment.id != comment.id)
            ).first()
            assert agreed is not None
            self.session.add(
                Endorsement(comment_id=agreed.id, participation_id=part.id, version_number=1)
            )
            person.numbers.append(part.id)
            person.comments.append(comment.public_id)
            person.others.append(comment.points[0].public_id)
        self._follows(person, rounds[0])
        self.people.append(person)

    def _follows(self, person: Person, round_: Round) -> None:
        """By an address of its own, with another that waits, and a mail in the outbox."""
        address = f"follows-{person.address}"
        follower = Follower(id=next(self.numbers), address=address)
        person.numbers.append(follower.id)
        self.session.add(follower)
        self.session.flush()
        self.session.add(self._subscription(follower.id, "round", round_.public_id))
        self.session.add(
            FollowRequest(
                token_hash=hashlib.sha256(address.encode()).hexdigest(),
                address=f"asks-{person.address}",
                locale="en",
                kind="round",
                subject=round_.public_id,
                frequency="daily",
                ends_at=clock.now(),
            )
        )
        enqueue(self.session, "account_exists", to=address, locale="en", name=person.name)

    def _followed_by_the_department(self) -> None:
        department = self.session.scalars(
            select(Organization).where(Organization.slug == self.world.ids["department"])
        ).one()
        for role in DEPARTMENT:
            account_id = self.world.actors[role].account_id
            assert account_id is not None
            follower = follower_of_account(self.session, account_id)
            subscription = self._subscription(follower.id, "department", department.public_id)
            self.session.add(subscription)

    def _subscription(self, follower_id: int, kind: str, subject: str) -> Subscription:
        return Subscription(
            follower_id=follower_id,
            kind=kind,
            subject=subject,
            frequency="at_once",
            followed_at=LONG_AGO,
        )


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
    """Public pages look alike to all of them: one role a day sees those, all in soak."""
    of_today = DEPARTMENT[date.today().toordinal() % len(DEPARTMENT)]
    return SOAK or role == of_today or not_public(world, address)


def _opened(client: object, role: str, path: str, pages: int = 3) -> Iterator[Seen]:
    answer = client.get(path)  # type: ignore[attr-defined]
    text = words_of(answer.get_data())
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    yield Seen(f"{role} at {path}", f"{headers}\n{text}")
    if answer.mimetype == "text/html" and pages > 1:
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
        r"behind-the-wall|nobody-reads\.example|" + "|".join(p.name for p in people)
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
    assert len(numbers) == 8
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
