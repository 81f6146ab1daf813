"""Questions that offer answers: which ones, and how the one ticked joins what was written."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from feedback_app.comments.forms import CommentForm
from feedback_app.core.errors import NotFound
from feedback_app.extensions import db
from feedback_app.rounds.models import QuestionKind
from feedback_app.rounds.queries import get_question, get_round
from feedback_app.web.identity import current_actor
from feedback_app.web.templating import current_language


def answers_to(kind: QuestionKind, options: Sequence[str]) -> tuple[str, ...]:
    """What can be ticked, in the reader's language; nothing for an open question."""
    if kind is QuestionKind.YES_NO:
        return (_("Yes"), _("No"))
    if kind is QuestionKind.SCALE:
        return (
            _("1 – not at all"),
            _("2 – a little"),
            _("3 – somewhat"),
            _("4 – mostly"),
            _("5 – fully"),
        )
    return tuple(options) if kind is QuestionKind.CHOICE else ()


def with_chosen(form: CommentForm, slug: str) -> None:
    """Put the ticked answer before the words, so that everybody sees what will be public."""
    asked, chosen = form.question.data or "", form.choice.data
    if not asked.isalnum() or not chosen:
        return
    with db.reading() as unit:
        round_ = get_round(unit, slug, viewer=current_actor())
        try:
            question = get_question(unit, round_, asked)
        except NotFound:
            return
        offered = answers_to(question.kind, question.text(current_language()).options)
    if not 0 < chosen <= len(offered):
        form.choice.data = None
        return
    words = (form.body.data or "").strip()
    for other in offered:
        if words == other or words.startswith((f"{other}\n", f"{other}\r")):
            words = words[len(other) :].strip()
    form.body.data = f"{offered[chosen - 1]}\n\n{words}".strip()
