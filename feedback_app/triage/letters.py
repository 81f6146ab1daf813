"""Letters that many people sent: answered once for all who sent it, or taken apart again."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments.letter_models import DuplicateGroup, GroupPoint
from feedback_app.comments.letters import keep_known
from feedback_app.comments.models import Point
from feedback_app.core import clock
from feedback_app.log import services as log
from feedback_app.policy import Actor, Permission
from feedback_app.triage import rules
from feedback_app.triage.letter_models import GroupAnswer
from feedback_app.triage.telling import chunks
from feedback_app.triage.together import Answer, Given, LotPoint, answer_lot, lot_points


def answer_letter(
    session: Session,
    group: DuplicateGroup,
    *,
    actor: Actor,
    answer: Answer,
    left_out: Collection[str] = (),
    based_on: str | None = None,
) -> Given:
    """Answer everybody who has sent this letter and has no answer, but those left out."""
    actor, group = _own(session, group, actor)
    given = answer_lot(
        session,
        group.round,
        lot_of(session, group),
        actor=actor,
        answer=answer,
        left_out=left_out,
        based_on=based_on,
    )
    session.add_all(
        GroupAnswer(disposition_id=one.id, group_id=group.id) for one in given.answers
    )
    log.append(
        session,
        actor=actor,
        kind="letter.answered",
        subject=group,
        parents=[group.round],
        facts={"answers": len(given.answers), "left_out": given.left_out},
        commitments={"answers": given.digest},
    )
    return given


def take_out(
    session: Session, group: DuplicateGroup, *, actor: Actor, points: Collection[str]
) -> int:
    """Let these points (public ids) stand by themselves; no later reading brings them back."""
    actor, group = _own(session, group, actor)
    chosen: list[int] = []
    for chunk in chunks(sorted(set(points))):
        chosen += session.scalars(
            select(GroupPoint.point_id)
            .join(Point, Point.id == GroupPoint.point_id)
            .where(
                GroupPoint.group_id == group.id,
                GroupPoint.left_at.is_(None),
                Point.public_id.in_(chunk),
            )
        )
    if not chosen:
        raise rules.NothingChosen
    _leave(session, chosen)
    keep_known(session, group)
    _log_parted(session, actor, group, len(chosen))
    return len(chosen)


def take_apart(session: Session, group: DuplicateGroup, *, actor: Actor) -> int:
    """Say that this is no letter: each of them stands by itself, later ones too."""
    actor, group = _own(session, group, actor)
    chosen = session.scalars(
        select(GroupPoint.point_id).where(
            GroupPoint.group_id == group.id, GroupPoint.left_at.is_(None)
        )
    ).all()
    _leave(session, chosen)
    group.ended_at = clock.now()
    _log_parted(session, actor, group, len(chosen))
    return len(chosen)


def lot_of(session: Session, group: DuplicateGroup) -> list[LotPoint]:
    """The points of a letter that may be answered, in the order in which they came."""
    rows = session.execute(
        lot_points()
        .join(GroupPoint, GroupPoint.point_id == Point.id)
        .where(GroupPoint.group_id == group.id, GroupPoint.left_at.is_(None))
    )
    return [LotPoint(*row) for row in rows]


def _own(session: Session, group: DuplicateGroup, actor: Actor) -> tuple[Actor, DuplicateGroup]:
    """The letter as it stands, held until the act is over."""
    group = session.scalars(
        select(DuplicateGroup)
        .where(DuplicateGroup.id == group.id)
        .with_for_update(of=DuplicateGroup)
        .execution_options(populate_existing=True)
    ).one()
    actor = policy.require(actor, Permission.TRIAGE, group)
    if group.ended_at is not None:
        raise rules.LetterTakenApart
    return actor, group


def _leave(session: Session, point_ids: Sequence[int]) -> None:
    for chunk in chunks(point_ids):
        session.execute(
            update(GroupPoint).where(GroupPoint.point_id.in_(chunk)).values(left_at=clock.now())
        )


def _log_parted(session: Session, actor: Actor, group: DuplicateGroup, many: int) -> None:
    log.append(
        session,
        actor=actor,
        kind="letter.parted",
        subject=group,
        parents=[group.round],
        facts={"comments": many},
    )
