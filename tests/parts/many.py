"""What a moderator keeps between two visits: an act that waits to be confirmed, a view."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Point
from feedback_app.policy import Actor
from feedback_app.rounds.models import Round
from feedback_app.triage import bulk
from feedback_app.triage.filters import Filters
from feedback_app.triage.theme_models import Theme
from feedback_app.triage.view_keeping import keep_view


def previewed_act(session: Session, round_: Round, moderator: Actor, theme: Theme) -> str:
    """Its public id; three comments would be put into the subject."""
    points = select(Point.id).join(Comment).where(Comment.round_id == round_.id)
    return bulk.preview(
        session,
        round_,
        actor=moderator,
        act=bulk.Sorting(theme.id),
        points=session.scalars(points.order_by(Point.id).limit(3)).all(),
    ).public_id


def kept_view(session: Session, round_: Round, moderator: Actor) -> str:
    """Its public id; nobody else has it."""
    filters = Filters(kind="concern")
    return keep_view(
        session, round_, actor=moderator, name="Concerns", filters=filters, names={}
    ).public_id
