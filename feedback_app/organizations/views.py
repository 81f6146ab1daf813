"""Members of an organization, invitations, and new organizations."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.accounts.queries import get_account
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.extensions import db
from feedback_app.organizations import queries, services
from feedback_app.organizations.forms import (
    KIND_LABELS,
    ROLE_LABELS,
    InvitationForm,
    OrganizationForm,
)
from feedback_app.organizations.models import Organization, OrganizationKind, Role
from feedback_app.policy import Permission, require
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded, public

bp = Blueprint("organizations", __name__)


@bp.route("/organizations/<slug:slug>/members", methods=["GET", "POST"])
@guarded(Permission.MANAGE_MEMBERS)
def members(slug: str) -> ResponseReturnValue:
    organization = queries.get_organization(db.session, slug)
    require(current_actor(), Permission.MANAGE_MEMBERS, organization)
    form = InvitationForm()
    form.offer(organization.kind)
    if form.validate_on_submit():
        try:
            services.invite(
                db.session,
                organization,
                actor=current_actor(),
                email=form.email.data or "",
                role=Role(form.role.data),
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The invitation is on its way."), "success")
            return redirect(url_for(".members", slug=slug), 303)
    return _members(organization, form)


def _members(organization: Organization, form: InvitationForm) -> ResponseReturnValue:
    return (
        render_template(
            "organizations/members.html",
            organization=organization,
            members=queries.members_of(db.session, organization),
            invitations=queries.invitations_of(db.session, organization),
            form=form,
            role_labels=ROLE_LABELS,
        ),
        422 if form.errors else 200,
    )


@bp.route(
    "/organizations/<slug:slug>/members/<public_id:membership_id>/end", methods=["GET", "POST"]
)
@guarded(Permission.MANAGE_MEMBERS)
def end_membership(slug: str, membership_id: str) -> ResponseReturnValue:
    organization = queries.get_organization(db.session, slug)
    require(current_actor(), Permission.MANAGE_MEMBERS, organization)
    membership = queries.get_membership(db.session, organization, membership_id)
    form = EmptyForm()
    if form.validate_on_submit():
        services.end_membership(db.session, membership, actor=current_actor())
        db.session.commit()
        flash(_("The role is taken away. It ends with this person’s next click."), "success")
        return redirect(url_for(".members", slug=slug), 303)
    return render_template(
        "organizations/end_membership.html",
        organization=organization,
        membership=membership,
        form=form,
        role_labels=ROLE_LABELS,
    )


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    """What is offered; taking it up needs a signed-in account with the invited address."""
    found = queries.find_invitation(db.session, token)
    if found is None:
        raise services.InvitationUsedUp
    form = EmptyForm()
    if form.validate_on_submit() and current_actor().is_signed_in:
        account = get_account(db.session, current_actor().account_id)
        try:
            services.accept(db.session, found, account, actor=current_actor())
        except (Conflict, Invalid) as error:
            form.form_errors.append(_(error.sentence))
        else:
            db.session.commit()
            flash(_("You are now part of %(name)s.", name=found.organization.name), "success")
            return redirect(url_for("rounds.home"), 303)
    return (
        render_template(
            "organizations/invitation.html",
            invitation=found,
            form=form,
            role_labels=ROLE_LABELS,
        ),
        422 if form.errors else 200,
    )


@bp.route("/organizations/new", methods=["GET", "POST"])
@guarded(Permission.CREATE_ORGANIZATION)
def new() -> ResponseReturnValue:
    require(current_actor(), Permission.CREATE_ORGANIZATION)
    departments = queries.organizations(db.session, kind=OrganizationKind.DEPARTMENT)
    form = OrganizationForm()
    form.overseen.choices = {"": _("None")} | {d.slug: d.name for d in departments}
    if form.validate_on_submit():
        try:
            organization = _create(form)
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(
                _("%(name)s is here. Its manager has an invitation.", name=organization.name),
                "success",
            )
            return redirect(url_for(".index"), 303)
    return render_template("organizations/new.html", form=form), 422 if form.errors else 200


def _create(form: OrganizationForm) -> Organization:
    kind = OrganizationKind(form.kind.data)
    overseen = None
    if kind is OrganizationKind.BOARD and form.overseen.data:
        overseen = queries.get_organization(
            db.session, form.overseen.data, kind=OrganizationKind.DEPARTMENT
        )
    return services.create_with_manager(
        db.session,
        actor=current_actor(),
        name=form.name.data or "",
        slug=form.slug.data or "",
        kind=kind,
        time_zone=form.time_zone.data or "",
        overseen=overseen,
        manager_email=form.manager_email.data or "",
    )


@bp.get("/organizations")
@guarded(Permission.CREATE_ORGANIZATION)
def index() -> ResponseReturnValue:
    require(current_actor(), Permission.CREATE_ORGANIZATION)
    return render_template(
        "organizations/index.html",
        organizations=queries.organizations(db.session),
        kind_labels=KIND_LABELS,
    )
