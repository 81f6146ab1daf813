"""The reading page: drawn once for everybody, kept until something on it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, request
from flask_babel import ngettext
from jinja2 import Template
from markupsafe import Markup

from feedback_app.comments import queries as comments
from feedback_app.comments.labels import CONDUCT_RULES
from feedback_app.comments.page_facts import CoveredRow, page_facts
from feedback_app.comments.passages import Passage
from feedback_app.comments.queries import CommentCard, MarginCard
from feedback_app.core.html import Chip, Mark, highlight
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.models import Openness
from feedback_app.curricula.queries import SectionRow
from feedback_app.extensions import db
from feedback_app.policy import VISITOR
from feedback_app.rounds import queries
from feedback_app.rounds.drawing import Pen, ReadSection
from feedback_app.rounds.models import RoundState
from feedback_app.rounds.queries import RoundRow
from feedback_app.rounds.wording import words_in
from feedback_app.web.fragments import BODY, Fragment, kept, put_in
from feedback_app.web.identity import NOBODY, current_actor
from feedback_app.web.templating import current_language, day, long_day

WHOLE_TEXT_WORDS = 20_000


def reading_page(slug: str, part: str) -> Fragment:
    """The body of a round's page; all but the frame around it is the same for everybody.

    Where a plan shows comments to some people alone, theirs is drawn for each of them.
    """
    locale = current_language()
    if not current_app.config["KEEP_PAGES"]:
        return _draw(slug, locale, part)
    stamp = queries.page_stamp(db.rows, slug, viewer=current_actor())
    if not stamp.is_shown_to_all and _is_somebody():
        return _draw(slug, locale, part)
    key = (stamp, locale, request.script_root, part)
    return kept(key, lambda: _draw(slug, locale, part))


def preview_page(slug: str) -> Fragment:
    """A plan's page as it will be drawn once it is signed and open."""
    return _draw(slug, current_language(), "", as_open=True)


def _draw(slug: str, locale: str, part: str, *, as_open: bool = False) -> Fragment:
    rows = db.rows
    round_ = queries.get_round_row(rows, slug, viewer=current_actor(), locale=locale)
    if as_open:
        round_ = replace(round_, state=RoundState.OPEN, is_public=True)
    sections = curricula.outline(rows, round_.revision_id, text=False)
    viewer = VISITOR if round_.is_shown_to_all else current_actor()
    margins = comments.newest_by_section(rows, round_, viewer)
    facts = page_facts(rows, round_, round_.revision_id, margins.came, viewer)
    parts, shown = _parts(sections, part)
    drawn = [
        read_section(
            s,
            facts.passages.get(s.key, ()),
            slug,
            margins.counts.get(s.key, 0),
            margins.newest.get(s.key, ()),
            facts.covered.get(s.key, ()),
        )
        for s in shown
    ]
    here = _address(slug)
    pen = Pen(
        words_in(locale),
        here=here,
        root=request.script_root,
        is_open=round_.is_open,
        zone=ZoneInfo(round_.time_zone),
        margins=margins,
        is_shown=round_.is_shown_to_all,
        day=day,
        long_day=long_day,
        macros=_macros,
    )
    # Drawn for nobody: what the frame around it knows of its visitor stays away.
    html = _template("rounds/_reading.html").render(
        parts=_macros("rounds/_parts"),
        paging=_macros("macros/paging"),
        drawn=_macros("macros/sections"),
        rules=_rules_text(locale),
        facts=facts,
        viewer=NOBODY,
        round_=round_,
        is_open=round_.is_open,
        here=here,
        outline=pen.outline(sections, parts),
        sections_count=len(sections),
        sections=BODY,
        whole=margins.counts.get(None, 0),
        open_sections=_numbers(sections),
    )
    return Fragment(round_.title, put_in(html, pen.sections(drawn)))


def _is_somebody() -> bool:
    actor = current_actor()
    return actor.is_signed_in or actor.code_hash is not None


def _address(slug: str) -> str:
    return f"{request.script_root}/rounds/{slug}"


def _template(name: str) -> Template:
    return current_app.jinja_env.get_template(name)


def _macros(name: str) -> Any:
    """Macros handed over are spared the import, which makes sure of its globals each time."""
    return _template(f"{name}.html").module


@cache
def _rules_text(_locale: str) -> Markup:
    """Words of ours alone, the same on every page of a language."""
    said: Markup = _macros("macros/conduct").rules_text(CONDUCT_RULES, level=3, prefix="rules-")
    return said


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


def read_section(
    section: SectionRow,
    passages: Sequence[Passage],
    slug: str,
    count: int = 0,
    cards: Sequence[MarginCard] = (),
    covered: Sequence[CoveredRow] = (),
) -> ReadSection:
    html = section.html
    if passages:
        here = f"{_address(slug)}/sections/{section.key}"
        html = highlight(html, [_mark(passage, here) for passage in passages])
    return ReadSection(section, html, count, cards, covered)


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
    partly = [section.number for section in top if section.openness is Openness.PARTLY]
    can = [section.number for section in top if section.openness is not Openness.FIXED]
    return {"open": can, "partly": partly, "fixed": fixed}
