"""The reading page: drawn once for everybody, kept until something on it changes.

It is the page that most people open and the one with most on it, so its loops call no macro and
look up no translation: `Words` holds what they need. What they draw is what the macros draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, cast

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from feedback_app.comments import queries as comments
from feedback_app.comments.labels import CHANNEL_LABELS, KIND_LABELS, VOICE_LABELS
from feedback_app.comments.passages import Passage, passages_by_section
from feedback_app.comments.queries import CommentCard, SectionComments
from feedback_app.core.html import Chip, Mark, highlight
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.labels import KIND_LABELS as SECTION_LABELS
from feedback_app.curricula.models import Openness
from feedback_app.curricula.queries import SectionRow
from feedback_app.extensions import db
from feedback_app.rounds import queries
from feedback_app.rounds.queries import RoundRow
from feedback_app.web.fragments import Fragment, Fragments
from feedback_app.web.identity import NOBODY, current_actor
from feedback_app.web.templating import current_language, day, number

WHOLE_TEXT_WORDS = 20_000
_NO_COMMENTS = SectionComments()


def reading_page(slug: str, part: str) -> Fragment:
    """The body of a round's page; all but the frame around it is the same for everybody."""
    stamp = queries.page_stamp(db.session, slug, viewer=current_actor())
    locale = current_language()
    if not current_app.config["KEEP_PAGES"]:
        return _draw(slug, locale, part)
    return _pages().get(
        (stamp, locale, request.script_root, part),
        lambda: _draw(slug, locale, part),
    )


@dataclass(frozen=True)
class ReadSection:
    """A section as the reading page draws it: its words marked, its newest comments beside."""

    row: SectionRow
    html: Markup
    count: int
    cards: Sequence[CommentCard]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def _pages() -> Fragments:
    """Kept by the application: several, with databases of their own, may share a process."""
    return cast(Fragments, current_app.extensions.setdefault("round_pages", Fragments()))


def _draw(slug: str, locale: str, part: str) -> Fragment:
    session = db.session
    round_ = queries.get_round_row(session, slug, viewer=current_actor(), locale=locale)
    sections = curricula.outline(session, round_.revision_id)
    newest = comments.newest_by_section(session, round_)
    passages = passages_by_section(session, round_.id, round_.revision_id)
    parts, shown = _parts(sections, part)
    drawn = [
        read_section(s, newest.get(s.key, _NO_COMMENTS), passages.get(s.key, ()), slug)
        for s in shown
    ]
    words = Words(
        [card for section in drawn for card in section.cards],
        [found.count for found in newest.values()],
    )
    html = render_template(
        "rounds/_reading.html",
        viewer=NOBODY,
        round_=round_,
        is_open=round_.is_open,
        here=url_for("rounds.show", slug=slug),
        outline=[_outlined(s, newest, slug, parts) for s in sections],
        sections=drawn,
        w=words,
        minutes=words.minutes(drawn),
        whole=newest.get(None, _NO_COMMENTS).count,
        extensions=queries.extensions_of(session, round_.id),
        open_sections=_numbers(sections),
    )
    return Fragment(round_.title, Markup(html))  # noqa: S704 - Jinja has escaped it


def _parts(
    sections: Sequence[SectionRow], part: str
) -> tuple[Mapping[str, str], Sequence[SectionRow]]:
    """A long text is shown by its top-level sections: {key: key of its part}, and one part."""
    if sum(section.words for section in sections) <= WHOLE_TEXT_WORDS:
        return {}, sections
    parts, at = {}, ""
    for section in sections:
        at = section.key if section.level == 1 or not at else at
        parts[section.key] = at
    chosen = parts.get(part, sections[0].key)
    return parts, [section for section in sections if parts[section.key] == chosen]


def _outlined(
    section: SectionRow,
    newest: Mapping[str | None, SectionComments],
    slug: str,
    parts: Mapping[str, str],
) -> dict[str, Any]:
    url = f"#{section.key}"
    if parts:
        url = url_for("rounds.show", slug=slug, part=parts[section.key], _anchor=section.key)
    return {
        "key": section.key,
        "number": section.number,
        "title": section.title,
        "level": section.level,
        "count": newest.get(section.key, _NO_COMMENTS).count,
        "url": url,
    }


def read_section(
    section: SectionRow, newest: SectionComments, passages: Sequence[Passage], slug: str
) -> ReadSection:
    html = section.html
    if passages:
        here = url_for("rounds.section", slug=slug, key=section.key)
        html = highlight(html, [_mark(passage, here) for passage in passages])
    return ReadSection(section, html, newest.count, newest.cards)


def _mark(passage: Passage, here: str) -> Mark:
    label = ngettext(
        "%(num)d comment on these words", "%(num)d comments on these words", passage.count
    )
    chip = Chip(text=str(passage.count), href=f"{here}#comments", label=label)
    return Mark(passage.start, passage.end, css_class="q", chip=chip)


def addressed(card: CommentCard, round_: RoundRow) -> CommentCard:
    """A card with its addresses; what nobody can do any more is not offered."""
    url = f"{request.script_root}/comments/{card.public_id}"
    if not round_.is_open:
        return replace(card, url=url)
    return replace(card, url=url, endorse_url=f"{url}/agree", reply_url=f"{url}/reply")


def _numbers(sections: Sequence[SectionRow]) -> dict[str, list[str]]:
    """The numbers of top-level sections that comments can change, and of those they cannot."""
    top = [section for section in sections if section.level == 1]
    fixed = [section.number for section in top if section.openness is Openness.FIXED]
    return {"open": [s.number for s in top if s.number not in fixed], "fixed": fixed}


class Words:
    """The words of a page in one language, looked up once for all of its comments.

    A place for a value is left as `%(name)s`; templates fill it in.
    """

    def __init__(self, cards: Iterable[CommentCard], counts: Iterable[int]) -> None:
        self.cards = list(cards)
        self.counts = set(counts)
        self.kinds = {kind: _(label) for kind, label in KIND_LABELS.items()}
        self.channels = {channel: _(label) for channel, label in CHANNEL_LABELS.items()}
        self.voices = {voice: _(label) for voice, label in VOICE_LABELS.items()}
        self.section_kinds = {kind: _(label) for kind, label in SECTION_LABELS.items()}
        self.unnamed = _("Unnamed")
        self.late = _("late")
        self.changed = _("changed %(day)s")
        self.withdrawn_reply = _("A reply was withdrawn by the person who wrote it.")
        self.suggested = _("Suggested wording")
        self.agree = _("I agree")
        self.agree_count = _("I agree (%(number)s)")
        self.agree_with = _("with the comment by %(name)s")
        self.reply = _("Reply")
        self.link = _("Link")
        self.to_comment = _("to the comment by %(name)s")
        self.in_short = _("In short:")
        self.partly_by = _("Some of this is set by %(authority)s.")
        self.comment_on = _("Comment on section %(number)s")
        self.choose = _("Choose a sentence")
        self.of_section = _("of section %(number)s")
        self.comments_on = _("Comments on section %(number)s")
        self.no_comments = _("No comments on this section.")
        self.no_comments_yet = _(
            "No comments on this section yet. One sentence is enough, in any language."
        )

    @cached_property
    def days(self) -> dict[date, str]:
        days = {card.day for card in self.cards}
        days |= {card.edited_on for card in self.cards if card.edited_on}
        days |= {reply.day for card in self.cards for reply in card.replies}
        return {value: day(value) for value in days}

    @cached_property
    def numbers(self) -> dict[int, str]:
        return {n: number(n) for n in {card.endorsements for card in self.cards} | self.counts}

    @cached_property
    def some_agree(self) -> dict[int, str]:
        return {
            n: ngettext("%(num)s agrees", "%(num)s agree", n)
            for n in {card.endorsements for card in self.cards}
        }

    @cached_property
    def some_comments(self) -> dict[int, str]:
        return {n: ngettext("%(num)s comment", "%(num)s comments", n) for n in self.counts}

    @cached_property
    def all_comments(self) -> dict[int, str]:
        return {
            n: ngettext(
                "Section %(number)s with its comment",
                "All %(num)s comments on section %(number)s",
                n,
                number="%(number)s",
            )
            for n in self.counts
        }

    def minutes(self, sections: Iterable[ReadSection]) -> dict[int, str]:
        return {
            n: ngettext("%(num)s minute", "%(num)s minutes", n)
            for n in {section.row.minutes for section in sections}
            if n
        }
