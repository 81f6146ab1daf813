"""Many comments at once: what to do with them, what that would do, what it did, undoing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app import policy
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds.models import Round
from feedback_app.triage import bulk, bulk_doing, bulk_jobs, bulk_queries, lots
from feedback_app.triage.board import every_point
from feedback_app.triage.bulk_forms import ManyAnswerForm, ManyAssignForm, ManySortForm
from feedback_app.triage.bulk_models import BulkAct, BulkKind, LeftOut
from feedback_app.triage.composing_views import (
    asked_for_help,
    drawn_for_many,
    help_with,
)
from feedback_app.triage.filters import ME, NOBODY, Filters
from feedback_app.triage.listing import Listing, listing
from feedback_app.triage.lot_views import answer_of, head_of, open_round, say_all
from feedback_app.triage.queries import last_signature
from feedback_app.triage.ready_texts import offered_texts
from feedback_app.web.forms import BaseForm, EmptyForm
from feedback_app.web.identity import current_actor, guarded

bp = Blueprint("many", __name__)

CHECKED = 200
ACT_LABELS = {
    BulkKind.ASSIGN: N_("Give them to somebody"),
    BulkKind.SORT: N_("Put them into a subject"),
    BulkKind.ANSWER: N_("Answer them"),
}
LEFT_OUT_LABELS = {
    LeftOut.GONE: N_("taken back, hidden or split meanwhile"),
    LeftOut.ANSWERED: N_("have their answer already"),
    LeftOut.OWN_TEXT: N_(
        "speak about words that whoever would answer them wrote: nobody decides alone about "
        "their own text, so these are given or answered one by one"
    ),
    LeftOut.OTHERS: N_("are with somebody else"),
    LeftOut.SAME: N_("are so already"),
    LeftOut.ASKS: N_("ask for something; “Read and kept” is only for those that ask nothing"),
    LeftOut.CHANGED: N_("were changed by somebody meanwhile"),
}


@dataclass(frozen=True)
class Chosen:
    """Which points, by their ids, and how they were chosen."""

    points: Sequence[int]
    has_more: bool
    is_all: bool
    beside: Listing

    @property
    def address(self) -> dict[str, Any]:
        """The list itself."""
        return self.beside.filters.in_address


def _chosen(round_: Round) -> Chosen:
    """Those that were checked; else everything that the list's filters find."""
    filters = Filters.read(request.args)
    beside = listing(db.session, round_, current_actor(), filters)
    checked = request.args.getlist("chosen")[:CHECKED]
    if checked and not request.args.get("all"):
        ids = bulk_queries.checked_points(db.session, round_, checked)
        return Chosen(ids, False, False, beside)
    found = every_point(
        db.session, beside.scope, beside.filters, beside.counts, at_most=bulk.MOST + 1
    )
    return Chosen(found[: bulk.MOST], len(found) > bulk.MOST, True, beside)


@bp.route("/triage/<slug:slug>/many", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def choose(slug: str) -> ResponseReturnValue:
    """What to do with the comments that were checked, or with all of a list."""
    round_ = open_round(slug)
    policy.require(current_actor(), Permission.TRIAGE, round_)
    chosen = _chosen(round_)
    asked = request.args.get("act", "")
    kind = BulkKind(asked) if asked in set(BulkKind) else BulkKind.ASSIGN
    form = _FORMS[kind](round_, chosen)
    helped = None
    if asked_for_help() and isinstance(form, ManyAnswerForm):
        helped = help_with(form, round_, reads=form.language.data or "")
    elif form.validate_on_submit():
        try:
            kept = bulk.preview(
                db.session,
                round_,
                actor=current_actor(),
                act=_act(kind, form, chosen),
                points=chosen.points,
                address=chosen.address,
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            return redirect(url_for(".act", act_id=kept.public_id), 303)
    if helped is None and form.errors and isinstance(form, ManyAnswerForm):
        say_all(round_, (), form)
    page = render_template(
        "many/choose.html",
        form=form,
        helped=helped,
        ready=offered_texts(db.session, round_.department_id),
        shelf=url_for("ready.index", slug=round_.department.slug),
        kind=kind,
        kinds=[(_(label), _here(slug, one), one is kind) for one, label in ACT_LABELS.items()],
        chosen=chosen,
        most=bulk.MOST,
        here=_here(slug, kind),
        back=url_for("triage.board", slug=slug, **chosen.address),
        **head_of(round_),
    )
    return page, helped.status if helped else 422 if form.errors else 200


def _here(slug: str, kind: BulkKind) -> str:
    """The same choice, with another act."""
    known = {"chosen", "all", *Filters.__dataclass_fields__}
    kept: dict[str, Any] = {
        name: request.args.getlist(name) for name in request.args if name in known
    }
    return url_for(".choose", slug=slug, **kept | {"act": kind})


def _assign_form(round_: Round, chosen: Chosen) -> BaseForm:
    me = [p.public_id for p in chosen.beside.people if p.id == current_actor().account_id]
    theirs = chosen.beside.filters.assigned not in ("", ME, NOBODY)  # a colleague's were chosen
    known = {"person": me[0] if me else "", "takes_others": theirs}
    form = ManyAssignForm(**({} if request.method == "POST" else known))
    form.offer(chosen.beside.people)
    return form


def _sort_form(round_: Round, chosen: Chosen) -> BaseForm:
    form = ManySortForm()
    form.offer({row.public_id: row.title for row in lots.themes_of(db.session, round_)})
    return form


def _answer_form(round_: Round, chosen: Chosen) -> BaseForm:
    known: dict[str, Any] = {}
    if request.method != "POST":
        office, authority = last_signature(
            db.session, current_actor().account_id, round_.department_id
        )
        known = {
            "office": office or round_.department.name,
            "authority": authority,
            "language": round_.language,
        }
    form = ManyAnswerForm(**known)
    form.offer([(s.key, f"{s.number} {s.title}") for s in chosen.beside.sections])
    return form


_FORMS = {
    BulkKind.ASSIGN: _assign_form,
    BulkKind.SORT: _sort_form,
    BulkKind.ANSWER: _answer_form,
}


def _act(kind: BulkKind, form: Any, chosen: Chosen) -> bulk.Act:
    if kind is BulkKind.ASSIGN:
        by_id = {person.public_id: person.id for person in chosen.beside.people}
        return bulk.Assigning(
            by_id[form.person.data] if form.person.data else None,
            form.due_on.data,
            form.takes_others.data,
            form.takes_own_text.data,
        )
    if kind is BulkKind.SORT:
        theme = lots.get_theme(db.session, form.into.data) if form.into.data else None
        return bulk.Sorting(theme.id if theme else None, (form.title.data or "").strip())
    return bulk.Answering(answer_of(form), form.takes_others.data)


def _kept(act_id: str) -> BulkAct:
    kept = bulk.get_act(db.session, act_id)
    policy.require(current_actor(), Permission.TRIAGE, kept)
    if kept.confirmed_at is None and kept.asked_by_id != current_actor().account_id:
        raise NotFound
    return kept


@bp.route("/triage/acts/<public_id:act_id>", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def act(act_id: str) -> ResponseReturnValue:
    """What it would do; once confirmed, how far it is, what it did, and undoing it."""
    kept = _kept(act_id)
    form = EmptyForm()
    if form.validate_on_submit():
        step = bulk_doing.ask_to_undo if request.form.get("undo") else bulk_doing.confirm
        step(db.session, kept, actor=current_actor())
        db.session.commit()
        return redirect(url_for(".act", act_id=act_id), 303)
    numbers = bulk.numbers_of(db.session, kept)
    round_ = kept.round
    address = {
        k: v for k, v in kept.terms["address"].items() if k in Filters.__dataclass_fields__
    }
    page = render_template(
        "many/act.html",
        kept=kept,
        numbers=numbers,
        form=form,
        is_under_way=bulk_jobs.is_under_way(kept),
        has_failed=bulk_jobs.has_failed(db.session, kept),
        share=bulk_jobs.share_done(db.session, kept),
        words=_words(kept),
        what=_what(kept),
        told=bulk.told(db.session, kept),
        sample=bulk_queries.sample_of(db.session, kept) if kept.confirmed_at is None else [],
        may_undo=bulk.may_be_undone(db.session, kept),
        labels=LEFT_OUT_LABELS,
        left_out=bulk_queries.left_out(db.session, kept),
        stays=bulk_queries.not_undone(db.session, kept),
        back=url_for("triage.board", slug=round_.slug, **address),
        two=kept.kind == "answer" and round_.department.asks_for_two,
        **_head(round_),
    )
    return page, 422 if form.errors else 200


def _head(round_: Round) -> dict[str, Any]:
    head = head_of(round_)
    return {"numbers_of_sections": head["numbers"], "round_": head["round_"]}


@bp.get("/triage/acts/<public_id:act_id>/progress")
@guarded(Permission.TRIAGE)
def progress(act_id: str) -> ResponseReturnValue:
    """The same for a script: where to go once it has ended."""
    kept = _kept(act_id)
    has_ended = not bulk_jobs.is_under_way(kept) or bulk_jobs.has_failed(db.session, kept)
    return jsonify(
        share=bulk_jobs.share_done(db.session, kept),
        words=_words(kept),
        next=url_for(".act", act_id=act_id) if has_ended else None,
    )


def _words(kept: BulkAct) -> str:
    words: str = _("We are undoing it.") if kept.undo_asked_at else _("We are doing it.")
    return words


def _what(kept: BulkAct) -> dict[str, Any]:
    """What is said of the act: its answer, its day, the name of a new subject."""
    asked = bulk.act_of(kept)
    return {
        "answer": asked.answer if isinstance(asked, bulk.Answering) else None,
        "drawn": drawn_for_many(kept.round, asked.answer)
        if isinstance(asked, bulk.Answering)
        else None,
        "title": asked.title if isinstance(asked, bulk.Sorting) else "",
        "begins": bool(kept.terms.get("begins")),
        "due_on": asked.due_on if isinstance(asked, bulk.Assigning) else None,
    }
