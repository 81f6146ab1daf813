"""What everybody reads of answers given to many at once: by subject, and by letter."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback_app.comments import similarity
from feedback_app.core.errors import NotFound
from feedback_app.curricula import queries as curricula
from feedback_app.extensions import db
from feedback_app.rounds import queries as rounds
from feedback_app.triage import lots
from feedback_app.triage.lot_views import page_number, pages
from feedback_app.triage.models import Disposition
from feedback_app.triage.samples import signs_of
from feedback_app.triage.wording import REASON_LABELS
from feedback_app.web.identity import current_actor, public
from feedback_app.web.templating import current_language

bp = Blueprint("subjects", __name__)


@bp.get("/rounds/<slug:slug>/subjects")
@public
def index(slug: str) -> ResponseReturnValue:
    """The subjects by which a round’s comments were answered."""
    round_ = rounds.get_round_row(
        db.session, slug, viewer=current_actor(), locale=current_language()
    )
    return render_template(
        "subjects/index.html",
        round_=round_,
        found=lots.public_subjects(db.session, round_.id),
    )


@bp.get("/rounds/<slug:slug>/subjects/<public_id:theme_id>")
@public
def show(slug: str, theme_id: str) -> ResponseReturnValue:
    """One subject: its answers, and the comments that got them."""
    round_ = rounds.get_round_row(
        db.session, slug, viewer=current_actor(), locale=current_language()
    )
    theme = lots.get_theme(db.session, theme_id)
    if theme.round.slug != slug:
        raise NotFound
    given = lots.answers_by_subject(db.session, theme)
    if not given and theme.merged_into is not None:
        there = url_for(".show", slug=slug, theme_id=theme.merged_into.public_id)
        return redirect(there, 302)
    if not given:
        raise NotFound
    number = page_number()
    rows = lots.comments_by_subject(
        db.session, theme, after=number * lots.SHOWN, limit=lots.SHOWN + 1
    )
    sections = curricula.outline(db.session, round_.revision_id, words=False)
    return render_template(
        "subjects/show.html",
        round_=round_,
        theme=theme,
        given=_each_text_once(given),
        reason_labels=REASON_LABELS,
        rows=rows[: lots.SHOWN],
        numbers={s.key: s.number for s in sections},
        **pages("subjects.show", number, len(rows) > lots.SHOWN, slug=slug, theme_id=theme_id),
    )


def _each_text_once(given: Sequence[Disposition]) -> list[tuple[Disposition, str, int]]:
    """One answer of each text, what it is called in public, and how many comments got it.

    Of one promise some may be kept and others not: these are two.
    """
    signs = signs_of(db.session, {answer.id: answer.outcome for answer in given})
    found: dict[tuple[str, str], tuple[Disposition, str, int]] = {}
    for answer in given:
        sign = signs[answer.id]
        first, _sign, number = found.get((sign, answer.rationale), (answer, sign, 0))
        found[sign, answer.rationale] = (first, sign, number + 1)
    return list(found.values())


@bp.get("/rounds/<slug:slug>/letters")
@public
def letters(slug: str) -> ResponseReturnValue:
    """By which rule comments count as one letter, and how many got one answer by it."""
    round_ = rounds.get_round_row(
        db.session, slug, viewer=current_actor(), locale=current_language()
    )
    return render_template(
        "subjects/letters.html",
        round_=round_,
        counts=lots.letters_counted(db.session, round_.id),
        rule=similarity,
    )
