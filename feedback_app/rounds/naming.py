"""The names and pages of what people follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.curricula.models import Curriculum
from feedback_app.notifications.following_models import Followed, Subscription
from feedback_app.organizations.models import Organization
from feedback_app.rounds.models import Round, RoundText


@dataclass(frozen=True)
class Name:
    kind: Followed
    title: str
    language: str
    path: str


def names_of(
    session: Session, followed: Sequence[Subscription], locale: str
) -> dict[str, Name]:
    """By the public id of each subscription; in the reader's language where there is one."""
    found: dict[str, Name] = {}
    for kind, name_all in _NAMERS.items():
        subjects = {each.subject for each in followed if each.kind is kind}
        if subjects:
            found |= dict(name_all(session, subjects, locale))
    return {each.public_id: found[each.subject] for each in followed}


def _rounds(session: Session, ids: set[str], locale: str) -> Iterable[tuple[str, Name]]:
    rows = session.execute(
        select(Round.public_id, Round.slug, RoundText.language, RoundText.title)
        .join(RoundText, RoundText.round_id == Round.id)
        .where(Round.public_id.in_(ids))
        .order_by(RoundText.language == locale, RoundText.language == Round.language)
    )
    for public_id, slug, language, title in rows:  # the last one counts
        yield public_id, Name(Followed.ROUND, title, language, f"/rounds/{slug}")


def _courses(session: Session, ids: set[str], _locale: str) -> Iterable[tuple[str, Name]]:
    rows = session.execute(
        select(
            Curriculum.public_id, Curriculum.slug, Curriculum.language, Curriculum.title
        ).where(Curriculum.public_id.in_(ids))
    )
    for public_id, slug, language, title in rows:
        yield public_id, Name(Followed.CURRICULUM, title, language, f"/curricula/{slug}")


def _departments(session: Session, ids: set[str], _locale: str) -> Iterable[tuple[str, Name]]:
    rows = session.execute(
        select(
            Organization.public_id, Organization.slug, Organization.locale, Organization.name
        ).where(Organization.public_id.in_(ids))
    )
    for public_id, slug, language, name in rows:
        path = f"/departments/{slug}/follow"
        yield public_id, Name(Followed.DEPARTMENT, name, language, path)


_NAMERS = {
    Followed.ROUND: _rounds,
    Followed.CURRICULUM: _courses,
    Followed.DEPARTMENT: _departments,
}
