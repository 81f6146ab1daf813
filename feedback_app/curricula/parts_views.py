"""Dividing a section of a draft and joining two; first it is said where their comments go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.comments.anchors import SectionText
from feedback_app.comments.beside import Fate, fates
from feedback_app.comments.placements import texts_of
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.html import render
from feedback_app.curricula import queries, services
from feedback_app.curricula.desk_views import bp, open_section
from feedback_app.curricula.drafting import SectionMoved, source_of
from feedback_app.curricula.forms import LONGEST_SOURCE, JoinForm, SplitForm
from feedback_app.curricula.joining import join_sections
from feedback_app.curricula.models import Revision, Section
from feedback_app.exchange import document
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.web.identity import current_actor, guarded

_SECOND = "second"


@dataclass(frozen=True)
class ShownFates:
    """The comments that will stand in one place; `title` is empty where they are lost."""

    title: str
    comments: Sequence[Fate]


@bp.route("/authoring/<slug:slug>/sections/<key:key>/split", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def split(slug: str, key: str) -> ResponseReturnValue:
    """Cut a section in two; the first part keeps its key and facts."""
    form = SplitForm()
    if form.is_submitted():
        db.only_read()
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    blocks = document.blocks(source_of(shown))
    form.at.choices = {
        str(n): _shortened(render(block).text) for n, block in enumerate(blocks) if n
    }
    if not form.is_submitted():
        form.version.data = str(shown.version)
        return _split_page(revision, shown, form)
    if not form.validate():
        return _split_page(revision, shown, form, status=422)
    whole = document.Document(
        title="", sections=(document.SectionDraft(title=shown.title, source=source_of(shown)),)
    )
    title = form.title.data or ""
    first, second = document.split(whole, 0, int(form.at.data), title).sections
    rendered = render(first.source, key=key)
    if "look" in request.form:
        proposed = []
        for each in texts_of(db.session, revision.id):
            if each.key == key:
                proposed.append(replace(each, text=rendered.text))
                proposed.append(SectionText(_SECOND, title, render(second.source).text))
            else:
                proposed.append(each)
        return _split_page(revision, shown, form, _fates(revision, [key], proposed))
    fresh = services.new_section(title=title, source=second.source, kind=shown.kind)
    db.let_go()
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    try:
        added = services.split_section(
            db.session,
            shown,
            actor=current_actor(),
            version=form.seen,
            source=first.source,
            rendered=rendered,
            second=fresh,
        )
    except SectionMoved:
        return _moved(slug, key, form)
    db.session.commit()
    flash(_("The section is in two parts now."), "success")
    return redirect(url_for(".section", slug=slug, key=added.key), 303)


def _moved(slug: str, key: str, form: SplitForm) -> ResponseReturnValue:
    """The page once more, with the paragraphs as they are now."""
    db.only_read()
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    blocks = document.blocks(source_of(shown))
    form.at.choices = {
        str(n): _shortened(render(block).text) for n, block in enumerate(blocks) if n
    }
    form.version.data = str(shown.version)
    return _split_page(revision, shown, form, status=409)


def _split_page(
    revision: Revision,
    shown: Section,
    form: SplitForm,
    found: Sequence[ShownFates] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "authoring/split.html",
        curriculum=revision.curriculum,
        revision=revision,
        section=shown,
        form=form,
        fates=found,
        is_stale=status == 409,
    )
    return page, status


@bp.route("/authoring/<slug:slug>/sections/<key:key>/join", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def join(slug: str, key: str) -> ResponseReturnValue:
    """Put the section that follows into this one."""
    form = JoinForm()
    if form.is_submitted():
        db.only_read()
    revision, shown, second = _two(slug, key)
    if second is None:
        return _join_page(revision, shown, None, form)
    if not form.is_submitted():
        form = _fresh_join(shown, second)
    elif not form.validate():
        return _join_page(revision, shown, second, form, status=422)
    source = _joined(shown, second, with_heading=bool(form.keeps_heading.data))
    if len(source) > LONGEST_SOURCE:
        form.form_errors.append(_("This is too long for one section. Split it."))
        return _join_page(revision, shown, second, form, status=422)
    rendered = render(source, key=key)
    if not form.is_submitted() or "look" in request.form:
        proposed = [
            SectionText(key, form.title.data or "", rendered.text) if each.key == key else each
            for each in texts_of(db.session, revision.id)
            if each.key != second.key
        ]
        found = _fates(revision, [key, second.key], proposed)
        return _join_page(revision, shown, second, form, found)
    db.let_go()
    revision, shown, second = _two(slug, key)
    try:
        if second is None:
            raise SectionMoved
        join_sections(
            db.session,
            shown,
            second,
            actor=current_actor(),
            version=form.seen,
            second_version=form.second_seen,
            title=form.title.data or "",
            source=source,
            rendered=rendered,
        )
    except (SectionMoved, Invalid) as error:
        db.only_read()
        revision, shown, second = _two(slug, key)
        if second is not None and isinstance(error, SectionMoved):
            form.version.data = str(shown.version)
            form.second_version.data = str(second.version)
            return _join_page(revision, shown, second, form, status=409)
        if isinstance(error, Invalid):
            form.reject(error)
        return _join_page(revision, shown, second, form, status=422)
    db.session.commit()
    flash(_("The two sections are one now."), "success")
    return redirect(url_for(".section", slug=slug, key=key), 303)


def _two(slug: str, key: str) -> tuple[Revision, Section, Section | None]:
    """A section and the one that follows it in the draft."""
    revision, shown = open_section(slug, key, Permission.EDIT_DRAFT)
    keys = [row.key for row in queries.outline(db.session, revision.id, words=False)]
    after = keys[keys.index(key) + 1 :][:1]
    try:
        second = queries.get_section(db.session, revision, after[0]) if after else None
    except NotFound:
        second = None
    return revision, shown, second


def _fresh_join(shown: Section, second: Section) -> JoinForm:
    return JoinForm(
        formdata=None,
        version=str(shown.version),
        second_version=str(second.version),
        title=shown.title,
        keeps_heading=True,
    )


def _joined(shown: Section, second: Section, *, with_heading: bool) -> str:
    both = document.Document(
        title="",
        sections=tuple(
            document.SectionDraft(title=each.title, source=source_of(each))
            for each in (shown, second)
        ),
    )
    return document.join(both, 1, with_heading=with_heading).sections[0].source


def _join_page(
    revision: Revision,
    shown: Section,
    second: Section | None,
    form: JoinForm,
    found: Sequence[ShownFates] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "authoring/join.html",
        curriculum=revision.curriculum,
        revision=revision,
        section=shown,
        second=second,
        form=form,
        fates=found,
        is_stale=status == 409,
    )
    return page, status


def _fates(
    revision: Revision, keys: Sequence[str], proposed: Sequence[SectionText]
) -> list[ShownFates]:
    """Comments by where they will stand, in the order of the draft; lost ones last."""
    found = fates(db.session, revision, keys, proposed, current_actor())
    shown = [
        ShownFates(each.title, [fate for fate in found if fate.section_key == each.key])
        for each in proposed
    ]
    shown.append(ShownFates("", [fate for fate in found if fate.section_key is None]))
    return [each for each in shown if each.comments]


def _shortened(text: str, most: int = 160) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + " …"
