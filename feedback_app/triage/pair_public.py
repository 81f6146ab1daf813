"""Which two published versions a page of changes compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from feedback_app.core.errors import NotFound
from feedback_app.curricula.models import Curriculum, Revision
from feedback_app.curricula.pairs import VersionRow
from feedback_app.curricula.published import get_all_published
from feedback_app.extensions import db

SHOWS = ("marked", "sides", "new", "old")


@dataclass(frozen=True)
class ChosenPair:
    """Two published versions to compare, as the address and the form name them."""

    revision: Revision
    versions: Sequence[VersionRow]
    wanted: int
    against: int | None

    @property
    def curriculum(self) -> Curriculum:
        return self.revision.curriculum

    @property
    def is_elsewhere(self) -> bool:
        """Whether the form chose another newer version than the address, or an older one
        first."""
        against = self.against if self.against is not None else 0
        return self.wanted != self.revision.number or against > self.wanted

    @property
    def base(self) -> VersionRow | None:
        """The earlier version, if there is one."""
        by_id = {row.id: row for row in self.versions}
        if self.against is None:
            return by_id.get(self.revision.base_id or 0)
        return next((row for row in self.versions if row.number == self.against), None)

    @property
    def is_of_neighbors(self) -> bool:
        return self.base is not None and self.base.id == self.revision.base_id

    def address(self, show: str = SHOWS[0], endpoint: str = "changes") -> str:
        """Where this comparison stands; what goes without saying is left out."""
        wanted, against = self.wanted, self.against
        if against is not None:
            wanted, against = max(wanted, against), min(wanted, against)
        values: dict[str, Any] = {"against": against}
        if show != SHOWS[0]:
            values["show"] = show
        return url_for(
            f"publishing.{endpoint}", slug=self.curriculum.slug, number=wanted, **values
        )


def chosen_pair(slug: str, number: int) -> ChosenPair:
    """What this address compares; NotFound where one of the two was never published."""
    revisions = get_all_published(db.session, slug)
    versions = [VersionRow(r.id, r.number, r.base_id, r.published_at) for r in revisions]
    numbers = {row.number for row in versions}
    revision = next((each for each in revisions if each.number == number), None)
    wanted = request.args.get("version", number, type=int)
    against = request.args.get("against", type=int)
    if (
        revision is None
        or wanted not in numbers
        or (against is not None and against not in numbers)
    ):
        raise NotFound
    return ChosenPair(revision, versions, wanted, against)
