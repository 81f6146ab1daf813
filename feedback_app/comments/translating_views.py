"""The translator's queue, and the page on which a comment is put into another language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from feedback_app import policy
from feedback_app.comments import queries, translating
from feedback_app.comments.changing import wording_mark
from feedback_app.comments.labels import LANGUAGE_LABELS
from feedback_app.comments.models import Comment
from feedback_app.core.errors import Conflict
from feedback_app.core.html import render_comment
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds.translations import lacking
from feedback_app.web.forms import BaseForm
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language

bp = Blueprint("translating", __name__)


class TranslationForm(BaseForm):
    wording = HiddenField()
    body = TextAreaField(
        N_("Translation"),
        [DataRequired(N_("Write the translation.")), Length(max=20000)],
        description=N_(
            "As close to what was said as you can; nothing left out, nothing added."
        ),
    )
    suggested_wording = TextAreaField(
        N_("Translation of the suggested wording"), [Length(max=20000)]
    )


@bp.route("/host/translations")
@guarded(Permission.SEE_TRANSLATIONS)
def index() -> ResponseReturnValue:
    """What waits for a translation in the rounds of my organizations."""
    actor = policy.require(current_actor(), Permission.SEE_TRANSLATIONS)
    waiting = translating.waiting_for(db.session, actor, locale=current_language())
    return render_template(
        "translating/index.html",
        waiting=waiting,
        rounds=translating.by_round(waiting),
        plans=lacking(db.session, actor),
        may_plan=lambda plan: policy.allows(actor, Permission.PLAN_ROUND, plan),
        languages=LANGUAGE_LABELS,
        most=translating.MOST,
        locale=current_language(),
    )


@bp.route("/host/translations/<public_id:comment_id>", methods=["GET", "POST"])
@guarded(Permission.TRANSLATE)
def write(comment_id: str) -> ResponseReturnValue:
    """One comment, its original beside the field for the translation."""
    form = TranslationForm()
    typed = form.validate_on_submit()
    html = render_comment(form.body.data or "").html if typed else None
    comment = queries.get_comment(db.session, comment_id, viewer=current_actor())
    policy.require(current_actor(), Permission.TRANSLATE, comment.round)
    translating.check_may_translate(comment)
    status = 422 if form.errors else 200
    if html is not None:
        try:
            translating.translate(
                db.session,
                comment,
                actor=current_actor(),
                wording=form.wording.data or "",
                body=form.body.data or "",
                html=html,
                suggested_wording=(form.suggested_wording.data or "").strip() or None,
            )
        except Conflict as error:
            form.form_errors.append(_(error.sentence))
            form.wording.data = wording_mark(comment)
            status = 409
        else:
            db.session.commit()
            flash(_("The translation is saved. It stands beside the original."), "success")
            return redirect(url_for(".index"), 303)
    elif request.method == "GET":
        found = translating.find_translation(db.session, comment)
        if found is not None:
            form.body.data, form.suggested_wording.data = found.body, found.suggested_wording
        form.wording.data = wording_mark(comment)
    found = translating.find_translation(db.session, comment)
    page = render_template(
        "translating/write.html",
        form=form,
        comment=comment,
        **_cards(comment),
        older=found is not None and not translating.is_of_present_words(found, comment),
        round_=comment.round,
        title=comment.round.text(current_language()),
        languages=LANGUAGE_LABELS,
    )
    return page, status


def _cards(comment: Comment) -> dict[str, Any]:
    """The comment with its place in the course; of a reply also what it answers."""
    titles = queries.titles_of(db.session, comment.revision_id)
    number, title = titles.get(comment.section_key or "", (None, None))
    shown = [comment] if comment.parent is None else [comment, comment.parent]
    cards = [
        replace(
            queries.card_of(db.session, each, current_actor()),
            section_number=number,
            section_title=title,
            replies=(),
        )
        for each in shown
    ]
    return {"card": cards[0], "answered": cards[1] if len(cards) > 1 else None}
