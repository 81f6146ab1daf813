"""What the comments' services refuse, each rule as its own error."""

from __future__ import annotations

from feedback_app.comments.conduct import Eyes, Sight, sees
from feedback_app.comments.models import Comment
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


class InvitationNeeded(NotAllowed):
    message = N_(
        "In this comment period only people who were invited can comment. Join it first with "
        "the words of your invitation."
    )


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


class SentAsOne(Conflict):
    message = N_(
        "An organization’s response is sent once, so its words and its name stay. It can be "
        "withdrawn."
    )


class ChangedMeanwhile(Conflict):
    message = N_("This comment was changed in another window. Both texts are below.")


class CommentWithdrawn(Conflict):
    message = N_("The person who wrote this comment has withdrawn it.")


class CommentErased(Conflict):
    message = N_("This comment was erased; nobody can read it any more.")


class NotShownNow(Conflict):
    message = N_("This comment is not shown now, so nobody can answer it or agree with it.")


class UnknownReason(Invalid):
    message = N_("Choose one of the reasons. There are no others.")
    field = "reason"


class WordsNotThere(Invalid):
    message = N_("These words are not in the comment: %(words)s")
    field = "phrases"


class NoWordsGiven(Invalid):
    message = N_("Write the words to cover, each on a line of its own.")
    field = "phrases"


class NobodyAskedForIt(Invalid):
    message = N_("Its writer has not asked for anything to be covered. Choose another reason.")
    field = "reason"


class OnlyUrgent(Invalid):
    message = N_(
        "For the site you can only cover what cannot wait: a threat, a child, a sexual image, "
        "private details."
    )
    field = "reason"


class WaitsAlready(Conflict):
    message = N_("Somebody has already proposed this for the comment; a second person decides.")


class MeasureOver(Conflict):
    message = N_("This is over already: it was decided, taken back, or its time ran out.")


class SecondFromElsewhere(NotAllowed):
    message = N_("The second person has to come from another organization than the first.")


class SayHowAlike(Invalid):
    message = N_("Choose an hour, or write words that all of them hold.")
    field = "words"


class MethodMissing(Invalid):
    message = N_("Say how you told them apart.")
    field = "method"


class TooFewForAFlood(Invalid):
    message = N_("These are fewer than %(number)s. That is no flood: read and answer them.")
    field = "words"


class NothingToAppeal(Conflict):
    message = N_("There is nothing here that you could ask the board to look at again.")


class AppealedBefore(Conflict):
    message = N_("You have asked the board once. It decides once.")


class SayWhy(Invalid):
    message = N_("Say why, in a sentence or two.")
    field = "words"


class NotHeld(Conflict):
    message = N_("This comment does not wait any more.")


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


def check_is_shown(comment: Comment) -> None:
    """Only what everybody reads can be answered or agreed with."""
    if comment.withdrawn_at is not None:
        raise CommentWithdrawn
    if comment.erased_at is not None:
        raise CommentErased
    if sees(comment.state, Eyes.PUBLIC) is not Sight.TEXT:
        raise NotShownNow


class NothingToTranslate(Conflict):
    message = N_("This comment needs no translation, or its words are not shown.")
