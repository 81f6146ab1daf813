"""Forms of the pages that bring a course in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from feedback_app.core.i18n import N_
from feedback_app.curricula.forms import KINDS, LEVELS, CourseForm, VersionedForm
from feedback_app.curricula.models import SectionKind
from feedback_app.exchange.document import SectionDraft
from feedback_app.exchange.preview import LONGEST_TITLE, MOST_MINUTES, CourseFacts, Preview
from feedback_app.exchange.services import MOST_SECTIONS, UploadChanged
from feedback_app.web.forms import BaseForm

LANGUAGES = {"en": N_("English"), "es": N_("Spanish")}


def _trim(value: str | None) -> str:
    return (value or "").strip()


def _one_line(value: str | None) -> str:
    return " ".join((value or "").split())


class ImportForm(BaseForm):
    department = SelectField(N_("For which department?"), choices={}, coerce=int)
    file = FileField(
        N_("The file"),
        description=N_("Word (.docx), Markdown or a web page, up to 20 MB."),
        validators=[FileRequired(N_("Choose a file."))],
    )


class PreviewSectionForm(BaseForm):
    """One section of the preview; the preview's own form holds the token."""

    class Meta(BaseForm.Meta):
        csrf = False

    key = HiddenField()
    title = StringField(
        N_("Title"),
        validators=[
            DataRequired(N_("Give the section a title.")),
            Length(max=LONGEST_TITLE, message=N_("Keep the title under 300 characters.")),
        ],
        filters=[_one_line],
    )
    level = SelectField(N_("Rank"), choices=LEVELS, coerce=int)
    kind = SelectField(N_("Kind"), choices=KINDS)
    minutes = IntegerField(
        N_("Minutes"),
        validators=[
            Optional(),
            NumberRange(0, MOST_MINUTES, N_("Give whole minutes, 0 or more.")),
        ],
    )
    leave_out = BooleanField(N_("Leave it out"))

    def mended(self, section: SectionDraft) -> SectionDraft:
        return replace(
            section,
            title=self.title.data or section.title,
            level=self.level.data,
            kind=self.kind.data,
            minutes=self.minutes.data,
        )


class PreviewForm(CourseForm, VersionedForm):
    slug = StringField(
        N_("Short name for its address"),
        description=N_("Lower-case letters, digits and hyphens. It cannot be changed later."),
        validators=[DataRequired(N_("Give the course a short name.")), Length(max=80)],
        filters=[_trim],
    )
    language = SelectField(N_("Language of the course"), choices=LANGUAGES)
    sections = FieldList(FormField(PreviewSectionForm), max_entries=MOST_SECTIONS)

    @classmethod
    def of(cls, preview: Preview, version: int) -> PreviewForm:
        course = preview.course.to_json() | {"topics": ", ".join(preview.course.topics)}
        rows = [_row(preview, section) for section in preview.sections]
        return cls(data=course | {"version": str(version), "sections": rows})

    def mended(self, preview: Preview) -> Preview:
        """The preview with what was typed; a section that is no longer there is a conflict."""
        typed: dict[str, PreviewSectionForm] = {
            str(entry.form.key.data): entry.form for entry in self.sections
        }
        if not typed.keys() <= {section.key for section in preview.sections}:
            raise UploadChanged
        sections = [
            typed[section.key].mended(section) if section.key in typed else section
            for section in preview.sections
        ]
        left_out = {key for key, row in typed.items() if row.leave_out.data}
        untouched = preview.left_out - typed.keys()
        return replace(
            preview.with_sections(sections),
            course=self.course(),
            left_out=frozenset(left_out | untouched),
        )

    def course(self) -> CourseFacts:
        return CourseFacts(
            title=_one_line(self.title.data),
            slug=self.slug.data or "",
            summary=self.summary.data or "",
            audience=self.audience.data or "",
            format=self.format.data or "",
            language=str(self.language.data),
            topics=tuple(self.topic_list()),
            minutes=self.minutes.data or 0,
        )


def _row(preview: Preview, section: SectionDraft) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "level": section.level,
        "kind": section.kind if section.kind in KINDS else SectionKind.CONTENT.value,
        "minutes": section.minutes,
        "leave_out": section.key in preview.left_out,
    }


class DivideForm(VersionedForm):
    at = RadioField(
        N_("Where does the new section begin?"),
        choices={},
        validators=[InputRequired(N_("Choose where the new section begins."))],
    )
    title = StringField(
        N_("Title of the new section"),
        description=N_("Without one, the heading at that place or its first words serve."),
        validators=[Length(max=LONGEST_TITLE)],
        filters=[_one_line],
    )
