"""The files that a version can be kept as."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from feedback_app.comments.queries import titles_of
from feedback_app.comments.reading_views import HEADERS, export_rows
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.models import Revision
from feedback_app.exchange.annotations import MIME as ANNOTATIONS
from feedback_app.exchange.annotations import collection
from feedback_app.exchange.pdf import write_pdf
from feedback_app.exchange.queries import revision_export
from feedback_app.exchange.remarks import remarks_on
from feedback_app.exchange.response_table import write_response_table
from feedback_app.exchange.word_writing import MIME, write_word
from feedback_app.exchange.writing import FORMATS
from feedback_app.extensions import db
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds import queries as rounds
from feedback_app.triage.answered import answered_pairs, gone_of
from feedback_app.web.identity import current_actor, guarded, public
from feedback_app.web.templating import current_language, public_url

bp = Blueprint("files", __name__)

_FILE = "/curricula/<slug:slug>/revisions/<number:number>"


@bp.get(f"{_FILE}.md", defaults={"ending": "md"})
@bp.get(f"{_FILE}.html", defaults={"ending": "html"})
@bp.get(f"{_FILE}.json", defaults={"ending": "json"})
@public
def export(slug: str, number: int, ending: str) -> ResponseReturnValue:
    """A version as a file; what is not shown stays out of it."""
    kind, write = FORMATS[ending]
    text = write(revision_export(db.session, _revision(slug, number)))
    return as_file(text, f"{kind}; charset=utf-8", f"{slug}-{number}.{ending}")


@bp.get(f"{_FILE}.docx")
@public
def export_word(slug: str, number: int) -> ResponseReturnValue:
    """A version for Word, with the comments that its reader may see on their words."""
    data = word_file(db.session, _revision(slug, number), viewer=current_actor())
    return as_file(data, MIME, f"{slug}-{number}.docx")


def word_file(session: Session, revision: Revision, *, viewer: Actor) -> bytes:
    """The file speaks the language of its course, whoever asks for it."""
    with force_locale(revision.language):
        remarks = remarks_on(session, revision, viewer=viewer, say=gettext)
        return write_word(revision_export(session, revision), remarks, gettext)


@bp.get("/rounds/<slug:slug>/report.docx")
@public
def report_word(slug: str) -> ResponseReturnValue:
    """The public answers of a round as a table for Word."""
    return as_file(response_table(slug), MIME, f"{slug}-answers.docx")


@bp.get("/triage/<slug:slug>/answers.docx")
@guarded(Permission.READ_ANSWERS)
def answers_word(slug: str) -> ResponseReturnValue:
    """All recorded answers, those that are not public marked so; for department and board."""
    round_ = rounds.get_round(db.session, slug, viewer=current_actor())
    require(current_actor(), Permission.READ_ANSWERS, round_)
    data = response_table(slug, published=False)
    return as_file(data, MIME, f"{slug}-all-answers.docx")


def response_table(slug: str, *, published: bool = True) -> bytes:
    """The table in the language that its reader reads."""
    viewer, language = current_actor(), current_language()
    round_ = rounds.get_round_row(db.session, slug, viewer=viewer, locale=language)
    titles = titles_of(db.session, round_.revision_id)
    return write_response_table(
        round_.title,
        answered_pairs(db.session, round_, published=published),
        {key: f"{number} {title}" for key, (number, title) in titles.items()},
        gone=gone_of(db.session, round_),
        base_url=public_url("").rstrip("/"),
        language=language,
        say=gettext,
    )


@bp.get("/rounds/<slug:slug>/comments.jsonld")
@public
def web_annotations(slug: str) -> ResponseReturnValue:
    """A round's comments for other programs that know the W3C's form."""
    text = json.dumps(annotation_collection(slug), ensure_ascii=False, indent=1)
    return as_file(f"{text}\n", ANNOTATIONS, f"{slug}-comments.jsonld")


def annotation_collection(slug: str) -> dict[str, Any]:
    viewer = current_actor()
    round_ = rounds.get_round_row(db.session, slug, viewer=viewer, locale=current_language())
    return collection(db.session, round_, viewer=viewer, base_url=public_url("").rstrip("/"))


@bp.get("/rounds/<slug:slug>/comments.json")
@public
def comments_json(slug: str) -> ResponseReturnValue:
    """A round's comments as plain JSON, every letter as it was typed."""
    round_ = rounds.get_round(db.session, slug, viewer=current_actor())
    text = json.dumps(comment_records(round_.slug), ensure_ascii=False, indent=1)
    return as_file(f"{text}\n", "application/json; charset=utf-8", f"{slug}-comments.json")


def comment_records(slug: str) -> list[dict[str, object]]:
    return [dict(zip(HEADERS, row, strict=True)) for row in export_rows(slug)]


def pdf_file(session: Session, revision: Revision) -> bytes:
    """For the command line, where it is known whether the extra is installed."""
    with force_locale(revision.language):
        return write_pdf(revision_export(session, revision), gettext)


def _revision(slug: str, number: int) -> Revision:
    viewer = current_actor()
    curriculum = curricula.get_curriculum(db.session, slug, viewer=viewer)
    return curricula.get_revision(db.session, curriculum, number, viewer=viewer)


def as_file(data: str | bytes, kind: str, filename: str) -> Response:
    response = Response(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
