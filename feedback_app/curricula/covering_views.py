"""Taking words of a published version out of view: one person asks, a second agrees."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from feedback_app import policy
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.html import sentences
from feedback_app.core.i18n import N_
from feedback_app.curricula import covering, covering_queries, queries
from feedback_app.curricula.comparison import occurs_once
from feedback_app.curricula.covering_models import CoverGround
from feedback_app.curricula.labels import GROUND_LABELS
from feedback_app.curricula.models import Section
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.web.forms import BaseForm, EmptyForm
from feedback_app.web.identity import current_actor, guarded

bp = Blueprint("covering", __name__)


class PhraseUnclear(Invalid):
    message = N_("These words do not stand exactly once in what you chose.")
    field = "phrase"


class CoverPassageForm(BaseForm):
    words = SelectMultipleField(
        N_("Which sentences?"),
        description=N_("Where you choose several, everything between them goes, too."),
    )
    phrase = StringField(
        N_("Only these words of them"),
        description=N_("Type them just as they stand there. Empty: whole sentences."),
        validators=[Optional(), Length(max=1000)],
    )
    ground = RadioField(
        N_("Why?"),
        choices={ground.value: label for ground, label in GROUND_LABELS.items()},
        coerce=CoverGround,
        validators=[InputRequired(N_("Choose one of the reasons. There are no others."))],
    )
    note = TextAreaField(
        N_("In a sentence"),
        description=N_("Everybody reads this in place of the words. Do not repeat them here."),
        validators=[
            DataRequired(N_("Say in a sentence why. Everybody will read it.")),
            Length(max=500),
        ],
    )


@bp.get("/out-of-view")
@guarded(Permission.TAKE_OUT_OF_VIEW)
def index() -> ResponseReturnValue:
    """What waits for a second person in the courses of one's department or board, and what is
    out of view there."""
    viewer = current_actor()
    if not covering_queries.departments_of(viewer) | covering_queries.boards_of(viewer):
        raise NotFound
    return render_template(
        "curricula/covers.html",
        found=covering_queries.covers_for(db.session, viewer),
        account_id=viewer.account_id,
        grounds=GROUND_LABELS,
    )


@bp.route(
    "/curricula/<slug:slug>/revisions/<number:number>/sections/<key:key>/cover",
    methods=["GET", "POST"],
)
@guarded(Permission.TAKE_OUT_OF_VIEW)
def cover(slug: str, number: int, key: str) -> ResponseReturnValue:
    """Choose words, a ground and a sentence; where something waits, agree to that or end it."""
    viewer = current_actor()
    curriculum = queries.get_curriculum(db.session, slug)
    policy.require(viewer, Permission.TAKE_OUT_OF_VIEW, curriculum)
    revision = queries.get_revision(db.session, curriculum, number, viewer=viewer)
    section = queries.get_section(db.session, revision, key)
    if not revision.is_public or section.is_withheld:
        raise NotFound
    back = url_for("curricula.revision", slug=slug, number=number, _anchor=key)
    waiting = covering_queries.waiting_for(db.session, revision, key)
    choices = [(f"{a}-{b}", section.text[a:b]) for a, b in sentences(section.text)]
    form: BaseForm
    ends = False
    if waiting is not None:
        form = EmptyForm()
        ends = request.form.get("end") == waiting.public_id
        sent = ends or request.form.get("confirm") == waiting.public_id
        sent = sent and form.validate_on_submit()
    else:
        form = CoverPassageForm()
        form.words.choices = choices
        sent = form.validate_on_submit()
    if sent:
        try:
            if waiting is not None and ends:
                covering.end_cover(db.session, waiting, actor=viewer)
            elif waiting is not None:
                covering.confirm_cover(db.session, waiting, actor=viewer)
            elif isinstance(form, CoverPassageForm):
                covering.propose_cover(
                    db.session,
                    section,
                    actor=viewer,
                    span=_span(form, section),
                    ground=form.ground.data,
                    note=form.note.data or "",
                )
            db.session.commit()
        except Invalid as error:
            db.session.rollback()
            form.reject(error)
        else:
            flash(
                _("The proposal has ended. The words stay where they are.")
                if ends
                else _("These words are out of view now.")
                if waiting is not None
                else _("A second person has to agree. Until then everybody reads the words."),
                "success",
            )
            return redirect(back, 303)
    page = render_template(
        "curricula/cover.html",
        curriculum=curriculum,
        revision=revision,
        section=section,
        waiting=waiting,
        is_own=waiting is not None and waiting.proposed_by_id == viewer.account_id,
        choices=choices,
        form=form,
        grounds=GROUND_LABELS,
        back=back,
    )
    return page, 422 if request.method == "POST" else 200


def _span(form: CoverPassageForm, section: Section) -> covering.Span:
    """From the first chosen sentence to the last, or the one place of a phrase in there."""
    chosen: Sequence[str] = form.words.data or ()
    if not chosen:
        raise covering.NoWordsChosen
    spans = [tuple(map(int, words.split("-"))) for words in chosen]
    start, end = min(a for a, _b in spans), max(b for _a, b in spans)
    phrase = (form.phrase.data or "").strip()
    if not phrase:
        return start, end
    at = occurs_once(section.text[start:end], phrase)
    if at is None:
        raise PhraseUnclear
    return start + at, start + at + len(phrase)
