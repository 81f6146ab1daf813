"""Where a revision stands, as residents read it."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from feedback_app.core.i18n import N_


class Standing(enum.StrEnum):
    DRAFT = "draft"
    DROPPED = "dropped"
    OUT_FOR_COMMENT = "out_for_comment"
    PUBLISHED = "published"
    APPROVED = "approved"
    TAUGHT = "taught"
    REPLACED = "replaced"


LABELS = {
    Standing.DRAFT: N_("Being written"),
    Standing.DROPPED: N_("Dropped"),
    Standing.OUT_FOR_COMMENT: N_("Out for comment"),
    Standing.PUBLISHED: N_("Published"),
    Standing.APPROVED: N_("Approved by %(authority)s"),
    Standing.TAUGHT: N_("Being taught since %(day)s"),
    Standing.REPLACED: N_("Replaced"),
}
"""Each takes `day` and `authority`, whether or not it says them."""


@dataclass(frozen=True)
class RevisionDates:
    """What a revision's standing depends on; `authority` is its public note."""

    id: int
    number: int
    state: str
    in_force_on: date | None = None
    authority: str = ""


def in_force(revisions: Sequence[RevisionDates], today: date) -> RevisionDates | None:
    """The one that is taught today: the latest to have come into force."""
    begun = [r for r in revisions if r.in_force_on is not None and r.in_force_on <= today]
    return max(begun, key=lambda r: (r.in_force_on or today, r.number), default=None)


def standing_of(
    revision: RevisionDates,
    revisions: Sequence[RevisionDates],
    *,
    today: date,
    has_open_round: bool,
) -> Standing:
    """One word for a revision among all of its course, on a day of the department's zone."""
    if revision.state in ("draft", "dropped"):
        return Standing(revision.state)
    current = in_force(revisions, today)
    if current is not None and revision.id == current.id:
        return Standing.TAUGHT
    if has_open_round:
        return Standing.OUT_FOR_COMMENT
    if revision.in_force_on is not None:
        return Standing.APPROVED if revision.in_force_on > today else Standing.REPLACED
    if current is not None and current.number > revision.number:
        return Standing.REPLACED
    return Standing.PUBLISHED
