"""Looking up which words of published texts are out of view, and which may come to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, contains_eager

from feedback_app.curricula.covering_models import CoveredPassage
from feedback_app.curricula.models import Curriculum, Revision
from feedback_app.log.services import commitment
from feedback_app.organizations.models import OversightSeat
from feedback_app.policy import Actor, OrganizationKind, Role

MOST = 200


def opens(passage: CoveredPassage) -> bool:
    """Whether the sealed words are those whose hash everybody reads."""
    words = (passage.sealed_text or "")[passage.start : passage.end]
    return commitment(passage.salt, words) == passage.text_hash


def waiting_for(session: Session, revision: Revision, key: str) -> CoveredPassage | None:
    return session.scalars(
        select(CoveredPassage).where(
            CoveredPassage.revision_id == revision.id,
            CoveredPassage.section_key == key,
            _waits(),
        )
    ).first()


def covers_of(session: Session, revision_id: int) -> dict[str, list[CoveredPassage]]:
    """{section key: what is or may come to be out of view there}, oldest first."""
    found: dict[str, list[CoveredPassage]] = {}
    for passage in session.scalars(
        select(CoveredPassage)
        .where(CoveredPassage.revision_id == revision_id, CoveredPassage.ended_at.is_(None))
        .order_by(CoveredPassage.id)
    ):
        found.setdefault(passage.section_key, []).append(passage)
    return found


def as_published(session: Session, revision: Revision) -> dict[str, CoveredPassage]:
    """{section key: what seals its first words}: later covers found it covered already."""
    covers = covers_of(session, revision.id)
    return {key: found[0] for key, found in covers.items() if found[0].confirmed_at}


def covers_for(session: Session, viewer: Actor) -> Sequence[CoveredPassage]:
    """What this viewer may decide of or has to know, what waits first, then the newest."""
    waits = CoveredPassage.confirmed_at.is_(None)
    return session.scalars(
        _decided_by(viewer).order_by(waits.desc(), CoveredPassage.id.desc()).limit(MOST)
    ).all()


def waiting_covers(session: Session, viewer: Actor) -> int | None:
    """How many proposals wait that somebody else made; nothing for those who never decide."""
    if not departments_of(viewer) | boards_of(viewer):
        return None
    waiting = _decided_by(viewer).where(
        _waits(), CoveredPassage.proposed_by_id != viewer.account_id
    )
    return len(session.scalars(waiting.limit(MOST)).all())


def departments_of(viewer: Actor) -> frozenset[int]:
    """The departments whose words a viewer decides of as one of their own people."""
    return viewer.with_role(Role.MODERATOR, Role.MANAGER) & viewer.organizations(
        OrganizationKind.DEPARTMENT
    )


def boards_of(viewer: Actor) -> frozenset[int]:
    return viewer.with_role(Role.REVIEWER)


def _decided_by(viewer: Actor) -> Any:
    overseen = select(OversightSeat.department_id).where(
        OversightSeat.board_id.in_(boards_of(viewer))
    )
    return (
        select(CoveredPassage)
        .join(CoveredPassage.revision)
        .join(Revision.curriculum)
        .where(
            CoveredPassage.ended_at.is_(None),
            or_(
                Curriculum.department_id.in_(departments_of(viewer)),
                Curriculum.department_id.in_(overseen),
            ),
        )
        .options(
            contains_eager(CoveredPassage.revision)
            .contains_eager(Revision.curriculum)
            .joinedload(Curriculum.department)
        )
    )


def _waits() -> ColumnElement[bool]:
    return CoveredPassage.confirmed_at.is_(None) & CoveredPassage.ended_at.is_(None)
