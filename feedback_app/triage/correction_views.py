"""The pages of an urgent correction: begin it, change a few words, publish or drop it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.i18n import N_
from feedback_app.curricula import queries
from feedback_app.curricula.comparison import Comparison, compare
from feedback_app.curricula.correcting import (
    MOST_SECTIONS,
    corrected_keys,
    find_correction,
    get_correction,
    start_correction,
)
from feedback_app.curricula.forms import ReasonForm
from feedback_app.curricula.models import Curriculum, Revision, UrgentCause
from feedback_app.curricula.nesting import stretches
from feedback_app.curricula.services import drop_revision
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.triage.changes_public import bp
from feedback_app.triage.correcting import publish_correction
from feedback_app.triage.gate import look_at, prepare
from feedback_app.triage.publish_jobs import ask_to_publish, takes_long
from feedback_app.web.forms import BaseForm
from feedback_app.web.identity import current_actor, guarded

URGENT_LABELS = {
    UrgentCause.LAW: N_("A law or a standard has changed"),
    UrgentCause.COURT: N_("A court has ordered it"),
    UrgentCause.SAFETY: N_("The words put somebody in danger"),
}


class BeginForm(BaseForm):
    cause = RadioField(
        N_("Why can it not wait?"),
        choices={cause.value: label for cause, label in URGENT_LABELS.items()},
        validators=[InputRequired(N_("Choose one."))],
    )
    note = TextAreaField(
        N_("Which law, order or danger?"),
        description=N_("Everybody will read it, also on the page of exceptions."),
        validators=[
            DataRequired(N_("Name the law, the order or the danger. Everybody will read it.")),
            Length(max=2000),
        ],
    )


class TeachForm(BaseForm):
    authority = TextAreaField(
        N_("Who decided it, and by which right?"),
        description=N_("The office and its order or rule. Everybody can read this."),
        validators=[
            DataRequired(N_("Name the office that decided it, and by which right.")),
            Length(max=2000),
        ],
    )


@bp.route("/authoring/<slug:slug>/correction", methods=["GET", "POST"])
@guarded(Permission.READ_DRAFT)
def correction(slug: str) -> ResponseReturnValue:
    """The urgent correction of a course, or the form that begins one."""
    curriculum = _course(slug, Permission.READ_DRAFT)
    form = BeginForm()
    if not form.is_submitted():
        return _page(curriculum, form=form)
    policy.require(current_actor(), Permission.EDIT_DRAFT, curriculum)
    if not form.validate():
        return _page(curriculum, 422, form=form)
    start_correction(
        db.session,
        curriculum,
        actor=current_actor(),
        cause=UrgentCause(form.cause.data),
        note=form.note.data or "",
    )
    db.session.commit()
    flash(_("The correction begins with the words that are taught now."), "success")
    return redirect(url_for(".correction", slug=slug), 303)


@bp.route("/authoring/<slug:slug>/correction/publish", methods=["GET", "POST"])
@guarded(Permission.PUBLISH_REVISION)
def teach(slug: str) -> ResponseReturnValue:
    """Publish the correction and teach it from today."""
    form = TeachForm()
    if not form.is_submitted() or not form.validate():
        curriculum = _course(slug, Permission.PUBLISH_REVISION)
        get_correction(db.session, curriculum)
        return _page(curriculum, 422 if form.errors else 200, teach_form=form)
    db.let_go()
    with db.reading() as session:
        curriculum = queries.get_curriculum(session, slug)
        policy.require(current_actor(), Permission.PUBLISH_REVISION, curriculum)
        revision = get_correction(session, curriculum)
        looked = look_at(session, revision)
        long = takes_long(session, revision, looked)
        prepared = None if long else prepare(session, revision, looked=looked)
    revision = get_correction(db.session, _course(slug, Permission.PUBLISH_REVISION))
    authority = form.authority.data or ""
    try:
        if prepared is None:
            asked = ask_to_publish(
                db.session,
                revision,
                actor=current_actor(),
                version=looked.version,
                terms={"authority": authority},
            )
            db.session.commit()
            page = url_for(".publishing", slug=slug, publishing_id=asked.public_id)
            return redirect(page, 303)
        published = publish_correction(
            db.session,
            revision,
            actor=current_actor(),
            prepared=prepared,
            authority=authority,
        )
    except (Conflict, Invalid) as error:
        return not_taught(slug, form, error)
    db.session.commit()
    return to_taught(published)


def not_taught(slug: str, form: TeachForm, error: Conflict | Invalid) -> ResponseReturnValue:
    """The page once more, with what was typed and why it was not published."""
    db.only_read()
    form.form_errors.append(_(error.sentence, **error.values))
    status = 409 if isinstance(error, Conflict) else 422
    return _page(_course(slug, Permission.PUBLISH_REVISION), status, teach_form=form)


def to_taught(published: Revision) -> ResponseReturnValue:
    """On to what the public sees now."""
    flash(_("Version %(number)s is public and is taught from today.", number=published.number))
    slug = published.curriculum.slug
    return redirect(url_for(".changes", slug=slug, number=published.number), 303)


@bp.route("/authoring/<slug:slug>/correction/drop", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def drop_correction(slug: str) -> ResponseReturnValue:
    """Give the correction up, with a reason that residents read."""
    curriculum = _course(slug, Permission.EDIT_DRAFT)
    revision = get_correction(db.session, curriculum)
    form = ReasonForm()
    if form.validate_on_submit():
        drop_revision(
            db.session, revision, actor=current_actor(), reason=form.reason.data or ""
        )
        db.session.commit()
        flash(_("The correction is dropped."), "success")
        return redirect(url_for("authoring.draft", slug=slug), 303)
    page = render_template(
        "triage/drop_correction.html", curriculum=curriculum, revision=revision, form=form
    )
    return page, 422 if form.errors else 200


def _course(slug: str, permission: Permission) -> Curriculum:
    curriculum = queries.get_curriculum(db.session, slug)
    policy.require(current_actor(), permission, curriculum)
    return curriculum


def _page(
    curriculum: Curriculum,
    status: int = 200,
    *,
    form: BeginForm | None = None,
    teach_form: TeachForm | None = None,
) -> ResponseReturnValue:
    viewer = current_actor()
    revision = find_correction(db.session, curriculum.id)
    draft = queries.find_draft(db.session, curriculum.id)
    page = render_template(
        "triage/correction.html",
        curriculum=curriculum,
        revision=revision,
        taught=queries.in_force(db.session, curriculum.id, clock.now().date()),
        draft=draft,
        sections=queries.outline(db.session, revision.id, words=False) if revision else [],
        changed=corrected_keys(db.session, revision) if revision else [],
        comparison=_compared(revision) if revision else None,
        stretches=stretches,
        most=MOST_SECTIONS,
        labels=URGENT_LABELS,
        form=form or BeginForm(formdata=None),
        teach_form=teach_form or TeachForm(formdata=None),
        writes=policy.allows(viewer, Permission.EDIT_DRAFT, curriculum),
        publishes=policy.allows(viewer, Permission.PUBLISH_REVISION, curriculum),
    )
    return page, status


def _compared(revision: Revision) -> Comparison:
    assert revision.base_id is not None
    return compare(
        queries.section_versions(db.session, revision.base_id),
        queries.section_versions(db.session, revision.id),
    )
