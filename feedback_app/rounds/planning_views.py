"""Planning a round step by step: each page saves its own part, whole or not."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.core.errors import Invalid
from feedback_app.curricula import queries as curricula
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds import services
from feedback_app.rounds.forms import PlanForm, filled_in
from feedback_app.rounds.hosting import (
    STEP_LABELS,
    drawn,
    mine,
    offer_partners,
    tell_of_moved_closing,
)
from feedback_app.rounds.plans import least_days, plan_of
from feedback_app.rounds.question_forms import QuestionsForm, questions_filled_in
from feedback_app.rounds.reading_views import preview_page
from feedback_app.rounds.zones import COMMON_ZONES
from feedback_app.web.fragments import framed
from feedback_app.web.identity import current_actor, guarded

bp = Blueprint("planning", __name__)


@bp.route("/host/rounds/<slug:slug>/edit", methods=["GET", "POST"])
@guarded(Permission.PLAN_ROUND)
def edit(slug: str) -> ResponseReturnValue:
    """The first step of a plan: its page's words."""
    return _step(slug, "page")


@bp.route("/host/rounds/<slug:slug>/change", methods=["GET", "POST"])
@guarded(Permission.PLAN_ROUND)
def change(slug: str) -> ResponseReturnValue:
    """What can still change, section by section, and what is promised."""
    return _step(slug, "change")


@bp.route("/host/rounds/<slug:slug>/when", methods=["GET", "POST"])
@guarded(Permission.PLAN_ROUND)
def when(slug: str) -> ResponseReturnValue:
    """From when until when, and by when answers come."""
    return _step(slug, "when")


@bp.route("/host/rounds/<slug:slug>/who", methods=["GET", "POST"])
@guarded(Permission.PLAN_ROUND)
def who(slug: str) -> ResponseReturnValue:
    """Who takes part and how, and who helps."""
    return _step(slug, "who")


AFTER = {"page": "change", "change": "when", "when": "who", "who": "questions"}


def _step(slug: str, step: str) -> ResponseReturnValue:
    """One step of a plan that has not opened: saved by itself, whole or not."""
    round_ = mine(slug)
    form = PlanForm(data=filled_in(round_) if request.method == "GET" else None)
    form.time_zone.choices = {zone: zone for zone in (*COMMON_ZONES, round_.time_zone)}
    partners = offer_partners(form, round_.host)
    form.keep_step(step)
    if form.validate_on_submit():
        partner = partners.get(form.partner.data) if form.partner else None
        plan = plan_of(round_)
        try:
            services.replan_round(
                db.session,
                round_,
                actor=current_actor(),
                version=form.version.data or 0,
                plan=form.changed(plan, partner if form.partner else plan.partner_id),
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The plan is saved."), "success")
            if form.closes_on:
                tell_of_moved_closing(form, round_)
            goes_on = "later" not in request.form
            return redirect(
                url_for(f".{AFTER[step]}" if goes_on else "hosting.show", slug=slug), 303
            )
    sections = (
        curricula.outline(db.session, round_.revision_id, words=False)
        if step == "change"
        else ()
    )
    return drawn(
        "planning/edit.html",
        form,
        round_=round_,
        step=step,
        sections=sections,
        plan_steps=STEP_LABELS,
        least_days=least_days(round_.revision.number),
    )


@bp.route("/host/rounds/<slug:slug>/preview")
@guarded(Permission.PLAN_ROUND)
def preview(slug: str) -> ResponseReturnValue:
    """The page as a resident will see it on its first day."""
    round_ = mine(slug)
    return framed("planning/preview.html", preview_page(round_.slug))


@bp.route("/host/rounds/<slug:slug>/questions", methods=["GET", "POST"])
@guarded(Permission.PLAN_ROUND)
def questions(slug: str) -> ResponseReturnValue:
    """Three to seven questions, each with a short summary."""
    round_ = mine(slug)
    form = QuestionsForm(data=questions_filled_in(round_) if request.method == "GET" else None)
    sections = curricula.outline(db.session, round_.revision_id, words=False)
    places = {"": _("On the whole course")} | {
        section.key: f"{section.number} {section.title}" for section in sections
    }
    for number in form.numbers:
        form[f"section_{number}"].choices = places
    if form.validate_on_submit():
        try:
            services.write_questions(
                db.session,
                round_,
                actor=current_actor(),
                version=int(form.version.data or 0),
                questions=form.questions(list(round_.languages)),
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The questions are saved."), "success")
            return redirect(url_for("hosting.show", slug=slug), 303)
    return drawn("planning/questions.html", form, round_=round_, plan_steps=STEP_LABELS)
