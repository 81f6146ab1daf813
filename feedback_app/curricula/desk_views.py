"""The pages of a department's courses and of a draft as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.html import Rendered
from feedback_app.curricula import preflight, queries, services
from feedback_app.curricula.comparison import Comparison, compare
from feedback_app.curricula.correcting import taken_in, unsettled
from feedback_app.curricula.covering_queries import waiting_covers
from feedback_app.curricula.describing import check_described
from feedback_app.curricula.drafting import SectionMoved
from feedback_app.curricula.forms import CourseForm, GridForm, ReasonForm, SectionFactsForm
from feedback_app.curricula.hours import add_up
from feedback_app.curricula.layout import layouts_of
from feedback_app.curricula.models import Curriculum, Revision, Section
from feedback_app.curricula.queries import SectionRow
from feedback_app.curricula.withholding import PlaceholderIncomplete
from feedback_app.extensions import db
from feedback_app.policy import Permission, Role
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded

bp = Blueprint("authoring", __name__)


@bp.get("/authoring/")
@guarded(Permission.READ_DRAFT)
def index() -> ResponseReturnValue:
    """The courses of my departments, each with its draft or the way to one."""
    viewer = current_actor()
    departments = viewer.with_role(Role.AUTHOR, Role.MODERATOR) | frozenset(
        grant.organization_id
        for grant in viewer.grants
        if grant.role is Role.MANAGER and grant.kind is policy.OrganizationKind.DEPARTMENT
    )
    if not departments:
        raise NotFound
    courses = queries.curricula(
        db.session, on=clock.now().date(), department_ids=frozenset(departments)
    )
    return render_template(
        "authoring/index.html",
        courses=courses,
        writes=viewer.with_role(Role.AUTHOR),
        covers=waiting_covers(db.session, viewer),
        form=EmptyForm(),
    )


@bp.get("/authoring/<slug:slug>")
@guarded(Permission.READ_DRAFT)
def draft(slug: str) -> ResponseReturnValue:
    """A draft: its sections, its minutes, and what to look at before it is published."""
    viewer = current_actor()
    curriculum = _course(slug, Permission.READ_DRAFT)
    revision = queries.find_draft(db.session, curriculum.id)
    if revision is None:
        return render_template(
            "authoring/no_draft.html",
            curriculum=curriculum,
            newest=queries.newest_published(db.session, curriculum.id),
            writes=policy.allows(viewer, Permission.EDIT_DRAFT, curriculum),
            form=EmptyForm(),
        )
    sections = queries.outline(db.session, revision.id, source=True)
    compared = compared_with_base(revision)
    return render_template(
        "authoring/draft.html",
        curriculum=curriculum,
        revision=revision,
        sections=sections,
        kinds={change.key: sorted(change.kinds) for change in compared.changed},
        removed=[change for change in compared.changed if change.new_key is None],
        minutes=add_up(sections, curriculum.minutes),
        findings=_findings(revision, sections),
        words=sum(section.words for section in sections),
        unsettled={section.key for section in unsettled(db.session, revision)},
        taken_in=taken_in(db.session, revision),
        writes=policy.allows(viewer, Permission.EDIT_DRAFT, curriculum),
        publishes=policy.allows(viewer, Permission.PUBLISH_REVISION, curriculum),
    )


@dataclass(frozen=True)
class ShownFinding:
    """Something to look at before publishing, with the section it stands in."""

    message: str
    excerpt: str
    blocks: bool
    section: SectionRow | None


def _findings(revision: Revision, sections: Sequence[SectionRow]) -> list[ShownFinding]:
    by_key = {section.key: section for section in sections}
    checked = [
        preflight.CheckedSection(
            key=section.key,
            title=section.title,
            text=section.text,
            summary=section.summary,
            is_withheld=section.is_withheld,
        )
        for section in sections
    ]
    return [
        ShownFinding(
            message=found.message,
            excerpt=found.excerpt,
            blocks=found.severity is preflight.Severity.BLOCKS,
            section=by_key.get(found.section_key or ""),
        )
        for found in preflight.findings(checked, revision.import_facts)
    ]


@bp.route("/authoring/<slug:slug>/start", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def start(slug: str) -> ResponseReturnValue:
    """Begin the next version with the words of the last one."""
    curriculum = _course(slug, Permission.EDIT_DRAFT)
    form = EmptyForm()
    if form.validate_on_submit():
        revision = services.start_revision(db.session, curriculum, actor=current_actor())
        db.session.commit()
        flash(_("Version %(number)s begins here.", number=revision.number), "success")
        return redirect(url_for(".draft", slug=slug), 303)
    status = 422 if form.errors else 200
    return render_template("authoring/start.html", curriculum=curriculum, form=form), status


@bp.route("/authoring/<slug:slug>/drop", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def drop(slug: str) -> ResponseReturnValue:
    """Give a draft up, with a reason that residents read."""
    curriculum = _course(slug, Permission.EDIT_DRAFT)
    revision = queries.get_draft(db.session, slug, viewer=current_actor())
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            services.drop_revision(
                db.session, revision, actor=current_actor(), reason=form.reason.data or ""
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Draft of version %(number)s dropped.", number=revision.number), "success")
            return redirect(url_for(".draft", slug=slug), 303)
    status = 422 if form.errors else 200
    return (
        render_template(
            "authoring/drop.html", curriculum=curriculum, revision=revision, form=form
        ),
        status,
    )


@bp.route("/authoring/<slug:slug>/course", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def course(slug: str) -> ResponseReturnValue:
    """What is said about the course itself."""
    curriculum = _course(slug, Permission.EDIT_DRAFT)
    form = CourseForm(
        title=curriculum.title,
        summary=curriculum.summary,
        audience=curriculum.audience,
        format=curriculum.format,
        topics=", ".join(curriculum.topics),
        minutes=curriculum.minutes,
    )
    if form.validate_on_submit():
        services.describe_curriculum(
            db.session,
            curriculum,
            actor=current_actor(),
            title=form.title.data or "",
            summary=form.summary.data or "",
            audience=form.audience.data or "",
            format=form.format.data or "",
            topics=form.topic_list(),
            minutes=form.minutes.data or 0,
        )
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for(".draft", slug=slug), 303)
    status = 422 if form.errors else 200
    return render_template("authoring/course.html", curriculum=curriculum, form=form), status


@bp.route("/authoring/<slug:slug>/grid", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def grid(slug: str) -> ResponseReturnValue:
    """Kind, minutes, openness, summary and what is not shown, for all sections at once."""
    curriculum = _course(slug, Permission.EDIT_DRAFT)
    revision = queries.get_draft(db.session, slug, viewer=current_actor())
    sections = queries.outline(db.session, revision.id, words=False)
    form = GridForm()
    if not form.is_submitted():
        form = GridForm.of(sections)
    status = 200
    if form.validate_on_submit() and _rows_hold(form):
        try:
            changed = services.describe_sections(
                db.session,
                revision,
                [entry.form.described() for entry in form.sections],
                actor=current_actor(),
            )
        except SectionMoved as error:
            form.form_errors.append(_(error.message))
            status = 409
        else:
            db.session.commit()
            flash(
                ngettext("%(num)s section saved.", "%(num)s sections saved.", changed),
                "success",
            )
            return redirect(url_for(".grid", slug=slug), 303)
    elif form.is_submitted():
        status = 422
    return (
        render_template(
            "authoring/grid.html",
            curriculum=curriculum,
            revision=revision,
            sections={section.key: section for section in sections},
            minutes=add_up(sections, curriculum.minutes),
            form=form,
        ),
        status,
    )


def _rows_hold(form: GridForm) -> bool:
    """Every row keeps its rules; each broken one is shown beside its own field."""
    holds = True
    for entry in form.sections:
        row: SectionFactsForm = entry.form
        try:
            check_described(row.described())
        except PlaceholderIncomplete as error:
            empty = [row.withheld_what, row.withheld_by, row.withheld_ground]
            name = next((field.short_name for field in empty if not field.data), "")
            row.reject(replace_field(error, name))
            holds = False
        except Invalid as error:
            row.reject(error)
            holds = False
    form.mend()
    return holds


def replace_field(error: Invalid, name: str) -> Invalid:
    error.at = name
    return error


def _course(slug: str, permission: Permission) -> Curriculum:
    curriculum = queries.get_curriculum(db.session, slug)
    policy.require(current_actor(), permission, curriculum)
    return curriculum


def open_section(slug: str, key: str, permission: Permission) -> tuple[Revision, Section]:
    """One section of this course's draft, for those who may do this to it."""
    revision = queries.get_draft(db.session, slug, viewer=current_actor())
    policy.require(current_actor(), permission, revision)
    return revision, queries.get_section(db.session, revision, key)


def html_of(section: Section) -> Markup:
    return section.passage.html if section.passage is not None else section.html


def compared_with_base(
    revision: Revision, *, key: str = "", rendered: Rendered | None = None
) -> Comparison:
    """The draft against what it started from; with a rendering, as if it were saved."""
    new = queries.section_versions(db.session, revision.id)
    if rendered is not None:
        new = [
            replace(section, text=rendered.text, layouts=layouts_of(rendered.html))
            if section.key == key
            else section
            for section in new
        ]
    if revision.base_id is None:
        return Comparison(())
    return compare(queries.section_versions(db.session, revision.base_id), new)
