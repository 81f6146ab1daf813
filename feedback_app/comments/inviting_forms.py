"""The forms by which a host invites."""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from feedback_app.comments.inviting import MOST_ADDRESSES, MOST_SLIPS
from feedback_app.core.i18n import N_
from feedback_app.web.forms import BaseForm

LANGUAGES = {"en": N_("English"), "es": N_("Spanish")}
_LONGEST = 60_000


class Invites(BaseForm):
    language = SelectField(N_("Language of the invitation"), choices=LANGUAGES)


class AddressesForm(Invites):
    """Addresses as people have them: one on a line, or as a mail program lists them."""

    addresses = TextAreaField(
        N_("E-mail addresses"),
        description=N_(
            "One on each line, or with commas between. Only you and other hosts of your "
            "organization see them; they are erased 30 days after the closing."
        ),
        validators=[
            DataRequired(N_("Write at least one e-mail address.")),
            Length(max=_LONGEST),
        ],
    )
    expires_on = DateField(
        N_("Valid until"),
        description=N_("If you leave it empty: for 30 days, at most until the closing."),
        validators=[Optional()],
    )

    def validate_addresses(self, field: Any) -> None:
        wrong = [text for text, address in _read(field.data or "") if address is None]
        if wrong:
            shown = ", ".join(wrong[:5])
            field.errors = [
                *field.errors,
                gettext(
                    N_("These do not look like e-mail addresses: %(addresses)s."),
                    addresses=shown,
                ),
            ]

    def validate(self, extra_validators: Any = None) -> bool:
        return super().validate(extra_validators) and not self.addresses.errors

    def list(self) -> list[str]:
        return [address for _text, address in _read(self.addresses.data or "") if address]


class MeetingCodeForm(Invites):
    label = StringField(
        N_("For which meeting?"),
        description=N_("For yourself, for example: Friday evening, parish hall."),
        validators=[DataRequired(N_("Say for which meeting.")), Length(max=120)],
    )


class SlipsForm(Invites):
    number = IntegerField(
        N_("How many slips?"),
        default=20,
        validators=[
            InputRequired(N_("Give a number, for example 20.")),
            NumberRange(1, MOST_SLIPS, N_("From 1 to %(max)s.")),
        ],
    )


def _read(text: str) -> list[tuple[str, str | None]]:
    """[(what was typed, the address or none)], at most one more than may be sent at once."""
    found: list[tuple[str, str | None]] = []
    for piece in re.split(r"[,;\n]+", text):
        piece = piece.strip()
        if not piece:
            continue
        address = (parseaddr(piece)[1] or piece).lower()
        try:
            validate_email(address, check_deliverability=False)
        except EmailNotValidError:
            found.append((piece[:60], None))
        else:
            found.append((piece, address))
        if len(found) > MOST_ADDRESSES:
            break
    return found
