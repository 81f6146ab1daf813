"""To how many comments one and the same answer was given at once, as everybody may know."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Select, and_, func, select

from feedback_app.comments.models import Comment, Point
from feedback_app.comments.sight import counted
from feedback_app.core.orm import alias
from feedback_app.triage.bulk_models import BulkPoint
from feedback_app.triage.letter_models import GroupAnswer
from feedback_app.triage.models import Disposition
from feedback_app.triage.theme_models import ThemeAnswer

_Mine = alias(Disposition)
_Row, _Subject, _Letter = alias(BulkPoint), alias(ThemeAnswer), alias(GroupAnswer)


def was_at_once() -> ColumnElement[bool]:
    """That an answer was given by an act for many, beside subject and letter."""
    return (
        select(_Row.act_id)
        .where(_Row.point_id == Disposition.point_id, _Row.made == Disposition.public_id)
        .correlate(Disposition)
        .exists()
    )


def shared_rows(answer_ids: Collection[int]) -> list[Select[int, int]]:
    """(answer, how many comments have the same one) by the same subject, letter and act.

    Counted are comments, as elsewhere: none that is gone, waits or came late; neither who
    agrees nor who signed.
    """
    return [way(answer_ids) for way in (_by_subject, _by_letter, _by_act)]


def at_least_two(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    """An answer to one comment alone is not in it."""
    return {id_: number for id_, number in rows if number > 1}


def _others() -> Select[int, int]:
    return select(_Mine.id, func.count(func.distinct(Comment.id))).select_from(_Mine)


def _to_comments(query: Select[int, int], answer_ids: Collection[int]) -> Select[int, int]:
    return (
        query.join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(_Mine.id.in_(answer_ids), Disposition.published_at.is_not(None), counted())
        .group_by(_Mine.id)
    )


def _same() -> ColumnElement[bool]:
    """Those of one subject or letter may have been answered at different times."""
    return and_(Disposition.outcome == _Mine.outcome, Disposition.rationale == _Mine.rationale)


def _by_subject(answer_ids: Collection[int]) -> Select[int, int]:
    query = (
        _others()
        .join(_Subject, _Subject.disposition_id == _Mine.id)
        .join(ThemeAnswer, ThemeAnswer.theme_id == _Subject.theme_id)
        .join(Disposition, and_(Disposition.id == ThemeAnswer.disposition_id, _same()))
    )
    return _to_comments(query, answer_ids)


def _by_letter(answer_ids: Collection[int]) -> Select[int, int]:
    query = (
        _others()
        .join(_Letter, _Letter.disposition_id == _Mine.id)
        .join(GroupAnswer, GroupAnswer.group_id == _Letter.group_id)
        .join(Disposition, and_(Disposition.id == GroupAnswer.disposition_id, _same()))
    )
    return _to_comments(query, answer_ids)


def _by_act(answer_ids: Collection[int]) -> Select[int, int]:
    query = (
        _others()
        .join(_Row, and_(_Row.point_id == _Mine.point_id, _Row.made == _Mine.public_id))
        .join(BulkPoint, BulkPoint.act_id == _Row.act_id)
        .join(
            Disposition,
            and_(
                Disposition.point_id == BulkPoint.point_id,
                Disposition.public_id == BulkPoint.made,
            ),
        )
    )
    return _to_comments(query, answer_ids)
