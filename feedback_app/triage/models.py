"""The answers given to comments, and where each adopted comment entered the text."""

from __future__ import annotations

import enum
from datetime import date
from typing import Any

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.accounts.models import Account
from feedback_app.comments.models import Comment, Point
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
)
from feedback_app.curricula.models import Revision
from feedback_app.rounds.models import Participation


class Outcome(enum.StrEnum):
    ADOPTED = "adopted"
    ADOPTED_WITH_CHANGES = "adopted_with_changes"
    ADOPTED_IN_PART = "adopted_in_part"
    ALREADY_COVERED = "already_covered"
    NOT_ADOPTED = "not_adopted"
    OUT_OF_SCOPE = "out_of_scope"
    DEFERRED = "deferred"
    QUESTION_ANSWERED = "question_answered"
    NOTED = "noted"

    @property
    def promises_a_change(self) -> bool:
        return self in PROMISES


PROMISES = frozenset({Outcome.ADOPTED, Outcome.ADOPTED_WITH_CHANGES, Outcome.ADOPTED_IN_PART})


class Reason(enum.StrEnum):
    """Why a comment was not adopted; each asks for its own evidence."""

    SET_BY_LAW = "set_by_law"
    COURT_OR_POLICY = "court_or_policy"
    COURSE_HOURS = "course_hours"
    EVIDENCE = "evidence"
    ALREADY_DECIDED = "already_decided"
    OPERATIONAL_SAFETY = "operational_safety"


class Signature(enum.StrEnum):
    """Who gave the second signature that rule 8 asks for."""

    MODERATOR = "moderator"
    HOST = "host"
    BOARD = "board"


class Disposition(Base):
    """One answer to one point; a later answer replaces it and never erases it.

    `reason_detail` is the citation, the minutes, the source or the outside reader that its
    reason code asks for. The covered columns say where an already covered ask stands.
    `translation` says the rationale in the other language of the site, where somebody wrote
    it. `from_list` marks answers that nobody gave on their comment's own page. `returned_at`
    is when a second moderator sent it back instead of signing; the reason is a note.
    """

    __tablename__ = "dispositions"
    __table_args__ = (
        CheckConstraint("rationale <> ''", name="rationale_given"),
        CheckConstraint(
            "outcome <> 'not_adopted' OR (reason IS NOT NULL AND reason_detail <> '')",
            name="refusal_has_reason",
        ),
        CheckConstraint(
            "outcome <> 'deferred' OR due_on IS NOT NULL", name="deferral_has_date"
        ),
        CheckConstraint(
            "outcome <> 'out_of_scope' OR referred_to <> ''", name="referral_names_office"
        ),
        CheckConstraint(
            "outcome <> 'already_covered' OR covered_section_key IS NOT NULL",
            name="covered_names_passage",
        ),
        Index("ix_dispositions_point_latest", "point_id", "id"),
        Index("ix_dispositions_decided_by", "decided_by_id", "id"),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"))
    outcome: Mapped[Outcome]
    reason: Mapped[Reason | None]
    reason_detail: Mapped[str] = mapped_column(default="")
    rationale: Mapped[str]
    rationale_html: Mapped[clean_html]
    language: Mapped[locale] = mapped_column(default="en")
    translation: Mapped[str] = mapped_column(default="")
    translation_html: Mapped[clean_html] = mapped_column(default=Markup())
    translation_language: Mapped[locale | None]
    evidence_url: Mapped[str] = mapped_column(default="")
    evidence_title: Mapped[str] = mapped_column(default="")
    office: Mapped[str] = mapped_column(String(160))
    authority: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    referred_to: Mapped[str] = mapped_column(default="")
    covered_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    covered_section_key: Mapped[str | None] = mapped_column(String(8))
    covered_start: Mapped[int | None]
    covered_end: Mapped[int | None]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[recorded_at]
    needs_second: Mapped[bool] = mapped_column(default=False)
    decided_alone: Mapped[bool] = mapped_column(default=False)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_as: Mapped[Signature | None]
    confirmed_at: Mapped[moment | None]
    returned_at: Mapped[moment | None]
    published_at: Mapped[moment | None] = mapped_column(index=True)
    from_list: Mapped[bool] = mapped_column(default=False)
    salt: Mapped[salt]

    point: Mapped[Point] = relationship()
    decided_by: Mapped[Account] = relationship(foreign_keys=decided_by_id)
    covered_revision: Mapped[Revision | None] = relationship()
    adoptions: Mapped[list[Adoption]] = relationship(back_populates="disposition")


class Adoption(Base):
    """The exact words of a revision in which an answer's promise is kept.

    `start` and `end` count code points of the section's canonical text; they follow the draft
    while it changes and are frozen when the revision is published.
    """

    __tablename__ = "adoptions"
    __table_args__ = (
        UniqueConstraint("disposition_id", "revision_id", "section_key", "start", "end"),
        Index("ix_adoptions_revision_section", "revision_id", "section_key"),
        CheckConstraint('"end" >= start AND start >= 0', name="span_in_order"),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    disposition_id: Mapped[int] = mapped_column(ForeignKey("dispositions.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    section_key: Mapped[section_key]
    start: Mapped[int]
    end: Mapped[int]
    exact: Mapped[str]
    hunk: Mapped[int | None]
    elsewhere_reason: Mapped[str] = mapped_column(default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[recorded_at]

    disposition: Mapped[Disposition] = relationship(back_populates="adoptions")
    revision: Mapped[Revision] = relationship()


class CauseKind(enum.StrEnum):
    POINT = "point"
    REVIEW = "review"
    RECOMMENDATION = "recommendation"
    LAW = "law"
    OWN = "own"


class Cause(Base):
    """Why a section changed; set while drafting, frozen when the revision is published.

    `excerpt` holds the new words of its hunk, so that it is found again while the draft moves.
    """

    __tablename__ = "causes"
    __table_args__ = (
        Index("ix_causes_revision_section", "revision_id", "section_key"),
        CheckConstraint("kind <> 'point' OR point_id IS NOT NULL", name="point_named"),
        CheckConstraint("kind = 'point' OR note <> ''", name="note_given"),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    section_key: Mapped[section_key]
    hunk: Mapped[int | None]
    excerpt: Mapped[str] = mapped_column(default="")
    kind: Mapped[CauseKind]
    point_id: Mapped[int | None] = mapped_column(ForeignKey("points.id"), index=True)
    note: Mapped[str] = mapped_column(default="")
    named_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    named_at: Mapped[recorded_at]

    revision: Mapped[Revision] = relationship()
    point: Mapped[Point | None] = relationship()


class Publishing(Base):
    """A draft handed over to be published by a job, with all that was typed for it.

    It goes with the job's own row, some days after it has ended; what it made public stays.
    """

    __tablename__ = "publishings"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[recorded_at]
    version: Mapped[int]
    terms: Mapped[dict[str, Any]]
    refusal: Mapped[dict[str, Any] | None]
    ended_at: Mapped[moment | None]

    revision: Mapped[Revision] = relationship()
    asked_by: Mapped[Account] = relationship()


class Verdict(Base):
    """ "Did this answer you?" – the commenter's last word on an answer; the latest counts.

    An organization's, on its response, is nobody's part in the round.
    """

    __tablename__ = "verdicts"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), index=True)
    participation_id: Mapped[int | None] = mapped_column(
        ForeignKey("participations.id"), index=True
    )
    is_satisfied: Mapped[bool]
    because: Mapped[str] = mapped_column(default="")
    salt: Mapped[salt]
    given_at: Mapped[recorded_at]

    comment: Mapped[Comment] = relationship()
    participation: Mapped[Participation | None] = relationship()
