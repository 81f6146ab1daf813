"""What an entry of the log speaks of, as names and links that a reader knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from feedback_app.audit import subjects as spoken_of
from feedback_app.core.i18n import N_
from feedback_app.log.models import LogEntry

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
    known = spoken_of.organizations_called(session, slugs)
    keys = {str(key) for e in entries if (key := e.facts.get("section_key"))}
    return About(
        {slug: name for slug, name, _ in known},
        {
            **_revisions(session, subjects),
            **_rounds(session, subjects),
            **_ties(session, entries),
        },
        {**{slug: zone for slug, _, zone in known}, **spoken_of.time_zones(session, places)},
        spoken_of.newest_titles(session, keys),
    )


def _ties(session: Session, entries: Sequence[LogEntry]) -> dict[str, Link]:
    """Words that keep a promise lead to the comment that asked for them."""
    named = {e.subject for e in entries if e.kind == "adoption.published"}
    if not named:
        return {}
    return {
        tie: (
            gettext(N_("the comment and its trail")),
            f"{request.script_root}/comments/{comment}",
            "",
        )
        for tie, comment in spoken_of.comments_behind(session, named)
    }


def _revisions(session: Session, subjects: set[str]) -> dict[str, Link]:
    return {
        public_id: (
            gettext(N_("%(title)s, version %(number)s"), title=title, number=number),
            f"{request.script_root}/curricula/{slug}/revisions/{number}",
            "",
        )
        for public_id, number, slug, title in spoken_of.published_revisions(session, subjects)
    }


def _rounds(session: Session, subjects: set[str]) -> dict[str, Link]:
    return {
        public_id: (title, f"{request.script_root}/rounds/{slug}", language)
        for public_id, slug, title, language in spoken_of.signed_rounds(session, subjects)
    }
