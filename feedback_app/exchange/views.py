"""The pages that bring a course in."""

from __future__ import annotations

from flask import (
    Blueprint,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.html import Rendered, render, word_count
from feedback_app.curricula.numbering import numbers
from feedback_app.exchange import document as documents
from feedback_app.exchange import queries, services
from feedback_app.exchange.document import NOTE_LABELS, WARNING_LABELS, Document, SectionDraft
from feedback_app.exchange.forms import DivideForm, ImportForm, PreviewForm
from feedback_app.exchange.models import Upload
from feedback_app.exchange.preview import Preview
from feedback_app.exchange.services import UploadChanged
from feedback_app.exchange.word_guard import Unreadable
from feedback_app.extensions import db, limiter
from feedback_app.organizations import queries as organizations
from feedback_app.policy import OrganizationKind, Permission, Role, require
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.limits import WRITING

bp = Blueprint("exchange", __name__)


@bp.route("/authoring/import", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
@limiter.limit(WRITING, methods=["POST"])
def begin() -> ResponseReturnValue:
    """Choose a file; a worker reads it."""
    viewer = current_actor()
    own = viewer.with_role(Role.AUTHOR)
    if not own:
        raise NotFound
    db.let_go()
    form = ImportForm()
    file = form.file.data.read() if form.is_submitted() and form.file.data else b""
    departments = {
        each.id: each
        for each in organizations.organizations(db.session, kind=OrganizationKind.DEPARTMENT)
        if each.id in own
    }
    form.department.choices = {str(each.id): each.name for each in departments.values()}
    if len(departments) == 1:
        form.department.data = next(iter(departments))
    if form.validate_on_submit():
        try:
            upload = services.begin_upload(
                db.session,
                departments[form.department.data],
                actor=viewer,
                filename=form.file.data.filename or "",
                data=file,
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            return redirect(url_for(".upload", upload_id=upload.public_id), 303)
    page = render_template(
        "exchange/begin.html",
        form=form,
        waiting=queries.waiting_uploads(db.session, viewer=viewer),
    )
    return page, 422 if form.errors else 200


@bp.route("/authoring/uploads/<public_id:upload_id>", methods=["GET", "POST"])
@guarded(Permission.EDIT_DRAFT)
def upload(upload_id: str) -> ResponseReturnValue:
    """One file on its way to a course: being read, refused, or ready to be looked through."""
    db.let_go()
    with db.reading() as session:
        shown = queries.get_upload(session, upload_id, viewer=current_actor())
        require(current_actor(), Permission.EDIT_DRAFT, shown)
        made = queries.course_made_of(session, shown)
        problem = queries.problem_of(session, shown)
        share = queries.share_read(session, shown)
    if made:
        return redirect(url_for("authoring.draft", slug=made), 303)
    if problem is not None:
        return _refused(shown, problem)
    if shown.document is None:
        return render_template("exchange/upload.html", upload=shown, share=share)
    if shown.curriculum_id is not None:
        return redirect(url_for("onto.confirm", upload_id=upload_id), 303)
    preview = Preview.from_json(shown.document)
    if request.method == "POST":
        return _mend(shown, preview)
    return _preview(shown, preview, PreviewForm.of(preview, shown.version))


@bp.get("/authoring/uploads/<public_id:upload_id>/progress")
@guarded(Permission.EDIT_DRAFT)
def progress(upload_id: str) -> ResponseReturnValue:
    """The same for a script: where to go once there is something to see."""
    shown = queries.get_upload(db.session, upload_id, viewer=current_actor())
    ready = shown.document or shown.used_at or queries.problem_of(db.session, shown)
    address = url_for(".upload", upload_id=upload_id) if ready else None
    return jsonify(
        share=queries.share_read(db.session, shown),
        words=_("We are reading “%(file)s”.", file=shown.filename),
        next=address,
    )


def _refused(upload: Upload, problem: Unreadable) -> ResponseReturnValue:
    return render_template("exchange/refused.html", upload=upload, problem=problem)


def _mend(upload: Upload, preview: Preview) -> ResponseReturnValue:
    """Keep what was typed, then do what the pressed button says."""
    form = PreviewForm()
    if not form.validate():
        return _preview(upload, preview, form, 422)
    preview = form.mended(preview)
    act, _colon, key = request.form.get("act", "save").partition(":")
    at = preview.place_of(key)
    if act == "save":
        return _save(upload, preview, form)
    if act == "join" and at:
        preview = preview.join(at)
        key = preview.sections[at - 1].key
    services.keep_preview(db.session, upload, preview, actor=current_actor(), version=form.seen)
    db.session.commit()
    if act == "divide" and at is not None:
        return redirect(url_for(".section", upload_id=upload.public_id, key=key), 303)
    place = f"section-{key}" if at is not None else "sections"
    return redirect(url_for(".upload", upload_id=upload.public_id, _anchor=place), 303)


def _save(upload: Upload, preview: Preview, form: PreviewForm) -> ResponseReturnValue:
    try:
        revision = services.import_revision(
            db.session,
            upload,
            preview,
            actor=current_actor(),
            version=form.seen,
            sections=services.render_sections(preview),
        )
    except Invalid as error:
        db.let_go()
        form.reject(error)
        return _preview(upload, preview, form, 422)
    except UploadChanged:
        db.let_go()
        made = queries.course_made_of(db.session, upload)
        if made is None:
            raise
        return redirect(url_for("authoring.draft", slug=made), 303)
    db.session.commit()
    flash(_("The course is here as a draft. Only your department sees it."), "success")
    return redirect(url_for("authoring.draft", slug=revision.curriculum.slug), 303)


def _preview(
    upload: Upload, preview: Preview, form: PreviewForm, status: int = 200
) -> ResponseReturnValue:
    kept = [section.key for section in preview.kept]
    counted = numbers([section.level for section in preview.kept])
    page = render_template(
        "exchange/preview.html",
        upload=upload,
        document=preview.document,
        sections={section.key: section for section in preview.sections},
        number_of=dict(zip(kept, counted, strict=True)),
        words_of={section.key: word_count(section.source) for section in preview.sections},
        begins={section.key: _beginning(section) for section in preview.sections},
        notes=_notes(preview.document),
        warnings=[
            WARNING_LABELS[code] for code in preview.document.warnings if code in WARNING_LABELS
        ],
        sum=sum(section.minutes or 0 for section in preview.kept),
        form=form,
    )
    return page, status


def _beginning(section: SectionDraft) -> str:
    """Its first words, by which an author knows it again."""
    words = documents.plain_line(section.source).split(" ") if section.source else []
    return " ".join(words[:24]) + (" …" if len(words) > 24 else "")


def _notes(document: Document) -> list[tuple[str, int, list[str]]]:
    """What was flattened: the rule, how often, and some of the places."""
    found: dict[str, tuple[int, list[str]]] = {}
    for note in document.notes:
        count, places = found.get(note.code, (0, []))
        place = note.excerpt or note.place
        found[note.code] = (count + note.count, [*places, place] if place else places)
    return [
        (NOTE_LABELS[code], count, places[:12])
        for code, (count, places) in found.items()
        if code in NOTE_LABELS
    ]


@bp.route(
    "/authoring/uploads/<public_id:upload_id>/sections/<key:key>", methods=["GET", "POST"]
)
@guarded(Permission.EDIT_DRAFT)
def section(upload_id: str, key: str) -> ResponseReturnValue:
    """One section of the preview: read it, and divide it where a new one begins."""
    db.let_go()
    with db.reading() as session:
        shown = queries.get_upload(session, upload_id, viewer=current_actor())
    if shown.document is None:
        raise NotFound
    preview = Preview.from_json(shown.document)
    at = preview.place_of(key)
    if at is None:
        raise NotFound
    this = preview.sections[at]
    pieces = _pieces(this)
    form = DivideForm()
    if not form.is_submitted():
        form = DivideForm(data={"version": str(shown.version)})
    form.at.choices = {str(n): piece.text for n, piece in enumerate(pieces) if n}
    if form.validate_on_submit():
        preview = preview.split(at, int(form.at.data), form.title.data or "")
        services.keep_preview(
            db.session, shown, preview, actor=current_actor(), version=form.seen
        )
        db.session.commit()
        place = f"section-{preview.sections[at + 1].key}"
        return redirect(url_for(".upload", upload_id=upload_id, _anchor=place), 303)
    page = render_template(
        "exchange/section.html",
        upload=shown,
        section=this,
        pieces=pieces,
        language=preview.course.language,
        form=form,
    )
    return page, 422 if form.errors else 200


def _pieces(section: SectionDraft) -> list[Rendered]:
    """Each block by itself, with the footnotes that it speaks of."""
    body, notes = documents.part_notes(section.source)
    return [
        render(documents.with_notes(block, notes), key=f"{section.key}{number}")
        for number, block in enumerate(documents.blocks(body))
    ]
