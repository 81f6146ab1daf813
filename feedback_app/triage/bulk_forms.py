"""What one act for many comments asks of whoever gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, Optional

from feedback_app.core.i18n import N_
from feedback_app.triage.forms import DispositionForm
from feedback_app.triage.lot_forms import NAMED
from feedback_app.triage.surroundings import Person
from feedback_app.web.forms import BaseForm

OTHERS = N_("Also those that somebody else has")


class ManyAssignForm(BaseForm):
    person = SelectField(N_("Who takes them?"), choices=[], default="")
    due_on = DateField(
        N_("Until when?"), description=N_("You may leave this out."), validators=[Optional()]
    )
    takes_others = BooleanField(OTHERS)
    takes_own_text = BooleanField(
        N_("Also those about words that this person wrote"),
        description=N_("A second person then signs each of these answers."),
    )

    def offer(self, people: Iterable[Person]) -> None:
        self.person.choices = [
            SelectChoice("", N_("Nobody")),
            *[SelectChoice(p.public_id, p.name) for p in people if p.is_moderator],
        ]


class ManySortForm(BaseForm):
    into = SelectField(N_("Put them into"), choices=[], default="")
    title = StringField(
        N_("Name of the new subject"), description=NAMED, validators=[Length(max=120)]
    )

    def offer(self, subjects: Mapping[str, str]) -> None:
        self.into.choices = [
            SelectChoice("", N_("a new subject, named below")),
            *(SelectChoice(value, label) for value, label in subjects.items()),
        ]


class ManyAnswerForm(DispositionForm):
    takes_others = BooleanField(OTHERS)
