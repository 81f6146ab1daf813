"""The pages of comments: writing one, reading one, changing and leaving one's own."""

from feedback_app.comments.leaving import describe, edit, name, notice, withdraw
from feedback_app.comments.reading import bp, export, show
from feedback_app.comments.talking import agree, reply
from feedback_app.comments.writing import choose, sent, write, write_whole

__all__ = [
    "agree",
    "bp",
    "choose",
    "describe",
    "edit",
    "export",
    "name",
    "notice",
    "reply",
    "sent",
    "show",
    "withdraw",
    "write",
    "write_whole",
]
