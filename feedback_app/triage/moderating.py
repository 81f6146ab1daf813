"""All pages of the moderators' desk, under the one blueprint that the application registers."""

from feedback_app.triage.once_more_views import once_more
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
    "assign",
    "bp",
    "change_note",
    "once_more",
    "reply",
    "take_question_back",
    "write_note",
]
