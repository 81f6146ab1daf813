"""Who was heard: the host's questions about people, answering them, what they add up to."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.extensions import db, limiter
from feedback_app.policy import Actor, Permission
from feedback_app.rounds import background
from feedback_app.rounds.background_forms import (
    NAMES,
    BackgroundForm,
    answer_form,
    background_filled_in,
    reference_form,
)
from feedback_app.rounds.forms import typed
from feedback_app.rounds.heard import heard_in
from feedback_app.rounds.hosting import STEP_LABELS, drawn, mine
from feedback_app.rounds.models import Round, RoundState
from feedback_app.rounds.queries import get_round, get_round_row
from feedback_app.rounds.rules import AnsweredAlready
from feedback_app.web import limits
from feedback_app.web.identity import current_actor, guarded, public
from feedback_app.web.templating import current_language

bp = Blueprint("background", __name__)

ASKING = "background"
"""Where a browser keeps, for each round, what lets it answer once; empty when it has."""
MOST_ROUNDS = 6


def invite(slug: str, *, afresh: bool) -> None:
    """After a comment was sent this browser may answer once; `afresh` for another person."""
    kept = dict(session.get(ASKING) or {})
    if slug in kept and not afresh:
        return
    kept.pop(slug, None)
    kept[slug] = background.new_asking()
    session[ASKING] = dict(list(kept.items())[-MOST_ROUNDS:])


def is_invited(round_: Round) -> bool:
    """Whether this browser may still say who it was."""
    return bool(
        (session.get(ASKING) or {}).get(round_.slug)
        and round_.background
        and background.is_asking(db.session, round_, clock.now())
    )


@bp.route("/rounds/<slug:slug>/about-you", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def answer(slug: str) -> ResponseReturnValue:
    """A few questions about whoever has sent a comment; nobody has to answer any."""
    actor = current_actor()
    round_ = get_round(db.session, slug, viewer=actor)
    policy.require(actor, Permission.COMMENT, round_)
    form = answer_form(round_, current_language())
    asking = (session.get(ASKING) or {}).get(slug)
    status = 200
    if form.validate_on_submit():
        try:
            if not asking:
                raise AnsweredAlready
            background.answer_background(
                db.session, round_, actor=actor, asking=asking, given=form.given()
            )
        except (Conflict, Invalid) as error:
            form.form_errors.append(_(error.sentence))
            status = 422 if isinstance(error, Invalid) else 409
        else:
            db.session.commit()
            session[ASKING] = {**session[ASKING], slug: ""}
            flash(
                _("Thank you. They are kept without anything that says whose they are."),
                "success",
            )
            return redirect(url_for("rounds.show", slug=slug), 303)
    elif form.errors:
        status = 422
    page = render_template(
        "background/answer.html",
        form=form,
        round_=round_,
        row=get_round_row(db.session, slug, viewer=actor, locale=current_language()),
        may_answer=is_invited(round_) or status != 200,
    )
    return page, status


@bp.route("/host/rounds/<slug:slug>/about-people/slips", methods=["GET", "POST"])
@guarded(Permission.ENTER_ON_BEHALF)
def type_slips(slug: str) -> ResponseReturnValue:
    """What stands on slips of paper, one after the other, apart from the sheets."""
    actor = current_actor()
    round_ = get_round(db.session, slug, viewer=actor)
    policy.require(actor, Permission.ENTER_ON_BEHALF, round_)
    return slips_page(round_, actor, back=url_for("offline.index", slug=slug))


def slips_page(round_: Round, actor: Actor, *, back: str) -> ResponseReturnValue:
    """Keeps a slip and waits for the next, for a host and for a helper."""
    form, status = answer_form(round_, current_language()), 200
    if form.validate_on_submit():
        try:
            background.type_background(
                db.session,
                round_,
                actor=actor,
                asking=form.asking.data or background.new_asking(),
                given=form.given(),
            )
        except (Conflict, Invalid) as error:
            form.form_errors.append(_(error.sentence))
            status = 422 if isinstance(error, Invalid) else 409
        else:
            db.session.commit()
            flash(_("Saved. The next slip, please."), "success")
            return redirect(url_for(request.endpoint or "", **(request.view_args or {})), 303)
    elif form.errors:
        status = 422
    form.asking.data = form.asking.data or background.new_asking()
    page = render_template(
        "background/type.html",
        form=form,
        round_=round_,
        text=round_.text(current_language()),
        is_typing=background.is_typing(db.session, round_, clock.now()),
        so_far=background.answered(db.session, round_.id),
        back=back,
    )
    return page, status


@bp.route("/rounds/<slug:slug>/heard")
@public
def heard(slug: str) -> ResponseReturnValue:
    """Who was heard, for everybody, once it is counted; and who was not."""
    return render_template("background/heard.html", **_values(slug))


@bp.route("/host/rounds/<slug:slug>/about-people", methods=["GET", "POST"])
@guarded(Permission.PLAN_ROUND)
def edit(slug: str) -> ResponseReturnValue:
    """Which questions about people are asked after a comment, until the round opens."""
    round_ = mine(slug)
    form = BackgroundForm(
        data=background_filled_in(round_) if request.method == "GET" else None
    )
    if form.validate_on_submit():
        try:
            background.write_background(
                db.session,
                round_,
                actor=current_actor(),
                version=int(form.version.data or 0),
                questions=form.questions(round_.languages),
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The questions about people are saved."), "success")
            return redirect(url_for("hosting.show", slug=slug), 303)
    values = _values(slug, round_)
    return drawn(
        "background/edit.html",
        form,
        **values,
        names=NAMES,
        plan_steps=STEP_LABELS,
        is_planned=values["row"].state is RoundState.PLANNED,
        most=background.MOST_ABOUT_PEOPLE,
    )


@bp.route("/host/rounds/<slug:slug>/reference", methods=["GET", "POST"])
@guarded(Permission.PLAN_ROUND)
def reference(slug: str) -> ResponseReturnValue:
    """Figures of everybody who lives here, to hold the answers against."""
    round_ = mine(slug)
    form = reference_form(round_, current_language(), is_new=request.method == "GET")
    if form.validate_on_submit():
        try:
            background.give_reference(
                db.session,
                round_,
                actor=current_actor(),
                given=[
                    (question, [typed(share) for share in shares], typed(source))
                    for question, shares, source in form.asked()
                ],
            )
        except Invalid as error:
            db.let_go()
            round_ = mine(slug)
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The figures are saved."), "success")
            return redirect(url_for(".edit", slug=slug), 303)
    return drawn("background/reference.html", form, **_values(slug, round_))


def _values(slug: str, round_: Round | None = None) -> dict[str, Any]:
    actor, locale = current_actor(), current_language()
    round_ = round_ or get_round(db.session, slug, viewer=actor)
    return {
        "round_": round_,
        "row": get_round_row(db.session, slug, viewer=actor, locale=locale),
        "heard": heard_in(db.session, round_, locale=locale),
    }
