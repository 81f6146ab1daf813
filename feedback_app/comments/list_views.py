"""Bringing in a filled list of sheets: looked at first, then kept whole or not at all."""

from __future__ import annotations

import hashlib
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length, Optional

from feedback_app.comments import receipts, sheets
from feedback_app.comments.entering import Said
from feedback_app.comments.forms import SentOnce
from feedback_app.comments.offline_views import is_over, mine
from feedback_app.comments.opened import new_mark, read_mark
from feedback_app.comments.queries import titles_of
from feedback_app.comments.sheet_forms import CONSENT_LABELS
from feedback_app.comments.sheet_lists import COLUMNS, Row, as_text, read_list
from feedback_app.comments.sheet_models import Consent
from feedback_app.comments.slip_views import remember_slips
from feedback_app.comments.submissions import Sent, content_hash
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.html import render_comment
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds.models import Round
from feedback_app.rounds.queries import get_round
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language

bp = Blueprint("lists", __name__)

LONGEST_LIST = 1_500_000


class ListForm(SentOnce):
    file = FileField(
        N_("The list as a file"),
        description=N_(
            "A spreadsheet (.xlsx) or CSV. Up to 500 rows. Only its first sheet is read."
        ),
    )
    text = TextAreaField(
        N_("Or paste its rows"), validators=[Optional(), Length(max=LONGEST_LIST)]
    )
    consent = SelectField(
        N_("Who agreed that it be published"), choices=CONSENT_LABELS, coerce=Consent
    )


class NothingInIt(Invalid):
    message = N_("Choose a file, or paste the rows.")
    field = "text"


@bp.route("/host/rounds/<slug:slug>/sheets/list", methods=["GET", "POST"])
@guarded(Permission.ENTER_ON_BEHALF)
def bring_in(slug: str) -> ResponseReturnValue:
    """Look at the rows; with a fault anywhere nothing is kept."""
    form = ListForm()
    is_valid = form.validate_on_submit()
    round_ = mine(slug)
    if request.method == "GET":
        form.submission_id.data = new_mark(receipts.secret())
        return _page(form, round_)
    rows: list[Row] = []
    try:
        rows = _read(form, round_) if is_valid else []
        if is_valid and "keep" in request.form and not any(row.faults for row in rows):
            _keep(form, round_, rows)
            return redirect(url_for("offline.index", slug=slug), 303)
    except Invalid as error:
        form.reject(error)
    except Conflict as error:
        form.submission_id.data = new_mark(receipts.secret())
        form.form_errors.append(_(error.sentence))
        return _page(form, round_, rows, 409)
    faulty = any(row.faults for row in rows)
    return _page(form, round_, rows, 422 if form.errors or form.form_errors or faulty else 200)


def _read(form: ListForm, round_: Round) -> list[Row]:
    data = form.file.data.read() if form.file.data else b""
    if data:
        form.text.data = as_text(data)
    if not (form.text.data or "").strip():
        raise NothingInIt
    places: dict[str, str] = {}
    for key, (number, title) in titles_of(db.session, round_.revision_id).items():
        places |= {title.lower(): key, number.lower(): key, key: key}
    return read_list(form.text.data or "", places, round_.language)


def _keep(form: ListForm, round_: Round, rows: list[Row]) -> None:
    """All rows in one transaction; the faults of one, found by a rule, keep all out."""
    sent = read_mark(receipts.secret(), form.submission_id.data, form.text.data)
    ids = []
    for row in rows:
        rendered = render_comment(row.comment)
        form_id = hashlib.sha256(f"{sent.submission_id} {row.line}".encode()).hexdigest()[:32]
        try:
            sheets.take_sheet(
                db.session,
                round_,
                actor=current_actor(),
                sent=Sent(form_id, content_hash(row.comment, row.section_key), sent.started_at),
                said=Said(
                    row.comment, rendered.html, row.suggested_wording or None, row.language
                ),
                paper=sheets.OnPaper(
                    channel=row.channel,
                    received_at=_received(row, round_),
                    consent=form.consent.data,
                    number=row.number,
                    collected_by=row.collected_by,
                    section_key=row.section_key,
                    kind=row.kind,
                    display_name=row.name,
                ),
                key=receipts.key(),
            )
        except Invalid as error:
            row.faults.append(error.sentence)
        ids.append(form_id)
    if any(row.faults for row in rows):
        db.let_go()
        raise Invalid(_("Nothing was kept. The rows below say what to mend."))
    db.session.commit()
    remember_slips(round_.slug, ids)
    flash(_("%(number)s rows are kept.", number=len(rows)), "success")


def _received(row: Row, round_: Round) -> datetime:
    today = clock.now().astimezone(ZoneInfo(round_.time_zone)).date()
    return sheets.latest_of(row.received_on or today, None, round_.time_zone)


@bp.route("/host/rounds/<slug:slug>/sheets/list.csv")
@guarded(Permission.ENTER_ON_BEHALF)
def empty_list(slug: str) -> Response:
    """An empty list with the names of the columns."""
    mine(slug)
    answer = make_response("\ufeff" + ",".join(COLUMNS) + "\r\n")
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="sheets.csv"'
    return answer


def _page(
    form: ListForm, round_: Round, rows: list[Row] | None = None, status: int = 200
) -> ResponseReturnValue:
    again = get_round(db.session, round_.slug, viewer=current_actor())
    page = render_template(
        "lists/bring_in.html",
        form=form,
        round_=again,
        text=again.text(current_language()),
        rows=rows or [],
        faulty=sum(bool(row.faults) for row in rows or []),
        titles=titles_of(db.session, again.revision_id),
        columns=COLUMNS,
        is_over=is_over(again),
    )
    return page, status
