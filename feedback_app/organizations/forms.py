"""Members, and new organizations."""

from __future__ import annotations

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from feedback_app.core.i18n import N_
from feedback_app.organizations.models import ROLES_OF, OrganizationKind, Role
from feedback_app.web.forms import BaseForm, Email

ROLE_LABELS = {
    Role.HOST: N_("Host: plans and runs comment periods"),
    Role.TRANSLATOR: N_("Translator: puts comments into another language"),
    Role.AUTHOR: N_("Author: writes and revises courses"),
    Role.MODERATOR: N_("Moderator: answers comments and publishes"),
    Role.REVIEWER: N_("Reviewer: sees records and decides appeals"),
    Role.MANAGER: N_("Manager: members and their roles"),
}
KIND_LABELS = {
    OrganizationKind.DEPARTMENT: N_("Department"),
    OrganizationKind.HOST: N_("Community organization that hosts comment periods"),
    OrganizationKind.BOARD: N_("Oversight board"),
}


class InvitationForm(BaseForm):
    email = Email(N_("E-mail address"), [DataRequired(N_("Type an e-mail address."))])
    role = RadioField(N_("Role"), validators=[InputRequired(N_("Choose a role."))])

    def offer(self, kind: OrganizationKind) -> None:
        self.role.choices = {role.value: ROLE_LABELS[role] for role in ROLES_OF[kind]}


class OrganizationForm(BaseForm):
    name = StringField(N_("Name"), [DataRequired(N_("Type a name.")), Length(max=160)])
    slug = StringField(
        N_("Short name in addresses"),
        [DataRequired(N_("Type a short name.")), Length(max=80)],
        description=N_("Lower-case letters, digits and hyphens. It never changes."),
    )
    kind = RadioField(
        N_("What is it?"),
        choices={kind.value: label for kind, label in KIND_LABELS.items()},
        validators=[InputRequired(N_("Choose what it is."))],
    )
    time_zone = StringField(
        N_("Time zone"),
        [DataRequired(N_("Type a time zone.")), Length(max=64)],
        default="America/Chicago",
        description=N_("As in the zone database, for example America/Chicago."),
    )
    overseen = SelectField(N_("Which department does this board oversee?"), choices={})
    manager_email = Email(
        N_("E-mail address of its first manager"),
        [DataRequired(N_("Type the address of its first manager."))],
        description=N_("An invitation is mailed there."),
    )
