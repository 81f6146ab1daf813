"""What residents read instead of our names for kinds, channels and voices."""

from __future__ import annotations

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
}
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
