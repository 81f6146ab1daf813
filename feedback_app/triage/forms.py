"""The forms by which comments are answered, split, signed, published and judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from feedback_app.core.i18n import N_
from feedback_app.triage.evidence import LONGEST_ADDRESS, LONGEST_TITLE
from feedback_app.triage.models import Outcome, Reason
from feedback_app.triage.plain_words import Reading, reading_of
from feedback_app.triage.points import Sentence
from feedback_app.triage.services import OTHER_LANGUAGE
from feedback_app.triage.wording import OUTCOME_LABELS, REASON_LABELS
from feedback_app.web.forms import BaseForm, optional


def _choices(labels: Mapping[Any, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


LANGUAGES = {"en": N_("English"), "es": N_("Spanish")}


class DispositionForm(BaseForm):
    based_on = HiddenField()
    outcome = RadioField(
        N_("What do you do with it?"),
        choices=_choices(OUTCOME_LABELS),
        coerce=optional(Outcome),
        validators=[InputRequired(N_("Choose an answer."))],
    )
    rationale = TextAreaField(
        N_("Why, in public"),
        description=N_("Say what changes, or why it does not. Write to the person."),
        validators=[
            DataRequired(N_("Say why. Residents read it beside their comment.")),
            Length(max=4000, message=N_("Keep it under 4,000 characters.")),
        ],
    )
    reason = RadioField(
        N_("What stands against it?"),
        choices=_choices(REASON_LABELS),
        coerce=optional(Reason),
        validators=[Optional()],
    )
    reason_detail = StringField(
        N_("The proof"),
        description=N_(
            "The rule with its number, the minutes, the source, or who has read it."
        ),
        validators=[Length(max=500)],
    )
    covered_section = SelectField(
        N_("Which section says it?"), choices=[], validators=[Optional()], default=""
    )
    covered_words = TextAreaField(
        N_("The words that say it"),
        description=N_("Copy them from the section, letter by letter."),
        validators=[Length(max=2000)],
    )
    referred_to = StringField(
        N_("To which office does it belong?"), validators=[Length(max=160)]
    )
    due_on = DateField(
        N_("By when?"),
        description=N_("When it comes back, or when the words will have changed."),
        validators=[Optional()],
    )
    office = StringField(
        N_("Office that answers"),
        validators=[DataRequired(N_("Name the office that answers.")), Length(max=160)],
    )
    authority = StringField(
        N_("On which authority"),
        description=N_("A role, an order or a policy."),
        validators=[
            DataRequired(
                N_("Say on which authority this was decided, such as an order or a role.")
            ),
            Length(max=300),
        ],
    )
    language = SelectField(N_("Your answer is in"), choices=_choices(LANGUAGES))
    translation = TextAreaField(
        N_("The same in the other language"),
        description=N_(
            "English or Spanish, below your answer, so that more people can read it."
        ),
        validators=[Length(max=4000, message=N_("Keep it under 4,000 characters."))],
    )
    corrects = BooleanField(
        N_("This corrects an error or changes the decision"),
        description=N_("It stands among the exceptions as an answer that was changed."),
    )
    evidence_url = URLField(
        N_("Link to the evidence"),
        description=N_("A page on the web that anyone can open. We do not open it for you."),
        validators=[Length(max=LONGEST_ADDRESS)],
    )
    evidence_title = StringField(
        N_("What the link shows"),
        description=N_("Residents read this in place of the address."),
        validators=[Length(max=LONGEST_TITLE)],
    )

    @property
    def reading(self) -> Reading:
        """How plainly the reason reads as it stands in the form."""
        return reading_of(self.rationale.data or "", self.language.data or "en")

    @property
    def other_language(self) -> str:
        return OTHER_LANGUAGE.get(self.language.data or "en", "en")

    @property
    def translation_reading(self) -> Reading:
        return reading_of(self.translation.data or "", self.other_language)

    def offer(self, sections: Iterable[tuple[str, str]]) -> None:
        """The sections that may already say what is asked for."""
        self.covered_section.choices = _choices({"": N_("Choose a section")} | dict(sections))


class Checkboxes(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SplitForm(BaseForm):
    version_number = HiddenField()
    starts = Checkboxes(
        N_("Where does something new begin?"),
        description=N_(
            "Mark each sentence with which a new ask begins. It reaches to the next mark. What "
            "stands before the first mark asks for nothing."
        ),
        coerce=int,
    )

    def offer(self, sentences: Iterable[Sentence]) -> None:
        self.starts.choices = [SelectChoice(str(s.number), s.text) for s in sentences]


class ReportForm(BaseForm):
    note = TextAreaField(
        N_("Why must the others wait?"),
        description=N_("Everyone reads this on the page of answers."),
        validators=[Length(max=2000)],
    )
    not_together_reason = TextAreaField(
        N_("Why did you not go through them with the host first?"),
        description=N_("Everyone reads this on the page of exceptions."),
        validators=[Length(max=2000)],
    )


class VerdictForm(BaseForm):
    verdict = RadioField(
        N_("Did this answer you?"),
        choices=_choices({"yes": N_("Yes"), "no": N_("No, because …")}),
        validators=[InputRequired(N_("Choose one."))],
    )
    because = TextAreaField(
        N_("What is missing?"),
        description=N_("One sentence is enough. It will be public, beside the answer."),
        validators=[Length(max=1000)],
    )
