"""Placing comments by hand in the newest version of a course."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired

from feedback_app import policy
from feedback_app.comments import queries as comments
from feedback_app.comments.models import Comment
from feedback_app.comments.placing import NoSuchWords, find_placement, place_by_hand
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.html import sentences
from feedback_app.core.i18n import N_
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.models import Curriculum, Revision
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.triage.changes_public import bp
from feedback_app.triage.places import MOST, Look, places_to_look_at
from feedback_app.web.forms import BaseForm, EmptyForm
from feedback_app.web.identity import current_actor, guarded

WHERE_LABELS = {
    "words": N_("On the words chosen below"),
    "section": N_("On this section as a whole"),
    "gone": N_("Nowhere: its words are gone"),
}
LOOK_LABELS = {
    Look.OBJECTED: N_("The person who wrote it says: these are not the words"),
    Look.UNPLACED: N_("Not found in this version"),
    Look.REMOVED: N_("Their words were taken out"),
    Look.CHANGED: N_("Moved, or in other words now: is this right?"),
}


class PlaceForm(BaseForm):
    version = HiddenField()
    section = HiddenField()
    span = HiddenField()
    where = RadioField(
        N_("Where does this comment stand now?"),
        choices=WHERE_LABELS,
        default="words",
        validators=[InputRequired(N_("Choose one."))],
    )
    words = SelectMultipleField(
        N_("The sentences it speaks of"), choices=[], validate_choice=False
    )

    def chosen(self) -> tuple[int, int]:
        """From the first word chosen to the last; (0, 0) for the section as a whole."""
        if self.where.data != "words":
            return 0, 0
        given = [self.span.data] if self.span.data else self.words.data or []
        spans = [one.split("-") for one in given]
        if not spans or not all(
            len(pair) == 2 and all(n.isascii() and n.isdigit() and len(n) < 9 for n in pair)
            for pair in spans
        ):
            raise NoSuchWords
        return min(int(a) for a, _ in spans), max(int(b) for _, b in spans)


@bp.get("/authoring/<slug:slug>/places")
@guarded(Permission.TRIAGE)
def places(slug: str) -> ResponseReturnValue:
    """Comments whose place in the newest version a person should look at."""
    curriculum, revision = _newest(slug)
    rows, counts = places_to_look_at(db.session, revision, current_actor())
    return render_template(
        "triage/places.html",
        curriculum=curriculum,
        revision=revision,
        groups=[(look, [row for row in rows if row.look is look]) for look in Look],
        counts=counts,
        most=MOST,
        labels=LOOK_LABELS,
        form=EmptyForm(),
    )


@bp.route("/authoring/<slug:slug>/places/<public_id:comment_id>", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def place(slug: str, comment_id: str) -> ResponseReturnValue:
    """One comment beside the new text: choose the words or the section, or say it is gone."""
    form = PlaceForm()
    curriculum, revision = _newest(slug)
    comment = _comment(curriculum, comment_id)
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                _place(form, comment, revision)
            except Conflict as error:
                form.form_errors.append(_(error.sentence))
                status = 409
            except Invalid as error:
                form.reject(error)
            else:
                db.session.commit()
                flash(
                    _("The comment has its place. Its author sees the old words and the new."),
                    "success",
                )
                return redirect(url_for(".places", slug=slug), 303)
    return _page(curriculum, revision, comment, form), status


class NewerVersion(Conflict):
    message = N_("A newer version was published meanwhile. Look at its words and choose again.")


def _place(form: PlaceForm, comment: Comment, revision: Revision) -> None:
    if form.version.data != str(revision.number):
        raise NewerVersion
    start, end = form.chosen()
    place_by_hand(
        db.session,
        comment,
        revision,
        actor=current_actor(),
        section_key=None if form.where.data == "gone" else form.section.data or "",
        start=start,
        end=end,
    )


def _newest(slug: str) -> tuple[Curriculum, Revision]:
    curriculum = curricula.get_curriculum(db.session, slug)
    policy.require(current_actor(), Permission.TRIAGE, curriculum)
    revision = curricula.newest_published(db.session, curriculum.id)
    if revision is None:
        raise NotFound
    return curriculum, revision


def _comment(curriculum: Curriculum, comment_id: str) -> Comment:
    comment = comments.get_comment(db.session, comment_id, viewer=current_actor())
    if comment.revision.curriculum_id != curriculum.id or comment.parent_id is not None:
        raise NotFound
    policy.require(current_actor(), Permission.TRIAGE, comment)
    return comment


def _page(curriculum: Curriculum, revision: Revision, comment: Comment, form: PlaceForm) -> str:
    placement = find_placement(db.session, comment.id, revision.id)
    rows = curricula.outline(db.session, revision.id)
    by_key = {row.key: row for row in rows}
    stood = placement.section_key if placement is not None else None
    asked = [form.section.data, request.args.get("section"), stood, comment.section_key]
    key = next((key for key in asked if key in by_key), rows[0].key if rows else None)
    row = by_key[key] if key else None
    form.version.data, form.section.data = str(revision.number), key or ""
    here = placement is not None and stood == key and bool(placement.end)
    now = (placement.start or 0, placement.end or 0) if placement is not None and here else None
    listed = sentences(row.text) if row else []
    checked = (
        set(form.words.data or ())
        if form.is_submitted()
        else {f"{a}-{b}" for a, b in listed if now and a < now[1] and now[0] < b}
    )
    return render_template(
        "triage/place.html",
        curriculum=curriculum,
        revision=revision,
        comment=comment,
        placement=placement,
        rows=rows,
        row=row,
        now=row.text[now[0] : now[1]] if row and now else "",
        sentences=[(f"{a}-{b}", row.text[a:b]) for a, b in listed] if row else [],
        checked=checked,
        form=form,
        labels=WHERE_LABELS,
    )
