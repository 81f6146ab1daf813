"""The files that a version can be kept as."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from feedback_app.curricula import queries as curricula
from feedback_app.curricula.models import Revision
from feedback_app.exchange.queries import revision_export
from feedback_app.exchange.remarks import remarks_on
from feedback_app.exchange.word_writing import MIME, write_word
from feedback_app.exchange.writing import FORMATS
from feedback_app.extensions import db
from feedback_app.policy import Actor
from feedback_app.web.identity import current_actor, public

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


def _revision(slug: str, number: int) -> Revision:
    viewer = current_actor()
    curriculum = curricula.get_curriculum(db.session, slug, viewer=viewer)
    return curricula.get_revision(db.session, curriculum, number, viewer=viewer)


def as_file(data: str | bytes, kind: str, filename: str) -> Response:
    response = Response(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
