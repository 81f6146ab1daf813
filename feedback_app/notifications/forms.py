"""What people choose when they follow something."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired

from feedback_app.core.i18n import N_
from feedback_app.notifications.following_models import Frequency
from feedback_app.notifications.wording import FREQUENCY_LABELS, STOP
from feedback_app.web.forms import BaseForm, Email

EVERY = {each.value: label for each, label in FREQUENCY_LABELS.items()}
BY_ADDRESS = {name: label for name, label in EVERY.items() if name != Frequency.NEVER}
CHANGES = EVERY | {STOP: N_("Stop following")}


def quiet_field() -> BooleanField:
    return BooleanField(
        N_("Quiet subject lines"),
        description=N_(
            "The subject of a mail then says only “News for you”. Choose this if others can "
            "see your mailbox."
        ),
    )


class FollowForm(BaseForm):
    """For whoever is signed in: their account has an address."""

    frequency = RadioField(
        N_("How often may we write?"),
        choices=EVERY,
        coerce=Frequency,
        default=Frequency.AT_ONCE,
        validators=[InputRequired(N_("Choose one."))],
    )
    is_quiet = quiet_field()


class FollowByAddressForm(BaseForm):
    address = Email(
        N_("E-mail address"),
        [DataRequired(N_("Type your e-mail address."))],
        description=N_(
            "Kept for these mails alone. The police cannot see it, and it is erased when you "
            "stop."
        ),
    )
    frequency = RadioField(
        N_("How often may we write?"),
        choices=BY_ADDRESS,
        coerce=Frequency,
        default=Frequency.AT_ONCE,
        validators=[InputRequired(N_("Choose one."))],
    )
    is_quiet = quiet_field()


class FollowingForm(BaseForm):
    """All that somebody follows, a choice for each; of an address nothing is asked but that."""

    is_quiet = quiet_field()
    hears_of_work = BooleanField(
        N_("Write to me when work waits for me"),
        description=N_(
            "When something new waits for a translation, or members offer comments to the "
            "organization for which you speak: one mail a day at most."
        ),
    )


def following_form(labels: Mapping[str, str], chosen: Mapping[str, Frequency]) -> FollowingForm:
    """`labels` and `chosen` by the public id of each subscription."""
    fields = {
        public_id: SelectField(label, choices=CHANGES, default=chosen[public_id].value)
        for public_id, label in labels.items()
    }
    form: FollowingForm = type("Following", (FollowingForm,), fields)()
    return form
