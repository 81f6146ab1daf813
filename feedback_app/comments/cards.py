"""The shapes in which lists show comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import Row

from feedback_app.comments.conduct import ConductReason, State
from feedback_app.comments.labels import (
    CHANNEL_LABELS,
    KIND_LABELS,
    REASON_LABELS,
    REPLY_STUB_LABELS,
    SIGN_LABELS,
    STUB_LABELS,
    VOICE_LABELS,
)
from feedback_app.comments.models import Channel, CommentKind, Voice

STATES = {state.value: state for state in State}
VOICES = {voice.value: voice for voice in Voice}
REASONS = {reason.value: reason for reason in ConductReason}
"""Looked up, because calling an enum costs as much as the rest of a card."""


class Translated(NamedTuple):
    """The same words in another language, as a person put them."""

    language: str
    body_html: Markup
    suggested_wording: str | None


@dataclass(frozen=True, slots=True)
class ReplyCard:
    """One reply under a comment."""

    public_id: str
    name: str | None
    voice: Voice
    day: date
    body_html: Markup
    state: State
    since: date | None
    reason: ConductReason | None
    is_stub: bool
    translation: Translated | None = None

    @property
    def stub_label(self) -> str:
        return REPLY_STUB_LABELS[self.state] if self.is_stub else ""

    @property
    def sign_label(self) -> str:
        return SIGN_LABELS.get(self.state, "")

    @property
    def reason_label(self) -> str:
        return REASON_LABELS[self.reason] if self.reason else ""

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
    joining on the server and is never shown. A stub is a card whose words its viewer may not
    read; `since` is the day from which it stands in its state.
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
    since: date | None
    state: State
    quote: str | None
    body_html: Markup
    suggested_wording: str | None
    endorsements: int
    replies_count: int
    replies: Sequence[ReplyCard] = ()
    url: str = ""
    endorse_url: str = ""
    reply_url: str = ""
    reason: ConductReason | None = None
    is_stub: bool = False
    section_number: str | None = None
    section_title: str | None = None
    outcome: str | None = None
    outcome_label: str | None = None
    placement: str | None = None
    translation: Translated | None = None
    said_by: int | None = None
    said_of: int | None = None

    @property
    def kind_label(self) -> str | None:
        return KIND_LABELS[self.kind] if self.kind is not None else None

    @property
    def stub_label(self) -> str:
        return STUB_LABELS[self.state] if self.is_stub else ""

    @property
    def sign_label(self) -> str:
        return SIGN_LABELS.get(self.state, "")

    @property
    def reason_label(self) -> str:
        return REASON_LABELS[self.reason] if self.reason else ""

    @property
    def channel_label(self) -> str | None:
        return CHANNEL_LABELS.get(self.channel) if self.channel is not None else None


class Seldom(NamedTuple):
    """What hardly any comment of a margin has, read as one column (`core.prepared.packed`)."""

    said_by: int | None
    said_of: int | None
    edited: int | None
    """Seconds since 1970."""
    covered_for: str | None
    """Why some of its words are covered."""
    suggested_wording: str | None
    translated_into: str | None
    translated_html: str | None
    translated_wording: str | None

    @property
    def edited_at(self) -> datetime | None:
        return None if self.edited is None else datetime.fromtimestamp(self.edited, UTC)

    @property
    def translation(self) -> Translated | None:
        if self.translated_html is None or self.translated_into is None:
            return None
        html = Markup(self.translated_html)  # noqa: S704 - cleaned at writing
        return Translated(self.translated_into, html, self.translated_wording)


class MarginCard(NamedTuple):
    """A comment in the margin of a reading page: its row as it is read.

    A page has a hundred of them; making a `CommentCard` of each costs as much as drawing it. It
    is one that counts: its words are read by all who meet it, whole or with details covered.
    """

    id: int
    public_id: str
    name: str | None
    kind: str | None
    endorsements: int
    is_answered: bool
    body_html: str
    quote: str | None
    seldom: Seldom | None
    language: str
    channel: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Margins:
    """The newest comments of each section, what they share, and how many there are.

    `came` are the instants of all that were sent from the web, whether shown yet or not.
    """

    counts: Mapping[str | None, int]
    newest: Mapping[str | None, Sequence[MarginCard]]
    replies: Mapping[int, Sequence[ReplyCard]]
    languages: frozenset[str]
    channels: frozenset[Channel]
    came: Sequence[datetime] = ()


def comment_card(
    row: Row[Any],
    zone: ZoneInfo,
    *,
    shows_language: bool,
    shows_channel: bool,
    replies: Sequence[ReplyCard] = (),
    translation: Translated | None = None,
) -> CommentCard:
    """A card from the columns of `listings._cards`, in their order, whatever follows them."""
    columns: Sequence[Any] = row
    id_, public_id, _, section_key, name, voice, kind, language, channel = columns[:9]
    submitted_at, edited_at, since, state, endorsements, replies_count = columns[9:15]
    html, suggested_wording, quote, reason, said_by, said_of = columns[15:21]
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
        _day(since, zone) if since else None,
        STATES[state],
        quote,
        html or Markup(),
        suggested_wording,
        endorsements,
        replies_count,
        replies,
        reason=reason,
        is_stub=html is None,
        translation=translation,
        said_by=None if voice == Voice.ORGANIZATION else said_by,
        said_of=said_of,
    )


def reply_card(row: Row[Any], zone: ZoneInfo) -> ReplyCard:
    """From the same columns, with the name of an organization behind them."""
    columns: Sequence[Any] = row
    _id, public_id, _parent, _key, name, voice = columns[:6]
    submitted_at, _edited_at, since, state = columns[9:13]
    html, _suggested_wording, _quote, reason = columns[15:19]
    return ReplyCard(
        public_id=public_id,
        name=columns[21] or name,
        voice=VOICES[voice],
        day=_day(submitted_at, zone),
        body_html=Markup(html or ""),  # noqa: S704 - cleaned at writing
        state=STATES[state],
        since=_day(since, zone) if since else None,
        reason=REASONS[reason] if reason else None,
        is_stub=html is None,
        translation=translation_in(row),
    )


def translation_in(row: Any) -> Translated | None:
    """Of a row whose words its reader may read; `listings` adds its columns."""
    if row[15] is None or row.translated_html is None:
        return None
    html = Markup(row.translated_html)  # noqa: S704 - cleaned at writing
    return Translated(row.translated_into, html, row.translated_wording)


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
