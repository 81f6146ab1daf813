"""The public pages of comment periods: first page, lists, reading, sections, questions."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments import queries as comments
from feedback_app.comments import receipts
from feedback_app.comments.choosing_views import answers_to
from feedback_app.comments.forms import CommentForm
from feedback_app.comments.opened import new_mark
from feedback_app.comments.passages import passages_by_section
from feedback_app.core import clock
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.covering_queries import covers_of
from feedback_app.curricula.labels import GROUND_LABELS
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds import queries, services
from feedback_app.rounds.calendar import Event, calendar
from feedback_app.rounds.closing_forms import AgreementForm
from feedback_app.rounds.forms import LANGUAGES
from feedback_app.rounds.keeping import not_come_back
from feedback_app.rounds.queries import QuestionRow, RoundRow
from feedback_app.rounds.reading_views import addressed, read_section, reading_page
from feedback_app.rounds.words import is_translated
from feedback_app.web.forms import EmptyForm
from feedback_app.web.fragments import framed
from feedback_app.web.identity import current_actor, guarded, public
from feedback_app.web.templating import current_language, public_url

bp = Blueprint("rounds", __name__)


@bp.route("/")
@public
def home() -> ResponseReturnValue:
    """What this is, what is open, and what became of the last ones."""
    locale = current_language()
    return render_template(
        "rounds/home.html",
        open_=queries.open_rounds(db.session, locale=locale),
        answered=queries.answered_rounds(db.session, locale=locale),
    )


@bp.route("/rounds")
@public
def index() -> ResponseReturnValue:
    """Every comment period, open ones first."""
    locale, cursor = current_language(), request.args.get("cursor")
    page = queries.all_rounds(db.session, locale=locale, cursor=cursor)
    following = page.next_cursor and url_for(".index", cursor=page.next_cursor)
    return render_template("rounds/index.html", page=page, next_url=following)


@bp.route("/rounds/<slug:slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """Two doors, the facts, and the text with the newest comments in its margin."""
    page = reading_page(slug, request.args.get("part", ""))
    return framed("rounds/show.html", page)


@bp.route("/rounds/<slug:slug>/sections/<key:key>")
@public
def section(slug: str, key: str) -> ResponseReturnValue:
    """One section with all its comments, the newest first."""
    session, round_ = db.session, _round(slug)
    sections = curricula.outline(session, round_.revision_id)
    at = next((n for n, row in enumerate(sections) if row.key == key), None)
    if at is None:
        raise NotFound
    page = _comments(session, round_, key)
    passages = passages_by_section(session, round_.id, round_.revision_id, current_actor())
    shown = read_section(sections[at], passages.get(key, ()), slug)
    return render_template(
        "rounds/section.html",
        covers=covers_of(session, round_.revision_id).get(key, []),
        ground_labels=GROUND_LABELS,
        round_=round_,
        section=shown,
        before=sections[at - 1] if at else None,
        after=sections[at + 1] if at + 1 < len(sections) else None,
        **page,
    )


@bp.route("/rounds/<slug:slug>/whole")
@public
def whole(slug: str) -> ResponseReturnValue:
    """Comments that belong to no single section."""
    round_ = _round(slug)
    page = _comments(db.session, round_, None)
    return render_template("rounds/whole.html", round_=round_, **page)


def _comments(session: Session, round_: RoundRow, key: str | None) -> dict[str, Any]:
    late, cursor = request.args.get("late") == "1", request.args.get("cursor")
    page = comments.comments_on(session, round_, key, current_actor(), after=cursor, late=late)
    values: dict[str, Any] = {"slug": round_.slug} | ({"key": key} if key else {})
    endpoint = ".section" if key else ".whole"
    further = values | {"cursor": page.next_cursor} | ({"late": 1} if late else {})
    following = page.next_cursor and url_for(endpoint, **further, _anchor="comments")
    return {
        "cards": [addressed(card, round_) for card in page.items],
        "next_url": following,
        "is_late": late,
        "is_continued": cursor is not None,
        "on_time_url": url_for(endpoint, **values),
        "late_url": url_for(endpoint, **values, late=1),
    }


@bp.route("/rounds/<slug:slug>/questions")
@public
def questions(slug: str) -> ResponseReturnValue:
    """The first door: each of the host's questions with its own box.

    What is typed goes to the page of the comment form, which shows what will be public.
    """
    round_ = _round(slug)
    asked = queries.questions_of(db.session, round_.id, locale=current_language())
    sections = curricula.outline(db.session, round_.revision_id, words=False)
    return render_template(
        "rounds/questions.html",
        round_=round_,
        questions=asked,
        forms=[_box(question) for question in asked] if round_.is_open else [],
        answers=[answers_to(question.kind, question.options) for question in asked],
        sections={section.key: section for section in sections},
    )


def _box(question: QuestionRow) -> CommentForm:
    form = CommentForm(formdata=None)
    form.question.data = question.public_id
    form.submission_id.data = new_mark(receipts.secret())
    return form


@bp.route("/rounds/<slug:slug>/agreement", methods=["GET", "POST"])
@public
def agreement(slug: str) -> ResponseReturnValue:
    """Who signed what; the department signs here."""
    actor = current_actor()
    round_ = queries.get_round(db.session, slug, viewer=actor)
    may_sign = policy.allows(actor, Permission.SIGN_ROUND, round_)
    form = AgreementForm() if may_sign or request.method == "POST" else None
    if form is not None and form.validate_on_submit():
        due_on = form.answers_due_on.data
        try:
            services.sign_for_department(db.session, round_, actor=actor, answers_due_on=due_on)
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Signed. Everyone who comments is promised an answer."), "success")
            return redirect(url_for(".agreement", slug=slug), 303)
    elif request.method == "POST":
        policy.require(actor, Permission.SIGN_ROUND, round_)
    may_agree = (
        round_.partner is not None
        and round_.second_id is None
        and policy.allows(actor, Permission.AGREE_AS_SECOND, round_)
    )
    page = render_template(
        "rounds/agreement.html",
        round_=round_,
        row=_round(slug),
        text=round_.text(current_language()),
        languages=LANGUAGES,
        translated={each for each in round_.languages if is_translated(round_, each)},
        form=form
        if may_sign and round_.is_independent and not round_.is_hosted_by_department
        else None,
        may_leave=round_.partner is not None
        and round_.report_published_at is None
        and policy.allows(actor, Permission.AGREE_AS_SECOND, round_),
        agree=EmptyForm(formdata=None) if may_agree else None,
        may_extend=policy.allows(actor, Permission.EXTEND_ROUND, round_),
        may_sign=may_sign,
        broken=not_come_back(db.session, round_),
        extensions=queries.extensions_of(db.session, round_.id),
    )
    return page, 422 if form is not None and form.errors else 200


@bp.post("/rounds/<slug:slug>/agreement/second")
@guarded(Permission.AGREE_AS_SECOND)
def agree_as_second(slug: str) -> ResponseReturnValue:
    """Another organization agrees to decide as second in this round's conduct."""
    actor = current_actor()
    round_ = queries.get_round(db.session, slug, viewer=actor)
    policy.require(actor, Permission.AGREE_AS_SECOND, round_)
    if not EmptyForm().validate_on_submit():
        flash(_("This page had expired. Please send it again."), "error")
        return redirect(url_for(".agreement", slug=slug), 303)
    services.agree_as_second(db.session, round_, actor=actor)
    db.session.commit()
    flash(_("Agreed. What waits for you stands under “Conduct”."), "success")
    return redirect(url_for(".agreement", slug=slug), 303)


@bp.get("/rounds/<slug:slug>/days.ics")
@public
def days(slug: str) -> Response:
    """When it closes and when answers are due, for one's own calendar."""
    row = _round(slug)
    host = current_app.config["TRUSTED_HOST"].split(":")[0]
    page = public_url(f"/rounds/{row.slug}", current_language())
    events = [
        Event(
            f"{row.public_id}-closes@{host}",
            row.closes_at,
            _("Last moment to comment: %(title)s", title=row.title),
            page,
        )
    ]
    if row.answers_due_on and not row.is_independent:
        title = _("Answers are due: %(title)s", title=row.title)
        events.append(
            Event(f"{row.public_id}-due@{host}", row.answers_due_on, title, f"{page}/report")
        )
    response = Response(calendar(events, made_at=clock.now()), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{row.slug}.ics"'
    return response


def _round(slug: str) -> RoundRow:
    return queries.get_round_row(
        db.session, slug, viewer=current_actor(), locale=current_language()
    )
