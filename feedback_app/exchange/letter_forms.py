"""The form with which a host brings in a letter."""

from __future__ import annotations

from datetime import datetime

from flask_wtf.file import FileField
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from feedback_app.comments.forms import LONGEST, TOO_LONG, SentOnce
from feedback_app.comments.labels import LANGUAGE_LABELS
from feedback_app.comments.sheets import latest_of
from feedback_app.core.i18n import N_


class LetterForm(SentOnce):
    file = FileField(
        N_("The letter as a file"),
        description=N_(
            "PDF, Word (.docx), a saved mail (.eml) or plain text, up to 20 MB. Only your "
            "organization can open it again."
        ),
    )
    original = HiddenField()
    body = TextAreaField(
        N_("Words of the letter"),
        description=N_(
            "They are public. Leave out addresses, phone numbers and names of private people."
        ),
        validators=[Length(max=LONGEST, message=TOO_LONG)],
    )
    display_name = StringField(
        N_("From whom, as it will stand on the page"),
        description=N_("An organization, or empty. Nobody checks it."),
        validators=[Length(max=80, message=N_("A name may be up to 80 characters long."))],
    )
    signers = IntegerField(
        N_("How many signed it"),
        description=N_("They are counted apart from comments. Their names stay with you."),
        validators=[
            Optional(),
            NumberRange(min=1, max=1_000_000, message=N_("Give a whole number.")),
        ],
    )
    about = SelectField(N_("What it is about"), validators=[Optional()])
    language = SelectField(N_("Language"), choices=LANGUAGE_LABELS)
    received_on = DateField(
        N_("Day on which it came"),
        validators=[InputRequired(N_("Say on which day it came to you."))],
    )
    received_time = TimeField(
        N_("Time"),
        description=N_("Only needed on the day of the closing."),
        validators=[Optional()],
    )

    def received_at(self, zone: str) -> datetime:
        assert self.received_on.data is not None
        return latest_of(self.received_on.data, self.received_time.data, zone)
