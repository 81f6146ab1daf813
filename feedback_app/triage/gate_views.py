"""Publishing a draft, and saying from when a version is taught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.comparison import SectionComparison
from feedback_app.curricula.hours import add_up
from feedback_app.curricula.models import Revision
from feedback_app.curricula.queries import SectionRow
from feedback_app.curricula.sealing import promised_to_come_back, set_in_force
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds.queries import rounds_called
from feedback_app.triage import hunks
from feedback_app.triage.apart import Apart, told_apart
from feedback_app.triage.changes_public import bp, quote_of
from feedback_app.triage.gate import LISTED_LABELS, Gate, Looked, gate_of, look_at, prepare
from feedback_app.triage.gate_forms import GateForm, InForceForm
from feedback_app.triage.hunks import ChangePiece
from feedback_app.triage.models import Publishing
from feedback_app.triage.publication import (
    DraftMoved,
    FindingsNotAccepted,
    ReasonOwed,
    publish_revision,
)
from feedback_app.triage.publish_jobs import (
    ask_to_publish,
    check_terms,
    find_running,
    takes_long,
)
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language

MOST_SHOWN = 200
"""Of each kind that the gate lists; what is counted and what is refused is all of it."""


@bp.route("/authoring/<slug:slug>/publish", methods=["GET", "POST"])
@guarded(Permission.PUBLISH_REVISION)
def gate(slug: str) -> ResponseReturnValue:
    """What stands in the way of publishing this draft, and the form that publishes it.

    Everything slow happens in a reading unit, or in a job where it takes long; the writing
    unit begins with the service.
    """
    form = GateForm()
    if not form.is_submitted():
        revision = _draft(db.session, slug)
        running = find_running(db.session, revision)
        if running is not None:
            return _follow(slug, running)
        form.version.data = str(revision.version)
        return _gate_page(db.session, revision, look_at(db.session, revision), form), 200
    db.let_go()
    prepared = None
    with db.reading() as session:
        revision = _draft(session, slug)
        looked = look_at(session, revision)
        if not form.validate():
            return _gate_page(session, revision, looked, form), 422
        if form.version.data != str(revision.version):
            return _seen_anew(session, revision, looked, form)
        try:
            if takes_long(session, revision, looked):
                check_terms(session, revision, looked, form.terms())
            else:
                prepared = prepare(session, revision, looked=looked)
        except (Invalid, Conflict) as error:
            return refused(slug, form, error)
    try:
        if prepared is None:
            return _hand_over(slug, looked, form)
        published = publish_revision(
            db.session,
            _draft(db.session, slug),
            actor=current_actor(),
            prepared=prepared,
            **form.terms() | {"reasons": form.reasons()},
        )
    except (Invalid, Conflict) as error:
        return refused(slug, form, error)
    db.session.commit()
    return to_published(published)


def _hand_over(slug: str, looked: Looked, form: GateForm) -> ResponseReturnValue:
    asked = ask_to_publish(
        db.session,
        _draft(db.session, slug),
        actor=current_actor(),
        version=looked.version,
        terms=form.terms(),
    )
    db.session.commit()
    return _follow(slug, asked)


def _follow(slug: str, asked: Publishing) -> ResponseReturnValue:
    page = url_for(".publishing", slug=slug, publishing_id=asked.public_id)
    return redirect(page, 303)


def to_published(published: Revision) -> ResponseReturnValue:
    """On to what the public sees now."""
    flash(_("Version %(number)s is published.", number=published.number), "success")
    if not published.base_id:
        flash(_("A community organization can plan a comment period on it now."), "success")
    page = ".changes" if published.base_id else "curricula.revision"
    slug = published.curriculum.slug
    return redirect(url_for(page, slug=slug, number=published.number), 303)


def _draft(session: Session, slug: str) -> Revision:
    revision = curricula.get_draft(session, slug, viewer=current_actor())
    policy.require(current_actor(), Permission.PUBLISH_REVISION, revision)
    return revision


def refused(slug: str, form: GateForm, error: Invalid | Conflict) -> ResponseReturnValue:
    """The page once more, as it stands now, with every reason that is still owed."""
    db.let_go()
    with db.reading() as session:
        try:
            revision = _draft(session, slug)
        except NotFound:  # somebody else has published or dropped it
            raise error from None
        looked = look_at(session, revision)
        if isinstance(error, DraftMoved):
            return _seen_anew(session, revision, looked, form)
        if isinstance(error, Conflict):
            form.form_errors.append(_(error.sentence, **error.values))
            return _gate_page(session, revision, looked, form), 409
        for kind in gate_of(session, revision, looked.comparison, only_counts=True).listed():
            if not form.reasons()[kind].strip():
                form.reject(ReasonOwed(kind))
        if looked.must_be_looked_at and not form.looked.data:
            form.reject(FindingsNotAccepted(looked.must_be_looked_at))
        if not form.is_told(error):
            form.reject(error)
        return _gate_page(session, revision, looked, form), 422


def _seen_anew(
    session: Session, revision: Revision, looked: Looked, form: GateForm
) -> ResponseReturnValue:
    form.version.data = str(revision.version)
    return _gate_page(session, revision, looked, form, is_stale=True), 409


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
    looked: Looked,
    form: GateForm,
    *,
    is_stale: bool = False,
) -> str:
    if not revision.base_id:  # of a first version nothing has changed
        form.change_note.label.text = N_("About this version, in short")
        form.change_note.description = N_("Two or three sentences that stand above the text.")
    found = gate_of(session, revision, looked.comparison)
    apart = told_apart(session, revision.curriculum_id)
    sections = curricula.outline(session, revision.id)
    by_key = {row.key: row for row in sections}
    return render_template(
        "triage/gate.html",
        curriculum=revision.curriculum,
        revision=revision,
        form=form,
        gate=found,
        apart=apart,
        titles=_titles(session, found, apart),
        minutes=add_up(sections, revision.curriculum.minutes),
        listed=found.listed(),
        labels=LISTED_LABELS,
        pieces=_shown(found, looked, by_key),
        sections=by_key,
        findings=looked.findings,
        must_look=bool(looked.must_be_looked_at),
        quote_of=quote_of,
        changes=len(list(hunks.pieces(looked.comparison))),
        carried=looked.carried,
        most=MOST_SHOWN,
        is_stale=is_stale,
    )


def _titles(session: Session, found: Gate, apart: Apart) -> dict[str, str]:
    """The rounds that the page links to, by their short names, in the reader's language."""
    slugs = {*found.open_rounds, *(point.round_slug for point in found.undecided)}
    slugs |= apart.round_slugs
    rounds = rounds_called(session, slugs)
    return {round_.slug: round_.text(current_language()).title for round_ in rounds}


def _shown(found: Gate, looked: Looked, rows: dict[str, SectionRow]) -> list[ShownPiece]:
    shown = []
    for piece in found.uncaused:
        section = hunks.find_section(looked.comparison, piece.section_key)
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
        "triage/in_force.html",
        curriculum=curriculum,
        published=published,
        promised=_promised(published),
        form=form,
    )
    return page, status


def _promised(published: Sequence[Revision]) -> dict[int, Sequence[str]]:
    """Of each version: the rounds in which it was promised to come back before it is taught."""
    at = clock.now()
    found = {
        revision.number: promised_to_come_back(db.session, revision, at=at)
        for revision in published
        if revision.in_force_on is None
    }
    return {number: slugs for number, slugs in found.items() if slugs}
