"""The pages of a department's ready texts."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, Optional

from feedback_app import policy
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.organizations.models import Organization
from feedback_app.organizations.queries import get_organization
from feedback_app.policy import OrganizationKind, Permission
from feedback_app.triage.models import Outcome
from feedback_app.triage.plain_words import Reading, reading_of
from feedback_app.triage.ready_models import ReadyText
from feedback_app.triage.ready_texts import (
    Shelf,
    TextOvertaken,
    change_ready_text,
    get_ready_text,
    ready_texts,
    retire_ready_text,
    write_ready_text,
)
from feedback_app.triage.wording import OUTCOME_LABELS
from feedback_app.web.forms import BaseForm, EmptyForm, optional
from feedback_app.web.identity import current_actor, guarded

bp = Blueprint("ready", __name__)
TOO_LONG = N_("Keep it under 3,000 characters.")


class ReadyTextForm(BaseForm):
    version = HiddenField()
    name = StringField(
        N_("Name of the text"),
        description=N_("For your colleagues; residents never read it."),
        validators=[
            DataRequired(N_("Give the text a name by which your colleagues find it.")),
            Length(max=120),
        ],
    )
    outcome = RadioField(
        N_("For which answer is it?"),
        choices=[
            SelectChoice("", N_("For any answer")),
            *(SelectChoice(value, label) for value, label in OUTCOME_LABELS.items()),
        ],
        coerce=optional(Outcome),
        default="",
        validators=[Optional()],
    )
    words_en = TextAreaField(
        N_("The text in English"), validators=[Length(max=3000, message=TOO_LONG)]
    )
    words_es = TextAreaField(
        N_("The text in Spanish"), validators=[Length(max=3000, message=TOO_LONG)]
    )

    @property
    def words(self) -> dict[str, str]:
        return {"en": self.words_en.data or "", "es": self.words_es.data or ""}

    def reading(self, language: str) -> Reading:
        return reading_of(self.words[language], language)


@bp.get("/departments/<slug:slug>/ready-texts")
@guarded(Permission.KEEP_READY_TEXTS)
def index(slug: str) -> ResponseReturnValue:
    """All that a department offers itself, with a way to write another."""
    department = _department(slug)
    return render_template(
        "ready/index.html",
        department=department,
        texts=ready_texts(db.session, department.id),
        outcome_labels=OUTCOME_LABELS,
    )


@bp.route("/departments/<slug:slug>/ready-texts/new", methods=["GET", "POST"])
@guarded(Permission.KEEP_READY_TEXTS)
def write(slug: str) -> ResponseReturnValue:
    """Write a new one."""
    department = _department(slug)
    form = ReadyTextForm()
    if form.validate_on_submit():
        try:
            write_ready_text(
                db.session,
                department.id,
                actor=current_actor(),
                name=form.name.data or "",
                outcome=form.outcome.data,
                words=form.words,
            )
        except Invalid as error:
            form.reject(error)
        else:
            return _saved(slug)
    page = render_template("ready/write.html", department=department, form=form)
    return page, 422 if form.errors else 200


@bp.route("/departments/<slug:slug>/ready-texts/<public_id:ready_id>", methods=["GET", "POST"])
@guarded(Permission.KEEP_READY_TEXTS)
def change(slug: str, ready_id: str) -> ResponseReturnValue:
    """Change one; two who do so at once both see both texts."""
    department = _department(slug)
    text = get_ready_text(db.session, department.id, ready_id)
    form = ReadyTextForm(**_standing(text))
    theirs = None
    if form.validate_on_submit():
        try:
            change_ready_text(
                db.session,
                text,
                actor=current_actor(),
                version=_number(form.version.data),
                name=form.name.data or "",
                outcome=form.outcome.data,
                words=form.words,
            )
        except TextOvertaken:
            theirs, form.version.data = text, str(text.version)
        except Invalid as error:
            form.reject(error)
        else:
            return _saved(slug)
    page = render_template(
        "ready/change.html", department=department, form=form, text=text, theirs=theirs
    )
    return page, 409 if theirs is not None else 422 if form.errors else 200


@bp.route(
    "/departments/<slug:slug>/ready-texts/<public_id:ready_id>/retire",
    methods=["GET", "POST"],
)
@guarded(Permission.KEEP_READY_TEXTS)
def retire(slug: str, ready_id: str) -> ResponseReturnValue:
    """Offer it no more; answers that hold it stay as they are."""
    department = _department(slug)
    text = get_ready_text(db.session, department.id, ready_id)
    form = EmptyForm()
    if form.validate_on_submit():
        retire_ready_text(db.session, text, actor=current_actor())
        db.session.commit()
        flash(_("The text is offered no more."), "success")
        return redirect(url_for(".index", slug=slug), 303)
    page = render_template("ready/retire.html", department=department, form=form, text=text)
    return page, 422 if form.errors else 200


def _department(slug: str) -> Organization:
    department = get_organization(db.session, slug, kind=OrganizationKind.DEPARTMENT)
    policy.require(current_actor(), Permission.KEEP_READY_TEXTS, Shelf(department.id))
    return department


def _standing(text: ReadyText) -> dict[str, object]:
    return {
        "version": str(text.version),
        "name": text.name,
        "outcome": text.outcome,
        "words_en": text.words("en"),
        "words_es": text.words("es"),
    }


def _number(typed: str | None) -> int:
    known = typed is not None and len(typed) < 9 and typed.isascii() and typed.isdigit()
    return int(typed or "0") if known else 0


def _saved(slug: str) -> ResponseReturnValue:
    db.session.commit()
    flash(_("The text is kept. It can be put into answers now."), "success")
    return redirect(url_for(".index", slug=slug), 303)
