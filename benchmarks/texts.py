"""The text that both sides of a comparison show: a course of 30 sections, with its comments."""

from __future__ import annotations

SUBJECTS = (
    "Opening the course",
    "What a crisis looks like",
    "Time and distance",
    "Speaking and listening",
    "Calling the mobile team",
    "After the call",
)
SENTENCES = (
    "Officers name what they see before they name what they want.",
    "A person in crisis may need a full minute to answer one question.",
    "Step back, lower the voice, and let one officer speak for all.",
    "The class reads the transcript of a call and marks where it could have slowed down.",
    "Instructors ask who else could help at this moment: a neighbor, a nurse, a friend.",
    "The written exercise is done in pairs and discussed in front of the group.",
    "Every group reports one sentence that it would say in another way.",
    "Cover is a place to wait, not only a place to hide.",
)
COMMENTS = (
    "My brother was shouted at by three officers at once. One voice would have been enough.",
    "Please keep this exercise. It is the part our neighborhood asked for in the spring.",
    "A minute is long in a training room and short in a kitchen. Could you say why a minute?",
    "The word “subject” reads as if the person had done something. Why not simply “person”?",
    "Add that a family member may know the calming word. We know our children.",
)


def section_title(number: int) -> str:
    return f"{number}. {SUBJECTS[number % len(SUBJECTS)]}"


def section_source(number: int) -> str:
    """Give one section in Markdown: about 130 words in three paragraphs and a list."""
    picked = [SENTENCES[(number + step) % len(SENTENCES)] for step in range(11)]
    first, second = " ".join(picked[:4]), " ".join(picked[4:8])
    items = "\n".join(f"- {sentence}" for sentence in picked[8:])
    return f"{first}\n\n**Practice.** {second}\n\n{items}\n"


def section_html(number: int) -> str:
    """Give the same section as a server stores it, ready to show."""
    first, second, items = section_source(number).strip().split("\n\n")
    listed = "".join(f"<li>{line[2:]}</li>" for line in items.split("\n"))
    bold = second.replace("**Practice.**", "<strong>Practice.</strong>")
    return f"<p>{first}</p>\n\n<p>{bold}</p>\n\n<ul>{listed}</ul>"


def comment(number: int) -> str:
    return COMMENTS[number % len(COMMENTS)]
