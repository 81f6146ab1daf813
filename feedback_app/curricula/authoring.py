"""The authoring pages: my courses, one draft, its sections."""

from feedback_app.curricula.desk_views import bp
from feedback_app.curricula.editor_views import section

__all__ = ["bp", "section"]
