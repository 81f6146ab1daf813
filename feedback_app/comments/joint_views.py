"""An organization answers as one: it begins, its leads put a response together and send it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.comments import joint, joint_drafting, joint_queries, offering, receipts
from feedback_app.comments.joint_forms import (
    AboutForm,
    ActForm,
    BeginForm,
    PartForm,
    TakeForm,
)
from feedback_app.comments.joint_models import JointResponse, ResponsePart
from feedback_app.comments.queries import titles_of
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.html import render_comment
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds.queries import get_round, get_round_row
from feedback_app.web.forms import BaseForm, EmptyForm
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language, public_url

bp = Blueprint("joint", __name__)

ACTS = {
    "up": joint_drafting.move_up,
    "down": joint_drafting.move_down,
    "join": joint_drafting.join_above,
    "out": joint_drafting.leave_out,
    "keep": joint_drafting.keep_as_it_is,
}


@bp.route("/rounds/<slug:slug>/response", methods=["GET", "POST"])
@guarded(Permission.RESPOND_AS_ONE)
def begin(slug: str) -> ResponseReturnValue:
    """Whether and for which organization to answer this round as one."""
    form = BeginForm()
    round_ = get_round(db.session, slug, viewer=current_actor())
    policy.require(current_actor(), Permission.RESPOND_AS_ONE, round_)
    round_id, mine = round_.id, joint_queries.may_lead_for(db.session, round_, current_actor())
    form.organization.choices = {each.slug: each.name for each in mine}
    if request.method == "GET" and len(mine) == 1:
        form.organization.data = mine[0].slug
    status = 200
    if form.validate_on_submit():
        chosen = next(each for each in mine if each.slug == form.organization.data)
        try:
            response = joint.begin(
                db.session,
                round_,
                chosen,
                actor=current_actor(),
                language=current_language(),
            )
        except Conflict as error:
            db.only_read()
            form.form_errors.append(_(error.sentence))
            status = 409
        else:
            db.session.commit()
            return redirect(url_for(".show", response_id=response.public_id), 303)
    begun = joint_queries.responses_of(
        db.session, frozenset(each.id for each in mine), round_id
    )
    page = render_template(
        "responses/begin.html",
        form=form,
        round_=get_round_row(
            db.session, slug, viewer=current_actor(), locale=current_language()
        ),
        begun=begun,
        others=len(mine) > sum(not each.is_withdrawn for each in begun),
    )
    return page, 422 if form.errors and status == 200 else status


@bp.route("/responses/<public_id:response_id>")
@guarded(Permission.RESPOND_AS_ONE)
def show(response_id: str) -> ResponseReturnValue:
    """What members offered beside the response as it stands."""
    return _desk(response_at(response_id))


@bp.route("/responses/<public_id:response_id>/about", methods=["POST"])
@guarded(Permission.RESPOND_AS_ONE)
def about(response_id: str) -> ResponseReturnValue:
    """For how many members it speaks, and in which language."""
    form = AboutForm()
    is_valid = form.validate_on_submit()
    response = response_at(response_id)
    if not is_valid:
        return _desk(response, about=form, status=422)
    joint.describe(
        db.session,
        response,
        actor=current_actor(),
        members=form.members.data,
        language=form.language.data,
    )
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for(".show", response_id=response_id), 303)


@bp.route("/responses/<public_id:response_id>/words", methods=["POST"])
@guarded(Permission.RESPOND_AS_ONE)
def words(response_id: str) -> ResponseReturnValue:
    """Other words for members; the old ones open nothing any more."""
    form = EmptyForm()
    is_valid = form.validate_on_submit()
    response = response_at(response_id)
    if not is_valid:
        return _desk(response, problems=form.form_errors, status=422)
    joint.new_words(db.session, response, actor=current_actor())
    db.session.commit()
    flash(_("From now on only the new words work. What was offered stays."), "success")
    return redirect(url_for(".show", response_id=response_id), 303)


@bp.route("/responses/<public_id:response_id>/take", methods=["POST"])
@guarded(Permission.RESPOND_AS_ONE)
def take(response_id: str) -> ResponseReturnValue:
    """Copy a member's comment into the response."""
    form = TakeForm()
    is_valid = form.validate_on_submit()
    response = response_at(response_id)
    if not is_valid:
        return _desk(response, problems=form.form_errors, status=422)
    try:
        part = joint_drafting.take(
            db.session, response, actor=current_actor(), offer_id=form.offer.data or ""
        )
    except Conflict as error:
        return _refused(response_id, error)
    db.session.commit()
    there = url_for(
        ".show",
        response_id=response_id,
        after=request.args.get("after"),
        _anchor=f"p-{part.public_id}",
    )
    return redirect(there, 303)


@bp.route("/responses/<public_id:response_id>/points/new", methods=["GET", "POST"])
@guarded(Permission.RESPOND_AS_ONE)
def add(response_id: str) -> ResponseReturnValue:
    """A point of the organization's own."""
    form = PartForm()
    response = response_at(response_id)
    _offer_sections(form, response)
    status = 200
    if form.validate_on_submit():
        try:
            part = joint_drafting.add_part(
                db.session,
                response,
                actor=current_actor(),
                body=form.body.data or "",
                section_key=form.section.data or None,
            )
        except (Conflict, Invalid) as error:
            status = _say(form, error)
        else:
            db.session.commit()
            return _back(part)
    return _part_page(response, form, None, status)


@bp.route(
    "/responses/<public_id:response_id>/points/<public_id:part_id>", methods=["GET", "POST"]
)
@guarded(Permission.RESPOND_AS_ONE)
def edit(response_id: str, part_id: str) -> ResponseReturnValue:
    """Put a point otherwise; of two who do so at once neither loses a word."""
    form = PartForm()
    response = response_at(response_id)
    _offer_sections(form, response)
    try:
        part = joint_queries.get_part(db.session, response, part_id)
    except NotFound:
        if request.method == "GET":
            raise
        form.form_errors.append(_(joint_drafting.PartGone.message))
        return _part_page(response, form, None, 409)
    status, theirs = 200, None
    if form.validate_on_submit():
        try:
            joint_drafting.edit_part(
                db.session,
                part,
                actor=current_actor(),
                version=_number(form.version.data),
                body=form.body.data or "",
                section_key=form.section.data or None,
            )
        except (Conflict, Invalid) as error:
            status = _say(form, error)
            if isinstance(error, joint_drafting.PartChanged):
                theirs, form.version.data = part.body, str(part.version)
        else:
            db.session.commit()
            flash(_("The point is saved. What members wrote stays as it is."), "success")
            return _back(part)
    elif not form.is_submitted():
        form.body.data, form.section.data = part.body, part.section_key or ""
        form.version.data = str(part.version)
    return _part_page(response, form, part, status, theirs)


@bp.route("/responses/<public_id:response_id>/points/<public_id:part_id>/act", methods=["POST"])
@guarded(Permission.RESPOND_AS_ONE)
def act(response_id: str, part_id: str) -> ResponseReturnValue:
    """Move a point, join it with the one above, leave it out, or say that it may stay."""
    form = ActForm()
    is_valid = form.validate_on_submit()
    response = response_at(response_id)
    wanted = ACTS.get(request.form.get("act", ""))
    if not is_valid or wanted is None:
        return _desk(response, problems=form.form_errors, status=422)
    try:
        part = joint_queries.get_part(db.session, response, part_id)
        wanted(db.session, part, actor=current_actor(), version=_number(form.version.data))
    except Conflict as error:
        return _refused(response_id, error)
    except NotFound:
        return _refused(response_id, joint_drafting.PartGone())
    db.session.commit()
    row = f"p-{part_id}" if wanted is joint_drafting.keep_as_it_is else "points"
    return redirect(url_for(".show", response_id=response_id, _anchor=row), 303)


@bp.route("/responses/<public_id:response_id>/looked", methods=["POST"])
@guarded(Permission.RESPOND_AS_ONE)
def looked(response_id: str) -> ResponseReturnValue:
    """What was sent has been read again by one of its leads."""
    form = EmptyForm()
    is_valid = form.validate_on_submit()
    response = response_at(response_id)
    if not is_valid:
        return _desk(response, problems=form.form_errors, status=422)
    joint.looked_at(db.session, response, actor=current_actor())
    db.session.commit()
    flash(_("Thank you. The response stays as it is."), "success")
    return redirect(url_for(".show", response_id=response_id), 303)


def response_at(response_id: str) -> JointResponse:
    return joint_queries.get_response(db.session, response_id, viewer=current_actor())


def _refused(response_id: str, error: Conflict) -> ResponseReturnValue:
    db.only_read()
    return _desk(response_at(response_id), problems=[_(error.sentence)], status=409)


def _desk(
    response: JointResponse,
    *,
    about: AboutForm | None = None,
    problems: Sequence[str] = (),
    status: int = 200,
) -> ResponseReturnValue:
    parts = joint_queries.parts_of(db.session, response)
    titles = titles_of(db.session, response.round.revision_id)
    after = request.args.get("after")
    offered = joint_queries.offered_to(db.session, response, list(titles), after=after)
    page = render_template(
        "responses/show.html",
        response=response,
        round_=response.round,
        text=response.round.text(current_language()),
        parts=[(part, render_comment(part.body).html) for part in parts],
        doubtful=joint_drafting.doubtful_among(db.session, response),
        offered=offered,
        after=after,
        next_url=offered.next_cursor
        and url_for(
            ".show",
            response_id=response.public_id,
            after=offered.next_cursor,
            _anchor="offered",
        ),
        first_url=url_for(".show", response_id=response.public_id, _anchor="offered"),
        titles=titles,
        words=offering.member_words(receipts.key(), response).replace("-", " "),
        address=public_url(f"/rounds/{response.round.slug}", current_language()),
        about=about
        or AboutForm(formdata=None, members=response.members, language=response.language),
        empty_form=EmptyForm(formdata=None),
        problems=problems,
        closed=joint.is_closed(response),
    )
    return page, status


def _offer_sections(form: PartForm, response: JointResponse) -> None:
    titles: Mapping[str, tuple[str, str]] = titles_of(db.session, response.round.revision_id)
    form.section.choices = {"": _("The whole course")} | {
        key: f"{number} {title}" for key, (number, title) in titles.items()
    }


def _part_page(
    response: JointResponse,
    form: PartForm,
    part: ResponsePart | None,
    status: int,
    theirs: str | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "responses/point.html", response=response, form=form, part=part, theirs=theirs
    )
    return page, 422 if form.errors and status == 200 else status


def _back(part: ResponsePart) -> ResponseReturnValue:
    there = url_for(".show", response_id=part.response.public_id, _anchor=f"p-{part.public_id}")
    return redirect(there, 303)


def _say(form: BaseForm, error: Conflict | Invalid) -> int:
    if isinstance(error, Invalid):
        form.reject(error)
        return 422
    form.form_errors.append(_(error.sentence))
    return 409


def _number(raw: str | None) -> int:
    """A version as the form carries it; anything else is no version of ours."""
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < 10 else 0
