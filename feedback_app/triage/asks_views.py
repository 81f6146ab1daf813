"""The page on which all asks of one comment are answered under each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from feedback_app import policy
from feedback_app.comments.models import Comment, Point
from feedback_app.core.errors import Invalid
from feedback_app.curricula import queries as curricula
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.triage import desk, lots, queries, rules, services
from feedback_app.triage.asks import Ask, AskRefused, answer_asks
from feedback_app.triage.asks_forms import AskForm, SharedForm, asks_form, part_of
from feedback_app.triage.evidence import broken_evidence
from feedback_app.triage.filters import Filters
from feedback_app.triage.lot_views import answer_of, row_of
from feedback_app.triage.models import Outcome
from feedback_app.triage.queries import AnswerRow
from feedback_app.triage.tokens import token_of
from feedback_app.triage.views import bp
from feedback_app.triage.wording import OUTCOME_HINTS, REASON_PROOFS
from feedback_app.web.identity import current_actor, guarded

Standing = Mapping[int, Sequence[AnswerRow]]


@bp.route("/triage/points/<public_id:point_id>/asks", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def asks(point_id: str) -> ResponseReturnValue:
    """All asks of a comment under each other; what is left empty stays as it is."""
    point = queries.get_point(db.session, point_id)
    policy.require(current_actor(), Permission.TRIAGE, point)
    comment = point.comment
    if comment.is_gone:
        raise rules.CommentWithdrawn
    address = Filters.read(request.args).in_address
    active = sorted(
        (p for p in comment.points if p.retired_at is None),
        key=lambda p: (p.start or 0, p.number),
    )
    if len(active) < 2:
        return redirect(url_for(".answer", point_id=active[0].public_id, **address), 303)
    given = queries.answers_to(db.session, active)
    open_ = [p for p in active if not any(a.published_at for a in given[p.id])]
    sections = curricula.outline(db.session, comment.revision_id, words=False)
    subjects = {row.public_id: row.title for row in lots.themes_of(db.session, comment.round)}
    form = _form(
        comment, open_, given, [(s.key, f"{s.number} {s.title}") for s in sections], subjects
    )
    status = 200
    is_sent = form.is_submitted()
    is_whole = is_sent and form.validate()
    if is_sent:
        is_whole = _say_all(comment, open_, form) and is_whole
    if is_whole:
        try:
            said = _said(open_, form)
            number = answer_asks(db.session, comment, said, actor=current_actor())
        except rules.AnswerOvertaken:
            status = 409
            for one in open_:
                _part(form, one).based_on.data = _token(comment, given[one.id])
        except AskRefused as refused:
            _part(form, refused.point).reject(refused.error)
        else:
            db.session.commit()
            flash(_what_came(number, len(said)), "success")
            return redirect(url_for(".asks", point_id=point_id, **address), 303)
    parts = [form[part_of(p)].form if p in open_ else None for p in active]
    for place, part in enumerate(parts, 1):
        if part is not None:
            part.place = place
    page = render_template(
        "triage/asks.html",
        round_=row_of(comment.round),
        point=point,
        form=form,
        card=desk.card(db.session, comment, current_actor()),
        rows=[(p, given[p.id], part) for p, part in zip(active, parts, strict=True)],
        numbers={s.key: s.number for s in sections},
        subjects=subjects,
        address=address,
        overtaken=status == 409,
        two=comment.round.department.asks_for_two,
        labels={"outcome_hints": OUTCOME_HINTS, "proofs": REASON_PROOFS},
    )
    return page, 422 if form.errors else status


def _what_came(answered: int, touched: int) -> str:
    said: str = gettext("Saved.") if touched else gettext("Nothing was changed.")
    if answered:
        said = ngettext(
            "%(num)s answer is saved. It is not public yet.",
            "%(num)s answers are saved. They are not public yet.",
            answered,
        )
    return said


def _form(
    comment: Comment,
    points: Sequence[Point],
    given: Standing,
    sections: Sequence[tuple[str, str]],
    subjects: Mapping[str, str],
) -> SharedForm:
    sorted_into = lots.themes_of_points(db.session, points)
    office, authority = queries.last_signature(
        db.session, current_actor().account_id, comment.department_id
    )
    standing: dict[int, dict[str, Any]] = {}
    for point in points:
        latest = next(iter(given[point.id]), None)
        stands = desk.as_it_stands(db.session, comment, latest) if latest else {}
        standing[point.id] = {
            "language": comment.round.language,
            **{name: value for name, value in stands.items() if name not in _SHARED},
            "based_on": _token(comment, given[point.id]),
            "subjects": sorted_into[point.id],
        }
    return asks_form(
        points,
        standing,
        {"office": office or comment.round.department.name, "authority": authority},
        sections=sections,
        subjects=subjects,
    )


_SHARED = frozenset({"office", "authority"})


def _token(comment: Comment, answers: Sequence[AnswerRow]) -> str:
    latest = answers[0].public_id if answers else None
    return token_of(comment.current.number, comment.current.salt, latest)


def _part(form: SharedForm, point: Point) -> AskForm:
    part: AskForm = form[part_of(point)].form
    return part


def _say_all(comment: Comment, points: Sequence[Point], form: SharedForm) -> bool:
    """Everything that is missing in every ask at once; whether nothing is."""
    answered = [(p, _part(form, p)) for p in points if _part(form, p).is_answered]
    if answered:
        for missing in services.broken_words(
            "…", form.office.data or "", form.authority.data or ""
        ):
            form.reject(missing)
    for point, part in answered:
        if part.outcome.data is None:
            continue  # the form has said so
        answer = answer_of(part, form)
        broken: list[Invalid] = [
            *services.broken_rules(
                point,
                outcome=answer.outcome,
                reason=answer.reason,
                reason_detail=answer.reason_detail,
                due_on=answer.due_on,
                referred_to=answer.referred_to,
            ),
            *broken_evidence(answer.evidence_url, answer.evidence_title),
        ]
        if answer.outcome is Outcome.ALREADY_COVERED:
            try:
                services.covered_passage(
                    db.session, comment.round, answer.covered_section_key, answer.covered_words
                )
            except Invalid as elsewhere:
                broken.append(elsewhere)
        for error in broken:
            if not part[error.at].errors:
                part.reject(error)
    return not form.errors


def _said(points: Sequence[Point], form: SharedForm) -> list[Ask]:
    found = []
    sorted_ = [part for part in (_part(form, p) for p in points) if part.is_sorted]
    chosen = {one for part in sorted_ for one in part.subjects.data or []}
    known = lots.get_themes(db.session, chosen) if chosen else {}
    for point in points:
        part = _part(form, point)
        themes = None
        if part.is_sorted:
            themes = [known[one] for one in part.subjects.data or []]
        if part.is_answered or themes is not None:
            answer = answer_of(part, form) if part.is_answered else None
            found.append(Ask(point, answer, part.based_on.data or "", themes))
    return found
