"""Forms of the authoring pages."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from feedback_app.core.i18n import N_
from feedback_app.curricula.describing import Described
from feedback_app.curricula.drafting import NewSection, new_section
from feedback_app.curricula.labels import KIND_LABELS, LEVEL_LABELS, OPENNESS_LABELS
from feedback_app.curricula.merging import Passage, Side, passages
from feedback_app.curricula.models import Openness, SectionKind
from feedback_app.curricula.queries import SectionRow
from feedback_app.curricula.withholding import Placeholder
from feedback_app.web.forms import BaseForm

LONGEST_SOURCE = 200_000
MOST_MINUTES = 60_000
KINDS = {kind.value: label for kind, label in KIND_LABELS.items()}
LEVELS = {str(level): label for level, label in LEVEL_LABELS.items()}
OPENNESS = {value.value: label for value, label in OPENNESS_LABELS.items()}
BEGINNING = "-"


def _trim(value: str | None) -> str:
    return (value or "").strip()


def _number(value: Any) -> int:
    """Coerces what a hidden field holds; a forged one counts as the oldest version."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


class VersionedForm(BaseForm):
    """Carries the version that its page showed, so that nobody overwrites unseen words."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        return _number(self.version.data)


class SectionTextForm(VersionedForm):
    title = StringField(
        N_("Title"),
        validators=[DataRequired(N_("Give the section a title.")), Length(max=300)],
        filters=[_trim],
    )
    source = TextAreaField(
        N_("Text"),
        validators=[
            Length(
                max=LONGEST_SOURCE, message=N_("This is too long for one section. Split it.")
            )
        ],
        filters=[lambda value: value or ""],
    )
    began = HiddenField()
    """The text that was there when writing began, to tell later who changed what."""


class MergeForm(VersionedForm):
    """Two texts of one section; whose words are taken is asked for each place by its number."""

    title_mine = HiddenField(validators=[Length(max=300)])
    title_theirs = HiddenField(validators=[Length(max=300)])
    mine = HiddenField(validators=[Length(max=LONGEST_SOURCE)])
    theirs = HiddenField(validators=[Length(max=LONGEST_SOURCE)])
    began = HiddenField()
    corrected = HiddenField()
    title = RadioField(N_("Whose title?"), choices={}, validate_choice=False)

    @property
    def correction(self) -> int | None:
        """The number of the urgent correction whose words are the other text."""
        return _number(self.corrected.data) or None

    def passages(self) -> list[Passage]:
        return passages(self.mine.data or "", self.theirs.data or "", self.began.data or "")

    def chosen_title(self) -> str:
        mine = self.title.data != Side.THEIRS.value
        return str((self.title_mine if mine else self.title_theirs).data or "")


class NewSectionForm(BaseForm):
    title = StringField(
        N_("Title"),
        validators=[DataRequired(N_("Give the section a title.")), Length(max=300)],
        filters=[_trim],
    )
    kind = SelectField(N_("Kind"), choices=KINDS, default=SectionKind.CONTENT.value)
    level = SelectField(N_("Rank"), choices=LEVELS, coerce=int, default=1)
    after = SelectField(N_("Where does it stand?"), choices={})
    source = TextAreaField(
        N_("Text"),
        validators=[Length(max=LONGEST_SOURCE)],
        filters=[lambda value: value or ""],
    )

    def section(self) -> NewSection:
        return new_section(
            title=self.title.data or "",
            source=self.source.data or "",
            level=self.level.data,
            kind=SectionKind(self.kind.data),
        )


class MoveForm(VersionedForm):
    after = SelectField(N_("Where does it stand?"), choices={})
    level = SelectField(N_("Rank"), choices=LEVELS, coerce=int)

    @property
    def place(self) -> str | None:
        return None if self.after.data == BEGINNING else str(self.after.data)


class SplitForm(VersionedForm):
    at = RadioField(
        N_("Where does the new section begin?"),
        choices={},
        validators=[InputRequired(N_("Choose where the new section begins."))],
    )
    title = StringField(
        N_("Title of the new section"),
        validators=[DataRequired(N_("Give the section a title.")), Length(max=300)],
        filters=[_trim],
    )


class JoinForm(VersionedForm):
    second_version = HiddenField()
    title = StringField(
        N_("Title of the joined section"),
        validators=[DataRequired(N_("Give the section a title.")), Length(max=300)],
        filters=[_trim],
    )
    keeps_heading = BooleanField(N_("Keep the second title as a heading in the text"))

    @property
    def second_seen(self) -> int:
        return _number(self.second_version.data)


class SectionFactsForm(BaseForm):
    """One row of the grid; the grid's own form holds the token."""

    class Meta(BaseForm.Meta):
        csrf = False

    key = HiddenField()
    version = HiddenField()
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
    summary = TextAreaField(
        N_("In short"), validators=[Length(max=1000)], filters=[_trim], default=""
    )
    is_withheld = BooleanField(N_("Do not show these words"))
    withheld_what = StringField(
        N_("What is not shown"), validators=[Length(max=500)], filters=[_trim], default=""
    )
    withheld_by = StringField(
        N_("Who decided that"), validators=[Length(max=200)], filters=[_trim], default=""
    )
    withheld_ground = StringField(
        N_("On which ground"), validators=[Length(max=500)], filters=[_trim], default=""
    )
    withheld_seen_by = StringField(
        N_("Who outside the department has read it"),
        validators=[Length(max=300)],
        filters=[_trim],
        default="",
    )

    def described(self) -> Described:
        withheld = None
        if self.is_withheld.data:
            withheld = Placeholder(
                what=self.withheld_what.data or "",
                by=self.withheld_by.data or "",
                ground=self.withheld_ground.data or "",
                seen_by=self.withheld_seen_by.data or "",
            )
        return Described(
            key=str(self.key.data),
            version=_number(self.version.data),
            kind=SectionKind(self.kind.data),
            minutes=self.minutes.data,
            openness=Openness(self.openness.data),
            authority=self.authority.data or "",
            summary=self.summary.data or "",
            withheld=withheld,
        )


class GridForm(BaseForm):
    sections = FieldList(FormField(SectionFactsForm), max_entries=500)

    @classmethod
    def of(cls, rows: list[SectionRow]) -> GridForm:
        return cls(data={"sections": [facts_of(row) for row in rows]})

    def mend(self) -> None:
        """Show errors that were found row by row in the list's own."""
        self.sections.errors = [entry.errors for entry in self.sections]


def facts_of(row: SectionRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "version": row.version,
        "kind": row.kind.value,
        "minutes": row.minutes,
        "openness": row.openness.value,
        "authority": row.authority,
        "summary": row.summary,
        "is_withheld": row.is_withheld,
        "withheld_what": row.withheld_what,
        "withheld_by": row.withheld_by,
        "withheld_ground": row.withheld_ground,
        "withheld_seen_by": row.withheld_seen_by,
    }


class CourseForm(BaseForm):
    title = StringField(
        N_("Title"),
        validators=[DataRequired(N_("Give the course a title.")), Length(max=200)],
        filters=[_trim],
    )
    summary = TextAreaField(
        N_("What it is about"),
        description=N_("Two or three sentences that a neighbor understands."),
        validators=[Length(max=2000)],
        filters=[_trim],
    )
    audience = StringField(
        N_("Who takes it"), validators=[Length(max=300)], filters=[_trim], default=""
    )
    format = StringField(
        N_("How it is taught"),
        description=N_("For example: two days in class, with role play."),
        validators=[Length(max=300)],
        filters=[_trim],
        default="",
    )
    topics = StringField(
        N_("Subjects"),
        description=N_("Parted by commas."),
        validators=[Length(max=500)],
        filters=[_trim],
        default="",
    )
    minutes = IntegerField(
        N_("Minutes in all"),
        validators=[
            InputRequired(N_("Give whole minutes, 0 or more.")),
            NumberRange(0, MOST_MINUTES, N_("Give whole minutes, 0 or more.")),
        ],
    )

    def topic_list(self) -> list[str]:
        return [topic.strip() for topic in (self.topics.data or "").split(",") if topic.strip()]


class ReasonForm(BaseForm):
    reason = TextAreaField(
        N_("Why?"),
        description=N_("Residents will read it."),
        validators=[DataRequired(N_("Say why. Residents will read it.")), Length(max=2000)],
    )
