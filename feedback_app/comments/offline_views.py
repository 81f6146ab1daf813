"""A host types what people wrote or said elsewhere, one sheet after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from http import HTTPStatus
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments import notes, receipts, sheets
from feedback_app.comments.behalf import ENTERED_FOR
from feedback_app.comments.changing import wording_mark
from feedback_app.comments.labels import CHANNEL_LABELS, KIND_LABELS
from feedback_app.comments.models import Channel
from feedback_app.comments.opened import PageTooOld, new_mark, read_mark
from feedback_app.comments.queries import titles_of
from feedback_app.comments.sheet_forms import (
    CAME_BY,
    CONSENT_LABELS,
    QUESTION,
    CorrectForm,
    SheetForm,
)
from feedback_app.comments.sheet_models import Consent
from feedback_app.comments.slip_views import TYPED, kept_of, remember_slips
from feedback_app.comments.spoken import waiting_in
from feedback_app.comments.submissions import FormSentBefore, Sent
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.html import Rendered, render_comment
from feedback_app.core.media import picture
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds import meetings, queries
from feedback_app.rounds.models import Basis, Round
from feedback_app.web.files import download, media
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language, day, public_url

bp = Blueprint("offline", __name__)


class Handed(NamedTuple):
    """The words as they are drawn, and the picture with its type."""

    rendered: Rendered
    scan: tuple[bytes, str] | None


def mine(slug: str) -> Round:
    """A round for which this person types; any other is not there."""
    round_ = queries.get_round(db.session, slug, viewer=current_actor())
    policy.require(current_actor(), Permission.ENTER_ON_BEHALF, round_)
    return round_


@bp.route("/host/rounds/<slug:slug>/sheets")
@guarded(Permission.ENTER_ON_BEHALF)
def index(slug: str) -> ResponseReturnValue:
    """What was typed, newest first; what nobody has checked yet."""
    round_ = mine(slug)
    unchecked = request.args.get("unchecked") == "1"
    typed, waiting = sheets.counts_of(db.session, round_)
    return render_template(
        "offline/index.html",
        round_=round_,
        text=round_.text(current_language()),
        sheets=sheets.sheets_of(db.session, round_, unchecked=unchecked),
        unchecked=unchecked,
        typed=typed,
        waiting=waiting,
        titles=titles_of(db.session, round_.revision_id),
        channels=CAME_BY | CHANNEL_LABELS,
        slips=len(kept_of(slug)["slips"]),
        last_day=_last_day(round_),
        is_over=is_over(round_),
        recordings=len(waiting_in(db.session, round_)),
    )


@bp.route("/host/rounds/<slug:slug>/sheets/new", methods=["GET", "POST"])
@guarded(Permission.ENTER_ON_BEHALF)
def new(slug: str) -> ResponseReturnValue:
    """One sheet; when it is saved the same page waits for the next."""
    form = SheetForm()
    with db.reading() as unit:
        offer(form, unit, slug)
    handed, refusal = prepare(form)
    round_ = mine(slug)
    if request.method == "GET":
        begin(form, round_, kept_of(slug)["next"])
        is_next = bool(kept_of(slug)["next"])
        _begin_with(form, round_)
        return _page(form, round_, is_next=is_next)
    status = take_up(form, handed, refusal, lambda sheet: _take(form, round_, sheet))
    if status == HTTPStatus.SEE_OTHER:
        return redirect(url_for(".new", slug=slug), status)
    return _page(form, round_, status=status)


def _begin_with(form: SheetForm, round_: Round) -> None:
    """`?session=` and `?note=` begin with a session's facts, or with a table's words."""
    asked = request.args.get("note", "")
    note = notes.get_note(db.session, round_.id, asked) if asked.isalnum() else None
    name = note.meeting.public_id if note else request.args.get("session", "")
    meeting = meetings.find_meeting(db.session, round_, name)
    if meeting is None:
        return
    form.meeting.data, form.received_on.data = meeting.public_id, meeting.held_on
    form.language.data = meeting.language
    if note is None:
        form.number.data = sheets.next_number(db.session, meeting)
        return
    form.note.data, form.body.data, form.number.data = note.public_id, note.body, None
    form.about.data = note.section_key or ""
    form.channel.data, form.consent.data = Channel.MEETING, Consent.SPOKEN


def prepare(form: SheetForm) -> tuple[Handed | None, Invalid | None]:
    """What takes time, before the writing unit: the words drawn, the picture stripped."""
    if not form.validate_on_submit():
        return None, None
    rendered = render_comment(form.body.data or "")
    try:
        data = form.scan.data.read() if form.scan.data else b""
        return Handed(rendered, picture(data) if data else None), None
    except Invalid as error:
        return None, error


def take_up(
    form: SheetForm,
    handed: Handed | None,
    refusal: Invalid | None,
    take: Callable[[Handed], None],
) -> HTTPStatus:
    """See other once a sheet is kept; else the form says why it is not."""
    try:
        if refusal is not None:
            raise refusal
        if handed is None:
            return HTTPStatus.UNPROCESSABLE_ENTITY
        take(handed)
    except Invalid as error:
        form.reject(error)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    except Conflict as error:
        if isinstance(error, FormSentBefore | PageTooOld):
            form.submission_id.data = new_mark(receipts.secret())
        form.form_errors.append(_(error.sentence))
        return HTTPStatus.CONFLICT
    return HTTPStatus.SEE_OTHER


def _take(form: SheetForm, round_: Round, handed: Handed) -> None:
    sent = sent_by(form, round_)
    scan = handed.scan
    sheet, _code = sheets.take_sheet(
        db.session,
        round_,
        actor=current_actor(),
        sent=sent,
        said=form.said(handed.rendered),
        paper=on_paper(form, round_, (media().put(scan[0]), scan[1]) if scan else None),
        key=receipts.key(),
        meeting=meetings.find_meeting(db.session, round_, form.meeting.data),
        note=notes.get_note(db.session, round_.id, form.note.data) if form.note.data else None,
    )
    db.session.commit()
    following = form.remembered()
    if "same" in request.form and form.number.data:
        following["number"] = str(form.number.data)
    remember_slips(round_.slug, [sent.submission_id])
    session[TYPED] = session[TYPED] | {"next": following}
    if sheet.number:
        flash(_("Sheet %(number)s is saved.", number=sheet.number), "success")
    else:
        flash(_("Saved."), "success")


def sent_by(form: SheetForm, round_: Round) -> Sent:
    return read_mark(
        receipts.secret(),
        form.submission_id.data,
        round_.slug,
        form.about.data,
        form.number.data,
        form.body.data,
        form.suggested_wording.data,
    )


def on_paper(form: SheetForm, round_: Round, scan: tuple[str, str] | None) -> sheets.OnPaper:
    question = form.question
    return sheets.OnPaper(
        channel=form.channel.data,
        received_at=form.received_at(round_.time_zone),
        consent=form.consent.data,
        number=form.number.data,
        collected_by=(form.collected_by.data or "").strip(),
        section_key=form.section_key,
        question=queries.get_question(db.session, round_, question) if question else None,
        kind=form.kind.data,
        display_name=form.display_name.data,
        scan=scan,
    )


def offer(form: SheetForm, unit: Session, slug: str) -> None:
    """The places that a sheet can be about, and the sessions from which it can come."""
    round_ = queries.find_round(unit, slug)
    if round_ is None:
        raise NotFound
    by_text = round_.basis is not Basis.QUESTIONS
    places = {"": _("The whole course")} | {
        key: f"{number} {title}"
        for key, (number, title) in titles_of(unit, round_.revision_id).items()
        if by_text
    }
    asked = queries.questions_of(unit, round_.id, locale=current_language())
    for at, question in enumerate(asked, start=1):
        places[QUESTION + question.public_id] = _(
            "Question %(number)s: %(words)s", number=at, words=question.prompt
        )
    form.about.choices = places
    form.meeting.choices = {"": _("None")} | {
        meeting.public_id: f"{day(meeting.held_on)}, {meeting.place}"
        for meeting in meetings.meetings_of(unit, round_)
    }


def begin(form: SheetForm, round_: Round, kept: dict[str, str]) -> None:
    """Fill in what stays from the sheet before, and a mark of its own."""
    form.submission_id.data = new_mark(receipts.secret())
    today = clock.now().astimezone(ZoneInfo(round_.time_zone)).date()
    form.received_on.data = today
    form.language.data = round_.language
    try:
        for name, value in kept.items():
            _fill(form, name, value)
    except (ValueError, KeyError):
        session.pop(TYPED, None)


def _fill(form: SheetForm, name: str, value: str) -> None:
    if name == "received_on":
        form.received_on.data = date.fromisoformat(value)
    elif name == "received_time":
        form.received_time.data = time.fromisoformat(value) if value else None
    elif name == "number":
        form.number.data = int(value)
    else:
        field = form[name]
        field.data = field.coerce(value) if hasattr(field, "coerce") else value


def is_over(round_: Round) -> bool:
    return clock.now() > round_.closes_at + ENTERED_FOR


def _last_day(round_: Round) -> date:
    return (round_.closes_at + ENTERED_FOR).astimezone(ZoneInfo(round_.time_zone)).date()


def _page(
    form: SheetForm, round_: Round, *, status: int = 200, is_next: bool = False
) -> ResponseReturnValue:
    page = render_template(
        "offline/new.html",
        form=form,
        round_=round_,
        text=round_.text(current_language()),
        is_next=is_next,
        slips=len(kept_of(round_.slug)["slips"]),
        is_over=is_over(round_),
        last_day=_last_day(round_),
    )
    return page, status


@bp.route("/host/rounds/<slug:slug>/sheets/slips", methods=["GET", "POST"])
@guarded(Permission.ENTER_ON_BEHALF)
def slips(slug: str) -> ResponseReturnValue:
    """The slips of what this browser typed, to be printed, cut and handed over."""
    round_ = mine(slug)
    form = EmptyForm()
    if form.validate_on_submit():
        session[TYPED] = kept_of(slug) | {"round": slug, "slips": []}
        flash(_("This browser has forgotten the slips."), "success")
        return redirect(url_for(".index", slug=slug), 303)
    page = render_template(
        "offline/slips.html",
        round_=round_,
        text=round_.text(current_language()),
        slips=sheets.slips_of(db.session, round_, kept_of(slug)["slips"], receipts.key()),
        titles=titles_of(db.session, round_.revision_id),
        address=public_url("/receipts", current_language()),
        form=form,
    )
    return page, 422 if form.form_errors else 200


@bp.route("/host/rounds/<slug:slug>/sheets/<public_id:sheet_id>", methods=["GET", "POST"])
@guarded(Permission.ENTER_ON_BEHALF)
def sheet(slug: str, sheet_id: str) -> ResponseReturnValue:
    """One sheet beside its picture: correct what was mistyped, or say that it is right."""
    form = CorrectForm()
    wants_check = "right" in request.form
    typed = form.validate_on_submit() if not wants_check else False
    html = render_comment(form.body.data or "").html if typed else None
    round_ = mine(slug)
    found = sheets.get_sheet(db.session, round_, sheet_id)
    status = 422 if form.errors else 200
    if wants_check:
        again = EmptyForm()
        if again.validate_on_submit():
            sheets.check_sheet(db.session, found, actor=current_actor())
            db.session.commit()
            flash(_("Checked."), "success")
            return redirect(url_for(".index", slug=slug, unchecked=1), 303)
        form.form_errors.extend(again.form_errors)
        status = 422
    elif html is not None:
        try:
            sheets.correct_sheet(
                db.session,
                found,
                actor=current_actor(),
                version=form.version.data or "",
                body=form.body.data or "",
                html=html,
                suggested_wording=(form.suggested_wording.data or "").strip() or None,
            )
        except Conflict as error:
            form.form_errors.append(_(error.sentence))
            form.version.data = wording_mark(found.comment)
            status = 409
        else:
            db.session.commit()
            flash(_("The words are corrected."), "success")
            return redirect(url_for(".sheet", slug=slug, sheet_id=sheet_id), 303)
    if not form.is_submitted() or wants_check:
        written = found.comment.current.original
        form.body.data, form.suggested_wording.data = written.body, written.suggested_wording
        form.version.data = wording_mark(found.comment)
    page = render_template(
        "offline/sheet.html",
        sheet=found,
        comment=found.comment,
        round_=round_,
        text=round_.text(current_language()),
        form=form,
        button=EmptyForm(),
        titles=titles_of(db.session, round_.revision_id),
        channels=CAME_BY | CHANNEL_LABELS,
        consents=CONSENT_LABELS,
        kinds=KIND_LABELS,
        may_check=found.checked_at is None
        and found.entered_by_id != current_actor().account_id,
        may_correct=not is_over(round_)
        and not found.comment.is_gone
        and wording_mark(found.comment) == found.wording,
    )
    return page, status


@bp.route("/host/rounds/<slug:slug>/sheets/<public_id:sheet_id>/picture")
@guarded(Permission.ENTER_ON_BEHALF)
def scan(slug: str, sheet_id: str) -> ResponseReturnValue:
    """The picture of a sheet, only ever as a file to save; its name says nothing."""
    found = sheets.get_sheet(db.session, mine(slug), sheet_id)
    data = media().get(found.scan_key) if found.scan_key else None
    if data is None or found.comment.is_gone:
        raise NotFound
    return download(data, f"sheet-{found.public_id[:6]}", found.scan_type or "jpeg")
