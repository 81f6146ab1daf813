"""The pages of one section of a draft: its words, its place, its end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.comments import queries as comments
from feedback_app.core.errors import Invalid
from feedback_app.core.html import Rendered, render
from feedback_app.curricula import queries, services
from feedback_app.curricula.comparison import Block, WordChange
from feedback_app.curricula.desk_views import bp, compared_with_base
from feedback_app.curricula.drafting import SectionMoved
from feedback_app.curricula.forms import (
    BEGINNING,
    MoveForm,
    NewSectionForm,
    SectionTextForm,
    SplitForm,
    VersionedForm,
)
from feedback_app.curricula.models import Revision, Section
from feedback_app.curricula.numbering import subtree
from feedback_app.curricula.queries import SectionRow
from feedback_app.curricula.wordings import put_wording
from feedback_app.exchange import document
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.web.identity import current_actor, guarded


@bp.route("/authoring/<slug:slug>/sections/<key:key>", methods=["GET", "POST"])
@guarded(Permission.READ_DRAFT)
def section(slug: str, key: str) -> ResponseReturnValue:
    """One section beside its comments: write, look, save."""
    form = SectionTextForm()
    if not form.is_submitted():
        revision, shown = _section(slug, key, Permission.READ_DRAFT)
        form = SectionTextForm(
            data={
                "title": shown.title,
                "source": source_of(shown),
                "version": str(shown.version),
            }
        )
        return _page(revision, shown, form)
    db.let_go()
    rendered = render(form.source.data or "", key=key)
    revision, shown = _section(slug, key, Permission.EDIT_DRAFT)
    if not form.validate():
        return _page(revision, shown, form, rendered, 422)
    if "look" in request.form:
        return _page(revision, shown, form, rendered)
    try:
        services.edit_section(
            db.session,
            shown,
            actor=current_actor(),
            version=form.seen,
            title=form.title.data or "",
            source=form.source.data or "",
            rendered=rendered,
        )
    except SectionMoved:
        return _moved_on(slug, key, form, rendered)
    except Invalid as error:
        form.reject(error)
        return _page(revision, shown, form, rendered, 422)
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for(".section", slug=slug, key=key), 303)


def _moved_on(
    slug: str, key: str, form: SectionTextForm, rendered: Rendered
) -> ResponseReturnValue:
    """Both texts; sent once more, the author's own replaces the other."""
    db.let_go()
    revision, shown = _section(slug, key, Permission.EDIT_DRAFT)
    form.version.data = str(shown.version)
    return _page(revision, shown, form, rendered, 409)


def _page(
    revision: Revision,
    shown: Section,
    form: SectionTextForm,
    rendered: Rendered | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    viewer = current_actor()
    sections = queries.outline(db.session, revision.id, words=False)
    row = next(each for each in sections if each.key == shown.key)
    compared = compared_with_base(revision, key=shown.key, rendered=rendered)
    changed = next((c for c in compared.changed if c.new_key == shown.key), None)
    beside = comments.beside_section(db.session, revision, shown.key, viewer)
    source = form.source.data or ""
    page = render_template(
        "authoring/section.html",
        curriculum=revision.curriculum,
        revision=revision,
        section=shown,
        row=row,
        sections=sections,
        next_section=_after(sections, shown.key),
        form=form,
        html=rendered.html if rendered else html_of(shown),
        is_preview=rendered is not None,
        theirs=source_of(shown) if status == 409 else None,
        comparison=changed,
        drawn=_drawn(changed.blocks) if changed else [],
        labels={each.key: _("section %(number)s", number=each.number) for each in sections},
        beside=beside,
        fitting={
            each.card.public_id
            for each in beside
            if put_wording(source, each.exact, each.suggested_wording or "") is not None
        },
        wording_form=VersionedForm(formdata=None, version=str(shown.version)),
        writes=policy.allows(viewer, Permission.EDIT_DRAFT, revision),
    )
    return page, status


@bp.post("/authoring/<slug:slug>/sections/<key:key>/wording")
@guarded(Permission.EDIT_DRAFT)
def wording(slug: str, key: str) -> ResponseReturnValue:
    """Put a resident's suggested wording where the words it speaks of stand."""
    form = VersionedForm()
    revision, shown = _section(slug, key, Permission.EDIT_DRAFT)
    beside = comments.beside_section(db.session, revision, key, current_actor())
    named = request.form.get("comment")
    said = next((each for each in beside if each.card.public_id == named), None)
    back = redirect(url_for(".section", slug=slug, key=key), 303)
    if not form.validate():
        flash(_("This page had expired. Nothing was changed; please try again."), "error")
        return back
    changed = None
    if said is not None:
        changed = put_wording(source_of(shown), said.exact, said.suggested_wording or "")
    if changed is None:
        flash(_("These words no longer stand there once. Please put them in by hand."), "error")
        return back
    services.edit_section(
        db.session,
        shown,
        actor=current_actor(),
        version=form.seen,
        title=shown.title,
        source=changed,
        rendered=render(changed, key=key),
    )
    db.session.commit()
    flash(_("The suggested words are in the text now."), "success")
    return back


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
    revision, shown = _section(slug, key, Permission.EDIT_DRAFT)
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


@bp.route("/authoring/<slug:slug>/sections/<key:key>/split", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def split(slug: str, key: str) -> ResponseReturnValue:
    """Cut a section in two; the first part keeps its comments."""
    revision, shown = _section(slug, key, Permission.EDIT_DRAFT)
    whole = document.Document(
        title="", sections=(document.SectionDraft(title=shown.title, source=source_of(shown)),)
    )
    blocks = document.blocks(source_of(shown))
    form = SplitForm(data={"version": str(shown.version)})
    form.at.choices = {
        str(n): _shortened(render(block).text) for n, block in enumerate(blocks) if n
    }
    if form.validate_on_submit():
        parts = document.split(whole, 0, int(form.at.data), form.title.data or "").sections
        added = services.split_section(
            db.session,
            shown,
            actor=current_actor(),
            version=form.seen,
            source=parts[0].source,
            rendered=render(parts[0].source, key=key),
            second=services.new_section(
                title=form.title.data or "", source=parts[1].source, kind=shown.kind
            ),
        )
        db.session.commit()
        flash(_("The section is in two parts now."), "success")
        return redirect(url_for(".section", slug=slug, key=added.key), 303)
    status = 422 if form.errors else 200
    page = render_template(
        "authoring/split.html",
        curriculum=revision.curriculum,
        revision=revision,
        section=shown,
        form=form,
    )
    return page, status


@bp.route("/authoring/<slug:slug>/sections/<key:key>/remove", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def remove(slug: str, key: str) -> ResponseReturnValue:
    """Take a section out of the draft, after one look at what would be gone."""
    revision, shown = _section(slug, key, Permission.EDIT_DRAFT)
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


def _section(slug: str, key: str, permission: Permission) -> tuple[Revision, Section]:
    revision = queries.get_draft(db.session, slug, viewer=current_actor())
    policy.require(current_actor(), permission, revision)
    return revision, queries.get_section(db.session, revision, key)


def source_of(section: Section) -> str:
    """What its author writes: the passage itself, also when the public sees a placeholder."""
    return section.passage.source if section.passage is not None else section.source


def html_of(section: Section) -> Any:
    return section.passage.html if section.passage is not None else section.html


def _drawn(blocks: Sequence[Block]) -> list[tuple[bool, list[Block]]]:
    """Blocks in runs, so that a page folds what did not change."""
    runs = groupby(blocks, key=lambda block: block.kind is WordChange.UNCHANGED)
    return [(unchanged, list(run)) for unchanged, run in runs]


def _places(sections: Sequence[SectionRow]) -> dict[str, str]:
    return {BEGINNING: _("At the beginning")} | {
        row.key: _("After %(number)s %(title)s", number=row.number, title=row.title)
        for row in sections
    }


def _after(sections: Sequence[SectionRow], key: str) -> SectionRow | None:
    at = next(n for n, row in enumerate(sections) if row.key == key)
    return sections[at + 1] if at + 1 < len(sections) else None


def _shortened(text: str, most: int = 160) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + " …"
