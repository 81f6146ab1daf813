"""The pages of those who see to conduct: the queue, one comment, the second person."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.comments import appeals, measures, queries, requests
from feedback_app.comments import conduct_queries as looked_up
from feedback_app.comments.conduct import (
    COVER_LASTS,
    WAITS_FOR_SECOND,
    Eyes,
    Measure,
    Sight,
    sees,
)
from feedback_app.comments.conduct_asking_views import found_in
from feedback_app.comments.conduct_forms import (
    ActForm,
    AppealDecisionForm,
    Decision,
    SecondForm,
    Step,
    lines_of,
)
from feedback_app.comments.conduct_public import LABELS, bp
from feedback_app.comments.conduct_queries import Waits
from feedback_app.comments.floods import claims_in
from feedback_app.comments.joint_doubts import waiting_for_a_look
from feedback_app.comments.judging import Judged, judged
from feedback_app.comments.labels import (
    STEP_LABELS,
)
from feedback_app.comments.measure_models import TakenMeasure
from feedback_app.comments.models import Comment
from feedback_app.comments.projection import standing
from feedback_app.comments.rules import UnknownReason
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.curricula.covering_queries import waiting_covers
from feedback_app.extensions import db
from feedback_app.policy import Actor, Permission
from feedback_app.rounds import queries as rounds
from feedback_app.rounds.models import Round
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language


@bp.get("/host/conduct")
@guarded(Permission.OWN_ACCOUNT)
def index() -> ResponseReturnValue:
    """The rounds in which one's look is waited for, those with most first."""
    actor = current_actor()
    waiting = looked_up.waiting_by_round(db.session)
    found = [
        (round_, _waits_for(actor, round_, waiting[round_.id]))
        for round_ in looked_up.rounds_with(db.session, waiting)
        if policy.allows(actor, Permission.READ_CONDUCT, round_)
    ]
    found = sorted((each for each in found if each[1]), key=lambda each: -each[1])
    asked = looked_up.asked_to_be_second(db.session, actor)
    covers = waiting_covers(db.session, actor)
    return render_template("conduct/index.html", found=found, asked=asked, covers=covers)


def _waits_for(actor: Actor, round_: Round, waiting: Counter[tuple[Waits, int | None]]) -> int:
    """How much of it this person could do something about."""
    sees_first = policy.allows(actor, Permission.MODERATE_CONDUCT, round_) or (
        policy.allows(actor, Permission.COVER_COMMENT, round_)
    )
    hats = {
        Waits.FIRST: sees_first,
        Waits.SECOND: policy.allows(actor, Permission.CONFIRM_MEASURE, round_),
        Waits.BOARD: policy.allows(actor, Permission.DECIDE_APPEAL, round_),
    }
    return sum(
        number
        for (whose, side), number in waiting.items()
        if hats[whose] and not (whose is Waits.SECOND and actor.in_organization(side))
    )


@bp.get("/host/rounds/<slug:slug>/conduct")
@guarded(Permission.READ_CONDUCT)
def queue(slug: str) -> ResponseReturnValue:
    """What waits in a round: held, reported, asked to be covered, to be confirmed, appealed."""
    actor = current_actor()
    round_ = rounds.get_round(db.session, slug, viewer=actor)
    policy.require(actor, Permission.READ_CONDUCT, round_)
    row = rounds.get_round_row(db.session, slug, viewer=actor, locale=current_language())
    eyes = looked_up.eyes_of(actor, round_)

    def words(comment: Comment, measure: TakenMeasure | None = None) -> str:
        if measure is not None and eyes is not Eyes.HOST and _judges(actor, measure):
            return judged(measure, others).body
        return read(comment, eyes)[0]

    found = looked_up.queue(db.session, round_)
    waiting = [*found.second, *found.appeals]
    mine = {measure.id for measure in waiting if _judges(actor, measure)}
    asked_about = [measure.comment for measure in waiting if measure.id in mine]
    others = standing(db.session, *asked_about) if eyes is not Eyes.HOST else []
    return render_template(
        "conduct/queue.html",
        round_=row,
        found=found,
        mine=mine,
        claims=claims_in(db.session, round_.id)
        if policy.allows(actor, Permission.DECIDE_APPEAL, round_)
        else (),
        looks=waiting_for_a_look(db.session, round_.id)
        if policy.allows(actor, Permission.MODERATE_CONDUCT, round_)
        else (),
        words=words,
        labels=LABELS,
        shows_many=policy.allows(actor, Permission.MODERATE_CONDUCT, round_),
        sees_first=policy.allows(actor, Permission.MODERATE_CONDUCT, round_)
        or policy.allows(actor, Permission.COVER_COMMENT, round_),
    )


def _judges(actor: Actor, measure: TakenMeasure) -> bool:
    """Whether its words lie before this person now: as second, or for the board's word."""
    if measure.waits and policy.allows(actor, Permission.CONFIRM_MEASURE, measure):
        return not actor.in_organization(measure.organization_id)
    return measure.appeal_waits and policy.allows(actor, Permission.DECIDE_APPEAL, measure)


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
        form.phrases.data = "\n".join(dict.fromkeys(wished)) or found_in(words)
    page = render_template(
        "conduct/act.html",
        comment=comment,
        words=words,
        html=html,
        asked=asked,
        standing=standing(db.session, comment),
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
    eyes = looked_up.eyes_of(actor, measure.comment.round)
    if eyes is not Eyes.HOST and _judges(actor, measure):
        shown = judged(measure, standing(db.session, measure.comment))
    else:
        words, html = read(measure.comment, eyes)
        shown = Judged(body=words, html=html, name=measure.comment.display_name or "")
    page = render_template(
        "conduct/second.html",
        measure=measure,
        comment=measure.comment,
        shown=shown,
        is_covered=eyes is not Eyes.HOST,
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
        appeals.decide_appeal(
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
