"""The answer to the margin's question why something was changed, sent with the text itself."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.comments.queries import beside_section
from feedback_app.core.errors import Invalid
from feedback_app.core.html import Rendered, render
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.comparison import SectionComparison
from feedback_app.curricula.desk_views import open_section
from feedback_app.curricula.drafting import SectionMoved
from feedback_app.curricula.forms import SectionTextForm
from feedback_app.curricula.manuscript_views import both_texts, store
from feedback_app.curricula.writing_views import DRAFT, section_page
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.triage import hunks
from feedback_app.triage.cause_queries import points_with_equal_letters
from feedback_app.triage.causes import CauseWithoutComment, name_cause
from feedback_app.triage.changes_public import bp
from feedback_app.triage.compared import draft_with_base
from feedback_app.triage.models import CauseKind
from feedback_app.web.identity import current_actor, guarded


@bp.post("/authoring/<slug:slug>/sections/<key:key>/why")
@guarded(Permission.PROPOSE_CAUSE)
def why(slug: str, key: str) -> ResponseReturnValue:
    """Save what was typed, then note the ticked comments as the cause of one change.

    The change is known again by its words: what was typed meanwhile may have renumbered it.
    """
    form = SectionTextForm()
    db.only_read()
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    policy.require(current_actor(), Permission.PROPOSE_CAUSE, revision)
    rendered = render(form.source.data or "", key=key)
    asked = _asked(hunks.find_section(draft_with_base(db.session, revision), key))
    chosen = request.form.getlist(f"points-{request.form.get('because', '')}")
    if not form.validate():
        return section_page(revision, shown, form, rendered, 422)
    if asked is None or ("because" in request.form and not chosen):
        form.reject(CauseWithoutComment())
        return section_page(revision, shown, form, rendered, 422)
    try:
        store(DRAFT, slug, key, form, rendered)
        return _noted(slug, key, *asked, chosen=chosen)
    except SectionMoved:
        return both_texts(DRAFT, slug, key, form)
    except Invalid as error:
        return _not_noted(slug, key, form, rendered, error)


def _asked(section: SectionComparison | None) -> tuple[int, str] | None:
    """The number of the change that was asked about, and its words."""
    given = request.form.get("because") or request.form.get("other") or ""
    if section is None or not (given.isascii() and given.isdigit() and len(given) < 7):
        return None
    if not 0 < int(given) <= len(section.hunks):
        return None
    return int(given), hunks.words_of(section, int(given))


def _noted(
    slug: str, key: str, number: int, excerpt: str, *, chosen: list[str]
) -> ResponseReturnValue:
    db.let_go()
    with db.reading() as session:
        draft = curricula.get_draft(session, slug, viewer=current_actor())
        section = hunks.find_section(draft_with_base(session, draft), key)
        found = hunks.find_hunk(section, excerpt, number) if section is not None else None
        offered = [
            each.card.id for each in beside_section(session, draft, key, current_actor())
        ]
    back = url_for("authoring.section", slug=slug, key=key, _anchor="why")
    if section is None or found is None:
        flash(_("Saved. The change that you were asked about is no longer there."), "success")
        return redirect(back, 303)
    if "because" not in request.form:
        page = url_for(".cause", slug=slug, key=section.key, hunk=found)
        return redirect(page, 303)
    revision = curricula.get_draft(db.session, slug, viewer=current_actor())
    for point in points_with_equal_letters(db.session, chosen, offered):
        name_cause(
            db.session,
            revision,
            actor=current_actor(),
            section_key=section.key,
            kind=CauseKind.POINT,
            hunk=found,
            excerpt=hunks.words_of(section, found),
            point=point,
        )
    db.session.commit()
    flash(_("The reason is noted. It becomes public with the version."), "success")
    return redirect(back, 303)


def _not_noted(
    slug: str, key: str, form: SectionTextForm, rendered: Rendered, error: Invalid
) -> ResponseReturnValue:
    """The text is saved where it could be; what stood in the way is told above it."""
    db.only_read()
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    form.version.data = str(shown.version)
    form.reject(error)
    return section_page(revision, shown, form, rendered, 422)
