"""Comments in lists: what a viewer may see, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    bindparam,
    case,
    exists,
    func,
    join,
    or_,
    outerjoin,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from feedback_app.comments.cards import (
    CommentCard,
    ReplyCard,
    comment_card,
    reply_card,
    translation_in,
)
from feedback_app.comments.models import (
    Anchor,
    Channel,
    Comment,
    CommentVersion,
)
from feedback_app.comments.sight import (
    counted,
    reason_column,
    since_column,
    state_column,
    visible_to,
    words_are_read,
)
from feedback_app.comments.translation_models import CommentTranslation
from feedback_app.comments.translations import is_of_these_words
from feedback_app.core.errors import NotFound
from feedback_app.core.orm import alias
from feedback_app.core.paging import Page, read_cursor, write_cursor
from feedback_app.organizations.models import Organization
from feedback_app.policy import VISITOR, Actor
from feedback_app.rounds.small_numbers import FEWEST, labels

ToldFacts = tuple[Collection[str], Collection[Channel]]
"""Languages and channels that enough comments of a round share to be told."""

Reply = alias(Comment, "reply")
IN_ROUND: ColumnElement[int] = bindparam("round_id", type_=Integer)


class Period(Protocol):
    """As much of a round as its lists need: the entity or a row of it."""

    @property
    def id(self) -> int: ...
    @property
    def time_zone(self) -> str: ...


def comments_on(
    session: Session,
    round_: Period,
    section_key: str | None,
    viewer: Actor = VISITOR,
    *,
    limit: int = 50,
    after: str | None = None,
    late: bool = False,
    with_replies: bool = True,
) -> Page[CommentCard]:
    """One page of a section's comments (`None`: on the whole course), newest first.

    Late ones are a list of their own. `after` is the cursor of the page before.
    """
    query = card_columns(viewer).where(
        Comment.round_id == round_.id,
        Comment.section_key.is_(None)
        if section_key is None
        else Comment.section_key == section_key,
        Comment.parent_id.is_(None),
        Comment.is_late.is_(late),
        visible_to(viewer),
    )
    return _page(session, query, round_, viewer, limit, after, with_replies)


def comments_of(
    session: Session,
    round_: Period,
    viewer: Actor = VISITOR,
    *,
    limit: int = 50,
    after: str | None = None,
    told: ToldFacts | None = None,
) -> Page[CommentCard]:
    """One page of all comments of a round, newest first, without their replies.

    Who reads all of them gives the `shown_facts`: to count them takes the whole round.
    """
    query = card_columns(viewer).where(
        Comment.round_id == round_.id, Comment.parent_id.is_(None), visible_to(viewer)
    )
    return _page(session, query, round_, viewer, limit, after, False, told)


def card_of(
    session: Session,
    comment: Comment,
    viewer: Actor = VISITOR,
    told: ToldFacts | None = None,
) -> CommentCard:
    """One comment with its replies, as lists show it.

    `told` are the languages and channels of which enough are there, where the caller has them.
    """
    thread = or_(Comment.id == comment.id, Comment.parent_id == comment.id)
    cards = with_translation(card_columns(viewer, replies=True))
    rows = session.execute(cards.where(thread, visible_to(viewer))).all()
    row = next((row for row in rows if row.id == comment.id), None)
    if row is None:
        raise NotFound
    languages, channels = told or shown_facts(session, comment.round)
    zone = ZoneInfo(comment.round.time_zone)
    answers = [reply for reply in rows if reply is not row]
    threads = reply_threads(answers, zone)
    return comment_card(
        row,
        zone,
        shows_language=row.language in languages,
        shows_channel=row.channel in channels,
        replies=threads.get(row.id, ()),
        translation=translation_in(row),
    )


def cards_of(
    session: Session, round_: Period, comment_ids: Sequence[int], viewer: Actor = VISITOR
) -> list[CommentCard]:
    """These comments of a round, newest first, with their replies."""
    query = card_columns(viewer).where(
        Comment.id.in_(comment_ids), Comment.round_id == round_.id, visible_to(viewer)
    )
    page = _page(session, query, round_, viewer, max(len(comment_ids), 1), None, True)
    return list(page.items)


def threads_of(
    session: Session, round_: Period, comment_ids: Sequence[int], viewer: Actor = VISITOR
) -> dict[int, list[ReplyCard]]:
    """Replies by the comment they answer, oldest first."""
    if not comment_ids:
        return {}
    zone = ZoneInfo(round_.time_zone)
    rows = session.execute(
        with_translation(card_columns(viewer, replies=True)).where(
            Comment.parent_id.in_(comment_ids), visible_to(viewer)
        )
    )
    return reply_threads(rows.all(), zone)


def counts_by_section(
    session: Session, round_: Period, viewer: Actor = VISITOR
) -> dict[str | None, int]:
    """Comments of a round by section; `None` holds those on the whole course."""
    rows = session.execute(
        select(Comment.section_key, func.count())
        .where(Comment.round_id == round_.id, counted(), visible_to(viewer))
        .group_by(Comment.section_key)
    )
    return {row[0]: row[1] for row in rows}


def reply_threads(rows: Sequence[Any], zone: ZoneInfo) -> dict[int, list[ReplyCard]]:
    """Replies by the comment they answer, oldest first, of rows of `card_columns`."""
    threads: dict[int, list[ReplyCard]] = {}
    for row in sorted(rows, key=attrgetter("submitted_at", "id")):
        threads.setdefault(row.parent_id, []).append(reply_card(row, zone))
    return threads


def shown_facts(session: Session, round_: Period) -> tuple[frozenset[str], frozenset[Channel]]:
    """What `told_facts` says of all comments that a round counts."""
    languages, channels = Counter[str](), Counter[Channel]()
    for language, channel, count in session.execute(
        select(Comment.language, Comment.channel, func.count())
        .where(Comment.round_id == round_.id, counted())
        .group_by(Comment.language, Comment.channel)
    ):
        languages[language] += count
        channels[channel] += count
    return told_facts(languages, channels)


def told_facts(
    languages: Mapping[str, int], channels: Mapping[Channel, int]
) -> tuple[frozenset[str], frozenset[Channel]]:
    """Languages that at least five comments share, and channels that may be told.

    A language is read in the words themselves, so that hiding a second one would hide nothing.
    """
    shared = frozenset(language for language, count in languages.items() if count >= FEWEST)
    return shared, labels(channels)


def card_columns(
    viewer: Actor,
    *,
    replies: bool = False,
    of: Subquery | None = None,
) -> Select[*tuple[Any, ...]]:
    """Columns of a card; a text that this viewer may not read leaves no query.

    Whoever asks adds `visible_to` for the comments themselves.

    `of` holds the ids of what is wanted. It is joined outwards, because SQLite reads the tables
    of inner joins in any order it likes, all comments of the site first.
    """
    wording = (CommentVersion.comment_id == Comment.id) & (
        CommentVersion.number == Comment.version_number
    )
    tables = (
        join(Comment, CommentVersion, wording)
        if of is None
        else outerjoin(of, Comment, Comment.id == of.c.id).outerjoin(CommentVersion, wording)
    )
    is_read = words_are_read(viewer)
    query: Select[*tuple[Any, ...]] = (
        select(
            Comment.id,
            Comment.public_id,
            Comment.parent_id,
            Comment.section_key,
            case((is_read, Comment.display_name)).label("display_name"),
            Comment.voice,
            Comment.kind,
            Comment.language,
            Comment.channel,
            Comment.submitted_at,
            Comment.edited_at,
            since_column(),
            state_column(),
            Comment.endorsements_count,
            Comment.replies_count,
            case((is_read, CommentVersion.html)).label("html"),
            case((is_read, CommentVersion.suggested_wording)).label("suggested_wording"),
            case((is_read, Anchor.exact)).label("quote"),
            reason_column(),
            Comment.said_by,
            Comment.said_of,
        )
        .select_from(tables)
        .outerjoin(Anchor, Anchor.comment_id == Comment.id)
    )
    if replies:
        query = query.add_columns(Organization.name.label("organization")).outerjoin(
            Organization, Organization.id == Comment.organization_id
        )
    return query


def _page(
    session: Session,
    query: Select[*tuple[Any, ...]],
    round_: Period,
    viewer: Actor,
    limit: int,
    after: str | None,
    with_replies: bool,
    told: ToldFacts | None = None,
) -> Page[CommentCard]:
    if after is not None:
        query = query.where(_before(session, after))
    rows = session.execute(
        with_translation(query)
        .add_columns(is_answered())
        .order_by(Comment.submitted_at.desc(), Comment.id.desc())
        .limit(limit + 1)
    ).all()
    cursor = write_cursor(rows[limit - 1].public_id) if len(rows) > limit else None
    rows = rows[:limit]
    threads = (
        threads_of(session, round_, [row.id for row in rows], viewer) if with_replies else {}
    )
    languages, channels = told or shown_facts(session, round_)
    zone = ZoneInfo(round_.time_zone)
    cards = [
        comment_card(
            row,
            zone,
            shows_language=row.language in languages,
            shows_channel=row.channel in channels,
            replies=threads.get(row.id, ()),
            translation=translation_in(row),
        )
        for row in rows
    ]
    return Page(cards, cursor)


def is_answered() -> ColumnElement[bool]:
    """Whether a reply stands under it, were it one that was taken back: its line stays."""
    return exists().where(Reply.parent_id == Comment.id).label("is_answered")


def is_translated() -> ColumnElement[bool]:
    """How a translation of the words that stand there now is joined to a comment."""
    return (CommentTranslation.comment_id == Comment.id) & is_of_these_words()


def with_translation(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """With a translation of the words that stand there now, where there is one."""
    return query.outerjoin(CommentTranslation, is_translated()).add_columns(
        CommentTranslation.language.label("translated_into"),
        CommentTranslation.html.label("translated_html"),
        CommentTranslation.suggested_wording.label("translated_wording"),
    )


def _before(session: Session, cursor: str) -> ColumnElement[bool]:
    """Everything older than the comment that a cursor names; its instant is not in there."""
    public_id = str(read_cursor(cursor, str)[0])
    if not public_id.isalnum():
        raise NotFound
    last = session.execute(
        select(Comment.submitted_at, Comment.id).where(Comment.public_id == public_id)
    ).one_or_none()
    if last is None:
        raise NotFound
    return tuple_(Comment.submitted_at, Comment.id) < tuple_(
        last.submitted_at, last.id, types=[Comment.submitted_at.type, Comment.id.type]
    )
