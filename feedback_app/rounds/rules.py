"""What planning and closing a round refuse, and the sentences that say so."""

from __future__ import annotations

from feedback_app.core.errors import Conflict, Invalid, NotAllowed
from feedback_app.core.i18n import N_


class VersionNotPublished(Conflict):
    message = N_("People can comment only on a published version.")


class NotAHost(Invalid):
    message = N_("Only a hosting organization can run a comment period.")


class OnlyOwnCourse(Invalid):
    message = N_("A department can ask people only about its own courses.")
    field = "host"


class NotAPartner(Invalid):
    message = N_(
        "The second organization in conduct is a community organization, and another one than "
        "the one that runs the comment period."
    )
    field = "partner"


class NotPublicYet(Conflict):
    message = N_("This comment period is still a plan. Name the organization in the plan.")


class RoundAnswered(Conflict):
    message = N_("The answers of this comment period are public; its conduct is over.")


class SecondIsThere(Conflict):
    message = N_(
        "An organization has agreed already. Another one can be asked if it steps out."
    )


class SignedWhereItPlans(Conflict):
    message = N_(
        "The department runs this comment period itself. It signs once, where it plans it."
    )


class NotShortenedAlone(Conflict):
    message = N_(
        "Nobody else has signed this comment period, so nobody can agree to close it early."
    )


class ClosesBeforeOpening(Invalid):
    message = N_("The closing must come after the opening.")
    field = "closes_on"


class ClosingPassed(Invalid):
    message = N_("This moment has passed. Choose a later one.")
    field = "closes_on"


class TooShortWithoutReason(Invalid):
    message = N_(
        "A comment period lasts at least %(days)s days here. Choose a later closing, or say "
        "why it is shorter; everyone can read the reason."
    )
    field = "short_reason"


class AnswersBeforeClosing(Invalid):
    message = N_("The answers can only be due after the comment period has closed.")
    field = "answers_due_on"


class LanguageUnknown(Invalid):
    message = N_("Choose English, Spanish or both.")
    field = "languages"


class WrongNumberOfQuestions(Invalid):
    message = N_("Ask at most seven questions.")


class SummaryTooLong(Invalid):
    message = N_("A summary has at most %(words)s words, so that it is read in half a minute.")


class NobodyInvites(Invalid):
    message = N_(
        "A department may not know whom it asks, so nobody could invite people here. Let "
        "anyone comment, or let a community organization run this one."
    )
    field = "participation"


class OfficersAreInvited(Invalid):
    message = N_(
        "Officers and instructors are asked by invitation; otherwise anyone could speak in "
        "their name."
    )
    field = "participation"


class NoHostToGoThrough(Invalid):
    message = N_(
        "The department runs this comment period itself; there is no host with whom it could "
        "go through the answers."
    )
    field = "promise"


class OneByOneIsNotTogether(Invalid):
    message = N_(
        "Answers that host and department go through together are published together, not each "
        "as soon as it is ready."
    )
    field = "answering"


class NotClosedYet(Conflict):
    message = N_("The answers can be gone through after the closing, until they are published.")


class AlreadyGoneThrough(Conflict):
    message = N_("Your side has said already that you went through the answers.")


class NotPromised(Conflict):
    message = N_("Nothing like this was promised in this comment period.")


class NeedsANeutralHost(Invalid):
    message = N_(
        "Officers and instructors are asked by somebody else than their own department, so "
        "that they can speak freely. Let a community organization run this one."
    )
    field = "audience"


class QuestionOnNoSection(Invalid):
    message = N_("This section is not in the version that people comment on.")


class PlanChanged(Conflict):
    message = N_(
        "Somebody changed this plan while you were working on it. Open it again; what you "
        "typed is below."
    )


class PlanSigned(Conflict):
    message = N_("The host has signed this plan; its words stay as they were signed.")


class WordsChanged(Conflict):
    message = N_(
        "Somebody changed these words while you were working on them. What you typed is still "
        "in its fields; what stands there now is shown beside it. Save again to put yours in "
        "its place."
    )


class RoundHasOpened(Conflict):
    message = N_("This comment period has opened; its page stays as people first read it.")


class RoundHasClosed(Conflict):
    message = N_("This comment period has closed.")


class RoundNotOpen(Conflict):
    message = N_("This comment period is not open.")


class PageNotWhole(Conflict):
    message = N_("The page is not complete yet. The plan lists what is missing.")


class AlreadySigned(Conflict):
    message = N_("Your side has signed this comment period already.")


class NoAnswerDate(Invalid):
    message = N_("Say by which day everyone gets an answer.")
    field = "answers_due_on"


class NotLater(Invalid):
    message = N_("The new closing must be later than the old one.")
    field = "closes_on"


class ReasonMissing(Invalid):
    message = N_("Give the reason. Everyone can read it.")
    field = "reason"


class NotASignatory(NotAllowed):
    message = N_("Only those who signed this comment period can move its closing.")


class ClosingAlreadyAsked(Conflict):
    message = N_("Your side has asked for this already; the other side has to agree.")


class TooManyAboutPeople(Invalid):
    message = N_("Ask at most %(number)s questions about people. Each one costs some answers.")


class OptionsUnlike(Invalid):
    message = N_(
        "Give %(fewest)s to %(most)s answers to choose from, as many in each language and in "
        "the same order."
    )


class AsManyAnswers(Invalid):
    message = N_(
        "Write one answer on each line, in the same order: there are %(there)s beside, and "
        "%(here)s here."
    )


class ShareUnfit(Invalid):
    message = N_("A share is a number from 0 to 100.")


class SourceMissing(Invalid):
    message = N_("Say where these figures come from.")


class AnswersMissing(Invalid):
    message = N_("Choose an answer, or leave this page: nothing here has to be answered.")


class AnsweredAlready(Conflict):
    message = N_("These questions have been answered from this browser.")


class AnsweringOver(Conflict):
    message = N_("These questions are not asked at this time.")
