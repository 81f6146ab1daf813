"""The public side of answers: "You said, we did", and the commenters' own last word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.comments import queries as comments
from feedback_app.comments.holders import holds
from feedback_app.comments.labels import CHANNEL_LABELS
from feedback_app.comments.models import Voice
from feedback_app.comments.receipts import current_holder
from feedback_app.core import clock
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.policy import VISITOR, Permission
from feedback_app.rounds import queries as rounds
from feedback_app.rounds.queries import RoundRow
from feedback_app.triage import queries, reports, services
from feedback_app.triage.answer_facts import GROUP_LABELS
from feedback_app.triage.answered import Gone, Pair, answered_pairs, gone_of
from feedback_app.triage.delaying import delays_of
from feedback_app.triage.forms import LANGUAGES, VerdictForm
from feedback_app.triage.lot_views import page_number, pages
from feedback_app.triage.promises import PROMISE_LABELS
from feedback_app.triage.queries import VerdictRow
from feedback_app.triage.report_parts import redline_of
from feedback_app.triage.samples import sample_numbers
from feedback_app.triage.trail import AnsweredPoint, trail
from feedback_app.triage.waiting import AGE_LABELS, NONE_WAITS, clock_of, waiting_in
from feedback_app.triage.wording import SIDE_LABELS
from feedback_app.web.csv import csv_response
from feedback_app.web.identity import current_actor, public
from feedback_app.web.templating import current_language, public_url

bp = Blueprint("answers", __name__)
CAME_BY = {"web": N_("typed on this site")} | {
    channel.value: label for channel, label in CHANNEL_LABELS.items()
}

COLUMNS = (
    "comment_id part section_number section_title quote comment suggested_wording kind "
    "language submitted_on appears_as endorsements late disposition reason_code reason_detail "
    "rationale translation evidence_url evidence_title office authority referred_to due_on "
    "published_on decided_by_one_person work_state adopted_in_revision changed_sections "
    "change_url changed_after_publication answered_once_more verdict verdict_because state "
    "state_reason comment_url"
).split()


@bp.get("/rounds/<slug:slug>/report")
@public
def report(slug: str) -> ResponseReturnValue:
    """You said, we did: what changed, what did not and why, and promises not yet kept."""
    round_ = _round(slug)
    on_clock = clock_of(round_, clock.now())
    section, number = request.args.get("section"), page_number()
    found = reports.response_report(db.session, round_, section=section, page=number)
    return render_template(
        "answers/report.html",
        round_=round_,
        clock=on_clock,
        delays=delays_of(db.session, round_.id) if round_.answers_later_on else [],
        waiting=NONE_WAITS
        if round_.report_published_at
        else waiting_in(db.session, [round_.id]).get(round_.id, NONE_WAITS),
        age_labels=AGE_LABELS,
        lot=sample_numbers(db.session, round_.id, round_.report_published_at),
        side_labels=SIDE_LABELS,
        may_explain=on_clock.due_on is not None
        and round_.report_published_at is None
        and policy.allows(current_actor(), Permission.EXPLAIN_DELAY, round_),
        report=found,
        questions=rounds.questions_of(db.session, round_.id, locale=current_language())
        if found.answers
        else [],
        channel_labels=CAME_BY,
        language_names=LANGUAGES,
        redline_of=redline_of,
        due=found.next_due,
        group_labels=GROUP_LABELS,
        promise_labels=PROMISE_LABELS,
        is_open=request.args.get("open") == "all",
        **pages(
            ".report",
            number,
            found.has_more,
            slug=slug,
            section=found.chosen,
            _anchor="by-section",
        ),
    )


def _round(slug: str) -> RoundRow:
    return rounds.get_round_row(
        db.session, slug, viewer=current_actor(), locale=current_language()
    )


@bp.get("/rounds/<slug:slug>/report.csv")
@public
def report_csv(slug: str) -> Response:
    """The same for spreadsheets: one row per answer, one for each comment that is gone."""
    return csv_response(f"{slug}-answers.csv", COLUMNS, report_rows(slug))


def report_rows(slug: str) -> list[list[object]]:
    round_ = _round(slug)
    sections = comments.titles_of(db.session, round_.revision_id)
    languages, _channels = comments.shown_facts(db.session, round_)
    pairs = answered_pairs(db.session, round_)
    gone = gone_of(db.session, round_) if round_.report_published_at else []
    return [
        *(_line(pair, round_, sections, languages) for pair in pairs),
        *(_gone_line(each, sections) for each in gone),
    ]


def _gone_line(gone: Gone, sections: Mapping[str, tuple[str, str]]) -> list[object]:
    """What is left of a comment that was taken back or erased: that it was there."""
    number, title = sections.get(gone.section_key or "", ("", ""))
    known: dict[str, object] = {
        "comment_id": gone.comment_id,
        "section_number": number,
        "section_title": title,
        "submitted_on": gone.submitted_on.isoformat(),
        "state": gone.state.value,
        "state_reason": gone.why.value if gone.why else "",
        "comment_url": public_url(f"/comments/{gone.comment_id}"),
    }
    return [known.get(column, "") for column in COLUMNS]


def _line(
    pair: Pair,
    round_: RoundRow,
    sections: Mapping[str, tuple[str, str]],
    languages: frozenset[str],
) -> list[object]:
    key = pair.section_key or ""
    return [
        pair.comment_id,
        pair.part or 1,
        *sections.get(key, ("", "")),
        pair.quote,
        pair.said_text,
        pair.suggested_wording,
        pair.kind.value if pair.kind else "",
        pair.language if pair.language in languages else "",
        pair.submitted_on.isoformat(),
        pair.name or "",
        pair.endorsements,
        "yes" if pair.is_late else "",
        pair.outcome.value,
        pair.reason.value if pair.reason else "",
        pair.reason_detail,
        pair.rationale,
        pair.translation,
        pair.evidence_url,
        pair.evidence_title,
        pair.office,
        pair.authority,
        pair.referred_to,
        pair.due_on.isoformat() if pair.due_on else "",
        pair.published_at.date().isoformat(),
        "yes" if pair.decided_alone else "",
        pair.standing.state.value if pair.standing else "decided",
        " ".join(sorted({str(tie.number) for tie in pair.ties})),
        " ".join(sorted({tie.section_key for tie in pair.ties})),
        " ".join(_change_urls(pair, round_)),
        "yes" if pair.is_corrected else "",
        "yes" if pair.is_once_more else "",
        _verdict_words(pair.verdict),
        pair.verdict.because if pair.verdict else "",
        pair.state.value,
        pair.why.value if pair.why else "",
        public_url(f"/comments/{pair.comment_id}"),
    ]


TRAIL_COLUMNS = (
    "comment_id part passage disposition reason_code reason_detail rationale office authority "
    "translation evidence_url evidence_title referred_to due_on published_on work_state "
    "revision section_key section_number section_title before after exact_new_words "
    "elsewhere_reason verdict verdict_because"
).split()


@bp.get("/comments/<public_id:comment_id>.csv")
@public
def trail_csv(comment_id: str) -> Response:
    """A comment’s trail for a spreadsheet, as anyone may read it, a row for each place."""
    comment = comments.get_comment(db.session, comment_id, viewer=current_actor())
    found = trail(db.session, comment, VISITOR)
    rows = [
        row
        for number, point in enumerate(found.points if found else (), start=1)
        for row in _trail_rows(comment_id, number, point, found.verdict if found else None)
    ]
    return csv_response(f"comment-{comment_id}.csv", TRAIL_COLUMNS, rows)


def _trail_rows(
    comment_id: str, number: int, point: AnsweredPoint, verdict: VerdictRow | None
) -> Iterator[list[object]]:
    answer = point.answer
    said = [
        comment_id,
        number,
        point.passage,
        answer.outcome.value,
        answer.reason.value if answer.reason else "",
        answer.reason_detail,
        answer.rationale,
        answer.office,
        answer.authority,
        answer.translation,
        answer.evidence_url,
        answer.evidence_title,
        answer.referred_to,
        answer.due_on.isoformat() if answer.due_on else "",
        answer.published_at.date().isoformat() if answer.published_at else "",
        point.standing.state.value if point.standing else "decided",
    ]
    judged = [_verdict_words(verdict), verdict.because if verdict else ""]
    if not point.words:
        yield [*said, *[""] * 8, *judged]
    for words in point.words:
        place = [words.number, words.section_key, words.section_number, words.section_title]
        changed = [words.before, words.after, words.exact, words.elsewhere_reason]
        yield [*said, *place, *changed, *judged]


def _change_urls(pair: Pair, round_: RoundRow) -> Iterator[str]:
    for tie in pair.ties:
        path = f"/curricula/{round_.curriculum_slug}/revisions/{tie.number}/changes"
        yield f"{public_url(path)}#{tie.place}"


def _verdict_words(verdict: VerdictRow | None) -> str:
    if verdict is None:
        return ""
    return "satisfied" if verdict.is_satisfied else "not satisfied"


@bp.route("/comments/<public_id:comment_id>/verdict", methods=["GET", "POST"])
@public
def verdict(comment_id: str) -> ResponseReturnValue:
    """Did this answer you? For whoever holds the comment, by account or private code."""
    comment = comments.get_comment(db.session, comment_id, viewer=current_actor())
    holder = current_holder()
    if not holds(comment, holder):
        if holder.is_somebody:
            raise NotFound
        return redirect(url_for("receipts.enter"), 303)
    form = VerdictForm()
    if form.validate_on_submit():
        try:
            services.give_verdict(
                db.session,
                comment,
                holder=holder,
                is_satisfied=form.verdict.data == "yes",
                because=form.because.data or "",
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(
                _("Thank you. Your word stands beside the answer.")
                if form.verdict.data == "yes"
                else _(
                    "Thank you. Your word stands beside the answer. The department may answer "
                    "once more."
                ),
                "success",
            )
            if comment.voice is Voice.ORGANIZATION:
                return redirect(url_for("comments.show", comment_id=comment_id), 303)
            return redirect(url_for("receipts.mine"), 303)
    page = render_template(
        "answers/verdict.html",
        form=form,
        card=comments.card_of(db.session, comment, current_actor()),
        answers=queries.published_answers(db.session, [comment.id]).get(comment.id, []),
        zone=comment.round.time_zone,
    )
    return page, 422 if form.errors else 200
