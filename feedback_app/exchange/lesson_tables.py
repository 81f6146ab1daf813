"""Turns the tables of lesson plans into sections: topic and time left, content right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from feedback_app.exchange import guesses
from feedback_app.exchange.blocks import Block, Cell
from feedback_app.exchange.document import plain_line
from feedback_app.exchange.inline import Line, escape_line

_TIME = re.compile(
    r"(?:time|min(?:ute)?s?|hours?|duration|tiempo|minutos|horas?|duraci[oó]n)\b", re.I
)
_TOPIC = re.compile(
    r"(?:topics?|lesson|section|module|unit|subject|activity|learning (?:goal|objective)s?"
    r"|objectives?|temas?|lecci[oó]n|m[oó]dulo|unidad|actividad|objetivos?)\b",
    re.IGNORECASE,
)
_CONTENT = re.compile(
    r"(?:(?:lesson |expanded |course )?(?:content|outline)|presentation|description|lesson plan"
    r"|training|contenido|desarrollo|descripci[oó]n|presentaci[oó]n|bosquejo)\b",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"(?:(?:instructor|instructional|facilitator|trainer)\b.*|notes?|cues|remarks|materials?|media"
    r"|references?|resources|notas?.*|instructor.*|materiales|recursos|referencias?)\b",
    re.IGNORECASE,
)
_MARK = re.compile(r"^(?:[IVXL]{1,6}|[A-Z]|\d{1,2}(?:\.\d{1,2}){0,2})[.)]\s+")


def unfold_lesson_tables(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Return the blocks with lesson tables unfolded, and those tables' first words."""
    out: list[Block] = []
    found: list[str] = []
    level = 0
    for block in blocks:
        level = block.level if block.level is not None else level
        roles = _roles(block) if block.kind == "table" else None
        if roles is None:
            out.append(block)
            continue
        found.append(block.plain[:80])
        rows = block.rows[1:] if _head_roles(block.rows[0]) else block.rows
        heads = [cell.plain for cell in block.rows[0]]
        for row in rows:
            out += _unfold_row(row, roles, heads, level=min(3, level + 1), ref=block.ref)
    return out, found


def _roles(table: Block) -> list[str] | None:
    """What each column holds, or None when this is an ordinary table."""
    width = len(table.rows[0]) if table.rows else 0
    if not 2 <= width <= 5 or len(table.rows) < 2:
        return None
    named = _head_roles(table.rows[0])
    if named:
        return named if _has_long_cells(table, named) else None
    return _guessed_roles(table) if width == 2 else None


def _head_roles(row: Sequence[Cell]) -> list[str] | None:
    roles = [_role_of(cell.plain) for cell in row]
    known = [role for role in roles if role]
    needs_one = {"topic", "content"} & set(known)
    if len(known) < 2 or len(known) < len(roles) or not needs_one:
        return None
    return [role or "content" for role in roles]


def _role_of(words: str) -> str:
    text = words.strip(" :*\n")
    if not text or len(text.split()) > 6:
        return ""
    patterns = {"time": _TIME, "content": _CONTENT, "notes": _NOTES, "topic": _TOPIC}
    for role, pattern in patterns.items():
        if pattern.match(text):
            return role
    return ""


def _has_long_cells(table: Block, roles: Sequence[str]) -> bool:
    """Whether a column holds text rather than entries; a schedule stays a table."""
    for column, role in enumerate(roles):
        cells = [row[column] for row in table.rows[1:] if role in ("content", "topic")]
        if any(len(cell.plain.split()) >= 25 or len(cell.blocks) > 2 for cell in cells):
            return True
    return False


def _guessed_roles(table: Block) -> list[str] | None:
    lefts = [len(row[0].plain.split()) for row in table.rows if row[0].plain]
    rights = [row[1] for row in table.rows]
    if len(lefts) * 2 < len(table.rows) or not lefts or max(lefts) > 14:
        return None
    long = median(len(cell.plain.split()) for cell in rights) >= 25
    several = sum(len(cell.blocks) > 1 for cell in rights) * 2 >= len(rights)
    return ["topic", "content"] if long or several else None


def _unfold_row(
    row: Sequence[Cell], roles: Sequence[str], heads: Sequence[str], *, level: int, ref: str
) -> list[Block]:
    minutes = next(
        (
            guesses.minutes_alone(c.plain)
            for c, r in zip(row, roles, strict=True)
            if r == "time"
        ),
        None,
    )
    heading: Block | None = None
    body: list[Block] = []
    for cell, role, head in zip(row, roles, heads, strict=True):
        if role == "topic" and "content" in roles:
            heading, extra, own_minutes = _topic(cell, level, ref)
            minutes = minutes or own_minutes
            body += extra
        elif role == "notes":
            body += _notes(cell, head)
        elif (
            role == "time" and guesses.minutes_alone(cell.plain) is None and cell.plain
        ) or role in ("content", "topic"):
            body += cell.blocks
    if heading is None and minutes and body:
        body = [_first_as_heading(body[0], level, ref), *body[1:]]
        heading = body.pop(0)
    if heading is not None:
        return [replace(heading, number=minutes), *body]
    return body


def _topic(cell: Cell, level: int, ref: str) -> tuple[Block | None, list[Block], int | None]:
    """The first line of a topic cell is the title; a duration on its own line is taken out."""
    minutes = None
    lines = []
    for block in [line for each in cell.blocks for line in _lines(each)]:
        alone = guesses.minutes_alone(block.plain) or guesses.minutes_of_label(block.plain)
        minutes = minutes or alone
        if not alone and block.plain:
            lines.append(block)
    if not lines:
        return None, [], minutes
    return _first_as_heading(lines[0], level, ref), lines[1:], minutes


def _lines(block: Block) -> list[Block]:
    """The lines of a paragraph that were parted by line breaks."""
    pieces = block.line.markdown.split("\\\n")
    if block.kind != "paragraph" or len(pieces) < 2:
        return [block]
    return [replace(block, line=Line(piece, plain_line(piece))) for piece in pieces if piece]


def _first_as_heading(block: Block, level: int, ref: str) -> Block:
    title = _MARK.sub("", block.plain).rstrip(" :") or block.plain
    return Block("paragraph", Line(title, title), level=level, ref=ref)


def _notes(cell: Cell, head: str) -> list[Block]:
    """The notes beside a lesson stay under it, as a quote that names their column."""
    if not cell.plain:
        return []
    label = head.strip(" :") or "Notes"
    quoted = []
    for block in cell.blocks:
        if block.kind == "table" or not block.plain:
            quoted.append(block)
            continue
        words = block.line.markdown
        if not quoted:
            words = f"**{escape_line(label)}:** {words}"
        plain = f"{label}: {block.plain}" if not quoted else block.plain
        quoted.append(Block("quote", Line(words, plain)))
    return quoted
