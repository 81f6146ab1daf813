"""Pages by which a department shares its work on the board."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.comments import queries as comments
from feedback_app.comments.models import Point
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.triage import queries, work
from feedback_app.triage.filters import Filters
from feedback_app.triage.surroundings import people_of
from feedback_app.triage.views import bp
from feedback_app.triage.work_forms import AssignForm, NoteForm, QuestionForm, ReplyForm
from feedback_app.triage.work_models import Assignment
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded


@bp.route("/triage/points/<public_id:point_id>/assign", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def assign(point_id: str) -> ResponseReturnValue:
    """Give one comment to a moderator, with a day, or take it from them."""
    point = _point(point_id, Permission.TRIAGE)
    work.check_stands(point)
    people = people_of(db.session, point.department_id)
    kept = work.assignment_of(db.session, point)
    form = AssignForm(**({} if request.method == "POST" else _kept(kept)))
    form.offer(people)
    status, overtaken = 200, False
    if form.validate_on_submit():
        chosen = next((p.id for p in people if p.public_id == form.person.data), None)
        try:
            work.assign(
                db.session,
                point,
                actor=current_actor(),
                to=chosen,
                due_on=form.due_on.data,
                based_on=form.based_on.data,
            )
        except work.WorkOvertaken:
            form.based_on.data = work.version_of(work.assignment_of(db.session, point))
            status, overtaken = 409, True
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Saved."), "success")
            return _back(point)
    values = {"kept": work.assignment_of(db.session, point), "overtaken": overtaken}
    page = render_template("triage/assign.html", form=form, **_about(point), **values)
    return page, 422 if form.errors else status


def _kept(kept: Assignment | None) -> dict[str, Any]:
    known: dict[str, Any] = {"based_on": work.version_of(kept)}
    if kept is not None:
        known |= {"person": kept.assigned_to.public_id, "due_on": kept.due_on}
    return known


@bp.route("/triage/points/<public_id:point_id>/ask", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def ask(point_id: str) -> ResponseReturnValue:
    """Ask the authors of the course about one comment."""
    point = _point(point_id, Permission.TRIAGE)
    work.check_stands(point)
    form = QuestionForm()
    if form.validate_on_submit():
        words = form.words.data or ""
        try:
            work.ask_authors(db.session, point, actor=current_actor(), question=words)
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The authors see your question on their page of this comment."), "success")
            return _back(point)
    page = render_template("triage/ask.html", form=form, **_about(point))
    return page, 422 if form.errors else 200


@bp.route("/triage/questions/<public_id:question_id>", methods=["GET", "POST"])
@guarded(Permission.PROPOSE_CAUSE)
def reply(question_id: str) -> ResponseReturnValue:
    """Answer a moderator's question about one comment."""
    asked = work.get_question(db.session, question_id)
    policy.require(current_actor(), Permission.PROPOSE_CAUSE, asked.point)
    form = ReplyForm()
    if asked.ended_at is not None and request.method == "GET":
        return _back(asked.point)
    if form.validate_on_submit():
        words = form.words.data or ""
        try:
            work.reply_to(db.session, asked, actor=current_actor(), reply=words)
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Your answer stands beside the comment now."), "success")
            return _back(asked.point)
    page = render_template("triage/reply.html", form=form, asked=asked, **_about(asked.point))
    return page, 422 if form.errors else 200


@bp.route("/triage/questions/<public_id:question_id>/take-back", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def take_question_back(question_id: str) -> ResponseReturnValue:
    """A question that needs no answer any more."""
    asked = work.get_question(db.session, question_id)
    policy.require(current_actor(), Permission.TRIAGE, asked.point)
    form = EmptyForm()
    if form.validate_on_submit():
        work.reply_to(db.session, asked, actor=current_actor(), reply="")
        db.session.commit()
        flash(_("The question is taken back."), "success")
        return _back(asked.point)
    page = render_template(
        "triage/take_question_back.html", form=form, asked=asked, **_about(asked.point)
    )
    return page, 422 if form.errors else 200


@bp.route("/triage/points/<public_id:point_id>/note", methods=["GET", "POST"])
@guarded(Permission.PROPOSE_CAUSE)
def write_note(point_id: str) -> ResponseReturnValue:
    """Leave a note for one's own department."""
    point = _point(point_id, Permission.PROPOSE_CAUSE)
    form = NoteForm()
    if form.validate_on_submit():
        words = form.words.data or ""
        try:
            work.write_note(db.session, point, actor=current_actor(), body=words)
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Your note is kept."), "success")
            return _back(point)
    page = render_template("triage/note.html", form=form, **_about(point))
    return page, 422 if form.errors else 200


@bp.route("/triage/notes/<public_id:note_id>", methods=["GET", "POST"])
@guarded(Permission.PROPOSE_CAUSE)
def change_note(note_id: str) -> ResponseReturnValue:
    """Write a note of one's own anew; of two at once neither text is lost."""
    note = work.get_note(db.session, note_id)
    policy.require(current_actor(), Permission.PROPOSE_CAUSE, note.point)
    if note.written_by_id != current_actor().account_id:
        raise NotFound
    known = {"words": note.body, "version": str(note.version)}
    form = NoteForm(**({} if request.method == "POST" else known))
    status, theirs = 200, ""
    if form.validate_on_submit():
        seen = form.version.data or ""
        words = form.words.data or ""
        try:
            work.change_note(
                db.session,
                note,
                actor=current_actor(),
                body=words,
                version=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0,
            )
        except work.WorkOvertaken:
            form.version.data, theirs, status = str(note.version), note.body, 409
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Your note is kept."), "success")
            return _back(note.point)
    page = render_template("triage/note.html", form=form, theirs=theirs, **_about(note.point))
    return page, 422 if form.errors else status


def _point(point_id: str, permission: Permission) -> Point:
    point = queries.get_point(db.session, point_id)
    policy.require(current_actor(), permission, point)
    return point


def _back(point: Point) -> ResponseReturnValue:
    address = Filters.read(request.args).in_address
    return redirect(url_for(".answer", point_id=point.public_id, **address), 303)


def _about(point: Point) -> dict[str, Any]:
    return {
        "point": point,
        "card": comments.card_of(db.session, point.comment, current_actor()),
        "address": Filters.read(request.args).in_address,
    }
