"""People who left words, addresses and numbers in every place where the site keeps any."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from feedback_app.accounts.models import Account
from feedback_app.comments.conduct import ConductReason
from feedback_app.comments.invitation_models import Invitation, Way
from feedback_app.comments.joint_models import JointResponse, ResponseOffer
from feedback_app.comments.measure_models import Asked, ConductRequest
from feedback_app.comments.models import Channel, Comment, Endorsement, Voice
from feedback_app.comments.sheet_models import Consent, Sheet
from feedback_app.comments.spoken_models import SpokenComment
from feedback_app.comments.translation_models import CommentTranslation
from feedback_app.core import clock
from feedback_app.core.html import render_comment
from feedback_app.core.orm import new_salt
from feedback_app.notifications.following_models import (
    Follower,
    FollowRequest,
    Subscription,
)
from feedback_app.notifications.services import enqueue
from feedback_app.notifications.telling import follower_of_account
from feedback_app.organizations.models import Organization
from feedback_app.rounds.models import Participation, Round
from tests.factories import Make
from tests.parts.everyone import DEPARTMENT, World

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FIRST_NUMBER = 736_481_927
"""Numbers that no count, day or size of the demo world comes near."""
NAMES = ("Quillon Abernathe", "Yevgenia Oxtoby")
HELPERS = ("Isolde Vantongeren", "Thaddeus Okwuosa")
"""Who leads their organization's response; who typed a sheet of theirs and translated them."""


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
            self.lead, self.typist = (
                self._save(
                    Account(
                        id=next(self.numbers),
                        email=f"helper-{number}@behind-the-wall.example",
                        name=name,
                        confirmed_at=clock.now(),
                    )
                )
                for number, name in enumerate(HELPERS)
            )
            self.responses = {round_.id: self._response(round_) for round_ in rounds}
            for number, name in enumerate(NAMES):
                self._person(name, f"planted-{number}@behind-the-wall.example", rounds)
            self._followed_by_the_department()
            self.session.commit()
        return self.people

    def _save(self, thing: Any) -> Any:
        self.session.add(thing)
        self.session.flush()
        return thing

    def _response(self, round_: Round) -> JointResponse:
        """What an organization sent, led by somebody of whom nobody outside it knows."""
        organization = self.make.partner_organization()
        comment = self.make.comment(
            round=round_,
            participation=None,
            voice=Voice.ORGANIZATION,
            organization_id=organization.id,
            written_by_id=self.lead.id,
            display_name=organization.name,
            body=f"Words of many for {round_.slug}.",
            submitted_at=self.at,
        )
        return self._save(
            JointResponse(
                id=next(self.numbers),
                round_id=round_.id,
                organization_id=organization.id,
                language="en",
                sent_at=self.at,
                comment_id=comment.id,
            )
        )

    def _person(self, name: str, address: str, rounds: list[Round]) -> None:
        person = Person(name, address)
        account = self._save(
            Account(id=next(self.numbers), email=address, name=name, confirmed_at=clock.now())
        )
        person.numbers.append(account.id)
        for round_ in rounds:
            self._speaks(person, account, round_)
        self._follows(person, rounds[0])
        self._was_invited(person, rounds[0])
        person.numbers.extend((self.lead.id, self.typist.id))
        person.numbers.extend(response.id for response in self.responses.values())
        self.people.append(person)

    def _speaks(self, person: Person, account: Account, round_: Round) -> None:
        """A comment with everything that can hang on one, and an agreement with another."""
        part = self._save(
            Participation(
                id=next(self.numbers),
                round_id=round_.id,
                account_id=account.id,
                notice_address=f"notice-{person.address}",
            )
        )
        section = round_.revision.sections[0]
        comment = self.make.comment(
            id=next(self.numbers),
            round=round_,
            participation=part,
            section_key=section.key,
            body=f"Words {len(self.people)} for {round_.slug}.",
            quote=section.text.split(".")[0],
            submitted_at=self.at,
            language="es",
            channel=Channel.PAPER,
            collector_id=round_.host_id,
        )
        agreed = self.session.scalars(
            select(Comment).where(Comment.round_id == round_.id, Comment.id != comment.id)
        ).first()
        assert agreed is not None
        for thing in (
            Endorsement(
                id=next(self.numbers),
                comment_id=agreed.id,
                participation_id=part.id,
                version_number=1,
            ),
            self._request(person, agreed, part),
            self._recording(round_, part),
            self._translation(comment),
            sheet := self._sheet(person, comment),
            ResponseOffer(
                id=next(self.numbers),
                response_id=self.responses[round_.id].id,
                comment_id=comment.id,
                is_used=True,
            ),
        ):
            self._save(thing)
            person.numbers.append(thing.id)
        person.numbers.extend((part.id, comment.id, sheet.number))
        person.comments.append(comment.public_id)
        person.others.append(comment.points[0].public_id)

    def _request(self, person: Person, about: Comment, part: Participation) -> ConductRequest:
        return ConductRequest(
            id=next(self.numbers),
            comment_id=about.id,
            asked=Asked.LOOK,
            reason=ConductReason.THREAT,
            words=f"{person.name} was named at work.",
            phrases=[],
            participation_id=part.id,
            account_id=part.account_id,
        )

    def _recording(self, round_: Round, part: Participation) -> SpokenComment:
        number = next(self.numbers)
        return SpokenComment(
            id=number,
            round_id=round_.id,
            participation_id=part.id,
            submission_id=f"{number:032}",
            language="es",
            recording_key=f"{number:064}",
            recording_type="ogg",
        )

    def _translation(self, comment: Comment) -> CommentTranslation:
        words = f"In English: {comment.current.body}"
        return CommentTranslation(
            id=next(self.numbers),
            comment_id=comment.id,
            language="en",
            version_number=1,
            mark=comment.current.salt[:12],
            body=words,
            html=render_comment(words).html,
            salt=new_salt(),
            translated_by_id=self.typist.id,
            translated_at=self.at,
        )

    def _sheet(self, person: Person, comment: Comment) -> Sheet:
        return Sheet(
            id=next(self.numbers),
            round_id=comment.round_id,
            comment_id=comment.id,
            number=next(self.numbers),
            collected_by=person.name,
            consent=Consent.WRITTEN,
            wording="",
            entered_by_id=self.typist.id,
        )

    def _was_invited(self, person: Person, round_: Round) -> None:
        invitation = Invitation(
            id=next(self.numbers),
            round_id=round_.id,
            way=Way.ADDRESS,
            language="en",
            code_hash=hashlib.sha256(person.address.encode()).hexdigest(),
            email=f"invited-{person.address}",
            expires_at=clock.now() + timedelta(days=20),
        )
        self._save(invitation)
        person.numbers.append(invitation.id)

    def _follows(self, person: Person, round_: Round) -> None:
        """By an address of its own, with another that waits, and a mail in the outbox."""
        address = f"follows-{person.address}"
        follower = self._save(Follower(id=next(self.numbers), address=address))
        person.numbers.append(follower.id)
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
