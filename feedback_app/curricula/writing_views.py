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
from feedback_app.core import clock
from feedback_app.core.errors import Invalid
from feedback_app.core.html import Mark, Rendered, highlight, render
from feedback_app.curricula import queries, services
from feedback_app.curricula.correcting import settle_correction
from feedback_app.curricula.desk_views import bp, compared_with_base, html_of, open_section
from feedback_app.curricula.drafting import SectionMoved, source_of
from feedback_app.curricula.forms import LONGEST_SOURCE, MergeForm, SectionTextForm
from feedback_app.curricula.merging import Side, put_together
from feedback_app.curricula.models import Revision, Section
from feedback_app.curricula.nesting import stretches
from feedback_app.curricula.queries import SectionRow
from feedback_app.curricula.states import last_saved_at
from feedback_app.curricula.wordings import put_wording, why_not
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.triage.queries import undecided_among, voices_by_section
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import hour

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
    form = SectionTextForm()
    if not form.is_submitted():
        revision, shown = open_section(slug, key, Permission.READ_DRAFT)
        return section_page(revision, shown, _fresh(shown))
    db.only_read()
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    rendered = render(form.source.data or "", key=key)
    if not form.validate():
        return section_page(revision, shown, form, rendered, 422)
    if "look" in request.form:
        return section_page(revision, shown, form, rendered)
    try:
        store(slug, key, form, rendered)
    except SectionMoved:
        return both_texts(slug, key, form)
    except Invalid as error:
        db.only_read()
        form.reject(error)
        revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
        return section_page(revision, shown, form, rendered, 422)
    flash(_("Saved."), "success")
    return redirect(url_for(".section", slug=slug, key=key), 303)


@bp.post("/authoring/<slug:slug>/sections/<key:key>/save")
@guarded(Permission.EDIT_DRAFT)
def save(slug: str, key: str) -> ResponseReturnValue:
    """Keep what is typed while it is typed; never over somebody else's words."""
    form = SectionTextForm()
    db.only_read()
    open_section(slug, key, Permission.EDIT_DRAFT)
    if not form.validate():
        return {"words": _first_error(form)}, 422
    rendered = render(form.source.data or "", key=key)
    try:
        store(slug, key, form, rendered)
    except SectionMoved:
        db.only_read()
        _revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
        return {
            "words": _("Not saved: somebody else saved this section while you were writing."),
            "version": shown.version,
            "title": shown.title,
            "source": source_of(shown),
        }, 409
    except Invalid as error:
        return {"words": _(error.sentence)}, 422
    db.only_read()
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    zone = revision.curriculum.department.time_zone
    drawn = _drawn(revision, shown, _fresh(shown))
    return {
        "words": _("Saved %(hour)s", hour=hour(clock.now(), zone)),
        "version": shown.version,
        "look": render_template("authoring/_look.html", **drawn),
        "beside": render_template("authoring/_beside.html", **drawn),
    }


@bp.post("/authoring/<slug:slug>/sections/<key:key>/preview")
@guarded(Permission.EDIT_DRAFT)
def preview(slug: str, key: str) -> ResponseReturnValue:
    """What residents would read, made by the same hand that publishes it; saves nothing."""
    form = SectionTextForm()
    db.only_read()
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    if not form.validate():
        return {"words": _first_error(form)}, 422
    rendered = render(form.source.data or "", key=key)
    return {
        "look": render_template(
            "authoring/_look.html", **_drawn(revision, shown, form, rendered)
        )
    }


@bp.post("/authoring/<slug:slug>/sections/<key:key>/merge")
@guarded(Permission.EDIT_DRAFT)
def merge(slug: str, key: str) -> ResponseReturnValue:
    """Make one text of two, paragraph by paragraph, and save it."""
    form = MergeForm()
    db.only_read()
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    if not form.validate():
        return _merge_page(revision, shown, form, 422)
    chosen = {}
    found = form.passages()
    for place, passage in enumerate(found):
        side = request.form.get(f"choice-{place}", passage.offered.value)
        chosen[place] = Side(side) if side in {each.value for each in Side} else Side.BOTH
    source = put_together(found, chosen)
    if len(source) > LONGEST_SOURCE:
        form.form_errors.append(_("This is too long for one section. Split it."))
        return _merge_page(revision, shown, form, 422)
    one = SectionTextForm(
        formdata=None,
        title=form.chosen_title(),
        source=source,
        version=form.version.data,
        began=form.theirs.data,
    )
    try:
        store(slug, key, one, render(source, key=key), correction=form.correction)
    except SectionMoved:
        return both_texts(slug, key, one)
    flash(_("Saved. Both texts are one now."), "success")
    return redirect(url_for(".section", slug=slug, key=key), 303)


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
    return _merge_page(revision, shown, form, 200)


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
        store(slug, key, form, render(changed, key=key))
    except SectionMoved:
        return both_texts(slug, key, form)
    flash(_("The suggested words are in the text now."), "success")
    return redirect(url_for(".section", slug=slug, key=key), 303)


def store(
    slug: str,
    key: str,
    form: SectionTextForm,
    rendered: Rendered,
    *,
    correction: int | None = None,
) -> None:
    """The writing unit: begun after all that is slow, over in a moment."""
    db.let_go()
    _revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    services.edit_section(
        db.session,
        shown,
        actor=current_actor(),
        version=form.seen,
        title=form.title.data or "",
        source=form.source.data or "",
        rendered=rendered,
    )
    if correction is not None:
        settle_correction(
            db.session,
            shown,
            actor=current_actor(),
            version=shown.version,
            number=correction,
        )
    db.session.commit()


def _fresh(shown: Section) -> SectionTextForm:
    source = source_of(shown)
    return SectionTextForm(
        formdata=None,
        title=shown.title,
        source=source,
        began=source,
        version=str(shown.version),
    )


def _first_error(form: SectionTextForm) -> str:
    errors = [*form.form_errors, *(each for field in form for each in field.errors)]
    return str(_("Not saved: %(why)s", why=" ".join(_(str(each)) for each in errors[:2])))


def both_texts(slug: str, key: str, mine: SectionTextForm) -> ResponseReturnValue:
    """Both texts, and for each place where they part the choice of whose words are taken."""
    db.only_read()
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    form = MergeForm(
        formdata=None,
        version=str(shown.version),
        title_mine=mine.title.data,
        title_theirs=shown.title,
        mine=mine.source.data,
        theirs=source_of(shown),
        began=mine.began.data,
        title=Side.MINE.value,
    )
    return _merge_page(revision, shown, form, 409)


def _merge_page(
    revision: Revision, shown: Section, form: MergeForm, status: int
) -> ResponseReturnValue:
    form.title.choices = {
        Side.MINE.value: form.title_mine.data or "",
        Side.THEIRS.value: form.title_theirs.data or "",
    }
    found = form.passages()
    page = render_template(
        "authoring/merge.html",
        curriculum=revision.curriculum,
        revision=revision,
        section=shown,
        form=form,
        passages=found,
        parted=sum(not passage.is_same for passage in found),
        chosen={n: request.form.get(f"choice-{n}") for n in range(len(found))},
        who=shown.changed_by.name if shown.changed_by else "",
    )
    return page, status


def section_page(
    revision: Revision,
    shown: Section,
    form: SectionTextForm,
    rendered: Rendered | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    sections = queries.outline(db.session, revision.id, words=False)
    page = render_template(
        "authoring/section.html",
        sections=sections,
        next_section=_after(sections, shown.key),
        row=next(each for each in sections if each.key == shown.key),
        saved_at=last_saved_at(db.session, revision, shown.key),
        form=form,
        voices=voices_by_section(db.session, revision, current_actor()),
        **_drawn(revision, shown, form, rendered, sections),
    )
    return page, status


def _drawn(
    revision: Revision,
    shown: Section,
    form: SectionTextForm,
    rendered: Rendered | None = None,
    sections: Sequence[SectionRow] = (),
) -> dict[str, Any]:
    """What the look at a section and its margin need."""
    viewer = current_actor()
    sections = sections or queries.outline(db.session, revision.id, words=False)
    compared = compared_with_base(revision, key=shown.key, rendered=rendered)
    changed = next((c for c in compared.changed if c.new_key == shown.key), None)
    text = rendered.text if rendered and not shown.is_withheld else None
    beside = beside_section(db.session, revision, shown.key, viewer, text=text)
    return {
        "curriculum": revision.curriculum,
        "revision": revision,
        "section": shown,
        "html": _marked(rendered.html if rendered else html_of(shown), shown, beside),
        "is_preview": rendered is not None,
        "comparison": changed,
        "drawn": stretches(changed.blocks) if changed else [],
        "labels": {each.key: _("section %(number)s", number=each.number) for each in sections},
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
