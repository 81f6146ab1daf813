"""The desk of the moderators: the board, one comment with its answer, and publishing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.comments.labels import LANGUAGE_LABELS
from feedback_app.core import clock
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.paging import write_cursor
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds import queries as rounds
from feedback_app.rounds.models import Answering, Round, RoundState
from feedback_app.triage import desk, queries, rules, services
from feedback_app.triage.board import board as board_of
from feedback_app.triage.board_counts import counts
from feedback_app.triage.checklist import checklist, lines_to_publish
from feedback_app.triage.composing_views import asked_for_help, help_with
from feedback_app.triage.evidence import broken_evidence
from feedback_app.triage.filters import Filters, State
from feedback_app.triage.forms import DispositionForm, ReportForm, SplitForm
from feedback_app.triage.listing import Listing, listing
from feedback_app.triage.models import Disposition, Outcome
from feedback_app.triage.points import sentences_of, spans_from
from feedback_app.triage.sharing import offices_of
from feedback_app.triage.signatures import without_second
from feedback_app.triage.view_keeping import has_first_view
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language

bp = Blueprint("triage", __name__)


@bp.get("/triage/")
@guarded(Permission.READ_ANSWERS)
def index() -> ResponseReturnValue:
    """The comment periods whose comments this person answers, signs or oversees."""
    found = desk.rounds_to_answer(db.session, current_actor(), current_language())
    if found is None:
        raise NotFound
    return render_template(
        "triage/index.html",
        rounds=found,
        offices=offices_of(db.session, current_actor()),
        view="first" if has_first_view(db.session, current_actor().account_id) else None,
    )


@bp.get("/triage/<slug:slug>")
@guarded(Permission.READ_ANSWERS)
def board(slug: str) -> ResponseReturnValue:
    """The list, with the first comment beside it."""
    values = _queue(slug)
    wanted = next((view for view in values["listing"].views if view.is_first), None)
    if wanted is not None and request.args.get("view") == "first":
        return redirect(url_for(".board", slug=slug, **wanted.asks))
    first = next(iter(values["page"]), None)
    if first is not None:
        point = queries.get_point(db.session, first.public_id)
        detail = desk.detail(db.session, point, current_actor(), values["listing"])
        values |= {"detail": detail, "form": _form(detail)}
    return render_template("triage/board.html", **values)


@bp.route("/triage/points/<public_id:point_id>", methods=["GET", "POST"])
@guarded(Permission.READ_ANSWERS)
def answer(point_id: str) -> ResponseReturnValue:
    """One point of a comment with its words beside it; record the answer given to it."""
    point = queries.get_point(db.session, point_id)
    policy.require(current_actor(), Permission.READ_ANSWERS, point)
    if request.method == "POST":
        policy.require(current_actor(), Permission.TRIAGE, point)
    values = _queue(point.comment.round.slug)
    detail = desk.detail(db.session, point, current_actor(), values["listing"])
    form = _form(detail)
    status, helped = 200, None
    if asked_for_help():
        passage = detail.point.passage if detail.place else ""
        reads = detail.comment.language
        helped = help_with(form, detail.comment.round, reads=reads, passage=passage)
    elif form.validate_on_submit():
        try:
            given = _record(detail, form)
        except rules.AnswerOvertaken:
            form.based_on.data = detail.token
            status = 409
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Your answer is saved. It is not public yet."), "success")
            return redirect(_after(detail, given, values["listing"]), 303)
    if helped is not None:
        status = helped.status
    elif form.errors:
        status = 422
        _say_all(detail, form)
    values |= {"detail": detail, "form": form, "helped": helped}
    page = render_template(
        "triage/answer.html", **values, overtaken=status == 409, is_answer=True
    )
    return page, status


def _say_all(detail: desk.Detail, form: DispositionForm) -> None:
    """Everything that is missing at once, not one thing after the other."""
    if form.outcome.data is None:
        return
    for broken in services.broken_rules(
        detail.point,
        outcome=form.outcome.data,
        reason=form.reason.data,
        reason_detail=form.reason_detail.data or "",
        due_on=form.due_on.data,
        referred_to=form.referred_to.data or "",
    ):
        if not form[broken.at].errors:
            form.reject(broken)
    for broken in broken_evidence(form.evidence_url.data or "", form.evidence_title.data or ""):
        if not form[broken.at].errors:
            form.reject(broken)
    if form.outcome.data is Outcome.ALREADY_COVERED:
        _say_where(detail, form)


def _say_where(detail: desk.Detail, form: DispositionForm) -> None:
    try:
        services.covered_passage(
            db.session,
            detail.point.comment.round,
            form.covered_section.data,
            form.covered_words.data or "",
        )
    except Invalid as broken:
        if not form[broken.at].errors:
            form.reject(broken)


def _record(detail: desk.Detail, form: DispositionForm) -> Disposition:
    return services.record_disposition(
        db.session,
        detail.point,
        actor=current_actor(),
        outcome=form.outcome.data,
        rationale=form.rationale.data or "",
        reason=form.reason.data,
        reason_detail=form.reason_detail.data or "",
        covered_section_key=form.covered_section.data,
        covered_words=form.covered_words.data or "",
        referred_to=form.referred_to.data or "",
        due_on=form.due_on.data,
        office=form.office.data or "",
        authority=form.authority.data or "",
        language=form.language.data,
        translation=form.translation.data or "",
        evidence_url=form.evidence_url.data or "",
        evidence_title=form.evidence_title.data or "",
        corrects=form.corrects.data,
        based_on=form.based_on.data,
    )


def _form(detail: desk.Detail) -> DispositionForm:
    form = DispositionForm(**({} if request.method == "POST" else detail.prefilled))
    form.offer([(s.key, f"{s.number} {s.title}") for s in detail.sections])
    return form


def _after(detail: desk.Detail, given: Disposition, beside: Listing) -> str:
    """To the changes of the draft, on to the next one without an answer, or back."""
    address = Filters.read(request.args).in_address
    if request.form.get("tie") and given.outcome.promises_a_change:
        return url_for("publishing.adopt", disposition_id=given.public_id)
    if not request.form.get("next"):
        return url_for(".answer", point_id=detail.point.public_id, **address)
    wanted = Filters.read(request.args).but(state=State.UNDECIDED)
    here = write_cursor(detail.point.public_id)
    for after in (here, None):  # what stands behind it first, then the list from its start
        for row in board_of(db.session, beside.scope, wanted, after=after, limit=1):
            return url_for(".answer", point_id=row.public_id, **address)
    return url_for(".board", slug=detail.point.comment.round.slug, **address)


def _queue(slug: str) -> dict[str, Any]:
    """What the list beside every comment shows."""
    round_ = rounds.get_round_row(
        db.session, slug, viewer=current_actor(), locale=current_language()
    )
    if not policy.allows(current_actor(), Permission.READ_ANSWERS, round_):
        whole = rounds.get_round(db.session, slug, viewer=current_actor())
        policy.require(current_actor(), Permission.READ_ANSWERS, whole)  # it knows its board
    after = request.args.get("after")
    found = listing(
        db.session, round_, current_actor(), Filters.read(request.args), after=after
    )
    address = found.filters.in_address
    return {
        "round_": round_,
        "listing": found,
        "page": found.page,
        "filters": found.filters,
        "address": address | ({"after": after} if after else {}),
        "counts": found.counts,
        "sections": found.sections,
        "labels": desk.LABELS,
        "may_answer": policy.allows(current_actor(), Permission.TRIAGE, round_),
        "may_publish": policy.allows(current_actor(), Permission.PUBLISH_REPORT, round_),
        "keeps_views": policy.allows(current_actor(), Permission.KEEP_VIEWS, round_),
        "next_url": found.page.next_cursor
        and url_for(".board", slug=round_.slug, **address, after=found.page.next_cursor),
        "first_url": after and url_for(".board", slug=round_.slug, **address),
    }


@bp.route("/triage/points/<public_id:point_id>/split", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def split(point_id: str) -> ResponseReturnValue:
    """Mark where each ask of a comment begins."""
    point = queries.get_point(db.session, point_id)
    policy.require(current_actor(), Permission.TRIAGE, point)
    comment = point.comment
    if comment.is_gone:
        raise rules.CommentWithdrawn
    active = [p for p in comment.points if p.retired_at is None]
    spans = [(p.start, p.end) for p in active if p.start is not None and p.end is not None]
    body = comment.current.body
    found = sentences_of(body, spans)
    starts = [s.number for s in found if s.starts]
    form = SplitForm(
        **({} if request.method == "POST" else {"starts": starts}),
        version_number=str(comment.version_number),
    )
    form.offer(found)
    if form.validate_on_submit():
        try:
            chosen = [] if request.form.get("whole") else form.starts.data
            if not chosen and not request.form.get("whole"):
                raise rules.TooFewStarts
            points = services.split_comment(
                db.session,
                comment,
                actor=current_actor(),
                spans=spans_from(body, chosen or []),
                version_number=_number(form.version_number.data),
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Each part now gets an answer of its own."), "success")
            return redirect(url_for(".answer", point_id=points[0].public_id), 303)
    return (
        render_template(
            "triage/split.html",
            point=point,
            form=form,
            card=desk.card(db.session, comment, current_actor()),
            is_split=len(active) > 1,
        ),
        422 if form.errors else 200,
    )


def _number(typed: str | None) -> int:
    if not typed or len(typed) > 9 or not (typed.isascii() and typed.isdigit()):
        return 0
    return int(typed)


@bp.route("/triage/dispositions/<public_id:disposition_id>/publish", methods=["GET", "POST"])
@guarded(Permission.PUBLISH_REPORT)
def publish_one(disposition_id: str) -> ResponseReturnValue:
    """Publish one answer by itself."""
    disposition = queries.get_disposition(db.session, disposition_id)
    policy.require(current_actor(), Permission.READ_ANSWERS, disposition.point)
    policy.require(current_actor(), Permission.PUBLISH_REPORT, disposition.point.comment)
    form = EmptyForm()
    if form.validate_on_submit():
        services.publish_disposition(db.session, disposition, actor=current_actor())
        db.session.commit()
        flash(_("This answer is public now."), "success")
        return redirect(url_for(".answer", point_id=disposition.point.public_id), 303)
    nobody = without_second(db.session, disposition.point.department_id, [disposition])
    return render_template(
        "triage/publish_one.html",
        form=form,
        waits=nobody.get(disposition.id) is False,
        **about_one(disposition),
    )


def about_one(disposition: Disposition) -> dict[str, Any]:
    """An answer with its comment, for whoever signs or publishes it."""
    comment = disposition.point.comment
    rows = queries.answers_to(db.session, [disposition.point])[disposition.point_id]
    return {
        "given_answer": next(row for row in rows if row.id == disposition.id),
        "numbers": queries.numbers_named(db.session, disposition),
        "point": disposition.point,
        "card": desk.card(db.session, comment, current_actor()),
        "round_": rounds.get_round_row(
            db.session, comment.round.slug, viewer=current_actor(), locale=current_language()
        ),
    }


def _goes_by_itself(round_: Round) -> bool:
    """Whether answers of this round may be published one by one now."""
    answered = round_.state(clock.now()) is RoundState.ANSWERED
    return answered or round_.answering is Answering.ONE_BY_ONE


@bp.route("/triage/<slug:slug>/publish", methods=["GET", "POST"])
@guarded(Permission.PUBLISH_REPORT)
def publish(slug: str) -> ResponseReturnValue:
    """What to look at before answers are public, and publishing all of a round together."""
    round_ = rounds.get_round(
        db.session,
        slug,
        viewer=current_actor(),
        for_update="update" if request.method == "POST" else None,
    )
    policy.require(current_actor(), Permission.READ_ANSWERS, round_)
    policy.require(current_actor(), Permission.PUBLISH_REPORT, round_)
    form = ReportForm()
    if form.validate_on_submit():
        try:
            services.publish_report(
                db.session,
                round_,
                actor=current_actor(),
                note=form.note.data or "",
                not_together_reason=form.not_together_reason.data or "",
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The answers are public."), "success")
            return redirect(url_for("answers.report", slug=slug), 303)
    row = rounds.get_round_row(
        db.session, slug, viewer=current_actor(), locale=current_language()
    )
    return (
        render_template(
            "triage/publish.html",
            form=form,
            round_=row,
            counts=counts(db.session, round_.id),
            summary=checklist(db.session, round_),
            by_itself=lines_to_publish(db.session, round_) if _goes_by_itself(round_) else [],
            language_labels=LANGUAGE_LABELS,
            owes_going_through=round_.owes_going_through,
            now=clock.now(),
        ),
        422 if form.errors else 200,
    )
