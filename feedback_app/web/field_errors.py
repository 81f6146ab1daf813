"""What a field says in the words of this site where its form brings no sentence of its own."""

from __future__ import annotations

from flask_babel import gettext

from feedback_app.core.i18n import N_

TOO_LONG = N_("Keep it within %(max)d characters.")
NONE_OF_THESE = N_("Choose one of these.")
SENTENCES = {
    "Field cannot be longer than %(max)d character.": TOO_LONG,
    "Field cannot be longer than %(max)d characters.": TOO_LONG,
    "This field is required.": N_("Fill this in."),
    "Invalid input.": N_("Check what you typed here."),
    "Not a valid choice.": NONE_OF_THESE,
    "Invalid Choice: could not coerce.": NONE_OF_THESE,
    "Invalid choice(s): one or more data inputs could not be coerced.": NONE_OF_THESE,
    "'%(value)s' is not a valid choice for this field.": NONE_OF_THESE,
    "'%(value)s' are not valid choices for this field.": NONE_OF_THESE,
    "Not a valid integer value.": N_("Give a whole number."),
    "Not a valid date value.": N_("Give a day, for example 2026-12-11."),
    "Not a valid time value.": N_("Give a time, for example 17:00."),
}


class FieldErrors:
    """Stands where WTForms looks for its translations; the field fills in the numbers."""

    def gettext(self, sentence: str) -> str:
        return str(gettext(SENTENCES.get(sentence, sentence)))

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)
