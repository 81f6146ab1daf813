"""Comment sheets that others made, those of ISO and NIST, known by their headings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_ISO = {
    "mbnc": "name",
    "mb": "name",
    "nc": "name",
    "line": "line",
    "linenumber": "line",
    "lineno": "line",
    "clause": "section",
    "clauseno": "section",
    "subclause": "section",
    "clausesubclause": "section",
    "paragraph": "place",
    "paragraphfiguretable": "place",
    "typeofcomment": "type",
    "type": "type",
    "comment": "comment",
    "comments": "comment",
    "proposedchange": "suggested_wording",
    "observationsofthesecretariat": "observations",
    "secretariatobservations": "observations",
}
_NIST = {
    "commentno": "own_number",
    "commentnumber": "own_number",
    "no": "own_number",
    "organization": "name",
    "organizationname": "name",
    "organizationnamesource": "name",
    "submittedby": "name",
    "submittedbynameemail": "name",
    "commenter": "name",
    "commentor": "name",
    "page": "page",
    "pageno": "page",
    "pagenumber": "page",
    "line": "line",
    "lineno": "line",
    "linenumber": "line",
    "section": "section",
    "sectionno": "section",
    "sectionnumber": "section",
    "type": "type",
    "commenttype": "type",
    "typegeneraleditorialtechnical": "type",
    "comment": "comment",
    "comments": "comment",
    "commentincluderationale": "comment",
    "commentincluderationaleforcomment": "comment",
    "suggestedchange": "suggested_wording",
    "suggestedtextchange": "suggested_wording",
}
_MARKS = ({"proposedchange", "mbnc"}, {"suggestedchange", "suggestedtextchange"})
"""A heading that no list of our own has."""
_PLACES = (("section", "{}"), ("page", "p. {}"), ("line", "l. {}"), ("place", "{}"))
_COUNTED = re.compile(r"\(?\d{1,2}\)?")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


def preset_of(heads: Sequence[str]) -> dict[int, str] | None:
    """{place: column} where these are the headings of one of the two templates.

    Beside “Comment”, a column such as “Comment ID” is none of comments.
    """
    folded = [_folded(head) for head in heads]
    for marks, names in zip(_MARKS, (_ISO, _NIST), strict=True):
        exact = {names[head] for head in folded if head in names}
        known = {at: _known(head, names) for at, head in enumerate(folded)}
        found = {
            at: names[name]
            for at, name in known.items()
            if name and (folded[at] == name or names[name] not in exact)
        }
        if marks & {known[at] for at in found} and "comment" in found.values():
            return found
    return None


def _known(head: str, names: Mapping[str, str]) -> str:
    """The template's name for it; editions add words behind a name, such as “by the MB”."""
    longer = [name for name in names if len(name) > 5 and head.startswith(name)]
    return head if head in names else max(longer, key=len, default="")


def is_heading_of_many(cells: Sequence[str]) -> bool:
    """A row that only numbers the columns, or holds one merged title over all of them."""
    filled = [cell for cell in cells if cell]
    is_counted = all(_COUNTED.fullmatch(cell) for cell in filled)
    return len(filled) > 2 and (is_counted or len(set(filled)) == 1)


def translated(cells: Mapping[str, str], places: Mapping[str, str]) -> dict[str, str]:
    """The cells of such a row as those of a list of our own.

    A clause is found by its number or its title; where there is none such, the comment is on
    the whole, and says in its first line which place was meant. Whoever is named by an address
    stays unnamed. Type and observations are the senders' own affair and stay out.
    """
    said = dict(cells)
    clause = said.pop("section", "").strip()
    key = _placed(clause, places)
    parts = {"section": "" if key else clause}
    parts |= {name: cells.get(name, "") for name in ("page", "line", "place")}
    where = ", ".join(form.format(parts[name]) for name, form in _PLACES if parts[name])
    comment = said.get("comment", "")
    if comment and where:
        said["comment"] = f"[{where}]\n\n{comment}"
    if key:
        said["section"] = key
    if "@" in said.get("name", ""):
        said.pop("name")
    kept = ("comment", "suggested_wording", "section", "name", "received_on", "language")
    return {name: said[name] for name in kept if said.get(name)}


def _placed(clause: str, places: Mapping[str, str]) -> str | None:
    plain = clause.casefold().removesuffix(".0")
    number = _NUMBER.search(plain)
    words = re.sub(r"^[\W\d]*(?:clause|section)?[\W\d]*", "", plain)
    for name in (plain, number.group() if number else "", words):
        if name and name in places:
            return places[name]
    return None


def _folded(head: str) -> str:
    """Letters alone: footnote marks, breaks and what stands in brackets differ by edition."""
    plain = re.sub(r"\([^)]*\)?", "", head.casefold()).replace("#", " no ")
    return re.sub(r"[^a-z]+", "", plain)
