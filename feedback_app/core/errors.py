"""The ways a rule can say no; entrances turn each into a status and a page."""

from typing import ClassVar

from feedback_app.core.i18n import N_


class DomainError(Exception):
    """A broken rule, named by its class; `message` is an untranslated sentence for people."""

    message: ClassVar[str] = N_("That could not be done.")

    def __init__(self, detail: str | None = None, **values: object) -> None:
        super().__init__(detail or self.message)
        self.sentence = detail or self.message
        self.values = values


class NotFound(DomainError):
    message = N_("There is nothing at this address.")


class NotAllowed(DomainError):
    message = N_("Your role does not allow this.")


class Conflict(DomainError):
    message = N_("Somebody changed this while you were working on it.")


class Invalid(DomainError):
    """What was typed breaks a rule; `field` says beside which field the sentence belongs."""

    field: ClassVar[str | None] = None
    message = N_("Please check what you typed.")

    def __init__(
        self, detail: str | None = None, *, field: str | None = None, **values: object
    ) -> None:
        super().__init__(detail, **values)
        self.at = field or self.field


class TooMany(DomainError):
    message = N_("Too many tries in a short time. Wait a few minutes, then try again.")


class Busy(DomainError):
    message = N_("Too much is being saved at this moment. Nothing was changed. Try again soon.")
