"""The pages of suspected floods: what was set aside and how, proposing, signing, objecting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from feedback_app import policy
from feedback_app.comments import floods
from feedback_app.comments.conduct import Eyes, Sight, sees
from feedback_app.comments.conduct_asking_views import own_comment
from feedback_app.comments.conduct_forms import AppealDecisionForm, AppealForm, Decision
from feedback_app.comments.flood_models import SuspectedFlood
from feedback_app.comments.margins import web_arrivals
from feedback_app.comments.page_facts import page_facts
from feedback_app.comments.receipts import current_holder
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.extensions import db, limiter
from feedback_app.policy import Permission
from feedback_app.rounds import queries as rounds
from feedback_app.rounds.models import Round
from feedback_app.web import limits
from feedback_app.web.forms import BaseForm, EmptyForm
from feedback_app.web.identity import current_actor, guarded, public
from feedback_app.web.templating import current_language, moment

bp = Blueprint("floods", __name__)


class FloodForm(BaseForm):
    hour = SelectField(N_("All that came in one hour far above the others"), default="")
    words = StringField(
        N_("All that hold these words"),
        [Optional(), Length(max=300)],
        description=N_("For example a sentence that stands in each of them, word for word."),
    )
    method = TextAreaField(
        N_("How did you tell them from what people wrote?"),
        [DataRequired(N_("Say how you told them apart.")), Length(max=2000)],
        description=N_("Everybody reads this, beside the number and a sample drawn by lot."),
    )
    step = HiddenField(default="")


@bp.get("/rounds/<slug:slug>/floods")
@public
def index(slug: str) -> ResponseReturnValue:
    """What was set aside in a round: method, number, sample, both organizations."""
    actor = current_actor()
    round_ = rounds.get_round(db.session, slug, viewer=actor)
    row = rounds.get_round_row(db.session, slug, viewer=actor, locale=current_language())
    may_propose = policy.allows(actor, Permission.PROPOSE_FLOOD, round_)
    sees_all = may_propose or policy.allows(actor, Permission.SIGN_FLOOD, round_)
    found = [f for f in floods.floods_of(db.session, round_.id) if f.signed_at or sees_all]
    return render_template(
        "floods/index.html",
        round_=row,
        found=found,
        sizes=floods.sizes_of(db.session, found),
        samples={flood.id: _sample(flood) for flood in found},
        may_propose=may_propose,
        may_sign={flood.id: _may_sign(flood) for flood in found},
        may_end={flood.id: _may_end(flood) for flood in found},
        form=EmptyForm(formdata=None) if sees_all else None,
    )


def _sample(flood: SuspectedFlood) -> list[tuple[str, str]]:
    """Address and words; none where they may not be read any more."""
    return [
        (
            member.comment.public_id,
            member.comment.current.body
            if sees(member.comment.state, Eyes.PUBLIC) is Sight.TEXT
            else "",
        )
        for member in floods.sample_of(db.session, flood)
    ]


def _may_sign(flood: SuspectedFlood) -> bool:
    actor = current_actor()
    return (
        flood.waits
        and policy.allows(actor, Permission.SIGN_FLOOD, flood)
        and not actor.in_organization(flood.organization_id)
    )


def _may_end(flood: SuspectedFlood) -> bool:
    actor = current_actor()
    permission = floods.permission_to_end(flood, actor)
    return flood.ended_at is None and policy.allows(actor, permission, flood)


@bp.route("/rounds/<slug:slug>/floods/new", methods=["GET", "POST"])
@guarded(Permission.PROPOSE_FLOOD)
def propose(slug: str) -> ResponseReturnValue:
    """Choose them by hour or words, look at what was found, then propose it."""
    actor = current_actor()
    round_ = rounds.get_round(db.session, slug, viewer=actor)
    policy.require(actor, Permission.PROPOSE_FLOOD, round_)
    form = FloodForm()
    form.hour.choices = _hours(round_)
    found: list[str] = []
    if form.validate_on_submit():
        hour = datetime.fromisoformat(form.hour.data) if form.hour.data else None
        words = form.words.data or ""
        try:
            if form.step.data == "propose":
                floods.propose_flood(
                    db.session,
                    round_,
                    actor=actor,
                    method=form.method.data or "",
                    words=words,
                    hour=hour,
                )
                db.session.commit()
                flash(_("Proposed. Somebody outside has to sign it first."), "success")
                return redirect(url_for(".index", slug=slug), 303)
            found = [
                row.public_id
                for row in floods.alike(db.session, round_, words=words, hour=hour)
            ]
            form.step.data = "propose"
        except Invalid as error:
            form.reject(error)
    page = render_template(
        "floods/propose.html",
        round_=rounds.get_round_row(db.session, slug, viewer=actor, locale=current_language()),
        form=form,
        found=found,
        looked=form.step.data == "propose" and not form.errors,
        fewest=floods.FEWEST,
    )
    return page, 422 if form.errors else 200


def _hours(round_: Round) -> dict[str, Any]:
    came = web_arrivals(db.session, round_)
    risen = page_facts(db.session, round_, round_.revision_id, came).rises.comments
    return {"": _("No certain hour")} | {
        rise.began_at.isoformat(): _(
            "%(number)s in the hour from %(when)s",
            number=rise.count,
            when=moment(rise.began_at, round_.time_zone),
        )
        for rise in risen
    }


@bp.post("/floods/<public_id:flood_id>/sign")
@guarded(Permission.SIGN_FLOOD)
def sign(flood_id: str) -> ResponseReturnValue:
    """Sign it from outside: from now on they are counted apart and need no answer."""
    flood = floods.get_flood(db.session, flood_id)
    policy.require(current_actor(), Permission.SIGN_FLOOD, flood)
    return _act(flood, signs=True)


@bp.post("/floods/<public_id:flood_id>/end")
@guarded(Permission.OWN_ACCOUNT)
def end(flood_id: str) -> ResponseReturnValue:
    """Take it back: all of them count again."""
    flood = floods.get_flood(db.session, flood_id)
    actor = current_actor()
    policy.require(actor, floods.permission_to_end(flood, actor), flood)
    return _act(flood, signs=False)


def _act(flood: SuspectedFlood, *, signs: bool) -> ResponseReturnValue:
    back = url_for(".index", slug=flood.round.slug)
    if not EmptyForm().validate_on_submit():
        flash(_("This page had expired. Please send it again."), "error")
        return redirect(back, 303)
    act = floods.sign_flood if signs else floods.end_flood
    act(db.session, flood, actor=current_actor())
    db.session.commit()
    flash(
        _("Signed. Everybody can read it here and on the page of exceptions.")
        if signs
        else _("Taken back. All of them count again."),
        "success",
    )
    return redirect(back, 303)


@bp.route("/comments/<public_id:comment_id>/flood", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def claim(comment_id: str) -> ResponseReturnValue:
    """Its writer says that a person wrote it."""
    form = AppealForm()
    typed = form.validate_on_submit()
    comment = own_comment(comment_id)
    member = floods.membership_of(db.session, comment)
    if typed and member is not None:
        try:
            floods.claim_written(
                db.session,
                member,
                actor=current_actor(),
                holder=current_holder(),
                words=form.words.data or "",
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The oversight board has your words. It decides once."), "success")
            return redirect(url_for(".claim", comment_id=comment_id), 303)
    page = render_template("floods/claim.html", comment=comment, member=member, form=form)
    return page, 422 if form.errors else 200


@bp.route("/flood-claims/<public_id:claim_id>", methods=["GET", "POST"])
@guarded(Permission.DECIDE_APPEAL)
def decide(claim_id: str) -> ResponseReturnValue:
    """The board reads the comment and what its writer says, and decides."""
    actor = current_actor()
    member = floods.get_claim(db.session, claim_id)
    policy.require(actor, Permission.DECIDE_APPEAL, member)
    form = AppealDecisionForm()
    if form.validate_on_submit():
        try:
            floods.decide_claim(
                db.session,
                member,
                actor=actor,
                grants=form.decision.data is Decision.YES,
                reply=form.words.data or "",
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Decided. Its writer reads it."), "success")
            return redirect(url_for("conduct.queue", slug=member.flood.round.slug), 303)
    comment = member.comment
    readable = sees(comment.state, Eyes.SECOND) is Sight.TEXT
    page = render_template(
        "floods/decide.html",
        member=member,
        comment=comment,
        html=comment.current.html if readable else "",
        form=form,
    )
    return page, 422 if form.errors else 200
