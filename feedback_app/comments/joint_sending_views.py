"""The last look at an organization's response, and sending it once."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from feedback_app.comments import details, joint, joint_drafting, joint_queries, receipts
from feedback_app.comments.cards import CommentCard
from feedback_app.comments.conduct import State
from feedback_app.comments.joint_forms import SendForm
from feedback_app.comments.joint_models import JointResponse
from feedback_app.comments.joint_views import bp, response_at
from feedback_app.comments.opened import PageTooOld, new_mark, read_mark
from feedback_app.comments.queries import titles_of
from feedback_app.comments.rules import ClosedMeanwhile
from feedback_app.core import clock
from feedback_app.core.errors import Conflict
from feedback_app.core.html import Mark, Rendered, highlight, render_comment
from feedback_app.extensions import db, limiter
from feedback_app.policy import Permission
from feedback_app.web import limits
from feedback_app.web.identity import current_actor, guarded


@bp.route("/responses/<public_id:response_id>/send", methods=["GET", "POST"])
@guarded(Permission.RESPOND_AS_ONE)
@limiter.limit(limits.WRITING, methods=["POST"])
def send(response_id: str) -> ResponseReturnValue:
    """Exactly what will be public; then it is sent, once."""
    form = SendForm()
    is_valid = form.validate_on_submit()
    if not is_valid:
        return _check_page(form, response_id, 422 if form.is_submitted() else 200)
    with db.reading() as unit:
        composed, rendered = _composed(
            joint_queries.get_response(unit, response_id, viewer=current_actor())
        )
    try:
        mark = read_mark(receipts.secret(), form.submission_id.data, response_id)
        comment = joint.send(
            db.session,
            response_at(response_id),
            actor=current_actor(),
            sent=mark,
            version=form.version.data or 0,
            composed=composed,
            html=rendered.html,
            accepts_late=form.knows_late.data == "1",
        )
    except Conflict as error:
        db.only_read()
        form.form_errors.append(_(error.sentence))
        if isinstance(error, PageTooOld):
            form.submission_id.data = None
        if isinstance(error, ClosedMeanwhile):
            form.knows_late.data = "1"
        return _check_page(form, response_id, 409)
    db.session.commit()
    flash(_("The response is sent. What members wrote stays as it is."), "success")
    return redirect(url_for("comments.show", comment_id=comment.public_id), 303)


def _check_page(form: SendForm, response_id: str, status: int) -> ResponseReturnValue:
    response = response_at(response_id)
    if response.comment is not None:
        return redirect(url_for("comments.show", comment_id=response.comment.public_id), 303)
    composed, rendered = _composed(response)
    late = joint.is_closed(response)
    form.submission_id.data = form.submission_id.data or new_mark(receipts.secret())
    form.version.raw_data = None
    form.version.data = response.version
    form.knows_late.data = "1" if late else ""
    found = details.personal_details(rendered.text)
    marks = [Mark(start, end, css_class="q", tag="mark") for start, end in found]
    doubtful = joint_drafting.doubtful_among(db.session, response)
    page = render_template(
        "responses/send.html",
        form=form,
        response=response,
        card=_preview(response, composed, highlight(rendered.html, marks)),
        found=[rendered.text[start:end] for start, end in found],
        points=len(composed.spans),
        doubtful=next((p.public_id for p in response.parts if p.id in doubtful), None),
        late=late,
    )
    return page, status


def _composed(response: JointResponse) -> tuple[joint.Composed, Rendered]:
    """Its words with the names of sections in the language of the response."""
    with force_locale(response.language if response.language == "es" else "en"):
        composed = joint.compose(response.parts, _headings(response))
    return composed, render_comment(composed.body)


def _headings(response: JointResponse) -> dict[str, str]:
    with db.reading() as unit:
        titles = titles_of(unit, response.round.revision_id)
    return {key: _heading(*named) for key, named in titles.items()}


def _heading(number: str, title: str) -> str:
    return str(_("Section %(number)s, %(title)s", number=number, title=title))


def _preview(response: JointResponse, composed: joint.Composed, html: Markup) -> CommentCard:
    number, title = None, None
    if composed.section_key:
        with db.reading() as unit:
            titles = titles_of(unit, response.round.revision_id)
        number, title = titles.get(composed.section_key, (None, None))
    today = clock.now().astimezone(ZoneInfo(response.round.time_zone)).date()
    return CommentCard(
        id=0,
        public_id="preview",
        section_key=composed.section_key,
        name=joint.name_of(response.organization),
        kind=None,
        language=None,
        channel=None,
        day=today,
        edited_on=None,
        since=None,
        state=State.SHOWN,
        quote=None,
        body_html=html,
        suggested_wording=None,
        endorsements=0,
        replies_count=0,
        section_number=number,
        section_title=title,
    )
