"""The pages of conduct: the rules, reporting, covering, the host's queue, the second person."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from feedback_app import policy
from feedback_app.comments import conduct_queries as looked_up
from feedback_app.comments import measures, queries, requests
from feedback_app.comments.conduct import (
    COVER_LASTS,
    WAITS_FOR_SECOND,
    Eyes,
    Measure,
    Sight,
    sees,
)
from feedback_app.comments.conduct_forms import (
    ActForm,
    AppealDecisionForm,
    AppealForm,
    CoverForm,
    Decision,
    ReportForm,
    SecondForm,
    Step,
    lines_of,
)
from feedback_app.comments.conduct_public import LABELS, bp
from feedback_app.comments.details import personal_details
from feedback_app.comments.holders import holds
from feedback_app.comments.labels import (
    STEP_LABELS,
)
from feedback_app.comments.measure_models import TakenMeasure
from feedback_app.comments.models import Comment
from feedback_app.comments.receipts import current_holder
from feedback_app.comments.rules import NotYours, UnknownReason
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.extensions import db, limiter
from feedback_app.policy import Permission
from feedback_app.rounds import queries as rounds
from feedback_app.rounds.models import Round
from feedback_app.web import limits
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded, public
from feedback_app.web.templating import current_language


@bp.route("/comments/<public_id:comment_id>/report", methods=["GET", "POST"])
@public
@limiter.limit(limits.REPORTING, methods=["POST"])
def report(comment_id: str) -> ResponseReturnValue:
    """Ask the host to look at a comment; anybody may."""
    form = ReportForm()
    typed = form.validate_on_submit()
    comment = queries.get_comment(db.session, comment_id, viewer=current_actor())
    holder = current_holder()
    if typed:
        try:
            requests.report(
                db.session,
                comment,
                actor=current_actor(),
                holder=holder,
                reason=form.reason.data,
                words=form.words.data or "",
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Thank you. The host will look at it."), "success")
            return redirect(_page_of(comment), 303)
    page = render_template(
        "conduct/report.html",
        comment=comment,
        card=queries.card_of(db.session, comment, current_actor()),
        form=form,
        is_told=holder.is_somebody,
        back=_page_of(comment),
    )
    return page, 422 if form.errors else 200


@bp.route("/comments/<public_id:comment_id>/details", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def details(comment_id: str) -> ResponseReturnValue:
    """Ask for details in one's own comment to be covered; works at any time."""
    form = CoverForm()
    typed = form.validate_on_submit()
    comment = _own(comment_id)
    written = comment.current.original.body
    if typed:
        try:
            requests.ask_to_cover(
                db.session,
                comment,
                actor=current_actor(),
                holder=current_holder(),
                phrases=lines_of(form.phrases),
                words=form.words.data or "",
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The host has your wish. You see here what became of it."), "success")
            return redirect(url_for(".details", comment_id=comment_id), 303)
    elif not form.is_submitted():
        form.phrases.data = _found_in(written)
    page = render_template(
        "conduct/details.html",
        comment=comment,
        written=written,
        form=form,
        wishes=looked_up.own_wishes(db.session, comment),
        back=_page_of(comment),
    )
    return page, 422 if form.errors else 200


def _own(comment_id: str) -> Comment:
    comment = queries.get_comment(db.session, comment_id, viewer=current_actor())
    if not holds(comment, current_holder()):
        raise NotYours
    return comment


def _found_in(text: str) -> str:
    """What may tell who somebody is, as a first proposal."""
    return "\n".join(dict.fromkeys(text[a:b] for a, b in personal_details(text)))


def _page_of(comment: Comment) -> str:
    shown = comment.parent.public_id if comment.parent is not None else comment.public_id
    return url_for("comments.show", comment_id=shown)


@bp.route("/comments/<public_id:comment_id>/appeal", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def appeal(comment_id: str) -> ResponseReturnValue:
    """Its writer asks the board, once."""
    form = AppealForm()
    typed = form.validate_on_submit()
    comment = _own(comment_id)
    found = [m for m in measures.standing(db.session, comment) if m.works and m.needs_second]
    measure = next((m for m in found if m.appealed_at is None), None)
    if typed and measure is not None:
        try:
            measures.appeal(
                db.session,
                measure,
                actor=current_actor(),
                holder=current_holder(),
                words=form.words.data or "",
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The oversight board has your words. It decides once."), "success")
            return redirect(url_for(".appeal", comment_id=comment_id), 303)
    page = render_template(
        "conduct/appeal.html",
        comment=comment,
        measure=measure,
        before=[m for m in found if m.appealed_at],
        form=form,
        labels=LABELS,
        back=_page_of(comment),
    )
    return page, 422 if form.errors else 200


@bp.get("/host/conduct")
@guarded(Permission.OWN_ACCOUNT)
def index() -> ResponseReturnValue:
    """The rounds in which one's look is waited for, those with most first."""
    actor = current_actor()
    waiting = looked_up.waiting_by_round(db.session)
    found = [
        (round_, waiting[round_.id])
        for round_ in db.session.scalars(select(Round).where(Round.id.in_(waiting)))
        if policy.allows(actor, Permission.READ_CONDUCT, round_)
    ]
    found.sort(key=lambda each: -each[1])
    return render_template("conduct/index.html", found=found)


@bp.get("/host/rounds/<slug:slug>/conduct")
@guarded(Permission.READ_CONDUCT)
def queue(slug: str) -> ResponseReturnValue:
    """What waits in a round: held, reported, asked to be covered, to be confirmed, appealed."""
    actor = current_actor()
    round_ = rounds.get_round(db.session, slug, viewer=actor)
    policy.require(actor, Permission.READ_CONDUCT, round_)
    row = rounds.get_round_row(db.session, slug, viewer=actor, locale=current_language())
    eyes = looked_up.eyes_of(actor, round_)

    def words(comment: Comment) -> str:
        return read(comment, eyes)[0]

    return render_template(
        "conduct/queue.html",
        round_=row,
        found=looked_up.queue(db.session, round_),
        words=words,
        labels=LABELS,
        acts=policy.allows(actor, Permission.MODERATE_CONDUCT, round_),
        may_decide=policy.allows(actor, Permission.DECIDE_APPEAL, round_),
    )


def read(comment: Comment, eyes: Eyes) -> tuple[str, Any]:
    """The words as these eyes read them, plain and drawn; nothing where they read none."""
    sight = sees(comment.state, eyes)
    if sight is Sight.ORIGINAL:
        return comment.current.original.body, comment.current.original.html
    if sight is Sight.TEXT:
        return comment.current.body, comment.current.html
    return "", ""


@bp.route("/comments/<public_id:comment_id>/conduct", methods=["GET", "POST"])
@guarded(Permission.READ_CONDUCT)
def act(comment_id: str) -> ResponseReturnValue:
    """One comment with the rules beside it: show, hide, cover, erase, or leave it as it is."""
    form = ActForm()
    actor = current_actor()
    comment = queries.get_comment(db.session, comment_id, viewer=actor)
    policy.require(actor, Permission.READ_CONDUCT, comment)
    moderates = policy.allows(actor, Permission.MODERATE_CONDUCT, comment)
    form.step.choices = {
        step.value: STEP_LABELS[step.value]
        for step in Step
        if (moderates or step is Step.HIDE)
        and (step is not Step.RELEASE or comment.held_at is not None)
    }
    typed = form.validate_on_submit()
    if typed:
        try:
            _do(comment, form)
        except Invalid as error:
            form.reject(error)
        except Conflict as error:
            form.form_errors.append(_(error.sentence))
        else:
            db.session.commit()
            flash(_("Done. It stands in the public list of this comment period."), "success")
            return redirect(url_for(".queue", slug=comment.round.slug), 303)
    words, html = read(comment, looked_up.eyes_of(actor, comment.round))
    asked = looked_up.requests_about(db.session, comment)
    if not form.is_submitted():
        wished = [phrase for request in asked for phrase in request.phrases]
        form.phrases.data = "\n".join(dict.fromkeys(wished)) or _found_in(words)
    page = render_template(
        "conduct/act.html",
        comment=comment,
        words=words,
        html=html,
        asked=asked,
        standing=measures.standing(db.session, comment),
        form=form,
        labels=LABELS,
        moderates=moderates,
        acts=moderates or policy.allows(actor, Permission.COVER_COMMENT, comment),
        hours=int(COVER_LASTS.total_seconds() // 3600),
        days=WAITS_FOR_SECOND.days,
    )
    return page, 422 if form.errors or form.form_errors else 200


def _do(comment: Comment, form: ActForm) -> None:
    actor, step = current_actor(), form.step.data
    if step is Step.RELEASE:
        requests.release(db.session, comment, actor=actor)
    elif step is Step.LEAVE:
        measures.leave_as_it_is(db.session, comment, actor=actor)
    else:
        if form.reason.data is None:
            raise UnknownReason
        measures.take(
            db.session,
            comment,
            actor=actor,
            kind=Measure(step.value),
            reason=form.reason.data,
            phrases=lines_of(form.phrases) if step is not Step.ERASE else [],
        )


@bp.route("/measures/<public_id:measure_id>", methods=["GET", "POST"])
@guarded(Permission.READ_CONDUCT)
def second(measure_id: str) -> ResponseReturnValue:
    """The second person's page; the board's, where its writer has appealed."""
    actor = current_actor()
    measure = looked_up.get_measure(db.session, measure_id)
    policy.require(actor, Permission.READ_CONDUCT, measure)
    appealed = measure.appeal_waits and measure.ended_at is None
    form: Any = AppealDecisionForm() if appealed else SecondForm()
    may = policy.allows(
        actor, Permission.DECIDE_APPEAL if appealed else Permission.CONFIRM_MEASURE, measure
    ) and (appealed or not actor.in_organization(measure.organization_id))
    if form.validate_on_submit():
        try:
            _decide(measure, form, appealed=appealed)
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Decided. It stands in the public list of this comment period."), "success")
            return redirect(url_for(".queue", slug=measure.comment.round.slug), 303)
    html = read(measure.comment, looked_up.eyes_of(actor, measure.comment.round))[1]
    page = render_template(
        "conduct/second.html",
        measure=measure,
        comment=measure.comment,
        html=html,
        form=form if may and (appealed or measure.waits) else None,
        appealed=appealed,
        may_lift=measure.ended_at is None
        and not measure.comment.is_gone
        and actor.in_organization(measure.organization_id),
        lift=EmptyForm(formdata=None),
        labels=LABELS,
    )
    return page, 422 if form.errors else 200


def _decide(measure: TakenMeasure, form: Any, *, appealed: bool) -> None:
    actor, yes = current_actor(), form.decision.data is Decision.YES
    if appealed:
        measures.decide_appeal(
            db.session, measure, actor=actor, grants=yes, reply=form.words.data or ""
        )
    elif yes:
        measures.confirm(db.session, measure, actor=actor)
    else:
        measures.refuse(db.session, measure, actor=actor)


@bp.post("/measures/<public_id:measure_id>/lift")
@guarded(Permission.READ_CONDUCT)
def lift(measure_id: str) -> ResponseReturnValue:
    """Show it again as it was."""
    actor = current_actor()
    measure = looked_up.get_measure(db.session, measure_id)
    policy.require(actor, Permission.READ_CONDUCT, measure)
    if not EmptyForm().validate_on_submit():
        flash(_("This page had expired. Please send it again."), "error")
        return redirect(url_for(".second", measure_id=measure_id), 303)
    measures.lift(db.session, measure, actor=actor)
    db.session.commit()
    flash(_("It is shown again as it was."), "success")
    return redirect(url_for(".queue", slug=measure.comment.round.slug), 303)
