"""The forms of conduct: asking the host to look, acting, agreeing, appealing."""

from __future__ import annotations

import enum

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from feedback_app.comments.conduct import REASONS, ConductReason, Measure
from feedback_app.comments.labels import REASON_CHOICES
from feedback_app.core.i18n import N_
from feedback_app.web.forms import BaseForm

CHOOSE_REASON = N_("Choose one of the reasons. There are no others.")
MOST_WORDS = 1_000
_TOO_LONG = N_("This is too long: up to 1,000 characters fit.")


def _phrases(description: str) -> TextAreaField:
    return TextAreaField(
        N_("Words to cover"),
        description=description,
        validators=[Optional(), Length(max=MOST_WORDS, message=_TOO_LONG)],
    )


def _words(label: str, description: str = "") -> TextAreaField:
    return TextAreaField(
        label,
        description=description,
        validators=[Optional(), Length(max=MOST_WORDS, message=_TOO_LONG)],
    )


def lines_of(field: TextAreaField | StringField) -> list[str]:
    """One phrase to a line; empty lines say nothing."""
    return [line.strip() for line in (field.data or "").splitlines() if line.strip()]


class CoverForm(BaseForm):
    """For whoever holds the comment."""

    phrases = _phrases(N_("Copy each name, date or number from your comment, one to a line."))
    words = _words(N_("Or say in your own words what should be covered"))


class ReportForm(BaseForm):
    reason = RadioField(
        N_("What is wrong with it?"),
        choices={r.value: REASON_CHOICES[r] for r in REASONS[Measure.HIDE]},
        coerce=ConductReason,
        validators=[InputRequired(CHOOSE_REASON)],
    )
    words = _words(
        N_("Is there something that should be known?"),
        N_("Only those who see to conduct in this comment period read this."),
    )


class Step(enum.StrEnum):
    """What a host decides about one comment."""

    RELEASE = "release"
    HIDE = "hide"
    MASK = "mask"
    ERASE = "erase"
    LEAVE = "leave"


class ActForm(BaseForm):
    step = RadioField(
        N_("What do you want to do?"),
        coerce=Step,
        validators=[InputRequired(N_("Choose what to do."))],
    )
    reason = RadioField(
        N_("Why?"),
        description=N_("Needed to hide, cover or erase. There are no other reasons."),
        choices={r.value: words for r, words in REASON_CHOICES.items()},
        coerce=ConductReason,
        validators=[Optional()],
    )
    phrases = _phrases(
        N_(
            "One name, date or number to a line, as it stands in the comment. They are covered "
            "for everybody but its writer and you, in a hidden comment too."
        )
    )


class Decision(enum.StrEnum):
    YES = "yes"
    NO = "no"


class SecondForm(BaseForm):
    decision = RadioField(
        N_("Do you agree?"),
        choices={
            Decision.YES.value: N_("Yes, by these rules"),
            Decision.NO.value: N_("No, show the comment as it was"),
        },
        coerce=Decision,
        validators=[InputRequired(N_("Choose yes or no."))],
    )


class AppealForm(BaseForm):
    words = _words(
        N_("Why should it be shown?"), N_("The oversight board reads this. You can ask once.")
    )


class AppealDecisionForm(BaseForm):
    decision = RadioField(
        N_("What does the board decide?"),
        choices={
            Decision.YES.value: N_("For the writer: the comment stands as before"),
            Decision.NO.value: N_("Against: it stays as it is"),
        },
        coerce=Decision,
        validators=[InputRequired(N_("Choose what the board decides."))],
    )
    words = _words(N_("Why?"), N_("Its writer reads this."))
