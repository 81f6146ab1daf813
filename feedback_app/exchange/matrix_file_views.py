"""A large matrix as a workbook: asked for, made by a worker, and saved when it is ready."""

from __future__ import annotations

from collections.abc import Iterator

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.core.errors import NotFound
from feedback_app.exchange import matrix_taking as taking
from feedback_app.exchange.matrix_models import MatrixFile
from feedback_app.exchange.matrix_views import download, round_row
from feedback_app.exchange.matrix_writing import MIME
from feedback_app.extensions import db, limiter
from feedback_app.policy import Permission, allows, require
from feedback_app.rounds import queries as rounds
from feedback_app.rounds.models import Round
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.limits import WRITING
from feedback_app.web.templating import current_language, public_url

bp = Blueprint("matrix_files", __name__)


@bp.route("/triage/<slug:slug>/matrix/file", methods=["GET", "POST"])
@guarded(Permission.READ_ANSWERS)
@limiter.limit(WRITING, methods=["POST"])
def take(slug: str) -> ResponseReturnValue:
    """Ask for the workbook; whoever asked already is brought to what they wait for."""
    round_, form = _round(slug), EmptyForm()
    if form.validate_on_submit():
        file = taking.ask_for_workbook(
            db.session,
            round_,
            actor=current_actor(),
            language=current_language(),
            base_url=public_url(""),
            say=_,
        )
        db.session.commit()
        return redirect(url_for(".made", slug=slug, file_id=file.public_id), 303)
    page = render_template(
        "matrix/take.html",
        round_=round_row(slug),
        form=form,
        many=taking.points_of(db.session, round_.id),
        may_answer=allows(current_actor(), Permission.TRIAGE, round_),
    )
    return page, 422 if form.errors else 200


@bp.get("/triage/<slug:slug>/matrix/file/<public_id:file_id>")
@guarded(Permission.READ_ANSWERS)
def made(slug: str, file_id: str) -> ResponseReturnValue:
    """Being made, ready to be saved, or failed."""
    file = _file(slug, file_id)
    return render_template(
        "matrix/made.html",
        round_=round_row(slug),
        file=file,
        form=EmptyForm(),
        may_be_saved=taking.may_be_saved(db.session, file),
        has_failed=taking.has_failed(db.session, file),
        share=taking.share_made(db.session, file),
    )


@bp.get("/triage/<slug:slug>/matrix/file/<public_id:file_id>/progress")
@guarded(Permission.READ_ANSWERS)
def progress(slug: str, file_id: str) -> ResponseReturnValue:
    """The same for a script: where to go once it has ended."""
    file = _file(slug, file_id)
    has_ended = file.made_at is not None or taking.has_failed(db.session, file)
    return jsonify(
        share=taking.share_made(db.session, file),
        words=_("We are making the spreadsheet."),
        next=url_for(".made", slug=slug, file_id=file_id) if has_ended else None,
    )


@bp.get("/triage/<slug:slug>/matrix/file/<public_id:file_id>/matrix.xlsx")
@guarded(Permission.READ_ANSWERS)
def save(slug: str, file_id: str) -> ResponseReturnValue:
    """The workbook itself, sent piece by piece."""
    file = _file(slug, file_id)
    if file.made_at is None:
        raise NotFound
    if not taking.may_be_saved(db.session, file):
        return redirect(url_for(".made", slug=slug, file_id=file_id), 303)
    content = stream_with_context(_content(file.id))
    return download(Response(content, content_type=MIME), f"{slug}-matrix.xlsx")


def _content(file_id: int) -> Iterator[bytes]:
    """Read once the sending has begun, in the unit that lasts as long as that."""
    yield from taking.content_of(db.session, file_id)


def _file(slug: str, file_id: str) -> MatrixFile:
    return taking.get_workbook(db.session, _round(slug), file_id, viewer=current_actor())


def _round(slug: str) -> Round:
    round_ = rounds.get_round(db.session, slug, viewer=current_actor())
    require(current_actor(), Permission.READ_ANSWERS, round_)
    return round_
