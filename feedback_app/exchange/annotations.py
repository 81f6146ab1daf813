"""A round's comments as W3C Web Annotations.

The form is that of the Web Annotation Data Model (W3C Recommendation, 23 February 2017):
sections 3.2.4 (textual bodies), 4.2.1 (FragmentSelector), 4.2.4 (TextQuoteSelector), 4.2.5
(TextPositionSelector), 4.2.9 (refinement), 5.1 (collections). Positions are code points of the
text content of the element that the fragment names on the page of the version.

A comment whose words the reader may not read is an annotation all the same, as nothing vanishes
without a trace: without words, name and quote, on its section, from the day on which it came to
stand so. What became of a comment (withdrawn, erased, held, hidden, set_aside, masked, late) is
a body with the purpose "tagging", why it did (private_details …) a second one: the same codes
as in the columns `state` and `reason` of the other files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.comments.cards import CommentCard
from feedback_app.comments.listings import comments_of, shown_facts
from feedback_app.comments.models import Anchor, CommentKind
from feedback_app.comments.queries import bodies_of
from feedback_app.policy import Actor
from feedback_app.rounds.queries import RoundRow

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
MIME = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
_HTML_FRAGMENTS = "http://tools.ietf.org/rfc/rfc3236"
_PURPOSES = {CommentKind.QUESTION: "questioning", CommentKind.SUGGESTION: "editing"}
PORTION = 500


def collection(
    session: Session, round_: RoundRow, *, viewer: Actor, base_url: str
) -> dict[str, Any]:
    """All comments that the viewer meets, as one collection with one page.

    The day of a comment is told, not its minute.
    """
    address = f"{base_url}/rounds/{round_.slug}/comments.jsonld"
    items = list(_annotations(session, round_, viewer, base_url))
    return {
        "@context": CONTEXT,
        "id": address,
        "type": "AnnotationCollection",
        "label": round_.title,
        "total": len(items),
        "first": {
            "id": f"{address}#all",
            "type": "AnnotationPage",
            "partOf": address,
            "startIndex": 0,
            "items": items,
        },
    }


def _annotations(
    session: Session, round_: RoundRow, viewer: Actor, base_url: str
) -> Iterator[dict[str, Any]]:
    course = round_.curriculum_slug
    page = f"{base_url}/curricula/{course}/revisions/{round_.revision_number}"
    told = shown_facts(session, round_)
    cursor: str | None = None
    while True:
        found = comments_of(session, round_, viewer, limit=PORTION, after=cursor, told=told)
        ids = [card.id for card in found]
        bodies = bodies_of(session, ids, viewer)
        anchors = {
            anchor.comment_id: anchor
            for anchor in session.scalars(select(Anchor).where(Anchor.comment_id.in_(ids)))
        }
        for card in found:
            if card.is_stub:
                yield _stub(card, page, base_url)
            else:
                yield _annotation(card, bodies[card.id], anchors.get(card.id), page, base_url)
        cursor = found.next_cursor
        if cursor is None:
            return


def _annotation(
    card: CommentCard, words: str, anchor: Anchor | None, page: str, base_url: str
) -> dict[str, Any]:
    body = [_text(words, card.language, "commenting")]
    if card.suggested_wording:
        body.append(_text(card.suggested_wording, None, "editing"))
    made: dict[str, Any] = {
        "id": f"{base_url}/comments/{card.public_id}",
        "type": "Annotation",
        "motivation": _PURPOSES.get(card.kind, "commenting") if card.kind else "commenting",
        "created": f"{card.day.isoformat()}T00:00:00Z",
        "body": body + _signs(card),
        "target": _target(card.section_key, anchor, page),
    }
    if card.name:
        made["creator"] = {"type": "Person", "name": card.name}
    return made


def _stub(card: CommentCard, page: str, base_url: str) -> dict[str, Any]:
    return {
        "id": f"{base_url}/comments/{card.public_id}",
        "type": "Annotation",
        "motivation": "commenting",
        "created": f"{(card.since or card.day).isoformat()}T00:00:00Z",
        "body": _signs(card),
        "target": _target(card.section_key, None, page),
    }


def _signs(card: CommentCard) -> list[dict[str, str]]:
    codes = [code.value for code in (card.state, card.reason) if code]
    return [_text(code, None, "tagging") for code in codes]


def _text(words: str, language: str | None, purpose: str) -> dict[str, str]:
    body = {"type": "TextualBody", "value": words, "format": "text/plain", "purpose": purpose}
    return body | ({"language": language} if language and language != "und" else {})


def _target(key: str | None, anchor: Anchor | None, page: str) -> Any:
    """The page as a whole, a section of it, or words of that."""
    if key is None:
        return page
    selector: dict[str, Any] = {
        "type": "FragmentSelector",
        "conformsTo": _HTML_FRAGMENTS,
        "value": f"words-{key}",
    }
    if anchor is not None:
        selector["refinedBy"] = [
            {
                "type": "TextQuoteSelector",
                "exact": anchor.exact,
                "prefix": anchor.prefix,
                "suffix": anchor.suffix,
            },
            {"type": "TextPositionSelector", "start": anchor.start, "end": anchor.end},
        ]
    return {"type": "SpecificResource", "source": page, "selector": selector}
