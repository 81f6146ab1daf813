"""The words of a round's own page, text by text, in each language, and whether they agree."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from feedback_app.core.i18n import N_
from feedback_app.rounds.models import (
    BackgroundQuestion,
    BackgroundText,
    Question,
    QuestionKind,
    QuestionText,
    Round,
    RoundText,
)
from feedback_app.rounds.word_models import WordPair

Owner = Round | Question | BackgroundQuestion


class Kind(enum.StrEnum):
    TITLE = "title"
    WHY = "why"
    CAN_CHANGE = "can_change"
    PROMPT = "prompt"
    SUMMARY = "summary"
    OPTIONS = "options"
    ABOUT = "about"
    ABOUT_OPTIONS = "about_options"


KIND_LABELS = {
    Kind.TITLE: N_("Title"),
    Kind.WHY: N_("Why people are asked"),
    Kind.CAN_CHANGE: N_("What can still change"),
    Kind.PROMPT: N_("Question %(number)s"),
    Kind.SUMMARY: N_("Question %(number)s: its short summary"),
    Kind.OPTIONS: N_("Question %(number)s: the answers to choose from"),
    Kind.ABOUT: N_("Question %(number)s about people"),
    Kind.ABOUT_OPTIONS: N_("Question %(number)s about people: the answers to choose from"),
}

ATTRIBUTES = {Kind.ABOUT: "prompt", Kind.ABOUT_OPTIONS: "options"}
LISTS = frozenset({Kind.OPTIONS, Kind.ABOUT_OPTIONS})


class Fit(enum.StrEnum):
    """Whether a text is there in a language, and still says what the first language says."""

    MISSING = "missing"
    OLDER = "older"
    THERE = "there"


@dataclass(frozen=True)
class Place:
    """Where one text of the page stands, whatever the language; lists have a line each."""

    kind: Kind
    owner: Owner
    number: int | None = None

    @property
    def key(self) -> str:
        return self.kind.value if self.number is None else f"{self.kind}_{self.number}"

    def read(self, language: str) -> str:
        text = self._text(language)
        value = getattr(text, self._attribute, None) or ""
        return "\n".join(value) if isinstance(value, list) else value

    def write(self, language: str, words: str) -> None:
        text = self._text(language)
        if text is None:
            text = _MAKERS[type(self.owner)](language)
            self.owner.texts.append(text)  # type: ignore[arg-type]  # of the owner's own kind
        value = words.splitlines() if self.kind in LISTS else words
        setattr(text, self._attribute, value)

    @property
    def _attribute(self) -> str:
        return ATTRIBUTES.get(self.kind, self.kind.value)

    def _text(self, language: str) -> object | None:
        return next((text for text in self.owner.texts if text.language == language), None)


_MAKERS: dict[type, Callable[[str], RoundText | QuestionText | BackgroundText]] = {
    Round: lambda language: RoundText(language=language, title=""),
    Question: lambda language: QuestionText(language=language, prompt=""),
    BackgroundQuestion: lambda language: BackgroundText(
        language=language, prompt="", options=[]
    ),
}


@dataclass(frozen=True)
class Wording:
    """One text in one language, beside the words it is written from.

    `source` is the first language, or another one where the first has no words yet.
    """

    place: Place
    source: str
    original: str
    words: str
    fit: Fit
    translated_at: datetime | None = None


def places_of(round_: Round) -> Sequence[Place]:
    """Every text that the page needs in each language, in the order of the page."""
    found = [Place(kind, round_) for kind in (Kind.TITLE, Kind.WHY, Kind.CAN_CHANGE)]
    for number, question in enumerate(round_.questions, start=1):
        kinds = [Kind.PROMPT, Kind.SUMMARY]
        if question.kind is QuestionKind.CHOICE:
            kinds.append(Kind.OPTIONS)
        found += [Place(kind, question, number) for kind in kinds]
    for number, about in enumerate(round_.background, start=1):
        found += [Place(kind, about, number) for kind in (Kind.ABOUT, Kind.ABOUT_OPTIONS)]
    return found


def wordings_of(round_: Round, language: str) -> Sequence[Wording]:
    """What can be put into this language; what nobody has written in any is left out."""
    pairs = [pair for pair in round_.word_pairs if pair.language == language]
    found = []
    for place in places_of(round_):
        words = place.read(language)
        sources = [source for source in round_.languages if source != language]
        source = next((each for each in sources if place.read(each).strip()), None)
        if source is None:
            continue
        original = place.read(source)
        known = [pair for pair in pairs if pair.words == mark(words)]
        fits = [pair for pair in known if pair.original == mark(original)]
        fit = Fit.THERE
        if not words.strip():
            fit = Fit.MISSING
        elif source == round_.language and known and not fits:
            fit = Fit.OLDER
        at = fits[0].translated_at if fits else None
        found.append(Wording(place, source, original, words, fit, at))
    return found


@dataclass(frozen=True)
class Tally:
    """How much of a page is not yet there in a language."""

    language: str
    missing: int
    older: int
    all: int

    @property
    def waiting(self) -> int:
        return self.missing + self.older


def tallies_of(round_: Round) -> Sequence[Tally]:
    found = []
    for language in round_.languages if len(round_.languages) > 1 else ():
        fits = [wording.fit for wording in wordings_of(round_, language)]
        tally = Tally(language, fits.count(Fit.MISSING), fits.count(Fit.OLDER), len(fits))
        if tally.missing or tally.older:
            found.append(tally)
    return found


def waiting_marks(round_: Round) -> Sequence[str]:
    """Each text that is not there in a language, told apart by the words it is written from."""
    return [
        f"{language}-{_short(wording.original)}"
        for language in (round_.languages if len(round_.languages) > 1 else ())
        for wording in wordings_of(round_, language)
        if wording.fit is not Fit.THERE
    ]


def is_translated(round_: Round, language: str) -> bool:
    """Whether somebody put words of the page into this language."""
    return any(
        pair.language == language and pair.translated_at is not None
        for pair in round_.word_pairs
    )


def mark(words: str) -> str:
    return hashlib.sha256(" ".join(words.split()).encode()).hexdigest()[:24]


def page_mark(round_: Round, language: str) -> str:
    """What the translator's page shows, text by text, as marks that change when it does."""
    return " ".join(
        f"{w.place.key}={_short(w.words)}-{_short(w.original)}"
        for w in wordings_of(round_, language)
    )


def is_untouched(seen: str, key: str, typed: str) -> bool:
    """Whether a box still holds what stood there when the page with this mark was opened."""
    return f"{key}={_short(typed)}" in (part.partition("-")[0] for part in seen.split())


def _short(words: str) -> str:
    return mark(words)[:10]


@contextmanager
def pairing(round_: Round) -> Iterator[None]:
    """Around whatever lets a host write both languages: words new to a language belong to what
    stands beside them; words left as they were still belong to what stood there before.
    """
    pair_new_words(round_)
    yield
    pair_new_words(round_)
    forget_others(round_)


def pair_new_words(round_: Round) -> None:
    known = {(pair.language, pair.words) for pair in round_.word_pairs}
    stand_beside = {
        (language, mark(place.read(round_.language)), mark(place.read(language)))
        for language in round_.languages
        for place in places_of(round_)
        if language != round_.language
        and place.read(language).strip()
        and place.read(round_.language).strip()
    }
    round_.word_pairs += [
        WordPair(language=language, original=original, words=words)
        for language, original, words in sorted(stand_beside)
        if (language, words) not in known
    ]


def forget_others(round_: Round) -> None:
    """Of words that stand there no more nothing is kept."""
    stand = {
        (language, mark(place.read(language)))
        for language in round_.languages
        for place in places_of(round_)
        if language != round_.language
    }
    for pair in list(round_.word_pairs):
        if (pair.language, pair.words) not in stand:
            round_.word_pairs.remove(pair)
