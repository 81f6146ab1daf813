"""Courses, their revisions and sections, and what changed from one revision to the next."""

from __future__ import annotations

import enum
from datetime import date
from typing import Any

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.accounts.models import Account
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
    slug,
    strings,
)
from feedback_app.organizations.models import Organization


class Curriculum(Base):
    """A training course of one department."""

    __tablename__ = "curricula"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    slug: Mapped[slug]
    department_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(default="")
    audience: Mapped[str] = mapped_column(default="")
    format: Mapped[str] = mapped_column(default="")
    language: Mapped[locale] = mapped_column(default="en")
    topics: Mapped[strings] = mapped_column(default=list)
    minutes: Mapped[int] = mapped_column(default=0)
    review_months: Mapped[int | None]
    refresher_months: Mapped[int | None]
    created_at: Mapped[recorded_at]

    department: Mapped[Organization] = relationship()
    revisions: Mapped[list[Revision]] = relationship(
        back_populates="curriculum", order_by="Revision.number"
    )

    @property
    def board_ids(self) -> tuple[int, ...]:
        return tuple(board.id for board in self.department.boards)


class RevisionState(enum.StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    DROPPED = "dropped"


class UrgentCause(enum.StrEnum):
    """What alone allows words to change without the usual way."""

    LAW = "law"
    COURT = "court"
    SAFETY = "safety"


class Revision(Base):
    """One numbered text of a course; once published it never changes."""

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("curriculum_id", "number"),
        CheckConstraint(
            "state <> 'published' OR (published_at IS NOT NULL AND content_hash IS NOT NULL)",
            name="published_is_sealed",
        ),
        CheckConstraint(
            "in_force_on IS NULL OR state = 'published'", name="only_published_in_force"
        ),
        Index(
            "uq_revisions_one_draft",
            "curriculum_id",
            "is_urgent",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curricula.id"), index=True)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    number: Mapped[int]
    state: Mapped[RevisionState] = mapped_column(default=RevisionState.DRAFT)
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[locale] = mapped_column(default="en")
    change_note: Mapped[str] = mapped_column(default="")
    is_material: Mapped[bool] = mapped_column(default=True)
    material_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[recorded_at]
    started_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    published_at: Mapped[moment | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    content_hash: Mapped[str | None] = mapped_column(String(64))
    in_force_on: Mapped[date | None]
    in_force_note: Mapped[str | None]
    dropped_at: Mapped[moment | None]
    dropped_reason: Mapped[str | None]
    import_facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_urgent: Mapped[bool] = mapped_column(default=False)
    urgent_cause: Mapped[UrgentCause | None]
    urgent_note: Mapped[str] = mapped_column(default="")

    curriculum: Mapped[Curriculum] = relationship(back_populates="revisions")
    base: Mapped[Revision | None] = relationship(remote_side="Revision.id")
    sections: Mapped[list[Section]] = relationship(
        back_populates="revision", order_by="Section.position"
    )

    @property
    def bases(self) -> list[Revision]:
        """What it rests on: its base and, where that is an urgent correction, what it corrects.

        Rounds and comments on all of these are about the words that are being revised.
        """
        found: list[Revision] = []
        base = self.base
        while base is not None:
            found.append(base)
            base = base.base if base.is_urgent else None
        return found

    @property
    def is_draft(self) -> bool:
        return self.state is RevisionState.DRAFT

    @property
    def is_public(self) -> bool:
        return self.state is RevisionState.PUBLISHED

    @property
    def department_id(self) -> int:
        return self.curriculum.department_id

    @property
    def board_ids(self) -> tuple[int, ...]:
        return self.curriculum.board_ids


class SectionKind(enum.StrEnum):
    OVERVIEW = "overview"
    OBJECTIVE = "objective"
    CONTENT = "content"
    ACTIVITY = "activity"
    ASSESSMENT = "assessment"
    INSTRUCTOR_NOTE = "instructor_note"
    MATERIAL = "material"
    SAFETY = "safety"


class Openness(enum.StrEnum):
    OPEN = "open"
    PARTLY = "partly"
    FIXED = "fixed"


class Section(Base):
    """A part of a revision's flat list; its text ends where the next one begins.

    `source` is Markdown; `html` and `text` are made from it at writing and frozen with the
    revision. A withheld section keeps the public placeholder in its own columns, while
    `source`, `html` and `text` are empty and the passage lies in `WithheldPassage`.
    """

    __tablename__ = "sections"
    __table_args__ = (
        UniqueConstraint("revision_id", "key"),
        Index("ix_sections_revision_position", "revision_id", "position"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level_one_to_three"),
        CheckConstraint("minutes IS NULL OR minutes >= 0", name="minutes_not_negative"),
    )

    id: Mapped[identity]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    key: Mapped[section_key]
    position: Mapped[int]
    level: Mapped[int] = mapped_column(default=1)
    language: Mapped[locale] = mapped_column(default="en")
    title: Mapped[str] = mapped_column(String(300))
    kind: Mapped[SectionKind] = mapped_column(default=SectionKind.CONTENT)
    minutes: Mapped[int | None]
    openness: Mapped[Openness] = mapped_column(default=Openness.OPEN)
    authority: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    html: Mapped[clean_html] = mapped_column(default=Markup(""))
    text: Mapped[str] = mapped_column(default="")
    words: Mapped[int] = mapped_column(default=0)
    salt: Mapped[salt]
    version: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    is_withheld: Mapped[bool] = mapped_column(default=False)
    withheld_what: Mapped[str] = mapped_column(default="")
    withheld_by: Mapped[str] = mapped_column(default="")
    withheld_ground: Mapped[str] = mapped_column(default="")
    withheld_seen_by: Mapped[str] = mapped_column(default="")
    corrected_in: Mapped[int | None]
    """In a draft: the number of an urgent correction that its author has yet to look at."""

    revision: Mapped[Revision] = relationship(back_populates="sections")
    changed_by: Mapped[Account | None] = relationship()
    passage: Mapped[WithheldPassage | None] = relationship(
        back_populates="section", cascade="all, delete-orphan"
    )


class WithheldPassage(Base):
    """The words behind a placeholder, for the department and the board's staff alone."""

    __tablename__ = "withheld_passages"

    id: Mapped[identity]
    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"), unique=True)
    source: Mapped[str]
    html: Mapped[clean_html]
    text: Mapped[str]
    salt: Mapped[salt]

    section: Mapped[Section] = relationship(back_populates="passage")


class DraftAct(enum.StrEnum):
    """What made a state of a section; `BEGUN` is how it stood before the first change."""

    BEGUN = "begun"
    SAVED = "saved"
    FACTS = "facts"
    MOVED = "moved"
    ADDED = "added"
    DIVIDED = "divided"
    JOINED = "joined"
    REMOVED = "removed"
    RESTORED = "restored"
    CORRECTED = "corrected"
    BROUGHT_BACK = "brought_back"


class DraftState(Base):
    """How a section of a draft stood once; erased when the draft is published or dropped."""

    __tablename__ = "draft_states"
    __table_args__ = (
        Index("ix_draft_states_revision_section", "revision_id", "section_key", "id"),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    section_key: Mapped[section_key]
    act: Mapped[DraftAct]
    title: Mapped[str] = mapped_column(String(300))
    source: Mapped[str]
    attributes: Mapped[dict[str, Any]]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    saved_at: Mapped[recorded_at]

    saved_by: Mapped[Account] = relationship()


class Change(Base):
    """What became of one section in a published revision, against its base; frozen with it.

    `hunks` and `blocks` are what `curricula.comparison` gives for the section.
    """

    __tablename__ = "changes"
    __table_args__ = (UniqueConstraint("revision_id", "section_key"),)

    id: Mapped[identity]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    base_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    section_key: Mapped[section_key]
    position: Mapped[int]
    kinds: Mapped[strings]
    hunks: Mapped[list[dict[str, Any]]]
    drawing: Mapped[dict[str, Any]]

    revision: Mapped[Revision] = relationship(foreign_keys=revision_id)


class RevisionPair(Base):
    """A published revision against one that is not its base, compared when it was published.

    `drawing` is what `curricula.publication.prepare_pair` gives.
    """

    __tablename__ = "revision_pairs"
    __table_args__ = (UniqueConstraint("revision_id", "base_id"),)

    id: Mapped[identity]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    base_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    drawing: Mapped[dict[str, Any]]
