"""Speaking or signing a comment, and the host's pages for writing down what was said."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from feedback_app.comments import receipts, spoken
from feedback_app.comments.entering import Said
from feedback_app.comments.forms import LONGEST, SAY_SOMETHING, TOO_LONG, SentOnce
from feedback_app.comments.joining_views import admit, needs_invitation
from feedback_app.comments.labels import LANGUAGE_LABELS
from feedback_app.comments.offline_views import mine
from feedback_app.comments.opened import PageTooOld, new_mark, read_mark
from feedback_app.comments.queries import titles_of
from feedback_app.comments.rules import SpeaksForOthers
from feedback_app.comments.sheets import kept_among
from feedback_app.comments.submissions import FormSentBefore
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.html import render_comment
from feedback_app.core.i18n import N_
from feedback_app.core.recordings import MOST_SECONDS, recording
from feedback_app.extensions import db, limiter
from feedback_app.policy import Permission, allows
from feedback_app.rounds.models import WhoMayComment
from feedback_app.rounds.queries import RoundRow, get_round, get_round_row
from feedback_app.web import limits
from feedback_app.web.files import download, media
from feedback_app.web.forms import BaseForm, EmptyForm
from feedback_app.web.identity import current_actor, guarded, public
from feedback_app.web.templating import current_language

bp = Blueprint("spoken", __name__)


class SpokenForm(SentOnce):
    recording = FileField(
        N_("Your recording"),
        description=N_(
            "Sound or video, up to three minutes and 20 MB. A phone can record it now."
        ),
    )
    section = SelectField(N_("What it is about"), choices={}, validators=[Optional()])
    language = SelectField(N_("Language"), choices=LANGUAGE_LABELS)
    words = StringField(
        N_("The words of your invitation"), validators=[Optional(), Length(max=200)]
    )
    agrees = BooleanField(
        N_("I agree to this"), validators=[DataRequired(N_("Without your word we may not."))]
    )


class TranscriptForm(BaseForm):
    body = TextAreaField(
        N_("What was said or signed"),
        description=N_(
            "Word for word, in the same language. Leave out names of private people, addresses "
            "and phone numbers."
        ),
        validators=[DataRequired(SAY_SOMETHING), Length(max=LONGEST, message=TOO_LONG)],
    )
    section = SelectField(N_("What it is about"), choices={}, validators=[Optional()])


@bp.route("/rounds/<slug:slug>/spoken", methods=["GET", "POST"])
@public
@limiter.limit(limits.SPEAKING, methods=["POST"])
def send(slug: str) -> ResponseReturnValue:
    """Choose or record a file, read who will hear it, send it; works without a script."""
    form = SpokenForm()
    with db.reading() as unit:
        round_ = _row(unit, slug)
        titles = titles_of(unit, round_.revision_id)
    form.section.choices = {"": _("The whole course")} | {
        key: f"{number} {title}" for key, (number, title) in titles.items()
    }
    if request.method == "GET":
        if not allows(current_actor(), Permission.COMMENT, round_):
            raise SpeaksForOthers
        form.submission_id.data = new_mark(receipts.secret())
        asked = request.args.get("section", "")
        form.section.data = asked if asked in titles else ""
        form.language.data = current_language()
        return _page(form, round_)
    if not form.validate_on_submit() or not admit(form, slug):
        return _page(form, round_, 422)
    try:
        db.let_go()
        _take(form, slug)
    except Invalid as error:
        form.reject(error)
        return _page(form, round_, 422)
    except Conflict as error:
        db.let_go()
        if isinstance(error, FormSentBefore | PageTooOld):
            form.submission_id.data = new_mark(receipts.secret())
        form.form_errors.append(_(error.sentence))
        return _page(form, round_, 409)
    flash(_("We have your recording. Once its words are typed, it is a comment."), "success")
    return redirect(url_for("receipts.mine"), 303)


def _take(form: SpokenForm, slug: str) -> None:
    """The recording alone is kept, before the writing unit, which only names its file."""
    data = form.recording.data.read() if form.recording.data else b""
    told = recording(data)
    with db.reading() as unit:
        spoken.check_takes_recordings(unit, get_round(unit, slug, viewer=current_actor()))
    kept = spoken.Kept(told, media().put(told.data))
    key = form.section.data or None
    sent = read_mark(receipts.secret(), form.submission_id.data, slug, key, kept.key)
    _sent, code = spoken.send_spoken(
        db.session,
        get_round(db.session, slug, viewer=current_actor()),
        actor=current_actor(),
        sent=sent,
        kept=kept,
        key=receipts.key(),
        holder=receipts.current_holder(),
        section_key=key,
        language=form.language.data,
    )
    db.session.commit()
    if code is not None:
        receipts.keep_code(code)


def _page(form: SpokenForm, round_: RoundRow, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "spoken/send.html",
        form=form,
        round_=round_,
        needs_account=round_.participation is WhoMayComment.ACCOUNT
        and not current_actor().is_signed_in,
        needs_invitation=needs_invitation(round_),
        minutes=MOST_SECONDS // 60,
    )
    return page, status


def _row(unit: object, slug: str) -> RoundRow:
    return get_round_row(
        unit,  # type: ignore[arg-type]
        slug,
        viewer=current_actor(),
        locale=current_language(),
    )


@bp.post("/spoken/<public_id:spoken_id>/take-back")
@public
def take_back(spoken_id: str) -> ResponseReturnValue:
    """Gone at once, the file too."""
    holder = receipts.current_holder()
    if not holder.is_somebody:
        return redirect(url_for("receipts.enter"), 303)
    if not EmptyForm().validate_on_submit():
        flash(_("This page had expired. Please send it again."), "error")
        return redirect(url_for("receipts.mine"), 303)
    found = spoken.get_spoken(db.session, spoken_id)
    key = spoken.take_back(db.session, found, actor=current_actor(), holder=holder)
    db.session.commit()
    if key is not None and not kept_among(db.session, [key]):
        media().drop(key)
    flash(_("Your recording is erased."), "success")
    return redirect(url_for("receipts.mine"), 303)


@bp.get("/host/rounds/<slug:slug>/spoken")
@guarded(Permission.ENTER_ON_BEHALF)
def waiting(slug: str) -> ResponseReturnValue:
    """Recordings whose words are still to be typed, oldest first."""
    round_ = mine(slug)
    return render_template(
        "spoken/waiting.html",
        round_=round_,
        text=round_.text(current_language()),
        found=spoken.waiting_in(db.session, round_),
        lost=spoken.lost_in(db.session, round_),
        titles=titles_of(db.session, round_.revision_id),
        languages=LANGUAGE_LABELS,
    )


@bp.route("/host/rounds/<slug:slug>/spoken/<public_id:spoken_id>", methods=["GET", "POST"])
@guarded(Permission.ENTER_ON_BEHALF)
def write_down(slug: str, spoken_id: str) -> ResponseReturnValue:
    """Save the file, listen to it, type its words."""
    form = TranscriptForm()
    rendered = None
    if form.is_submitted():
        db.let_go()
        rendered = render_comment(form.body.data or "")
    round_ = mine(slug)
    found = spoken.get_spoken(db.session, spoken_id, round_)
    titles = titles_of(db.session, round_.revision_id)
    form.section.choices = {"": _("The whole course")} | {
        key: f"{number} {title}" for key, (number, title) in titles.items()
    }
    if not form.is_submitted():
        form.section.data = found.section_key or ""
    status = 200
    if rendered is not None and form.validate_on_submit():
        try:
            spoken.write_down(
                db.session,
                found,
                actor=current_actor(),
                said=Said(form.body.data or "", rendered.html, None, found.language),
                section_key=form.section.data or None,
            )
        except Conflict as error:
            form.form_errors.append(_(error.sentence))
            status = 409
        else:
            db.session.commit()
            flash(_("The words are there; it is a comment now."), "success")
            return redirect(url_for(".waiting", slug=slug), 303)
    page = render_template(
        "spoken/write_down.html",
        form=form,
        round_=round_,
        text=round_.text(current_language()),
        spoken=found,
        titles=titles,
        languages=LANGUAGE_LABELS,
    )
    return page, status if status != 200 else 422 if form.errors else 200


@bp.get("/host/rounds/<slug:slug>/spoken/<public_id:spoken_id>/recording")
@guarded(Permission.ENTER_ON_BEHALF)
def saved(slug: str, spoken_id: str) -> ResponseReturnValue:
    """The recording, only ever as a file to save; its name says nothing."""
    found = spoken.get_spoken(db.session, spoken_id, mine(slug))
    data = media().get(found.recording_key) if found.recording_key else None
    if data is None:
        raise NotFound
    return download(data, f"recording-{found.public_id[:6]}", found.recording_type)
