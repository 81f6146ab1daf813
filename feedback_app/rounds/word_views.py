"""The page on which the words of a planned round are put into one of its languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import Length

from feedback_app import policy
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds import translations
from feedback_app.rounds.forms import LANGUAGES
from feedback_app.rounds.question_forms import is_short, lines
from feedback_app.rounds.rules import PlanSigned, WordsChanged
from feedback_app.rounds.words import (
    KIND_LABELS,
    LISTS,
    Fit,
    Kind,
    Wording,
    is_untouched,
    page_mark,
    wordings_of,
)
from feedback_app.web.forms import BaseForm
from feedback_app.web.identity import current_actor, guarded

bp = Blueprint("words", __name__)

LONGEST = {
    Kind.TITLE: 200,
    Kind.WHY: 1200,
    Kind.CAN_CHANGE: 1200,
    Kind.PROMPT: 300,
    Kind.SUMMARY: 800,
    Kind.OPTIONS: 800,
    Kind.ABOUT: 200,
    Kind.ABOUT_OPTIONS: 1200,
}
"""As the host's own forms have it."""


class WordsForm(BaseForm):
    """Filled with one box for each text, and a mark for an older one that needs no change."""

    seen = HiddenField(validators=[Length(max=2000)])

    def given(self, wordings: Sequence[Wording]) -> dict[str, str]:
        found = {}
        for wording in wordings:
            field = self[f"words_{wording.place.key}"]
            is_list = wording.place.kind in LISTS
            found[wording.place.key] = (
                "\n".join(lines(field)) if is_list else (field.data or "").strip()
            )
        return found

    def take_over(self, wordings: Sequence[Wording]) -> None:
        """Put what others have saved meanwhile into the boxes that nobody touched here."""
        given, seen = self.given(wordings), self.seen.data or ""
        for wording in wordings:
            key = wording.place.key
            if is_untouched(seen, key, given[key]):
                self[f"words_{key}"].data = wording.words

    def still_right(self, wordings: Sequence[Wording]) -> set[str]:
        return {
            wording.place.key
            for wording in wordings
            if wording.fit is Fit.OLDER and self[f"right_{wording.place.key}"].data
        }


def words_form(wordings: Sequence[Wording], language: str, *, is_new: bool) -> WordsForm:
    fields: dict[str, Any] = {}
    values = {f"words_{wording.place.key}": wording.words for wording in wordings}
    for wording in wordings:
        place = wording.place
        checks: list[Any] = [Length(max=LONGEST[place.kind])]
        if place.kind is Kind.SUMMARY:
            checks.append(is_short)
        fields[f"words_{place.key}"] = TextAreaField(LANGUAGES[language], checks)
        fields[f"right_{place.key}"] = BooleanField(N_("It is still right as it is"))
    kind = type("RoundWordsForm", (WordsForm,), fields)
    made: WordsForm = kind(data=values if is_new else None)
    return made


@bp.route("/host/translations/rounds/<slug:slug>/<language>", methods=["GET", "POST"])
@guarded(Permission.TRANSLATE_PLAN)
def write(slug: str, language: str) -> ResponseReturnValue:
    """Every text of a plan's page beside the box for it in this language."""
    actor, is_new = current_actor(), request.method == "GET"
    round_ = translations.get_plan(db.session, slug, language, actor=actor)
    if round_.is_public and not is_new:
        raise PlanSigned
    wordings = wordings_of(round_, language)
    form = words_form(wordings, language, is_new=is_new)
    status, moved = 200, False
    if form.validate_on_submit():
        try:
            is_changed = translations.put_words(
                db.session,
                round_,
                actor=actor,
                language=language,
                seen=form.seen.data or "",
                given=form.given(wordings),
                still_right=form.still_right(wordings),
            )
        except WordsChanged as error:
            form.form_errors.append(_(error.sentence))
            form.take_over(wordings)
            status, moved = 409, True
        except Invalid as error:
            form.reject(error)
            status = 422
        else:
            db.session.commit()
            flash(_("The words are saved.") if is_changed else _("Nothing was changed."))
            return redirect(_back(round_), 303)
    elif form.errors:
        status = 422
    if is_new or moved:
        form.seen.data = page_mark(round_, language)
    page = render_template(
        "words/write.html",
        form=form,
        is_signed=round_.is_public,
        round_=round_,
        language=language,
        languages=LANGUAGES,
        kind_labels=KIND_LABELS,
        wordings=wordings,
        moved=moved,
        back=_back(round_),
    )
    return page, status


def _back(round_: Any) -> str:
    """Translators have the queue; whoever plans also has the plan, and mostly came from it."""
    if policy.allows(current_actor(), Permission.PLAN_ROUND, round_):
        return url_for("hosting.show", slug=round_.slug)
    return url_for("translating.index")
