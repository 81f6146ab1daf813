"""The desk's pages of letters that many people sent."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.comments.letter_models import DuplicateGroup
from feedback_app.core.errors import Invalid
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.triage import letters, lots, overview_views, theme_views
from feedback_app.triage.lot_forms import ChosenForm
from feedback_app.triage.lot_views import (
    answer_together,
    bp,
    head_of,
    open_round,
    page_number,
    pages,
)
from feedback_app.triage.own_words import own_words
from feedback_app.web.identity import current_actor, guarded

__all__ = ["bp", "overview_views", "theme_views"]
"""All of these pages are of one blueprint."""


@bp.get("/triage/<slug:slug>/letters")
@guarded(Permission.READ_ANSWERS)
def letters_sent(slug: str) -> ResponseReturnValue:
    """The letters of a round, and how many sent each."""
    round_ = open_round(slug)
    return render_template(
        "together/letters.html", found=lots.letters_of(db.session, round_), **head_of(round_)
    )


def _open(group_id: str) -> DuplicateGroup:
    group = lots.get_letter(db.session, group_id)
    policy.require(current_actor(), Permission.READ_ANSWERS, group)
    if request.method == "POST":
        policy.require(current_actor(), Permission.TRIAGE, group)
    return group


@bp.route("/triage/letters/<public_id:group_id>", methods=["GET", "POST"])
@guarded(Permission.READ_ANSWERS)
def letter(group_id: str) -> ResponseReturnValue:
    """One letter: its words, who sent them, and what each said beside or instead."""
    group = _open(group_id)
    number = page_number()
    rows = lots.rows_of(
        db.session, lots.in_letter(group), after=number * lots.SHOWN, limit=lots.SHOWN + 1
    )
    form = ChosenForm()
    form.offer(rows[: lots.SHOWN])
    if form.validate_on_submit():
        try:
            if request.form.get("apart"):
                letters.take_apart(db.session, group, actor=current_actor())
            else:
                letters.take_out(
                    db.session, group, actor=current_actor(), points=form.chosen.data or []
                )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("They stand by themselves now."), "success")
            if group.ended_at is not None:
                return redirect(url_for(".letters_sent", slug=group.round.slug), 303)
            return redirect(url_for(".letter", group_id=group_id), 303)
    words, language = lots.lead_text(db.session, group)
    points = letters.lot_of(db.session, group)
    signers, hidden = lots.counted_apart(db.session, group)
    page = render_template(
        "together/letter.html",
        group=group,
        form=form,
        words=words,
        language=language,
        rows=[(row, own_words(words, row.text)) for row in rows[: lots.SHOWN]],
        all_=len(points),
        undecided=sum(not point.is_answered for point in points),
        signers=signers,
        hidden=hidden,
        **pages("together.letter", number, len(rows) > lots.SHOWN, group_id=group_id),
        **head_of(group.round),
    )
    return page, 422 if form.errors else 200


@bp.route("/triage/letters/<public_id:group_id>/answer", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def answer_letter(group_id: str) -> ResponseReturnValue:
    """One answer for all who sent it."""
    group = _open(group_id)
    policy.require(current_actor(), Permission.TRIAGE, group)
    words, language = lots.lead_text(db.session, group)
    return answer_together(
        group.round,
        inside=lots.in_letter(group),
        points=letters.lot_of(db.session, group),
        record=lambda answer, left_out, based_on: letters.answer_letter(
            db.session,
            group,
            actor=current_actor(),
            answer=answer,
            left_out=left_out,
            based_on=based_on,
        ),
        back=url_for(".letter", group_id=group_id),
        template="together/answer_letter.html",
        group=group,
        words=words,
        language=language,
    )
