"""Answering many comments at once: the page that a subject and a letter share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy import ColumnElement

from feedback_app import policy
from feedback_app.core.errors import Invalid
from feedback_app.curricula import queries as curricula
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds import queries as rounds
from feedback_app.rounds.models import Round
from feedback_app.rounds.queries import RoundRow
from feedback_app.triage import lots, rules, together
from feedback_app.triage.checklist import MOST_UNREAD, unread_uses
from feedback_app.triage.composing_views import asked_for_help, help_with
from feedback_app.triage.forms import DispositionForm
from feedback_app.triage.lot_forms import TogetherForm
from feedback_app.triage.models import Outcome
from feedback_app.triage.queries import last_signature
from feedback_app.triage.ready_texts import offered_texts
from feedback_app.triage.signatures import has_second, texts_written
from feedback_app.triage.together import Answer, Given, LotPoint, lot_token
from feedback_app.triage.wording import OUTCOME_HINTS, REASON_PROOFS
from feedback_app.web.identity import current_actor
from feedback_app.web.templating import current_language

bp = Blueprint("together", __name__)


def open_round(slug: str, *, permission: Permission = Permission.TRIAGE) -> Round:
    """The round for whoever reads its answers; sending needs this permission besides."""
    round_ = rounds.get_round(db.session, slug, viewer=current_actor())
    policy.require(current_actor(), Permission.READ_ANSWERS, round_)
    if request.method == "POST":
        policy.require(current_actor(), permission, round_)
    return round_


def head_of(round_: Round) -> dict[str, Any]:
    """What the head of these pages shows."""
    return {
        "round_": row_of(round_),
        "writes": policy.allows(current_actor(), Permission.TRIAGE, round_),
        "numbers": {
            s.key: s.number
            for s in curricula.outline(db.session, round_.revision_id, words=False)
        },
    }


def row_of(round_: Round) -> RoundRow:
    return rounds.get_round_row(
        db.session, round_.slug, viewer=current_actor(), locale=current_language()
    )


def page_number() -> int:
    """From 0; anything else than a small number is the first page."""
    asked = request.args.get("page", "")
    return int(asked) - 1 if asked.isdecimal() and 0 < len(asked) < 5 and int(asked) else 0


def answer_together(
    round_: Round,
    *,
    inside: ColumnElement[bool],
    points: Sequence[LotPoint],
    record: Callable[[Answer, list[str], str | None], Given],
    back: str,
    template: str,
    **values: Any,
) -> ResponseReturnValue:
    """Show who would be answered, and write the answer; a list that moved comes back as 409."""
    session, actor = db.session, current_actor()
    waiting = [point for point in points if not point.is_answered]
    rows = lots.rows_of(session, inside, waiting=True, limit=lots.ALL_AT_ONCE)
    form = TogetherForm(**({} if request.method == "POST" else _prefilled(round_, points)))
    sections = curricula.outline(session, round_.revision_id, words=False)
    form.offer([(s.key, f"{s.number} {s.title}") for s in sections])
    form.offer_rows(rows)
    status, helped = 200, None
    if asked_for_help():
        helped = help_with(form, round_, reads=form.language.data or "")
    elif form.validate_on_submit():
        answer = answer_of(form)
        try:
            given = record(answer, form.left_out.data or [], form.based_on.data)
        except rules.LotChanged:
            form.based_on.data = lot_token(points)
            status = 409
        except Invalid as error:
            form.reject(error)
        else:
            session.commit()
            flash(
                ngettext(
                    "%(num)s comment has its answer. It is not public yet.",
                    "%(num)s comments have their answer. It is not public yet.",
                    len(given.answers),
                ),
                "success",
            )
            _warn_of_unread(round_, answer)
            return redirect(back, 303)
    if helped is not None:
        status = helped.status
    elif form.errors:
        status = 422
        left_out = set(form.left_out.data or [])
        say_all(round_, [one for one in waiting if one.public_id not in left_out], form)
    written = texts_written(session, round_.revision_id, actor.account_id)
    page = render_template(
        template,
        form=form,
        helped=helped,
        here=request.script_root + request.path,
        ready=offered_texts(session, round_.department_id),
        shelf=url_for("ready.index", slug=round_.department.slug),
        waiting=waiting,
        rows=rows,
        back=back,
        overtaken=status == 409,
        own=sum(written.speaks_of(point.section_key) for point in waiting),
        others=sum(point.language[:2] != form.language.data for point in waiting),
        two=round_.department.asks_for_two,
        has_second=has_second(session, round_.department_id, actor.account_id or 0),
        labels={"outcome_hints": OUTCOME_HINTS, "proofs": REASON_PROOFS},
        **head_of(round_),
        **values,
    )
    return page, status


def _warn_of_unread(round_: Round, answer: Answer) -> None:
    """Said when it happens, and again before publishing."""
    number = unread_uses(db.session, round_.id, answer.rationale)
    if number > MOST_UNREAD:
        flash(
            gettext(
                "This reason now stands beside %(number)s comments, and nobody opened them one "
                "by one. Open some and fit the reason to them before it is public.",
                number=number,
            ),
            "warning",
        )


def _prefilled(round_: Round, points: Sequence[LotPoint]) -> dict[str, Any]:
    office, authority = last_signature(
        db.session, current_actor().account_id, round_.department_id
    )
    return {
        "based_on": lot_token(points),
        "office": office or round_.department.name,
        "authority": authority,
        "language": round_.language,
    }


def answer_of(form: DispositionForm, shared: Any = None) -> Answer:
    """What was typed; `shared` is the form that holds office and authority for several."""
    shared = shared or form
    return Answer(
        outcome=form.outcome.data,
        rationale=form.rationale.data or "",
        reason=form.reason.data,
        reason_detail=form.reason_detail.data or "",
        covered_section_key=form.covered_section.data,
        covered_words=form.covered_words.data or "",
        referred_to=form.referred_to.data or "",
        translation=form.translation.data or "",
        evidence_url=form.evidence_url.data or "",
        evidence_title=form.evidence_title.data or "",
        due_on=form.due_on.data,
        office=shared.office.data or "",
        authority=shared.authority.data or "",
        language=form.language.data,
    )


def say_all(round_: Round, chosen: Sequence[LotPoint], form: DispositionForm) -> None:
    """Everything that is missing at once, not one thing after the other."""
    if form.outcome.data is None:
        return
    answer = answer_of(form)
    for broken in together.broken_rules(round_, chosen, answer):
        if broken.at in form and not form[broken.at].errors:
            form.reject(broken)
    if form.outcome.data is Outcome.ALREADY_COVERED:
        try:
            together.covered_passage(db.session, round_, answer)
        except Invalid as broken:
            if not form[broken.at].errors:
                form.reject(broken)


def pages(endpoint: str, number: int, has_more: bool, **values: Any) -> dict[str, str | None]:
    """The ways on and back of a list that is `number` pages in."""
    return {
        "next_url": url_for(endpoint, page=number + 2, **values) if has_more else None,
        "previous_url": url_for(endpoint, page=number, **values) if number else None,
    }
