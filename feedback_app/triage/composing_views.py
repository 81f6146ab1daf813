"""What helps while an answer is written: a ready text put in, and a look as its reader."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from markupsafe import Markup

from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.html import render_comment
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.rounds.models import Round
from feedback_app.triage.evidence import is_web_address
from feedback_app.triage.forms import LANGUAGES, DispositionForm
from feedback_app.triage.previewing import preview_of
from feedback_app.triage.ready_texts import get_ready_text
from feedback_app.triage.services import translated
from feedback_app.triage.together import Answer
from feedback_app.triage.trail import Trail
from feedback_app.web.templating import speaking


class NotInThisLanguage(Invalid):
    message = N_("This ready text has no words in the language of your answer yet.")
    field = "rationale"


class OfferedNoMore(Invalid):
    message = N_("This ready text is offered no more. Choose another one.")
    field = "rationale"


class NothingToSee(Invalid):
    message = N_("Choose an answer first; then you can see it.")
    field = "outcome"


@dataclass(frozen=True)
class Helped:
    """What came of asking for help; nothing was saved, everything typed is in the form."""

    was_put_in: bool = False
    preview: Markup | None = None
    language: str = ""
    """In which the preview is."""

    @property
    def status(self) -> int:
        return 200 if self.was_put_in or self.preview is not None else 422


def asked_for_help() -> bool:
    return request.method == "POST" and bool({"ready", "preview"} & request.form.keys())


def help_with(form: DispositionForm, round_: Round, *, reads: str, passage: str = "") -> Helped:
    """Do what the pressed button asks; `reads` is the language of whoever gets the answer."""
    try:
        if "ready" in request.form:
            _put_in(form, round_.department_id, request.form["ready"], reads)
            return Helped(was_put_in=True)
        language = reads if reads in LANGUAGES else round_.language
        return Helped(preview=_preview(form, round_, language, passage), language=language)
    except Invalid as error:
        form.reject(error)
        return Helped()


def _put_in(form: DispositionForm, department_id: int, public_id: str, reads: str) -> None:
    """Below what is there; where nothing is, the language may follow the text.

    The other language gets its words too, where the reader speaks it or somebody began it.
    """
    try:
        ready = get_ready_text(db.session, department_id, public_id.replace("\x00", ""))
    except NotFound:  # retired meanwhile: what was typed must not go for that
        raise OfferedNoMore from None
    typed = (form.rationale.data or "").rstrip()
    words = ready.words(form.language.data or "")
    if not words and not typed:
        first = min(ready.wordings, key=lambda wording: wording.id)
        form.language.data, words = first.language, first.body
    if not words:
        raise NotInThisLanguage
    form.rationale.data = f"{typed}\n\n{words}" if typed else words
    said, other = (form.translation.data or "").rstrip(), ready.words(form.other_language)
    if other and (said or reads == form.other_language):
        form.translation.data = f"{said}\n\n{other}" if said else other
    if form.outcome.data is None:
        form.outcome.data = ready.outcome


def _preview(form: DispositionForm, round_: Round, language: str, passage: str) -> Markup:
    if form.outcome.data is None:
        raise NothingToSee
    url = (form.evidence_url.data or "").strip()
    trail = preview_of(
        round_,
        outcome=form.outcome.data,
        rationale=form.rationale.data or "",
        rationale_html=render_comment(form.rationale.data or "").html,
        language=form.language.data or language,
        office=form.office.data or "",
        authority=form.authority.data or "",
        reason=form.reason.data,
        reason_detail=form.reason_detail.data or "",
        referred_to=form.referred_to.data or "",
        due_on=form.due_on.data,
        covered_words=form.covered_words.data or "",
        translation_html=render_comment(form.translation.data or "").html,
        translation_language=form.other_language if form.translation.data else None,
        evidence_url=url if is_web_address(url) else "",
        evidence_title=form.evidence_title.data or "",
        passage=passage,
    )
    return _drawn(trail, language)


def drawn_for_many(round_: Round, answer: Answer) -> Markup:
    """The answer to many as each of its readers will see it, in its own language."""
    other = translated(answer.translation, answer.language)
    trail = preview_of(
        round_,
        outcome=answer.outcome,
        rationale=answer.rationale,
        rationale_html=render_comment(answer.rationale).html,
        language=answer.language,
        office=answer.office,
        authority=answer.authority,
        reason=answer.reason,
        reason_detail=answer.reason_detail,
        referred_to=answer.referred_to,
        due_on=answer.due_on,
        covered_words=answer.covered_words,
        translation_html=other.get("translation_html"),
        translation_language=other.get("translation_language"),
        evidence_url=answer.evidence_url,
        evidence_title=answer.evidence_title,
    )
    return _drawn(trail, answer.language)


def _drawn(trail: Trail, language: str) -> Markup:
    with speaking(language):
        drawn = render_template("triage/_trail.html", trail=trail, locale=language)
    return Markup(drawn)  # noqa: S704 - a template of ours escaped all that was typed
