"""What may be asked about the people who take part."""

from __future__ import annotations

import enum


class Template(enum.StrEnum):
    """What may be asked about a person, and nothing else."""

    PLACE = "place"
    NEIGHBORHOOD = "neighborhood"
    AGE = "age"
    DESCRIBES = "describes"
    GENDER = "gender"
    LANGUAGE = "language"
    DISABILITY = "disability"

    @property
    def takes_many(self) -> bool:
        return self in (Template.PLACE, Template.DESCRIBES, Template.GENDER, Template.LANGUAGE)

    @property
    def takes_own_words(self) -> bool:
        return self not in (Template.AGE, Template.DISABILITY)
