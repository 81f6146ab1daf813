"""The lot of a report: its rule and seed, what was drawn, and marking a drawn answer."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from feedback_app import policy
from feedback_app.comments import queries as comments
from feedback_app.core.errors import NotFound
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds import queries as rounds
from feedback_app.rounds.queries import RoundRow
from feedback_app.triage import queries
from feedback_app.triage.models import Disposition
from feedback_app.triage.samples import (
    DrawnAnswer,
    Sample,
    mark_answer,
    sample_of,
    side_of,
    signs_of,
)
from feedback_app.triage.sampling import LEAST, SHARE, rank
from feedback_app.triage.wording import SIDE_LABELS
from feedback_app.web.csv import csv_response
from feedback_app.web.forms import BaseForm
from feedback_app.web.identity import current_actor, guarded, public
from feedback_app.web.templating import current_language

bp = Blueprint("samples", __name__)

COLUMNS = ("answer_id", "hash", "drawn", "comment_id")


class FairForm(BaseForm):
    fair = RadioField(
        N_("Is this answer fair?"),
        choices={"yes": N_("Fair"), "no": N_("Not fair")},
        validators=[InputRequired(N_("Choose one."))],
    )
    reason = TextAreaField(
        N_("Why? (you may skip this)"),
        description=N_("Everyone can read the reason."),
        validators=[Length(max=1000)],
    )


@bp.get("/rounds/<slug:slug>/report/sample")
@public
def show(slug: str) -> ResponseReturnValue:
    """What was drawn, by which rule and seed, and what board and host said of it."""
    round_ = _round(slug)
    sample = sample_of(db.session, round_.id, round_.public_id)
    acting = rounds.get_round(db.session, slug, viewer=current_actor())
    may_mark = policy.allows(current_actor(), Permission.MARK_SAMPLE, acting)
    following = None
    if sample is not None and may_mark:
        side = side_of(policy.require(current_actor(), Permission.MARK_SAMPLE, acting))
        following = sample.next_for(side)
    return render_template(
        "samples/show.html",
        round_=round_,
        sample=sample,
        side_labels=SIDE_LABELS,
        share=SHARE,
        least=LEAST,
        may_mark=may_mark,
        following=following,
    )


@bp.get("/rounds/<slug:slug>/report/sample.csv")
@public
def sample_csv(slug: str) -> Response:
    """Every answer of the report with its hash, so that anyone can draw again."""
    round_ = _round(slug)
    sample = sample_of(db.session, round_.id, round_.public_id)
    return csv_response(f"{slug}-sample.csv", COLUMNS, _rows(sample) if sample else [])


def _rows(sample: Sample) -> list[tuple[object, ...]]:
    comments_of = {a.answer_id: a.comment_id for a in sample.drawn}
    rows = [(rank(id_, sample.seed), id_) for id_ in sample.answer_ids]
    return [
        (id_, hash_, "yes" if id_ in comments_of else "", comments_of.get(id_, ""))
        for hash_, id_ in sorted(rows)
    ]


@bp.route("/answers/<public_id:disposition_id>/fair", methods=["GET", "POST"])
@guarded(Permission.MARK_SAMPLE)
def mark(disposition_id: str) -> ResponseReturnValue:
    """One drawn answer beside what was said; fair or not."""
    disposition = queries.get_disposition(db.session, disposition_id)
    comment = disposition.point.comment
    actor = policy.require(current_actor(), Permission.MARK_SAMPLE, comment)
    if disposition.published_at is None:
        raise NotFound
    round_ = _round(comment.round.slug)
    sample = sample_of(db.session, round_.id, round_.public_id)
    side = side_of(actor)
    mine = _mine(sample, disposition)
    form = FairForm()
    if form.validate_on_submit():
        mark_answer(
            db.session,
            disposition,
            actor=current_actor(),
            is_fair=form.fair.data == "yes",
            reason=form.reason.data or "",
        )
        db.session.commit()
        flash(
            _("Your mark is public now. You may change it; the earlier one stays in the log.")
        )
        following = sample and sample.next_for(side, disposition.public_id)
        if following and following != disposition.public_id:
            return redirect(url_for(".mark", disposition_id=following), 303)
        return redirect(url_for(".show", slug=round_.slug), 303)
    given = next(
        row
        for row in queries.answers_to(db.session, [disposition.point])[disposition.point_id]
        if row.id == disposition.id
    )
    page = render_template(
        "samples/mark.html",
        form=form,
        round_=round_,
        card=comments.card_of(db.session, comment, current_actor()),
        point=disposition.point,
        answer=given,
        sign=mine.sign if mine else _sign(disposition),
        is_drawn=mine is not None,
        marks=mine.marks if mine else {},
        numbers=queries.numbers_named(db.session, disposition),
        side_labels=SIDE_LABELS,
    )
    return page, 422 if form.errors else 200


def _sign(disposition: Disposition) -> str:
    return signs_of(db.session, {disposition.id: disposition.outcome})[disposition.id]


def _mine(sample: Sample | None, disposition: Disposition) -> DrawnAnswer | None:
    if sample is None:
        return None
    return next((a for a in sample.drawn if a.answer_id == disposition.public_id), None)


def _round(slug: str) -> RoundRow:
    return rounds.get_round_row(
        db.session, slug, viewer=current_actor(), locale=current_language()
    )
