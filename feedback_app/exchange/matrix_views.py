"""The response matrix: all that was said in a round, with its answers, as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.core.errors import Invalid
from feedback_app.exchange import matrix_returning as returning
from feedback_app.exchange import matrix_taking as taking
from feedback_app.exchange.matrix import NAMES, Row
from feedback_app.exchange.matrix_comparing import Plan
from feedback_app.exchange.matrix_forms import MappingForm, MatrixForm
from feedback_app.exchange.matrix_models import Matrix
from feedback_app.exchange.matrix_reading import unknown
from feedback_app.exchange.matrix_rows import MatrixRows
from feedback_app.exchange.matrix_saving import MatrixMoved
from feedback_app.exchange.matrix_writing import MIME, explained_in, pieces, write_matrix
from feedback_app.extensions import db, limiter
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds import queries as rounds
from feedback_app.rounds.models import Round
from feedback_app.rounds.queries import RoundRow
from feedback_app.web.csv import csv_lines
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.limits import WRITING
from feedback_app.web.templating import current_language, public_url

bp = Blueprint("matrix", __name__)
SHOWN = 50
"""So many rows of a long preview stand on its page."""


@bp.get("/triage/<slug:slug>/matrix.xlsx")
@guarded(Permission.READ_ANSWERS)
def workbook(slug: str) -> ResponseReturnValue:
    """Every point of the round with its answer, public or not, for department and board.

    What takes a while is made by a worker instead.
    """
    round_, viewer = _round(slug), current_actor()
    if taking.takes_long(db.session, round_.id):
        return redirect(url_for("matrix_files.take", slug=slug), 303)
    file = pieces(write_matrix(_rows(round_, viewer), explained_in(_)))
    return download(Response(file, content_type=MIME), f"{slug}-matrix.xlsx")


@bp.get("/triage/<slug:slug>/matrix.csv")
@guarded(Permission.READ_ANSWERS)
def table(slug: str) -> ResponseReturnValue:
    """The same as text, for other programs; streamed."""
    round_, viewer = _round(slug), current_actor()
    lines = stream_with_context(matrix_lines(_rows(round_, viewer)))
    return download(Response(lines, mimetype="text/csv"), f"{slug}-matrix.csv")


def matrix_lines(rows: Iterable[Row]) -> Iterator[str]:
    """The table as CSV; its first sign lets spreadsheets read accents as they are."""
    yield "\ufeff"
    yield from csv_lines(NAMES, ([row.get(name, "") for name in NAMES] for row in rows))


def _rows(round_: RoundRow, viewer: Actor) -> Iterator[Row]:
    """Read once the sending has begun, in the unit that lasts as long as that."""
    yield from MatrixRows(db.session, round_, viewer, base_url=public_url(""))


def _round(slug: str) -> RoundRow:
    viewer = current_actor()
    require(viewer, Permission.READ_ANSWERS, rounds.get_round(db.session, slug, viewer=viewer))
    return rounds.get_round_row(db.session, slug, viewer=viewer, locale=current_language())


def download(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.route("/triage/<slug:slug>/matrix", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
@limiter.limit(WRITING, methods=["POST"])
def begin(slug: str) -> ResponseReturnValue:
    """Take the matrix along, and bring an edited one back; a worker reads it."""
    round_, form = _own(slug), MatrixForm()
    if form.validate_on_submit():
        try:
            matrix = returning.bring_matrix(
                db.session,
                round_,
                actor=current_actor(),
                filename=form.file.data.filename or "",
                data=form.file.data.read(),
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            return redirect(url_for(".show", slug=slug, matrix_id=matrix.public_id), 303)
    page = render_template(
        "matrix/begin.html",
        round_=round_row(slug),
        form=form,
        is_made_apart=taking.takes_long(db.session, round_.id),
    )
    return page, 422 if form.errors else 200


@bp.route("/triage/<slug:slug>/matrix/<public_id:matrix_id>", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
@limiter.limit(WRITING, methods=["POST"])
def show(slug: str, matrix_id: str) -> ResponseReturnValue:
    """Being read, refused, or what it would change; then saved, all of it or nothing."""
    round_ = _own(slug)
    matrix = returning.get_matrix(db.session, round_, matrix_id, viewer=current_actor())
    here = url_for(".show", slug=slug, matrix_id=matrix_id)
    form = MappingForm()
    form.offer(matrix.heads or [], matrix.mapping)
    if form.is_submitted() and matrix.ended_at is None:
        try:
            if not form.validate():
                return _shown(slug, matrix, form, 422)
            sent = form.version.data or ""
            version = int(sent) if sent.isdecimal() and len(sent) < 6 else 0
            if "save" in request.form:
                returning.save_matrix(
                    db.session, matrix, actor=current_actor(), version=version
                )
            else:
                returning.map_columns(
                    db.session,
                    matrix,
                    actor=current_actor(),
                    version=version,
                    mapping=form.chosen,
                )
        except MatrixMoved as error:
            db.let_go()
            round_ = _own(slug)
            matrix = returning.get_matrix(db.session, round_, matrix_id, viewer=current_actor())
            if "save" in request.form and matrix.cells is not None and matrix.asked_at is None:
                returning.look_again(db.session, matrix)
                db.session.commit()
            flash(_(error.sentence), "error")
        else:
            db.session.commit()
        return redirect(here, 303)
    return _shown(slug, matrix, form, 200)


def _shown(slug: str, matrix: Matrix, form: MappingForm, status: int) -> ResponseReturnValue:
    problem = returning.problem_of(db.session, matrix)
    plan = Plan.from_json(matrix.plan) if matrix.plan and "changes" in matrix.plan else None
    form.version.data = str(matrix.version)
    is_busy = matrix.ended_at is None and (
        matrix.asked_at is not None
        or matrix.data is not None
        or (plan is None and returning.has_all(matrix.mapping))
    )
    is_refused = problem is not None and (matrix.cells is None or is_busy) and not plan
    if problem == MatrixMoved.message:
        is_refused = False
    if is_busy and not is_refused:
        return render_template(
            "matrix/reading.html",
            round_=round_row(slug),
            matrix=matrix,
            share=returning.share_done(db.session, matrix),
        )
    page = render_template(
        "matrix/show.html",
        round_=round_row(slug),
        matrix=matrix,
        form=form,
        plan=plan,
        problem=problem,
        is_refused=is_refused,
        shown=SHOWN,
        at_once=returning.MANY,
        unknown=unknown(matrix.heads or [], matrix.mapping or {}),
        needs_mapping=matrix.cells is not None and not returning.has_all(matrix.mapping),
    )
    return page, status


@bp.get("/triage/<slug:slug>/matrix/<public_id:matrix_id>/progress")
@guarded(Permission.TRIAGE)
def progress(slug: str, matrix_id: str) -> ResponseReturnValue:
    """The same for a script: where to go once it has ended."""
    matrix = returning.get_matrix(db.session, _own(slug), matrix_id, viewer=current_actor())
    ended = (
        matrix.ended_at is not None
        or (matrix.plan is not None and matrix.asked_at is None)
        or (matrix.data is None and not returning.has_all(matrix.mapping))
        or returning.problem_of(db.session, matrix) not in (None, MatrixMoved.message)
    )
    return jsonify(
        share=returning.share_done(db.session, matrix),
        words=_("We are reading “%(file)s”.", file=matrix.filename),
        next=url_for(".show", slug=slug, matrix_id=matrix_id) if ended else None,
    )


def _own(slug: str) -> Round:
    round_ = rounds.get_round(db.session, slug, viewer=current_actor())
    require(current_actor(), Permission.TRIAGE, round_)
    return round_


def round_row(slug: str) -> RoundRow:
    return rounds.get_round_row(
        db.session, slug, viewer=current_actor(), locale=current_language()
    )
