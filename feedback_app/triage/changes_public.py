"""What changed from one version to the next, beside what brought it about: for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from feedback_app.core.errors import NotFound
from feedback_app.core.i18n import N_
from feedback_app.core.sentences import sentences
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.comparison import SectionComparison, WordChange, summary_in_numbers
from feedback_app.curricula.models import Curriculum, Revision
from feedback_app.curricula.queries import SectionRow
from feedback_app.extensions import db
from feedback_app.triage import changes as explained
from feedback_app.triage.changes import Card, CauseRow, ExplainedSection
from feedback_app.triage.gate_forms import CAUSE_LABELS
from feedback_app.triage.models import CauseKind
from feedback_app.triage.promises import Promise, promises_of
from feedback_app.triage.wording import OUTCOME_LABELS
from feedback_app.web.csv import csv_response
from feedback_app.web.identity import current_actor, public
from feedback_app.web.templating import public_url

bp = Blueprint("publishing", __name__)

NO_CAUSE = N_("No reason given")
SHOWS = ("marked", "pairs", "new", "old")
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
    """The redline with its causes; or before and after, or one of the two texts alone."""
    curriculum, revision = _published(slug, number)
    show = request.args.get("show", SHOWS[0])
    if show not in SHOWS:
        raise NotFound
    if revision.base is None:
        return render_template("triage/changes.html", **_plain(curriculum, revision), page=None)
    page = page_of(curriculum, revision)
    texts = {}
    if show in ("new", "old"):
        source = revision if show == "new" else revision.base
        texts = {row.key: row for row in curricula.outline(db.session, source.id)}
    return render_template(
        "triage/changes.html",
        **_plain(curriculum, revision),
        page=page,
        show=show,
        texts=texts,
        **drawing_tools(),
    )


def _plain(curriculum: Curriculum, revision: Revision) -> dict[str, Any]:
    return {"curriculum": curriculum, "revision": revision}


@bp.get("/curricula/<slug:slug>/revisions/<number:number>/changes.csv")
@public
def changes_csv(slug: str, number: int) -> ResponseReturnValue:
    """Every change with every cause, one to a line, for anyone."""
    curriculum, revision = _published(slug, number)
    rows = curricula.outline(db.session, revision.id, words=False)
    numbers = {row.key: row.number for row in rows}
    causes = explained.causes_with_comments(db.session, revision.id, current_actor())
    places = {cause.id: cause.hunk for cause in causes}
    lines = [
        [
            curriculum.slug,
            revision.number,
            revision.base.number if revision.base else "",
            line.section_key,
            numbers.get(line.section_key, ""),
            section.comparison.new_title or section.comparison.old_title,
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
        ]
        for section in curricula.changes_in(db.session, revision.id)
        for line in explained.lines_of(section.comparison, causes, places)
    ]
    return csv_response(f"{slug}-{number}-changes.csv", CSV_COLUMNS, lines)


CSV_COLUMNS = (
    "curriculum revision base section_key section_number section_title section_changes change"
    " kind before after cause cause_note comment_id comment_url answer"
).split()


def _published(slug: str, number: int) -> tuple[Curriculum, Revision]:
    curriculum = curricula.get_curriculum(db.session, slug)
    revision = curricula.get_revision(db.session, curriculum, number, viewer=current_actor())
    if not revision.is_public:
        raise NotFound
    return curriculum, revision


def page_of(curriculum: Curriculum, revision: Revision) -> ChangesPage:
    """A published revision against the one before it."""
    found = {
        change.position: change.comparison
        for change in curricula.changes_in(db.session, revision.id)
    }
    causes = explained.causes_with_comments(db.session, revision.id, current_actor())
    promises = [
        promise
        for promise in promises_of(
            db.session,
            curriculum.id,
            zone=curriculum.department.time_zone,
            public_only=True,
        )
        if promise.standing.state.is_open and promise.revision_number < revision.number
    ]
    return arrange(
        curricula.outline(db.session, revision.id, words=False),
        found,
        causes,
        {cause.id: cause.hunk for cause in causes},
        promises=promises,
        excuse=explained.excuse_of(db.session, revision.public_id, "uncaused"),
    )


def arrange(
    rows: Sequence[SectionRow],
    found: Mapping[int, SectionComparison],
    causes: Sequence[CauseRow],
    places: Mapping[int, int | None],
    *,
    promises: Sequence[Promise] = (),
    excuse: str = "",
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
                change=explained.explain(section, causes, places, excuse) if section else None,
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
            "promise_card": promise_card,
            "quote_of": quote_of,
        },
    }


def card(given: Card) -> dict[str, Any]:
    """A cause as its macro takes it."""
    if given.kind is None:
        return {"title": NO_CAUSE, "note": given.note, "rest": []}
    if given.kind is not CauseKind.POINT:
        return {"title": CAUSE_LABELS[given.kind], "note": given.note, "rest": []}
    return {
        "title": ngettext("%(num)s comment", "%(num)s comments", len(given.rows)),
        "quotes": [quote(row) for row in given.rows[:QUOTES]],
        "rest": [quote(row) for row in given.rows[QUOTES:]],
    }


def quote(row: CauseRow) -> tuple[str, str | None, str | None, Any, str | None]:
    """Words, name, address, answer and its label; nothing of a comment that was withdrawn."""
    url = (
        f"{request.script_root}/comments/{row.comment_id}"
        if row.comment_id is not None
        else None
    )
    if row.body is None:
        return "", _("Withdrawn since by its author"), url, None, None
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
        "quotes": [(quote_of(promise.passage), promise.name, url, None, None)],
    }


def _counted(numbers: Mapping[WordChange, int]) -> list[tuple[WordChange, int, str]]:
    n = {kind: numbers.get(kind, 0) for kind in WordChange}
    reworded, added = n[WordChange.REWORDED], n[WordChange.ADDED]
    removed, moved = n[WordChange.REMOVED], n[WordChange.MOVED]
    return [
        (
            WordChange.REWORDED,
            reworded,
            ngettext("%(num)s reworded", "%(num)s reworded", reworded),
        ),
        (WordChange.ADDED, added, ngettext("%(num)s added", "%(num)s added", added)),
        (WordChange.REMOVED, removed, ngettext("%(num)s removed", "%(num)s removed", removed)),
        (WordChange.MOVED, moved, ngettext("%(num)s moved here", "%(num)s moved here", moved)),
    ]


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
    numbers: dict[WordChange, int] = {}
    for (kind, _form), number in summary_in_numbers(section).items():
        numbers[kind] = numbers.get(kind, 0) + number
    return tags + [(kind.value, words) for kind, n, words in _counted(numbers) if n]
