"""The rows of the response matrix, read in batches, so that memory does not grow with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import Session

from feedback_app.comments.letter_models import DuplicateGroup, GroupPoint
from feedback_app.comments.models import Anchor, Comment, CommentVersion, Point, words_of_point
from feedback_app.comments.queries import shown_facts, titles_in, titles_of, visible_to
from feedback_app.comments.sight import text_reaches_department
from feedback_app.core.orm import alias
from feedback_app.curricula.models import RevisionState, Section
from feedback_app.exchange.matrix import Row, row_check, state_check
from feedback_app.policy import Actor
from feedback_app.rounds.queries import RoundRow
from feedback_app.triage import services
from feedback_app.triage.board_models import BoardRow
from feedback_app.triage.models import PROMISES, Disposition
from feedback_app.triage.once_more import was_answered_twice
from feedback_app.triage.promises import Tie, ties_of
from feedback_app.triage.queries import Later, is_active, verdicts_on
from feedback_app.triage.theme_models import Theme, ThemePoint
from feedback_app.triage.tokens import token_of

BATCH = 400
"""Comments at a time: fewer than any database takes values in one statement."""


Words = alias(CommentVersion)
"""The newest wording; a passage keeps the one in which it was marked."""


class Known(NamedTuple):
    """A row, with what writing an answer to its point needs to know."""

    cells: Row
    point_id: str
    based_on: str
    asks: bool
    is_answered_twice: bool


class MatrixRows:
    """The points of a round that the department reads, in the order in which they came.

    Whoever asks has been asked for `READ_ANSWERS`: answers stand here before they are public.
    Language and channel are told by rule 10, though the board shows them: a file travels.
    """

    def __init__(
        self, session: Session, round_: RoundRow, viewer: Actor, *, base_url: str
    ) -> None:
        self.session, self.round_, self.viewer = session, round_, viewer
        self.base_url = base_url.rstrip("/")
        self.zone = ZoneInfo(round_.time_zone)
        self.languages, self.channels = shown_facts(session, round_)
        self.titles = titles_of(session, round_.revision_id)
        self._later: dict[tuple[int, str], tuple[str, str]] = {}
        self._covered: dict[tuple[int, str], str] = {}

    def __iter__(self) -> Iterator[Row]:
        after: tuple[datetime, int] | None = None
        while True:
            ids, after = self._ids(after)
            if after is None:
                return
            for known in self._rows(ids):
                yield known.cells

    def of_comments(self, comment_ids: Sequence[int]) -> list[Known]:
        """Those of some comments alone."""
        return list(self._rows(comment_ids))

    def _ids(
        self, after: tuple[datetime, int] | None
    ) -> tuple[list[int], tuple[datetime, int] | None]:
        query = select(Comment.submitted_at, Comment.id).where(
            Comment.round_id == self.round_.id,
            Comment.parent_id.is_(None),
            text_reaches_department(),
            visible_to(self.viewer),
        )
        if after is not None:
            kinds = [Comment.submitted_at.type, Comment.id.type]
            place = tuple_(Comment.submitted_at, Comment.id)
            query = query.where(place > tuple_(*after, types=kinds))
        rows = self.session.execute(
            query.order_by(Comment.submitted_at, Comment.id).limit(BATCH)
        ).all()
        if not rows:
            return [], None
        return [row.id for row in rows], (rows[-1].submitted_at, rows[-1].id)

    def _rows(self, comment_ids: Sequence[int]) -> Iterator[Known]:
        found = self.session.execute(_points(comment_ids)).all()
        points = [row.point_id for row in found]
        promising = [row.disposition_id for row in found if row.outcome in PROMISES]
        themes = self._themes(points)
        ties = ties_of(
            self.session,
            promising,
            zones={self.round_.curriculum_id: self.round_.time_zone},
        )
        letters = self._letters(points)
        verdicts = verdicts_on(self.session, comment_ids)
        self._look_up(found, ties)
        parts: dict[int, int] = defaultdict(int)
        for row in found:
            parts[row.comment_row] += 1
            said = verdicts.get(row.comment_row)
            verdict = ("yes" if said.is_satisfied else "no") if said else ""
            kept = [
                tie
                for tie in ties.get(row.disposition_id or 0, ())
                if tie.state is RevisionState.PUBLISHED
            ]
            cells = self._said(row, parts[row.comment_row])
            cells |= self._answered(row, kept) | {
                "theme": "\n".join(themes.get(row.point_id, ())),
                "verdict": verdict,
            }
            cells |= letters.get(row.point_id, {})
            cells["row_check"] = row_check(
                state_check(
                    *(row.point_public_id, row.version_number, row.body, row.suggested_wording),
                    *(row.section_key, row.disposition_public_id, row.confirmed_as),
                    *(row.published_at is not None, cells["theme"]),
                ),
                cells,
            )
            suggests = row.kind in services.ASKING or bool(row.suggested_wording)
            yield Known(
                cells,
                row.point_public_id,
                token_of(row.version_number, row.salt, row.disposition_public_id),
                row.start is None and suggests,
                bool(row.is_answered_twice),
            )

    def _said(self, row: Any, part: int) -> Row:
        number, title = self.titles.get(row.section_key or "", ("", ""))
        about = self.round_
        body = row.body if row.start is None else row.body[row.start : row.end]
        return {
            "comment_id": row.comment_id,
            "point": str(part) if row.start is not None else "",
            "round": about.slug,
            "host": about.host_slug,
            "curriculum": about.curriculum_slug,
            "revision": str(about.revision_number),
            "section_key": row.section_key or "",
            "section_number": number,
            "section_title": title,
            "quote": row.quote or "",
            "comment": body,
            "suggested_wording": row.suggested_wording or "",
            "kind": row.kind.value if row.kind else "",
            "channel": row.channel.value if row.channel in self.channels else "",
            "language": row.language if row.language in self.languages else "",
            "submitted_on": self._day(row.submitted_at),
            "appears_as": row.name or "",
            "endorsements": str(row.endorsements),
            "work_state": row.work.value if row.work else "",
            "comment_url": f"{self.base_url}/comments/{row.comment_id}",
        }

    def _answered(self, row: Any, kept: Sequence[Tie]) -> Row:
        if row.disposition_id is None:
            return {}
        places = [self._later.get((tie.revision_id, tie.section_key)) for tie in kept]
        course = f"{self.base_url}/curricula/{self.round_.curriculum_slug}/revisions"
        return {
            "disposition": row.outcome.value,
            "reason_code": row.reason.value if row.reason else "",
            "rationale": row.rationale,
            "adopted_in_revision": _lines(str(tie.number) for tie in kept),
            "changed_sections": _lines(" ".join(place) for place in places if place),
            "change_url": _lines(f"{course}/{tie.number}/changes#{tie.place}" for tie in kept),
            "decided_on": self._day(row.decided_at),
            "reason_detail": row.reason_detail,
            "due_on": row.due_on.isoformat() if row.due_on else "",
            "referred_to": row.referred_to,
            "covered_section": row.covered_section_key or "",
            "covered_words": self._words(row),
            "office": row.office,
            "authority": row.authority,
            "answer_language": row.answer_language,
            "translation": row.translation,
            "evidence_url": row.evidence_url,
            "evidence_title": row.evidence_title,
        }

    def _words(self, row: Any) -> str:
        if row.covered_start is None:
            return ""
        text = self._covered.get((row.covered_revision_id, row.covered_section_key), "")
        return text[row.covered_start : row.covered_end]

    def _day(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).date().isoformat()

    def _themes(self, point_ids: Sequence[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        rows = self.session.execute(
            select(ThemePoint.point_id, Theme.title)
            .join(Theme, Theme.id == ThemePoint.theme_id)
            .where(ThemePoint.point_id.in_(point_ids), Theme.ended_at.is_(None))
            .order_by(Theme.title)
        )
        for point_id, title in rows:
            found[point_id].append(title)
        return found

    def _letters(self, point_ids: Sequence[int]) -> dict[int, Row]:
        """The letter that a point belongs to, and how many that are read here sent it."""
        named = dict(
            self.session.execute(
                select(GroupPoint.point_id, DuplicateGroup.public_id)
                .join(DuplicateGroup, DuplicateGroup.id == GroupPoint.group_id)
                .where(
                    GroupPoint.point_id.in_(point_ids),
                    GroupPoint.left_at.is_(None),
                    DuplicateGroup.ended_at.is_(None),
                )
            ).all()
        )
        if not named:
            return {}
        sizes = dict(
            self.session.execute(
                select(DuplicateGroup.public_id, func.count())
                .join(GroupPoint, GroupPoint.group_id == DuplicateGroup.id)
                .join(Point, Point.id == GroupPoint.point_id)
                .join(Comment, Comment.id == Point.comment_id)
                .where(
                    DuplicateGroup.public_id.in_(set(named.values())),
                    GroupPoint.left_at.is_(None),
                    is_active(),
                )
                .group_by(DuplicateGroup.public_id)
            ).all()
        )
        return {
            point_id: {"duplicate_group": group, "group_size": str(sizes.get(group, 0))}
            for point_id, group in named.items()
            if sizes.get(group, 0) > 1
        }

    def _look_up(self, rows: Sequence[Any], ties: Mapping[int, Sequence[Tie]]) -> None:
        """Names of sections in later versions and texts that answers point at, each once."""
        known = {revision for revision, _key in self._later}
        named = {tie.revision_id for each in ties.values() for tie in each}
        self._later |= titles_in(self.session, sorted(named - known))
        wanted = {
            (row.covered_revision_id, row.covered_section_key)
            for row in rows
            if row.covered_start is not None
        } - self._covered.keys()
        for revision_id, key in sorted(wanted):
            text = self.session.scalar(
                select(Section.text).where(
                    Section.revision_id == revision_id, Section.key == key
                )
            )
            self._covered[revision_id, key] = text or ""


def _lines(pieces: Iterator[str]) -> str:
    return "\n".join(dict.fromkeys(pieces))


def _points(comment_ids: Sequence[int]) -> Any:
    newest = select(func.max(Later.id)).where(Later.point_id == Point.id).scalar_subquery()
    return (
        select(
            Point.id.label("point_id"),
            Point.public_id.label("point_public_id"),
            Point.start,
            Point.end,
            Comment.id.label("comment_row"),
            Comment.public_id.label("comment_id"),
            Comment.section_key,
            Comment.display_name.label("name"),
            Comment.kind,
            Comment.channel,
            Comment.language,
            Comment.submitted_at,
            Comment.version_number,
            Comment.endorsements_count.label("endorsements"),
            CommentVersion.body,
            CommentVersion.suggested_wording,
            Words.salt,
            Anchor.exact.label("quote"),
            BoardRow.work,
            Disposition.id.label("disposition_id"),
            Disposition.public_id.label("disposition_public_id"),
            Disposition.outcome,
            Disposition.reason,
            Disposition.reason_detail,
            Disposition.rationale,
            Disposition.language.label("answer_language"),
            Disposition.translation,
            Disposition.evidence_url,
            Disposition.evidence_title,
            was_answered_twice().label("is_answered_twice"),
            Disposition.office,
            Disposition.authority,
            Disposition.due_on,
            Disposition.referred_to,
            Disposition.covered_revision_id,
            Disposition.covered_section_key,
            Disposition.covered_start,
            Disposition.covered_end,
            Disposition.decided_at,
            Disposition.confirmed_as,
            Disposition.published_at,
        )
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentVersion, words_of_point())
        .join(
            Words,
            and_(Words.comment_id == Comment.id, Words.number == Comment.version_number),
        )
        .outerjoin(Anchor, Anchor.comment_id == Comment.id)
        .outerjoin(BoardRow, BoardRow.point_id == Point.id)
        .outerjoin(
            Disposition, and_(Disposition.point_id == Point.id, Disposition.id == newest)
        )
        .where(Comment.id.in_(comment_ids), is_active())
        .order_by(Comment.submitted_at, Comment.id, Point.start, Point.number)
    )
