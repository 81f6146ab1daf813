"""Writing a comment: choose words, write, see what will be public, send, keep the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from feedback_app import policy
from feedback_app.accounts.queries import hears_of_answers
from feedback_app.comments import anchors, details, moments, queries, receipts, services
from feedback_app.comments.cards import CommentCard
from feedback_app.comments.choosing_views import answers_to, with_chosen
from feedback_app.comments.conduct import State
from feedback_app.comments.forms import CommentForm, DescribeForm, NoticeForm
from feedback_app.comments.holders import holds
from feedback_app.comments.joining_views import admit, needs_invitation
from feedback_app.comments.labels import LANGUAGE_LABELS
from feedback_app.comments.models import Voice
from feedback_app.comments.opened import PageTooOld, new_mark, read_mark
from feedback_app.comments.reading_views import bp
from feedback_app.comments.rules import ClosedMeanwhile, SpeaksForOthers, WordsMoved
from feedback_app.comments.services import Said, Taken
from feedback_app.comments.submissions import FormSentBefore, Sent
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.html import Mark, highlight, render_comment, sentences
from feedback_app.extensions import db, limiter
from feedback_app.policy import Permission
from feedback_app.rounds import background_views
from feedback_app.rounds.models import RoundState, WhoMayComment
from feedback_app.rounds.queries import RoundRow, get_question, get_round, get_round_row
from feedback_app.rounds.terms import Terms
from feedback_app.web import limits
from feedback_app.web.identity import current_actor, public
from feedback_app.web.templating import current_language


@dataclass(frozen=True)
class About:
    """What a form is about: a section or the whole course, perhaps some words of it."""

    key: str | None = None
    number: str = ""
    title: str = ""
    text: str = ""
    language: str = "en"
    quote: str = ""
    question: str = ""
    answers: Sequence[str] = ()

    @property
    def is_section(self) -> bool:
        return self.key is not None


@bp.route("/rounds/<slug:slug>/sections/<key:key>/choose")
@public
def choose(slug: str, key: str) -> ResponseReturnValue:
    """The sentences of a section as a list, for whoever cannot select words."""
    round_ = _round(slug)
    about = _about(round_, key)
    return render_template(
        "comments/choose.html",
        round_=round_,
        about=about,
        sentences=[(start, end, about.text[start:end]) for start, end in sentences(about.text)],
        chosen=request.args.get("words", ""),
    )


@bp.route("/rounds/<slug:slug>/comment", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def write_whole(slug: str) -> ResponseReturnValue:
    """A comment on the whole course, or on one of the host's questions about it."""
    return _write(slug, None)


@bp.route("/rounds/<slug:slug>/sections/<key:key>/comment", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def write(slug: str, key: str) -> ResponseReturnValue:
    """A comment on a section or on some of its words."""
    return _write(slug, key)


def _write(slug: str, key: str | None) -> ResponseReturnValue:
    form = CommentForm()
    if request.method == "GET":
        return _open_form(form, slug, key)
    if request.form.get("step") != "send":
        with_chosen(form, slug)
    terms = admit(form, slug) if form.validate_on_submit() else None
    wants_change = "change" in request.form
    if terms and not wants_change and request.form.get("step") == "send":
        return _send(form, terms, slug, key)
    with db.reading() as unit:
        round_ = get_round_row(unit, slug, viewer=current_actor(), locale=current_language())
    about = _about(round_, key, _span(form), form.question.data)
    if terms is None:
        return _page(form, round_, about, status=422)
    if wants_change:
        return _page(form, round_, about)
    return _check_page(form, round_, about)


def _open_form(form: CommentForm, slug: str, key: str | None) -> ResponseReturnValue:
    round_ = _round(slug)
    _check_may_write(round_)
    start, end = _asked_words()
    about = _about(round_, key, (start, end) if start is not None and end else None)
    if about.quote:
        form.start.data, form.end.data, form.exact.data = start, end, about.quote
    asked = request.args.get("question", "")
    if asked.isalnum():
        question = get_question(
            db.session, get_round(db.session, slug, viewer=current_actor()), asked
        )
        form.question.data = question.public_id
        about = _about(round_, key, _span(form), question.public_id)
    form.submission_id.data = new_mark(receipts.secret())
    form.knows_late.data = "" if round_.is_open else "1"
    return _page(form, round_, about)


def _asked_words() -> tuple[int | None, int | None]:
    """`?start=&end=` from a script, or `?words=12-40` from the list of sentences."""
    words = request.args.get("words", "")
    if "-" in words:
        start, _, end = words.partition("-")
    else:
        start, end = request.args.get("start", ""), request.args.get("end", "")
    try:
        return int(start), int(end)
    except ValueError:
        return None, None


def _span(form: CommentForm) -> tuple[int, int] | None:
    if form.start.data is None or form.end.data is None:
        return None
    return form.start.data, form.end.data


def _send(form: CommentForm, terms: Terms, slug: str, key: str | None) -> ResponseReturnValue:
    body, wording = form.body.data or "", (form.suggested_wording.data or "").strip() or None
    rendered = render_comment(body)  # before the writing unit: it takes time
    span, question = _span(form), form.question.data or None
    content = (slug, key, body, wording, *(span or (None, None)), question)
    try:
        sent = read_mark(receipts.secret(), form.submission_id.data, *content)
        said = Said(body, rendered.html, wording, current_language())
        taken = _submit(form, terms, key, sent, said)
    except (Conflict, Invalid) as error:
        db.let_go()
        return _refused(form, slug, key, error)
    db.session.commit()
    if not taken.comment.is_late:
        is_new = taken.code is not None and taken.code != receipts.current_code()
        background_views.invite(slug, afresh=is_new)
    if taken.code is not None:
        receipts.keep_code(taken.code)
    return redirect(url_for("comments.sent", comment_id=taken.comment.public_id), 303)


def _submit(form: CommentForm, terms: Terms, key: str | None, sent: Sent, said: Said) -> Taken:
    question = form.question.data
    return services.submit_comment(
        db.session,
        terms,
        actor=current_actor(),
        sent=sent,
        said=said,
        key=receipts.key(),
        holder=receipts.current_holder(),
        section_key=key,
        span=_span(form),
        exact=form.exact.data or None,
        question=get_question(db.session, terms, question) if question else None,
        choice=form.choice.data if question else None,
        locale=current_language(),
        accepts_late=form.knows_late.data == "1",
        looks_made=bool(form.leave_empty.data),
    )


def _refused(
    form: CommentForm, slug: str, key: str | None, error: Conflict | Invalid
) -> ResponseReturnValue:
    """The form again with its text and the sentence of the rule; nothing typed is lost."""
    with db.reading() as unit:
        round_ = get_round_row(unit, slug, viewer=current_actor(), locale=current_language())
    if isinstance(error, FormSentBefore | PageTooOld):
        form.submission_id.data = new_mark(receipts.secret())
    if isinstance(error, ClosedMeanwhile):
        form.knows_late.data = "1"
    if isinstance(error, WordsMoved):
        form.start.data = form.end.data = form.exact.data = None
    if isinstance(error, Invalid):
        form.reject(error)
    else:
        form.form_errors.append(_(error.sentence))
    about = _about(round_, key, _span(form), form.question.data)
    return _page(form, round_, about, status=422 if isinstance(error, Invalid) else 409)


def _check_may_write(round_: RoundRow) -> None:
    if not policy.allows(current_actor(), Permission.COMMENT, round_):
        raise SpeaksForOthers


def _page(
    form: CommentForm, round_: RoundRow, about: About, status: int = 200
) -> ResponseReturnValue:
    needs_account = (
        round_.participation is WhoMayComment.ACCOUNT and not current_actor().is_signed_in
    )
    page = render_template(
        "comments/write.html",
        form=form,
        round_=round_,
        about=about,
        back=_back(round_, about),
        needs_account=needs_account,
        needs_invitation=needs_invitation(round_),
        cannot_write=round_.state in {RoundState.PLANNED, RoundState.ANSWERED},
    )
    return page, status


def _check_page(form: CommentForm, round_: RoundRow, about: About) -> ResponseReturnValue:
    """What will be public, drawn exactly as it will stand; nothing is sent yet."""
    rendered = render_comment(form.body.data or "")
    found = details.personal_details(rendered.text)
    html = highlight(
        rendered.html, [Mark(start, end, css_class="q", tag="mark") for start, end in found]
    )
    return render_template(
        "comments/check.html",
        form=form,
        round_=round_,
        about=about,
        back=_back(round_, about),
        card=_preview(form, round_, about, html),
        found=[rendered.text[start:end] for start, end in found],
        has_wording=bool((form.suggested_wording.data or "").strip()),
        today=_today(round_),
    )


def _preview(form: CommentForm, round_: RoundRow, about: About, html: Markup) -> CommentCard:
    return CommentCard(
        id=0,
        public_id="preview",
        section_key=about.key,
        name=None,
        kind=None,
        language=None,
        channel=None,
        day=_today(round_),
        edited_on=None,
        since=None,
        state=State.SHOWN,
        quote=about.quote or None,
        body_html=html,
        suggested_wording=(form.suggested_wording.data or "").strip() or None,
        endorsements=0,
        replies_count=0,
        section_number=about.number or None,
        section_title=about.title or None,
    )


def _today(round_: RoundRow) -> date:
    return clock.now().astimezone(ZoneInfo(round_.time_zone)).date()


def _back(round_: RoundRow, about: About) -> str:
    if about.key is None:
        return url_for("rounds.show", slug=round_.slug)
    return url_for("rounds.show", slug=round_.slug, _anchor=about.key)


def _round(slug: str) -> RoundRow:
    return get_round_row(db.session, slug, viewer=current_actor(), locale=current_language())


def _about(
    round_: RoundRow,
    key: str | None,
    span: tuple[int, int] | None = None,
    question: str | None = None,
) -> About:
    with db.reading() as unit:
        prompt, answers = "", tuple[str, ...]()
        if question and question.isalnum():
            full = get_round(unit, round_.slug, viewer=current_actor())
            asked = get_question(unit, full, question)
            prompt = asked.text(current_language()).prompt
            answers = answers_to(asked.kind, asked.text(current_language()).options)
        if key is None:
            return About(question=prompt, answers=answers)
        row = queries.find_words(unit, round_.revision_id, key)
        number, title = queries.titles_of(unit, round_.revision_id).get(key, ("", ""))
    if row is None:
        raise NotFound
    quote = ""
    if span is not None:
        try:
            quote = anchors.cut(row[0], *span)[0]
        except ValueError:
            quote = ""
    return About(key, number, title, *row, quote, prompt, answers)


@bp.route("/comments/<public_id:comment_id>/sent")
@public
def sent(comment_id: str) -> ResponseReturnValue:
    """After sending: the private code, then kind, name and language, which may be skipped."""
    comment = queries.get_comment(db.session, comment_id, viewer=current_actor())
    holder = receipts.current_holder()
    if not holds(comment, holder):
        return redirect(url_for("receipts.enter"), 303)
    if comment.parent is not None:
        return redirect(url_for("comments.show", comment_id=comment.parent.public_id), 303)
    if comment.voice is Voice.ORGANIZATION:
        return redirect(url_for("comments.show", comment_id=comment.public_id), 303)
    return sent_page(comment.public_id)


def sent_page(
    comment_id: str,
    describe: DescribeForm | None = None,
    notice: NoticeForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    comment = queries.get_comment(db.session, comment_id, viewer=current_actor())
    row = get_round_row(
        db.session, comment.round.slug, viewer=current_actor(), locale=current_language()
    )
    part = comment.participation
    language = comment.language if comment.language in LANGUAGE_LABELS else "und"
    page = render_template(
        "comments/sent.html",
        comment=comment,
        round_=row,
        code=receipts.current_code() if part is not None and part.code_hash else None,
        describe=describe
        or DescribeForm(
            formdata=None,
            kind=comment.kind,
            display_name=comment.display_name,
            language=language,
        ),
        notice=notice or NoticeForm(formdata=None),
        has_notice=part is not None and part.notice_address is not None,
        hears_of_answers=hears_of_answers(db.session, current_actor()),
        asks_about_you=background_views.is_invited(comment.round),
        may_replace=moments.replaces(comment.submitted_at, clock.now()),
    )
    return page, status
