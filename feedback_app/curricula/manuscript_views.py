"""Writing at a text that is not published: saved while typing, merged, never written over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.errors import Invalid
from feedback_app.core.html import Rendered, render
from feedback_app.curricula import queries
from feedback_app.curricula.correcting import settle_correction
from feedback_app.curricula.desk_views import compared_with_base, html_of
from feedback_app.curricula.drafting import SectionMoved, source_of
from feedback_app.curricula.forms import LONGEST_SOURCE, MergeForm, SectionTextForm
from feedback_app.curricula.merging import Side, put_together
from feedback_app.curricula.models import Revision, Section
from feedback_app.curricula.nesting import stretches
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.web.identity import current_actor
from feedback_app.web.templating import hour

Page = Callable[[Revision, Section, SectionTextForm, Rendered | None, int], ResponseReturnValue]
Drawn = Callable[[Revision, Section, SectionTextForm, Rendered | None], Mapping[str, Any]]


@dataclass(frozen=True)
class Manuscript:
    """A text that authors write at: the working draft, or an urgent correction beside it.

    `section` to `state` name its pages, `edit` and `restore` keep its own rule of what may
    change; how words are saved, merged and brought back is the same for both.
    """

    section: str
    merge: str
    states: str
    state: str
    find: Callable[[str], Revision]
    edit: Callable[..., None]
    restore: Callable[..., Section]
    page: Page
    drawn: Drawn
    has_title: bool = True

    def open(self, slug: str, permission: Permission) -> Revision:
        revision = self.find(slug)
        policy.require(current_actor(), permission, revision)
        return revision

    def open_section(
        self, slug: str, key: str, permission: Permission
    ) -> tuple[Revision, Section]:
        revision = self.open(slug, permission)
        return revision, queries.get_section(db.session, revision, key)


def write_section(text: Manuscript, slug: str, key: str) -> ResponseReturnValue:
    """One section: write, look, save."""
    form = SectionTextForm()
    if not form.is_submitted():
        revision, shown = text.open_section(slug, key, Permission.READ_DRAFT)
        return text.page(revision, shown, fresh(shown), None, 200)
    db.only_read()
    revision, shown = text.open_section(slug, key, Permission.EDIT_DRAFT)
    rendered = render(form.source.data or "", key=key)
    if not form.validate():
        return text.page(revision, shown, form, rendered, 422)
    if "look" in request.form:
        return text.page(revision, shown, form, rendered, 200)
    try:
        store(text, slug, key, form, rendered)
    except SectionMoved:
        return both_texts(text, slug, key, form)
    except Invalid as error:
        db.only_read()
        form.reject(error)
        revision, shown = text.open_section(slug, key, Permission.EDIT_DRAFT)
        return text.page(revision, shown, form, rendered, 422)
    flash(_("Saved."), "success")
    return redirect(url_for(text.section, slug=slug, key=key), 303)


def save_typed(text: Manuscript, slug: str, key: str) -> ResponseReturnValue:
    """Keep what is typed while it is typed; never over somebody else's words."""
    form = SectionTextForm()
    db.only_read()
    text.open_section(slug, key, Permission.EDIT_DRAFT)
    if not form.validate():
        return {"words": _first_error(form)}, 422
    rendered = render(form.source.data or "", key=key)
    try:
        store(text, slug, key, form, rendered)
    except SectionMoved:
        db.only_read()
        _revision, shown = text.open_section(slug, key, Permission.EDIT_DRAFT)
        return {
            "words": _("Not saved: somebody else saved this section while you were writing."),
            "version": shown.version,
            "title": shown.title,
            "source": source_of(shown),
        }, 409
    except Invalid as error:
        form.reject(error)
        return {"words": _first_error(form)}, 422
    db.only_read()
    revision, shown = text.open_section(slug, key, Permission.EDIT_DRAFT)
    zone = revision.curriculum.department.time_zone
    drawn = text.drawn(revision, shown, fresh(shown), None)
    answer = {
        "words": _("Saved %(hour)s", hour=hour(clock.now(), zone)),
        "version": shown.version,
        "look": render_template("authoring/_look.html", **drawn),
    }
    if "beside" in drawn:
        answer["beside"] = render_template("authoring/_beside.html", **drawn)
    return answer


def look_at_typed(text: Manuscript, slug: str, key: str) -> ResponseReturnValue:
    """What residents would read, made by the same hand that publishes it; saves nothing."""
    form = SectionTextForm()
    db.only_read()
    revision, shown = text.open_section(slug, key, Permission.EDIT_DRAFT)
    if not form.validate():
        return {"words": _first_error(form)}, 422
    drawn = text.drawn(revision, shown, form, render(form.source.data or "", key=key))
    return {"look": render_template("authoring/_look.html", **drawn)}


def merge_texts(text: Manuscript, slug: str, key: str) -> ResponseReturnValue:
    """Make one text of two, paragraph by paragraph, and save it."""
    form = MergeForm()
    db.only_read()
    revision, shown = text.open_section(slug, key, Permission.EDIT_DRAFT)
    if not form.validate():
        return merge_page(text, revision, shown, form, 422)
    chosen = {}
    found = form.passages()
    for place, passage in enumerate(found):
        side = request.form.get(f"choice-{place}", passage.offered.value)
        chosen[place] = Side(side) if side in {each.value for each in Side} else Side.BOTH
    source = put_together(found, chosen)
    if len(source) > LONGEST_SOURCE:
        form.form_errors.append(_("This is too long for one section. Split it."))
        return merge_page(text, revision, shown, form, 422)
    one = SectionTextForm(
        formdata=None,
        title=form.chosen_title(),
        source=source,
        version=form.version.data,
        began=form.theirs.data,
    )
    try:
        store(text, slug, key, one, render(source, key=key), correction=form.correction)
    except SectionMoved:
        return both_texts(text, slug, key, one)
    except Invalid as error:
        db.only_read()
        form.form_errors.append(_(error.sentence, **error.values))
        revision, shown = text.open_section(slug, key, Permission.EDIT_DRAFT)
        return merge_page(text, revision, shown, form, 422)
    flash(_("Saved. Both texts are one now."), "success")
    return redirect(url_for(text.section, slug=slug, key=key), 303)


def store(
    text: Manuscript,
    slug: str,
    key: str,
    form: SectionTextForm,
    rendered: Rendered,
    *,
    correction: int | None = None,
) -> None:
    """The writing unit: begun after all that is slow, over in a moment."""
    db.let_go()
    _revision, shown = text.open_section(slug, key, Permission.EDIT_DRAFT)
    text.edit(
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


def fresh(shown: Section) -> SectionTextForm:
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


def both_texts(
    text: Manuscript, slug: str, key: str, mine: SectionTextForm
) -> ResponseReturnValue:
    """Both texts, and for each place where they part the choice of whose words are taken."""
    db.only_read()
    revision, shown = text.open_section(slug, key, Permission.EDIT_DRAFT)
    form = MergeForm(
        formdata=None,
        version=str(shown.version),
        title_mine=mine.title.data if text.has_title else shown.title,
        title_theirs=shown.title,
        mine=mine.source.data,
        theirs=source_of(shown),
        began=mine.began.data,
        title=Side.MINE.value,
    )
    return merge_page(text, revision, shown, form, 409)


def merge_page(
    text: Manuscript, revision: Revision, shown: Section, form: MergeForm, status: int
) -> ResponseReturnValue:
    form.title.choices = {
        Side.MINE.value: form.title_mine.data or "",
        Side.THEIRS.value: form.title_theirs.data or "",
    }
    found = form.passages()
    page = render_template(
        "authoring/merge.html",
        text=text,
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


def look_of(
    revision: Revision, shown: Section, rendered: Rendered | None = None
) -> dict[str, Any]:
    """What the look at a section needs: its words, and what is new against the base."""
    sections = queries.outline(db.session, revision.id, words=False)
    compared = compared_with_base(revision, key=shown.key, rendered=rendered)
    changed = next((c for c in compared.changed if c.new_key == shown.key), None)
    return {
        "curriculum": revision.curriculum,
        "revision": revision,
        "section": shown,
        "sections": sections,
        "html": rendered.html if rendered else html_of(shown),
        "is_preview": rendered is not None,
        "comparison": changed,
        "drawn": stretches(changed.blocks) if changed else [],
        "labels": {each.key: _("section %(number)s", number=each.number) for each in sections},
    }
