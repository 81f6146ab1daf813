"""The pages between a draft and its public changes."""

from feedback_app.triage.adoption_views import adopt, release
from feedback_app.triage.asking_views import why
from feedback_app.triage.changes_public import bp, changes
from feedback_app.triage.correction_text_views import correct
from feedback_app.triage.correction_views import correction
from feedback_app.triage.gate_views import gate, in_force
from feedback_app.triage.placing_views import place, places
from feedback_app.triage.publishing_views import progress, publishing
from feedback_app.triage.redraft_views import cause, draft_changes

__all__ = [
    "adopt",
    "bp",
    "cause",
    "changes",
    "correct",
    "correction",
    "draft_changes",
    "gate",
    "in_force",
    "place",
    "places",
    "progress",
    "publishing",
    "release",
    "why",
]
