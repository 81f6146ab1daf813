"""The response matrix: one list of columns from which its files are written and read again."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from feedback_app.core.formulas import is_formula
from feedback_app.core.i18n import N_
from feedback_app.triage.models import Outcome, Reason


class Column(NamedTuple):
    """`width` counts letters; `comes_back` says that what is typed there is taken in again."""

    name: str
    width: int
    says: str
    comes_back: bool = False


def _back(name: str, width: int, says: str) -> Column:
    return Column(name, width, says, True)


COLUMNS = (
    Column("comment_id", 12, N_("The comment’s own number. Never change it.")),
    Column("point", 7, N_("1, 2 … where a comment asks for several things.")),
    Column("round", 14, N_("The comment period, as in its address.")),
    Column("host", 14, N_("Who ran the comment period.")),
    Column("curriculum", 14, N_("The training course, as in its address.")),
    Column("revision", 9, N_("The version that people commented on.")),
    Column("section_key", 11, N_("The section’s key: the same in every version.")),
    Column("section_number", 9, N_("The section’s number in that version.")),
    Column("section_title", 22, N_("The section’s title. Empty: the whole course.")),
    Column("quote", 28, N_("The words that the comment speaks of.")),
    Column("comment", 60, N_("What was said; of a comment with several points, this one.")),
    Column("suggested_wording", 36, N_("The words that its author wishes for.")),
    Column("kind", 13, N_("What its author called it. May be empty.")),
    Column("channel", 10, N_("How it came. Shown only where at least five share it.")),
    Column("language", 9, N_("Its language. Shown only where at least five share it.")),
    Column("submitted_on", 12, N_("The day on which it came, in the period’s time zone.")),
    Column("appears_as", 16, N_("The public name. Empty: unnamed. No name is verified.")),
    Column("endorsements", 12, N_("How many said “I agree”. This is not a vote.")),
    _back("theme", 22, N_("Its subjects, one in each line of the cell.")),
    Column("duplicate_group", 15, N_("The group of the same letter, sent by many.")),
    Column("group_size", 10, N_("How many sent it.")),
    Column("work_state", 13, N_("How far the work on it is.")),
    _back("disposition", 18, N_("The answer: one of the words below.")),
    _back("reason_code", 18, N_("Why it was not adopted: one of the words below.")),
    _back("rationale", 60, N_("Why, in public words. Every answer has one.")),
    Column("adopted_in_revision", 12, N_("The published version that holds its words.")),
    Column("changed_sections", 22, N_("The sections that changed for it there.")),
    Column("change_url", 24, N_("Where the change can be seen.")),
    Column("decided_on", 12, N_("The day of the answer.")),
    Column("verdict", 9, N_("Did this answer them? yes or no, from the comment’s author.")),
    Column("comment_url", 24, N_("Where the comment can be read.")),
    _back("reason_detail", 30, N_("The proof for the reason: citation, minutes, source.")),
    _back("due_on", 12, N_("For “deferred”, or a promise: the day, like 2026-12-31.")),
    _back("referred_to", 22, N_("For “out_of_scope”: the office it belongs to.")),
    _back("covered_section", 12, N_("For “already_covered”: key or number of the section.")),
    _back("covered_words", 36, N_("For “already_covered”: the words there, letter by letter.")),
    _back("office", 20, N_("The office that answers.")),
    _back("authority", 20, N_("By whose authority.")),
    _back("answer_language", 9, N_("The language of the answer, such as en or es.")),
    _back("translation", 60, N_("The same reason in the other one of English and Spanish.")),
    _back("evidence_url", 24, N_("A link to what the reason rests on: the whole address.")),
    _back("evidence_title", 22, N_("What the link shows, such as the name of the study.")),
    _back("corrects", 9, N_("yes, where an answer that was given once more has an error.")),
    Column("row_check", 28, N_("Tells whether something changed since. Never change it.")),
)
NAMES = tuple(column.name for column in COLUMNS)
BACK = tuple(column.name for column in COLUMNS if column.comes_back)
LATER = ("translation", "evidence_url", "evidence_title", "corrects")
"""Columns that older files lack: empty, they leave a row's check as it was without them."""

Row = dict[str, str]


def state_check(*facts: object) -> str:
    """What the site held of a point, its comment and its newest answer, as 16 letters."""
    return _digest([str(fact) for fact in facts])


def cells_check(row: Mapping[str, str]) -> str:
    """What stood in the cells that come back; white space and escapes do not count."""
    cells = {name: plain(row.get(name, "")) for name in BACK}
    facts = [cells[name] for name in BACK if name not in LATER]
    return _digest(facts + [f"{name}={cells[name]}" for name in LATER if cells[name]])


def row_check(state: str, row: Mapping[str, str]) -> str:
    return f"{state}-{cells_check(row)}"


def plain(cell: str) -> str:
    """A cell without what spreadsheets do to it: line ends, spaces around, an apostrophe."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", text).strip()
    if text[:1] == "'" and is_formula(text[1:]):
        return text[1:]
    return text


def _digest(facts: list[str]) -> str:
    told = json.dumps(facts, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.sha256(told).hexdigest()[:16]


ALLOWED: dict[str, tuple[str, ...]] = {
    "disposition": tuple(Outcome),
    "reason_code": tuple(Reason),
}
