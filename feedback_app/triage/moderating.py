"""All pages of the moderators' desk, under the one blueprint that the application registers."""

from feedback_app.triage.asks_views import asks
from feedback_app.triage.once_more_views import once_more
from feedback_app.triage.signing_views import sign, signatures
from feedback_app.triage.views import bp
from feedback_app.triage.work_views import (
    ask,
    assign,
    change_note,
    reply,
    take_question_back,
    write_note,
)

__all__ = [
    "ask",
    "asks",
    "assign",
    "bp",
    "change_note",
    "once_more",
    "reply",
    "sign",
    "signatures",
    "take_question_back",
    "write_note",
]
