"""The pages of comments: writing one, reading one, changing and leaving one's own."""

from feedback_app.comments.leaving_views import describe, edit, name, notice, withdraw
from feedback_app.comments.placing_views import misplaced
from feedback_app.comments.reading_views import bp, export, show
from feedback_app.comments.talking_views import agree, reply
from feedback_app.comments.writing_views import choose, sent, write, write_whole

__all__ = [
    "agree",
    "bp",
    "choose",
    "describe",
    "edit",
    "export",
    "misplaced",
    "name",
    "notice",
    "reply",
    "sent",
    "show",
    "withdraw",
    "write",
    "write_whole",
]
