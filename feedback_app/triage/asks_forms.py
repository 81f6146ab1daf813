"""One form for all asks of a comment: a part for each, and what they share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import FormField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from feedback_app.comments.models import Point
from feedback_app.core.i18n import N_
from feedback_app.triage.forms import Checkboxes, DispositionForm
from feedback_app.web.forms import BaseForm

_ALL = (
    "outcome",
    "rationale",
    "reason",
    "reason_detail",
    "covered_section",
    "covered_words",
    "referred_to",
    "due_on",
    "translation",
    "evidence_url",
    "evidence_title",
)


def _plain(value: Any) -> Any:
    """Browsers send other line ends than they were given."""
    return value.replace("\r\n", "\n").strip() or None if type(value) is str else value


class AskForm(DispositionForm):
    """The answer to one ask; nothing is asked of it while nobody has touched it."""

    class Meta(BaseForm.Meta):
        csrf = False

    office = None  # type: ignore[assignment]  # WTForms drops a field so
    authority = None  # type: ignore[assignment]
    corrects = None  # type: ignore[assignment]
    subjects = Checkboxes(N_("Subjects"), choices=[])
    stands: Mapping[str, Any]
    place = 0
    """Which of the comment's asks it is, from 1, so that the list of errors can say so."""

    @property
    def is_answered(self) -> bool:
        """Whether the answer is another one than stands there."""
        return any(_plain(self[n].data) != _plain(self.stands.get(n)) for n in _ALL)

    @property
    def is_sorted(self) -> bool:
        return set(self.subjects.data or ()) != set(self.stands.get("subjects", ()))

    def validate(self, extra_validators: Any = None) -> bool:
        if self.is_answered:
            return super().validate(extra_validators)
        checked = self.subjects.validate(self)
        return bool(checked)


class SharedForm(BaseForm):
    """What all asks of a comment share."""

    office = StringField(N_("Office that answers"), validators=[Length(max=160)])
    authority = StringField(
        N_("On which authority"),
        description=N_("A role, an order or a policy."),
        validators=[Length(max=300)],
    )


def part_of(point: Point) -> str:
    """The name under which a point's fields stand; its number stays when others are split."""
    return f"ask{point.number}"


def asks_form(
    points: Iterable[Point],
    standing: Mapping[int, dict[str, Any]],
    shared: Mapping[str, str],
    *,
    sections: Iterable[tuple[str, str]],
    subjects: Mapping[str, str],
) -> SharedForm:
    """A form with one part for each point, filled with the answers as they stand."""
    points = list(points)
    parts = {part_of(point): FormField(AskForm) for point in points}
    kind = type("AsksForm", (SharedForm,), parts)
    form: SharedForm = kind(
        **shared, **{part_of(point): standing[point.id] for point in points}
    )
    sections = list(sections)
    for point in points:
        part = form[part_of(point)].form
        part.stands = standing[point.id]
        part.offer(sections)
        part.subjects.choices = [SelectChoice(id_, title) for id_, title in subjects.items()]
    return form
