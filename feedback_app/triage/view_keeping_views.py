"""The pages by which views of the board are kept, renamed, shared and deleted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length

from feedback_app import policy
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds.models import Round
from feedback_app.triage import view_keeping
from feedback_app.triage.filters import ORDER_LABELS, STATE_LABELS, Filters
from feedback_app.triage.listing import Listing, listing
from feedback_app.triage.lot_views import open_round, row_of
from feedback_app.triage.saved_view_models import SavedView
from feedback_app.web.forms import BaseForm
from feedback_app.web.identity import current_actor, guarded

bp = Blueprint("saved", __name__)


class FirstForm(BaseForm):
    is_first = BooleanField(
        N_("Show me this view first"),
        description=N_("When you come to a comment period from the page of all of them."),
    )


class ViewForm(FirstForm):
    name = StringField(
        N_("Name of the view"),
        validators=[DataRequired(N_("Give the view a name.")), Length(max=60)],
    )
    is_shared = BooleanField(
        N_("Show it to everyone in my department"),
        description=N_("Only you can rename it. “I have it” means whoever looks."),
    )


@bp.route("/triage/<slug:slug>/views/new", methods=["GET", "POST"])
@guarded(Permission.KEEP_VIEWS)
def keep(slug: str) -> ResponseReturnValue:
    """Give the filters and the order in this address a name."""
    round_ = _round(slug)
    there = listing(db.session, round_, current_actor(), Filters.read(request.args))
    form = ViewForm()
    if form.validate_on_submit():
        try:
            view_keeping.keep_view(
                db.session,
                round_,
                actor=current_actor(),
                name=form.name.data or "",
                filters=there.filters,
                names=there.names,
                is_shared=form.is_shared.data,
                is_first=form.is_first.data,
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The view is kept."), "success")
            return redirect(_board(slug, there.filters), 303)
    page = render_template(
        "saved/keep.html",
        form=form,
        asked=list(asked(there)),
        is_of_one_round=view_keeping.is_of_one_round(there.filters),
        round_=row_of(round_),
        here=url_for(".keep", slug=slug, **there.filters.in_address),
        back=_board(slug, there.filters),
    )
    return page, 422 if form.errors else 200


@bp.route("/triage/<slug:slug>/views/<public_id:view_id>", methods=["GET", "POST"])
@guarded(Permission.KEEP_VIEWS)
def change(slug: str, view_id: str) -> ResponseReturnValue:
    """Another name, shared or not, shown first or not; or gone."""
    round_ = _round(slug)
    view = view_keeping.get_view(db.session, view_id, viewer=current_actor())
    there = listing(db.session, round_, current_actor(), Filters.read(view.asks))
    is_mine = view.owner_id == current_actor().account_id
    form = _form(view, is_mine)
    if form.validate_on_submit():
        try:
            _save(view, form, is_mine)
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            gone = bool(request.form.get("delete"))
            flash(_("The view is deleted.") if gone else _("Saved."), "success")
            return redirect(
                url_for("triage.board", slug=slug) if gone else _board(slug, there.filters), 303
            )
    page = render_template(
        "saved/change.html",
        form=form,
        view=view,
        is_mine=is_mine,
        may_remove=view_keeping.may_remove(view, current_actor()),
        asked=list(asked(there, view.names)),
        round_=row_of(round_),
        back=_board(slug, there.filters),
    )
    return page, 422 if form.errors else 200


def _form(view: SavedView, is_mine: bool) -> FirstForm:
    if request.method == "POST":
        return ViewForm() if is_mine else FirstForm()
    is_first = view_keeping.is_first_of(db.session, view, current_actor().account_id)
    if not is_mine:
        return FirstForm(is_first=is_first)
    return ViewForm(name=view.name, is_shared=view.is_shared, is_first=is_first)


def _save(view: SavedView, form: Any, is_mine: bool) -> None:
    if request.form.get("delete"):
        view_keeping.remove_view(db.session, view, actor=current_actor())
        return
    view_keeping.change_view(
        db.session,
        view,
        actor=current_actor(),
        name=form.name.data if is_mine else view.name,
        is_shared=form.is_shared.data if is_mine else view.is_shared,
        is_first=form.is_first.data,
    )


def _round(slug: str) -> Round:
    round_ = open_round(slug, permission=Permission.KEEP_VIEWS)
    policy.require(current_actor(), Permission.KEEP_VIEWS, round_)
    return round_


def _board(slug: str, filters: Filters) -> str:
    return url_for("triage.board", slug=slug, **filters.in_address)


def asked(there: Listing, names: dict[str, Any] | None = None) -> Any:
    """(label, value, whether it is a message of ours, whether it is gone) of each filter."""
    filters = there.filters
    yield N_("List"), STATE_LABELS[filters.state], True, False
    for choice in there.choices:
        value = filters[choice.name]
        if not value:
            continue
        found = next((o for o in choice.options if o.value == value), None)
        if found is not None:
            yield choice.label, found.label, found.is_ours, False
        else:
            yield choice.label, (names or {}).get(choice.name, "?"), False, True
    if filters.words:
        yield N_("Words"), filters.words, False, False
    yield N_("Order"), ORDER_LABELS[filters.order], True, False
