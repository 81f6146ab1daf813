"""The desk's pages of subjects: naming, filling, joining and answering them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from feedback_app import policy
from feedback_app.core.errors import Invalid
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds.models import Round
from feedback_app.triage import lots, queries, rules, subject_offers, themes
from feedback_app.triage.lot_forms import (
    ChangeSubjectForm,
    ChosenForm,
    FoundForm,
    JoinForm,
    SortForm,
    SubjectForm,
)
from feedback_app.triage.lot_views import (
    answer_together,
    bp,
    head_of,
    open_round,
    page_number,
    pages,
)
from feedback_app.triage.theme_models import Theme
from feedback_app.triage.tokens import wording_token
from feedback_app.triage.voices import Said
from feedback_app.web.identity import current_actor, guarded


@bp.route("/triage/<slug:slug>/subjects", methods=["GET", "POST"])
@guarded(Permission.READ_ANSWERS)
def subjects(slug: str) -> ResponseReturnValue:
    """The subjects of a round, a form for a new one, and what comments have in common."""
    round_ = open_round(slug)
    form = SubjectForm(language=round_.language)
    if form.validate_on_submit():
        try:
            theme = themes.create_theme(
                db.session,
                round_,
                actor=current_actor(),
                title=form.title.data or "",
                description=form.description.data or "",
                language=form.language.data,
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The subject is there. Put comments into it now."), "success")
            return redirect(url_for(".subject", theme_id=theme.public_id), 303)
    page = render_template(
        "together/subjects.html",
        form=form,
        found=lots.themes_of(db.session, round_),
        offered=subject_offers.offers(db.session, round_),
        **head_of(round_),
    )
    return page, 422 if form.errors else 200


@bp.route("/triage/<slug:slug>/subjects/find", methods=["GET", "POST"])
@guarded(Permission.READ_ANSWERS)
def find_for_subject(slug: str) -> ResponseReturnValue:
    """Comments that hold some words; those that are ticked go into a subject."""
    round_ = open_round(slug)
    words = " ".join(request.args.get("words", "").replace("\x00", "").split())[:200]
    rows = _found(round_, words)
    there = {row.public_id: row.title for row in lots.themes_of(db.session, round_)}
    form = FoundForm(
        **(
            {}
            if request.method == "POST"
            else {"chosen": [row.public_id for row in rows], "into": request.args.get("into")}
        )
    )
    form.offer(rows)
    form.offer_subjects(there)
    if form.validate_on_submit():
        try:
            theme = _put(round_, form)
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("They are in it now."), "success")
            return redirect(url_for(".subject", theme_id=theme.public_id), 303)
    page = render_template(
        "together/find_for_subject.html",
        form=form,
        rows=rows,
        words=words,
        most=lots.ALL_AT_ONCE,
        **head_of(round_),
    )
    return page, 422 if form.errors else 200


def _found(round_: Round, words: str) -> Sequence[lots.LotRow | Said]:
    """Those with all of these words; or, of an offer, with enough of its words."""
    some = request.args.get("any", "").split()[:8]
    if some and not words:
        return subject_offers.found_by(db.session, round_, some)[: lots.ALL_AT_ONCE]
    inside = lots.holds_words(round_, words)
    return lots.rows_of(db.session, inside, limit=lots.ALL_AT_ONCE) if words else []


def _put(round_: Round, form: FoundForm) -> Theme:
    chosen = form.chosen.data or []
    if not chosen:
        raise rules.NothingChosen
    if form.into.data:
        theme = lots.get_theme(db.session, form.into.data)
        themes.add_points(db.session, theme, actor=current_actor(), points=chosen)
        return theme
    return themes.create_theme(
        db.session,
        round_,
        actor=current_actor(),
        title=form.title.data or "",
        language=round_.language,
        points=chosen,
    )


def _open(theme_id: str) -> Theme:
    theme = lots.get_theme(db.session, theme_id)
    policy.require(current_actor(), Permission.READ_ANSWERS, theme)
    if request.method == "POST":
        policy.require(current_actor(), Permission.TRIAGE, theme)
    return theme


@bp.route("/triage/subjects/<public_id:theme_id>", methods=["GET", "POST"])
@guarded(Permission.READ_ANSWERS)
def subject(theme_id: str) -> ResponseReturnValue:
    """One subject with its comments; ticked ones are taken out or become one of their own."""
    theme = _open(theme_id)
    number = page_number()
    rows = lots.rows_of(
        db.session, lots.in_theme(theme), after=number * lots.SHOWN, limit=lots.SHOWN + 1
    )
    form = ChosenForm()
    form.offer(rows[: lots.SHOWN])
    if form.validate_on_submit():
        try:
            is_new = bool(request.form.get("new"))
            after = _part(theme, form, is_new=is_new)
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(
                _("They are a subject of their own now.")
                if is_new
                else _("They are in this subject no more."),
                "success",
            )
            return redirect(url_for(".subject", theme_id=after.public_id), 303)
    points = themes.lot_of(db.session, theme)
    page = render_template(
        "together/subject.html",
        theme=theme,
        form=form,
        rows=rows[: lots.SHOWN],
        all_=len(points),
        undecided=sum(not point.is_answered for point in points),
        **pages("together.subject", number, len(rows) > lots.SHOWN, theme_id=theme_id),
        **head_of(theme.round),
    )
    return page, 422 if form.errors else 200


def _part(theme: Theme, form: ChosenForm, *, is_new: bool) -> Theme:
    chosen = form.chosen.data or []
    if is_new:
        return themes.split_theme(
            db.session,
            theme,
            actor=current_actor(),
            title=form.title.data or "",
            points=chosen,
        )
    themes.remove_points(db.session, theme, actor=current_actor(), points=chosen)
    return theme


@bp.route("/triage/subjects/<public_id:theme_id>/change", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def change_subject(theme_id: str) -> ResponseReturnValue:
    """Its name and what is told of it."""
    theme = _open(theme_id)
    policy.require(current_actor(), Permission.TRIAGE, theme)
    form = ChangeSubjectForm(obj=theme, based_on=wording_token(theme.salt))
    theirs = None
    if form.validate_on_submit():
        try:
            themes.describe_theme(
                db.session,
                theme,
                actor=current_actor(),
                title=form.title.data or "",
                description=form.description.data or "",
                language=form.language.data,
                based_on=form.based_on.data,
            )
        except rules.SubjectOvertaken:
            theirs, form.based_on.data = theme, wording_token(theme.salt)
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for(".subject", theme_id=theme_id), 303)
    page = render_template(
        "together/change_subject.html",
        theme=theme,
        theirs=theirs,
        form=form,
        **head_of(theme.round),
    )
    return page, 409 if theirs is not None else 422 if form.errors else 200


@bp.route("/triage/subjects/<public_id:theme_id>/join", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def join_subject(theme_id: str) -> ResponseReturnValue:
    """Make it a part of another one."""
    theme = _open(theme_id)
    policy.require(current_actor(), Permission.TRIAGE, theme)
    form = JoinForm()
    form.offer(
        {
            row.public_id: row.title
            for row in lots.themes_of(db.session, theme.round)
            if row.public_id != theme_id
        }
    )
    if form.validate_on_submit():
        try:
            if not form.into.data:
                raise rules.NotAnotherSubject
            into = lots.get_theme(db.session, form.into.data)
            themes.merge_themes(db.session, theme, into=into, actor=current_actor())
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("It is a part of this subject now."), "success")
            return redirect(url_for(".subject", theme_id=into.public_id), 303)
    page = render_template(
        "together/join_subject.html", theme=theme, form=form, **head_of(theme.round)
    )
    return page, 422 if form.errors else 200


@bp.route("/triage/subjects/<public_id:theme_id>/answer", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def answer_subject(theme_id: str) -> ResponseReturnValue:
    """One answer for all of them."""
    theme = _open(theme_id)
    policy.require(current_actor(), Permission.TRIAGE, theme)
    return answer_together(
        theme.round,
        inside=lots.in_theme(theme),
        points=themes.lot_of(db.session, theme),
        record=lambda answer, left_out, based_on: themes.answer_theme(
            db.session,
            theme,
            actor=current_actor(),
            answer=answer,
            left_out=left_out,
            based_on=based_on,
        ),
        back=url_for(".subject", theme_id=theme_id),
        template="together/answer_subject.html",
        theme=theme,
    )


@bp.route("/triage/points/<public_id:point_id>/subjects", methods=["GET", "POST"])
@guarded(Permission.TRIAGE)
def sort(point_id: str) -> ResponseReturnValue:
    """The subjects of one comment."""
    point = queries.get_point(db.session, point_id)
    policy.require(current_actor(), Permission.TRIAGE, point)
    round_ = point.comment.round
    there = {row.public_id: row.title for row in lots.themes_of(db.session, round_)}
    standing = [theme.public_id for theme in lots.themes_of_point(db.session, point)]
    form = SortForm(**({} if request.method == "POST" else {"subjects": standing}))
    form.offer_subjects(there)
    if form.validate_on_submit():
        try:
            chosen = list(lots.get_themes(db.session, form.subjects.data or []).values())
            if form.title.data:
                new = themes.create_theme(
                    db.session,
                    round_,
                    actor=current_actor(),
                    title=form.title.data,
                    language=round_.language,
                )
                chosen.append(new)
            changed = themes.sort_point(db.session, point, actor=current_actor(), themes=chosen)
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(
                ngettext("%(num)s subject changed.", "%(num)s subjects changed.", changed),
                "success",
            )
            return redirect(url_for("triage.answer", point_id=point_id), 303)
    page = render_template(
        "together/sort.html", point=point, form=form, there=there, **head_of(round_)
    )
    return page, 422 if form.errors else 200
