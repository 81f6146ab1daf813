"""The words of a reading page in one language, translated and escaped once for all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import escape

from feedback_app.comments.labels import (
    CHANNEL_LABELS,
    KIND_LABELS,
    REASON_LABELS,
    REPLY_STUB_LABELS,
    SIGN_LABELS,
    VOICE_LABELS,
)
from feedback_app.curricula.labels import GROUND_LABELS
from feedback_app.curricula.labels import KIND_LABELS as SECTION_LABELS
from feedback_app.web.templating import number


@cache
def words_in(_locale: str) -> Words:
    """Made when a language is read for the first time, by a request that speaks it."""
    return Words()


class Words:
    """A place for a value is left as `%(name)s`; who fills it in escapes the value."""

    def __init__(self) -> None:
        self.kinds = _all(KIND_LABELS)
        self.channels = _all(CHANNEL_LABELS)
        self.voices = _all(VOICE_LABELS)
        self.section_kinds = _all(SECTION_LABELS)
        self.unnamed = _said(_("Unnamed"))
        self.changed = _said(_("changed %(day)s"))
        self.signs = _all(SIGN_LABELS)
        self.reply_stubs = _all(REPLY_STUB_LABELS)
        self.reasons = _all(REASON_LABELS)
        self.rules = _said(_("What we hide and why"))
        self.suggested = _said(_("Suggested wording"))
        self.agree = _said(_("I agree"))
        self.agree_count = _said(_("I agree (%(number)s)"))
        self.agree_with = _said(_("with the comment by %(name)s"))
        self.reply = _said(_("Reply"))
        self.link = _said(_("Link"))
        self.to_comment = _said(_("to the comment by %(name)s"))
        self.in_short = _said(_("In short:"))
        self.partly_by = _said(_("Some of this is set by %(authority)s."))
        self.covered = _said(_("Some words (▮) are not shown: %(ground)s."))
        self.grounds = _all(GROUND_LABELS)
        self.what_that_means = _said(_("What that means"))
        self.comment_on = _said(_("Comment on section %(number)s"))
        self.choose = _said(_("Choose a sentence"))
        self.of_section = _said(_("of section %(number)s"))
        self.comments_on = _said(_("Comments on section %(number)s"))
        self.no_comments = _said(_("No comments on this section."))
        self.not_shown = _said(
            _("No comments that you can read here now. The top of the page says when.")
        )
        self.no_comments_yet = _said(
            _("No comments on this section yet. One sentence is enough, in any language.")
        )
        self.comments = _said(_("comments"))
        self.number = _kept(number)
        self.minutes = _kept(lambda n: ngettext("%(num)s minute", "%(num)s minutes", n))
        self.some_agree = _kept(lambda n: ngettext("%(num)s agrees", "%(num)s agree", n))
        self._some_signed = _kept(
            lambda n: ngettext("signed by %(num)s person", "signed by %(num)s people", n)
        )
        self._some_said = _said(_("said by %(some)s of %(all)s"))
        self.some_comments = _kept(lambda n: ngettext("%(num)s comment", "%(num)s comments", n))
        self.all_comments = _kept(
            lambda n: ngettext(
                "Section %(number)s with its comment",
                "All %(num)s comments on section %(number)s",
                n,
                number="%(number)s",
            )
        )

    def behind(self, said_by: int, said_of: int | None) -> str:
        """How many stand behind a comment: signers of a letter, or some of a table."""
        if said_of is None:
            return self._some_signed(said_by)
        some = self._some_said.replace("%(some)s", str(said_by))
        return some.replace("%(all)s", str(said_of))


def _said(message: str) -> str:
    return str(escape(message))


def _all(labels: Mapping[Any, str]) -> dict[Any, str]:
    return {name: _said(_(label)) for name, label in labels.items()}


def _kept(say: Callable[[int], str]) -> Callable[[int], str]:
    return lru_cache(maxsize=1024)(lambda n: _said(say(n)))
