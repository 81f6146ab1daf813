"""What changed from one version to the next, beside what brought it about: for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from feedback_app.comments.conduct import State
from feedback_app.core.errors import NotFound
from feedback_app.core.i18n import N_
from feedback_app.core.sentences import sentences
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.comparison import SectionComparison
from feedback_app.curricula.published import outlines
from feedback_app.curricula.queries import SectionRow
from feedback_app.extensions import db
from feedback_app.triage import changes as explained
from feedback_app.triage.changes import Card, CauseRow, ExplainedSection
from feedback_app.triage.compared import Compared, with_another, with_base
from feedback_app.triage.gate_forms import CAUSE_LABELS
from feedback_app.triage.models import CauseKind
from feedback_app.triage.pair_public import SHOWS, ChosenPair, chosen_pair
from feedback_app.triage.promises import Promise, excuse_in, overrides_of, promises_of
from feedback_app.triage.summary_public import counted, phrases, sentence, whole_sentence
from feedback_app.triage.wording import OUTCOME_LABELS
from feedback_app.web.csv import csv_response
from feedback_app.web.identity import current_actor, public
from feedback_app.web.templating import public_url

bp = Blueprint("publishing", __name__)

NO_CAUSE = N_("No reason given")
FORMER = {"pairs": "sides"}
NOT_SHOWN = N_("Not shown")
GONE_LABELS = {
    State.WITHDRAWN.value: N_("Withdrawn since by its author"),
    State.HIDDEN.value: N_("Hidden since by the rules of conduct"),
    State.ERASED.value: N_("Erased since"),
}
QUOTED = 240
QUOTES = 2


@dataclass(frozen=True)
class PlacedSection:
    """A section of the page: what changed in it, or which promise still waits there."""

    row: SectionRow | None
    key: str
    number: str
    title: str
    change: ExplainedSection | None = None
    promises: Sequence[Promise] = ()

    @property
    def count(self) -> int:
        return _count(self.change.comparison) if self.change else 0

    @property
    def is_shown(self) -> bool:
        return self.change is not None or bool(self.promises)

    @property
    def lettered_promises(self) -> list[tuple[str, Promise]]:
        """Promises under the letters that follow those of the changes."""
        first = len({card.letter for card in self.change.all_cards}) if self.change else 0
        return [(explained.letter(first + n), p) for n, p in enumerate(self.promises)]


@dataclass(frozen=True)
class ChangesPage:
    """Sections in reading order, those without change too, and the numbers above them."""

    sections: Sequence[PlacedSection]
    labels: Mapping[str, str]
    causes: Sequence[CauseRow]
    promises: Sequence[Promise] = field(default=())

    @property
    def changes(self) -> int:
        """How many; what moved is one change, not two."""
        return sum(_count(s.change.comparison) for s in self.sections if s.change)

    @property
    def places(self) -> list[str]:
        """Where each group of changes begins, in reading order: #key-number, #key alone where
        no words changed."""
        return [
            f"{section.key}-{number}" if number else section.key
            for section in self.sections
            if section.change
            for number in section.change.first_hunks or [0]
        ]

    @property
    def steps(self) -> dict[str, tuple[str | None, str | None]]:
        """The places before and after each."""
        places = self.places
        around = zip([None, *places], places, [*places[1:], None], strict=False)
        return {place: (before, after) for before, place, after in around}

    @property
    def changed_sections(self) -> int:
        return sum(1 for section in self.sections if section.change)

    @property
    def comments(self) -> int:
        return len({c.point_id for c in self.causes if c.kind is CauseKind.POINT})

    @property
    def others(self) -> int:
        return sum(1 for cause in self.causes if cause.kind is not CauseKind.POINT)


def _count(section: SectionComparison) -> int:
    return sum(1 for hunk in section.hunks if hunk.moved_to is None) or 1


@bp.get("/curricula/<slug:slug>/revisions/<number:number>/changes")
@public
def changes(slug: str, number: int) -> ResponseReturnValue:
    """The redline with its causes, side by side if wanted; or one of the two texts alone.

    Against the revision it was made from, or any other (`against`).
    """
    show = request.args.get("show", SHOWS[0])
    show = FORMER.get(show, show)
    if show not in SHOWS:
        raise NotFound
    pair = chosen_pair(slug, number)
    if pair.is_elsewhere:
        return redirect(pair.address(show))
    if pair.base is None:
        return render_template("triage/changes.html", pair=pair, page=None)
    texts = {}
    if show in ("new", "old"):
        both = outlines(db.session, [pair.revision.id, pair.base.id])
        rows = both[pair.revision.id]
        texts = {row.key: row for row in (rows if show == "new" else both[pair.base.id])}
    else:
        rows = curricula.outline(db.session, pair.revision.id, words=False)
    page = page_of(pair, rows, in_rows=show == "sides")
    return render_template(
        "triage/changes.html",
        pair=pair,
        page=page,
        show=show,
        texts=texts,
        in_words=whole_sentence([s.change.comparison for s in page.sections if s.change]),
        **drawing_tools(),
    )


def _compared(pair: ChosenPair) -> Compared:
    if pair.base is None or pair.base.id == pair.revision.id:
        return Compared({}, [], {})
    if pair.is_of_neighbors:
        return with_base(db.session, pair.revision, current_actor())
    return with_another(db.session, pair.revision, pair.base.id, pair.versions, current_actor())


@bp.get("/curricula/<slug:slug>/revisions/<number:number>/changes.csv")
@public
def changes_csv(slug: str, number: int) -> ResponseReturnValue:
    """Every change with every cause, one to a line, for anyone."""
    pair = chosen_pair(slug, number)
    if pair.is_elsewhere:
        return redirect(pair.address(endpoint="changes_csv"))
    compared = _compared(pair)
    rows = curricula.outline(db.session, pair.revision.id, words=False)
    numbers = {row.key: row.number for row in rows}
    page = public_url(pair.address())
    lines = [
        [
            pair.curriculum.slug,
            pair.revision.number,
            pair.base.number if pair.base else "",
            line.section_key,
            numbers.get(line.section_key, ""),
            section.new_title or section.old_title,
            " ".join(line.kinds),
            line.hunk,
            line.kind,
            line.before,
            line.after,
            line.cause.kind.value if line.cause else "",
            line.cause.note if line.cause else "",
            line.cause.comment_id if line.cause else "",
            public_url(f"/comments/{line.cause.comment_id}")
            if line.cause and line.cause.comment_id
            else "",
            line.cause.outcome.value if line.cause and line.cause.outcome else "",
            f"{page}#{line.section_key}" + (f"-{line.hunk}" if line.hunk else ""),
        ]
        for section in compared.found.values()
        for line in explained.lines_of(section, compared.causes, compared.places)
    ]
    name = f"{slug}-{number}-changes.csv"
    if pair.base is not None and not pair.is_of_neighbors:
        name = f"{slug}-{number}-against-{pair.base.number}-changes.csv"
    return csv_response(name, CSV_COLUMNS, lines)


CSV_COLUMNS = (
    "curriculum revision base section_key section_number section_title section_changes change"
    " kind before after cause cause_note comment_id comment_url answer change_url"
).split()


def page_of(
    pair: ChosenPair, rows: Sequence[SectionRow], *, in_rows: bool = False
) -> ChangesPage:
    """Two published versions, section by section; the rows are those of the newer one."""
    curriculum, revision = pair.curriculum, pair.revision
    compared = _compared(pair)
    overrides = overrides_of(db.session, curriculum.id)
    promises = [
        promise
        for promise in promises_of(
            db.session,
            curriculum.id,
            zone=curriculum.department.time_zone,
            public_only=True,
            overrides=overrides,
        )
        if promise.standing.state.is_open and promise.revision_number < revision.number
    ]
    return arrange(
        rows,
        compared.found,
        compared.causes,
        compared.places,
        promises=promises,
        excuse=excuse_in(overrides, revision.public_id, "uncaused")
        if pair.is_of_neighbors
        else "",
        in_rows=in_rows,
    )


def arrange(
    rows: Sequence[SectionRow],
    found: Mapping[int, SectionComparison],
    causes: Sequence[CauseRow],
    places: Mapping[int, int | None],
    *,
    promises: Sequence[Promise] = (),
    excuse: str = "",
    in_rows: bool = False,
) -> ChangesPage:
    """Changed sections (by their place in the comparison) among those that stayed.

    Removed sections stand after what they followed, under the name they had.
    """
    by_key = {row.key: row for row in rows}
    changed = {section.key for section in found.values()}
    unchanged = iter([row for row in rows if row.key not in changed])
    removed = sum(1 for section in found.values() if section.key not in by_key)
    sections: list[PlacedSection] = []
    for position in range(1, len(rows) + removed + 1):
        section = found.get(position)
        row = by_key.get(section.key) if section else next(unchanged, None)
        if section is None and row is None:
            continue
        key = section.key if section else row.key if row else ""
        sections.append(
            PlacedSection(
                row=row,
                key=key,
                number=row.number if row else "–",
                title=row.title if row else (section.old_title or "") if section else "",
                change=explained.explain(section, causes, places, excuse, in_rows=in_rows)
                if section
                else None,
                promises=[p for p in promises if p.section_key == key],
            )
        )
    labels = {
        s.key: _("section %(number)s", number=s.number) if s.row else f"“{s.title}”"
        for s in sections
    }
    labels |= {
        section.old_key: labels[section.key]
        for section in found.values()
        if section.old_key and section.old_key not in labels
    }
    return ChangesPage(sections, labels, causes, promises)


def drawing_tools() -> dict[str, Any]:
    """What the templates of a redline call."""
    return {
        "tools": {
            "card": card,
            "counts": counts,
            "sentence": sentence,
            "promise_card": promise_card,
            "quote_of": quote_of,
        },
    }


def card(given: Card) -> dict[str, Any]:
    """A cause as its macro takes it."""
    if given.kind is None:
        return {"title": NO_CAUSE, "note": given.note, "rest": [], "version": None}
    versions = {row.version for row in given.rows}
    version = versions.pop() if len(versions) == 1 else None
    if given.kind is not CauseKind.POINT:
        title = CAUSE_LABELS[given.kind]
        return {"title": title, "note": given.note, "rest": [], "version": version}
    return {
        "version": version,
        "title": ngettext("%(num)s comment", "%(num)s comments", len(given.rows)),
        "quotes": [quote(row) for row in given.rows[:QUOTES]],
        "rest": [quote(row) for row in given.rows[QUOTES:]],
    }


def quote(row: CauseRow) -> tuple[str, str | None, str | None, Any, str | None]:
    """Words, name, address, answer and its label; nothing of a comment that may not be read."""
    url = (
        f"{request.script_root}/comments/{row.comment_id}"
        if row.comment_id is not None
        else None
    )
    if row.body is None:
        return "", _(GONE_LABELS.get(row.state or "", NOT_SHOWN)), url, None, None
    label = OUTCOME_LABELS[row.outcome] if row.outcome else None
    return quote_of(row.passage), row.name, url, row.outcome, label


def quote_of(words: str) -> str:
    """Its first sentences; the whole stands behind the link beside it."""
    if len(words) <= QUOTED:
        return words
    ends = [end for _start, end in sentences(words) if end <= QUOTED]
    end = ends[-1] if ends else words.rfind(" ", 0, QUOTED)
    return words[: end if end > 0 else QUOTED].rstrip() + " …"


def promise_card(promise: Promise) -> dict[str, Any]:
    """A promise that stands at the old words, with its age."""
    url = f"{request.script_root}/comments/{promise.comment_id}"
    return {
        "title": N_("Promised, not yet done"),
        "promise": ngettext("%(num)s day", "%(num)s days", promise.standing.age),
        "note": quote_of(promise.rationale),
        "quotes": [
            (
                quote_of(promise.passage),
                promise.name if promise.body else _(GONE_LABELS[State.HIDDEN.value]),
                url,
                None,
                None,
            )
        ],
    }


WHOLE = {
    "added": N_("Whole section new"),
    "removed": N_("Whole section removed"),
    "split": N_("Divided"),
    "merged": N_("Joined"),
    "retitled": N_("New title"),
    "moved": N_("Moved"),
}


def counts(section: SectionComparison) -> list[tuple[str, str]]:
    """The tags under a heading: what happened to the section, then to its paragraphs."""
    kinds = [kind for kind in WHOLE if kind in section.kinds]
    tags = [(kind, _(WHOLE[kind])) for kind in kinds]
    if {"added", "removed"} & set(kinds):
        return tags
    return tags + phrases(counted(section, section.blocks))
