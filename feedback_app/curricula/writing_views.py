"""The page on which a section is written: its words, a look at them, its comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from feedback_app import policy
from feedback_app.comments.beside import Beside, beside_section
from feedback_app.core.html import Mark, Rendered, highlight, render
from feedback_app.curricula import queries, services
from feedback_app.curricula.desk_views import bp, open_section
from feedback_app.curricula.drafting import SectionMoved, source_of
from feedback_app.curricula.forms import MergeForm, SectionTextForm
from feedback_app.curricula.manuscript_views import (
    Manuscript,
    both_texts,
    look_at_typed,
    look_of,
    merge_page,
    merge_texts,
    save_typed,
    store,
    write_section,
)
from feedback_app.curricula.merging import Side
from feedback_app.curricula.models import Revision, Section
from feedback_app.curricula.queries import SectionRow
from feedback_app.curricula.restoring import restore_state
from feedback_app.curricula.states import last_saved_at
from feedback_app.curricula.wordings import put_wording, why_not
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.triage.queries import undecided_among, voices_by_section
from feedback_app.web.identity import current_actor, guarded

MOST_BESIDE = 60


@dataclass(frozen=True)
class BesideSection:
    """A comment in the margin of the text; `why_not` says why its wording needs a hand."""

    each: Beside
    is_undecided: bool
    why_not: str | None


@bp.route("/authoring/<slug:slug>/sections/<key:key>", methods=["GET", "POST"])
@guarded(Permission.READ_DRAFT)
def section(slug: str, key: str) -> ResponseReturnValue:
    """One section beside its comments: write, look, save."""
    return write_section(DRAFT, slug, key)


@bp.post("/authoring/<slug:slug>/sections/<key:key>/save")
@guarded(Permission.EDIT_DRAFT)
def save(slug: str, key: str) -> ResponseReturnValue:
    """Keep what is typed while it is typed."""
    return save_typed(DRAFT, slug, key)


@bp.post("/authoring/<slug:slug>/sections/<key:key>/preview")
@guarded(Permission.EDIT_DRAFT)
def preview(slug: str, key: str) -> ResponseReturnValue:
    """What residents would read; saves nothing."""
    return look_at_typed(DRAFT, slug, key)


@bp.post("/authoring/<slug:slug>/sections/<key:key>/merge")
@guarded(Permission.EDIT_DRAFT)
def merge(slug: str, key: str) -> ResponseReturnValue:
    """Make one text of two."""
    return merge_texts(DRAFT, slug, key)


@bp.get("/authoring/<slug:slug>/sections/<key:key>/corrected")
@guarded(Permission.EDIT_DRAFT)
def corrected(slug: str, key: str) -> ResponseReturnValue:
    """The draft's words beside those of an urgent correction that changed them underneath."""
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    if shown.corrected_in is None:
        return redirect(url_for(".section", slug=slug, key=key), 303)
    viewer = current_actor()
    number = shown.corrected_in
    correction = queries.get_revision(db.session, revision.curriculum, number, viewer=viewer)
    assert correction.base is not None
    new, old = (
        queries.get_section(db.session, each, key) for each in (correction, correction.base)
    )
    form = MergeForm(
        formdata=None,
        version=str(shown.version),
        title_mine=shown.title,
        title_theirs=shown.title,
        mine=source_of(shown),
        theirs=source_of(new),
        began=source_of(old),
        corrected=str(number),
        title=Side.MINE.value,
    )
    return merge_page(DRAFT, revision, shown, form, 200)


@bp.post("/authoring/<slug:slug>/sections/<key:key>/wording")
@guarded(Permission.EDIT_DRAFT)
def wording(slug: str, key: str) -> ResponseReturnValue:
    """Put a resident's suggested wording where the words it speaks of stand, and save.

    What was typed meanwhile comes along with the form and is kept.
    """
    form = SectionTextForm()
    db.only_read()
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    source = form.source.data or ""
    if not form.validate():
        return section_page(revision, shown, form, render(source, key=key), 422)
    named = request.form.get("comment")
    beside = beside_section(db.session, revision, key, current_actor())
    said = next((each for each in beside if each.card.public_id == named), None)
    words = (said.suggested_wording or "") if said else ""
    changed = put_wording(source, said.exact, words) if said else None
    if changed is None:
        form.form_errors.append(
            _("These words do not stand in the text exactly once. Please put them in by hand.")
        )
        return section_page(revision, shown, form, render(source, key=key), 422)
    form.source.data = changed
    try:
        store(DRAFT, slug, key, form, render(changed, key=key))
    except SectionMoved:
        return both_texts(DRAFT, slug, key, form)
    flash(_("The suggested words are in the text now."), "success")
    return redirect(url_for(".section", slug=slug, key=key), 303)


def section_page(
    revision: Revision,
    shown: Section,
    form: SectionTextForm,
    rendered: Rendered | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    drawn = _drawn(revision, shown, form, rendered)
    sections = drawn["sections"]
    page = render_template(
        "authoring/section.html",
        next_section=_after(sections, shown.key),
        row=next(each for each in sections if each.key == shown.key),
        saved_at=last_saved_at(db.session, revision, shown.key),
        form=form,
        voices=voices_by_section(db.session, revision, current_actor()),
        **drawn,
    )
    return page, status


def _drawn(
    revision: Revision,
    shown: Section,
    form: SectionTextForm,
    rendered: Rendered | None = None,
) -> dict[str, Any]:
    """What the look at a section and its margin need."""
    viewer = current_actor()
    drawn = look_of(revision, shown, rendered)
    text = rendered.text if rendered and not shown.is_withheld else None
    beside = beside_section(db.session, revision, shown.key, viewer, text=text)
    return drawn | {
        "html": _marked(drawn["html"], shown, beside),
        "beside": _ordered(beside, form.source.data or ""),
        "most_beside": MOST_BESIDE,
        "writes": policy.allows(viewer, Permission.EDIT_DRAFT, revision),
    }


def _ordered(beside: Sequence[Beside], source: str) -> list[BesideSection]:
    """Undecided ones first, and among them those whose words are about to be written."""
    undecided = undecided_among(db.session, {each.card.id for each in beside})
    found = [
        BesideSection(
            each,
            each.card.id in undecided,
            why_not(
                source,
                each.exact,
                each.suggested_wording,
                is_placed=each.start is not None,
            )
            if each.suggested_wording
            else None,
        )
        for each in beside
    ]
    return sorted(found, key=lambda one: not one.is_undecided)


def _marked(html: Markup, shown: Section, beside: Sequence[Beside]) -> Markup:
    """The quotes of the comments in the margin, each leading to its comment."""
    if shown.is_withheld:
        return html
    marks = [
        Mark(
            each.start,
            each.end,
            css_class="q",
            id=f"q-{each.card.public_id}",
            href=f"#c-{each.card.public_id}",
            label=_("Comment by %(name)s", name=each.card.name or _("Unnamed")),
        )
        for each in beside
        if each.start is not None and each.end is not None
    ]
    return highlight(html, marks)


def _after(sections: Sequence[SectionRow], key: str) -> SectionRow | None:
    at = next(n for n, row in enumerate(sections) if row.key == key)
    return sections[at + 1] if at + 1 < len(sections) else None


DRAFT = Manuscript(
    section="authoring.section",
    merge="authoring.merge",
    states="authoring.states",
    state="authoring.state",
    find=lambda slug: queries.get_draft(db.session, slug, viewer=current_actor()),
    edit=services.edit_section,
    restore=restore_state,
    page=section_page,
    drawn=_drawn,
)
