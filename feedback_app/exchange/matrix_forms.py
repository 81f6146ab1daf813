"""The forms with which a matrix comes back."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField

from feedback_app.core.i18n import N_
from feedback_app.exchange.matrix_reading import WANTED
from feedback_app.web.forms import BaseForm

NONE = "none"


class MatrixForm(BaseForm):
    file = FileField(
        N_("The matrix as a file"),
        description=N_(
            "A spreadsheet (.xlsx) or CSV, up to 20 MB. Only its first sheet is read."
        ),
        validators=[FileRequired(N_("Choose the file."))],
    )


class SavingForm(BaseForm):
    """`version` is the state of the preview that was looked at."""

    version = HiddenField()


class MappingForm(SavingForm):
    """One choice for each of our columns that a file can bring back."""

    def offer(self, heads: list[str], mapping: dict[str, int] | None) -> None:
        """Put the file's own headings up, with those chosen that we think fit."""
        none = (NONE, N_("not in this file"))
        named = [(str(place), head[:60]) for place, head in enumerate(heads) if head.strip()]
        for name in WANTED:
            field = self[name]
            field.choices = [none, *named]
            if not self.is_submitted() or field.data is None:
                place = (mapping or {}).get(name)
                field.data = NONE if place is None else str(place)

    @property
    def chosen(self) -> dict[str, int]:
        return {name: int(self[name].data) for name in WANTED if self[name].data != NONE}

    @property
    def columns(self) -> list[Any]:
        return [self[name] for name in WANTED]


for _name in WANTED:
    setattr(MappingForm, _name, SelectField(_name, validate_choice=True))
