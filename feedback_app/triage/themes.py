"""Subjects: made, described, joined and parted by moderators, and answered as a whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments.models import Comment, Point
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.core.folding import named, same_name
from feedback_app.core.orm import new_salt
from feedback_app.log import services as log
from feedback_app.policy import Actor, Permission
from feedback_app.rounds.models import Round
from feedback_app.triage import rules
from feedback_app.triage.queries import is_active
from feedback_app.triage.telling import chunks
from feedback_app.triage.theme_models import Theme, ThemeAnswer, ThemePoint
from feedback_app.triage.together import Answer, Given, LotPoint, answer_lot, lot_points
from feedback_app.triage.tokens import wording_token


def create_theme(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    title: str,
    description: str = "",
    language: str = "en",
    points: Collection[str] = (),
) -> Theme:
    """Begin a subject, with the points (public ids) that belong to it from the start."""
    actor = policy.require(actor, Permission.TRIAGE, round_)
    theme = _new(session, round_, actor, title, description, language)
    added = _add(session, theme, _points_of(session, round_.id, points), actor)
    _log(session, actor, "theme.created", theme, points=added)
    return theme


def describe_theme(
    session: Session,
    theme: Theme,
    *,
    actor: Actor,
    title: str,
    description: str,
    language: str,
    based_on: str | None = None,
) -> Theme:
    """Give it another name or description; what was answered by it stays as it is.

    `based_on` is the `wording_token` of its salt that the writer saw; other words since then
    make these overtaken, the same words are saved already.
    """
    actor, theme = _own(session, theme, actor)
    said = (" ".join(title.split()), description.strip(), language)
    if said == (theme.title, theme.description, theme.language):
        return theme
    if based_on is not None and based_on != wording_token(theme.salt):
        raise rules.SubjectOvertaken
    theme.title = _free_title(session, theme.round_id, title, theme.id)
    theme.description, theme.language = description.strip(), language
    theme.salt = new_salt()
    _log(session, actor, "theme.described", theme)
    return theme


def merge_themes(session: Session, theme: Theme, *, into: Theme, actor: Actor) -> Theme:
    """Make one subject a part of another: its points go over, its address leads there."""
    if into.id == theme.id or into.round_id != theme.round_id:
        raise rules.NotAnotherSubject
    for _theme_id in session.scalars(
        select(Theme.id)
        .where(Theme.id.in_([theme.id, into.id]))
        .order_by(Theme.id)
        .with_for_update()
    ):
        pass  # both held, always in the same order
    actor, theme = _own(session, theme, actor)
    _own(session, into, actor)
    moved = session.scalars(
        select(ThemePoint.point_id).where(ThemePoint.theme_id == theme.id)
    ).all()
    _add(session, into, moved, actor)
    session.execute(delete(ThemePoint).where(ThemePoint.theme_id == theme.id))
    theme.ended_at, theme.merged_into_id = clock.now(), into.id
    _log(session, actor, "theme.merged", theme, into, points=len(moved))
    return into


def split_theme(
    session: Session,
    theme: Theme,
    *,
    actor: Actor,
    title: str,
    points: Collection[str],
    description: str = "",
) -> Theme:
    """Begin a subject of its own with some of the points of this one; here they go out."""
    actor, theme = _own(session, theme, actor)
    chosen = _members(session, theme, points)
    if not chosen:
        raise rules.NothingChosen
    new = _new(session, theme.round, actor, title, description, theme.language)
    _add(session, new, chosen, actor)
    _take_out(session, theme, chosen)
    _log(session, actor, "theme.split", theme, new, points=len(chosen))
    return new


def add_points(session: Session, theme: Theme, *, actor: Actor, points: Collection[str]) -> int:
    """Put points (public ids) of the same round into a subject; how many were not in it yet.

    They get no answer by that, even where the subject was answered before.
    """
    actor, theme = _own(session, theme, actor)
    chosen = _points_of(session, theme.round_id, points)
    if not chosen:
        raise rules.NothingChosen
    added = _add(session, theme, chosen, actor)
    if added:
        _log(session, actor, "theme.points_added", theme, points=added)
    return added


def remove_points(
    session: Session,
    theme: Theme,
    *,
    actor: Actor,
    points: Collection[str],
    ends_unused: bool = False,
) -> int:
    """Take points out of a subject; an answer that they got by it stays theirs.

    `ends_unused` ends it, too, where nothing of it is left.
    """
    actor, theme = _own(session, theme, actor)
    chosen = _members(session, theme, points)
    if not chosen:
        raise rules.NothingChosen
    _take_out(session, theme, chosen)
    ends = ends_unused and not _is_used(session, theme)
    theme.ended_at = clock.now() if ends else None
    kind = "theme.removed" if ends else "theme.points_removed"
    _log(session, actor, kind, theme, points=len(chosen))
    return len(chosen)


def _is_used(session: Session, theme: Theme) -> bool:
    """Whether anything is in it, was answered by it or became a part of it."""
    uses = (
        select(ThemePoint.id).where(ThemePoint.theme_id == theme.id),
        select(ThemeAnswer.disposition_id).where(ThemeAnswer.theme_id == theme.id),
        select(Theme.id).where(Theme.merged_into_id == theme.id),
    )
    return any(session.scalar(use.limit(1)) is not None for use in uses)


def sort_point(session: Session, point: Point, *, actor: Actor, themes: Sequence[Theme]) -> int:
    """Put a point into exactly these subjects of its round; how many of them changed."""
    actor = policy.require(actor, Permission.TRIAGE, point)
    wanted = {theme.id: theme for theme in themes}
    if any(theme.round_id != point.comment.round_id for theme in themes):
        raise NotFound
    standing = {
        theme.id: theme
        for theme in session.scalars(
            select(Theme)
            .join(ThemePoint, ThemePoint.theme_id == Theme.id)
            .where(ThemePoint.point_id == point.id, Theme.ended_at.is_(None))
        )
    }
    for id_ in sorted(wanted.keys() - standing.keys()):
        _add(session, _own(session, wanted[id_], actor)[1], [point.id], actor)
    for id_ in sorted(standing.keys() - wanted.keys()):
        _take_out(session, _own(session, standing[id_], actor)[1], [point.id])
    changed = wanted.keys() ^ standing.keys()
    if changed:
        named = {**wanted, **standing}
        log.append(
            session,
            actor=actor,
            kind="point.sorted",
            subject=point,
            parents=[point.comment, *(named[id_] for id_ in sorted(changed))],
            facts={"subjects": len(wanted)},
        )
    return len(changed)


def answer_theme(
    session: Session,
    theme: Theme,
    *,
    actor: Actor,
    answer: Answer,
    left_out: Collection[str] = (),
    based_on: str | None = None,
) -> Given:
    """Answer every point that is in a subject now and has no answer, but those left out.

    Who joins later gets none by this; who had one keeps it.
    """
    actor, theme = _own(session, theme, actor)
    given = answer_lot(
        session,
        theme.round,
        lot_of(session, theme),
        actor=actor,
        answer=answer,
        left_out=left_out,
        based_on=based_on,
    )
    session.add_all(
        ThemeAnswer(disposition_id=one.id, theme_id=theme.id) for one in given.answers
    )
    log.append(
        session,
        actor=actor,
        kind="theme.answered",
        subject=theme,
        parents=[theme.round],
        facts={"answers": len(given.answers), "left_out": given.left_out},
        commitments={"answers": given.digest},
    )
    return given


def lot_of(session: Session, theme: Theme) -> list[LotPoint]:
    """The points of a subject that may be answered, in the order in which they came."""
    rows = session.execute(
        lot_points()
        .join(ThemePoint, ThemePoint.point_id == Point.id)
        .where(ThemePoint.theme_id == theme.id)
    )
    return [LotPoint(*row) for row in rows]


def _own(session: Session, theme: Theme, actor: Actor) -> tuple[Actor, Theme]:
    """The subject as it stands, held until the act is over."""
    held = session.scalars(
        select(Theme)
        .where(Theme.id == theme.id)
        .with_for_update(of=Theme)
        .execution_options(populate_existing=True)
    ).first()
    if held is None or held.ended_at is not None:
        raise rules.SubjectEnded
    return policy.require(actor, Permission.TRIAGE, held), held


def _new(
    session: Session, round_: Round, actor: Actor, title: str, description: str, language: str
) -> Theme:
    theme = Theme(
        round=round_,
        title=_free_title(session, round_.id, title),
        description=description.strip(),
        language=language,
        made_by_id=actor.account_id,
        made_at=clock.now(),
        salt=new_salt(),
    )
    session.add(theme)
    session.flush()
    return theme


def _free_title(
    session: Session, round_id: int, title: str, theme_id: int | None = None
) -> str:
    title = " ".join(title.split())
    if not title:
        raise rules.TitleMissing
    session.execute(
        select(Round.id).where(Round.id == round_id).with_for_update(key_share=True)
    )
    others = session.execute(
        select(Theme.id, Theme.title).where(
            Theme.round_id == round_id,
            named(Theme.title, title),
            Theme.ended_at.is_(None),
        )
    )
    if any(other.id != theme_id and same_name(other.title, title) for other in others):
        raise rules.TitleTaken
    return title


def _points_of(session: Session, round_id: int, public_ids: Collection[str]) -> list[int]:
    """Ids of these points of this round; one of another round, or gone, is nobody's."""
    found: list[int] = []
    for chunk in chunks(sorted(set(public_ids))):
        found += session.scalars(
            select(Point.id)
            .join(Comment, Comment.id == Point.comment_id)
            .where(Point.public_id.in_(chunk), Comment.round_id == round_id, is_active())
        )
    if len(found) != len(set(public_ids)):
        raise NotFound
    return found


def _members(session: Session, theme: Theme, public_ids: Collection[str]) -> list[int]:
    found: list[int] = []
    for chunk in chunks(sorted(set(public_ids))):
        found += session.scalars(
            select(ThemePoint.point_id)
            .join(Point, Point.id == ThemePoint.point_id)
            .where(ThemePoint.theme_id == theme.id, Point.public_id.in_(chunk))
        )
    return found


def _add(session: Session, theme: Theme, point_ids: Sequence[int], actor: Actor) -> int:
    there: set[int] = set()
    for chunk in chunks(point_ids):
        there.update(
            session.scalars(
                select(ThemePoint.point_id).where(
                    ThemePoint.theme_id == theme.id, ThemePoint.point_id.in_(chunk)
                )
            )
        )
    at = clock.now()
    new = [id_ for id_ in dict.fromkeys(point_ids) if id_ not in there]
    session.add_all(
        ThemePoint(theme_id=theme.id, point_id=id_, added_by_id=actor.account_id, added_at=at)
        for id_ in new
    )
    session.flush()
    return len(new)


def _take_out(session: Session, theme: Theme, point_ids: Sequence[int]) -> None:
    for chunk in chunks(point_ids):
        session.execute(
            delete(ThemePoint).where(
                ThemePoint.theme_id == theme.id, ThemePoint.point_id.in_(chunk)
            )
        )


def _log(
    session: Session,
    actor: Actor,
    kind: str,
    theme: Theme,
    *parents: Theme,
    at: datetime | None = None,
    **facts: Any,
) -> None:
    """Its name is public with its answers, not before: until then the log holds a seal."""
    log.append(
        session,
        actor=actor,
        kind=kind,
        subject=theme,
        parents=[*parents, theme.round],
        facts=facts,
        commitments={
            "title": log.commitment(theme.salt, theme.title),
            "description": log.commitment(theme.salt, theme.description),
        },
        at=at,
    )
