"""What people type to sign in, to register and to get back in."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, NoneOf

from feedback_app.core.i18n import N_
from feedback_app.core.marks import DEMO_PASSWORD
from feedback_app.notifications.forms import quiet_field
from feedback_app.web.forms import BaseForm, Email

LANGUAGES = {"en": "English", "es": "Español"}
NOT_PUBLIC = NoneOf(
    [DEMO_PASSWORD], message=N_("Everybody knows this password. Choose one of your own.")
)
NEW_PASSWORD = Length(
    min=12,
    max=200,
    message=N_("Choose a password of at least 12 characters. A short sentence works well."),
)


class SignInForm(BaseForm):
    email = Email(N_("E-mail address"), [DataRequired(N_("Type your e-mail address."))])
    password = PasswordField(
        N_("Password"), [DataRequired(N_("Type your password.")), Length(max=200)]
    )
    next = HiddenField(validators=[Length(max=500)])


class RegisterForm(BaseForm):
    name = StringField(
        N_("Your name"),
        [DataRequired(N_("Type a name. It may be a first name only.")), Length(max=120)],
        description=N_(
            "Only you and the organizations you join see it. It is never shown with a comment "
            "unless you choose so."
        ),
    )
    email = Email(N_("E-mail address"), [DataRequired(N_("Type your e-mail address."))])
    password = PasswordField(
        N_("Password"),
        [DataRequired(N_("Choose a password.")), NEW_PASSWORD, NOT_PUBLIC],
        description=N_("At least 12 characters. A short sentence works well."),
    )


class ForgottenForm(BaseForm):
    email = Email(N_("E-mail address"), [DataRequired(N_("Type your e-mail address."))])


class NewPasswordForm(BaseForm):
    password = PasswordField(
        N_("New password"),
        [DataRequired(N_("Choose a password.")), NEW_PASSWORD, NOT_PUBLIC],
        description=N_("At least 12 characters. A short sentence works well."),
    )
    again = PasswordField(
        N_("The same password again"),
        [EqualTo("password", N_("The two passwords are not the same."))],
    )


class AccountForm(BaseForm):
    name = StringField(N_("Your name"), [DataRequired(N_("Type a name.")), Length(max=120)])
    locale = SelectField(N_("Language of mails"), choices=LANGUAGES, default="en")
    hears_of_answers = BooleanField(
        N_("Write to me when a comment of mine is answered"),
        description=N_(
            "One mail to your account’s address each time, without the words of any comment. "
            "The department never learns that you get it, nor your address."
        ),
    )
    is_quiet = quiet_field()


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(
        N_("Your password until now"), [DataRequired(N_("Type your password until now."))]
    )
