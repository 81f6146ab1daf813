"""A host brings in a letter: its words are checked on the page before they are kept."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from feedback_app.comments import receipts, sheets
from feedback_app.comments.entering import Said
from feedback_app.comments.models import Channel
from feedback_app.comments.offline_views import is_over, mine
from feedback_app.comments.opened import PageTooOld, new_mark, read_mark
from feedback_app.comments.queries import titles_of
from feedback_app.comments.sheet_models import Consent
from feedback_app.comments.submissions import FormSentBefore
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.html import Rendered, render_comment
from feedback_app.core.i18n import N_
from feedback_app.exchange.letter_forms import LetterForm
from feedback_app.exchange.letters import read_letter
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds.models import Round
from feedback_app.web.files import media
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language

bp = Blueprint("letters", __name__)


class NoWords(Invalid):
    message = N_("Choose a file, or paste the words of the letter.")
    field = "body"


@bp.route("/host/rounds/<slug:slug>/letters/new", methods=["GET", "POST"])
@guarded(Permission.ENTER_ON_BEHALF)
def new(slug: str) -> ResponseReturnValue:
    """One letter is one comment; a moderator can tell its points apart."""
    form = LetterForm()
    round_ = mine(slug)
    places = titles_of(db.session, round_.revision_id)
    form.about.choices = {"": _("The whole course")} | {
        key: f"{number} {title}" for key, (number, title) in places.items()
    }
    if request.method == "GET":
        form.submission_id.data = new_mark(receipts.secret())
        form.received_on.data = clock.now().astimezone(ZoneInfo(round_.time_zone)).date()
        form.language.data = round_.language
        return _page(form, round_)
    db.let_go()  # reading a file takes time
    is_read, rendered = False, None
    try:
        is_read = form.validate_on_submit() and _take_in(form)
        if form.errors or form.form_errors or not is_read:
            rendered = render_comment(form.body.data or "") if not form.errors else None
    except Invalid as error:
        form.reject(error)
    round_ = mine(slug)
    if is_read:
        flash(_("The file is read. Check its words, then keep it."), "success")
        return _page(form, round_)
    if rendered is not None:
        try:
            _keep(form, round_, rendered)
        except Invalid as error:
            form.reject(error)
        except Conflict as error:
            if isinstance(error, FormSentBefore | PageTooOld):
                form.submission_id.data = new_mark(receipts.secret())
            form.form_errors.append(_(error.sentence))
            return _page(form, round_, 409)
        else:
            flash(_("The letter is kept as one comment."), "success")
            return redirect(url_for("offline.index", slug=slug), 303)
    return _page(form, round_, 422)


def _take_in(form: LetterForm) -> bool:
    """Whether a file was handed in and its words now stand in the form, to be checked."""
    data = form.file.data.read() if form.file.data else b""
    if data:
        words, kind = read_letter(data, form.file.data.filename or "")
        form.body.data = words
        form.original.data = _signer().dumps([media().put(data), kind])
        return True
    if not (form.body.data or "").strip():
        raise NoWords
    return False


def _keep(form: LetterForm, round_: Round, rendered: Rendered) -> None:
    sent = read_mark(
        receipts.secret(), form.submission_id.data, round_.slug, "letter", form.body.data
    )
    sheets.take_sheet(
        db.session,
        round_,
        actor=current_actor(),
        sent=sent,
        said=Said(form.body.data or "", rendered.html, None, form.language.data),
        paper=sheets.OnPaper(
            channel=Channel.LETTER,
            received_at=form.received_at(round_.time_zone),
            consent=Consent.WRITTEN,
            section_key=form.about.data or None,
            display_name=form.display_name.data,
            said_by=form.signers.data,
            scan=_original(form),
        ),
        key=receipts.key(),
    )
    db.session.commit()


def _original(form: LetterForm) -> tuple[str, str] | None:
    """The file that was read on the page before; nobody can name another one."""
    try:
        key, kind = _signer().loads(form.original.data or "")
    except (BadSignature, ValueError, TypeError):
        return None
    return str(key), str(kind)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(receipts.secret(), salt="original of a letter")


def _page(form: LetterForm, round_: Round, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "letters/new.html",
        form=form,
        round_=round_,
        text=round_.text(current_language()),
        is_over=is_over(round_),
    )
    return page, status
