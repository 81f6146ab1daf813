"""The form on which a host types one sheet after the other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)

from feedback_app.comments.entering import Said
from feedback_app.comments.forms import LONGEST, TOO_LONG, SentOnce
from feedback_app.comments.labels import KIND_LABELS, LANGUAGE_LABELS
from feedback_app.comments.models import Channel, CommentKind
from feedback_app.comments.sheet_models import Consent
from feedback_app.comments.sheets import latest_of
from feedback_app.core.html import Rendered
from feedback_app.core.i18n import N_
from feedback_app.web.forms import BaseForm, optional

CAME_BY: dict[str, Any] = {
    Channel.PAPER: N_("On paper"),
    Channel.MEETING: N_("Said at a meeting"),
    Channel.PHONE: N_("By phone"),
    Channel.EMAIL: N_("By e-mail"),
}
CONSENT_LABELS: dict[str, Any] = {
    Consent.WRITTEN: N_("The person, on the sheet or in writing"),
    Consent.SPOKEN: N_("The person, after hearing the consent sentence"),
    Consent.GUARDIAN: N_("A parent or guardian"),
}
REMEMBERED = (
    *("channel", "meeting", "received_on", "received_time", "consent", "collected_by"),
    *("language", "about", "kind"),
)
"""What stays as it was for the next sheet."""
QUESTION = "q:"
"""Marks a question among the places that a sheet can be about."""
_COUNT = NumberRange(min=1, max=9999, message=N_("Give a number from 1 to 9999."))


class SheetForm(SentOnce):
    channel = SelectField(N_("How it came"), choices=CAME_BY, coerce=Channel)
    meeting = SelectField(N_("Session"), validators=[Optional()])
    received_on = DateField(
        N_("Day on which it came"),
        validators=[InputRequired(N_("Say on which day it came to you."))],
    )
    received_time = TimeField(
        N_("Time"),
        description=N_("Only needed on the day of the closing."),
        validators=[Optional()],
    )
    consent = SelectField(
        N_("Who agreed that it be published"), choices=CONSENT_LABELS, coerce=Consent
    )
    collected_by = StringField(
        N_("Who took it down"),
        description=N_("A name or initials, for you alone."),
        validators=[Length(max=80, message=N_("A name may be up to 80 characters long."))],
    )
    language = SelectField(N_("Language"), choices=LANGUAGE_LABELS)
    note = HiddenField(validators=[Optional(), Regexp(r"[a-z2-7]{26}\Z")])
    number = IntegerField(
        N_("Number on the sheet"),
        description=N_(
            "Comments of a session with one number are one person’s, with the code on that "
            "sheet."
        ),
        validators=[Optional(), _COUNT],
    )
    about = SelectField(N_("What it is about"), validators=[Optional()])
    kind = SelectField(
        N_("What is it?"),
        choices={"": N_("Not said")} | {k.value: v for k, v in KIND_LABELS.items()},
        coerce=optional(CommentKind),
        validators=[Optional()],
    )
    body = TextAreaField(
        N_("The words, as they were written or said"),
        description=N_("Leave out names of other people."),
        validators=[
            DataRequired(N_("Type what the person said.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )
    suggested_wording = TextAreaField(
        N_("Words they would rather read"),
        validators=[Optional(), Length(max=LONGEST, message=TOO_LONG)],
    )
    display_name = StringField(
        N_("Name to show with it"),
        description=N_("Only if the person asked for it. Empty means unnamed."),
        validators=[Length(max=80, message=N_("A name may be up to 80 characters long."))],
    )
    scan = FileField(
        N_("Picture of the sheet"),
        description=N_(
            "If you want to keep one. JPEG or PNG, up to 10 MB. Only you can see it; what "
            "the phone wrote into it is taken out."
        ),
    )

    def received_at(self, zone: str) -> datetime:
        assert self.received_on.data is not None
        return latest_of(self.received_on.data, self.received_time.data, zone)

    @property
    def section_key(self) -> str | None:
        about = self.about.data or ""
        return None if not about or about.startswith(QUESTION) else about

    @property
    def question(self) -> str | None:
        about = self.about.data or ""
        return about.removeprefix(QUESTION) if about.startswith(QUESTION) else None

    def said(self, rendered: Rendered) -> Said:
        return Said(
            self.body.data or "",
            rendered.html,
            (self.suggested_wording.data or "").strip() or None,
            self.language.data,
        )

    def remembered(self) -> dict[str, str]:
        """The same for the next sheet, as text, and the number after this one's."""
        kept = {name: self[name].raw_data[0] for name in REMEMBERED if self[name].raw_data}
        if self.number.data:
            kept["number"] = str(self.number.data + 1)
        return kept


class CorrectForm(BaseForm):
    body = TextAreaField(
        N_("The words, as they were written or said"),
        validators=[
            DataRequired(N_("Type what the person said.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )
    suggested_wording = TextAreaField(
        N_("Words they would rather read"),
        validators=[Optional(), Length(max=LONGEST, message=TOO_LONG)],
    )
    version = HiddenField()
