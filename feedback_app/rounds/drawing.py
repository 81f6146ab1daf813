"""Draws the sections of a reading page with the newest comments in their margins.

A template that does the same costs as much as the rest of the page together: a hundred comments
are a thousand of its steps. What is drawn here is what the macros `section_block` and
`comment_card` draw; a test compares both. Every value is escaped where it is put in, once, into
plain text: a `Markup` for each would cost more than all else that is done here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from itertools import chain
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from feedback_app.curricula.models import Openness
from feedback_app.curricula.queries import SectionRow

if TYPE_CHECKING:
    from feedback_app.comments.cards import MarginCard, Margins, ReplyCard, Seldom, Translated
    from feedback_app.comments.page_facts import CoveredRow
    from feedback_app.rounds.wording import Words


@dataclass(slots=True)
class ReadSection:
    """A section as a reading page draws it: its words marked, its newest comments beside.

    Not frozen, as freezing triples what one costs.
    """

    row: SectionRow
    html: Markup
    count: int = 0
    cards: Sequence[MarginCard] = ()
    covered: Sequence[CoveredRow] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


class _Languages(dict[str, str]):
    """What an element says of the language of its words."""

    def __missing__(self, language: str) -> str:
        return self.setdefault(language, f' lang="{escape(language)}"')


class _Escaped(dict[str, str]):
    """Names and titles, most of which stand on a page more than once."""

    def __missing__(self, text: str) -> str:
        return self.setdefault(text, escape(text))


class Pen:
    """Draws one page: in its language, under its address, with its words for days.

    `macros` gives the macros of a template, for what only few sections or comments have.
    """

    def __init__(
        self,
        words: Words,
        *,
        here: str,
        root: str,
        is_open: bool,
        zone: ZoneInfo,
        margins: Margins,
        is_shown: bool = True,
        day: Callable[[date], str],
        long_day: Callable[[date], str],
        macros: Callable[[str], Any],
    ) -> None:
        self.words = words
        self.zone = zone
        self.margins = margins
        self.here = str(escape(here))
        self.comments = str(escape(f"{root}/comments/"))
        self.rules = str(escape(f"{root}/conduct"))
        self.is_open = is_open
        self.macros = macros
        none = words.no_comments_yet if is_open else words.no_comments
        self._none = f'<p class="fine">{none if is_shown else words.not_shown}</p>\n'
        self._day = day
        self._long_day = long_day
        self._times: dict[date, str] = {}
        self._lang = _Languages().__getitem__
        self._escaped = _Escaped().__getitem__
        self._told = {language: self._lang(language) for language in margins.languages}
        self._unnamed = self._to(words.unnamed)

    def _to(self, who: str) -> tuple[str, str, str]:
        """A name as it is drawn, and what the acts under a comment say of it out loud."""
        to, agree = self.words.to_comment, self.words.agree_with
        return (
            who,
            f'<span class="sr"> {to.replace("%(name)s", who)}</span>',
            f'<span class="sr"> {agree.replace("%(name)s", who)}</span>',
        )

    def sections(self, sections: Sequence[ReadSection]) -> Iterable[bytes]:
        """In small pieces: one with a sign beyond ASCII is slow to put in bytes as a whole."""
        pieces = chain.from_iterable(map(self._section, sections))
        return map(str.encode, pieces)

    def outline(self, rows: Sequence[SectionRow], parts: Mapping[str, str]) -> Markup:
        """`parts` names the part of a long text in which a section is shown."""
        drawn = "".join([self._outlined(row, parts) for row in rows])
        return Markup(f"<ol>{drawn}</ol>")  # noqa: S704 - escaped below

    def _outlined(self, row: SectionRow, parts: Mapping[str, str]) -> str:
        words, count = self.words, ""
        sub = ' class="sub"' if row.level > 1 else ""
        page = f"{self.here}?part={parts[row.key]}" if parts else ""
        comments = self.margins.counts.get(row.key)
        if comments:
            shown = words.number(comments)
            count = f'<b>{shown}<span class="sr"> {words.comments}</span></b>'
        return (
            f'<li{sub}><a href="{page}#{row.key}">'
            f'<span class="no">{row.number}</span>'
            f"<span{self._lang(row.language)}>{self._escaped(row.title)}</span>{count}"
            "</a></li>"
        )

    def _section(self, section: ReadSection) -> Iterable[str]:
        row, words = section.row, self.words
        key, number, url = row.key, row.number, f"{self.here}/sections/{row.key}"
        language = self._lang(row.language)
        summary = (
            f'<p class="plain"><b>{words.in_short}</b> '
            f"<span{language}>{escape(row.summary)}</span></p>\n"
            if row.summary
            else ""
        )
        if self.is_open:
            acts = (
                f'<p class="sec__acts"><a class="btn btn--2 btn--s" href="{url}/comment" '
                f'rel="nofollow">{words.comment_on.replace("%(number)s", number)}</a> '
                f'<a href="{url}/choose" rel="nofollow" data-chooses="words-{key}">'
                f'{words.choose}<span class="sr"> '
                f"{words.of_section.replace('%(number)s', number)}</span></a></p>\n"
            )
        else:
            acts = ""
        head = all_ = ""
        if section.count:
            head = f'<h3 class="margin__head">{words.some_comments(section.count)}</h3>\n'
            label = words.all_comments(section.count).replace("%(number)s", number)
            all_ = f'<p class="fine comments-all"><a href="{url}#comments">{label}</a></p>\n'
        return (
            f'<section class="sec" id="{key}" aria-labelledby="title-{key}">\n<div>\n'
            f'<header class="sec__head"><h2 id="title-{key}"><span>{number}</span>'
            f"<span{language}>{self._escaped(row.title)}</span></h2>\n"
            f'<p class="sec__meta">{self._meta(row)}</p></header>\n{summary}',
            *self._text(section, url),
            f'{acts}</div>\n<aside class="margin" aria-label="'
            f'{words.comments_on.replace("%(number)s", number)}">\n{head}'
            '<div class="comments">\n',
            *(map(self._card, section.cards) if section.cards else (self._none,)),
            f"{all_}</div>\n</aside>\n</section>\n",
        )

    def _meta(self, row: SectionRow) -> str:
        kind = self.words.section_kinds[row.kind]
        meta = (
            f"<span>{kind} · {self.words.minutes(row.minutes)}</span>"
            if row.minutes
            else f"<span>{kind}</span>"
        )
        if row.openness is not Openness.OPEN:
            meta += f" {self.macros('macros/sections').openness_tag(row.openness.value)}"
        if row.is_withheld:
            meta += f" {self.macros('macros/sections').openness_tag('withheld')}"
        return meta

    def _text(self, section: ReadSection, url: str) -> Iterable[str]:
        row = section.row
        if section.html:
            picks = (
                f' data-comment-url="{url}/comment" data-module="comment-anchor"'
                if self.is_open
                else ""
            )
            before = (
                f'<div class="prose" id="words-{row.key}" data-section-key="{row.key}"'
                f"{self._lang(row.language)}{picks}>"
            )
            if row.openness is Openness.FIXED:
                prose = Markup(f"{before}{section.html}</div>")  # noqa: S704 - stored markup
                box = self.macros("macros/sections").fixed_box
                yield str(box(row.authority, caller=lambda: prose))
            else:
                yield from (before, section.html, "</div>")
        if row.openness is Openness.PARTLY and row.authority:
            note = self.words.partly_by.replace("%(authority)s", escape(row.authority))
            yield f'<p class="fine sec__note">{note}</p>\n'
        yield from map(self._covered, section.covered)
        if row.is_withheld:
            yield str(self.macros("macros/sections").withheld_box(row.withheld))

    def _covered(self, covered: CoveredRow) -> str:
        """What stands under a section of whose words some are not shown."""
        words = self.words
        line = words.covered.replace("%(ground)s", words.grounds[covered.ground])
        day = escape(self._long_day(self._local(covered.confirmed_at)))
        return (
            f'<p class="fine sec__note">{line} {escape(covered.note)} {day}. '
            f'<a href="{self.rules}#out-of-view">{words.what_that_means}</a></p>\n'
        )

    def _card(self, card: MarginCard) -> str:
        words, id_ = self.words, card.public_id
        who, to, agree = self._to(self._escaped(card.name)) if card.name else self._unnamed
        language = self._told.get(card.language, "")
        quote = (
            f'<blockquote class="quote quote--s">{escape(card.quote)}</blockquote>\n'
            if card.quote
            else ""
        )
        wording = self._wording(card.seldom, language) if card.seldom else ""
        answers = self.margins.replies.get(card.id)
        replies = "".join(map(self._reply, answers)) if answers else ""
        return (
            f'<article class="comment" id="c-{id_}">\n'
            f'<div class="who"><b>{who}</b> <span>{self._facts(card)}</span></div>\n{quote}'
            f'<div class="body"{language}>{card.body_html}</div>\n{wording}{replies}'
            f'<p class="acts">{self._acts(card, to, agree)}'
            f'<a href="{self.comments}{id_}">{words.link}{to}</a></p>\n</article>\n'
        )

    def _wording(self, seldom: Seldom, language: str) -> str:
        """The words it suggests, and both in another language."""
        wording = (
            f'<div class="wording"><p class="fine">{self.words.suggested}</p>'
            f'<p class="said"{language}>{escape(seldom.suggested_wording)}</p></div>\n'
            if seldom.suggested_wording
            else ""
        )
        return wording + self._translation(seldom.translation)

    def _translation(self, given: Translated | None) -> str:
        """The same words in another language, marked as a person's work."""
        return str(self.macros("macros/comments").translation(given)) if given else ""

    def _facts(self, card: MarginCard) -> str:
        words, seldom = self.words, card.seldom
        day = card.submitted_at.astimezone(self.zone).date()
        facts = self._times.get(day) or self._time(day)
        if seldom and seldom.said_by:
            facts = f"{words.behind(seldom.said_by, seldom.said_of)} · {facts}"
        if card.channel in words.channels and card.channel in self.margins.channels:
            facts = f"{words.channels[card.channel]} · {facts}"
        if card.kind:
            facts = f"{words.kinds[card.kind]} · {facts}"
        if seldom and seldom.edited_at:
            changed = self._day(self._local(seldom.edited_at))
            facts = f"{facts} · {words.changed.replace('%(day)s', escape(changed))}"
        if seldom and seldom.covered_for:
            facts += self._sign("masked", seldom.covered_for)
        return facts

    def _local(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _acts(self, card: MarginCard, to: str, with_: str) -> str:
        words, count = self.words, card.endorsements
        if not self.is_open:
            return f'<span class="hush">{words.some_agree(count)}</span>' if count else ""
        url = f"{self.comments}{card.public_id}"
        agree = (
            words.agree_count.replace("%(number)s", words.number(count))
            if count
            else words.agree
        )
        return (
            f'<a href="{url}/agree" rel="nofollow">{agree}{with_}</a>'
            f'<a href="{url}/reply" rel="nofollow">{words.reply}{to}</a>'
        )

    def _reply(self, reply: ReplyCard) -> str:
        words = self.words
        css = "comment comment--reply" + (" comment--dept" if reply.is_department else "")
        if reply.is_stub:
            drawn = self._stub(reply)
        else:
            voice = words.voices.get(reply.voice)
            role = f"{voice} · " if voice else ""
            name = escape(reply.name) if reply.name else words.unnamed
            drawn = (
                f'<p class="who"><b>{name}</b> <span>{role}{self._time(reply.day)}'
                f"{self._sign(reply.state, reply.reason)}</span></p>\n"
                f'<div class="body">{reply.body_html}</div>\n'
                f"{self._translation(reply.translation)}"
            )
        return f'<div class="{css}" id="c-{reply.public_id}">\n{drawn}</div>\n'

    def _stub(self, reply: ReplyCard) -> str:
        """What stands where words may not be read: since when, why, and by which rules."""
        line = self._because(self.words.reply_stubs[reply.state], reply.reason)
        if reply.since:
            line = line.replace("%(day)s", escape(self._day(reply.since)))
        if reply.state != "withdrawn":
            line += f' <a href="{self.rules}">{self.words.rules}</a>'
        return f'<p class="stub">{line}</p>\n'

    def _sign(self, state: str, reason: str | None) -> str:
        sign = self.words.signs.get(state)
        return f" · <b>{self._because(sign, reason)}</b>" if sign else ""

    def _because(self, line: str, reason: str | None) -> str:
        said = self.words.reasons[reason] if reason else ""
        return line.replace("%(reason)s", said)

    def _time(self, day: date) -> str:
        if day in self._times:
            return self._times[day]
        drawn = f'<time datetime="{day.isoformat()}">{escape(self._day(day))}</time>'
        self._times[day] = drawn
        return drawn
