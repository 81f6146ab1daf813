"""What entries of the log speak of, as far as it is public."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Point
from feedback_app.comments.sight import text_is_public
from feedback_app.curricula.models import Curriculum, Revision, Section
from feedback_app.curricula.numbering import numbers
from feedback_app.organizations.models import Organization
from feedback_app.rounds.models import Round, RoundText
from feedback_app.triage.models import Adoption, Disposition

Rows = Sequence[Row[*tuple[Any, ...]]]


def organizations_called(session: Session, slugs: Collection[str]) -> Rows:
    """Short name, name and time zone."""
    return session.execute(
        select(Organization.slug, Organization.name, Organization.time_zone).where(
            Organization.slug.in_(slugs)
        )
    ).all()


def newest_titles(session: Session, keys: Collection[str]) -> dict[str, str]:
    """Number and title by key, as they stand in the newest public version that has it."""
    newest = (
        select(func.max(Revision.id))
        .join(Section, Section.revision_id == Revision.id)
        .where(Section.key.in_(keys), Revision.published_at.is_not(None))
        .group_by(Section.key)
    )
    rows = session.execute(
        select(Section.revision_id, Section.key, Section.title, Section.level)
        .where(Section.revision_id.in_(newest))
        .order_by(Section.revision_id, Section.position)
    )
    found: dict[str, str] = {}
    for _, outline in groupby(rows, key=attrgetter("revision_id")):  # a later one counts
        sections = list(outline)
        counted = numbers([section.level for section in sections])
        for number, section in zip(counted, sections, strict=True):
            if section.key in keys:
                found[section.key] = f"{number} {section.title}"
    return found


def time_zones(session: Session, places: Collection[str]) -> dict[str, str]:
    """By the public id of a comment period, a comment, a course or an organization."""
    rows = session.execute(
        select(Round.public_id, Round.time_zone)
        .where(Round.public_id.in_(places))
        .union_all(
            select(Comment.public_id, Round.time_zone)
            .join(Round, Round.id == Comment.round_id)
            .where(Comment.public_id.in_(places)),
            select(Curriculum.public_id, Organization.time_zone)
            .join(Organization, Organization.id == Curriculum.department_id)
            .where(Curriculum.public_id.in_(places)),
            select(Organization.public_id, Organization.time_zone).where(
                Organization.public_id.in_(places)
            ),
        )
    )
    return {place: zone for place, zone in rows}  # noqa: C416 - rows are not pairs to mypy


def comments_behind(session: Session, adoptions: Collection[str]) -> Rows:
    """The tie and the comment that asked for its words, both by their public ids."""
    return session.execute(
        select(Adoption.public_id, Comment.public_id)
        .join(Disposition, Disposition.id == Adoption.disposition_id)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Adoption.public_id.in_(adoptions), text_is_public())
    ).all()


def published_revisions(session: Session, subjects: Collection[str]) -> Rows:
    """Public id, number, and the course's short name and title."""
    return session.execute(
        select(Revision.public_id, Revision.number, Curriculum.slug, Curriculum.title)
        .join(Curriculum, Curriculum.id == Revision.curriculum_id)
        .where(Revision.public_id.in_(subjects), Revision.published_at.is_not(None))
    ).all()


def signed_rounds(session: Session, subjects: Collection[str]) -> Rows:
    """Public id, short name, and title with its language."""
    return session.execute(
        select(Round.public_id, Round.slug, RoundText.title, RoundText.language)
        .join(RoundText, RoundText.round_id == Round.id)
        .where(
            Round.public_id.in_(subjects),
            Round.host_signed_at.is_not(None),
            RoundText.language == Round.language,
        )
    ).all()
