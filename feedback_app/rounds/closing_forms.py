"""The forms of a signed round: the department's signature, and moving the closing."""

from __future__ import annotations

from wtforms import DateField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from feedback_app.core.i18n import N_
from feedback_app.rounds.forms import ClosingForm
from feedback_app.web.forms import BaseForm


class AgreementForm(BaseForm):
    """The department's signature."""

    answers_due_on = DateField(
        N_("Answers by"),
        validators=[Optional()],
        description=N_("The day by which everyone gets an answer with its reason."),
    )


class ExtendForm(ClosingForm):
    """A later closing, with its public reason."""

    reason = TextAreaField(
        N_("Why?"),
        description=N_("Everyone can read the reason."),
        validators=[
            DataRequired(N_("Give the reason. Everyone can read it.")),
            Length(max=1000),
        ],
    )


class CloseForm(BaseForm):
    """An earlier closing; the side that agrees may leave the reason as it is."""

    reason = TextAreaField(
        N_("Why does it close early?"),
        description=N_("Everyone can read the reason."),
        validators=[Length(max=1000)],
    )
