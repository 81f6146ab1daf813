"""The table that an answered round owes its readers: what was said, the answer, the change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from heapq import merge

from feedback_app.comments.conduct import State
from feedback_app.comments.labels import REASON_LABELS, SIGN_LABELS
from feedback_app.core.i18n import N_
from feedback_app.exchange import word_xml as xml
from feedback_app.exchange.word_body import Gathered
from feedback_app.exchange.word_parts import pack, package_parts
from feedback_app.exchange.word_writing import UNNAMED, Say
from feedback_app.exchange.word_xml import Form
from feedback_app.triage.answered import Gone, Pair
from feedback_app.triage.wording import OUTCOME_LABELS

HEADS = (N_("Ref"), N_("Section"), N_("Comment"), N_("Response"), N_("Change made"))
_WIDTHS = [700, 2000, 4100, 4060, 2100]
TITLE = N_("Comments and answers: %(title)s")
WHOLE = N_("The whole course")
QUOTED = N_("On the words “%(words)s”:")
WISHED = N_("Suggested wording: %(words)s")
HIDDEN = N_("Hidden by the rules of conduct: %(reason)s.")
NOT_SHOWN = N_("These words are not public.")
NOT_PUBLIC = N_("Not published yet.")
CHANGED = N_("Version %(number)s, section %(section)s: “%(words)s”")
PROMISED = N_("Promised, not in a published version yet.")
NONE = N_("None.")
GONE = {
    State.WITHDRAWN: N_("Withdrawn by the person who wrote it."),
    State.ERASED: N_("Erased: %(reason)s. Nobody can read it any more."),
}
NEEDS_NONE = N_("It needs no answer any more.")
EMPTY = N_("No answer is public yet.")


def write_response_table(
    title: str,
    pairs: Sequence[Pair],
    names: Mapping[str, str],
    *,
    gone: Sequence[Gone] = (),
    base_url: str,
    language: str,
    say: Say = str,
) -> bytes:
    """A Word file of one table, a row for each answer; `names` are the sections' names by key.

    What is not public says so, since such a file is for the department alone. `gone` keep a
    line where they stood.
    """
    gathered = Gathered()
    rows = [
        xml.row(
            "".join(
                xml.cell(xml.paragraph(xml.run(say(head), Form(bold=True))), width)
                for head, width in zip(HEADS, _WIDTHS, strict=True)
            ),
            is_head=True,
        )
    ]
    told: Iterable[Pair | Gone] = ()
    if pairs:
        told = merge(pairs, gone, key=_day)
    rows += [
        _row(number, each, names, base_url, gathered, say)
        for number, each in enumerate(told, start=1)
    ]
    heading = say(TITLE) % {"title": title}
    body = xml.paragraph(xml.run(heading), "Title")
    body += xml.table("".join(rows), _WIDTHS) if pairs else xml.paragraph(xml.run(say(EMPTY)))
    return pack(
        package_parts(
            body,
            title=heading,
            language=language,
            links=gathered.links,
            lists=gathered.lists,
            footnotes=gathered.footnotes,
            is_wide=True,
        )
    )


def _day(told: Pair | Gone) -> date:
    return told.submitted_on


def _row(
    number: int,
    told: Pair | Gone,
    names: Mapping[str, str],
    base_url: str,
    gathered: Gathered,
    say: Say,
) -> str:
    link = gathered.link(f"{base_url}/comments/{told.comment_id}")
    ref = f'<w:hyperlink r:id="{link}" w:history="1">{xml.run(str(number))}</w:hyperlink>'
    name = names.get(told.section_key or "", say(WHOLE))
    words = _of_gone(told, say) if isinstance(told, Gone) else _of_pair(told, names, say)
    cells = [xml.paragraph(ref), *map(_lines, ([name], *words))]
    return xml.row("".join(map(xml.cell, cells, _WIDTHS)))


def _of_pair(pair: Pair, names: Mapping[str, str], say: Say) -> Iterator[list[str]]:
    yield _said(pair, say)
    yield _answered(pair, say)
    yield _changed(pair, names, say)


def _of_gone(gone: Gone, say: Say) -> Iterator[list[str]]:
    reason = {"reason": say(REASON_LABELS[gone.why]) if gone.why else ""}
    yield [say(GONE[gone.state]) % reason]
    yield [say(NEEDS_NONE)]
    yield ["–"]


def _lines(lines: Sequence[str]) -> str:
    return "".join(xml.paragraph(xml.run(line)) for line in lines)


def _said(pair: Pair, say: Say) -> list[str]:
    """What became of it by conduct or by coming late stands with the name, or for the words."""
    reason = say(pair.why_label) if pair.why_label else ""
    if not pair.is_read:
        return [say(HIDDEN) % {"reason": reason} if reason else say(NOT_SHOWN)]
    sign = say(SIGN_LABELS[pair.state]) % {"reason": reason} if pair.state else ""
    lines = [f"{pair.name or say(UNNAMED)}{f' ({sign})' if sign else ''}:"]
    if pair.quote:
        lines.append(say(QUOTED) % {"words": pair.quote})
    lines += [part.strip() for part in pair.said_text.split("\n\n") if part.strip()]
    if pair.suggested_wording:
        lines.append(say(WISHED) % {"words": pair.suggested_wording})
    return lines


def _answered(pair: Pair, say: Say) -> list[str]:
    lines = [] if pair.is_published else [say(NOT_PUBLIC)]
    lines.append(say(OUTCOME_LABELS[pair.outcome]))
    if pair.reason_label:
        lines.append(f"{say(pair.reason_label)}. {pair.reason_detail}".strip())
    lines += [part.strip() for part in pair.rationale.split("\n\n") if part.strip()]
    lines += [part.strip() for part in pair.translation.split("\n\n") if part.strip()]
    if pair.evidence_url:
        lines.append(f"{pair.evidence_title} ({pair.evidence_url})")
    office = ", ".join(each for each in (pair.office, pair.authority) if each)
    return [*lines, office] if office else lines


def _changed(pair: Pair, names: Mapping[str, str], say: Say) -> list[str]:
    found = [
        say(CHANGED)
        % {
            "number": tie.number,
            "section": names.get(tie.section_key, tie.section_key),
            "words": tie.exact,
        }
        for tie in pair.ties
    ]
    if found:
        return found
    return [say(PROMISED if pair.is_open_promise else NONE)]
