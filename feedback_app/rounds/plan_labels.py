"""What the choices of a plan are called on its form."""

from __future__ import annotations

from typing import Any

from feedback_app.core.i18n import N_
from feedback_app.rounds.models import (
    Answering,
    Audience,
    Basis,
    Holding,
    Promise,
    Showing,
    WhoMayComment,
)

WHO: dict[str, Any] = {
    WhoMayComment.OPEN: N_("Anyone, without an account"),
    WhoMayComment.ACCOUNT: N_("Anyone who signs in"),
    WhoMayComment.INVITED: N_("Only people we invite"),
}
SHOWING: dict[str, Any] = {
    Showing.AT_ONCE: N_("At once"),
    Showing.AFTER_OWN: N_("After they have sent a comment of their own"),
    Showing.AFTER_CLOSING: N_("After the closing"),
}
ANSWERING: dict[str, Any] = {
    Answering.TOGETHER: N_("All answers together, in one report"),
    Answering.ONE_BY_ONE: N_("Each answer as soon as it is ready"),
}
PROMISES: dict[str, Any] = {
    Promise.ANSWER: N_("Every comment gets an answer with its reason"),
    Promise.COMES_BACK: N_("And the new text comes back for comments before it is taught"),
    Promise.TOGETHER: N_(
        "And host and department go through the answers together before they are published"
    ),
}
BASES: dict[str, Any] = {
    Basis.TEXT: N_("A whole text"),
    Basis.OUTLINE: N_("An outline; there is no text yet"),
    Basis.QUESTIONS: N_("Questions only; there is no text yet"),
}
AUDIENCES: dict[str, Any] = {
    Audience.EVERYONE: N_("Everyone"),
    Audience.OFFICERS: N_("Officers and instructors"),
}
HOLDING: dict[str, Any] = {
    Holding.NONE: N_("No, each is shown at once"),
    Holding.FIRST: N_("The first one of each person; later ones are shown at once"),
    Holding.ALL: N_("Each one, before it is shown"),
}
