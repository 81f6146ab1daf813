"""The form of a round's questions."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from wtforms import HiddenField, SelectField, TextAreaField, ValidationError
from wtforms.validators import Length, Regexp

from feedback_app.core.i18n import N_
from feedback_app.rounds.forms import typed
from feedback_app.rounds.models import QuestionKind, Round
from feedback_app.rounds.plans import (
    MOST_QUESTIONS,
    SUMMARY_WORDS,
    PlannedQuestion,
    is_too_long,
)
from feedback_app.web.forms import BaseForm


def is_short(form: Any, field: Any) -> None:
    if is_too_long(field.data or ""):
        raise ValidationError(
            gettext(
                N_("At most %(words)s words; these are %(number)s."),
                words=SUMMARY_WORDS,
                number=len(field.data.split()),
            )
        )


class QuestionsForm(BaseForm):
    """Up to seven questions in two languages; an empty one is not asked."""

    version = HiddenField(validators=[Regexp(r"[0-9]{1,9}\Z")])

    def question(self, number: int) -> dict[str, Any]:
        return {name: self[f"{name}_{number}"] for name in QUESTION_FIELDS}

    @property
    def numbers(self) -> range:
        return range(1, MOST_QUESTIONS + 1)

    def questions(self, languages: list[str]) -> list[PlannedQuestion]:
        asked = []
        for number in self.numbers:
            prompts = {
                language: (
                    typed(self[f"prompt_{language}_{number}"]),
                    typed(self[f"summary_{language}_{number}"]),
                )
                for language in languages
            }
            if any(prompt or summary for prompt, summary in prompts.values()):
                asked.append(
                    PlannedQuestion(
                        prompts,
                        self[f"section_{number}"].data or None,
                        QuestionKind(self[f"kind_{number}"].data),
                        {
                            language: lines(self[f"options_{language}_{number}"])
                            for language in languages
                        },
                    )
                )
        return asked


def lines(field: Any) -> list[str]:
    """What stands on lines of its own, in order, empty ones left out."""
    found = (" ".join(line.split()) for line in (field.data or "").splitlines())
    return [line for line in found if line]


KINDS: dict[str, Any] = {
    QuestionKind.OPEN: N_("An open question, answered in words"),
    QuestionKind.YES_NO: N_("Yes or no, with a why"),
    QuestionKind.CHOICE: N_("A choice of answers, with a why"),
    QuestionKind.SCALE: N_("A scale from 1 to 5, with a why"),
}
QUESTION_FIELDS = (
    *("prompt_en", "summary_en", "options_en", "prompt_es", "summary_es", "options_es"),
    *("section", "kind"),
)
for _n in range(1, MOST_QUESTIONS + 1):
    for _language, _prompt, _summary, _options in (
        (
            "en",
            N_("Question in English"),
            N_("Short summary in English"),
            N_("Answers to choose from in English"),
        ),
        (
            "es",
            N_("Question in Spanish"),
            N_("Short summary in Spanish"),
            N_("Answers to choose from in Spanish"),
        ),
    ):
        setattr(
            QuestionsForm,
            f"prompt_{_language}_{_n}",
            TextAreaField(_prompt, [Length(max=300)]),
        )
        setattr(
            QuestionsForm,
            f"summary_{_language}_{_n}",
            TextAreaField(_summary, [Length(max=800), is_short]),
        )
        setattr(
            QuestionsForm,
            f"options_{_language}_{_n}",
            TextAreaField(
                _options,
                [Length(max=800)],
                description=N_("One on each line, two to seven. Only for a choice."),
            ),
        )
    setattr(QuestionsForm, f"section_{_n}", SelectField(N_("On which section?"), default=""))
    setattr(
        QuestionsForm,
        f"kind_{_n}",
        SelectField(N_("How is it answered?"), choices=KINDS, default=QuestionKind.OPEN),
    )


def questions_filled_in(round_: Round) -> dict[str, Any]:
    values: dict[str, Any] = {"version": str(round_.version)}
    for number, question in enumerate(round_.questions, start=1):
        values[f"section_{number}"] = question.section_key or ""
        values[f"kind_{number}"] = question.kind
        for text in question.texts:
            values[f"prompt_{text.language}_{number}"] = text.prompt
            values[f"summary_{text.language}_{number}"] = text.summary
            values[f"options_{text.language}_{number}"] = "\n".join(text.options)
    return values
