"""The base of every form, and the fields that several share."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, TypeVar

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, ValidationError
from wtforms.validators import Length

from feedback_app.core.errors import Invalid
from feedback_app.core.html import accept_text
from feedback_app.core.i18n import N_
from feedback_app.web.field_errors import FieldErrors

E = TypeVar("E", bound=enum.StrEnum)


class CleanText:
    """Refuses what no text may hold (U+0000, lone surrogates); normalises the rest."""

    def __call__(self, form: Any, field: Field) -> None:
        if type(field.data) is str:  # an enum stays the enum it was coerced to
            try:
                field.data = accept_text(field.data)
            except ValueError:
                raise ValidationError(
                    gettext(N_("This text holds a character that cannot be kept."))
                ) from None


class BaseForm(FlaskForm):  # type: ignore[misc]
    """A form with its own CSRF field, so that an expired page comes back filled in.

    Labels, descriptions and error texts are msgids; the macros translate them.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def bind_field(self, form: Any, unbound: Any, options: dict[str, Any]) -> Any:
            """Every text field takes clean text, without each having to say so."""
            field = unbound.bind(form=form, **options)
            field.validators = [CleanText(), *field.validators]
            return field

        def get_translations(self, form: Any) -> FieldErrors:
            return FieldErrors()

    def reject(self, error: Invalid) -> None:
        """Put a broken rule's sentence beside its field, or above the form."""
        sentence = gettext(error.sentence, **error.values)
        if error.at and error.at in self._fields:
            field = self._fields[error.at]
            field.errors = [*field.errors, sentence]
        else:
            self.form_errors.append(sentence)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        token = self._fields.get("csrf_token")
        if token is not None and token.errors:
            token.errors = []
            self.form_errors.append(gettext(N_("This page had expired. Please send it again.")))
            valid = False
        return valid


class EmptyForm(BaseForm):
    """For acts that need no field but must come from our own page."""


class Email(EmailField):
    """An e-mail address, kept in lower case without surrounding space."""

    def __init__(self, label: str, validators: Any = (), **options: Any) -> None:
        super().__init__(
            label,
            [*validators, Length(max=254), looks_like_an_address],
            filters=[lambda value: value.strip().lower() if value else value],
            **options,
        )


def looks_like_an_address(form: Any, field: Field) -> None:
    try:
        validate_email(field.data or "", check_deliverability=False)
    except EmailNotValidError:
        if field.data:
            raise ValidationError(
                gettext(
                    N_("This does not look like an e-mail address. Example: name@example.org")
                )
            ) from None


def optional(kind: type[E]) -> Callable[[Any], E | None]:
    """Coerces to an enum or to nothing at all; a forged value is refused by the choices."""

    def coerce(value: Any) -> E | None:
        if value in (None, "", "None"):
            return None
        return kind(value)

    return coerce
