"""One comment with its trail, and all of a round as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback_app import policy
from feedback_app.comments import queries, services
from feedback_app.comments.cards import CommentCard
from feedback_app.comments.conduct import Eyes, Sight, sees
from feedback_app.comments.holders import holds
from feedback_app.comments.models import Comment, Voice
from feedback_app.comments.page_of_one import around
from feedback_app.comments.receipts import current_holder
from feedback_app.core import clock
from feedback_app.extensions import db
from feedback_app.policy import Actor, Permission
from feedback_app.rounds.models import RoundState
from feedback_app.rounds.queries import RoundRow, get_round_row
from feedback_app.triage.trail import trails_of
from feedback_app.web.csv import csv_response
from feedback_app.web.identity import current_actor, public
from feedback_app.web.templating import current_language, public_url

bp = Blueprint("comments", __name__)


@bp.route("/comments/<public_id:comment_id>")
@public
def show(comment_id: str) -> ResponseReturnValue:
    """A comment with its replies, what became of it, and, for its author, what can be done."""
    actor = current_actor()
    comment = queries.get_comment(db.session, comment_id, viewer=actor)
    if comment.parent is not None:
        here = url_for(".show", comment_id=comment.parent.public_id, _anchor=f"c-{comment_id}")
        return redirect(here, 303)
    holder = current_holder()
    row = get_round_row(db.session, comment.round.slug, viewer=actor, locale=current_language())
    is_own = holds(comment, holder)
    trails = trails_of(db.session, [comment], actor)
    beside = around(db.session, comment, viewer=actor, holder=holder)
    card = queries.card_of(db.session, comment, actor, beside.told)
    card = addressed(comment, card, trails.titles)
    voice, _organization = services.voice_of(actor, comment.round)
    if is_own:
        card = replace(own_card(comment, card), endorse_url="")
    elif not row.is_open and voice is Voice.RESIDENT:
        card = replace(card, reply_url="")
    return render_template(
        "comments/show.html",
        comment=comment,
        round_=row,
        card=card,
        is_own=is_own,
        is_joint=comment.voice is Voice.ORGANIZATION,
        linked=beside.linked,
        agrees=not is_own and beside.agrees,
        point=beside.point if policy.allows(actor, Permission.TRIAGE, comment) else None,
        waits_for_translation=(
            foreign := not card.is_stub and comment.language != comment.round.language
        )
        and card.translation is None,
        may_translate=foreign and policy.allows(actor, Permission.TRANSLATE, comment.round),
        may_report=not is_own and not card.is_stub,
        may_moderate=policy.allows(actor, Permission.MODERATE_CONDUCT, comment)
        or policy.allows(actor, Permission.COVER_COMMENT, comment),
        trail=trails.of.get(comment.id),
    )


def own_card(comment: Comment, card: CommentCard) -> CommentCard:
    """The card as its own author sees it: with every word, where there still are any."""
    if sees(comment.state, Eyes.AUTHOR) is not Sight.ORIGINAL:
        return card
    written = comment.current.original
    return replace(
        card,
        is_stub=False,
        name=comment.sealed_name or comment.display_name,
        quote=comment.anchor.exact if comment.anchor else None,
        body_html=written.html,
        suggested_wording=written.suggested_wording,
    )


def addressed(
    comment: Comment, card: CommentCard, titles: Mapping[tuple[int, str], tuple[str, str]]
) -> CommentCard:
    """The card with its section's name and the acts that are open to somebody now."""
    state = comment.round.state(clock.now())
    number, title = titles.get((comment.revision_id, comment.section_key or ""), (None, None))
    is_there = sees(comment.state, Eyes.PUBLIC) is Sight.TEXT
    can_reply = is_there and state in {RoundState.OPEN, RoundState.CLOSED, RoundState.ANSWERED}
    return replace(
        card,
        section_number=number,
        section_title=title,
        endorse_url=url_for("comments.agree", comment_id=comment.public_id)
        if is_there and state is RoundState.OPEN
        else "",
        reply_url=url_for("comments.reply", comment_id=comment.public_id) if can_reply else "",
    )


HEADERS = (
    "comment_id round host curriculum revision section_key section_number section_title quote "
    "comment suggested_wording kind channel language submitted_on appears_as endorsements "
    "replies state state_reason comment_url"
).split()
PORTION = 500
"""Rows of the file read at a time."""


@bp.route("/rounds/<slug:slug>/comments.csv")
@public
def export(slug: str) -> ResponseReturnValue:
    """Every comment of a round that anyone may see; what is not shown as its line."""
    return csv_response(f"{slug}-comments.csv", HEADERS, export_rows(slug))


def export_rows(slug: str) -> Iterator[list[object]]:
    """The rows of the file; whether there is such a round is known before the first is read."""
    viewer = current_actor()
    return _rows(
        get_round_row(db.session, slug, viewer=viewer, locale=current_language()), viewer
    )


def _rows(round_: RoundRow, viewer: Actor) -> Iterator[list[object]]:
    session = db.session
    about = [round_.slug, round_.host_slug, round_.curriculum_slug, round_.revision_number]
    titles = queries.titles_of(session, round_.revision_id)
    told = queries.shown_facts(session, round_)
    cursor: str | None = None
    while True:
        page = queries.comments_of(
            session, round_, viewer, limit=PORTION, after=cursor, told=told
        )
        bodies = queries.bodies_of(session, [card.id for card in page], viewer)
        for card in page:
            number, title = titles.get(card.section_key or "", ("", ""))
            yield [
                card.public_id,
                *about,
                card.section_key,
                number,
                title,
                card.quote,
                bodies.get(card.id, ""),
                card.suggested_wording,
                card.kind.value if card.kind else "",
                card.channel.value if card.channel else "",
                card.language,
                card.day.isoformat(),
                card.name,
                card.endorsements,
                card.replies_count,
                card.state.value,
                card.reason.value if card.reason else "",
                public_url(f"/comments/{card.public_id}"),
            ]
        cursor = page.next_cursor
        if cursor is None:
            return
