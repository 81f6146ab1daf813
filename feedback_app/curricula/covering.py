"""Taking words of a published text out of view: what every stored copy says afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import column, select, table, update
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.html import SIGN, cover, cover_words, render
from feedback_app.core.i18n import N_
from feedback_app.core.orm import new_salt
from feedback_app.curricula.comparison import occurs_once
from feedback_app.curricula.covering_models import CoveredPassage, CoverEnding, CoverGround
from feedback_app.curricula.covering_queries import waiting_for
from feedback_app.curricula.models import Change, RevisionPair, Section
from feedback_app.curricula.redline import Op
from feedback_app.curricula.wordings import as_markdown
from feedback_app.log.services import append, commitment
from feedback_app.policy import Actor, Permission, require

Span = tuple[int, int]


class NoWordsChosen(Invalid):
    message = N_("Choose the words that are to be taken out of view.")
    field = "words"


class CoverNoteMissing(Invalid):
    message = N_("Say in a sentence why. Everybody will read it.")
    field = "note"


class SamePerson(Invalid):
    message = N_("You proposed this yourself. A second person has to agree.")


class CoverWaits(Conflict):
    message = N_("Something of this section waits for a second person already.")


class CoverDone(Conflict):
    message = N_("These words are out of view already.")


class CoverEnded(Conflict):
    message = N_("This proposal has ended. The words stay where they are.")


def propose_cover(
    session: Session,
    section: Section,
    *,
    actor: Actor,
    span: Span,
    ground: CoverGround,
    note: str,
) -> CoveredPassage:
    """Ask a second person; until then everybody reads the words as before."""
    revision = section.revision
    actor = require(actor, Permission.TAKE_OUT_OF_VIEW, revision)
    if not revision.is_public:
        raise NotFound
    session.execute(select(Section.id).where(Section.id == section.id).with_for_update())
    if waiting_for(session, revision, section.key) is not None:
        raise CoverWaits
    start, end = span
    passage = section.text[start:end] if 0 <= start < end <= len(section.text) else ""
    if not passage.replace(SIGN, "").strip():
        raise NoWordsChosen
    if not note.strip():
        raise CoverNoteMissing
    salt = new_salt()
    proposed = CoveredPassage(
        revision=revision,
        section_key=section.key,
        start=start,
        end=end,
        ground=ground,
        note=note.strip(),
        salt=salt,
        text_hash=commitment(salt, passage),
        proposed_by_id=actor.account_id,
        organization_id=actor.hat.organization_id if actor.hat else None,
    )
    session.add(proposed)
    session.flush()
    _log(session, "passage.proposed_out_of_view", proposed, actor)
    return proposed


def confirm_cover(session: Session, proposed: CoveredPassage, *, actor: Actor) -> None:
    """The second person agrees: the words leave every stored copy and are sealed."""
    revision = proposed.revision
    actor = require(actor, Permission.TAKE_OUT_OF_VIEW, revision)
    session.refresh(proposed, with_for_update=True)
    _check_waits(proposed)
    if proposed.proposed_by_id == actor.account_id:
        raise SamePerson
    section = session.scalars(
        select(Section).where(
            Section.revision_id == revision.id, Section.key == proposed.section_key
        )
    ).one()
    proposed.confirmed_at, proposed.confirmed_by_id = clock.now(), actor.account_id
    proposed.sealed_source, proposed.sealed_html = section.source, section.html
    proposed.sealed_text = section.text
    session.flush()  # the triggers let the copies change only now
    span = proposed.start, proposed.end
    section.source = cover_source(section.source, section.text, span)
    section.html = cover(section.html, *span)
    section.text = cover_words(section.text, *span)
    session.flush()
    _cover_quotes(session, section)
    _cover_taken_out(session, section, span)
    _cover_drawings(session, section, span)
    _log(session, "passage.taken_out_of_view", proposed, actor)


def end_cover(session: Session, proposed: CoveredPassage, *, actor: Actor) -> None:
    """Whoever proposed it takes it back, anybody else refuses it; the words stay in view."""
    actor = require(actor, Permission.TAKE_OUT_OF_VIEW, proposed.revision)
    session.refresh(proposed, with_for_update=True)
    _check_waits(proposed)
    is_own = proposed.proposed_by_id == actor.account_id
    ending = CoverEnding.TAKEN_BACK if is_own else CoverEnding.REFUSED
    proposed.ended_at, proposed.ended_how = clock.now(), ending
    session.flush()
    _log(session, "passage.proposal_ended", proposed, actor, ending=ending.value)


def _check_waits(proposed: CoveredPassage) -> None:
    if proposed.confirmed_at is not None:
        raise CoverDone
    if proposed.ended_at is not None:
        raise CoverEnded


def _log(
    session: Session, kind: str, proposed: CoveredPassage, actor: Actor, **facts: str
) -> None:
    append(
        session,
        actor=actor,
        kind=kind,
        subject=proposed.revision,
        parents=[proposed.revision.curriculum],
        facts={
            "number": proposed.revision.number,
            "section_key": proposed.section_key,
            "ground": proposed.ground.value,
            **facts,
        },
        commitments={"passage": proposed.text_hash},
    )


def cover_source(source: str, text: str, span: Span) -> str:
    """The Markdown without the words.

    Where they stand in it once and literally, they alone are covered. Where they do not (bold
    words, a link, a table), the whole source becomes the covered plain text: what a writer
    typed around them is lost to exports as Markdown, and nothing can slip through.
    """
    start, end = span
    covered = cover_words(text, start, end)
    at = occurs_once(source, text[start:end])
    if at is not None:
        found = cover_words(source, at, at + end - start)
        if render(found).text == covered:
            return found
    return "\n\n".join(as_markdown(part) for part in covered.split("\n\n"))


def cover_drawing(drawing: Mapping[str, Any], key: str, span: Span, side: Op) -> dict[str, Any]:
    """A stored comparison (`redline.to_json`) with the words covered on one of its sides.

    `side` is `REMOVED` where the text is the older one, `ADDED` where it is the newer one.
    """
    return {
        **drawing,
        "sections": [
            {
                **section,
                "blocks": [
                    _cover_block(block, section, key, span, side) for block in section["blocks"]
                ],
            }
            for section in drawing["sections"]
        ],
    }


def _cover_block(
    block: Sequence[Any], section: Mapping[str, Any], key: str, span: Span, side: Op
) -> list[Any]:
    kind, form, runs, old_break, new_break, came_from, goes_to, *layouts = block
    is_old = side is Op.REMOVED
    home = (came_from if is_old else None) or section["old" if is_old else "new"][0]
    if home != key or (goes_to and not is_old):
        return list(block)
    runs = [_cover_run(run, span, is_old) for run in runs]
    layouts = [_unlink(layout, span) for layout in layouts]
    return [kind, form, runs, old_break, new_break, came_from, goes_to, *layouts]


def _cover_run(run: Sequence[Any], span: Span, is_old: bool) -> list[Any]:
    op, text, hunk, *spans = run
    if op == (Op.ADDED if is_old else Op.REMOVED):
        return list(run)
    at = spans[0] if is_old else spans[2]
    return [op, cover_words(text, max(span[0] - at, 0), max(span[1] - at, 0)), hunk, *spans]


def _unlink(layout: Sequence[Any] | None, span: Span) -> list[Any] | None:
    """No link keeps the address of words that are covered."""
    if layout is None:
        return None
    path, leaf, marks = layout
    kept = [
        [*mark[:3], ""] if mark[0] < span[1] and mark[1] > span[0] else mark for mark in marks
    ]
    return [path, leaf, kept]


def _cover_drawings(session: Session, section: Section, span: Span) -> None:
    here = section.revision_id
    found = select(Change).where((Change.revision_id == here) | (Change.base_id == here))
    pairs = select(RevisionPair).where(
        (RevisionPair.revision_id == here) | (RevisionPair.base_id == here)
    )
    rows: list[Change | RevisionPair] = [*session.scalars(found), *session.scalars(pairs)]
    for row in rows:
        side = Op.ADDED if row.revision_id == here else Op.REMOVED
        drawn = row.drawing
        if "changes" in drawn:
            covered: dict[str, Any] = {
                "changes": [
                    [position, cover_drawing(one, section.key, span, side)]
                    for position, one in drawn["changes"]
                ]
            }
        else:
            covered = cover_drawing(drawn, section.key, span, side)
        if covered != drawn:
            row.drawing = covered
    session.flush()


_PLACE = ("id", "revision_id", "section_key")
_anchors = table(
    "anchors", *map(column, (*_PLACE, "start", "end", "exact", "prefix", "suffix"))
)
_adoptions = table("adoptions", *map(column, (*_PLACE, "start", "end", "hunk", "exact")))
_causes = table("causes", *map(column, (*_PLACE, "hunk", "excerpt")))


def _cover_quotes(session: Session, section: Section) -> None:
    """Quotes are cut anew from the covered text; their features come later in the order, so
    that their tables are asked by name.

    A cause holds words without their place: all of its excerpt goes, which no page shows.
    """
    text = section.text

    def rows(of: Any) -> Sequence[Any]:
        here = of.c.revision_id == section.revision_id, of.c.section_key == section.key
        return session.execute(select(of).where(*here)).all()

    for row in rows(_anchors):
        before = text[: row.start]
        _set(
            session,
            _anchors,
            row.id,
            exact=text[row.start : row.end],
            prefix=before[len(before) - len(row.prefix) :],
            suffix=text[row.end : row.end + len(row.suffix)],
        )
    for row in rows(_adoptions):
        if row.start < row.end:
            _set(session, _adoptions, row.id, exact=text[row.start : row.end])
    for row in rows(_causes):
        _set(session, _causes, row.id, excerpt=_shade(row.excerpt))


def _cover_taken_out(session: Session, section: Section, span: Span) -> None:
    """Where the next version left these words out, what was tied to that quotes them, too."""
    later = session.scalars(
        select(Change).where(
            Change.base_id == section.revision_id, Change.section_key == section.key
        )
    )
    for change in later:
        spans = {hunk["number"]: (hunk["old_start"], hunk["old_end"]) for hunk in change.hunks}
        for of, name in ((_adoptions, "exact"), (_causes, "excerpt")):
            here = (
                of.c.revision_id == change.revision_id,
                of.c.section_key == change.section_key,
            )
            for row in session.execute(select(of).where(*here)).all():
                if of is _adoptions and row.start < row.end:
                    continue
                start, end = spans.get(row.hunk, span)
                if start < span[1] and end > span[0]:
                    _set(session, of, row.id, **{name: _shade(getattr(row, name))})


def _shade(words: str) -> str:
    return cover_words(words, 0, len(words))


def _set(session: Session, of: Any, row_id: int, **values: str) -> None:
    session.execute(update(of).where(of.c.id == row_id).values(values))
