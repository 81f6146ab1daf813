"""The page of a draft that a job is publishing: how far it is, or why it was refused."""

from __future__ import annotations

from flask import jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.curricula import queries as curricula
from feedback_app.extensions import db
from feedback_app.policy import Permission, require
from feedback_app.triage import publish_jobs as jobs
from feedback_app.triage.changes_public import bp
from feedback_app.triage.correction_views import TeachForm, not_taught, to_taught
from feedback_app.triage.gate_forms import GateForm
from feedback_app.triage.gate_views import refused, to_published
from feedback_app.triage.models import Publishing
from feedback_app.web.identity import current_actor, guarded


@bp.get("/authoring/<slug:slug>/publishing/<public_id:publishing_id>")
@guarded(Permission.PUBLISH_REVISION)
def publishing(slug: str, publishing_id: str) -> ResponseReturnValue:
    """Being published, published, or refused: then the form, with everything that was typed."""
    asked = _asked(slug, publishing_id)
    revision, terms = asked.revision, asked.terms
    error = jobs.refusal_of(db.session, asked)
    if error is not None:
        if not revision.is_draft:  # published or dropped by now
            return redirect(url_for("authoring.draft", slug=slug), 303)
        if revision.is_urgent:
            form = TeachForm(formdata=None, authority=terms["authority"])
            return not_taught(slug, form, error)
        return refused(slug, GateForm.of(terms, revision.version), error)
    if asked.ended_at is not None:
        return to_taught(revision) if revision.is_urgent else to_published(revision)
    return render_template(
        "triage/publishing.html",
        curriculum=revision.curriculum,
        revision=revision,
        asked=asked,
        words=_words(asked),
        share=jobs.share_carried(db.session, asked),
    )


@bp.get("/authoring/<slug:slug>/publishing/<public_id:publishing_id>/progress")
@guarded(Permission.PUBLISH_REVISION)
def progress(slug: str, publishing_id: str) -> ResponseReturnValue:
    """The same for a script: where to go once it has ended."""
    asked = _asked(slug, publishing_id)
    has_ended = asked.ended_at is not None or jobs.refusal_of(db.session, asked) is not None
    page = url_for(".publishing", slug=slug, publishing_id=publishing_id)
    return jsonify(
        share=jobs.share_carried(db.session, asked),
        words=_words(asked),
        next=page if has_ended else None,
    )


def _asked(slug: str, publishing_id: str) -> Publishing:
    viewer = current_actor()
    curriculum = curricula.get_curriculum(db.session, slug)
    require(viewer, Permission.PUBLISH_REVISION, curriculum)
    return jobs.get_publishing(db.session, curriculum, publishing_id, viewer=viewer)


def _words(asked: Publishing) -> str:
    number = asked.revision.number
    words: str = _("We are carrying the comments along to version %(number)s.", number=number)
    return words
