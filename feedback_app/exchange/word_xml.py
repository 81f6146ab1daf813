"""Small pieces of a Word file's XML, written as text: a large course has very many of them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from html import escape

W_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = f'xmlns:w="{W_SPACE}" xmlns:r="{R_SPACE}"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

CODE_STYLE, RULE_STYLE, MORE_STYLE = "HTMLPreformatted", "HorizontalLine", "ListContinue"
FACTS_STYLE, PLACEHOLDER_STYLE = "SectionFacts", "SectionPlaceholder"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Form:
    """How words look."""

    bold: bool = False
    italic: bool = False
    code: bool = False


def remark_sum(text: str) -> str:
    """By which a comment of ours is known again when the file comes back."""
    said = "".join(_NOT_XML.sub("", text).split())
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def remark_initials(author: str, text: str) -> str:
    """The author's initials with the start of the sum: all that LibreOffice keeps of our mark.

    Nine letters, as many as Word has room for.
    """
    letters = "".join(word[0] for word in author.split()[:2])
    return f"{letters}-{remark_sum(text)[:6]}"


def is_signed(initials: str, text: str) -> bool:
    """Whether a comment went out with a file of ours and still says what it said."""
    return initials.endswith(f"-{remark_sum(text)[:6]}")


def words(text: str) -> str:
    """Text as it may stand in XML; letters that XML cannot hold are left out."""
    return escape(_NOT_XML.sub("", text), quote=False)


def attribute(text: str) -> str:
    return escape(_NOT_XML.sub("", text), quote=True)


def run(text: str, form: Form | None = None) -> str:
    """One run; a line end becomes a line break."""
    if not text:
        return ""
    form = form or Form()
    look = '<w:rStyle w:val="HTMLCode"/>' * form.code + "<w:b/>" * form.bold
    look += "<w:i/>" * form.italic
    pieces = "<w:br/>".join(
        f'<w:t xml:space="preserve">{words(line)}</w:t>' if line else ""
        for line in text.split("\n")
    )
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{pieces}</w:r>"


def paragraph(inner: str, style: str = "", more: str = "") -> str:
    """A paragraph; `more` are further properties, in the order of the schema."""
    look = (f'<w:pStyle w:val="{style}"/>' if style else "") + more
    return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{inner}</w:p>"


def cell(inner: str, width: int) -> str:
    """A table cell; Word wants a paragraph in each."""
    size = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
    return f"<w:tc>{size}{inner or '<w:p/>'}</w:tc>"


def row(cells: str, *, is_head: bool = False) -> str:
    head = "<w:trPr><w:tblHeader/></w:trPr>" if is_head else ""
    return f"<w:tr>{head}{cells}</w:tr>"


def table(rows: str, widths: list[int]) -> str:
    """A table and the empty paragraph that keeps it apart from a table after it."""
    look = '<w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/>'
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl><w:p/>"
