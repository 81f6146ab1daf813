"""The forms of questions about people: which are asked, their answers, figures to compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale, gettext
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from feedback_app.core.i18n import N_
from feedback_app.rounds.about_people import Template
from feedback_app.rounds.background import OWN_WORDS, Given, PlannedBackground
from feedback_app.rounds.forms import typed
from feedback_app.rounds.models import BackgroundQuestion, Round
from feedback_app.rounds.question_forms import lines
from feedback_app.web.forms import BaseForm

NAMES = {
    Template.PLACE: N_("What ties people to this place"),
    Template.NEIGHBORHOOD: N_("Neighborhood or district"),
    Template.AGE: N_("Age"),
    Template.DESCRIBES: N_("Race, ethnicity, origin"),
    Template.GENDER: N_("Gender"),
    Template.LANGUAGE: N_("Language at home"),
    Template.DISABILITY: N_("Disability"),
}
PROMPTS = {
    Template.PLACE: N_("What ties you to this place?"),
    Template.NEIGHBORHOOD: N_("Which part of town do you live in?"),
    Template.AGE: N_("How old are you?"),
    Template.DESCRIBES: N_("How do you describe yourself?"),
    Template.GENDER: N_("What is your gender?"),
    Template.LANGUAGE: N_("Which language do you speak at home?"),
    Template.DISABILITY: N_("Do you have a disability?"),
}
OPTIONS: dict[Template, tuple[str, ...]] = {
    Template.PLACE: (
        *(N_("I live here"), N_("I work here"), N_("I go to school here")),
        *(N_("I worship here"), N_("My family lives here")),
    ),
    Template.NEIGHBORHOOD: (),
    Template.AGE: (
        N_("Under 18"),
        N_("18 to 24"),
        N_("25 to 44"),
        N_("45 to 64"),
        N_("65 or over"),
    ),
    Template.DESCRIBES: (
        *(N_("American Indian or Alaska Native"), N_("Asian"), N_("Black or African American")),
        *(N_("Hispanic or Latino"), N_("Middle Eastern or North African")),
        *(N_("Native Hawaiian or Pacific Islander"), N_("White")),
    ),
    Template.GENDER: (N_("Woman"), N_("Man"), N_("Nonbinary")),
    Template.LANGUAGE: (N_("English"), N_("Spanish")),
    Template.DISABILITY: (N_("Yes"), N_("No")),
}
LANGUAGES = {
    "en": (N_("Question in English"), N_("Answers to choose from in English")),
    "es": (N_("Question in Spanish"), N_("Answers to choose from in Spanish")),
}


class BackgroundForm(BaseForm):
    """The templates, each with its question and answers, and whether it is asked."""

    version = HiddenField(validators=[Regexp(r"[0-9]{1,9}\Z")])

    @property
    def templates(self) -> list[tuple[Template, dict[str, Any]]]:
        return [
            (template, {name: self[f"{name}_{template}"] for name in FIELDS})
            for template in Template
        ]

    def questions(self, languages: Sequence[str]) -> list[PlannedBackground]:
        return [
            PlannedBackground(
                template,
                {
                    language: (
                        typed(fields[f"prompt_{language}"]),
                        lines(fields[f"options_{language}"]),
                    )
                    for language in languages
                },
            )
            for template, fields in self.templates
            if fields["ask"].data
        ]


FIELDS = ("ask", "prompt_en", "options_en", "prompt_es", "options_es")
for _template in Template:
    setattr(BackgroundForm, f"ask_{_template}", BooleanField(N_("Ask this")))
    for _language, (_prompt, _options) in LANGUAGES.items():
        setattr(
            BackgroundForm,
            f"prompt_{_language}_{_template}",
            StringField(_prompt, [Length(max=200)]),
        )
        setattr(
            BackgroundForm,
            f"options_{_language}_{_template}",
            TextAreaField(
                _options, [Length(max=1200)], description=N_("One on each line, two to twelve.")
            ),
        )


def background_filled_in(round_: Round) -> dict[str, Any]:
    """What is asked, and for the others the words that the templates bring."""
    values: dict[str, Any] = {"version": str(round_.version)}
    for language in LANGUAGES:
        with force_locale(language):
            for template in Template:
                values[f"prompt_{language}_{template}"] = gettext(PROMPTS[template])
                values[f"options_{language}_{template}"] = "\n".join(
                    gettext(option) for option in OPTIONS[template]
                )
    for question in round_.background:
        values[f"ask_{question.template}"] = True
        for text in question.texts:
            values[f"prompt_{text.language}_{question.template}"] = text.prompt
            values[f"options_{text.language}_{question.template}"] = "\n".join(text.options)
    return values


class ManyField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AnswerForm(BaseForm):
    """Filled with one field, or two, for each question of a round."""

    asking = HiddenField(validators=[Length(max=64)])
    """Makes a typed slip of paper once; whoever answers here has the same in a cookie."""

    questions: Sequence[BackgroundQuestion] = ()
    locale = "en"

    def given(self) -> list[Given]:
        found = []
        for question in self.questions:
            chosen = self[f"q_{question.position}"].data or []
            chosen = [chosen] if isinstance(chosen, str) else chosen
            own = self._fields.get(f"own_{question.position}")
            if "no" in chosen:
                continue
            choices = [int(choice) for choice in chosen if choice.isdigit()]
            found.append(Given(question, choices, own.data or "" if own is not None else ""))
        return found

    def asked(self) -> list[tuple[BackgroundQuestion, Any, Any]]:
        return [
            (q, self[f"q_{q.position}"], self._fields.get(f"own_{q.position}"))
            for q in self.questions
        ]


def answer_form(round_: Round, locale: str) -> AnswerForm:
    """Buttons or boxes, own words where a template has them, and always a way out."""
    fields: dict[str, Any] = {"questions": list(round_.background), "locale": locale}
    for question in round_.background:
        text = question.text(locale)
        choices = {str(n): option for n, option in enumerate(text.options, start=1)}
        choices["no"] = N_("I would rather not say")
        kind = ManyField if question.template.takes_many else RadioField
        fields[f"q_{question.position}"] = kind(text.prompt, [Optional()], choices=choices)
        if question.template.takes_own_words:
            fields[f"own_{question.position}"] = StringField(
                N_("Or in your own words"), [Length(max=OWN_WORDS)]
            )
    made: AnswerForm = type("RoundAnswerForm", (AnswerForm,), fields)()
    return made


class ReferenceForm(BaseForm):
    """Filled with a share for each answer of each question, and where the shares stand."""

    questions: Sequence[BackgroundQuestion] = ()
    locale = "en"

    def asked(self) -> list[tuple[BackgroundQuestion, list[Any], Any]]:
        return [
            (
                q,
                [
                    self[f"share_{q.position}_{n}"]
                    for n in range(1, len(q.texts[0].options) + 1)
                ],
                self[f"source_{q.position}"],
            )
            for q in self.questions
        ]


def reference_form(round_: Round, locale: str, *, is_new: bool) -> ReferenceForm:
    fields: dict[str, Any] = {"questions": list(round_.background), "locale": locale}
    values: dict[str, str] = {}
    for question in round_.background:
        for n, option in enumerate(question.text(locale).options, start=1):
            fields[f"share_{question.position}_{n}"] = StringField(option, [Length(max=8)])
            if n <= len(question.shares):
                values[f"share_{question.position}_{n}"] = question.shares[n - 1]
        fields[f"source_{question.position}"] = StringField(
            N_("Where these figures come from"),
            [Length(max=200)],
            description=N_("For example: U.S. Census Bureau, 2024. Everyone can read it."),
        )
        values[f"source_{question.position}"] = question.source
    kind = type("RoundReferenceForm", (ReferenceForm,), fields)
    made: ReferenceForm = kind(data=values if is_new else None)
    return made
