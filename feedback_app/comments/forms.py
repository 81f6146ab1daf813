"""The forms of people who comment."""

from __future__ import annotations

from typing import Any

from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)
from wtforms.widgets import HiddenInput

from feedback_app.comments.labels import KIND_LABELS, LANGUAGE_LABELS
from feedback_app.comments.models import CommentKind
from feedback_app.core.i18n import N_
from feedback_app.notifications.forms import quiet_field
from feedback_app.rounds.plans import MOST_OPTIONS
from feedback_app.web.forms import BaseForm, Email, optional
from feedback_app.web.templating import current_language

LONGEST = 10_000
SAY_SOMETHING = N_("Write at least one sentence, or cancel.")
TOO_LONG = N_(
    "This is too long: up to 10,000 characters fit. Send the rest as a second comment."
)


def _body() -> TextAreaField:
    return TextAreaField(
        N_("Your comment"),
        description=N_("Any language. Please leave out other people’s names."),
        validators=[DataRequired(SAY_SOMETHING), Length(max=LONGEST, message=TOO_LONG)],
    )


def _wording() -> TextAreaField:
    return TextAreaField(
        N_("Words you would rather read"),
        description=N_("Write the sentence as it should stand in the course."),
        validators=[Optional(), Length(max=LONGEST, message=TOO_LONG)],
    )


def _invited() -> StringField:
    return StringField(
        N_("The words of your invitation"),
        description=N_(
            "Three or four words, from the screen, your slip of paper or your mail. "
            "Capitals and accents do not matter."
        ),
        validators=[Length(max=200, message=N_("These are too many words for an invitation."))],
    )


class SentOnce(BaseForm):
    """Carries the id that the server made for this form, signed with the time it was opened."""

    submission_id = HiddenField("")


class CommentForm(SentOnce):
    """What nobody sees has no label; without any, one is made of its name and translated."""

    body = _body()
    suggested_wording = _wording()
    start = IntegerField("", widget=HiddenInput(), validators=[Optional()])
    end = IntegerField("", widget=HiddenInput(), validators=[Optional()])
    exact = HiddenField("")
    question = HiddenField("", validators=[Optional(), Regexp(r"[a-z2-7]{26}\Z")])
    knows_late = HiddenField("")
    leave_empty = StringField(N_("Leave this empty"), [Length(max=200)])
    """Nobody meets it; a machine that fills in every field does, and is read before shown."""
    choice = IntegerField(
        "", widget=HiddenInput(), validators=[Optional(), NumberRange(1, MOST_OPTIONS)]
    )
    words = _invited()


class JoinForm(SentOnce):
    words = _invited()


class EditForm(BaseForm):
    body = _body()
    suggested_wording = _wording()
    version = HiddenField()


class ReplyForm(SentOnce):
    body = TextAreaField(
        N_("Your reply"),
        description=N_("Any language. Please leave out other people’s names."),
        validators=[DataRequired(SAY_SOMETHING), Length(max=LONGEST, message=TOO_LONG)],
    )
    language = SelectField(
        N_("Language of your reply"),
        choices=LANGUAGE_LABELS,
        filters=[lambda chosen: chosen or current_language()],
    )


class DescribeForm(BaseForm):
    """Asked after sending; every field may be skipped."""

    kind = RadioField(
        N_("What is it?"),
        choices={"": N_("I would rather not say")}
        | {k.value: v for k, v in KIND_LABELS.items()},
        coerce=optional(CommentKind),
        validators=[Optional()],
    )
    display_name = StringField(
        N_("Name to show with it"),
        description=N_("Any name you like. Leave it empty to stay unnamed. Nobody checks it."),
        validators=[Length(max=80, message=N_("A name may be up to 80 characters long."))],
    )
    language = SelectField(
        N_("Language of your comment"),
        choices=LANGUAGE_LABELS,
    )

    def validate_language(self, field: Any) -> None:
        """The choices themselves are the check."""


class NoticeForm(BaseForm):
    notice_address = Email(
        N_("Your e-mail address"),
        validators=[InputRequired(N_("Write an e-mail address, or leave this page as it is."))],
    )
    is_quiet = quiet_field()


class CodeForm(BaseForm):
    code = StringField(
        N_("Your private code"),
        description=N_(
            "Eight words with a line between them. Capitals and accents do not matter."
        ),
        validators=[
            InputRequired(N_("Type the code that you got when you sent your comment.")),
            Length(max=200, message=N_("This is too long for a private code.")),
        ],
    )
