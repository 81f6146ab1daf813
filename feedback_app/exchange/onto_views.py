"""The pages on which an edited file comes back onto the draft of its course."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app.comments.beside import comments_beside
from feedback_app.comments.models import Point
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.comparison import compare
from feedback_app.curricula.describing import FixedByNobody
from feedback_app.curricula.layout import layouts_of
from feedback_app.curricula.models import Curriculum, Openness, Revision, SectionKind
from feedback_app.curricula.rearranging import DraftMoved
from feedback_app.curricula.redline import SectionVersion
from feedback_app.exchange import queries, returning, services
from feedback_app.exchange.models import Upload
from feedback_app.exchange.onto import NEW, Plan, Returned, Standing
from feedback_app.exchange.onto_forms import (
    LATER,
    OWN_CAUSES,
    ConfirmForm,
    OntoForm,
    ReasonsForm,
)
from feedback_app.exchange.preview import Preview
from feedback_app.exchange.returning import Choices, Reason
from feedback_app.exchange.services import UploadChanged
from feedback_app.extensions import db, limiter
from feedback_app.policy import Permission, require
from feedback_app.triage import cause_queries
from feedback_app.triage.changes import Group, explain
from feedback_app.triage.changes_public import quote_of
from feedback_app.triage.models import CauseKind
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.limits import WRITING

bp = Blueprint("onto", __name__)
MOST_OFFERED = 40


@bp.route("/authoring/<slug:slug>/import", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
@limiter.limit(WRITING, methods=["POST"])
def begin(slug: str) -> ResponseReturnValue:
    """Choose the edited file; a worker reads it."""
    curriculum = curricula.get_curriculum(db.session, slug)
    require(current_actor(), Permission.EDIT_DRAFT, curriculum)
    draft = curricula.find_draft(db.session, curriculum.id)
    form = OntoForm()
    if draft is not None and form.validate_on_submit():
        try:
            upload = services.begin_upload(
                db.session,
                curriculum.department,
                actor=current_actor(),
                filename=form.file.data.filename or "",
                data=form.file.data.read(),
                onto=curriculum,
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            return redirect(url_for("exchange.upload", upload_id=upload.public_id), 303)
    page = render_template(
        "exchange/onto_begin.html", curriculum=curriculum, draft=draft, form=form
    )
    return page, 422 if form.errors or (draft is None and form.is_submitted()) else 200


@dataclass(frozen=True)
class Comparing:
    """A file beside the draft it comes back onto, at one moment."""

    upload: Upload
    curriculum: Curriculum
    revision: Revision
    preview: Preview
    standing: list[Standing]
    plan: Plan
    choices: Choices | None


def _compared(session: Session, upload_id: str, same_as: dict[str, str] | None) -> Comparing:
    upload = queries.get_upload(session, upload_id, viewer=current_actor())
    require(current_actor(), Permission.EDIT_DRAFT, upload)
    curriculum = queries.course_under(session, upload)
    if curriculum is None or upload.document is None:
        raise NotFound
    revision = curricula.get_draft(session, curriculum.slug, viewer=current_actor())
    preview = Preview.from_json(upload.document)
    choices = Choices.of(upload)
    standing = returning.standing_of(session, revision)
    if same_as is None and choices is not None:
        same_as = dict(choices.same_as)
    found = returning.plan_of(preview, standing, same_as)
    return Comparing(upload, curriculum, revision, preview, standing, found, choices)


@bp.route("/authoring/uploads/<public_id:upload_id>/compare", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def confirm(upload_id: str) -> ResponseReturnValue:
    """What the file would change, section by section; nothing is saved yet."""
    db.let_go()
    form = ConfirmForm()
    sent = {k: v for k, v in form.same_as().items() if v != "None"} or None
    with db.reading() as session:
        try:
            shown = _compared(session, upload_id, sent if form.is_submitted() else None)
        except Invalid as error:
            return _unusable(session, upload_id, error)
        choices = {NEW: _("A new section")} | {
            s.key: f"{s.number} {s.title}" for s in shown.standing
        }
        form.offer(choices)
        if not form.is_submitted():
            return _confirm_page(session, shown, choices), 200
        if not form.validate():
            return _confirm_page(session, shown, choices, form), 422
        if form.draft_version.data != str(shown.revision.version):
            return _confirm_page(session, shown, choices, is_stale=True), 409
    made = Choices(sent or {}, form.kept(), shown.revision.version)
    returning.keep_choices(
        db.session, shown.upload, made, actor=current_actor(), version=form.seen
    )
    db.session.commit()
    again = request.form.get("act") == "again"
    return redirect(url_for(".confirm" if again else ".reasons", upload_id=upload_id), 303)


def _unusable(session: Session, upload_id: str, error: Invalid) -> ResponseReturnValue:
    upload = queries.get_upload(session, upload_id, viewer=current_actor())
    words = _(error.sentence, **error.values)
    return render_template("exchange/onto_unusable.html", upload=upload, words=words), 422


def _confirm_page(
    session: Session,
    shown: Comparing,
    choices: dict[str, str],
    form: ConfirmForm | None = None,
    *,
    is_stale: bool = False,
) -> str:
    unsure = [each for each in shown.plan.sections if not each.is_by_key]
    kept = shown.choices.keep if shown.choices else frozenset()
    if form is None:
        form = ConfirmForm(
            formdata=None,
            data={
                "version": str(shown.upload.version),
                "draft_version": str(shown.revision.version),
                "matches": [{"given": r.given, "same_as": _same_as(r)} for r in unsure],
                "gone": [
                    {"key": s.key, "keep": s.key in kept or (s.is_withheld and not kept)}
                    for s in shown.plan.gone
                ],
            },
        )
        form.offer(choices)
    return render_template(
        "exchange/onto_confirm.html",
        upload=shown.upload,
        curriculum=shown.curriculum,
        revision=shown.revision,
        plan=shown.plan,
        numbers={s.key: s.number for s in shown.standing},
        match_of={e.form.given.data: e.form for e in form.matches},
        gone_of={e.form.key.data: e.form for e in form.gone},
        groups={each.key: _groups(each) for each in shown.plan.changed if each.rendered},
        facts=shown.preview.document.facts,
        uprooted=returning.uprooted(
            session, shown.revision, shown.plan, viewer=current_actor()
        ),
        form=form,
        is_stale=is_stale,
    )


def _same_as(section: Returned) -> str:
    return section.old.key if section.old is not None else NEW


def _groups(section: Returned) -> tuple[Group, ...]:
    """The words before and after, what stayed folded away."""
    assert section.rendered is not None
    old = section.old.version(1) if section.old is not None else None
    new = SectionVersion(
        section.key,
        section.title,
        section.level,
        1,
        section.rendered.text,
        layouts=layouts_of(str(section.rendered.html)),
    )
    compared = compare([old] if old else [], [new])
    return tuple(explain(compared.sections[0], [], {}).groups)


@bp.route("/authoring/uploads/<public_id:upload_id>/reasons", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def reasons(upload_id: str) -> ResponseReturnValue:
    """Why each section changed, its kind, minutes and openness; then all of it is saved."""
    db.let_go()
    form = ReasonsForm()
    with db.reading() as session:
        shown = _compared(session, upload_id, None)
        if shown.choices is None:
            return redirect(url_for(".confirm", upload_id=upload_id), 303)
        is_stale = shown.choices.draft_version != shown.revision.version
        if is_stale and not form.is_submitted():
            return redirect(url_for(".confirm", upload_id=upload_id), 303)
        offered = _offered(session, shown)
        if not form.is_submitted():
            form = _filled(session, shown)
        form.offer(offered)
        if not form.is_submitted():
            return _reasons_page(shown, form), 200
        if is_stale:
            return _reasons_page(shown, form, is_stale=True), 409
        if not (form.validate() & _rows_hold(form)):
            return _reasons_page(shown, form), 422
        wanted = returning.wanted_sections(
            shown.plan,
            shown.standing,
            shown.choices.keep,
            {str(e.form.given.data): e.form.facts() for e in form.changed},
        )
        slug = shown.curriculum.slug
    try:
        draft = curricula.get_draft(db.session, slug, viewer=current_actor())
        returning.bring_back(
            db.session,
            draft,
            wanted,
            actor=current_actor(),
            version=shown.choices.draft_version,
            reasons=_reasons(db.session, shown, form),
            upload=shown.upload,
            upload_version=form.seen,
        )
    except DraftMoved:
        db.let_go()
        return _reasons_page(shown, form, is_stale=True), 409
    db.session.commit()
    flash(_("Your file is in the draft. Comments stand with their words."), "success")
    if shown.revision.base_id is None:
        return redirect(url_for("authoring.draft", slug=slug), 303)
    return redirect(url_for("publishing.draft_changes", slug=slug), 303)


def _taken(shown: Comparing) -> list[Standing]:
    keep = shown.choices.keep if shown.choices else frozenset()
    return [section for section in shown.plan.gone if section.key not in keep]


def _filled(session: Session, shown: Comparing) -> ReasonsForm:
    rows = {row.key: row for row in curricula.outline(session, shown.revision.id, words=False)}
    changed = []
    for each in shown.plan.changed:
        row = rows.get(each.key)
        kind = row.kind.value if row else each.draft.kind
        changed.append(
            {
                "given": each.given,
                "kind": kind if kind in set(SectionKind) else SectionKind.CONTENT.value,
                "minutes": row.minutes if row else each.draft.minutes,
                "openness": row.openness.value if row else Openness.OPEN.value,
                "authority": row.authority if row else "",
            }
        )
    return ReasonsForm(
        formdata=None,
        data={
            "version": str(shown.upload.version),
            "changed": changed,
            "taken": [{"key": section.key} for section in _taken(shown)],
        },
    )


def _offered(session: Session, shown: Comparing) -> dict[str, dict[str, str]]:
    """{section: {point: words}} of the comments that stand beside what changed."""
    if shown.revision.base_id is None:
        return {}
    named = {each.given: each.key for each in shown.plan.changed if each.old is not None}
    named |= {section.key: section.key for section in _taken(shown)}
    beside = comments_beside(session, shown.revision, {*named.values()}, current_actor())
    offered = {name: beside[key][:MOST_OFFERED] for name, key in named.items()}
    points: dict[int, list[Point]] = {}
    shown_ids = {id_ for ids in offered.values() for id_ in ids}
    for point in cause_queries.points_of_comments(session, shown_ids):
        points.setdefault(point.comment_id, []).append(point)
    return {
        name: {
            point.public_id: _(
                "%(name)s: %(words)s",
                name=point.comment.display_name or _("Unnamed"),
                words=quote_of(point.passage),
            )
            for id_ in ids
            for point in points.get(id_, ())
        }
        for name, ids in offered.items()
    }


def _rows_hold(form: ReasonsForm) -> bool:
    """Each broken rule is shown beside its own field."""
    holds = True
    for row in form.rows():
        if row.lacks_note and not (form.own_note.data and row.cause.data == CauseKind.OWN):
            note = _("Say in a sentence what brought this change about.")
            row.note.errors = [*row.note.errors, note]
            holds = False
    for entry in form.changed:
        row = entry.form
        if row.openness.data != Openness.OPEN.value and not row.authority.data:
            row.authority.errors = [*row.authority.errors, _(FixedByNobody.message)]
            holds = False
    form.changed.errors = [entry.errors for entry in form.changed]
    form.taken.errors = [entry.errors for entry in form.taken]
    return holds


def _reasons(session: Session, shown: Comparing, form: ReasonsForm) -> list[Reason]:
    """What was said, and for the rest the one reason for all, if there is one."""
    if shown.revision.base_id is None:
        return []
    key_of = {each.given: each.key for each in shown.plan.changed}
    base = {s.key for s in curricula.section_texts(session, shown.revision.base_id)}
    changed = [(str(e.form.given.data), e.form) for e in form.changed]
    rows = [(key_of[given], row) for given, row in changed if given in key_of]
    rows += [(str(e.form.key.data), e.form) for e in form.taken if e.form.key.data in base]
    found = []
    for key, row in rows:
        said = row.cause.data
        if said == LATER:
            if form.own_note.data:
                found.append(Reason(key, CauseKind.OWN, form.own_note.data))
        elif said in OWN_CAUSES:
            note = row.note.data or (form.own_note.data if said == CauseKind.OWN else "")
            found.append(Reason(key, CauseKind(said), note or ""))
        else:
            point = cause_queries.find_point(session, said, viewer=current_actor())
            if point is None:
                raise UploadChanged
            found.append(Reason(key, CauseKind.POINT, point=point))
    return found


def _reasons_page(shown: Comparing, form: ReasonsForm, *, is_stale: bool = False) -> str:
    return render_template(
        "exchange/onto_reasons.html",
        upload=shown.upload,
        curriculum=shown.curriculum,
        revision=shown.revision,
        section_of={each.given: each for each in shown.plan.changed},
        taken_of={section.key: section for section in _taken(shown)},
        asks_why=shown.revision.base_id is not None,
        is_stale=is_stale,
        form=form,
    )
