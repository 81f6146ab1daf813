"""What residents read instead of our names for kinds, channels and voices."""

from __future__ import annotations

from feedback_app.comments.conduct import (
    COVER_LASTS,
    WAITS_FOR_SECOND,
    ConductReason,
    Measure,
    State,
)
from feedback_app.comments.measure_models import Ending
from feedback_app.comments.models import Channel, CommentKind, Voice
from feedback_app.core.i18n import N_

KIND_LABELS = {
    CommentKind.SUPPORT: N_("Support"),
    CommentKind.CONCERN: N_("Concern"),
    CommentKind.SUGGESTION: N_("Suggestion"),
    CommentKind.QUESTION: N_("Question"),
    CommentKind.LIVED_EXPERIENCE: N_("My experience"),
}
CHANNEL_LABELS = {
    Channel.MEETING: N_("said at a meeting"),
    Channel.PAPER: N_("written on paper"),
    Channel.PHONE: N_("taken by phone"),
    Channel.EMAIL: N_("sent by e-mail"),
    Channel.LETTER: N_("sent as a letter"),
    Channel.IMPORT: N_("brought in from a list"),
}
VOICE_LABELS = {
    Voice.DEPARTMENT: N_("for the department"),
    Voice.HOST: N_("for the host"),
    Voice.BOARD: N_("for the oversight board"),
    Voice.ORGANIZATION: N_("for its members"),
}
REASON_LABELS = {
    ConductReason.THREAT: N_("it threatens somebody"),
    ConductReason.PRIVATE_DETAILS: N_("it names or describes a private person"),
    ConductReason.CHILD: N_("it is about a child who could be recognized"),
    ConductReason.SEXUAL_IMAGE: N_("it holds or links a sexual image"),
    ConductReason.SPAM: N_("a machine wrote it, or it links harmful software"),
    ConductReason.NOT_WRITTEN_BY: N_("it was not written by the person whose name it bears"),
    ConductReason.COURT_ORDER: N_("a court ordered it"),
    ConductReason.OWN_WISH: N_("its writer asked for it"),
}
REASON_CHOICES = {
    ConductReason.THREAT: N_("It threatens somebody"),
    ConductReason.PRIVATE_DETAILS: N_("It names or describes a private person"),
    ConductReason.CHILD: N_("It is about a child who could be recognized"),
    ConductReason.SEXUAL_IMAGE: N_("It holds or links a sexual image"),
    ConductReason.SPAM: N_("A machine wrote it, or it links harmful software"),
    ConductReason.NOT_WRITTEN_BY: N_("It was not written by the person whose name it bears"),
    ConductReason.COURT_ORDER: N_("A court ordered it"),
    ConductReason.OWN_WISH: N_("Its writer asked for it (only to cover details)"),
}
CONDUCT_RULES = {
    "choices": REASON_CHOICES,
    "hours": int(COVER_LASTS.total_seconds() // 3600),
    "days": WAITS_FOR_SECOND.days,
}
"""What the text of the rules names besides its own words."""
STEP_LABELS = {
    "release": N_("Show it"),
    "hide": N_("Hide it"),
    "mask": N_("Cover some words"),
    "erase": N_("Erase it for good"),
    "leave": N_("Leave it as it is"),
}
MEASURE_LABELS = {
    Measure.HIDE: N_("hide it"),
    Measure.MASK: N_("cover details"),
    Measure.ERASE: N_("erase it"),
}
DONE_LABELS = {
    Measure.HIDE: N_("Hidden"),
    Measure.MASK: N_("Details covered"),
    Measure.ERASE: N_("Erased"),
}
ENDING_LABELS = {
    Ending.REFUSED: N_("the second person did not agree"),
    Ending.LAPSED: N_("no second person looked in time"),
    Ending.RESTORED: N_("whoever did it took it back"),
    Ending.OVERTURNED: N_("the board decided for the writer"),
    Ending.OVERTAKEN: N_("the comment is gone"),
}
STUB_LABELS = {
    State.HELD: N_("1 comment waiting, since %(day)s. It is read before it is shown."),
    State.HIDDEN: N_("Hidden on %(day)s by the rules of conduct: %(reason)s."),
    State.WITHDRAWN: N_("Withdrawn by the person who wrote it on %(day)s."),
    State.ERASED: N_("Erased on %(day)s: %(reason)s. Nobody can read it any more."),
}
REPLY_STUB_LABELS = {
    State.HELD: N_("1 reply waiting, since %(day)s. It is read before it is shown."),
    State.HIDDEN: N_("A reply was hidden on %(day)s by the rules of conduct: %(reason)s."),
    State.WITHDRAWN: N_("A reply was withdrawn by the person who wrote it."),
    State.ERASED: N_("A reply was erased on %(day)s: %(reason)s."),
}
SIGN_LABELS = {
    State.HELD: N_("waiting, not shown yet"),
    State.HIDDEN: N_("hidden from the public: %(reason)s"),
    State.SET_ASIDE: N_("set aside as a suspected flood, counted apart"),
    State.MASKED: N_("details covered: %(reason)s"),
    State.LATE: N_("late"),
}
"""What stands beside the day of a comment whose words somebody may read nevertheless."""

LANGUAGE_LABELS = {
    "en": N_("English"),
    "es": N_("Spanish"),
    "vi": N_("Vietnamese"),
    "zh": N_("Chinese"),
    "ar": N_("Arabic"),
    "so": N_("Somali"),
    "ht": N_("Haitian Creole"),
    "tl": N_("Tagalog"),
    "ko": N_("Korean"),
    "ru": N_("Russian"),
    "fr": N_("French"),
    "pt": N_("Portuguese"),
    "und": N_("Another language"),
}
