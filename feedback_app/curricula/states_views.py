"""The saved states of a draft: what was changed when, by whom, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.html import render, word_count
from feedback_app.core.i18n import N_
from feedback_app.curricula import queries
from feedback_app.curricula.comparison import Block, Op, SectionVersion, compare
from feedback_app.curricula.desk_views import bp
from feedback_app.curricula.drafting import SectionMoved, source_of
from feedback_app.curricula.forms import VersionedForm
from feedback_app.curricula.layout import layouts_of
from feedback_app.curricula.manuscript_views import Manuscript
from feedback_app.curricula.models import DraftAct, DraftState, Revision, Section
from feedback_app.curricula.nesting import Stretch, stretches
from feedback_app.curricula.states import StateRow, get_state, states_of
from feedback_app.curricula.writing_views import DRAFT
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.web.identity import current_actor, guarded

A_PAGE = 20
ACT_LABELS: dict[DraftAct, str] = {
    DraftAct.BEGUN: N_("As the draft began"),
    DraftAct.SAVED: N_("Saved"),
    DraftAct.FACTS: N_("Facts changed"),
    DraftAct.MOVED: N_("Moved"),
    DraftAct.ADDED: N_("Added"),
    DraftAct.DIVIDED: N_("Divided"),
    DraftAct.JOINED: N_("Joined"),
    DraftAct.REMOVED: N_("Taken out"),
    DraftAct.RESTORED: N_("Brought back"),
    DraftAct.CORRECTED: N_("Changed by an urgent correction"),
    DraftAct.BROUGHT_BACK: N_("Taken from a file"),
}


@dataclass(frozen=True)
class Difference:
    """What is other in one wording than in another: drawn, and counted in words."""

    stretches: Sequence[Stretch]
    added: int
    removed: int


@dataclass(frozen=True)
class ShownState:
    row: StateRow
    label: str
    difference: Difference | None


@bp.get("/authoring/<slug:slug>/states")
@guarded(Permission.READ_DRAFT)
def states(slug: str) -> ResponseReturnValue:
    """Every saved state of a draft, or of one of its sections, the newest first."""
    return list_states(DRAFT, slug)


@bp.route("/authoring/<slug:slug>/states/<public_id:state_id>", methods=["GET", "POST"])
@guarded(Permission.READ_DRAFT)
def state(slug: str, state_id: str) -> ResponseReturnValue:
    """One state against the words of now, and the button that brings it back."""
    return show_state(DRAFT, slug, state_id)


def list_states(text: Manuscript, slug: str) -> ResponseReturnValue:
    revision = text.open(slug, Permission.READ_DRAFT)
    key = request.args.get("section") or None
    before = request.args.get("before")
    rows, more = states_of(
        db.session,
        revision,
        key=key,
        before=get_state(db.session, revision, before) if before else None,
        limit=A_PAGE,
    )
    sections = {row.key: row for row in queries.outline(db.session, revision.id, words=False)}
    return render_template(
        "authoring/states.html",
        text=text,
        curriculum=revision.curriculum,
        revision=revision,
        sections=sections,
        section=sections.get(key or ""),
        states=[
            ShownState(row, ACT_LABELS[row.act], _since(row.before, row.source)) for row in rows
        ],
        next_url=url_for(text.states, slug=slug, section=key, before=rows[-1].public_id)
        if more
        else None,
    )


def show_state(text: Manuscript, slug: str, state_id: str) -> ResponseReturnValue:
    form = VersionedForm()
    if not form.is_submitted():
        return _page(text, text.open(slug, Permission.READ_DRAFT), state_id)
    db.only_read()
    revision = text.open(slug, Permission.EDIT_DRAFT)
    found = get_state(db.session, revision, state_id)
    rendered = render(found.source, key=found.section_key)
    if not form.validate():
        return _page(text, revision, state_id, form, status=422)
    db.let_go()
    revision = text.open(slug, Permission.EDIT_DRAFT)
    try:
        section = text.restore(
            db.session,
            get_state(db.session, revision, state_id),
            actor=current_actor(),
            version=form.seen,
            rendered=rendered,
        )
    except (Invalid, SectionMoved) as error:
        db.only_read()
        if isinstance(error, Invalid):
            form.reject(error)
        status = 422 if isinstance(error, Invalid) else 409
        return _page(text, text.open(slug, Permission.EDIT_DRAFT), state_id, form, status)
    db.session.commit()
    flash(_("These words are back. What stood here before is kept as a state, too."), "success")
    return redirect(url_for(text.section, slug=slug, key=section.key), 303)


def _page(
    text: Manuscript,
    revision: Revision,
    state_id: str,
    form: VersionedForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    found = get_state(db.session, revision, state_id)
    now = _section(revision, found)
    source = source_of(now) if now else ""
    form = form or VersionedForm(formdata=None)
    form.version.data = str(now.version if now else 0)
    page = render_template(
        "authoring/state.html",
        text=text,
        curriculum=revision.curriculum,
        revision=revision,
        state=found,
        label=ACT_LABELS[found.act],
        section=now,
        is_same=now is not None and (now.title, source) == (found.title, found.source),
        difference=_since(source, found.source),
        html=render(found.source, key=found.section_key).html,
        is_stale=status == 409,
        form=form,
        writes=policy.allows(current_actor(), Permission.EDIT_DRAFT, revision),
    )
    return page, status


def _section(revision: Revision, state: DraftState) -> Section | None:
    try:
        return queries.get_section(db.session, revision, state.section_key)
    except NotFound:
        return None


def _since(before: str | None, source: str) -> Difference | None:
    """What became of the words; nothing where they are the same or nothing was before."""
    if before is None or before == source:
        return None
    sections = compare([_version(before)], [_version(source)]).sections
    blocks = [block for section in sections for block in section.blocks]
    return Difference(
        [stretch for stretch in stretches(blocks) if not stretch.is_unchanged],
        added=_words(blocks, Op.ADDED),
        removed=_words(blocks, Op.REMOVED),
    )


def _version(source: str) -> SectionVersion:
    made = render(source)
    return SectionVersion("section", "", 1, 1, made.text, layouts=layouts_of(made.html))


def _words(blocks: Sequence[Block], op: Op) -> int:
    return sum(word_count(run.text) for block in blocks for run in block.runs if run.op is op)
