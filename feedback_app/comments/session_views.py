"""A host's sessions: their plan, the pack, notes, the helper's link, and what came of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.comments import codes, notes, receipts, sheets
from feedback_app.comments.conduct import COUNTED
from feedback_app.comments.offline_views import mine
from feedback_app.comments.queries import titles_of
from feedback_app.comments.session_forms import MeetingForm, NoteForm, as_filled
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.core.media import picture
from feedback_app.core.orm import new_salt
from feedback_app.curricula import queries as curricula
from feedback_app.extensions import db
from feedback_app.policy import VISITOR, Permission
from feedback_app.rounds import meetings, queries
from feedback_app.rounds.hosting import qr_code
from feedback_app.rounds.meeting_models import Meeting
from feedback_app.rounds.models import Round
from feedback_app.triage.trail import trails_of
from feedback_app.web.files import download, media
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language, public_url, speaking

bp = Blueprint("sessions", __name__)

HELPER_CODE = "helper_code_once"
"""A code that was just made is shown once: it is not kept."""
MOST_SHEETS = 200
FEW_SHEETS = 20


@bp.route("/host/rounds/<slug:slug>/sessions")
@guarded(Permission.ENTER_ON_BEHALF)
def index(slug: str) -> ResponseReturnValue:
    """The sessions of a round by their days."""
    round_ = mine(slug)
    return render_template(
        "sessions/index.html",
        round_=round_,
        text=round_.text(current_language()),
        meetings=meetings.meetings_of(db.session, round_),
    )


@bp.route("/host/rounds/<slug:slug>/sessions/new", methods=["GET", "POST"])
@guarded(Permission.ENTER_ON_BEHALF)
def new(slug: str) -> ResponseReturnValue:
    """Plan a session, or note one that was held."""
    return _write(slug, None)


@bp.route(
    "/host/rounds/<slug:slug>/sessions/<public_id:meeting_id>/edit", methods=["GET", "POST"]
)
@guarded(Permission.ENTER_ON_BEHALF)
def edit(slug: str, meeting_id: str) -> ResponseReturnValue:
    """Change it, or say afterwards how many came."""
    return _write(slug, meeting_id)


def _write(slug: str, meeting_id: str | None) -> ResponseReturnValue:
    form = MeetingForm()
    refusal, agenda = None, None
    try:
        data = form.agenda.data.read() if request.method == "POST" and form.agenda.data else b""
        agenda = picture(data) if data else None
    except Invalid:
        refusal = Invalid(_("Choose a JPEG or PNG file of at most 10 MB."), field="agenda")
    round_ = mine(slug)
    meeting = meetings.get_meeting(db.session, round_, meeting_id) if meeting_id else None
    form.section_keys.choices = {
        key: f"{number} {title}"
        for key, (number, title) in titles_of(db.session, round_.revision_id).items()
    }
    if request.method == "GET":
        form.process(data=as_filled(meeting) if meeting else {"language": round_.language})
        return _plan_page(form, round_, meeting)
    if form.validate_on_submit() and refusal is None:
        plan = form.plan((media().put(agenda[0]), agenda[1]) if agenda else None)
        try:
            meeting = _save(round_, meeting, int(form.version.data or 0), plan)
        except Invalid as error:
            form.reject(error)
        except Conflict as error:
            form.form_errors.append(_(error.sentence))
            form.version.data = meeting.version if meeting else None
            return _plan_page(form, round_, meeting, status=409)
        else:
            db.session.commit()
            flash(_("The session is saved."), "success")
            return redirect(url_for(".show", slug=slug, meeting_id=meeting.public_id), 303)
    elif refusal is not None:
        form.reject(refusal)
    return _plan_page(form, round_, meeting, status=422)


def _save(
    round_: Round, meeting: Meeting | None, version: int, plan: meetings.MeetingPlan
) -> Meeting:
    if meeting is None:
        return meetings.plan_meeting(db.session, round_, actor=current_actor(), plan=plan)
    meetings.change_meeting(
        db.session, meeting, actor=current_actor(), version=version, plan=plan
    )
    return meeting


def _plan_page(
    form: MeetingForm, round_: Round, meeting: Meeting | None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "sessions/plan.html",
        form=form,
        round_=round_,
        meeting=meeting,
        text=round_.text(current_language()),
    )
    return page, status


@bp.route("/host/rounds/<slug:slug>/sessions/<public_id:meeting_id>", methods=["GET", "POST"])
@guarded(Permission.ENTER_ON_BEHALF)
def show(slug: str, meeting_id: str) -> ResponseReturnValue:
    """One session: what to print before it, what to note in it, what to do after it."""
    form = NoteForm()
    round_, meeting = _meeting(slug, meeting_id)
    titles = titles_of(db.session, round_.revision_id)
    form.section_key.choices = {"": _("The whole course")} | {
        key: f"{number} {title}" for key, (number, title) in titles.items()
    }
    if form.validate_on_submit():
        try:
            notes.note_down(
                db.session,
                meeting,
                actor=current_actor(),
                body=form.body.data or "",
                section_key=form.section_key.data or None,
                said_by=form.said_by.data or 0,
                said_of=form.said_of.data or 0,
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The note is kept."), "success")
            return redirect(url_for(".show", slug=slug, meeting_id=meeting_id), 303)
    code = session.pop(HELPER_CODE, None) if request.method == "GET" else None
    page = render_template(
        "sessions/show.html",
        round_=round_,
        meeting=meeting,
        text=round_.text(current_language()),
        titles=titles,
        about=[titles[key][0] for key in meeting.section_keys if key in titles],
        notes=notes.notes_of(db.session, meeting),
        typed=len(sheets.sheets_of(db.session, round_, meeting=meeting)),
        form=form,
        button=EmptyForm(formdata=None),
        helper_code=code,
        helper_url=public_url("/helper", current_language()),
        is_helped=meetings.is_helped(meeting),
    )
    return page, 422 if form.errors else 200


@bp.route("/host/rounds/<slug:slug>/sessions/<public_id:meeting_id>/helper", methods=["POST"])
@guarded(Permission.ENTER_ON_BEHALF)
def helper(slug: str, meeting_id: str) -> ResponseReturnValue:
    """Make the code with which a helper types this session's sheets, or end it."""
    form = EmptyForm()
    is_ours = form.validate_on_submit()
    round_, meeting = _meeting(slug, meeting_id)
    if not is_ours:
        raise ExpiredHere
    if "end" in request.form:
        meetings.end_helper_link(db.session, meeting, actor=current_actor())
        flash(_("The helper’s link has ended."), "success")
    else:
        code = codes.make_code(receipts.key(), new_salt(), current_language())
        meetings.open_helper_link(
            db.session,
            meeting,
            actor=current_actor(),
            code_hash=codes.code_hash(receipts.key(), code),
        )
        session[HELPER_CODE] = code
    db.session.commit()
    there = url_for(".show", slug=round_.slug, meeting_id=meeting_id, _anchor="helper")
    return redirect(there, 303)


class ExpiredHere(Conflict):
    message = N_("This page had expired and nothing was done. Go back and try again.")


@bp.route("/host/rounds/<slug:slug>/sessions/<public_id:meeting_id>/agenda")
@guarded(Permission.ENTER_ON_BEHALF)
def agenda(slug: str, meeting_id: str) -> ResponseReturnValue:
    _round, meeting = _meeting(slug, meeting_id)
    data = media().get(meeting.agenda_key) if meeting.agenda_key else None
    if data is None:
        raise NotFound
    return download(data, f"agenda-{meeting.held_on}", meeting.agenda_type or "jpeg")


@bp.route("/host/rounds/<slug:slug>/sessions/<public_id:meeting_id>/pack")
@guarded(Permission.ENTER_ON_BEHALF)
def pack(slug: str, meeting_id: str) -> ResponseReturnValue:
    """What a session needs on paper: a summary, questions, a script, numbered sheets."""
    round_, meeting = _meeting(slug, meeting_id)
    first = sheets.next_number(db.session, meeting)
    asked = queries.questions_of(db.session, round_.id, locale=meeting.language)
    with speaking(meeting.language):
        return render_template(
            "sessions/pack.html",
            round_=round_,
            meeting=meeting,
            text=round_.text(meeting.language),
            language=meeting.language,
            sections=_sections(round_, meeting),
            questions=asked[:3],
            asked=asked,
            numbers=[
                (number, sheets.printed_code(receipts.key(), meeting, number))
                for number in range(first, first + _how_many())
            ],
            address=public_url("/receipts", meeting.language),
            round_url=public_url(f"/rounds/{round_.slug}", meeting.language),
            code=qr_code(public_url(f"/rounds/{round_.slug}", meeting.language)),
            how_many=_how_many(),
            slips=_how_many() if round_.background else 0,
        )


def _how_many() -> int:
    asked = request.args.get("sheets", "")
    wanted = (
        int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else FEW_SHEETS
    )
    return max(0, min(wanted, MOST_SHEETS))


def _sections(round_: Round, meeting: Meeting) -> list[Any]:
    chosen = set(meeting.section_keys)
    outline = curricula.outline(db.session, round_.revision_id, words=False)
    return [section for section in outline if not chosen or section.key in chosen]


@bp.route("/host/rounds/<slug:slug>/sessions/<public_id:meeting_id>/read-aloud")
@guarded(Permission.ENTER_ON_BEHALF)
def read_aloud(slug: str, meeting_id: str) -> ResponseReturnValue:
    """What came of the session, in sentences to be read to those who were there.

    Told is only what everybody can read; nothing of it says who said what.
    """
    round_, meeting = _meeting(slug, meeting_id)
    typed = sheets.sheets_of(db.session, round_, meeting=meeting)
    said = [
        sheet.comment
        for sheet in reversed(typed)
        if sheet.comment.state in COUNTED and not sheet.comment.hidden_at
    ]
    trails = trails_of(db.session, said, VISITOR)
    return render_template(
        "sessions/read_aloud.html",
        round_=round_,
        meeting=meeting,
        text=round_.text(current_language()),
        comments=said,
        trails=trails.of,
        titles=titles_of(db.session, round_.revision_id),
    )


def _meeting(slug: str, meeting_id: str) -> tuple[Round, Meeting]:
    round_ = mine(slug)
    return round_, meetings.get_meeting(db.session, round_, meeting_id)
