"""The forms of an organization that answers as one, and of its members."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from feedback_app.comments.forms import SentOnce
from feedback_app.comments.joint import LONGEST_PART
from feedback_app.comments.labels import LANGUAGE_LABELS
from feedback_app.core.i18n import N_
from feedback_app.web.forms import BaseForm


class BeginForm(BaseForm):
    organization = RadioField(
        N_("Which organization answers?"),
        validators=[InputRequired(N_("Choose an organization."))],
    )


class AboutForm(BaseForm):
    members = IntegerField(
        N_("How many members it speaks for"),
        description=N_(
            "Public, counted apart from comments, not checked. Empty: the page says nothing."
        ),
        validators=[
            Optional(),
            NumberRange(min=1, max=1_000_000, message=N_("Give a whole number.")),
        ],
    )
    language = SelectField(N_("Language of the response"), choices=LANGUAGE_LABELS)


class TakeForm(BaseForm):
    offer = HiddenField()


class PartForm(BaseForm):
    body = TextAreaField(
        N_("The point, in the organization’s words"),
        description=N_("One ask at a time. Leave out what could tell which member said it."),
        validators=[
            DataRequired(N_("Write at least one sentence, or cancel.")),
            Length(
                max=LONGEST_PART,
                message=N_("A point may be up to 5,000 characters long. Make two of it."),
            ),
        ],
    )
    section = SelectField(N_("What it is about"), validators=[Optional()])
    version = HiddenField()


class ActForm(BaseForm):
    """One of the buttons beside a point; `version` is the point as it was shown."""

    version = HiddenField()


class SendForm(SentOnce):
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    knows_late = HiddenField()


class OfferForm(BaseForm):
    response = RadioField(N_("Your organization"), validators=[Optional()])
    words = StringField(
        N_("Or the words that your organization gave you"),
        description=N_("Four words. Capitals and accents do not matter. No account is needed."),
        validators=[Length(max=200, message=N_("These are too many words."))],
    )
    is_linked = BooleanField(
        N_("Everyone may see that my comment stands behind the response"),
        description=N_(
            "Without this only you know it, and your organization knows the comment, not you."
        ),
    )
