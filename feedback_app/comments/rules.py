"""What the comments' services refuse, each rule as its own error."""

from __future__ import annotations

from feedback_app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from feedback_app.core.i18n import N_


class NotOpenYet(Conflict):
    message = N_("This comment period has not opened yet.")


class ClosedMeanwhile(Conflict):
    message = N_("This comment period closed while you were writing. Your text is below.")


class PeriodOver(Conflict):
    message = N_(
        "This comment period is over and its answers are published, so nothing can be added."
    )


class AccountNeeded(NotAllowed):
    message = N_("In this comment period only people with an account can comment.")


class SpeaksForOthers(NotAllowed):
    message = N_(
        "You work for the department, the host or this site. You may reply in that role where "
        "it allows it, but not comment or agree yourself."
    )


class NothingSaid(Invalid):
    message = N_("Write at least one sentence, or cancel.")
    field = "body"


class WordsMoved(Conflict):
    message = N_("The words you chose are not at this place of the text. Choose them again.")


class NameReserved(Invalid):
    message = N_("This is the name of an organization on this site. Please choose another one.")
    field = "display_name"


class NotYours(NotFound):
    message = N_("Only the person who wrote this comment can do that, with its private code.")


class EditingEnded(Conflict):
    message = N_(
        "This comment period has closed, so the words can no longer change. "
        "You can still take your name off or withdraw the comment."
    )


class ChangedMeanwhile(Conflict):
    message = N_("This comment was changed in another window. Both texts are below.")


class CommentWithdrawn(Conflict):
    message = N_("The person who wrote this comment has withdrawn it.")


class RepliesStayFlat(Conflict):
    message = N_("A reply cannot be replied to. Reply to the comment above it.")


class OneReplyEach(Conflict):
    message = N_("After closing you can answer each reply to your comment once.")


class OnlyAuthorsReply(Conflict):
    message = N_(
        "This comment period has closed. Only the department, the organization that runs it "
        "and the person who wrote the comment can still reply."
    )


class OwnComment(Conflict):
    message = N_("This is your own comment.")
