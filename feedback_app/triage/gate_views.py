"""Publishing a draft, and saying from when a version is taught."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.core.errors import Invalid
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.comparison import SectionComparison
from feedback_app.curricula.models import Revision
from feedback_app.curricula.queries import SectionRow
from feedback_app.curricula.sealing import set_in_force
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.triage import hunks
from feedback_app.triage.changes_public import bp, quote_of
from feedback_app.triage.gate import LISTED_LABELS, Gate, Prepared, gate_of, prepare
from feedback_app.triage.gate_forms import GateForm, InForceForm
from feedback_app.triage.hunks import ChangePiece
from feedback_app.triage.publication import (
    DraftMoved,
    FindingsNotAccepted,
    ReasonOwed,
    publish_revision,
)
from feedback_app.web.identity import current_actor, guarded


@bp.route("/authoring/<slug:slug>/publish", methods=["GET", "POST"])
@guarded(Permission.PUBLISH_REVISION)
def gate(slug: str) -> ResponseReturnValue:
    """What stands in the way of publishing this draft, and the form that publishes it.

    Everything slow happens in a reading unit; the writing one begins with the service.
    """
    form = GateForm()
    if not form.is_submitted():
        revision = _draft(db.session, slug)
        form.version.data = str(revision.version)
        return _gate_page(db.session, revision, prepare(db.session, revision), form), 200
    db.let_go()
    with db.reading() as session:
        revision = _draft(session, slug)
        prepared = prepare(session, revision)
        if not form.validate():
            return _gate_page(session, revision, prepared, form), 422
        if form.version.data != str(revision.version):
            return _seen_anew(session, revision, prepared, form)
    try:
        published = publish_revision(
            db.session,
            _draft(db.session, slug),
            actor=current_actor(),
            prepared=prepared,
            change_note=form.change_note.data or "",
            is_material=form.is_material.data == "yes",
            material_reason=form.material_reason.data or "",
            reasons=form.reasons(),
            accepts_findings=bool(form.looked.data),
        )
    except (Invalid, DraftMoved) as error:
        return _refused(slug, form, error)
    db.session.commit()
    flash(_("Version %(number)s is published.", number=published.number), "success")
    page = ".changes" if published.base_id else "curricula.revision"
    return redirect(url_for(page, slug=slug, number=published.number), 303)


def _draft(session: Session, slug: str) -> Revision:
    revision = curricula.get_draft(session, slug, viewer=current_actor())
    policy.require(current_actor(), Permission.PUBLISH_REVISION, revision)
    return revision


def _refused(slug: str, form: GateForm, error: Invalid | DraftMoved) -> ResponseReturnValue:
    """The page once more, as it stands now, with every reason that is still owed."""
    db.let_go()
    with db.reading() as session:
        revision = _draft(session, slug)
        prepared = prepare(session, revision)
        if isinstance(error, DraftMoved):
            return _seen_anew(session, revision, prepared, form)
        if isinstance(error, ReasonOwed):
            listed = gate_of(session, revision, prepared.comparison).listed()
            for kind in listed:
                if not form.reasons()[kind].strip():
                    form.reject(ReasonOwed(kind))
            if prepared.must_be_looked_at and not form.looked.data:
                form.reject(FindingsNotAccepted(prepared.must_be_looked_at))
        else:
            form.reject(error)
        return _gate_page(session, revision, prepared, form), 422


def _seen_anew(
    session: Session, revision: Revision, prepared: Prepared, form: GateForm
) -> ResponseReturnValue:
    form.version.data = str(revision.version)
    return _gate_page(session, revision, prepared, form, is_stale=True), 409


@dataclass(frozen=True)
class ShownPiece:
    """One change in a list: where it stands and its words before and after."""

    piece: ChangePiece
    number: str
    title: str
    before: str
    after: str


def _gate_page(
    session: Session,
    revision: Revision,
    prepared: Prepared,
    form: GateForm,
    *,
    is_stale: bool = False,
) -> str:
    found = gate_of(session, revision, prepared.comparison)
    sections = curricula.outline(session, revision.id)
    by_key = {row.key: row for row in sections}
    return render_template(
        "triage/gate.html",
        curriculum=revision.curriculum,
        revision=revision,
        form=form,
        gate=found,
        listed=found.listed(),
        labels=LISTED_LABELS,
        pieces=_shown(found, prepared, by_key),
        sections=by_key,
        findings=prepared.findings,
        must_look=bool(prepared.must_be_looked_at),
        quote_of=quote_of,
        changes=len(list(hunks.pieces(prepared.comparison))),
        carried=len(prepared.placements),
        is_stale=is_stale,
    )


def _shown(found: Gate, prepared: Prepared, rows: dict[str, SectionRow]) -> list[ShownPiece]:
    shown = []
    for piece in found.uncaused:
        section = hunks.find_section(prepared.comparison, piece.section_key)
        if section is not None:
            row = rows.get(piece.section_key)
            before, after = words_around(section, piece.hunk)
            title = section.new_title or section.old_title or ""
            shown.append(ShownPiece(piece, row.number if row else "–", title, before, after))
    return shown


def words_around(section: SectionComparison, number: int | None) -> tuple[str, str]:
    """The changed words before and after; the titles where no words changed."""
    if number is None:
        return section.old_title or "", section.new_title or ""
    hunk = section.hunk(number)
    return (
        section.old_text()[hunk.old_start : hunk.old_end],
        section.new_text()[hunk.new_start : hunk.new_end],
    )


@bp.route("/authoring/<slug:slug>/in-force", methods=["GET", "POST"])
@guarded(Permission.PUBLISH_REVISION)
def in_force(slug: str) -> ResponseReturnValue:
    """Say from which day a published version is taught, and who decided it."""
    viewer = current_actor()
    curriculum = curricula.get_curriculum(db.session, slug)
    policy.require(viewer, Permission.PUBLISH_REVISION, curriculum)
    published = [
        revision
        for revision in curricula.revisions_of(db.session, curriculum, viewer=viewer)
        if revision.is_public
    ]
    form = InForceForm()
    form.revision.choices = {
        str(r.number): _("Version %(number)s", number=r.number) for r in published
    }
    if form.validate_on_submit():
        chosen = next(r for r in published if str(r.number) == form.revision.data)
        try:
            set_in_force(
                db.session,
                chosen,
                actor=viewer,
                on=form.on.data or date.max,
                authority=form.authority.data or "",
                material_reason=form.material_reason.data or "",
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("It is recorded from when this version is taught."), "success")
            return redirect(url_for("curricula.show", slug=slug), 303)
    status = 422 if form.errors else 200
    page = render_template(
        "triage/in_force.html", curriculum=curriculum, published=published, form=form
    )
    return page, status
