"""The closed list of what is logged, and which public values each kind may carry."""

from __future__ import annotations

KINDS: dict[str, frozenset[str]] = {
    kind: frozenset(facts.split())
    for kind, facts in {
        "organization.created": "slug name kind time_zone",
        "organization.overseen": "department board",
        "organization.signing_changed": "two given_before",
        "membership.granted": "role",
        "membership.ended": "role",
        "account.created": "",
        "account.closed": "",
        "curriculum.created": "slug title language minutes",
        "curriculum.described": "title minutes",
        "revision.published": "number content_hash material material_reason change_note"
        " sections carried changes answers alone corrected",
        "revision.set_in_force": "number in_force_on authority material_reason promised_in",
        "revision.dropped": "number reason",
        "revision.corrected": "number reason cause sections open_rounds",
        "revision.overridden": "number reason undecided promises uncaused unadopted unshared",
        "round.planned": "slug curriculum revision opens_at closes_at time_zone participation"
        " languages reason",
        "round.replanned": "opens_at closes_at",
        "round.translated": "language",
        "round.signed": "side opens_at closes_at answers_due_on reason",
        "round.extended": "closes_at_before closes_at reason answers_due_on",
        "round.closing_asked": "side reason",
        "round.closed": "closes_at_before closes_at reason",
        "round.compared": "",
        "round.counted": "",
        "round.gone_through": "",
        "round.delayed": "answers_due_on later_on undecided reason",
        "round.second_asked": "name",
        "round.second_left": "name",
        "report.published": "answers undecided promises alone corrected reason"
        " not_together_reason",
        "comment.submitted": "section_key kind language channel late received_on"
        " on_behalf held said_by said_of joint",
        "recording.received": "section_key",
        "recording.withdrawn": "",
        "recording.erased": "",
        "comment.edited": "version",
        "comment.described": "version",
        "comment.translated": "language version",
        "comment.withdrawn": "",
        "comment.unnamed": "",
        "comment.replied": "voice held",
        "comment.endorsed": "version",
        "comment.unendorsed": "version",
        "comment.split": "points",
        "comment.placed": "revision section_key state",
        "comment.objected": "revision",
        "comment.reported": "ground",
        "comment.covering_asked": "ground",
        "comment.left_as_it_is": "",
        "comment.released": "",
        "comment.hidden": "ground ends_at",
        "comment.masked": "ground ends_at",
        "comment.erased": "ground",
        "measure.proposed": "measure ground ends_at",
        "measure.confirmed": "measure ground",
        "measure.ended": "measure ground ending",
        "measure.appealed": "measure ground",
        "appeal.decided": "measure ground granted alone",
        "flood.proposed": "reason comments",
        "flood.set_aside": "reason comments",
        "flood.ended": "reason comments",
        "flood.appealed": "",
        "flood.appeal_decided": "granted alone",
        "disposition.recorded": "",
        "disposition.confirmed": "side",
        "disposition.published": "outcome reason office authority due_on alone corrected"
        " once_more",
        "disposition.marked": "side fair",
        "theme.created": "points",
        "theme.described": "",
        "theme.merged": "points",
        "theme.split": "points",
        "theme.points_added": "points",
        "theme.points_removed": "points",
        "theme.removed": "points",
        "point.sorted": "subjects",
        "theme.answered": "answers left_out",
        "letter.answered": "answers left_out",
        "letter.signed": "answers side",
        "points.answered": "answers",
        "points.taken_back": "answers",
        "letter.parted": "comments",
        "adoption.recorded": "",
        "adoption.removed": "",
        "adoption.published": "revision section_key start end",
        "verdict.given": "satisfied",
        "passage.read": "section_key",
        "passage.proposed_out_of_view": "number section_key ground",
        "passage.taken_out_of_view": "number section_key ground",
        "passage.proposal_ended": "number section_key ground ending",
    }.items()
}

EXCEPTIONS = frozenset(
    {"revision.overridden", "round.extended", "round.closed", "comment.hidden"}
    | {"comment.erased", "revision.corrected", "passage.taken_out_of_view"}
    | {"flood.set_aside", "theme.answered", "round.delayed", "points.answered"}
    | {"points.taken_back"}
)
"""Kinds that rule 14 lists on the page of exceptions; other kinds appear there by a fact."""

NOT_LOGGED = frozenset(
    {
        "sign-in and sessions",
        "drafts",
        "causes of a draft",
        "uploads",
        "saved views",
        "notes",
        "ready texts of a department",
        "assignments",
        "questions to the authors of a course",
        "invitations",
        "subscriptions",
        "notices",
        "mail",
        "sending an answer back instead of signing it",
        "account's own settings",
        "jobs",
        "background answers",
        "sheets and sessions of a host, beside the comments themselves",
        "erasing of texts taken back, when their time is over",
        "comments offered to an organization, and the draft of its response",
    }
)
"""Acts that leave no entry, by what they touch; a test compares this list with the services."""
