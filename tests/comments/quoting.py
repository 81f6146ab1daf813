"""Sentences of a small course, and anchors on them."""

from __future__ import annotations

from feedback_app.comments.anchors import Anchor, Placement, SectionText, cut

WAIT = "If the person does not answer, wait for one full minute before anyone speaks again."
SILENCE = "Silence is not refusal, and nobody in the room should read it so."
FAMILY = "Ask whoever called, and any family member present, what usually calms this person."
DISTANCE = "Keep your distance, keep your hands in sight, and say your name first."
TEAM = "A mobile crisis team can be sent with officers, or instead of them, at any hour."
DEAF = "An interpreter is called before questions are asked, not after they have failed."
SENTENCES = (WAIT, SILENCE, FAMILY, DISTANCE, TEAM, DEAF)


def course(**texts: str) -> list[SectionText]:
    return [SectionText(key, key.title(), text) for key, text in texts.items()]


def quote(sections: list[SectionText], exact: str, key: str | None = None) -> Anchor:
    """An anchor on the only place of these words."""
    section = next(s for s in sections if exact in s.text and key in (None, s.key))
    start = section.text.index(exact)
    end = start + len(exact)
    return Anchor(section.key, start, end, *cut(section.text, start, end))


def words(placement: Placement, sections: list[SectionText]) -> str:
    section = next(s for s in sections if s.key == placement.section_key)
    return section.text[placement.start : placement.end]
