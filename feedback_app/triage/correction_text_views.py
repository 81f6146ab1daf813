"""The words of an urgent correction, written, merged and brought back as those of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.core.html import Rendered
from feedback_app.curricula import queries
from feedback_app.curricula.correcting import (
    MOST_SECTIONS,
    correct_section,
    get_correction,
    restore_corrected,
)
from feedback_app.curricula.forms import SectionTextForm
from feedback_app.curricula.manuscript_views import (
    Manuscript,
    look_at_typed,
    look_of,
    merge_texts,
    save_typed,
    write_section,
)
from feedback_app.curricula.models import Revision, Section
from feedback_app.curricula.states import last_saved_at
from feedback_app.curricula.states_views import list_states, show_state
from feedback_app.extensions import db
from feedback_app.policy import Actor, Permission
from feedback_app.triage.changes_public import bp
from feedback_app.web.identity import current_actor, guarded


@bp.route("/authoring/<slug:slug>/correction/sections/<key:key>", methods=["GET", "POST"])
@guarded(Permission.READ_DRAFT)
def correct(slug: str, key: str) -> ResponseReturnValue:
    """Change the words of one section, against those that are taught."""
    return write_section(CORRECTION, slug, key)


@bp.post("/authoring/<slug:slug>/correction/sections/<key:key>/save")
@guarded(Permission.EDIT_DRAFT)
def save_corrected(slug: str, key: str) -> ResponseReturnValue:
    """Keep what is typed while it is typed."""
    return save_typed(CORRECTION, slug, key)


@bp.post("/authoring/<slug:slug>/correction/sections/<key:key>/preview")
@guarded(Permission.EDIT_DRAFT)
def preview_corrected(slug: str, key: str) -> ResponseReturnValue:
    """What residents would read; saves nothing."""
    return look_at_typed(CORRECTION, slug, key)


@bp.post("/authoring/<slug:slug>/correction/sections/<key:key>/merge")
@guarded(Permission.EDIT_DRAFT)
def merge_corrected(slug: str, key: str) -> ResponseReturnValue:
    """Make one text of two."""
    return merge_texts(CORRECTION, slug, key)


@bp.get("/authoring/<slug:slug>/correction/states")
@guarded(Permission.READ_DRAFT)
def corrected_states(slug: str) -> ResponseReturnValue:
    """Every saved state of a correction, the newest first."""
    return list_states(CORRECTION, slug)


@bp.route(
    "/authoring/<slug:slug>/correction/states/<public_id:state_id>", methods=["GET", "POST"]
)
@guarded(Permission.READ_DRAFT)
def corrected_state(slug: str, state_id: str) -> ResponseReturnValue:
    """One state against the words of now, and the button that brings it back."""
    return show_state(CORRECTION, slug, state_id)


def _find(slug: str) -> Revision:
    curriculum = queries.get_curriculum(db.session, slug)
    policy.require(current_actor(), Permission.READ_DRAFT, curriculum)
    return get_correction(db.session, curriculum)


def _edit(
    session: Session,
    section: Section,
    *,
    actor: Actor,
    version: int,
    title: str,
    source: str,
    rendered: Rendered,
) -> None:
    """The title that the form carries is only shown: a correction keeps titles."""
    correct_section(
        session, section, actor=actor, version=version, source=source, rendered=rendered
    )


def _words_page(
    revision: Revision,
    shown: Section,
    form: SectionTextForm,
    rendered: Rendered | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "triage/correct.html",
        form=form,
        saved_at=last_saved_at(db.session, revision, shown.key),
        most=MOST_SECTIONS,
        writes=policy.allows(current_actor(), Permission.EDIT_DRAFT, revision),
        **look_of(revision, shown, rendered),
    )
    return page, status


def _drawn(
    revision: Revision, shown: Section, _form: SectionTextForm, rendered: Rendered | None
) -> Mapping[str, Any]:
    return look_of(revision, shown, rendered)


CORRECTION = Manuscript(
    section="publishing.correct",
    merge="publishing.merge_corrected",
    states="publishing.corrected_states",
    state="publishing.corrected_state",
    find=_find,
    edit=_edit,
    restore=restore_corrected,
    page=_words_page,
    drawn=_drawn,
    has_title=False,
)
