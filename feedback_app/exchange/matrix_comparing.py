"""What a matrix that came back would change here: row by row, with its faults and conflicts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment
from feedback_app.comments.queries import titles_of, visible_to
from feedback_app.core.errors import Invalid
from feedback_app.core.folding import name_key
from feedback_app.core.i18n import N_
from feedback_app.core.jobs import Report
from feedback_app.exchange.matrix import BACK, Row, cells_check, plain
from feedback_app.exchange.matrix_rows import BATCH, Known, MatrixRows
from feedback_app.policy import Actor
from feedback_app.rounds.models import Round
from feedback_app.rounds.queries import RoundRow
from feedback_app.triage import rules, services
from feedback_app.triage.evidence import LONGEST_TITLE as LONGEST_LINK
from feedback_app.triage.evidence import broken_evidence
from feedback_app.triage.models import Outcome, Reason
from feedback_app.triage.queries import last_signature
from feedback_app.triage.wording import OUTCOME_LABELS, REASON_LABELS

NOBODYS = N_("This comment is not in this comment period, or cannot be read any more.")
WHICH_POINT = N_("This comment asks for several things: say which with 1, 2 …")
TWICE = N_("The same comment stands in an earlier row of this file.")
NO_CHECK = N_("Without its check we cannot tell whether the comment changed. Export anew.")
NO_OUTCOME = N_("This is none of the answers that the second sheet lists.")
NO_REASON = N_("This is none of the reasons that the second sheet lists.")
NO_DAY = N_("The day is not written like 2026-12-31.")
NO_LANGUAGE = N_("The language is not a code like en or es.")
STAYS = N_("An answer stays on record: give another one instead of emptying the cell.")
CHOOSE = N_("Choose an answer.")
TOO_LONG = N_("This is too long for its place.")
NO_YES = N_("Write yes, or leave the cell empty.")
TWICE_ANSWERED = N_(
    "This was answered once more already. Only a correction may follow: write yes in "
    "“corrects” if it is one."
)
NO_OTHER_LANGUAGE = N_("A translation goes with an answer in English or Spanish.")

LONGEST = {"rationale": 4000, "reason_detail": 1000, "referred_to": 200, "office": 160}
LONGEST |= {"authority": 300, "covered_words": 5000, "theme": 4000}
LONGEST |= {"translation": 4000, "evidence_title": LONGEST_LINK}
LONGEST_TITLE = 120
ANSWER = tuple(name for name in BACK if name not in ("theme", "corrects"))
_YES = frozenset({"yes", "y", "x", "1", "true", "si", "sí"})
_COLUMN_OF = {"outcome": "disposition", "reason": "reason_code"}
_DAY_ZERO = date(1899, 12, 30)
_OTHER = {
    "accepted": Outcome.ADOPTED,
    "acceptedwithchanges": Outcome.ADOPTED_WITH_CHANGES,
    "acceptedinpart": Outcome.ADOPTED_IN_PART,
    "partlyadopted": Outcome.ADOPTED_IN_PART,
    "rejected": Outcome.NOT_ADOPTED,
}


@dataclass(frozen=True)
class Fault:
    """`reason` is a msgid; `line` the row in the file."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class RowChange:
    """One row that would be taken in; `before` holds what its changed cells say here."""

    line: int
    comment_id: str
    point: str
    point_id: str
    based_on: str
    said: str
    before: dict[str, str]
    after: dict[str, str]
    answers: bool
    themes: list[str] | None


@dataclass
class Plan:
    rows: int = 0
    untouched: int = 0
    changes: list[RowChange] = field(default_factory=list)
    conflicts: list[Fault] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Plan:
        return cls(
            rows=told["rows"],
            untouched=told["untouched"],
            changes=[RowChange(**each) for each in told["changes"]],
            conflicts=[Fault(**each) for each in told["conflicts"]],
            faults=[Fault(**each) for each in told["faults"]],
        )


CONFLICT = N_("Somebody changed this comment or its answer here since the export.")


class _Fault(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


Given = tuple[int, dict[str, str]]


def compare_matrix(
    session: Session,
    round_: Round,
    row: RoundRow,
    *,
    actor: Actor,
    rows: Sequence[tuple[int, Sequence[str]]],
    mapping: Mapping[str, int],
    report: Report | None = None,
) -> Plan:
    """Look at every row; nothing is changed by it. A row that nobody touched is left alone."""
    plan = Plan(rows=len(rows))
    judge = _Judge(session, round_, actor)
    known_rows = MatrixRows(session, row, actor, base_url="")
    first: dict[tuple[str, str], int] = {}
    for batch in _batches(rows, mapping):
        known = _known(session, round_, actor, known_rows, batch)
        for line, cells in batch:
            try:
                here = _find(known, cells)
                if (
                    first.setdefault((here.cells["comment_id"], here.cells["point"]), line)
                    != line
                ):
                    raise _Fault("comment_id", TWICE)
                change = judge.change(line, cells, here, mapping)
            except _Fault as fault:
                plan.faults.append(Fault(line, fault.column, fault.reason))
            else:
                if change is None:
                    plan.untouched += 1
                elif isinstance(change, Fault):
                    plan.conflicts.append(change)
                else:
                    plan.changes.append(change)
        if report is not None:
            report(batch[-1][0], rows[-1][0])
    return plan


def _batches(
    rows: Sequence[tuple[int, Sequence[str]]], mapping: Mapping[str, int]
) -> Iterator[list[Given]]:
    for at in range(0, len(rows), BATCH):
        yield [
            (line, {n: row[place] if place < len(row) else "" for n, place in mapping.items()})
            for line, row in rows[at : at + BATCH]
        ]


def _known(
    session: Session,
    round_: Round,
    actor: Actor,
    matrix: MatrixRows,
    batch: Sequence[Given],
) -> dict[str, list[Known]]:
    named = {cells.get("comment_id", "").strip().lower() for _line, cells in batch}
    ids = session.scalars(
        select(Comment.id).where(
            Comment.round_id == round_.id, Comment.public_id.in_(named), visible_to(actor)
        )
    ).all()
    found: dict[str, list[Known]] = {}
    for each in matrix.of_comments(ids):
        found.setdefault(each.cells["comment_id"], []).append(each)
    return found


def _find(known: Mapping[str, Sequence[Known]], cells: Mapping[str, str]) -> Known:
    points = known.get(cells.get("comment_id", "").strip().lower())
    if not points:
        raise _Fault("comment_id", NOBODYS)
    number = cells.get("point", "").strip().removesuffix(".0")
    if len(points) == 1 and number in ("", "1"):
        return points[0]
    found = next((p for p in points if p.cells["point"] == number and number), None)
    if found is None:
        raise _Fault("point", WHICH_POINT)
    return found


class _Judge:
    """Holds one row against what stands here, and against the rules of an answer."""

    def __init__(self, session: Session, round_: Round, actor: Actor) -> None:
        self.session, self.round_ = session, round_
        office, authority = last_signature(session, actor.account_id, round_.department_id)
        self.office, self.authority = office or round_.department.name, authority
        self.places: dict[str, str] = {}
        for key, (number, title) in titles_of(session, round_.revision_id).items():
            self.places |= {title.casefold(): key, number: key}
        self.places |= {key: key for key in self.places.values()}

    def change(
        self, line: int, given: Mapping[str, str], here: Known, mapping: Mapping[str, int]
    ) -> RowChange | Fault | None:
        """What saving would do; `None` for an untouched row, a `Fault` for a conflict."""
        now = {name: plain(here.cells.get(name, "")) for name in BACK}
        cells = {n: plain(given[n]) if n in mapping else now[n] for n in BACK}
        state, _, out = plain(given.get("row_check", "")).partition("-")
        if out and cells_check(cells) == out:
            return None
        if cells == now:
            return None
        if not out:
            raise _Fault("row_check", NO_CHECK)
        if state != here.cells["row_check"].partition("-")[0]:
            return Fault(line, "comment_id", CONFLICT)
        for name, most in LONGEST.items():
            if len(cells[name]) > most:
                raise _Fault(name, TOO_LONG)
        themes = self._themes(cells["theme"], now["theme"])
        after = self._read(cells)
        if (
            after["rationale"] != now["rationale"]
            and after["translation"] == now["translation"]
        ):
            after["translation"] = ""  # it says the reason that was
        answers = any(after[name] != now[name] for name in ANSWER)
        if answers:
            self._check(after, now, here)
        changed = [name for name in ANSWER if answers and after[name] != now[name]]
        if themes is not None:
            changed.insert(0, "theme")
            after["theme"] = "\n".join(themes)
        if not changed:
            return None
        return RowChange(
            line=line,
            comment_id=here.cells["comment_id"],
            point=here.cells["point"],
            point_id=here.point_id,
            based_on=here.based_on,
            said=" ".join(here.cells["comment"].split())[:160],
            before={name: now[name] for name in changed},
            after=after if answers else {"theme": after["theme"]},
            answers=answers,
            themes=themes,
        )

    def _themes(self, cell: str, now: str) -> list[str] | None:
        """The subjects of a changed cell, one in each line or behind a semicolon."""
        standing = {name_key(title) for title in now.split("\n") if title}
        titles: dict[str, str] = {}
        for line in cell.split("\n"):
            whole = " ".join(line.split())
            pieces = [whole] if name_key(whole) in standing else whole.split(";")
            for title in (" ".join(piece.split()) for piece in pieces):
                if len(title) > LONGEST_TITLE:
                    raise _Fault("theme", TOO_LONG)
                if title:
                    titles.setdefault(name_key(title), title)
        return None if titles.keys() == standing else list(titles.values())

    def _read(self, cells: Mapping[str, str]) -> Row:
        """The cells in the site's own words."""
        read = dict(cells)
        if cells["disposition"]:
            outcome = _OUTCOMES.get(_folded(cells["disposition"]))
            if outcome is None:
                raise _Fault("disposition", NO_OUTCOME)
            read["disposition"] = outcome.value
        if cells["reason_code"]:
            reason = _REASONS.get(_folded(cells["reason_code"]))
            if reason is None:
                raise _Fault("reason_code", NO_REASON)
            read["reason_code"] = reason.value
        if cells["due_on"]:
            read["due_on"] = _day(cells["due_on"]).isoformat()
        if cells["covered_section"]:
            place = cells["covered_section"].casefold()
            read["covered_section"] = self.places.get(place, cells["covered_section"])
        if cells["answer_language"]:
            read["answer_language"] = cells["answer_language"].lower()
        if cells["corrects"]:
            if cells["corrects"].casefold() not in _YES:
                raise _Fault("corrects", NO_YES)
            read["corrects"] = "yes"
        return read

    def _check(self, after: Row, now: Mapping[str, str], here: Known) -> None:
        """All that `record_disposition` would refuse, beside the cell in which it stands."""
        if not after["disposition"]:
            raise _Fault("disposition", STAYS if now["disposition"] else CHOOSE)
        after["office"] = after["office"] or self.office
        after["authority"] = after["authority"] or self.authority
        after["answer_language"] = after["answer_language"] or self.round_.language
        if not re.fullmatch(r"[a-z]{2,3}", after["answer_language"]):
            raise _Fault("answer_language", NO_LANGUAGE)
        if after["translation"] and after["answer_language"] not in services.OTHER_LANGUAGE:
            raise _Fault("translation", NO_OTHER_LANGUAGE)
        if here.is_answered_twice and not after["corrects"]:
            raise _Fault("corrects", TWICE_ANSWERED)
        outcome, reason = Outcome(after["disposition"]), reason_in(after)
        try:
            for broken in services.broken_words(
                after["rationale"], after["office"], after["authority"]
            ):
                raise broken
            for broken in broken_evidence(after["evidence_url"], after["evidence_title"]):
                raise broken
            for broken in services.broken_outcome(
                self.round_.time_zone,
                outcome=outcome,
                reason=reason,
                reason_detail=after["reason_detail"],
                due_on=day_in(after),
                referred_to=after["referred_to"],
            ):
                raise broken
            if outcome is Outcome.NOTED and here.asks:
                raise rules.SomethingWasAsked
            if outcome is Outcome.ALREADY_COVERED:
                services.covered_passage(
                    self.session,
                    self.round_,
                    after["covered_section"],
                    after["covered_words"],
                )
        except Invalid as error:
            at = error.at or "disposition"
            raise _Fault(_COLUMN_OF.get(at, at), error.sentence) from None


def reason_in(cells: Mapping[str, str]) -> Reason | None:
    return Reason(cells["reason_code"]) if cells["reason_code"] else None


def day_in(cells: Mapping[str, str]) -> date | None:
    return date.fromisoformat(cells["due_on"]) if cells["due_on"] else None


def _day(written: str) -> date:
    """A day as ISO 8601, with or without an hour, or as spreadsheets count days."""
    if re.fullmatch(r"\d{5}", written, re.ASCII):
        return _DAY_ZERO + timedelta(days=int(written))
    try:
        return date.fromisoformat(re.split(r"[ T]", written)[0])
    except ValueError:
        raise _Fault("due_on", NO_DAY) from None


def _folded(word: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", word.casefold())


def _words(labels: Mapping[Any, str]) -> dict[str, Any]:
    found = {_folded(label): each for each, label in labels.items()}
    return found | {_folded(each.value): each for each in labels}


_OUTCOMES: dict[str, Outcome] = _OTHER | _words(OUTCOME_LABELS)
_REASONS: dict[str, Reason] = _words(REASON_LABELS)
