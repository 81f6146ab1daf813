"""What people say, in which wording, about which words, and where those words went."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.comments.anchors import PlacementState
from feedback_app.comments.conduct import (
    COUNTED,
    NEED_NO_ANSWER,
    NO_POINT,
    ConductReason,
    State,
)
from feedback_app.core.orm import (
    Base,
    clean_html,
    identity,
    locale,
    moment,
    public_id,
    recorded_at,
    salt,
    section_key,
    strings,
)
from feedback_app.curricula.models import Revision
from feedback_app.organizations.models import Organization
from feedback_app.rounds.models import Participation, Question, Round


class CommentKind(enum.StrEnum):
    SUPPORT = "support"
    CONCERN = "concern"
    SUGGESTION = "suggestion"
    QUESTION = "question"
    LIVED_EXPERIENCE = "lived_experience"


class Channel(enum.StrEnum):
    WEB = "web"
    MEETING = "meeting"
    PAPER = "paper"
    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"
    IMPORT = "import"


class Voice(enum.StrEnum):
    """For whom somebody speaks."""

    RESIDENT = "resident"
    HOST = "host"
    DEPARTMENT = "department"
    BOARD = "board"
    ORGANIZATION = "organization"
    """One that answers as one for its members; its host and manager hold what it said."""


class Comment(Base):
    """One comment or, with a parent, a reply; its wordings are rows of their own.

    `submitted_at` is the closing-safe instant, read after the round's lock. A comment without
    `display_name` is unnamed. Name and wordings here are what may be shown; what was covered
    in them is kept apart (`sealed_name`, `SealedWording`), so that a list cannot show it.
    `said_by` people stand behind it – a letter's signers, or those of `said_of` at a table –
    and are counted apart.
    `choice` is the place, from 1, of what was ticked in a question that offers answers.
    """

    __tablename__ = "comments"
    __table_args__ = (
        Index("ix_comments_round_newest", "round_id", "submitted_at", "id"),
        Index(
            "ix_comments_round_section_newest", "round_id", "section_key", "submitted_at", "id"
        ),
        Index("ix_comments_parent_id_submitted_at", "parent_id", "submitted_at"),
        CheckConstraint(
            "parent_id IS NULL OR (kind IS NULL AND question_id IS NULL)",
            name="replies_are_plain",
        ),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    section_key: Mapped[str | None] = mapped_column(String(8))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    choice: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    participation_id: Mapped[int | None] = mapped_column(
        ForeignKey("participations.id"), index=True
    )
    voice: Mapped[Voice] = mapped_column(default=Voice.RESIDENT)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[CommentKind | None]
    language: Mapped[locale]
    channel: Mapped[Channel] = mapped_column(default=Channel.WEB)
    collector_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    display_name: Mapped[str | None] = mapped_column(String(80))
    version_number: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[moment]
    received_at: Mapped[moment]
    edited_at: Mapped[moment | None]
    withdrawn_at: Mapped[moment | None]
    is_late: Mapped[bool] = mapped_column(default=False)
    held_at: Mapped[moment | None]
    hidden_at: Mapped[moment | None]
    hidden_reason: Mapped[ConductReason | None]
    masked_at: Mapped[moment | None]
    masked_reason: Mapped[ConductReason | None]
    set_aside_at: Mapped[moment | None]
    erased_at: Mapped[moment | None]
    erased_reason: Mapped[ConductReason | None]
    sealed_name: Mapped[str | None] = mapped_column(String(80))
    endorsements_count: Mapped[int] = mapped_column(default=0)
    replies_count: Mapped[int] = mapped_column(default=0)
    said_by: Mapped[int | None]
    said_of: Mapped[int | None]

    round: Mapped[Round] = relationship()
    revision: Mapped[Revision] = relationship()
    question: Mapped[Question | None] = relationship()
    participation: Mapped[Participation | None] = relationship()
    organization: Mapped[Organization | None] = relationship(foreign_keys=organization_id)
    parent: Mapped[Comment | None] = relationship(remote_side="Comment.id")
    versions: Mapped[list[CommentVersion]] = relationship(
        back_populates="comment", order_by="CommentVersion.number"
    )
    points: Mapped[list[Point]] = relationship(
        back_populates="comment", order_by="Point.number"
    )
    anchor: Mapped[Anchor | None] = relationship(back_populates="comment")

    @property
    def current(self) -> CommentVersion:
        return next(v for v in self.versions if v.number == self.version_number)

    @property
    def department_id(self) -> int:
        return self.round.department_id

    @property
    def host_id(self) -> int:
        return self.round.host_id

    @property
    def time_zone(self) -> str:
        return self.round.time_zone

    @property
    def second_id(self) -> int | None:
        return self.round.second_id

    @property
    def board_ids(self) -> tuple[int, ...]:
        return self.round.board_ids

    @property
    def is_public(self) -> bool:
        return self.round.is_public

    @property
    def is_reply(self) -> bool:
        return self.parent_id is not None

    @property
    def state(self) -> State:
        at = {
            State.ERASED: self.erased_at,
            State.WITHDRAWN: self.withdrawn_at,
            State.HELD: self.held_at,
            State.HIDDEN: self.hidden_at,
            State.SET_ASIDE: self.set_aside_at,
            State.MASKED: self.masked_at,
            State.LATE: self.submitted_at if self.is_late else None,
        }
        return next((state for state, day in at.items() if day is not None), State.SHOWN)

    @property
    def is_gone(self) -> bool:
        """Taken back by its author, or erased: nothing can be done with it any more."""
        return self.withdrawn_at is not None or self.erased_at is not None

    @property
    def is_counted(self) -> bool:
        return not self.is_reply and not self.is_late and self.state in COUNTED

    @property
    def needs_answer(self) -> bool:
        """Replies and what is gone need none; late ones may get one."""
        if self.is_reply or self.is_late or self.hidden_reason in NO_POINT:
            return False
        return self.state not in NEED_NO_ANSWER


class CommentVersion(Base):
    """One wording as it may be shown; the log holds its commitment.

    The salt stays beside the text and dies with it: an erased wording has neither.
    """

    __tablename__ = "comment_versions"
    __table_args__ = (UniqueConstraint("comment_id", "number"),)

    id: Mapped[identity]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    number: Mapped[int] = mapped_column(default=1)
    body: Mapped[str]
    html: Mapped[clean_html]
    suggested_wording: Mapped[str | None]
    salt: Mapped[salt]
    written_at: Mapped[recorded_at]

    comment: Mapped[Comment] = relationship(back_populates="versions")
    sealed: Mapped[SealedWording | None] = relationship(back_populates="version")

    @property
    def original(self) -> CommentVersion | SealedWording:
        """What was written, for its author and the host alone."""
        return self.sealed or self


class SealedWording(Base):
    """What was written where only a part of it is shown: read by its author and the host.

    `phrases` are the words that are covered in it; none where the whole was withdrawn.
    """

    __tablename__ = "sealed_wordings"

    id: Mapped[identity]
    version_id: Mapped[int] = mapped_column(ForeignKey("comment_versions.id"), unique=True)
    body: Mapped[str]
    html: Mapped[clean_html]
    suggested_wording: Mapped[str | None]
    salt: Mapped[salt]
    phrases: Mapped[strings]
    sealed_at: Mapped[recorded_at]

    version: Mapped[CommentVersion] = relationship(back_populates="sealed")


class Anchor(Base):
    """The passage a comment speaks of, cut by the server from its own text; never edited."""

    __tablename__ = "anchors"
    __table_args__ = (
        Index("ix_anchors_revision_section", "revision_id", "section_key"),
        CheckConstraint('"end" > start AND start >= 0', name="span_not_empty"),
    )

    id: Mapped[identity]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), unique=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    language: Mapped[locale]
    section_key: Mapped[section_key]
    exact: Mapped[str]
    prefix: Mapped[str]
    suffix: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]

    comment: Mapped[Comment] = relationship(back_populates="anchor")


class Placement(Base):
    """Where a comment's passage, or its section, stands in a later revision.

    `objected_at`: its author says that these are not the words; a place by hand settles it.
    """

    __tablename__ = "placements"
    __table_args__ = (
        UniqueConstraint("comment_id", "revision_id"),
        Index("ix_placements_revision_section", "revision_id", "section_key"),
    )

    id: Mapped[identity]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    state: Mapped[PlacementState]
    section_key: Mapped[str | None] = mapped_column(String(8))
    start: Mapped[int | None]
    end: Mapped[int | None]
    score: Mapped[float] = mapped_column(default=0.0)
    reason: Mapped[str] = mapped_column(default="")
    placed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    placed_at: Mapped[recorded_at]
    objected_at: Mapped[moment | None]

    comment: Mapped[Comment] = relationship()


class Point(Base):
    """One ask inside a comment; the only one has no span and is the comment itself.

    `start` and `end` count code points of the wording `version_number`.
    """

    __tablename__ = "points"
    __table_args__ = (UniqueConstraint("comment_id", "number"),)

    id: Mapped[identity]
    public_id: Mapped[public_id]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    number: Mapped[int] = mapped_column(default=1)
    version_number: Mapped[int] = mapped_column(default=1)
    start: Mapped[int | None]
    end: Mapped[int | None]
    retired_at: Mapped[moment | None]

    comment: Mapped[Comment] = relationship(back_populates="points")

    @property
    def department_id(self) -> int:
        return self.comment.department_id

    @property
    def host_id(self) -> int:
        return self.comment.host_id

    @property
    def board_ids(self) -> tuple[int, ...]:
        return self.comment.board_ids

    @property
    def is_public(self) -> bool:
        return self.comment.is_public

    @property
    def passage(self) -> str:
        """Its own words, else the whole comment's; none once they are gone."""
        if self.comment.is_gone:
            return ""
        body = next(v for v in self.comment.versions if v.number == self.version_number).body
        return body if self.start is None else body[self.start : self.end]


def words_of_point() -> ColumnElement[bool]:
    """How a point is joined to the wording in which its passage was marked."""
    return (CommentVersion.comment_id == Point.comment_id) & (
        CommentVersion.number == Point.version_number
    )


class Endorsement(Base):
    """ "I agree", given once by one participation to one wording."""

    __tablename__ = "endorsements"
    __table_args__ = (UniqueConstraint("comment_id", "participation_id"),)

    id: Mapped[identity]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    participation_id: Mapped[int] = mapped_column(ForeignKey("participations.id"), index=True)
    version_number: Mapped[int]
    given_at: Mapped[recorded_at]


class Submission(Base):
    """A form that was sent: the same one sent again gets the same answer, for 48 hours.

    `started_at` is when the server made the form: one opened before closing may be sent for
    thirty minutes more.
    """

    __tablename__ = "submissions"

    id: Mapped[identity]
    submission_id: Mapped[str] = mapped_column(String(32), unique=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), index=True)
    participation_id: Mapped[int | None] = mapped_column(ForeignKey("participations.id"))
    made_code: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime] = mapped_column(index=True)

    comment: Mapped[Comment | None] = relationship()
