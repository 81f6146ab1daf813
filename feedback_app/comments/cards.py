"""The shapes in which lists show comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import Row

from feedback_app.comments.labels import CHANNEL_LABELS, KIND_LABELS, VOICE_LABELS
from feedback_app.comments.models import Channel, CommentKind, Voice


@dataclass(frozen=True, slots=True)
class ReplyCard:
    """One reply under a comment."""

    public_id: str
    name: str | None
    voice: Voice
    day: date
    body_html: Markup
    is_withdrawn: bool

    @property
    def is_department(self) -> bool:
        return self.voice is Voice.DEPARTMENT

    @property
    def role_label(self) -> str | None:
        return VOICE_LABELS.get(self.voice)


@dataclass(slots=True)
class CommentCard:
    """A comment as lists show it; addresses are put in by the pages.

    Not frozen, as a page makes hundreds of them and freezing triples what one costs.

    Language and channel are empty where fewer than five of the round share them. `id` is for
    joining on the server and is never shown.
    """

    id: int
    public_id: str
    section_key: str | None
    name: str | None
    kind: CommentKind | None
    language: str | None
    channel: Channel | None
    day: date
    edited_on: date | None
    withdrawn_on: date | None
    state: str
    quote: str | None
    body_html: Markup
    suggested_wording: str | None
    endorsements: int
    replies_count: int
    replies: Sequence[ReplyCard] = ()
    url: str = ""
    endorse_url: str = ""
    reply_url: str = ""
    stub: str = ""
    section_number: str | None = None
    section_title: str | None = None
    outcome: str | None = None
    outcome_label: str | None = None
    placement: str | None = None

    @property
    def kind_label(self) -> str | None:
        return KIND_LABELS[self.kind] if self.kind is not None else None

    @property
    def channel_label(self) -> str | None:
        return CHANNEL_LABELS.get(self.channel) if self.channel is not None else None


@dataclass(frozen=True)
class SectionComments:
    """How many comments a section has, and its newest ones."""

    count: int = 0
    cards: list[CommentCard] = field(default_factory=list)


def comment_card(
    row: Row[Any],
    zone: ZoneInfo,
    *,
    shows_language: bool,
    shows_channel: bool,
    replies: Sequence[ReplyCard] = (),
) -> CommentCard:
    """A card from the columns of `listings._cards`, in their order, whatever follows them."""
    columns: Sequence[Any] = row
    id_, public_id, _, section_key, name, _, kind, language, channel = columns[:9]
    submitted_at, edited_at, withdrawn_at, is_late, endorsements, replies_count = columns[9:15]
    html, suggested_wording, quote = columns[15:18]
    return CommentCard(
        id_,
        public_id,
        section_key,
        name,
        kind,
        language if shows_language else None,
        channel if shows_channel else None,
        _day(submitted_at, zone),
        _day(edited_at, zone) if edited_at else None,
        _day(withdrawn_at, zone) if withdrawn_at else None,
        "withdrawn" if withdrawn_at else "late" if is_late else "",
        quote,
        html or Markup(),
        suggested_wording,
        endorsements,
        replies_count,
        replies,
    )


def reply_card(row: Row[Any], zone: ZoneInfo) -> ReplyCard:
    return ReplyCard(
        public_id=row.public_id,
        name=row.organization or row.display_name,
        voice=row.voice,
        day=_day(row.submitted_at, zone),
        body_html=row.html or Markup(),
        is_withdrawn=row.withdrawn_at is not None,
    )


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
