"""The authoring pages: my courses, one draft, its sections."""

from feedback_app.curricula.desk import bp
from feedback_app.curricula.editor import section

__all__ = ["bp", "section"]
