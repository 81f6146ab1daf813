"""The response matrix: all that was said in a round, with its answers, as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback_app.exchange.matrix import NAMES, Row
from feedback_app.exchange.matrix_rows import MatrixRows
from feedback_app.exchange.matrix_writing import MIME, pieces, write_matrix
from feedback_app.extensions import db
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds import queries as rounds
from feedback_app.rounds.queries import RoundRow
from feedback_app.web.csv import csv_lines
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language, public_url

bp = Blueprint("matrix", __name__)


@bp.get("/triage/<slug:slug>/matrix.xlsx")
@guarded(Permission.READ_ANSWERS)
def workbook(slug: str) -> ResponseReturnValue:
    """Every point of the round with its answer, public or not, for department and board."""
    round_, viewer = _round(slug), current_actor()
    file = pieces(write_matrix(_rows(round_, viewer), gettext))
    return _download(Response(file, content_type=MIME), f"{slug}-matrix.xlsx")


@bp.get("/triage/<slug:slug>/matrix.csv")
@guarded(Permission.READ_ANSWERS)
def table(slug: str) -> ResponseReturnValue:
    """The same as text, for other programs; streamed."""
    round_, viewer = _round(slug), current_actor()
    lines = stream_with_context(matrix_lines(_rows(round_, viewer)))
    return _download(Response(lines, mimetype="text/csv"), f"{slug}-matrix.csv")


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


def _download(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
