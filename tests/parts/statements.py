"""How many statements a page may ask of the database, with session and account among them."""

from __future__ import annotations

STATEMENTS = 8

REVISING = {
    "authoring.join": 14,
    "authoring.section": 23,
    "onto.reasons": 13,
    "publishing.cause": 19,
    "publishing.correction": 12,
}
"""Two texts, the comments of each round on them, and where their words stand in the new one:
placed when the page is asked for, because a draft is never the same twice."""

PUBLISHING = {
    "publishing.adopt": 12,
    "publishing.gate": 23,
    "publishing.teach": 13,
    "triage.publish": 12,
}
"""Everything that publishing owes the public, each list in full, before one click."""

ANSWERING = {
    "many.act": 12,
    "many.choose": 10,
    "samples.mark": 13,
    "saved.change": 9,
    "together.answer_letter": 13,
    "together.answer_subject": 13,
    "triage.answer": 13,
    "triage.board": 12,
}
"""The desk: list, counts and filters beside one comment with its section and its history."""

FILES = {"matrix.table": 20, "matrix.workbook": 21}
"""All of a round in one file; asked in portions, whose number grows with the round."""

HOSTING = {
    "hosting.show": 11,
    "joint.send": 9,
    "joint.show": 14,
    "numbers.index": 10,
    "numbers.report": 13,
    "sessions.pack": 9,
    "sessions.read_aloud": 10,
}
"""A host's overview of a whole round, or of what members offered; few people, seldom."""

MORE_STATEMENTS = REVISING | PUBLISHING | ANSWERING | FILES | HOSTING
"""Pages of those who work here, with the number that each asks; nobody else's page is here.

A page that asks for less leaves the list, and nothing comes to it without a reason.
"""
