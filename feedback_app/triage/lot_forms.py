"""The forms by which comments are put together and answered together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, Optional

from feedback_app.core.i18n import N_
from feedback_app.triage.forms import LANGUAGES, Checkboxes, DispositionForm
from feedback_app.triage.lots import LotRow
from feedback_app.triage.voices import Said
from feedback_app.web.forms import BaseForm

NAMED = N_("A few plain words, as residents would say it.")


class SubjectForm(BaseForm):
    title = StringField(
        N_("Name of the subject"),
        description=NAMED,
        validators=[DataRequired(N_("Give the subject a name.")), Length(max=120)],
    )
    description = TextAreaField(
        N_("What it is about"),
        description=N_("Public, beside the answers. One or two sentences."),
        validators=[Length(max=1000)],
    )
    language = SelectField(
        N_("These words are in"),
        choices=[SelectChoice(value, label) for value, label in LANGUAGES.items()],
    )


class ChangeSubjectForm(SubjectForm):
    based_on = HiddenField()


class JoinForm(BaseForm):
    into = SelectField(N_("It becomes a part of"), choices=[], validators=[Optional()])

    def offer(self, others: Mapping[str, str]) -> None:
        self.into.choices = [
            SelectChoice("", N_("Choose a subject")),
            *(SelectChoice(value, label) for value, label in others.items()),
        ]


class ChosenForm(BaseForm):
    """Some of a list's comments, and what becomes of them: the button says it."""

    act = HiddenField()
    chosen = Checkboxes(N_("Comments"), choices=[])
    title = StringField(
        N_("Name of the new subject"),
        description=NAMED,
        validators=[Length(max=120)],
    )

    def offer(self, rows: Iterable[LotRow | Said]) -> None:
        self.chosen.choices = [SelectChoice(row.public_id, row.text) for row in rows]


class FoundForm(ChosenForm):
    into = SelectField(N_("Put them into"), choices=[], validators=[Optional()])

    def offer_subjects(self, subjects: Mapping[str, str]) -> None:
        self.into.choices = [
            SelectChoice("", N_("a new subject, named below")),
            *(SelectChoice(value, label) for value, label in subjects.items()),
        ]


class SortForm(BaseForm):
    subjects = Checkboxes(N_("Subjects of this comment"), choices=[])
    title = StringField(
        N_("A subject that is not there yet"),
        description=NAMED,
        validators=[Length(max=120)],
    )

    def offer_subjects(self, subjects: Mapping[str, str]) -> None:
        self.subjects.choices = [SelectChoice(v, label) for v, label in subjects.items()]


class TogetherForm(DispositionForm):
    left_out = Checkboxes(
        N_("Leave these out, to answer them by themselves"),
        choices=[],
    )

    def offer_rows(self, rows: Iterable[LotRow]) -> None:
        self.left_out.choices = [SelectChoice(row.public_id, row.text) for row in rows]
