"""The host's page of invitations: words for a meeting, slips to print, mails to addresses."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from feedback_app import policy
from feedback_app.comments import inviting, receipts
from feedback_app.comments.invitation_models import Delivery, Invitation, Way
from feedback_app.comments.inviting_forms import AddressesForm, MeetingCodeForm, SlipsForm
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds.hosting import ExpiredPage, qr_code
from feedback_app.rounds.models import Round, WhoMayComment
from feedback_app.rounds.queries import get_round, get_round_row
from feedback_app.rounds.zones import Which, instant
from feedback_app.web.forms import BaseForm, EmptyForm
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language, moment, public_url, speaking

bp = Blueprint("inviting", __name__)

DELIVERY = {
    Delivery.WAITING: N_("waits to be sent"),
    Delivery.SENT: N_("sent"),
    Delivery.FAILED: N_("could not be delivered"),
    Delivery.PRINTED: N_("printed"),
    Delivery.USED: N_("used"),
    Delivery.EXPIRED: N_("not valid any more"),
    Delivery.REVOKED: N_("taken back"),
}


@bp.route("/host/rounds/<slug:slug>/invitations", methods=["GET", "POST"])
@guarded(Permission.INVITE)
def index(slug: str) -> ResponseReturnValue:
    """Who was invited, what became of each mail, how many have joined; mails to addresses."""
    round_ = _mine(slug)
    form = AddressesForm(language=round_.language)
    if form.validate_on_submit():
        try:
            made = inviting.invite(
                db.session,
                round_,
                actor=current_actor(),
                key=receipts.key(),
                addresses=form.list(),
                language=form.language.data,
                expires_at=_until(form, round_),
            )
        except (Invalid, Conflict) as error:
            _say(form, error)
        else:
            db.session.commit()
            number = len(made)
            flash(
                ngettext("%(num)s invitation is sent.", "%(num)s invitations are sent.", number)
                if number
                else _("All of them had been invited already; nothing was sent."),
                "success",
            )
            return redirect(url_for(".index", slug=slug), 303)
    return _page(round_, addresses=form)


@bp.route("/host/rounds/<slug:slug>/codes", methods=["POST"])
@guarded(Permission.INVITE)
def make_code(slug: str) -> ResponseReturnValue:
    """Words for everybody in a meeting."""
    round_ = _mine(slug)
    form = MeetingCodeForm()
    if form.validate_on_submit():
        try:
            code = inviting.make_meeting_code(
                db.session,
                round_,
                actor=current_actor(),
                key=receipts.key(),
                label=form.label.data or "",
                language=form.language.data,
            )
        except (Invalid, Conflict) as error:
            _say(form, error)
        else:
            db.session.commit()
            return redirect(url_for(".code", slug=slug, code_id=code.public_id), 303)
    return _page(round_, meeting=form)


@bp.route("/host/rounds/<slug:slug>/codes/<public_id:code_id>")
@guarded(Permission.INVITE)
def code(slug: str, code_id: str) -> ResponseReturnValue:
    """The words and their QR code, large enough for a screen or a wall."""
    round_ = _mine(slug)
    found = inviting.get_meeting_code(db.session, round_, code_id)
    words = inviting.words_for_meeting(receipts.key(), found.public_id, found.language)
    address = _join_address(round_, found.language)
    return render_template(
        "inviting/code.html",
        round_=round_,
        row=get_round_row(db.session, slug, viewer=current_actor(), locale=found.language),
        meeting=found,
        words=words,
        address=address,
        qr=qr_code(f"{address}#{words}"),
    )


@bp.route("/host/rounds/<slug:slug>/codes/<public_id:code_id>/take-back", methods=["POST"])
@guarded(Permission.INVITE)
def take_back_code(slug: str, code_id: str) -> ResponseReturnValue:
    round_ = _mine(slug)
    found = inviting.get_meeting_code(db.session, round_, code_id)
    _check_page()
    inviting.take_back_code(db.session, found, actor=current_actor())
    db.session.commit()
    flash(_("Taken back. Nobody can join by these words any more."), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.route(
    "/host/rounds/<slug:slug>/invitations/<public_id:invitation_id>/take-back", methods=["POST"]
)
@guarded(Permission.INVITE)
def take_back(slug: str, invitation_id: str) -> ResponseReturnValue:
    round_ = _mine(slug)
    found = inviting.get_invitation(db.session, round_, invitation_id)
    _check_page()
    inviting.take_back_invitation(db.session, found, actor=current_actor())
    db.session.commit()
    flash(_("Taken back. Nobody can join by this invitation any more."), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.route("/host/rounds/<slug:slug>/slips", methods=["GET", "POST"])
@guarded(Permission.INVITE)
def slips(slug: str) -> ResponseReturnValue:
    """Slips that nobody has used, to print and cut; each lets one person in."""
    round_ = _mine(slug)
    if request.method == "POST":
        form = SlipsForm()
        if not form.validate_on_submit():
            return _page(round_, slips=form)
        try:
            inviting.make_slips(
                db.session,
                round_,
                actor=current_actor(),
                key=receipts.key(),
                number=form.number.data or 0,
                language=form.language.data,
            )
        except (Invalid, Conflict) as error:
            _say(form, error)
            return _page(round_, slips=form)
        db.session.commit()
        return redirect(url_for(".slips", slug=slug), 303)
    now = clock.now()
    unused = [
        slip
        for slip in inviting.invitations(db.session, round_, Way.SLIP)
        if slip.delivery(now) is Delivery.PRINTED
    ]
    return render_template(
        "inviting/slips.html",
        round_=round_,
        row=get_round_row(db.session, slug, viewer=current_actor(), locale=current_language()),
        slips=[_slip(round_, slip) for slip in unused],
    )


def _slip(round_: Round, slip: Invitation) -> dict[str, str]:
    words = inviting.words_for_one(receipts.key(), slip)
    address = _join_address(round_, slip.language)
    with speaking(slip.language):
        until = moment(round_.closes_at, round_.time_zone)
        caption = _("For one person, once. Comment until %(when)s.", when=until)
    return {
        "caption": caption,
        "words": words,
        "address": address,
        "title": round_.text(slip.language).title,
        "language": slip.language,
        "qr": qr_code(f"{address}#{words}"),
    }


def _page(round_: Round, **forms: BaseForm) -> ResponseReturnValue:
    session, now = db.session, clock.now()
    language = round_.language
    mailed = inviting.invitations(session, round_, Way.ADDRESS)
    printed = inviting.invitations(session, round_, Way.SLIP)
    states = [slip.delivery(now) for slip in printed]
    values: dict[str, Any] = {
        "addresses": AddressesForm(formdata=None, language=language),
        "meeting": MeetingCodeForm(formdata=None, language=language),
        "slips": SlipsForm(formdata=None, language=language),
    }
    page = render_template(
        "inviting/index.html",
        round_=round_,
        forms=values | forms,
        codes=inviting.meeting_codes(session, round_),
        mailed=[(one, one.delivery(now)) for one in mailed],
        delivery=DELIVERY,
        slips_made=len(printed),
        slips_used=states.count(Delivery.USED),
        slips_unused=states.count(Delivery.PRINTED),
        joined=inviting.number_joined(session, round_),
        is_invited=round_.participation is WhoMayComment.INVITED,
        form=EmptyForm(formdata=None),
    )
    wrong = any(form.errors or form.form_errors for form in forms.values())
    return page, 422 if wrong else 200


def _mine(slug: str) -> Round:
    """A round into which this person may invite; any other is not there."""
    round_ = get_round(db.session, slug, viewer=current_actor())
    policy.require(current_actor(), Permission.INVITE, round_)
    return round_


def _check_page() -> None:
    if not EmptyForm().validate_on_submit():
        raise ExpiredPage


def _say(form: BaseForm, error: Invalid | Conflict) -> None:
    if isinstance(error, Invalid):
        form.reject(error)
    else:
        form.form_errors.append(_(error.sentence))


def _until(form: AddressesForm, round_: Round) -> datetime | None:
    """The end of a day in the round's zone, also of one on which the clocks change."""
    if form.expires_on.data is None:
        return None
    last = datetime.combine(form.expires_on.data, time(23, 59))
    return instant(last, round_.time_zone, Which.SECOND, at="expires_on")


def _join_address(round_: Round, language: str) -> str:
    return public_url(f"/rounds/{round_.slug}/join", language)
