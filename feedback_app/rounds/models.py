"""Comment periods, their texts in each language, their questions, and who takes part."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.core.orm import (
    Base,
    identity,
    locale,
    moment,
    public_id,
    recorded_at,
    slug,
    strings,
)
from feedback_app.curricula.models import Revision
from feedback_app.organizations.models import Organization
from feedback_app.rounds.about_people import Template

if TYPE_CHECKING:
    from feedback_app.rounds.word_models import WordPair


class RoundState(enum.StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    ANSWERED = "answered"


class WhoMayComment(enum.StrEnum):
    OPEN = "open"
    ACCOUNT = "account"
    INVITED = "invited"


class Showing(enum.StrEnum):
    """When those who take part read what others said; from the closing on everybody does."""

    AT_ONCE = "at_once"
    AFTER_OWN = "after_own"
    AFTER_CLOSING = "after_closing"


class Promise(enum.StrEnum):
    """How far the department goes with what people say; each holds the one before it."""

    ANSWER = "answer"
    COMES_BACK = "comes_back"
    TOGETHER = "together"


class Basis(enum.StrEnum):
    """What people comment on: a whole text, or what stands before there is one."""

    TEXT = "text"
    OUTLINE = "outline"
    QUESTIONS = "questions"


class Audience(enum.StrEnum):
    EVERYONE = "everyone"
    OFFICERS = "officers"


class QuestionKind(enum.StrEnum):
    OPEN = "open"
    YES_NO = "yes_no"
    CHOICE = "choice"
    SCALE = "scale"


class Holding(enum.StrEnum):
    """Which comments wait for the host before they are shown."""

    NONE = "none"
    FIRST = "first"
    ALL = "all"


class Answering(enum.StrEnum):
    TOGETHER = "together"
    ONE_BY_ONE = "one_by_one"


class Round(Base):
    """A comment period on one published revision, run by one host.

    It is a plan until the host signs it; signed by the department too it promises an answer,
    otherwise it is an independent comment period and says so. `texts_stay_inside`: the texts of
    an invited round stay with those who were invited even when its report is out.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        Index("ix_rounds_revision_id_closes_at", "revision_id", "closes_at"),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    slug: Mapped[slug]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    host_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    language: Mapped[locale] = mapped_column(default="en")
    languages: Mapped[strings] = mapped_column(default=list)
    time_zone: Mapped[str] = mapped_column(String(64))
    opens_at: Mapped[moment] = mapped_column(index=True)
    closes_at: Mapped[moment] = mapped_column(index=True)
    participation: Mapped[WhoMayComment] = mapped_column(default=WhoMayComment.OPEN)
    answering: Mapped[Answering] = mapped_column(default=Answering.TOGETHER)
    holding: Mapped[Holding] = mapped_column(default=Holding.NONE)
    showing: Mapped[Showing] = mapped_column(default=Showing.AT_ONCE)
    promise: Mapped[Promise] = mapped_column(default=Promise.ANSWER)
    basis: Mapped[Basis] = mapped_column(default=Basis.TEXT)
    audience: Mapped[Audience] = mapped_column(default=Audience.EVERYONE)
    texts_stay_inside: Mapped[bool] = mapped_column(default=False)
    answers_due_on: Mapped[date | None]
    short_reason: Mapped[str] = mapped_column(default="")
    help_name: Mapped[str] = mapped_column(default="")
    help_phone: Mapped[str] = mapped_column(String(40), default="")
    help_email: Mapped[str] = mapped_column(String(254), default="")
    planned_at: Mapped[recorded_at]
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    host_signed_at: Mapped[moment | None]
    host_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    department_signed_at: Mapped[moment | None]
    department_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    closing_asked_at: Mapped[moment | None]
    closing_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    closing_reason: Mapped[str] = mapped_column(default="")
    gone_through_at: Mapped[moment | None]
    report_published_at: Mapped[moment | None]
    report_note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    comments_count: Mapped[int] = mapped_column(default=0)

    revision: Mapped[Revision] = relationship()
    host: Mapped[Organization] = relationship(foreign_keys=host_id)
    department: Mapped[Organization] = relationship(foreign_keys=department_id)
    partner: Mapped[ConductPartner | None] = relationship(
        back_populates="round", cascade="all, delete-orphan"
    )
    texts: Mapped[list[RoundText]] = relationship(back_populates="round")
    questions: Mapped[list[Question]] = relationship(
        back_populates="round", order_by="Question.position"
    )
    background: Mapped[list[BackgroundQuestion]] = relationship(
        back_populates="round",
        order_by="BackgroundQuestion.position",
        cascade="all, delete-orphan",
    )
    word_pairs: Mapped[list[WordPair]] = relationship(
        back_populates="round", cascade="all, delete-orphan"
    )

    @property
    def is_public(self) -> bool:
        """A plan that its host has not signed is seen by host and department alone."""
        return self.host_signed_at is not None

    @property
    def is_independent(self) -> bool:
        return self.department_signed_at is None

    @property
    def owes_going_through(self) -> bool:
        """The host has not yet said that it went through the answers, as both signed."""
        return (
            self.promise is Promise.TOGETHER
            and not self.is_independent
            and self.gone_through_at is None
        )

    @property
    def is_hosted_by_department(self) -> bool:
        """Then its board sees to conduct in the host's place."""
        return self.host_id == self.department_id

    @property
    def conduct_name(self) -> str:
        """Who sees to conduct: the host, or the board where the department asks itself."""
        if not self.is_hosted_by_department:
            return self.host.name
        return min((board.name for board in self.department.boards), default="")

    @property
    def partner_id(self) -> int | None:
        return self.partner.organization_id if self.partner is not None else None

    @property
    def second_id(self) -> int | None:
        """The partner, once it has agreed; until then the board alone is second."""
        if self.partner is None or self.partner.agreed_at is None:
            return None
        return self.partner.organization_id

    @property
    def board_ids(self) -> tuple[int, ...]:
        return tuple(board.id for board in self.department.boards)

    def state(self, at: datetime) -> RoundState:
        return round_state(
            signed=self.is_public,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            report_published_at=self.report_published_at,
            at=at,
        )

    def is_open(self, at: datetime) -> bool:
        return self.state(at) is RoundState.OPEN

    def text(self, language: str) -> RoundText:
        """Its texts in this language, else in its first one."""
        by_language = {text.language: text for text in self.texts}
        return by_language.get(language) or by_language[self.language]


def round_state(
    *,
    signed: bool,
    opens_at: datetime,
    closes_at: datetime,
    report_published_at: datetime | None,
    at: datetime,
) -> RoundState:
    """The one rule by which a round is planned, open, closed or answered."""
    if report_published_at is not None and report_published_at <= at:
        return RoundState.ANSWERED
    if not signed or at < opens_at:
        return RoundState.PLANNED
    return RoundState.OPEN if at <= closes_at else RoundState.CLOSED


class ConductPartner(Base):
    """The organization that is asked to be the second one in a round's conduct."""

    __tablename__ = "conduct_partners"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    told_at: Mapped[moment | None]
    agreed_at: Mapped[moment | None]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    round: Mapped[Round] = relationship(back_populates="partner")
    organization: Mapped[Organization] = relationship()


class RoundText(Base):
    """What a round's page says, in one language."""

    __tablename__ = "round_texts"
    __table_args__ = (UniqueConstraint("round_id", "language"),)

    id: Mapped[identity]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    language: Mapped[locale]
    title: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(default="")
    can_change: Mapped[str] = mapped_column(default="")

    round: Mapped[Round] = relationship(back_populates="texts")


class Question(Base):
    """One of the host's three to seven questions, on the round or on one section."""

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("round_id", "position"),)

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    position: Mapped[int]
    section_key: Mapped[str | None] = mapped_column(String(8))
    kind: Mapped[QuestionKind] = mapped_column(default=QuestionKind.OPEN)

    round: Mapped[Round] = relationship(back_populates="questions")
    texts: Mapped[list[QuestionText]] = relationship(back_populates="question", lazy="joined")

    def text(self, language: str) -> QuestionText:
        by_language = {text.language: text for text in self.texts}
        return by_language.get(language) or next(iter(by_language.values()))


class QuestionText(Base):
    __tablename__ = "question_texts"
    __table_args__ = (UniqueConstraint("question_id", "language"),)

    id: Mapped[identity]
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    language: Mapped[locale]
    prompt: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    options: Mapped[strings] = mapped_column(default=list)

    question: Mapped[Question] = relationship(back_populates="texts")


class BackgroundQuestion(Base):
    """One question about people, from a template, with figures to compare the answers with.

    `shares` are percentages as typed, one for each answer to choose from, empty where unknown.
    """

    __tablename__ = "background_questions"
    __table_args__ = (UniqueConstraint("round_id", "template"),)

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    position: Mapped[int]
    template: Mapped[Template]
    shares: Mapped[strings] = mapped_column(default=list)
    source: Mapped[str] = mapped_column(default="")

    round: Mapped[Round] = relationship(back_populates="background")
    texts: Mapped[list[BackgroundText]] = relationship(
        back_populates="question", cascade="all, delete-orphan", lazy="joined"
    )

    def text(self, language: str) -> BackgroundText:
        by_language = {text.language: text for text in self.texts}
        return by_language.get(language) or next(iter(by_language.values()))


class BackgroundText(Base):
    __tablename__ = "background_texts"
    __table_args__ = (UniqueConstraint("question_id", "language"),)

    id: Mapped[identity]
    question_id: Mapped[int] = mapped_column(ForeignKey("background_questions.id"))
    language: Mapped[locale]
    prompt: Mapped[str]
    options: Mapped[strings] = mapped_column(default=list)

    question: Mapped[BackgroundQuestion] = relationship(back_populates="texts")


class Extension(Base):
    """A moved closing: later by either signatory, earlier only when both agree."""

    __tablename__ = "extensions"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    closes_at_before: Mapped[moment]
    closes_at: Mapped[moment]
    reason: Mapped[str]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    recorded_at: Mapped[recorded_at]

    organization: Mapped[Organization] = relationship()


class Participation(Base):
    """One person's part in one round, by account or by private code.

    The code itself is not kept, only an HMAC of it. Nothing computed from this row's id leaves
    the server: it would tell that two unnamed comments are one person's.
    """

    __tablename__ = "participations"
    __table_args__ = (
        UniqueConstraint("round_id", "account_id"),
        CheckConstraint(
            "account_id IS NOT NULL OR code_hash IS NOT NULL", name="account_or_code"
        ),
    )

    id: Mapped[identity]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    locale: Mapped[locale] = mapped_column(default="en")
    notice_address: Mapped[str | None] = mapped_column(String(254))
    is_quiet: Mapped[bool] = mapped_column(default=False, server_default=false())
    joined_at: Mapped[recorded_at]

    round: Mapped[Round] = relationship()
