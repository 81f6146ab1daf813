"""Every feature's tables, for the mapper and for migrations."""

from feedback_app.accounts import models as accounts
from feedback_app.comments import flood_models as floods
from feedback_app.comments import invitation_models as invitations
from feedback_app.comments import joint_models as joint
from feedback_app.comments import letter_models as letters
from feedback_app.comments import measure_models as measures
from feedback_app.comments import models as comments
from feedback_app.comments import note_models as notes
from feedback_app.comments import sheet_models as sheets
from feedback_app.comments import spoken_models as spoken
from feedback_app.comments import translation_models as translations
from feedback_app.core import jobs, marks
from feedback_app.core.orm import Base
from feedback_app.curricula import covering_models as covering
from feedback_app.curricula import models as curricula
from feedback_app.exchange import matrix_models as matrices
from feedback_app.exchange import models as exchange
from feedback_app.log import models as log
from feedback_app.notifications import following_models as following
from feedback_app.notifications import models as notifications
from feedback_app.organizations import models as organizations
from feedback_app.rounds import background_models as background
from feedback_app.rounds import delay_models as delays
from feedback_app.rounds import meeting_models as meetings
from feedback_app.rounds import models as rounds
from feedback_app.rounds import word_models as words
from feedback_app.triage import board_models as board
from feedback_app.triage import bulk_models as bulk
from feedback_app.triage import letter_models as letter_answers
from feedback_app.triage import models as triage
from feedback_app.triage import once_more_models as once_more
from feedback_app.triage import ready_models as ready_texts
from feedback_app.triage import sample_models as samples
from feedback_app.triage import saved_view_models as saved_views
from feedback_app.triage import theme_models as themes
from feedback_app.triage import work_models as work

__all__ = [
    "Base",
    "accounts",
    "background",
    "board",
    "bulk",
    "comments",
    "covering",
    "curricula",
    "delays",
    "exchange",
    "floods",
    "following",
    "invitations",
    "jobs",
    "joint",
    "letter_answers",
    "letters",
    "log",
    "marks",
    "matrices",
    "measures",
    "meetings",
    "notes",
    "notifications",
    "once_more",
    "organizations",
    "ready_texts",
    "rounds",
    "samples",
    "saved_views",
    "sheets",
    "spoken",
    "themes",
    "translations",
    "triage",
    "words",
    "work",
]
