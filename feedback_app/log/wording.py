"""What a log entry says to a reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext

from feedback_app.comments import labels as of_comments
from feedback_app.comments.labels import ENDING_LABELS, MEASURE_LABELS, REASON_LABELS
from feedback_app.core.i18n import N_
from feedback_app.curricula.labels import COVER_ENDING_LABELS, GROUND_LABELS
from feedback_app.organizations import forms as of_organizations
from feedback_app.triage import wording as of_answers
from feedback_app.web.templating import long_day, moment

KIND_LABELS = {
    "organization.created": N_("An organization joined the site"),
    "organization.overseen": N_("A board took up the oversight of a department"),
    "organization.signing_changed": N_("A department said how many sign its answers"),
    "membership.granted": N_("A role was given"),
    "membership.ended": N_("A role ended"),
    "account.created": N_("An account was opened"),
    "account.closed": N_("An account was closed"),
    "curriculum.created": N_("A training course was started"),
    "curriculum.described": N_("A course’s description was changed"),
    "revision.published": N_("A version was published"),
    "revision.set_in_force": N_("A version is to be taught"),
    "revision.dropped": N_("A draft was dropped"),
    "revision.corrected": N_("Words that are being taught were corrected at once"),
    "revision.overridden": N_("A version was published with comments or promises still open"),
    "round.planned": N_("A comment period was planned"),
    "round.replanned": N_("The plan of a comment period was changed"),
    "round.translated": N_("Words of a planned page were put into another language"),
    "round.signed": N_("A comment period was signed"),
    "round.extended": N_("A comment period was made longer"),
    "round.closing_asked": N_("One side asked to close a comment period early"),
    "round.closed": N_("A comment period was closed early"),
    "round.delayed": N_("Answers come later than the department had signed"),
    "round.second_asked": N_("An organization was asked to be the second one in conduct"),
    "round.second_left": N_("An organization no longer is the second one in conduct"),
    "round.gone_through": N_("The host went through the answers with the department"),
    "round.compared": N_("Figures to compare with were given: who lives here"),
    "round.counted": N_("What people said about themselves was counted"),
    "report.published": N_("The answers of a comment period were published"),
    "comment.submitted": N_("A comment was received"),
    "recording.received": N_("A spoken or signed comment was received; its words are to come"),
    "recording.erased": N_("A recording was erased before anybody had typed its words"),
    "recording.withdrawn": N_("A spoken or signed comment was taken back by its sender"),
    "comment.edited": N_("A comment was changed by its writer"),
    "comment.described": N_("A comment’s kind or name was set by its writer"),
    "comment.translated": N_("A comment was translated by a person"),
    "comment.withdrawn": N_("A comment was withdrawn by its writer"),
    "comment.unnamed": N_("A name was taken off a comment by its writer"),
    "comment.replied": N_("A reply was received"),
    "comment.endorsed": N_("Somebody agreed with a comment"),
    "comment.unendorsed": N_("Somebody took an agreement back"),
    "comment.reported": N_("Somebody reported a comment"),
    "comment.covering_asked": N_("A writer asked for details to be covered"),
    "comment.left_as_it_is": N_("A reported comment was looked at and left as it is"),
    "comment.released": N_("A comment that had waited is shown"),
    "comment.hidden": N_("A comment was hidden"),
    "comment.masked": N_("Details in a comment were covered"),
    "comment.erased": N_("A comment was erased"),
    "measure.proposed": N_("Hiding, covering or erasing a comment was proposed"),
    "measure.confirmed": N_("A second person agreed"),
    "measure.ended": N_("A comment is shown again, or was never hidden"),
    "measure.appealed": N_("A writer asked the board to decide"),
    "appeal.decided": N_("The board decided about a comment"),
    "flood.proposed": N_("Setting comments aside as a suspected flood was proposed"),
    "flood.set_aside": N_("Comments were set aside as a suspected flood"),
    "flood.ended": N_("Comments that were set aside count again"),
    "flood.appealed": N_("A writer said that a person wrote a comment that was set aside"),
    "flood.appeal_decided": N_("The board decided about a comment that was set aside"),
    "comment.split": N_("A comment’s asks were told apart"),
    "comment.placed": N_("A comment was placed by hand in a later version"),
    "comment.objected": N_("A writer said that the place of a comment is wrong"),
    "disposition.recorded": N_("An answer was recorded, not yet published"),
    "disposition.confirmed": N_("An answer was signed by a second person"),
    "disposition.published": N_("An answer was published"),
    "disposition.marked": N_("An answer that was drawn by lot was looked at again"),
    "theme.created": N_("A subject of comments was named"),
    "theme.described": N_("A subject’s name or description was changed"),
    "theme.merged": N_("A subject became part of another one"),
    "theme.split": N_("A part of a subject became one of its own"),
    "theme.points_added": N_("Comments were put into a subject"),
    "theme.points_removed": N_("Comments were taken out of a subject"),
    "theme.removed": N_("A subject was taken away, with nothing left in it"),
    "point.sorted": N_("A comment’s subjects were set"),
    "theme.answered": N_("Comments were answered together, by subject"),
    "letter.answered": N_("A letter that many people sent was answered"),
    "letter.signed": N_("The answer to a letter that many people sent was signed, too"),
    "points.answered": N_("Many comments were given one answer at once"),
    "points.taken_back": N_("Answers given to many at once were taken back, unpublished"),
    "letter.parted": N_("Comments that looked like one letter were told apart"),
    "adoption.recorded": N_("An answer was tied to changed words"),
    "adoption.removed": N_("An answer was untied from words of a draft"),
    "adoption.published": N_("The words that keep a promise were published"),
    "verdict.given": N_("A writer said whether an answer was enough"),
    "passage.read": N_("A passage that is not shown was read by board staff"),
    "passage.proposed_out_of_view": N_(
        "Taking words of a published version out of view was proposed"
    ),
    "passage.taken_out_of_view": N_("Words of a published version were taken out of view"),
    "passage.proposal_ended": N_(
        "A proposal to take words out of view ended; the words stay where they are"
    ),
}
FACT_LABELS = {
    "slug": N_("Short name"),
    "name": N_("Name"),
    "kind": N_("Kind"),
    "time_zone": N_("Time zone"),
    "department": N_("Department"),
    "board": N_("Board"),
    "role": N_("Role"),
    "title": N_("Title"),
    "language": N_("Language"),
    "minutes": N_("Minutes"),
    "number": N_("Version"),
    "content_hash": N_("Hash of the text"),
    "material": N_("Changes what is taught"),
    "material_reason": N_("Reason for going without a comment period"),
    "promised_in": N_("It was promised to come back for comments in"),
    "not_together_reason": N_("Reason for not going through the answers with the host first"),
    "change_note": N_("What changed, in short"),
    "sections": N_("Sections"),
    "carried": N_("Comments carried along"),
    "changes": N_("Changes"),
    "in_force_on": N_("Taught from"),
    "authority": N_("Authority"),
    "reason": N_("Reason"),
    "undecided": N_("Asks without an answer"),
    "promises": N_("Promises not yet kept"),
    "uncaused": N_("Changes without a cause"),
    "unadopted": N_("Causes whose answer promises no such change"),
    "unshared": N_("Comment periods whose host was to go through the answers first"),
    "cause": N_("Cause"),
    "open_rounds": N_("Comment periods open at that time"),
    "curriculum": N_("Course"),
    "revision": N_("Version"),
    "opens_at": N_("Opens"),
    "closes_at": N_("Closes"),
    "closes_at_before": N_("Closed before"),
    "participation": N_("Who may comment"),
    "languages": N_("Languages"),
    "side": N_("Signed by"),
    "answers": N_("Answers"),
    "subjects": N_("Subjects"),
    "left_out": N_("Left out, to be answered by themselves"),
    "section_key": N_("Section"),
    "channel": N_("Came by"),
    "late": N_("Late"),
    "received_on": N_("Received on"),
    "on_behalf": N_("Entered for somebody else"),
    "said_by": N_("People who stand behind it"),
    "said_of": N_("People who were there"),
    "joint": N_("Response of an organization for its members"),
    "version": N_("Wording"),
    "voice": N_("Speaks for"),
    "points": N_("Asks"),
    "comments": N_("Comments"),
    "state": N_("State"),
    "outcome": N_("Answer"),
    "office": N_("Office"),
    "due_on": N_("Due"),
    "answers_due_on": N_("Answers due"),
    "later_on": N_("Now promised by"),
    "alone": N_("Decided by one person"),
    "two": N_("Two moderators sign every answer"),
    "given_before": N_("Answers given before that wait for it too"),
    "corrected": N_("Changed after it was published"),
    "once_more": N_("Answered once more after a no"),
    "start": N_("From character"),
    "end": N_("To character"),
    "satisfied": N_("Satisfied"),
    "fair": N_("Looks fair"),
    "held": N_("Waits for the host"),
    "ground": N_("Because"),
    "measure": N_("What was asked"),
    "ending": N_("How it ended"),
    "granted": N_("Decided for the writer"),
    "ends_at": N_("Comes back unless a second person agrees, by"),
}


def _plain(labels: Mapping[Any, str]) -> dict[str, str]:
    return {str(code): label for code, label in labels.items()}


VALUE_LABELS = {
    "ground": {
        code.value: label for code, label in [*REASON_LABELS.items(), *GROUND_LABELS.items()]
    },
    "measure": {code.value: label for code, label in MEASURE_LABELS.items()},
    "ending": {
        code.value: label
        for code, label in [*ENDING_LABELS.items(), *COVER_ENDING_LABELS.items()]
    },
    "outcome": _plain(of_answers.OUTCOME_LABELS),
    "reason": _plain(of_answers.REASON_LABELS),
    "kind": _plain(of_comments.KIND_LABELS) | _plain(of_organizations.KIND_LABELS),
    "channel": _plain(of_comments.CHANNEL_LABELS),
    "language": _plain(of_comments.LANGUAGE_LABELS),
    "role": _plain(of_organizations.ROLE_LABELS),
    "voice": {"resident": N_("for themselves")} | _plain(of_comments.VOICE_LABELS),
    "side": {"department": N_("the department")} | _plain(of_answers.SIGNATURE_LABELS),
}
"""Of facts whose value is one of a list; other words, such as a reason that was typed, stay."""
NAMED_WHERE_TRUE = frozenset(
    {"alone", "corrected", "late", "on_behalf", "held", "joint", "once_more", "given_before"}
)
"""Marks of something unusual; a line for each time that nothing was would hide those."""


def fact_lines(
    facts: Mapping[str, Any], zone: str = "UTC", sections: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Label and value of each fact, in the reader's language, empty ones left out.

    `sections` names sections by their keys; the key itself stands where none is given.
    """
    return [
        (gettext(FACT_LABELS[name]), _value(name, value, zone, sections or {}))
        for name, value in facts.items()
        if value not in (None, "")
        and name in FACT_LABELS
        and (value or name not in NAMED_WHERE_TRUE)
    ]


def _value(name: str, value: object, zone: str, sections: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if name == "section_key":
        return sections.get(str(value), str(value))
    label = VALUE_LABELS.get(name, {}).get(str(value))
    if label is not None:
        return str(gettext(label))
    if name == "languages":
        return ", ".join(_value("language", one, zone, sections) for one in str(value).split())
    if name.endswith(("_on", "_at", "_before")):
        return _when(str(value), zone)
    return str(value)


def _when(value: str, zone: str) -> str:
    """A day or an instant of the log as people say it; instants are in UTC there."""
    at = datetime.fromisoformat(value)
    return str(long_day(at.date()) if len(value) == len("2026-12-11") else moment(at, zone))
