"""Forms of the pages on which an edited file comes back onto its course."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.validators import Length, NumberRange, Optional

from feedback_app.core.i18n import N_
from feedback_app.curricula.forms import KINDS, OPENNESS, VersionedForm
from feedback_app.curricula.models import Openness, SectionKind
from feedback_app.curricula.rearranging import Facts
from feedback_app.exchange.preview import MOST_MINUTES
from feedback_app.exchange.services import MOST_SECTIONS
from feedback_app.triage.gate_forms import CAUSE_LABELS
from feedback_app.triage.models import CauseKind
from feedback_app.web.forms import BaseForm

LATER = ""
OWN_CAUSES = {LATER: N_("I will say it later")} | {
    kind.value: label for kind, label in CAUSE_LABELS.items() if kind is not CauseKind.POINT
}


def _trim(value: str | None) -> str:
    return (value or "").strip()


class OntoForm(BaseForm):
    file = FileField(
        N_("The file"),
        description=N_("Word (.docx), Markdown or a web page, up to 20 MB."),
        validators=[FileRequired(N_("Choose a file."))],
    )


class _Row(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False


class MatchRow(_Row):
    """A section of the file whose key is lost: which one of the draft it is."""

    given = HiddenField()
    same_as = SelectField(N_("Which section is this?"), choices={})


class GoneRow(_Row):
    key = HiddenField()
    keep = BooleanField(N_("Keep this section in the draft"))


class ConfirmForm(VersionedForm):
    """`version` is the upload's, `draft_version` that of the draft it was compared with."""

    draft_version = HiddenField()
    matches = FieldList(FormField(MatchRow), max_entries=MOST_SECTIONS)
    gone = FieldList(FormField(GoneRow), max_entries=MOST_SECTIONS)

    def offer(self, choices: Mapping[str, str]) -> None:
        for entry in self.matches:
            entry.form.same_as.choices = dict(choices)

    def same_as(self) -> dict[str, str]:
        return {str(e.form.given.data): str(e.form.same_as.data) for e in self.matches}

    def kept(self) -> frozenset[str]:
        return frozenset(str(e.form.key.data) for e in self.gone if e.form.keep.data)


class _ReasonRow(_Row):
    cause = SelectField(N_("Why was it changed?"), choices=OWN_CAUSES, default=LATER)
    note = StringField(
        N_("In a sentence"),
        validators=[Length(max=2000, message=N_("Keep it under 2,000 characters."))],
        filters=[_trim],
        default="",
    )

    @property
    def lacks_note(self) -> bool:
        return self.cause.data in OWN_CAUSES and self.cause.data != LATER and not self.note.data


class ChangedRow(_ReasonRow):
    given = HiddenField()
    kind = SelectField(N_("Kind"), choices=KINDS)
    minutes = IntegerField(
        N_("Minutes"),
        validators=[
            Optional(),
            NumberRange(0, MOST_MINUTES, N_("Give whole minutes, 0 or more.")),
        ],
    )
    openness = SelectField(N_("Can it change?"), choices=OPENNESS)
    authority = StringField(
        N_("Set by"), validators=[Length(max=300)], filters=[_trim], default=""
    )

    def facts(self) -> Facts:
        return Facts(
            kind=SectionKind(self.kind.data),
            minutes=self.minutes.data,
            openness=Openness(self.openness.data),
            authority=self.authority.data or "",
        )


class TakenRow(_ReasonRow):
    key = HiddenField()


class ReasonsForm(VersionedForm):
    own_note = StringField(
        N_("One reason for all that have none"),
        description=N_(
            "It stands beside each change as the department’s own. Everybody can read it."
        ),
        validators=[Length(max=2000, message=N_("Keep it under 2,000 characters."))],
        filters=[_trim],
        default="",
    )
    changed = FieldList(FormField(ChangedRow), max_entries=MOST_SECTIONS)
    taken = FieldList(FormField(TakenRow), max_entries=MOST_SECTIONS)

    def rows(self) -> list[Any]:
        return [entry.form for entry in [*self.changed, *self.taken]]

    def offer(self, comments: Mapping[str, Mapping[str, str]]) -> None:
        """Beside the causes of its own, each row offers the comments of its section."""
        for entry in self.changed:
            row = entry.form
            row.cause.choices = OWN_CAUSES | dict(comments.get(str(row.given.data), {}))
        for entry in self.taken:
            row = entry.form
            row.cause.choices = OWN_CAUSES | dict(comments.get(str(row.key.data), {}))
