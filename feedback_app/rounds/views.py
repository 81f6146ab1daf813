"""The public pages of comment periods: first page, lists, reading, sections, questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments import queries as comments
from feedback_app.comments.forms import CommentForm
from feedback_app.comments.opened import new_mark
from feedback_app.comments.passages import Passage, passages_by_section
from feedback_app.comments.queries import CommentCard, SectionComments
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.html import Chip, Mark, highlight
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.queries import SectionRow
from feedback_app.extensions import db
from feedback_app.rounds import queries, services
from feedback_app.rounds.forms import AgreementForm
from feedback_app.rounds.queries import PageStamp, QuestionRow, RoundRow
from feedback_app.web.fragments import Fragment, Fragments
from feedback_app.web.identity import NOBODY, current_actor, public
from feedback_app.web.templating import current_language

bp = Blueprint("rounds", __name__)

WHOLE_TEXT_WORDS = 20_000
_pages = Fragments()
_NO_COMMENTS = SectionComments()


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


@dataclass(frozen=True)
class ReadSection:
    """A section as the reading page draws it: its words marked, its newest comments beside."""

    row: SectionRow
    html: Markup
    count: int
    cards: Sequence[CommentCard]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


@bp.route("/rounds/<slug:slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """Two doors, the facts, and the text with the newest comments in its margin.

    All but the frame is the same for everybody and drawn once per state of the round.
    """
    stamp = queries.page_stamp(db.session, slug, viewer=current_actor())
    locale, part = current_language(), request.args.get("part", "")
    page = _pages.get(
        (_database(), stamp, locale, request.script_root, part),
        lambda: _draw(slug, stamp, locale, part),
    )
    return render_template("rounds/show.html", page=page)


def _database() -> int:
    """Several applications may live in one process; their rounds are not each other's."""
    return id(db.database)


def _draw(slug: str, stamp: PageStamp, locale: str, part: str) -> Fragment:
    session = db.session
    round_ = queries.get_round_row(session, slug, viewer=current_actor(), locale=locale)
    sections = curricula.outline(session, round_.revision_id)
    newest = comments.newest_by_section(session, round_)
    passages = passages_by_section(session, round_.id, round_.revision_id)
    parts, shown = _parts(sections, part)
    html = render_template(
        "rounds/_reading.html",
        viewer=NOBODY,
        round_=round_,
        here=url_for("rounds.show", slug=slug),
        outline=[_outlined(s, newest, slug, parts) for s in sections],
        sections=[
            read_section(s, newest.get(s.key, _NO_COMMENTS), passages.get(s.key, ()), round_)
            for s in shown
        ],
        parts=parts,
        whole=newest.get(None, _NO_COMMENTS).count,
        extensions=queries.extensions_of(session, round_.id),
        open_sections=_numbers(sections),
    )
    return Fragment(round_.title, Markup(html))  # noqa: S704 - Jinja has escaped it


def _parts(
    sections: Sequence[SectionRow], part: str
) -> tuple[Mapping[str, str], Sequence[SectionRow]]:
    """A long text is shown by its top-level sections: {key: key of its part}, and one part."""
    if sum(section.words for section in sections) <= WHOLE_TEXT_WORDS:
        return {}, sections
    parts, at = {}, ""
    for section in sections:
        at = section.key if section.level == 1 or not at else at
        parts[section.key] = at
    chosen = parts.get(part, sections[0].key)
    return parts, [section for section in sections if parts[section.key] == chosen]


def _outlined(
    section: SectionRow,
    newest: Mapping[str | None, SectionComments],
    slug: str,
    parts: Mapping[str, str],
) -> dict[str, Any]:
    url = f"#{section.key}"
    if parts:
        url = url_for("rounds.show", slug=slug, part=parts[section.key], _anchor=section.key)
    return {
        "key": section.key,
        "number": section.number,
        "title": section.title,
        "level": section.level,
        "count": newest.get(section.key, _NO_COMMENTS).count,
        "url": url,
    }


def read_section(
    section: SectionRow,
    newest: SectionComments,
    passages: Sequence[Passage],
    round_: RoundRow,
) -> ReadSection:
    html = section.html
    if passages:
        here = url_for("rounds.section", slug=round_.slug, key=section.key)
        html = highlight(html, [_mark(passage, here) for passage in passages])
    cards = [addressed(card, round_) for card in newest.cards]
    return ReadSection(section, html, newest.count, cards)


def _mark(passage: Passage, here: str) -> Mark:
    label = ngettext(
        "%(num)d comment on these words", "%(num)d comments on these words", passage.count
    )
    chip = Chip(text=str(passage.count), href=f"{here}#comments", label=label)
    return Mark(passage.start, passage.end, css_class="q", chip=chip)


def addressed(card: CommentCard, round_: RoundRow) -> CommentCard:
    """A card with its addresses; what nobody can do any more is not offered."""
    url = f"{request.script_root}/comments/{card.public_id}"
    if not round_.is_open:
        return replace(card, url=url)
    return replace(card, url=url, endorse_url=f"{url}/agree", reply_url=f"{url}/reply")


def _numbers(sections: Sequence[SectionRow]) -> dict[str, list[str]]:
    """The numbers of top-level sections by what can still change in them."""
    numbers: dict[str, list[str]] = {}
    for section in sections:
        if section.level == 1:
            numbers.setdefault(section.openness.value, []).append(section.number)
    return numbers


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
    passages = passages_by_section(session, round_.id, round_.revision_id)
    shown = read_section(sections[at], _NO_COMMENTS, passages.get(key, ()), round_)
    return render_template(
        "rounds/section.html",
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
        sections={section.key: section for section in sections},
    )


def _box(question: QuestionRow) -> CommentForm:
    form = CommentForm(formdata=None)
    form.question.data = question.public_id
    form.submission_id.data = new_mark()
    return form


@bp.route("/rounds/<slug:slug>/agreement", methods=["GET", "POST"])
@public
def agreement(slug: str) -> ResponseReturnValue:
    """Who signed what; the department signs here."""
    actor = current_actor()
    round_ = queries.get_round(db.session, slug, viewer=actor)
    may_sign = policy.allows(actor, policy.Permission.SIGN_ROUND, round_)
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
        policy.require(actor, policy.Permission.SIGN_ROUND, round_)
    page = render_template(
        "rounds/agreement.html",
        round_=round_,
        row=_round(slug),
        text=round_.text(current_language()),
        form=form if may_sign and round_.is_independent else None,
        may_extend=policy.allows(actor, policy.Permission.EXTEND_ROUND, round_),
        may_sign=may_sign,
        extensions=queries.extensions_of(db.session, round_.id),
    )
    return page, 422 if form is not None and form.errors else 200


def _round(slug: str) -> RoundRow:
    return queries.get_round_row(
        db.session, slug, viewer=current_actor(), locale=current_language()
    )
