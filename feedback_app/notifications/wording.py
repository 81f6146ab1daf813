"""What a notice says: the same sentence on the page, in the mail and in the feed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from feedback_app.core.i18n import N_
from feedback_app.notifications.following_models import Frequency, NoticeKind
from feedback_app.web.templating import current_language, long_day, moment

FREQUENCY_LABELS = {
    Frequency.AT_ONCE: N_("At once"),
    Frequency.DAILY: N_("Once a day, all in one mail"),
    Frequency.NEVER: N_("No mail"),
}
STOP = "stop"
SENTENCES = {
    NoticeKind.ROUND_OPENED: N_("“%(title)s” is open for comment until %(closes)s."),
    NoticeKind.ROUND_MOVED: N_("“%(title)s” is now open longer, until %(closes)s."),
    NoticeKind.CLOSES_SOON: N_(
        "A few days are left to comment on “%(title)s”: until %(closes)s."
    ),
    NoticeKind.LAST_DAY: N_("The last day to comment on “%(title)s”: it closes %(closes)s."),
    NoticeKind.ROUND_CLOSED: N_("“%(title)s” has closed."),
    NoticeKind.ROUND_ANSWERED: N_("The answers to “%(title)s” are out."),
    NoticeKind.ANSWERS_OVERDUE: N_(
        "The answers to “%(title)s” were due on %(due)s and are not out yet."
    ),
    NoticeKind.REVISION_PUBLISHED: N_("Version %(number)s of “%(title)s” is published."),
    NoticeKind.REVISION_IN_FORCE: N_(
        "Version %(number)s of “%(title)s” is taught from %(day)s on."
    ),
    NoticeKind.COMMENT_ANSWERED: N_("A comment that you sent to “%(title)s” has an answer."),
    NoticeKind.ANSWERED_ONCE_MORE: N_(
        "A comment that you sent to “%(title)s” was answered once more."
    ),
    NoticeKind.WORDS_CHANGED: N_("Words that you spoke about in “%(title)s” have changed."),
    NoticeKind.ANSWERS_DUE: N_(
        "Your department promised its answers to “%(title)s” by %(due)s."
    ),
    NoticeKind.ANSWERS_LATE: N_(
        "Your department’s answers to “%(title)s” were due on %(due)s. Publish them, or say in "
        "public why they come later."
    ),
    NoticeKind.TRANSLATIONS_WAIT: N_("Comments in “%(title)s” wait for a translation."),
    NoticeKind.WORDS_WAIT: N_("The page of “%(title)s” lacks words in a language."),
    NoticeKind.OFFERS_WAIT: N_(
        "Members have offered comments for your organization’s response to “%(title)s”."
    ),
    NoticeKind.RESPONSE_COVERED: N_(
        "Words in your organization’s response to “%(title)s” are covered: they came from a "
        "member’s comment in which they were covered or erased. Read it again: what you put "
        "into other words is not covered."
    ),
    NoticeKind.RESPONSE_DOUBTED: N_(
        "A member’s comment behind your organization’s response to “%(title)s” has words "
        "covered or is erased. None of them were found in the response. Read it again: it may "
        "say the same in other words."
    ),
    NoticeKind.DRAFT_DOUBTED: N_(
        "Words behind a point of your organization’s response to “%(title)s” were taken back, "
        "covered or erased. Look at the point; until then the response cannot be sent."
    ),
    NoticeKind.DRAFT_SHORTER: N_(
        "A point is gone from your organization’s response to “%(title)s”: the words it was "
        "made of were taken back or erased."
    ),
}


def sentence(kind: str, title: str, facts: Mapping[str, Any], zone: str) -> str:
    """In the reader's language; instants in the zone of where it happened, with its name."""
    values = {
        "title": title,
        "number": facts.get("number", ""),
        "closes": _instant(facts.get("closes_at"), zone),
        "due": _day(facts.get("due_on")),
        "day": _day(facts.get("day")),
    }
    if isinstance(waiting := facts.get("waiting"), int):
        return _counted(kind, waiting, title)
    words = str(_(SENTENCES[NoticeKind(kind)]) % values)
    if kind == NoticeKind.ROUND_CLOSED and values["due"]:
        words += " " + str(_("Answers are due by %(day)s.", day=values["due"]))
    return words


def _counted(kind: str, number: int, title: str) -> str:
    words = (
        ngettext(
            "“%(title)s” is being planned: %(num)s text of its page waits for a translation.",
            "“%(title)s” is being planned: %(num)s texts of its page wait for a translation.",
            number,
            title=title,
        )
        if kind == NoticeKind.WORDS_WAIT
        else ngettext(
            "%(num)s comment in “%(title)s” waits for a translation.",
            "%(num)s comments in “%(title)s” wait for a translation.",
            number,
            title=title,
        )
    )
    return str(words)


def _instant(value: str | None, zone: str) -> str:
    if value is None:
        return ""
    return moment(datetime.fromisoformat(value), zone, current_language())


def _day(value: str | None) -> str:
    return str(long_day(date.fromisoformat(value))) if value else ""
