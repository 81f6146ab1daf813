"""Passages that are kept from the public text, and the placeholder that stands for them."""

from __future__ import annotations

from dataclasses import dataclass

from feedback_app.core.errors import Invalid
from feedback_app.core.html import render
from feedback_app.core.i18n import N_
from feedback_app.curricula.models import Section, WithheldPassage

_NOTHING = render("").html


class PlaceholderIncomplete(Invalid):
    message = N_("Say what is not shown, who decided that and on which ground.")
    field = "withheld_what"


@dataclass(frozen=True)
class Placeholder:
    """What the public reads in place of a passage that is not shown."""

    what: str
    by: str
    ground: str
    seen_by: str = ""


def check_placeholder(placeholder: Placeholder) -> None:
    given = (placeholder.what, placeholder.by, placeholder.ground)
    if not all(words.strip() for words in given):
        raise PlaceholderIncomplete


def hide(section: Section, placeholder: Placeholder) -> None:
    check_placeholder(placeholder)
    section.withheld_what, section.withheld_by = placeholder.what, placeholder.by
    section.withheld_ground = placeholder.ground
    section.withheld_seen_by = placeholder.seen_by
    if not section.is_withheld:
        section.passage = WithheldPassage(
            source=section.source, html=section.html, text=section.text
        )
        section.source, section.html, section.text = "", _NOTHING, ""
        section.is_withheld = True


def show(section: Section) -> None:
    hidden = section.passage
    section.is_withheld = False
    section.withheld_what = section.withheld_by = ""
    section.withheld_ground = section.withheld_seen_by = ""
    if hidden is not None:
        section.source, section.html, section.text = hidden.source, hidden.html, hidden.text
        section.passage = None


def placeholder_of(section: Section) -> Placeholder | None:
    if not section.is_withheld:
        return None
    return Placeholder(
        section.withheld_what,
        section.withheld_by,
        section.withheld_ground,
        section.withheld_seen_by,
    )
