"""What people read for the values of an answer."""

from __future__ import annotations

from feedback_app.core.i18n import N_
from feedback_app.triage.models import Outcome, Reason, Signature
from feedback_app.triage.sample_models import Side

SIDE_LABELS = {Side.BOARD: N_("The oversight board"), Side.HOST: N_("The host")}
OUTCOME_LABELS: dict[Outcome, str] = {
    Outcome.ADOPTED: N_("We changed it"),
    Outcome.ADOPTED_WITH_CHANGES: N_("We changed it in other words"),
    Outcome.ADOPTED_IN_PART: N_("We changed part of it"),
    Outcome.ALREADY_COVERED: N_("Already in the course"),
    Outcome.NOT_ADOPTED: N_("Not changed"),
    Outcome.OUT_OF_SCOPE: N_("Belongs to another office"),
    Outcome.DEFERRED: N_("Later"),
    Outcome.QUESTION_ANSWERED: N_("Question answered"),
    Outcome.NOTED: N_("Read and kept"),
}
"""The same words as the signs that `macros/comments.html` draws."""

OUTCOME_HINTS: dict[Outcome, str] = {
    Outcome.ADOPTED: N_("A public promise until it is tied to the changed words."),
    Outcome.ADOPTED_WITH_CHANGES: N_("The same promise, in wording of your own."),
    Outcome.ADOPTED_IN_PART: N_("Say below which part is done and which is not, and why."),
    Outcome.ALREADY_COVERED: N_("Show the words that already say it."),
    Outcome.NOT_ADOPTED: N_("Needs one of six reasons, with its proof."),
    Outcome.OUT_OF_SCOPE: N_("Name the office it belongs to."),
    Outcome.DEFERRED: N_("Give the day on which it comes back."),
    Outcome.QUESTION_ANSWERED: N_("The answer itself goes into the reason."),
    Outcome.NOTED: N_("Only where nothing was asked."),
}
REASON_LABELS: dict[Reason, str] = {
    Reason.SET_BY_LAW: N_("Set by law or by POST, the state’s training board"),
    Reason.COURT_OR_POLICY: N_("Set by a court order or by department policy"),
    Reason.COURSE_HOURS: N_("There is no room in the course hours"),
    Reason.EVIDENCE: N_("The evidence points the other way"),
    Reason.ALREADY_DECIDED: N_("Already decided"),
    Reason.OPERATIONAL_SAFETY: N_("It would put people in danger"),
}
REASON_PROOFS: dict[Reason, str] = {
    Reason.SET_BY_LAW: N_("Proof: the statute or rule, with its number."),
    Reason.COURT_OR_POLICY: N_("Proof: the order or policy, with its number."),
    Reason.COURSE_HOURS: N_("Proof: how many minutes it would take."),
    Reason.EVIDENCE: N_("Proof: the study or data, where to find it."),
    Reason.ALREADY_DECIDED: N_("Proof: by whom and when, where to read it."),
    Reason.OPERATIONAL_SAFETY: N_("Proof: who outside the department has read the passage."),
}
SIGNATURE_LABELS: dict[Signature, str] = {
    Signature.MODERATOR: N_("a second moderator of the department"),
    Signature.HOST: N_("the host"),
    Signature.BOARD: N_("the oversight board"),
}
