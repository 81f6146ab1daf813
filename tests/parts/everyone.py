"""The demo world with everyone in it: a person for each role, strangers, and what they left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.accounts import services as accounts
from feedback_app.accounts.models import Account
from feedback_app.comments import codes, measures
from feedback_app.comments import services as comments
from feedback_app.comments.conduct import ConductReason, Measure
from feedback_app.comments.holders import Holder
from feedback_app.comments.letter_models import DuplicateGroup
from feedback_app.comments.models import Comment, Point
from feedback_app.core import clock, jobs
from feedback_app.core.database import Database
from feedback_app.core.html import render
from feedback_app.curricula import services as curricula
from feedback_app.curricula.drafting import edit_section
from feedback_app.curricula.models import Curriculum, DraftState, Revision
from feedback_app.curricula.queries import find_draft
from feedback_app.exchange.models import Upload
from feedback_app.exchange.returning import Choices
from feedback_app.exchange.services import begin_upload
from feedback_app.organizations import services as organizations
from feedback_app.organizations.models import Organization, OrganizationKind, Role
from feedback_app.organizations.queries import actor_of
from feedback_app.policy import VISITOR, Actor
from feedback_app.rounds.models import Participation, Round
from feedback_app.triage import work
from feedback_app.triage.causes import name_cause
from feedback_app.triage.models import Adoption, CauseKind, Disposition, Outcome, Publishing
from feedback_app.triage.ready_models import ReadyText
from feedback_app.triage.theme_models import Theme, ThemeAnswer
from tests.comments.acts import said, sent, waiting_flood
from tests.parts import joint, offline
from tests.parts.many import kept_view, previewed_act
from tests.parts.matrices import asked_matrix, returned_matrix
from tests.parts.periods import invited, planned_rounds
from tests.parts.planted_words import DRAFT_WORDS, PLANTED
from tests.parts.urgent import urgent_course

VISITOR_NAME = "visitor"
DEMO_PEOPLE = ("resident", "host", "author", "moderator", "reviewer", "manager", "admin")
DEPARTMENT = ("author", "moderator", "manager")
ROLES = (VISITOR_NAME, *DEMO_PEOPLE, "host_manager", "stranger")
"""`admin` keeps the site running; `stranger` moderates in another department, and leads a
community organization that answers the open round as one."""

SYSTEM = Actor(is_system=True)
SECRET_ADDRESS = "planted-{}@nobody-reads.example"


@dataclass
class World:
    """Addresses of things, by the words that routes call them."""

    app: Flask
    ids: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    code: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        database: Database = self.app.extensions["database"]
        return database

    def client(self, role: str) -> FlaskClient:
        client = self.app.test_client()
        if role in self.cookies:
            client.set_cookie("session", self.cookies[role])
        elif role in self.tokens:
            with client.session_transaction() as cookie:
                cookie["_user_id"] = self.tokens[role]
                cookie["_fresh"] = True
            kept = client.get_cookie("session")
            assert kept is not None
            self.cookies[role] = kept.value
        return client


def people_the(app: Flask) -> World:
    """Add to a demo world whoever and whatever it lacks."""
    world = World(app)
    with world.database.session(writing=True) as session:
        Settling(session, world).settle()
        session.commit()
    jobs.run_due(world.database)
    with world.database.session(writing=True) as session:
        uploads = {each.public_id: each for each in session.scalars(select(Upload))}
        upload, edited = (uploads[world.ids[name]] for name in ("upload", "edited_upload"))
        draft = find_draft(session, edited.curriculum_id)
        choices = Choices({}, frozenset(), draft.version)
        edited.document = edited.document | {"onto": choices.to_json()}
        session.commit()
        world.ids["upload_key"] = upload.document["sections"][0]["key"]
    return world


class Settling:
    def __init__(self, session: Session, world: World) -> None:
        self.session, self.world = session, world
        self.key = codes.receipt_key(world.app.config["SECRET_KEY"])

    def one(self, query: Any) -> Any:
        return self.session.scalars(query).first()

    def organization(self, kind: OrganizationKind) -> Organization:
        found = select(Organization).where(Organization.kind == kind)
        return self.one(found.order_by(Organization.id))

    def settle(self) -> None:
        self.department = self.organization(OrganizationKind.DEPARTMENT)
        self.hosts = self.organization(OrganizationKind.HOST)
        self.board = self.organization(OrganizationKind.BOARD)
        self.course = self.one(select(Curriculum))
        self.open = self.one(select(Round).where(Round.report_published_at.is_(None)))
        self.answered = self.one(select(Round).where(Round.report_published_at.is_not(None)))
        self._people()
        self._plan()
        self._draft()
        self._voices()
        joint.settle(self)
        self._conduct()
        offline.settle(self)
        self._answers()
        self._together()
        self._upload()
        self.world.ids |= urgent_course(self.session, self.department, self.actor("author"))
        by = self.actor("moderator")
        self.world.ids["matrix"] = returned_matrix(self.session, self.open, by)
        self.world.ids["matrix_file"] = asked_matrix(self.session, self.open, by)

    def _people(self) -> None:
        known = {
            name: self.one(select(Account).where(Account.email == f"{name}@demo.example"))
            for name in DEMO_PEOPLE
        }
        elsewhere = organizations.create_organization(
            self.session,
            actor=SYSTEM,
            name="Halden Creek Police Department",
            slug="halden-creek-police",
            kind=OrganizationKind.DEPARTMENT,
            time_zone="America/Denver",
        )
        for name, role, home in (
            ("host_manager", Role.MANAGER, self.hosts),
            ("stranger", Role.MODERATOR, elsewhere),
        ):
            known[name] = accounts.register(
                self.session,
                actor=SYSTEM,
                email=f"{name}@demo.example",
                name=name,
                password_hash=known["host"].password_hash,
            )
            accounts.confirm(known[name])
            organizations.grant(self.session, home, known[name], actor=SYSTEM, role=role)
        joint.lead(self, known["stranger"])
        self.session.flush()
        for name, account in known.items():
            self.world.tokens[name] = accounts.sign_in(self.session, account)
            self.world.actors[name] = actor_of(self.session, account)
        self.world.actors[VISITOR_NAME] = VISITOR
        membership = self.one(select(organizations.Membership))
        self.world.ids |= {
            "department": self.department.slug,
            "hosts": self.hosts.slug,
            "board": self.board.slug,
            "elsewhere": elsewhere.slug,
            "membership": membership.public_id,
            "membership_home": membership.organization.slug,
        }

    def actor(self, name: str) -> Actor:
        return self.world.actors[name]

    def _plan(self) -> None:
        host = self.actor("host")
        round_ = planned_rounds(self.session, self.open.revision, self.hosts, host)
        self.world.ids |= invited(self.session, round_, host, self.key) | {
            "open": self.open.slug,
            "answered": self.answered.slug,
            "planned": "not-signed-yet",
            "half_signed": round_.slug,
        }

    def _draft(self) -> None:
        author = self.actor("author")
        draft = find_draft(self.session, self.course.id) or curricula.start_revision(
            self.session, self.course, actor=author
        )
        section = draft.sections[2]
        source = f"{section.source}\n\n{DRAFT_WORDS}"
        edit_section(
            self.session,
            section,
            actor=author,
            version=section.version,
            title=section.title,
            source=source,
            rendered=render(source, key=section.key),
        )
        cause = name_cause(
            self.session,
            draft,
            actor=author,
            section_key=section.key,
            hunk=None,
            kind=CauseKind.OWN,
            note="The county asked.",
        )
        withheld = next(s for s in self.open.revision.sections if s.is_withheld)
        self.draft: Revision = draft
        self.session.flush()
        refused = Publishing(  # by a worker, since the draft had moved on
            revision=draft,
            asked_by_id=self.actor("moderator").account_id,
            version=draft.version,
            terms={
                "change_note": "Shorter.",
                "is_material": True,
                "material_reason": "",
                "reasons": {},
                "accepts_findings": False,
            },
            refusal={"rule": "DraftMoved"},
            ended_at=clock.now(),
        )
        self.session.add(refused)
        self.session.flush()
        self.world.ids |= {
            "course": self.course.slug,
            "key": section.key,
            "withheld_key": withheld.key,
            "cause": cause.public_id,
            "publishing": refused.public_id,
            "state": self.one(
                select(DraftState.public_id).where(DraftState.section_key == section.key)
            ),
            "numbers": [r.number for r in self.course.revisions if r is not draft],
            "draft_number": draft.number,
        }

    def _voices(self) -> None:
        """A comment held by a code, one by the resident's account, one taken back."""
        resident = self.actor("resident")
        for name, actor in (("by_code", VISITOR), ("by_account", resident)):
            body = f"They should wait for the family, said {name}."
            taken = comments.submit_comment(
                self.session,
                self.open,
                actor=actor,
                sent=sent(body),
                said=said(body),
                key=self.key,
                holder=Holder(account_id=actor.account_id),
                section_key=self.world.ids["key"],
                notice_address=SECRET_ADDRESS.format(name),
            )
            self.world.ids[name] = taken.comment.public_id
            self.world.code = taken.code or self.world.code
        for number, part in enumerate(self.session.scalars(select(Participation))):
            part.notice_address = part.notice_address or SECRET_ADDRESS.format(number)
        self.world.ids["withdrawn"] = self.one(
            select(Comment.public_id).where(Comment.withdrawn_at.is_not(None))
        )
        self.world.ids["reply"] = self.one(
            select(Comment.public_id).where(Comment.parent_id.is_not(None))
        )

    def _conduct(self) -> None:
        """One comment in each state of conduct, with words that only some may ever read."""
        made = {}
        for state, words in PLANTED.items():
            body = f"I wait for the nurse. {words}"
            taken = comments.submit_comment(
                self.session,
                self.open,
                actor=VISITOR,
                sent=sent(body),
                said=said(body),
                key=self.key,
                holder=Holder(),
                section_key=self.world.ids["key"],
            )
            made[state] = taken.comment
            self.world.ids[f"planted_{state}"] = taken.comment.public_id
            self.world.ids[f"planted_{state}_point"] = taken.comment.points[0].public_id
        made["held"].held_at = clock.now()
        self.open.comments_count = Round.comments_count - 1
        self.session.flush()
        part = made["withdrawn"].participation
        comments.withdraw(
            self.session,
            made["withdrawn"],
            actor=VISITOR,
            holder=Holder(code_hash=part.code_hash),
        )
        for state, kind in (
            ("hidden", Measure.HIDE),
            ("masked", Measure.MASK),
            ("erased", Measure.ERASE),
        ):
            measure = measures.take(
                self.session,
                made[state],
                actor=self.actor("host"),
                kind=kind,
                reason=ConductReason.PRIVATE_DETAILS,
                phrases=[PLANTED[state]] if state != "erased" else [],
            )
            measures.confirm(self.session, measure, actor=self.actor("reviewer"))
        waiting = measures.take(
            self.session,
            made["shown"],
            actor=self.actor("host"),
            kind=Measure.HIDE,
            reason=ConductReason.SPAM,
        )
        self.world.ids["measure"] = waiting.public_id
        self._flood(made["shown"])

    def _flood(self, comment: Comment) -> None:
        """One that waits for its signature, and an objection that waits for the board."""
        by = self.actor("moderator").account_id
        flood, claim = waiting_flood(self.session, comment, by, self.department.id)
        self.world.ids |= {"flood": flood.public_id, "claim": claim.public_id}

    def _together(self) -> None:
        """A subject with public answers, one without any, and a letter."""
        given = self.one(select(ThemeAnswer))
        self.world.ids["theme"] = self.session.get_one(Theme, given.theme_id).public_id
        waits = self.one(select(Theme).where(Theme.round_id == self.open.id))
        self.world.ids["waiting_theme"] = waits.public_id
        self.world.ids["group"] = self.one(select(DuplicateGroup)).public_id
        self.world.ids["ready"] = self.one(select(ReadyText)).public_id
        by = self.actor("moderator")
        self.world.ids["bulk_act"] = previewed_act(self.session, self.open, by, waits)
        self.world.ids["view"] = kept_view(self.session, self.open, by)

    def _answers(self) -> None:
        recorded = self.one(
            select(Disposition).where(
                Disposition.published_at.is_(None), Disposition.outcome == Outcome.ADOPTED
            )
        )
        published = self.one(
            select(Disposition)
            .join(Adoption)
            .where(Disposition.published_at.is_not(None), Disposition.adoptions.any())
        )
        self.world.ids |= {
            "recorded": recorded.public_id,
            "recorded_point": recorded.point.public_id,
            "recorded_comment": recorded.point.comment.public_id,
            "published": published.public_id,
            "published_point": published.point.public_id,
            "published_comment": published.point.comment.public_id,
            "adoption": published.adoptions[0].public_id,
        }
        self._work(recorded.point)

    def _work(self, point: Point) -> None:
        """A question to the authors that is open, and a note of the moderator's."""
        actor = self.actor("moderator")
        asked = work.ask_authors(self.session, point, actor=actor, question="Can it be done?")
        note = work.write_note(self.session, point, actor=actor, body="Ask the range staff.")
        self.world.ids |= {"question": asked.public_id, "note": note.public_id}

    def _upload(self) -> None:
        upload = begin_upload(
            self.session,
            self.department,
            actor=self.actor("author"),
            filename="night.md",
            data=b"# Night shift\n\nWords.\n\nMore words.\n\n## Rest\n\nSleep first.\n",
        )
        edited = begin_upload(
            self.session,
            self.department,
            actor=self.actor("author"),
            filename="edited.md",
            data=b"# Night shift\n\nWords.\n\n# Rest\n\nSleep first.\n",
            onto=self.course,
        )
        self.session.flush()
        self.world.ids["upload"] = upload.public_id
        self.world.ids["edited_upload"] = edited.public_id
