"""The forms by which a draft is explained, tied to answers, published and set in force."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.triage.gate import Listed
from feedback_app.triage.models import CauseKind
from feedback_app.web.forms import BaseForm

CAUSE_LABELS = {
    CauseKind.POINT: N_("A comment"),
    CauseKind.REVIEW: N_("A review of the course"),
    CauseKind.RECOMMENDATION: N_("A recommendation of the oversight board"),
    CauseKind.LAW: N_("A law or a court"),
    CauseKind.OWN: N_("The department’s own"),
}
LONGEST = 2000
TOO_LONG = N_("Keep it under 2,000 characters.")
WHY_NOT = N_("Why it is published all the same")
WHY_HINT = N_("Everybody can read this reason. It ends no promise.")


class GateForm(BaseForm):
    version = HiddenField()
    looked = BooleanField(N_("We have looked at each of these; all of it may be public."))
    reason_undecided = TextAreaField(
        WHY_NOT, description=WHY_HINT, validators=[Length(max=LONGEST, message=TOO_LONG)]
    )
    reason_promises = TextAreaField(
        WHY_NOT, description=WHY_HINT, validators=[Length(max=LONGEST, message=TOO_LONG)]
    )
    reason_uncaused = TextAreaField(
        WHY_NOT, description=WHY_HINT, validators=[Length(max=LONGEST, message=TOO_LONG)]
    )
    reason_unadopted = TextAreaField(
        WHY_NOT, description=WHY_HINT, validators=[Length(max=LONGEST, message=TOO_LONG)]
    )
    reason_unshared = TextAreaField(
        WHY_NOT, description=WHY_HINT, validators=[Length(max=LONGEST, message=TOO_LONG)]
    )
    change_note = TextAreaField(
        N_("What changed, in short"),
        description=N_("Two or three sentences that stand above the changes."),
        validators=[Length(max=LONGEST, message=TOO_LONG)],
    )
    is_material = RadioField(
        N_("Does it change what is taught?"),
        choices={
            "yes": N_("Yes. It can be taught after people could comment on it."),
            "no": N_("No, only spelling, layout or names."),
        },
        default="yes",
        validators=[InputRequired(N_("Choose one."))],
    )
    material_reason = TextAreaField(
        N_("If not: why is this no real change?"),
        validators=[Length(max=LONGEST, message=TOO_LONG)],
    )

    def reasons(self) -> dict[Listed, str]:
        return {kind: self[f"reason_{kind.value}"].data or "" for kind in Listed}

    def terms(self) -> dict[str, Any]:
        """All that was typed, as `publish_revision` takes it and a job keeps it."""
        return {
            "change_note": self.change_note.data or "",
            "is_material": self.is_material.data == "yes",
            "material_reason": self.material_reason.data or "",
            "reasons": {kind.value: why for kind, why in self.reasons().items()},
            "accepts_findings": bool(self.looked.data),
        }

    @classmethod
    def of(cls, terms: dict[str, Any], version: int) -> GateForm:
        """The form as it was when it was sent."""
        form = cls(formdata=None)
        form.version.data = str(version)
        form.change_note.data = terms["change_note"]
        form.is_material.data = "yes" if terms["is_material"] else "no"
        form.material_reason.data = terms["material_reason"]
        form.looked.data = terms["accepts_findings"]
        for kind, why in terms["reasons"].items():
            form[f"reason_{kind}"].data = why
        return form

    def is_told(self, error: Invalid) -> bool:
        """Whether its sentence stands beside its field already."""
        return error.at in self._fields and bool(self._fields[error.at].errors)


class InForceForm(BaseForm):
    revision = SelectField(N_("Which version?"), choices={})
    on = DateField(
        N_("Taught from"), validators=[InputRequired(N_("Give the day as it is written here."))]
    )
    authority = TextAreaField(
        N_("Who decided it, and by which right?"),
        description=N_("The office and its order or rule. Everybody can read this."),
        validators=[
            DataRequired(N_("Name the office that decided it, and by which right.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )
    material_reason = TextAreaField(
        N_(
            "If people have had no answers on it yet, or it was promised to come back to them: "
            "why can it not wait?"
        ),
        validators=[Length(max=LONGEST, message=TOO_LONG)],
    )


class CauseForm(BaseForm):
    version = HiddenField()
    kind = RadioField(
        N_("What brought this change about?"),
        choices={kind.value: label for kind, label in CAUSE_LABELS.items()},
        coerce=CauseKind,
        validators=[InputRequired(N_("Choose one."))],
    )
    points = SelectMultipleField(
        N_("Which comments?"),
        choices={},
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[Optional()],
    )
    elsewhere = StringField(
        N_("Or the address of another comment"),
        description=N_("Copy it from the comment’s page."),
        validators=[Length(max=300)],
    )
    note = TextAreaField(
        N_("In a sentence or two"),
        description=N_(
            "Name the review, the recommendation or the law. Everybody can read it."
        ),
        validators=[Length(max=LONGEST, message=TOO_LONG)],
    )


class AdoptForm(BaseForm):
    version = HiddenField()
    hunk = RadioField(
        N_("Which change keeps the promise?"),
        choices={},
        validators=[InputRequired(N_("Choose a change."))],
    )
    elsewhere_reason = TextAreaField(
        N_("If it stands in another section: why there?"),
        validators=[Length(max=LONGEST, message=TOO_LONG)],
    )
