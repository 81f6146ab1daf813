"""What became of a comment, as triage tells it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import current_app

from feedback_app.comments.models import Comment
from feedback_app.extensions import db
from feedback_app.web.identity import current_actor

TEMPLATE = "triage/_trail.html"


def trail_of(comment: Comment) -> Any:
    """The values of the trail's template; nothing where this site has no answers' pages."""
    if find_spec("feedback_app.triage.trail") is None:
        return None
    if TEMPLATE not in current_app.jinja_env.list_templates():
        return None
    module = import_module("feedback_app.triage.trail")
    return module.trail(db.session, comment, current_actor())
