"""Following comment periods, courses and departments; what one was told."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.accounts import following
from feedback_app.accounts import queries as accounts
from feedback_app.core.errors import NotFound
from feedback_app.curricula import queries as curricula
from feedback_app.extensions import db, limiter
from feedback_app.notifications import queries, tokens
from feedback_app.notifications.following_models import Followed, Follower, Frequency
from feedback_app.notifications.forms import (
    FollowByAddressForm,
    FollowForm,
    FollowingForm,
    following_form,
)
from feedback_app.notifications.wording import STOP, sentence
from feedback_app.organizations.models import OrganizationKind
from feedback_app.organizations.queries import get_organization
from feedback_app.policy import Permission, require
from feedback_app.rounds import naming
from feedback_app.rounds.queries import get_round_row
from feedback_app.web import limits
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded, public
from feedback_app.web.templating import current_language

bp = Blueprint("following", __name__)


@dataclass(frozen=True)
class Subject:
    """What may be followed, and what wider things may be followed instead."""

    kind: Followed
    public_id: str
    title: str
    language: str
    page: str
    feed: str
    wider: tuple[tuple[str, str], ...] = ()


@bp.route("/rounds/<slug:slug>/follow", methods=["GET", "POST"])
@public
@limiter.limit(limits.SIGN_IN, methods=["POST"])
def follow_round(slug: str) -> ResponseReturnValue:
    row = get_round_row(db.session, slug, viewer=current_actor(), locale=current_language())
    subject = Subject(
        Followed.ROUND,
        row.public_id,
        row.title,
        row.language,
        url_for("rounds.show", slug=slug),
        url_for("feeds.course", slug=row.curriculum_slug),
        (
            (row.curriculum_title, url_for(".follow_course", slug=row.curriculum_slug)),
            (row.department_name, url_for(".follow_department", slug=row.department_slug)),
        ),
    )
    return _follow(subject)


@bp.route("/curricula/<slug:slug>/follow", methods=["GET", "POST"])
@public
@limiter.limit(limits.SIGN_IN, methods=["POST"])
def follow_course(slug: str) -> ResponseReturnValue:
    course = curricula.get_curriculum(db.session, slug, viewer=current_actor())
    department = course.department
    subject = Subject(
        Followed.CURRICULUM,
        course.public_id,
        course.title,
        course.language,
        url_for("curricula.show", slug=slug),
        url_for("feeds.course", slug=slug),
        ((department.name, url_for(".follow_department", slug=department.slug)),),
    )
    return _follow(subject)


@bp.route("/departments/<slug:slug>/follow", methods=["GET", "POST"])
@public
@limiter.limit(limits.SIGN_IN, methods=["POST"])
def follow_department(slug: str) -> ResponseReturnValue:
    department = get_organization(db.session, slug, kind=OrganizationKind.DEPARTMENT)
    subject = Subject(
        Followed.DEPARTMENT,
        department.public_id,
        department.name,
        department.locale,
        url_for("curricula.index"),
        url_for("feeds.department", slug=slug),
    )
    return _follow(subject)


def _follow(subject: Subject) -> ResponseReturnValue:
    if current_actor().is_signed_in:
        return _follow_by_account(subject)
    form = FollowByAddressForm()
    if form.validate_on_submit():
        following.ask_to_follow(
            db.session,
            actor=current_actor(),
            address=form.address.data or "",
            locale=current_language(),
            kind=subject.kind,
            subject=subject.public_id,
            frequency=form.frequency.data,
            is_quiet=form.is_quiet.data,
        )
        db.session.commit()
        address = form.address.data or ""
        return render_template("following/mail_sent.html", address=address, subject=subject)
    return _page("following/follow.html", form, subject=subject, mine=None, comes_back=False)


def _follow_by_account(subject: Subject) -> ResponseReturnValue:
    account_id = current_actor().account_id
    mine = following.find_subscription(db.session, subject.public_id, account_id=account_id)
    kept = {"frequency": mine.frequency, "is_quiet": mine.follower.is_quiet} if mine else {}
    form = FollowForm(data=kept)
    if form.validate_on_submit():
        following.follow(
            db.session,
            actor=current_actor(),
            kind=subject.kind,
            subject=subject.public_id,
            frequency=form.frequency.data,
            is_quiet=form.is_quiet.data,
        )
        db.session.commit()
        flash(_("You follow it now. Here is everything that you follow."), "success")
        return redirect(url_for(".mine"), 303)
    account = accounts.get_account(db.session, account_id)
    comes_back = following.mail_comes_back(db.session, account)
    return _page(
        "following/follow.html", form, subject=subject, mine=mine, comes_back=comes_back
    )


@bp.route("/follow/confirm/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    """Opening the link changes nothing: mail scanners open links too."""
    form = EmptyForm()
    if form.validate_on_submit():
        subscription = following.confirm_following(db.session, token)
        db.session.commit()
        names = naming.names_of(db.session, [subscription], current_language())
        return render_template("following/confirmed.html", name=names[subscription.public_id])
    waits = following.find_request(db.session, token) is not None
    return _page("following/confirm.html", form, waits=waits)


@bp.route("/follow/<token>", methods=["GET", "POST"])
@public
def change(token: str) -> ResponseReturnValue:
    """Everything that the holder of this link follows; no sign-in is needed to change it."""
    follower = _holder(token)
    if follower is None:
        return render_template("following/stopped.html")
    return _following(follower, "following/change.html", token=token)


@bp.route("/follow/<token>/stop", methods=["GET", "POST"])
@public
def stop(token: str) -> ResponseReturnValue:
    """End all mail with one click (RFC 8058), by a mail program that has no page of ours.

    Such a program sends no token of a form, so none is asked for: the address of the link is
    the proof, and nobody but the mail's reader has it. Opening it changes nothing.
    """
    follower = _holder(token)
    if follower is None:
        return render_template("following/stopped.html")
    if request.method == "POST":
        following.stop_all(db.session, follower)
        db.session.commit()
        return render_template("following/stopped.html")
    return render_template("following/stop.html", token=token)


@bp.route("/account/following", methods=["GET", "POST"])
@guarded(Permission.OWN_ACCOUNT)
def mine() -> ResponseReturnValue:
    require(current_actor(), Permission.OWN_ACCOUNT)
    account_id = current_actor().account_id
    follower = following.find_follower(db.session, account_id=account_id)
    account = accounts.get_account(db.session, account_id)
    comes_back = following.mail_comes_back(db.session, account)
    return _following(follower, "following/mine.html", comes_back=comes_back)


def _following(
    follower: Follower | None, template: str, **values: object
) -> ResponseReturnValue:
    followed = following.subscriptions_of(db.session, follower) if follower else []
    names = naming.names_of(db.session, followed, current_language())
    form = following_form(
        {each.public_id: names[each.public_id].title for each in followed},
        {each.public_id: each.frequency for each in followed},
    )
    has_account = follower is not None and follower.account_id is not None
    if not has_account:
        del form.hears_of_work
    if follower is not None and form.validate_on_submit():
        _change(follower, form, [each.public_id for each in followed])
        db.session.commit()
        flash(_("Your choice is kept."), "success")
        return redirect(f"{request.script_root}{request.path}", 303)
    if follower is not None and not form.is_submitted():
        form.is_quiet.data = follower.is_quiet
        if has_account:
            form.hears_of_work.data = follower.hears_of_work
    return _page(
        template, form, followed=followed, names=names, has_account=has_account, **values
    )


def _change(follower: Follower, form: FollowingForm, public_ids: list[str]) -> None:
    chosen = {public_id: form[public_id].data for public_id in public_ids}
    following.change_following(
        db.session,
        follower,
        frequencies={
            public_id: None if value == STOP else Frequency(value)
            for public_id, value in chosen.items()
        },
        is_quiet=form.is_quiet.data,
        hears_of_work=form.hears_of_work.data if "hears_of_work" in form else True,
    )


@bp.route("/account/notices", methods=["GET", "POST"])
@guarded(Permission.OWN_ACCOUNT)
def notices() -> ResponseReturnValue:
    """What this account was told, newest first."""
    actor = require(current_actor(), Permission.OWN_ACCOUNT)
    form = EmptyForm()
    if form.validate_on_submit():
        following.mark_read(db.session, actor=actor)
        db.session.commit()
        return redirect(url_for(".notices"), 303)
    page = queries.notices_of(
        db.session,
        account_id=actor.account_id,
        cursor=request.args.get("cursor"),
        locale=current_language(),
    )
    older = page.next_cursor and url_for(".notices", cursor=page.next_cursor)
    return _page("following/notices.html", form, page=page, sentence=sentence, next_url=older)


def _holder(token: str) -> Follower | None:
    """Nobody, if the link is one of ours but its address was forgotten since."""
    key = tokens.link_key(current_app.config["SECRET_KEY"])
    public_id = tokens.read_token(key, token)
    if public_id is None:
        raise NotFound
    return following.find_follower_by_id(db.session, public_id)


def _page(template: str, form: object, **values: object) -> ResponseReturnValue:
    status = 422 if getattr(form, "errors", None) else 200
    return render_template(template, form=form, **values), status
