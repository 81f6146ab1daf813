"""The pages of one section of a draft: its beginning, its place, its parts, its end."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.core.errors import Invalid
from feedback_app.curricula import queries, services
from feedback_app.curricula.desk_views import bp, html_of, open_section
from feedback_app.curricula.forms import (
    BEGINNING,
    MoveForm,
    NewSectionForm,
    VersionedForm,
)
from feedback_app.curricula.numbering import subtree
from feedback_app.curricula.queries import SectionRow
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.web.identity import current_actor, guarded


@bp.route("/authoring/<slug:slug>/sections/new", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def new_section(slug: str) -> ResponseReturnValue:
    """Add a section after another one."""
    revision = queries.get_draft(db.session, slug, viewer=current_actor())
    policy.require(current_actor(), Permission.EDIT_DRAFT, revision)
    sections = queries.outline(db.session, revision.id, words=False)
    last = sections[-1].key if sections else None
    form = NewSectionForm(after=request.args.get("after") or last)
    form.after.choices = _places(sections)
    if form.validate_on_submit():
        try:
            added = services.add_section(
                db.session,
                revision,
                form.section(),
                actor=current_actor(),
                after=None if form.after.data == BEGINNING else form.after.data,
            )
            if form.after.data == BEGINNING and sections:
                services.move_section(
                    db.session, added, actor=current_actor(), version=added.version, after=None
                )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The section is in the draft."), "success")
            return redirect(url_for(".section", slug=slug, key=added.key), 303)
    status = 422 if form.errors else 200
    page = render_template(
        "authoring/new_section.html",
        curriculum=revision.curriculum,
        revision=revision,
        form=form,
    )
    return page, status


@bp.route("/authoring/<slug:slug>/sections/<key:key>/move", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def move(slug: str, key: str) -> ResponseReturnValue:
    """Put a section, with all below it, somewhere else."""
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    sections = queries.outline(db.session, revision.id, words=False)
    at = next(n for n, row in enumerate(sections) if row.key == key)
    own = subtree([row.level for row in sections], at)
    others = [row for n, row in enumerate(sections) if n not in own]
    form = MoveForm(
        data={
            "after": sections[at - 1].key if at else BEGINNING,
            "level": shown.level,
            "version": str(shown.version),
        }
    )
    form.after.choices = _places(others)
    if form.validate_on_submit():
        try:
            services.move_section(
                db.session,
                shown,
                actor=current_actor(),
                version=form.seen,
                after=form.place,
                level=form.level.data,
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The section stands in its new place."), "success")
            return redirect(url_for(".draft", slug=slug), 303)
    status = 422 if form.errors else 200
    page = render_template(
        "authoring/move.html",
        curriculum=revision.curriculum,
        revision=revision,
        row=sections[at],
        below=len(own) - 1,
        form=form,
    )
    return page, status


@bp.route("/authoring/<slug:slug>/sections/<key:key>/remove", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def remove(slug: str, key: str) -> ResponseReturnValue:
    """Take a section out of the draft, after one look at what would be gone."""
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    form = VersionedForm(data={"version": str(shown.version)})
    if form.validate_on_submit():
        services.remove_section(db.session, shown, actor=current_actor(), version=form.seen)
        db.session.commit()
        flash(_("“%(title)s” is no longer in the draft.", title=shown.title), "success")
        return redirect(url_for(".draft", slug=slug), 303)
    status = 422 if form.errors else 200
    page = render_template(
        "authoring/remove.html",
        curriculum=revision.curriculum,
        revision=revision,
        section=shown,
        html=html_of(shown),
        form=form,
    )
    return page, status


def _places(sections: Sequence[SectionRow]) -> dict[str, str]:
    return {BEGINNING: _("At the beginning")} | {
        row.key: _("After %(number)s %(title)s", number=row.number, title=row.title)
        for row in sections
    }
