"""The forms of a session: where and when, a table's note, the helper's code."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from feedback_app.comments.forms import LONGEST, TOO_LONG
from feedback_app.core.i18n import N_
from feedback_app.rounds.meetings import MeetingPlan
from feedback_app.web.forms import BaseForm

LANGUAGES = {"en": N_("English"), "es": N_("Spanish")}
_SHORT = Length(max=200, message=N_("Keep it within 200 characters."))
_COUNT = NumberRange(min=1, max=9999, message=N_("Give a number from 1 to 9999."))


class MeetingForm(BaseForm):
    held_on = DateField(
        N_("Day"), validators=[InputRequired(N_("Say on which day the session is."))]
    )
    place = StringField(
        N_("Place"), validators=[DataRequired(N_("Say where the session is.")), _SHORT]
    )
    run_by = StringField(N_("Who runs it"), validators=[_SHORT])
    bodies = TextAreaField(
        N_("Organizations that are there"),
        description=N_("Groups and offices, not names of people. One in a line."),
        validators=[Length(max=2000, message=N_("Keep it within %(max)d characters."))],
    )
    language = SelectField(N_("Language of the sheets"), choices=LANGUAGES)
    section_keys = SelectMultipleField(
        N_("Sections that it is about"),
        description=N_("None means all of them."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    heads = IntegerField(
        N_("How many people came"),
        description=N_("Say it afterwards. Count heads; write no names."),
        validators=[
            Optional(),
            NumberRange(min=0, max=100_000, message=N_("Give a whole number.")),
        ],
    )
    agenda = FileField(
        N_("Agenda, as a picture"),
        description=N_("JPEG or PNG, up to 10 MB. Only your organization sees it."),
    )
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def plan(self, agenda: tuple[str, str] | None) -> MeetingPlan:
        assert self.held_on.data is not None
        return MeetingPlan(
            held_on=self.held_on.data,
            place=" ".join((self.place.data or "").split()),
            run_by=" ".join((self.run_by.data or "").split()),
            bodies=(self.bodies.data or "").strip(),
            language=self.language.data,
            section_keys=self.section_keys.data or (),
            heads=self.heads.data,
            agenda=agenda,
        )


class NoteForm(BaseForm):
    body = TextAreaField(
        N_("What the table said"),
        description=N_("Leave out names of people."),
        validators=[
            DataRequired(N_("Write down what the table said.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )
    section_key = SelectField(N_("What it is about"), validators=[Optional()])
    said_by = IntegerField(
        N_("Said by"), validators=[InputRequired(N_("Say how many said it.")), _COUNT]
    )
    said_of = IntegerField(
        N_("of how many at the table"),
        validators=[InputRequired(N_("Say how many sat there.")), _COUNT],
    )


class HelperForm(BaseForm):
    code = StringField(
        N_("Code from the host"),
        description=N_("Eight words with a line between them."),
        validators=[
            InputRequired(N_("Type the code that the host gave you.")),
            Length(max=200, message=N_("This is too long for a code.")),
        ],
    )


def as_filled(meeting: Any) -> dict[str, Any]:
    names = ("held_on", "place", "run_by", "bodies", "language", "section_keys", "heads")
    return {name: getattr(meeting, name) for name in (*names, "version")}
