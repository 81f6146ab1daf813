"""Tying an answer to the change that keeps its promise."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.curricula.comparison import Hunk, SectionComparison
from feedback_app.curricula.models import Revision
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.triage import hunks, queries
from feedback_app.triage.adoption import adopt as tie
from feedback_app.triage.adoption import get_adoption
from feedback_app.triage.adoption import release as untie
from feedback_app.triage.changes_public import bp, quote_of
from feedback_app.triage.gate_forms import AdoptForm
from feedback_app.triage.models import Disposition
from feedback_app.triage.promise_offers import Offer, find_offer
from feedback_app.triage.wording import OUTCOME_LABELS
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded


@bp.route("/triage/dispositions/<public_id:disposition_id>/adopt", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def adopt(disposition_id: str) -> ResponseReturnValue:
    """Pick the change that keeps a promise; those where the comment stood come first."""
    form = AdoptForm()
    if form.is_submitted():
        db.let_go()
    with db.reading() as session:
        answer = _answer(session, disposition_id)
        offer = find_offer(session, answer)
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


def _adopt_page(
    session: Session,
    answer: Disposition,
    offer: Offer | None,
    form: AdoptForm,
    *,
    is_stale: bool = False,
) -> str:
    return render_template(
        "triage/adopt.html",
        curriculum=answer.point.comment.revision.curriculum,
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
