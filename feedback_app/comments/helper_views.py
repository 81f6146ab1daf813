"""A helper types one session's sheets by the host's code, without an account."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app.comments import codes, receipts, sheets
from feedback_app.comments.models import Channel
from feedback_app.comments.offline_views import (
    Handed,
    begin,
    offer,
    on_paper,
    prepare,
    sent_by,
    take_up,
)
from feedback_app.comments.queries import titles_of
from feedback_app.comments.session_forms import HelperForm
from feedback_app.comments.sheet_forms import SheetForm
from feedback_app.core import clock
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.extensions import db, limiter
from feedback_app.rounds import meetings
from feedback_app.rounds.background_views import slips_page
from feedback_app.rounds.meeting_models import Meeting
from feedback_app.web import limits
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import public
from feedback_app.web.templating import current_language

bp = Blueprint("helper", __name__)

HELPING = "helping"
KEPT_FOR = timedelta(hours=8)


class CodeOver(Invalid):
    message = N_(
        "This code does not work, or its 14 days are over. Ask the host for a new one."
    )
    field = "code"


class NumberMissing(Invalid):
    message = N_("Type the number that stands on the sheet.")
    field = "number"


@bp.route("/helper", methods=["GET", "POST"])
@public
@limiter.limit(limits.CODES, methods=["POST"])
def enter() -> ResponseReturnValue:
    """A field for the code; a link brings it after `#`, which no server sees."""
    form = HelperForm()
    if form.validate_on_submit():
        code = codes.plain(form.code.data or "")
        with db.reading() as unit:
            found = meetings.find_helped(unit, codes.code_hash(receipts.key(), code))
        if found is not None:
            until = int((clock.now() + KEPT_FOR).timestamp())
            session[HELPING] = {"code": code, "until": until}
            return redirect(url_for(".sheets_page"), 303)
        form.reject(CodeOver())
    return render_template("helper/enter.html", form=form), 422 if form.errors else 200


@bp.route("/helper/leave", methods=["POST"])
@public
def leave() -> ResponseReturnValue:
    """Let this browser forget the code."""
    if EmptyForm().validate_on_submit():
        session.pop(HELPING, None)
        flash(_("This browser has forgotten the code."), "success")
    return redirect(url_for(".enter"), 303)


@bp.route("/helper/sheets", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def sheets_page() -> ResponseReturnValue:
    """The sheets of one session: those that were typed, and a form for the next."""
    form = SheetForm()
    with db.reading() as unit:
        helped = _helped(unit)
        slug = helped.round.slug if helped else ""
        if helped is not None:
            offer(form, unit, slug)
            form.meeting.choices = {"": "", helped.public_id: helped.place}
    if helped is None:
        return redirect(url_for(".enter"), 303)
    handed, refusal = prepare(form)
    meeting = _helped(db.session)
    if meeting is None:
        return redirect(url_for(".enter"), 303)
    kept = session.get(HELPING, {}).get("next", {})
    if request.method == "GET":
        begin(form, meeting.round, kept)
        if not kept:
            form.received_on.data, form.language.data = meeting.held_on, meeting.language
        form.number.data = form.number.data or sheets.next_number(db.session, meeting)
        return _page(form, meeting, is_next=bool(kept))
    status = take_up(form, handed, refusal, lambda sheet: _take(form, meeting, sheet))
    if status == HTTPStatus.SEE_OTHER:
        return redirect(url_for(".sheets_page"), status)
    return _page(form, meeting, status=status)


@bp.route("/helper/about-people", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def slips() -> ResponseReturnValue:
    """The slips about people of the same session: they belong to no sheet."""
    meeting = _helped(db.session)
    if meeting is None:
        return redirect(url_for(".enter"), 303)
    back = url_for(".sheets_page")
    return slips_page(meeting.round, meetings.helper_of(meeting), back=back)


def _take(form: SheetForm, meeting: Meeting, handed: Handed) -> None:
    if not form.number.data:
        raise NumberMissing
    round_ = meeting.round
    if form.channel.data not in (Channel.PAPER, Channel.MEETING):
        form.channel.data = Channel.PAPER
    sheet, _code = sheets.take_sheet(
        db.session,
        round_,
        actor=meetings.helper_of(meeting),
        sent=sent_by(form, round_),
        said=form.said(handed.rendered),
        paper=on_paper(form, round_, None),
        key=receipts.key(),
        meeting=meeting,
    )
    db.session.commit()
    following = form.remembered()
    if "same" in request.form:
        following["number"] = str(form.number.data)
    session[HELPING] = session[HELPING] | {"next": following}
    flash(_("Sheet %(number)s is saved.", number=sheet.number), "success")


def _helped(unit: Session) -> Meeting | None:
    """The session whose code this browser gave; asked anew each time, so that it can end."""
    kept = session.get(HELPING)
    if not isinstance(kept, dict) or kept.get("until", 0) < clock.now().timestamp():
        return None
    hashed = codes.code_hash(receipts.key(), cast(str, kept.get("code", "")))
    return meetings.find_helped(unit, hashed)


def _page(
    form: SheetForm, meeting: Meeting, *, status: int = 200, is_next: bool = False
) -> ResponseReturnValue:
    page = render_template(
        "helper/sheets.html",
        form=form,
        button=EmptyForm(formdata=None),
        meeting=meeting,
        round_=meeting.round,
        text=meeting.round.text(current_language()),
        is_next=is_next,
        typed=sheets.sheets_of(db.session, meeting.round, meeting=meeting),
        titles=titles_of(db.session, meeting.round.revision_id),
    )
    return page, status
