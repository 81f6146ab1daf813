"""What was taken out of view in a published text, and the words as they stood before."""

from __future__ import annotations

import enum

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.core.orm import (
    Base,
    CleanHTML,
    identity,
    moment,
    public_id,
    recorded_at,
    salt,
    section_key,
)
from feedback_app.curricula.models import Revision


class CoverGround(enum.StrEnum):
    """What alone allows words of a published text to be taken out of view."""

    LAW = "law_or_court_order"
    SAFETY = "safety_of_a_person"
    COPYRIGHT = "copyright"
    PRIVATE = "details_of_a_private_person"


class CoverEnding(enum.StrEnum):
    """How a proposal ended that was not carried out."""

    TAKEN_BACK = "taken_back"
    REFUSED = "refused"


class CoveredPassage(Base):
    """Words [start, end) of a section's canonical text, proposed by one person and confirmed
    by another; only then is the section as it stood before sealed here.
    """

    __tablename__ = "covered_passages"
    __table_args__ = (
        Index("ix_covered_passages_revision_section", "revision_id", "section_key"),
        CheckConstraint('"end" > start AND start >= 0', name="span_not_empty"),
        CheckConstraint("confirmed_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint(
            "confirmed_at IS NULL OR (confirmed_by_id IS NOT NULL AND sealed_text IS NOT NULL)",
            name="confirmed_is_sealed",
        ),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    section_key: Mapped[section_key]
    start: Mapped[int]
    end: Mapped[int]
    ground: Mapped[CoverGround]
    note: Mapped[str]
    salt: Mapped[salt]
    text_hash: Mapped[str] = mapped_column(String(64))
    proposed_at: Mapped[recorded_at]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    confirmed_at: Mapped[moment | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    sealed_source: Mapped[str | None]
    sealed_html: Mapped[Markup | None] = mapped_column(CleanHTML)
    sealed_text: Mapped[str | None]
    ended_at: Mapped[moment | None]
    ended_how: Mapped[CoverEnding | None]

    revision: Mapped[Revision] = relationship()
