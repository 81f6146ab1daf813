"""Tying an answer to the change that keeps its promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments.models import Placement
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.comparison import (
    Comparison,
    Hunk,
    SectionComparison,
    nearest_hunks,
)
from feedback_app.curricula.models import Curriculum, Revision
from feedback_app.curricula.queries import SectionRow
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.triage import hunks, queries
from feedback_app.triage.adoption import adopt as tie
from feedback_app.triage.adoption import get_adoption
from feedback_app.triage.adoption import release as untie
from feedback_app.triage.changes import before_and_after
from feedback_app.triage.changes_public import bp, quote_of
from feedback_app.triage.gate_forms import AdoptForm
from feedback_app.triage.models import Disposition
from feedback_app.triage.redraft_views import compared
from feedback_app.triage.wording import OUTCOME_LABELS
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded


@dataclass(frozen=True)
class OfferedHunk:
    """A change as it is offered; `value` names it in the form.

    `before` and `after` are its paragraphs, `removed` and `added` its own words: several
    changes may stand in one paragraph.
    """

    value: str
    section: str
    before: str
    after: str
    removed: str
    added: str
    is_asked: bool


@dataclass(frozen=True)
class Offer:
    """The revision whose words can keep the promise, and its changes, nearest first."""

    revision: Revision
    comparison: Comparison
    hunks: Sequence[OfferedHunk]

    @property
    def version(self) -> str:
        return f"{self.revision.public_id}.{self.revision.version}"

    def find(self, value: str) -> tuple[SectionComparison, Hunk]:
        key, number = value.split(".")
        section = self.comparison.section(key)
        return section, section.hunk(int(number))


@bp.route("/triage/dispositions/<public_id:disposition_id>/adopt", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def adopt(disposition_id: str) -> ResponseReturnValue:
    """Pick the change that keeps a promise; those where the comment stood come first."""
    form = AdoptForm()
    if form.is_submitted():
        db.let_go()
    with db.reading() as session:
        answer = _answer(session, disposition_id)
        offer = _offer(session, answer)
        form.hunk.choices = {h.value: h.value for h in offer.hunks} if offer else {}
        if not form.is_submitted() or offer is None:
            form.version.data = offer.version if offer else ""
            status = 409 if form.is_submitted() else 200
            return _adopt_page(session, answer, offer, form), status
        if form.version.data != offer.version:
            form.version.data = offer.version
            return _adopt_page(session, answer, offer, form, is_stale=True), 409
        if not form.validate():
            return _adopt_page(session, answer, offer, form), 422
        section, hunk = offer.find(form.hunk.data)
        revision_id = offer.revision.id
    try:
        _tie(disposition_id, revision_id, section, hunk, form.elsewhere_reason.data or "")
    except (Invalid, Conflict) as error:
        db.let_go()
        with db.reading() as session:
            if isinstance(error, Invalid):
                form.reject(error)
            else:
                form.form_errors.append(_(error.sentence))
            answer = _answer(session, disposition_id)
            return _adopt_page(session, answer, offer, form), 422
    db.session.commit()
    flash(_("The promise is tied to the changed words."), "success")
    return redirect(url_for(".adopt", disposition_id=disposition_id), 303)


def _tie(
    disposition_id: str, revision_id: int, section: SectionComparison, hunk: Hunk, why: str
) -> None:
    answer = _answer(db.session, disposition_id)
    revision = db.session.get_one(Revision, revision_id)
    tie(
        db.session,
        answer,
        actor=current_actor(),
        revision=revision,
        section_key=section.key,
        start=hunk.new_start,
        end=hunk.new_end,
        hunk=hunk.number,
        excerpt=hunks.words_of(section, hunk.number),
        elsewhere_reason=why,
    )


def _answer(session: Session, public_id: str) -> Disposition:
    answer = queries.get_disposition(session, public_id)
    policy.require(current_actor(), Permission.TRIAGE, answer.point)
    return answer


def _offer(session: Session, answer: Disposition) -> Offer | None:
    """The draft, else the newest later version that is published."""
    asked_of = answer.point.comment.revision
    revision = curricula.find_draft(session, asked_of.curriculum_id)
    if revision is not None:
        comparison = compared(session, revision)
    else:
        revision = curricula.newest_published(session, asked_of.curriculum_id)
        if revision is None or revision.number <= asked_of.number:
            return None
        rows = curricula.changes_in(session, revision.id)
        comparison = Comparison(tuple(row.comparison for row in rows))
    if comparison is None or revision.number <= asked_of.number:
        return None
    sections = {row.key: row for row in curricula.outline(session, revision.id, words=False)}
    return Offer(revision, comparison, _sorted(session, answer, revision, comparison, sections))


def _sorted(
    session: Session,
    answer: Disposition,
    revision: Revision,
    comparison: Comparison,
    rows: dict[str, SectionRow],
) -> list[OfferedHunk]:
    """All changes, those at the comment's place first, then in reading order."""
    key, start, end = _place(session, answer, revision)
    near = nearest_hunks(comparison, key, start, end) if key else []
    rest = [hunk for section in comparison.changed for hunk in section.hunks]
    offered = []
    for hunk in dict.fromkeys([*near, *rest]):
        section = comparison.section(hunk.section_key)
        row = rows.get(section.key)
        title = section.new_title or section.old_title or ""
        before, after = before_and_after(section, hunk.number)
        offered.append(
            OfferedHunk(
                value=f"{section.key}.{hunk.number}",
                section=f"{row.number} {title}" if row else title,
                before=before,
                after=after,
                removed=section.old_text()[hunk.old_start : hunk.old_end].strip(),
                added=hunks.new_words(section, hunk).strip(),
                is_asked=hunk in near,
            )
        )
    return offered


def _place(
    session: Session, answer: Disposition, revision: Revision
) -> tuple[str | None, int, int]:
    """Where the comment stands in the version before `revision`."""
    comment = answer.point.comment
    if comment.revision_id != revision.base_id:
        placement = session.scalars(
            select(Placement).where(
                Placement.comment_id == comment.id, Placement.revision_id == revision.base_id
            )
        ).first()
        if placement is not None and placement.section_key is not None:
            return placement.section_key, placement.start or 0, placement.end or 0
    if comment.anchor is not None:
        return comment.anchor.section_key, comment.anchor.start, comment.anchor.end
    return comment.section_key, 0, 0


def _adopt_page(
    session: Session,
    answer: Disposition,
    offer: Offer | None,
    form: AdoptForm,
    *,
    is_stale: bool = False,
) -> str:
    curriculum = session.get_one(Curriculum, answer.point.comment.revision.curriculum_id)
    return render_template(
        "triage/adopt.html",
        curriculum=curriculum,
        answer=answer,
        point=answer.point,
        comment=answer.point.comment,
        outcome_label=OUTCOME_LABELS[answer.outcome],
        offer=offer,
        form=form,
        ties=sorted(answer.adoptions, key=lambda adoption: adoption.id),
        quote_of=quote_of,
        is_stale=is_stale,
    )


@bp.route(
    "/triage/dispositions/<public_id:disposition_id>/adoptions/<public_id:adoption_id>/remove",
    methods=["GET", "POST"],
)
@guarded(Permission.TRIAGE)
def release(disposition_id: str, adoption_id: str) -> ResponseReturnValue:
    """Untie an answer from words of a draft; it is an open promise again."""
    answer = _answer(db.session, disposition_id)
    adoption = get_adoption(db.session, answer, adoption_id)
    form = EmptyForm()
    if form.validate_on_submit():
        untie(db.session, adoption, actor=current_actor())
        db.session.commit()
        flash(_("The answer is no longer tied to these words."), "success")
        return redirect(url_for(".adopt", disposition_id=disposition_id), 303)
    page = render_template("triage/release.html", answer=answer, adoption=adoption, form=form)
    return page, 422 if form.errors else 200
