"""The forms by which a department shares its work; nothing in them is public."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import DateField, HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, Optional

from feedback_app.core.i18n import N_
from feedback_app.triage.surroundings import Person
from feedback_app.web.forms import BaseForm

RECORDS = N_(
    "Not public. It can still be asked for under public-records law, so write what you would "
    "stand by."
)
_WORDS = [
    DataRequired(N_("Write at least one sentence.")),
    Length(max=4000, message=N_("Keep it under 4,000 characters.")),
]


class AssignForm(BaseForm):
    based_on = HiddenField()
    person = SelectField(N_("Who takes it?"), choices=[], validators=[Optional()], default="")
    due_on = DateField(
        N_("Until when?"), description=N_("You may leave this out."), validators=[Optional()]
    )

    def offer(self, people: Iterable[Person]) -> None:
        self.person.choices = [
            SelectChoice("", N_("Nobody")),
            *[SelectChoice(p.public_id, p.name) for p in people if p.is_moderator],
        ]


class QuestionForm(BaseForm):
    words = TextAreaField(
        N_("What do you want to know from the authors?"),
        description=RECORDS,
        validators=_WORDS,
    )


class ReplyForm(BaseForm):
    words = TextAreaField(N_("Your answer"), description=RECORDS, validators=_WORDS)


class NoteForm(BaseForm):
    version = HiddenField()
    words = TextAreaField(N_("Note"), description=RECORDS, validators=_WORDS)
