"""The authoring pages: my courses, one draft, its sections."""

from feedback_app.curricula import editor_views, parts_views, states_views, writing_views
from feedback_app.curricula.desk_views import bp

__all__ = ["bp", "editor_views", "parts_views", "states_views", "writing_views"]
