"""What the tests of this folder share: a form as it comes back, and words in it."""

from __future__ import annotations

import secrets
from typing import Any

from feedback_app.comments import codes, services
from feedback_app.comments.flood_models import FloodComment, SuspectedFlood
from feedback_app.comments.holders import NOBODY, Holder
from feedback_app.comments.page_of_one import around
from feedback_app.comments.services import Said, Taken
from feedback_app.comments.submissions import Sent, content_hash
from feedback_app.core import clock
from feedback_app.core.html import render_comment
from feedback_app.policy import VISITOR

KEY = codes.receipt_key("a secret of these tests alone")


def said(body: str = "Ask the family first.", **values: Any) -> Said:
    return Said(body=body, html=render_comment(body).html, **values)


def sent(body: str = "Ask the family first.", **values: Any) -> Sent:
    values.setdefault("submission_id", secrets.token_hex(16))
    return Sent(content_hash=content_hash(body), **values)


def send(session, round_, body: str = "Ask the family first.", **values: Any) -> Taken:
    values.setdefault("sent", sent(body))
    values.setdefault("actor", VISITOR)
    values.setdefault("holder", NOBODY)
    return services.submit_comment(session, round_, said=said(body), key=KEY, **values)


def holder_of(taken: Taken) -> Holder:
    assert taken.code is not None
    return Holder(code_hash=codes.code_hash(KEY, taken.code))


def waiting_flood(session, comment, by: int, organization_id: int):
    """A lot that waits for its signature, and an objection that waits for the board."""
    flood = SuspectedFlood(
        round=comment.round,
        method="The same words at the same time.",
        proposed_at=clock.now(),
        proposed_by_id=by,
        organization_id=organization_id,
    )
    claim = FloodComment(
        flood=flood, comment=comment, appealed_at=clock.now(), appeal="I am a person."
    )
    session.add_all([flood, claim])
    session.flush()
    return flood, claim


def linked(session, comment):
    """Which comments everybody sees at the other end of a link."""
    found = around(session, comment, viewer=VISITOR, holder=Holder()).linked
    return [each.public_id for each in found]
