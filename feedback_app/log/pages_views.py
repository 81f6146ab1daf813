"""What an entry of the log speaks of, as names and links that a reader knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from flask import request
from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Point
from feedback_app.comments.sight import text_is_public
from feedback_app.core.i18n import N_
from feedback_app.curricula.models import Curriculum, Revision, Section
from feedback_app.curricula.numbering import numbers
from feedback_app.log.models import LogEntry
from feedback_app.organizations.models import Organization
from feedback_app.rounds.models import Round, RoundText
from feedback_app.triage.models import Adoption, Disposition

Link = tuple[str, str, str]
"""Words, address and the language of the words."""


@dataclass(frozen=True)
class About:
    names: Mapping[str, str]
    pages: Mapping[str, Link]
    zones: Mapping[str, str]
    """By an organization's short name, or the public id of a comment period or a comment."""
    sections: Mapping[str, str]
    """Number and title by key, as they stand in the newest public version that has it."""

    def pages_of(self, entry: LogEntry) -> list[Link]:
        """Only of the subject itself: a parent says no more than where it stands."""
        return [self.pages[entry.subject]] if entry.subject in self.pages else []

    def zone_of(self, entry: LogEntry) -> str:
        """The zone of the comment period it belongs to, else of whoever acted, else UTC."""
        places = [entry.subject, *entry.parents, entry.by_organization or ""]
        return next((self.zones[place] for place in places if place in self.zones), "UTC")


def about(session: Session, entries: Sequence[LogEntry]) -> About:
    """Public pages alone: a plan or a draft that nobody may open has no link."""
    slugs = {entry.by_organization for entry in entries if entry.by_organization}
    subjects = {entry.subject for entry in entries}
    places = subjects.union(*(entry.parents for entry in entries))
    known = session.execute(
        select(Organization.slug, Organization.name, Organization.time_zone).where(
            Organization.slug.in_(slugs)
        )
    ).all()
    return About(
        {slug: name for slug, name, _ in known},
        {
            **_revisions(session, subjects),
            **_rounds(session, subjects),
            **_ties(session, entries),
        },
        {**{slug: zone for slug, _, zone in known}, **_zones(session, places)},
        _sections(session, {str(key) for e in entries if (key := e.facts.get("section_key"))}),
    )


def _sections(session: Session, keys: set[str]) -> dict[str, str]:
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


def _zones(session: Session, places: set[str]) -> dict[str, str]:
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


def _ties(session: Session, entries: Sequence[LogEntry]) -> dict[str, Link]:
    """Words that keep a promise lead to the comment that asked for them."""
    named = {e.subject for e in entries if e.kind == "adoption.published"}
    if not named:
        return {}
    rows = session.execute(
        select(Adoption.public_id, Comment.public_id)
        .join(Disposition, Disposition.id == Adoption.disposition_id)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Adoption.public_id.in_(named), text_is_public())
    )
    return {
        tie: (
            gettext(N_("the comment and its trail")),
            f"{request.script_root}/comments/{comment}",
            "",
        )
        for tie, comment in rows
    }


def _revisions(session: Session, subjects: set[str]) -> dict[str, Link]:
    rows = session.execute(
        select(Revision.public_id, Revision.number, Curriculum.slug, Curriculum.title)
        .join(Curriculum, Curriculum.id == Revision.curriculum_id)
        .where(Revision.public_id.in_(subjects), Revision.published_at.is_not(None))
    )
    return {
        public_id: (
            gettext(N_("%(title)s, version %(number)s"), title=title, number=number),
            f"{request.script_root}/curricula/{slug}/revisions/{number}",
            "",
        )
        for public_id, number, slug, title in rows
    }


def _rounds(session: Session, subjects: set[str]) -> dict[str, Link]:
    rows = session.execute(
        select(Round.public_id, Round.slug, RoundText.title, RoundText.language)
        .join(RoundText, RoundText.round_id == Round.id)
        .where(
            Round.public_id.in_(subjects),
            Round.host_signed_at.is_not(None),
            RoundText.language == Round.language,
        )
    )
    return {
        public_id: (title, f"{request.script_root}/rounds/{slug}", language)
        for public_id, slug, title, language in rows
    }
