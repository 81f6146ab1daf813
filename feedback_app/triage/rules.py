"""What answering refuses, and the sentences that say so."""

from __future__ import annotations

from feedback_app.core.errors import Conflict, Invalid, NotAllowed
from feedback_app.core.i18n import N_


class CommentWithdrawn(Conflict):
    message = N_("This comment was taken back or erased; it needs no answer.")


class RepliesNeedNoAnswer(Conflict):
    message = N_("This is a reply to a comment. Answer the comment itself.")


class PointReplaced(Conflict):
    message = N_("This comment was split anew meanwhile. Open it again from the list.")


class AnswerOvertaken(Conflict):
    message = N_(
        "Somebody answered this or changed its words while you were writing. Both texts are "
        "here; nothing was saved."
    )


class RationaleMissing(Invalid):
    message = N_("Say why. Residents read it beside their comment.")
    field = "rationale"


class OfficeMissing(Invalid):
    message = N_("Name the office that answers.")
    field = "office"


class AuthorityMissing(Invalid):
    message = N_("Say on which authority this was decided, such as an order or a role.")
    field = "authority"


class RefusalWithoutReason(Invalid):
    message = N_("Choose why nothing changes.")
    field = "reason"


class RefusalWithoutEvidence(Invalid):
    message = N_(
        "This reason needs its proof: the rule, the minutes, the source or the reader."
    )
    field = "reason_detail"


class MinutesMissing(Invalid):
    message = N_("Say how many minutes it would take, as a number.")
    field = "reason_detail"


class DeferralWithoutDate(Invalid):
    message = N_("Give the day on which this comes back.")
    field = "due_on"


class DayPassed(Invalid):
    message = N_("This day has passed. Choose a later one.")
    field = "due_on"


class ReferralWithoutOffice(Invalid):
    message = N_("Name the office that this belongs to.")
    field = "referred_to"


class CoveredNowhere(Invalid):
    message = N_("Choose the section that already says it.")
    field = "covered_section"


class CoveredWordsMissing(Invalid):
    message = N_("Copy the words that already say it from the section.")
    field = "covered_words"


class CoveredWordsNotFound(Invalid):
    message = N_("These words are not in that section. Copy them letter by letter.")
    field = "covered_words"


class CoveredWordsRepeated(Invalid):
    message = N_("These words stand there more than once. Copy a few more around them.")
    field = "covered_words"


class SomethingWasAsked(Invalid):
    message = N_("“Read and kept” is only for comments that ask for nothing. This one asks.")
    field = "outcome"


class SignatureNotNeeded(Conflict):
    message = N_("This answer needs no second signature, or already has one.")


class NoSecondModerator(Invalid):
    message = N_("Your department has one moderator. Invite a second one first.")
    field = "asks_for_two"


class OwnAnswer(NotAllowed):
    message = N_("You gave this answer. The second signature must be another person’s.")


class SecondModeratorFirst(NotAllowed):
    message = N_("The department has a second moderator, who signs this.")


class AnswerTakenBack(Conflict):
    message = N_("This answer was taken back meanwhile. Look at the comment again.")


class AnswerWaitsForSignature(Conflict):
    message = N_("This answer waits for its second signature. It can be published after that.")


class AnswerAlreadyPublished(Conflict):
    message = N_("This answer is already public, or a later one has taken its place.")


class PublishedTogether(Conflict):
    message = N_("The answers of this comment period are published together.")


class RoundNotClosed(Conflict):
    message = N_("People can still comment. Answers are published after closing.")


class ReportAlreadyPublished(Conflict):
    message = N_("The answers of this comment period are already public.")


class UndecidedWithoutReason(Invalid):
    message = N_(
        "Some comments have no answer yet (%(count)s). Answer them first, or say in public why "
        "they must wait."
    )
    field = "note"


class NotGoneThrough(Invalid):
    message = N_(
        "Host and department signed that they go through the answers together first. Do that, "
        "or say in public why not."
    )
    field = "not_together_reason"


class TooFewStarts(Invalid):
    message = N_("Mark at least two places where something new is asked.")
    field = "starts"


class NotAStart(Invalid):
    message = N_("Mark the sentences on this page only.")
    field = "starts"


class WordingChanged(Conflict):
    message = N_("Its author changed the words meanwhile. Open the comment again.")


class AnswerIsTied(Conflict):
    message = N_(
        "An answer to this comment is public or tied to changed words already, so its parts "
        "stay as they are."
    )


class NothingToJudge(Conflict):
    message = N_("There is no public answer to this comment yet.")


class BecauseMissing(Invalid):
    message = N_("Say in a sentence what is missing in the answer.")
    field = "because"


class TitleMissing(Invalid):
    message = N_("Give the subject a name.")
    field = "title"


class TitleTaken(Invalid):
    message = N_("There is a subject with this name already.")
    field = "title"


class SubjectOvertaken(Conflict):
    message = N_("Somebody changed this while you were writing. Yours is not saved yet.")


class SubjectEnded(Conflict):
    message = N_("This subject has become part of another one.")


class NotAnotherSubject(Invalid):
    message = N_("Choose another subject of the same comment period.")
    field = "into"


class NothingChosen(Invalid):
    message = N_("Choose at least one comment.")
    field = "chosen"


class LetterTakenApart(Conflict):
    message = N_("This letter was taken apart; each comment stands by itself now.")


class NothingToAnswer(Conflict):
    message = N_("Every comment here has its answer already, or was left out.")


class LotChanged(Conflict):
    message = N_(
        "Comments came in, went out, were answered or changed their words while you were "
        "writing. Look at the list again; nothing was saved."
    )


class SomeAskForSomething(Invalid):
    message = N_(
        "“Read and kept” is only for comments that ask for nothing; %(count)s of these ask. "
        "Leave them out, or choose another answer."
    )
    field = "outcome"
