"""Comments that were spoken or signed, until somebody has written down their words."""

from __future__ import annotations

from sqlalchemy import ColumnElement, ForeignKey, Index, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.comments.models import Comment
from feedback_app.core.orm import Base, identity, locale, moment, public_id, recorded_at
from feedback_app.rounds.models import Participation, Round


class SpokenComment(Base):
    """A recording that waits for its words; the host alone hears it, nobody ever in public.

    It is no comment yet: nothing of it is counted, listed or answered before its words are
    there. The recording goes with the notice addresses of its round, or when it is taken back.
    """

    __tablename__ = "spoken_comments"
    __table_args__ = (Index("ix_spoken_comments_round_id_id", "round_id", "id"),)

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    participation_id: Mapped[int] = mapped_column(ForeignKey("participations.id"), index=True)
    submission_id: Mapped[str] = mapped_column(String(32), unique=True)
    section_key: Mapped[str | None] = mapped_column(String(8))
    language: Mapped[locale]
    recording_key: Mapped[str | None] = mapped_column(String(64), index=True)
    recording_type: Mapped[str] = mapped_column(String(16))
    seconds: Mapped[int | None]
    sent_at: Mapped[recorded_at]
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), unique=True)
    withdrawn_at: Mapped[moment | None]

    round: Mapped[Round] = relationship()
    participation: Mapped[Participation] = relationship()
    comment: Mapped[Comment | None] = relationship()

    @property
    def time_zone(self) -> str:
        return self.round.time_zone

    @hybrid_property
    def waits(self) -> bool:
        """Whether its words are still to be typed; a condition of queries as well."""
        is_heard = self.comment_id is not None or self.withdrawn_at is not None
        return not is_heard and self.recording_key is not None

    @waits.inplace.expression
    @classmethod
    def _waits(cls) -> ColumnElement[bool]:
        is_unheard = cls.comment_id.is_(None) & cls.withdrawn_at.is_(None)
        return is_unheard & cls.recording_key.is_not(None)

    @hybrid_property
    def is_lost(self) -> bool:
        """Whether its time was over before anybody had typed its words."""
        is_heard = self.comment_id is not None or self.withdrawn_at is not None
        return not is_heard and self.recording_key is None

    @is_lost.inplace.expression
    @classmethod
    def _is_lost(cls) -> ColumnElement[bool]:
        is_unheard = cls.comment_id.is_(None) & cls.withdrawn_at.is_(None)
        return is_unheard & cls.recording_key.is_(None)
