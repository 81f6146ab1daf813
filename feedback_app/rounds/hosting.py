"""A host's desk: its rounds, planning one, signing it, moving its closing, passing it on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.comments import conduct_queries as conduct
from feedback_app.comments import joint_queries as joint
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.organizations.models import Organization
from feedback_app.organizations.queries import organizations
from feedback_app.policy import Actor, OrganizationKind, Permission, Role
from feedback_app.rounds import queries, services
from feedback_app.rounds.closing_forms import CloseForm, ExtendForm
from feedback_app.rounds.forms import (
    NewPlanForm,
    NoOrganization,
    PlanForm,
)
from feedback_app.rounds.keeping import confirm_gone_through
from feedback_app.rounds.models import Round
from feedback_app.rounds.plans import (
    PART_LABELS,
    fresh_plan,
    least_days,
    missing_parts,
)
from feedback_app.rounds.words import tallies_of
from feedback_app.web.forms import BaseForm, EmptyForm
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language, day, public_url

bp = Blueprint("hosting", __name__)

STEP_LABELS = {
    "planning.edit": N_("The page"),
    "planning.change": N_("What can change"),
    "planning.when": N_("When"),
    "planning.who": N_("Who and how"),
    "planning.questions": N_("Questions"),
    "background.edit": N_("Who was heard"),
    "hosting.show": N_("Check and sign"),
}
"""The steps of a plan by their pages, in order."""


@bp.route("/host/")
@guarded(Permission.PLAN_ANY_ROUND)
def index() -> ResponseReturnValue:
    """The rounds that my organizations run."""
    actor = policy.require(current_actor(), Permission.PLAN_ANY_ROUND)
    rounds = queries.rounds_of(
        db.session,
        viewer=actor,
        locale=current_language(),
        host_ids=actor.runs_for | actor.with_role(Role.MODERATOR, Role.MANAGER),
    )
    return render_template(
        "hosting/index.html",
        rounds=rounds,
        answerable=[
            each
            for each in queries.open_rounds(db.session, locale=current_language())
            if policy.allows(actor, Permission.RESPOND_AS_ONE, each)
        ]
        if actor.runs_for
        else [],
        responses=[
            each
            for each in joint.responses_of(db.session, actor.runs_for)
            if policy.allows(actor, Permission.RESPOND_AS_ONE, each)
        ]
        if actor.runs_for
        else [],
    )


@bp.route("/host/rounds/new", methods=["GET", "POST"])
@guarded(Permission.PLAN_ANY_ROUND)
def new() -> ResponseReturnValue:
    """Start a plan: on which text, by whom, under which name; the other steps follow."""
    actor = policy.require(current_actor(), Permission.PLAN_ANY_ROUND)
    hosts = _hosts(actor)
    form = NewPlanForm()
    form.host.choices = {host.slug: host.name for host in hosts}
    form.keep_step("page")
    form.revision.choices = {
        row.public_id: _(
            "%(title)s, version %(number)s (%(department)s)",
            title=row.title,
            number=row.number,
            department=row.department,
        )
        for row in queries.plannable_revisions(db.session)
    }
    if form.validate_on_submit():
        try:
            round_ = _plan(form, actor, hosts)
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            goes_on = "later" not in request.form
            return redirect(
                url_for("planning.change" if goes_on else ".show", slug=round_.slug), 303
            )
    return drawn("hosting/new.html", form)


def offer_partners(form: PlanForm, host: Organization | None = None) -> dict[str, int]:
    """Every other community organization may be asked to be second in conduct."""
    offered = [
        partner
        for partner in organizations(db.session, kind=OrganizationKind.HOST)
        if partner is not host
    ]
    form.partner.choices = {"": _("The oversight board")} | {
        partner.slug: partner.name for partner in offered
    }
    return {partner.slug: partner.id for partner in offered}


def _plan(form: NewPlanForm, actor: Actor, hosts: Sequence[Organization]) -> Round:
    host = next((host for host in hosts if host.slug == form.host.data), None)
    if host is None:
        raise NoOrganization
    revision = queries.get_plannable(db.session, form.revision.data)
    fresh = fresh_plan(clock.now(), host.time_zone, least_days(revision.number))
    help_ = {name: getattr(host, name) for name in ("help_name", "help_phone", "help_email")}
    return services.plan_round(
        db.session,
        revision,
        actor=actor,
        host=host,
        slug=(form.slug.data or "").strip(),
        plan=form.changed(replace(fresh, **help_)),
    )


def _hosts(actor: Actor) -> Sequence[Organization]:
    """For whom somebody may plan: a community organization, or a department by itself."""
    mine = actor.with_role(Role.HOST, Role.MODERATOR, Role.MANAGER)
    return [
        host
        for host in organizations(db.session)
        if host.id in mine and host.kind is not OrganizationKind.BOARD
    ]


@bp.route("/host/rounds/<slug:slug>")
@guarded(Permission.PLAN_ROUND)
def show(slug: str) -> ResponseReturnValue:
    """One round as its host sees it: where it stands and what to do next."""
    round_ = mine(slug)
    address = public_url(url_for("rounds.show", slug=slug).removeprefix(request.script_root))
    actor = current_actor()
    row = queries.get_round_row(db.session, slug, viewer=actor, locale=current_language())
    return render_template(
        "hosting/show.html",
        round_=round_,
        row=row,
        missing=() if round_.is_public else missing_parts(round_),
        part_labels=PART_LABELS,
        tallies=() if round_.is_public else tallies_of(round_),
        plan_steps=STEP_LABELS,
        questions=queries.questions_of(db.session, round_.id, locale=current_language()),
        extensions=queries.extensions_of(db.session, round_.id),
        address=address,
        code=qr_code(address),
        form=EmptyForm(),
        waits=conduct.waiting_in(db.session, round_.id),
        may_moderate=policy.allows(current_actor(), Permission.MODERATE_CONDUCT, round_),
        least_days=least_days(round_.revision.number),
        types=row.is_public and policy.allows(actor, Permission.ENTER_ON_BEHALF, round_),
        asked_by_other=round_.closing_asked_by_id == round_.department_id,
    )


@bp.route("/host/rounds/<slug:slug>/poster")
@guarded(Permission.PLAN_ROUND)
def poster(slug: str) -> ResponseReturnValue:
    """A sheet for a wall, with the address as a QR code."""
    round_ = mine(slug)
    address = public_url(
        url_for("rounds.show", slug=slug).removeprefix(request.script_root), current_language()
    )
    row = queries.get_round_row(
        db.session, slug, viewer=current_actor(), locale=current_language()
    )
    return render_template(
        "hosting/poster.html", round_=round_, row=row, address=address, code=qr_code(address)
    )


@bp.route("/host/rounds/<slug:slug>/sign", methods=["POST"])
@guarded(Permission.PLAN_ROUND)
def sign(slug: str) -> ResponseReturnValue:
    """Sign for the host; the page becomes public."""
    round_ = mine(slug)
    form = EmptyForm()
    if not form.validate_on_submit():
        raise ExpiredPage
    services.sign_for_host(db.session, round_, actor=current_actor())
    db.session.commit()
    flash(_("Signed. The page is public now."), "success")
    return redirect(url_for(".show", slug=slug), 303)


@bp.route("/host/rounds/<slug:slug>/gone-through", methods=["POST"])
@guarded(Permission.PLAN_ROUND)
def gone_through(slug: str) -> ResponseReturnValue:
    """The host says that it went through the answers with the department."""
    round_ = mine(slug)
    if not EmptyForm().validate_on_submit():
        raise ExpiredPage
    confirm_gone_through(db.session, round_, actor=current_actor())
    db.session.commit()
    flash(_("Recorded. Everyone can read that you went through them together."), "success")
    return redirect(url_for(".show", slug=slug), 303)


@bp.route("/rounds/<slug:slug>/extend", methods=["GET", "POST"])
@guarded(Permission.EXTEND_ROUND)
def extend(slug: str) -> ResponseReturnValue:
    """Move the closing later, for either side that signed."""
    actor = current_actor()
    round_ = queries.get_round(db.session, slug, viewer=actor)
    policy.require(actor, Permission.EXTEND_ROUND, round_)
    form = ExtendForm()
    if form.validate_on_submit():
        try:
            services.extend_round(
                db.session,
                round_,
                actor=actor,
                closes_at=form.closing(round_.time_zone),
                reason=form.reason.data or "",
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The closing is moved. Everyone can read the reason."), "success")
            tell_of_moved_closing(form, round_)
            return redirect(_back(round_, actor), 303)
    return drawn("hosting/extend.html", form, round_=round_, back=_back(round_, actor))


@bp.route("/rounds/<slug:slug>/close", methods=["GET", "POST"])
@guarded(Permission.EXTEND_ROUND)
def close(slug: str) -> ResponseReturnValue:
    """Close before the time, or ask the other side to agree."""
    actor = current_actor()
    round_ = queries.get_round(db.session, slug, viewer=actor)
    policy.require(actor, Permission.EXTEND_ROUND, round_)
    form = CloseForm()
    if form.validate_on_submit():
        try:
            is_closed = services.close_round(
                db.session, round_, actor=actor, reason=form.reason.data or ""
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(
                _("The comment period is closed.")
                if is_closed
                else _("The other side has been asked. Until it agrees, comments come in."),
                "success",
            )
            return redirect(_back(round_, actor), 303)
    return drawn("hosting/close.html", form, round_=round_, back=_back(round_, actor))


class ExpiredPage(Conflict):
    message = N_("This page had expired and nothing was signed. Go back and try again.")


def mine(slug: str) -> Round:
    """A round that this person may plan; any other is not there."""
    round_ = queries.get_round(db.session, slug, viewer=current_actor())
    policy.require(current_actor(), Permission.PLAN_ROUND, round_)
    return round_


def _back(round_: Round, actor: Actor) -> str:
    if policy.allows(actor, Permission.PLAN_ROUND, round_):
        return url_for("hosting.show", slug=round_.slug)
    return url_for("rounds.agreement", slug=round_.slug)


def tell_of_moved_closing(form: PlanForm | ExtendForm, round_: Round) -> None:
    if form.closes_on.data is not None and form.is_moved:
        moved = day(round_.closes_at, round_.time_zone)
        typed = day(form.closes_on.data)
        flash(
            _(
                "%(typed)s is a weekend or a holiday, so the closing was moved to %(moved)s.",
                typed=typed,
                moved=moved,
            ),
            "warning",
        )


def drawn(template: str, form: BaseForm, **values: Any) -> ResponseReturnValue:
    return render_template(template, form=form, **values), 422 if form.errors else 200


def qr_code(address: str) -> str:
    """An address as an image that a page may hold without asking another server."""
    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=4, light="#fff"))
