"""Makes what a test is not about: a test names only what it is about."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from feedback_app.accounts.models import Account
from feedback_app.accounts.passwords import hash_password
from feedback_app.comments.models import Anchor, Comment, CommentKind, CommentVersion, Point
from feedback_app.core import clock
from feedback_app.core.html import render, render_comment
from feedback_app.core.orm import new_key
from feedback_app.curricula.models import Curriculum, Revision, RevisionState, Section
from feedback_app.organizations.models import (
    Membership,
    Organization,
    OrganizationKind,
    OversightSeat,
    Role,
)
from feedback_app.organizations.queries import actor_of
from feedback_app.policy import Actor
from feedback_app.rounds.models import Participation, Question, QuestionText, Round, RoundText
from feedback_app.triage.models import Disposition, Outcome
from feedback_app.triage.theme_models import Theme, ThemePoint

T = TypeVar("T")
PASSWORD = "correct horse battery"
_hash = None


def _password_hash() -> str:
    global _hash
    _hash = _hash or hash_password(PASSWORD)
    return _hash


class Make:
    def __init__(self, session: Session) -> None:
        self.session = session
        self._numbers = itertools.count(1)
        self._department: Organization | None = None
        self._host: Organization | None = None
        self._board: Organization | None = None
        self._partner: Organization | None = None

    def _save(self, thing: T) -> T:
        self.session.add(thing)
        self.session.flush()
        return thing

    def account(self, **values: Any) -> Account:
        number = next(self._numbers)
        values.setdefault("email", f"person{number}@example.org")
        values.setdefault("name", f"Person {number}")
        values.setdefault("password_hash", _password_hash())
        values.setdefault("confirmed_at", clock.now())
        return self._save(Account(**values))

    def organization(
        self, kind: OrganizationKind = OrganizationKind.DEPARTMENT, **values: Any
    ) -> Organization:
        number = next(self._numbers)
        values.setdefault("name", f"{kind.value.title()} {number}")
        values.setdefault("slug", f"{kind.value}-{number}")
        values.setdefault("help_name", "Ana Ruiz")
        values.setdefault("help_phone", "555-0134")
        values.setdefault("help_email", "help@example.org")
        return self._save(Organization(kind=kind, **values))

    def department(self) -> Organization:
        """The department of this test, overseen by its board."""
        if self._department is None:
            self._department = self.organization(OrganizationKind.DEPARTMENT)
            self._save(
                OversightSeat(board_id=self.board().id, department_id=self._department.id)
            )
        return self._department

    def host_organization(self) -> Organization:
        self._host = self._host or self.organization(OrganizationKind.HOST)
        return self._host

    def board(self) -> Organization:
        self._board = self._board or self.organization(OrganizationKind.BOARD)
        return self._board

    def member(self, role: Role, organization: Organization, **values: Any) -> Account:
        account = self.account(**values)
        self._save(Membership(account=account, organization=organization, role=role))
        return account

    def author(self, **values: Any) -> Account:
        return self.member(Role.AUTHOR, self.department(), **values)

    def moderator(self, **values: Any) -> Account:
        return self.member(Role.MODERATOR, self.department(), **values)

    def manager(self, **values: Any) -> Account:
        return self.member(Role.MANAGER, self.department(), **values)

    def host(self, **values: Any) -> Account:
        return self.member(Role.HOST, self.host_organization(), **values)

    def host_manager(self, **values: Any) -> Account:
        return self.member(Role.MANAGER, self.host_organization(), **values)

    def partner_organization(self) -> Organization:
        self._partner = self._partner or self.organization(OrganizationKind.HOST)
        return self._partner

    def partner(self, **values: Any) -> Account:
        """Somebody of another community organization than the usual host."""
        return self.member(Role.HOST, self.partner_organization(), **values)

    def reviewer(self, **values: Any) -> Account:
        return self.member(Role.REVIEWER, self.board(), **values)

    def administrator(self, **values: Any) -> Account:
        return self.account(is_administrator=True, **values)

    def actor(self, account: Account) -> Actor:
        self.session.flush()
        return actor_of(self.session, account)

    def curriculum(self, **values: Any) -> Curriculum:
        number = next(self._numbers)
        values.setdefault("department", self.department())
        values.setdefault("title", f"Crisis response {number}")
        values.setdefault("slug", f"crisis-response-{number}")
        return self._save(Curriculum(**values))

    def revision(
        self,
        *,
        published: bool = True,
        sections: list[dict[str, Any]] | None = None,
        **values: Any,
    ) -> Revision:
        """A revision with sections; published as the triggers demand: sections first."""
        curriculum = values.pop("curriculum", None) or self.curriculum()
        values.setdefault("number", 1)
        values.setdefault("title", curriculum.title)
        values.setdefault("started_by_id", self.account().id)
        revision = self._save(Revision(curriculum=curriculum, **values))
        for position, given in enumerate(sections or [{}, {}], start=1):
            self.session.add(self._section(revision, position=position, **given))
        self.session.flush()
        if published:
            revision.state = RevisionState.PUBLISHED
            revision.published_at = clock.now() - timedelta(days=40)
            revision.content_hash = "0" * 64
            self.session.flush()
        self.session.refresh(revision, ["sections"])
        return revision

    def section(self, *, revision: Revision | None = None, **values: Any) -> Section:
        if revision is None:
            return self.revision(sections=[values]).sections[0]
        return self._save(self._section(revision, **values))

    def _section(self, revision: Revision, **values: Any) -> Section:
        number = next(self._numbers)
        values.setdefault("key", new_key())
        values.setdefault("title", f"Part {number}")
        values.setdefault("position", number)
        values.setdefault("minutes", 30)
        values.setdefault(
            "source", f"Officers wait in part {number}. They speak slowly. They ask the family."
        )
        rendered = render(values["source"], key=values["key"])
        values.setdefault("html", rendered.html)
        values.setdefault("text", rendered.text)
        return Section(revision_id=revision.id, **values)

    def round(self, *, open: bool = False, **values: Any) -> Round:
        day = timedelta(days=1)
        number = next(self._numbers)
        values.setdefault("closes_at", clock.now() + (day if open else -day))
        values.setdefault("opens_at", values["closes_at"] - 31 * day)
        values.setdefault("revision", None)
        values["revision"] = values["revision"] or self.revision()
        values.setdefault("department", values["revision"].curriculum.department)
        values.setdefault("host", self.host_organization())
        values.setdefault("slug", f"round-{number}")
        values.setdefault("languages", ["en", "es"])
        values.setdefault("time_zone", "America/Chicago")
        values.setdefault("planned_by_id", self.account().id)
        values.setdefault("host_signed_at", values["opens_at"] - day)
        values.setdefault("department_signed_at", values["opens_at"] - day)
        values.setdefault("help_name", "Ana Ruiz")
        values.setdefault("help_phone", "555-0134")
        values.setdefault("help_email", "help@example.org")
        round_ = Round(**values)
        for language, title in (("en", f"Say it {number}"), ("es", f"Dígalo {number}")):
            self.session.add(
                RoundText(
                    round=round_,
                    language=language,
                    title=title,
                    why="The course is five years old.",
                    can_change="All sections.",
                )
            )
        return self._save(round_)

    def question(self, round_: Round, position: int = 1, **values: Any) -> Question:
        question = Question(round_id=round_.id, position=position, **values)
        for language, prompt in (("en", "What worked?"), ("es", "¿Qué sirvió?")):
            self.session.add(QuestionText(question=question, language=language, prompt=prompt))
        return self._save(question)

    def participation(self, round_: Round, **values: Any) -> Participation:
        if "code_hash" not in values:
            values.setdefault("account_id", self.account().id)
        return self._save(Participation(round_id=round_.id, **values))

    def comment(
        self, *, round: Round | None = None, body: str = "Too much at once.", **values: Any
    ) -> Comment:
        round_ = round or self.round()
        values.setdefault("revision", round_.revision)
        values.setdefault("section_key", round_.revision.sections[0].key)
        values.setdefault("participation", self.participation(round_))
        values.setdefault("kind", CommentKind.CONCERN)
        values.setdefault("language", "en")
        at: datetime = values.setdefault("submitted_at", min(clock.now(), round_.closes_at))
        values.setdefault("received_at", at)
        suggested = values.pop("suggested_wording", None)
        quote = values.pop("quote", None)
        number = values.setdefault("version_number", 1)
        comment = Comment(round=round_, **values)
        self.session.add_all(
            (
                comment,
                CommentVersion(
                    comment=comment,
                    number=number,
                    body=body,
                    html=render_comment(body).html,
                    suggested_wording=suggested,
                    written_at=at,
                ),
            )
        )
        if comment.parent_id is None:
            self.session.add(Point(comment=comment))
            round_.comments_count += 1
        self.session.flush()
        if quote:
            self.anchor(comment, quote)
        return comment

    def anchor(self, comment: Comment, quote: str) -> Anchor:
        section = next(s for s in comment.revision.sections if s.key == comment.section_key)
        start = section.text.index(quote)
        end = start + len(quote)
        return self._save(
            Anchor(
                comment=comment,
                revision_id=comment.revision_id,
                language=section.language,
                section_key=section.key,
                exact=quote,
                prefix=section.text[max(0, start - 32) : start],
                suffix=section.text[end : end + 32],
                start=start,
                end=end,
            )
        )

    def point(self, **values: Any) -> Point:
        return self.comment(**values).points[0]

    def disposition(self, *, point: Point | None = None, **values: Any) -> Disposition:
        point = point or self.point()
        values.setdefault("outcome", Outcome.NOTED)
        values.setdefault("rationale", "Thank you. The course says so too.")
        values.setdefault("rationale_html", render_comment(values["rationale"]).html)
        values.setdefault("office", "Training division")
        values.setdefault("decided_by_id", self.account().id)
        return self._save(Disposition(point=point, **values))

    def theme(self, round: Round, *points: Point, **values: Any) -> Theme:
        values.setdefault("title", f"Subject {next(self._numbers)}")
        values.setdefault("made_by_id", self.account().id)
        theme = self._save(Theme(round=round, **values))
        for point in points:
            self._save(ThemePoint(theme=theme, point=point, added_by_id=values["made_by_id"]))
        return theme
