"""Words that comments have in common and others have not: subjects that may be in them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from feedback_app.core.folding import plain

Place = TypeVar("Place", bound=Hashable)
_WORD = re.compile(r"[^\W\d_]{3,}")
FEWEST = 3
"""A subject of fewer comments is none."""
ENOUGH = 2
"""Words of a suggestion that a text has in common with it."""
SURE = 1.645
"""Standard deviations that chance passes once in twenty."""
MOST_SHARE = 0.4
"""A word in more than this part of all comments tells them apart no more."""
STOP = {
    "en": frozenset(
        "the and for that this with are was were not you your our they them their have has had "
        "who what when where why how all any can could should would will may must about into "
        "from than then there here been being but too very one two more most some such only "
        "also just like need needs want please make makes say says said get gets does did his "
        "her hers its him she out off over under again because before after while each every "
        "which these those think know people person course section officer officers police "
        "comment training don doesn didn isn it's i'm we're "
        "back come comes came take takes took put let lets way thing things something anything "
        "nothing see saw give gives tell told use keep still even much well never always good "
        "better best first last long own same other others another yes without against through "
        "during going went got done doing around really already enough maybe anyone anybody "
        "someone somebody everyone everybody nobody here now time times".split()
    ),
    "es": frozenset(
        "las los una uno unos unas del que con por para como más pero sus este esta estos "
        "estas ese esa eso son fue era ser está están hay muy sin sobre también porque cuando "
        "donde quien todo toda todos todas nos les mis mi tus ellos ellas usted ustedes desde "
        "hasta entre debe deben puede pueden hace hacer dice decir curso sección policía "
        "policías agente agentes oficial oficiales comentario persona personas gente ni se lo "
        "la el en de un al es yo ya no si "
        "algo nada alguien nadie siempre nunca bien mal mejor cada otra otro otras otros mismo "
        "misma vez veces así aquí ahora antes después luego aunque mientras tiene tienen tengo "
        "había han has sea sean sólo solo tan tanto mucho mucha muchos muchas poco quiero "
        "quieren voy van ser estoy estaba estamos nosotros eso esto ellas cosa cosas".split()
    ),
}


@dataclass(frozen=True)
class Suggestion:
    """Texts that share `ENOUGH` of these words, or the only one; as they are written."""

    words: Sequence[str]
    keys: Sequence[int]


@dataclass(frozen=True)
class Standing:
    """A word much more often here than elsewhere; `score`: its log-odds in deviations."""

    word: str
    here: int
    elsewhere: int
    score: float


def terms_of(text: str, language: str) -> dict[str, str]:
    """Its telling words {without accents and plural: as they are written, in small letters}."""
    stop = _plain_stop(language[:2])
    found = {_plain(word): word for word in reversed(_WORD.findall(text.lower()))}
    return {term: word for term, word in found.items() if term not in stop and len(term) > 2}


def shared(text: str, language: str, words: Sequence[str]) -> int:
    """How many of the words of a suggestion are in it, in whichever form."""
    return len({_plain(word.lower()) for word in words} & terms_of(text, language).keys())


@lru_cache(maxsize=8)
def _plain_stop(language: str) -> frozenset[str]:
    return frozenset(_plain(word) for word in STOP.get(language, frozenset()) | STOP["en"])


def _plain(word: str) -> str:
    """Without accents and a plural's s: “actores” and “actor” are two, “actors” is “actor”."""
    word = plain(word)
    if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def suggestions(texts: Mapping[int, tuple[str, str]], most: int = 6) -> list[Suggestion]:
    """Subjects for texts {key: (text, language)}, the best supported first.

    Words that stand together more often than by chance (pointwise mutual information, weighed
    by how many texts hold both; Church and Hanks 1990) are one subject's; each text is offered
    in one subject.
    """
    terms = {key: terms_of(text, language) for key, (text, language) in texts.items()}
    written = _written(terms.values())
    holders = Counter(term for found in terms.values() for term in found)
    bound = max(FEWEST, MOST_SHARE * len(texts))
    useful = {term for term, number in holders.items() if FEWEST <= number <= bound}
    pairs: Counter[tuple[str, str]] = Counter()
    for found in terms.values():
        inside = sorted(found.keys() & useful)[:40]
        pairs.update((a, b) for n, a in enumerate(inside) for b in inside[n + 1 :])
    scored = sorted(
        (
            (number * math.log(number * len(texts) / (holders[a] * holders[b])), a, b)
            for (a, b), number in pairs.items()
            if number >= FEWEST
        ),
        reverse=True,
    )
    left: set[int]
    found_: list[Suggestion]
    left, found_ = set(texts), []
    for score, a, b in scored:
        if score <= 0 or len(found_) == most:
            break
        words = [a, b, *_third(a, b, pairs)]
        keys = [
            key for key in texts if key in left and len(terms[key].keys() & words) >= ENOUGH
        ]
        if len(keys) >= FEWEST:
            found_.append(Suggestion([written[word] for word in words], keys))
            left -= set(keys)
    for word in sorted(useful, key=lambda w: (-holders[w], w)):
        keys = [key for key in texts if key in left and word in terms[key]]
        if len(keys) > FEWEST and len(found_) < most:
            found_.append(Suggestion([written[word]], keys))
            left -= set(keys)
    return found_


def _written(texts: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """How each term is written shortest, as a search for a part of a word finds most; of
    equally long ones, as most write it."""
    counted = Counter(pair for terms in texts for pair in terms.items())
    best: dict[str, str] = {}
    for term, word in sorted(counted, key=lambda pair: (len(pair[1]), -counted[pair], pair)):
        best.setdefault(term, word)
    return best


def _third(a: str, b: str, pairs: Counter[tuple[str, str]]) -> list[str]:
    """A word that stands with both of them."""
    with_a = {x if y == a else y: n for (x, y), n in pairs.items() if a in (x, y)}
    with_b = {x if y == b else y: n for (x, y), n in pairs.items() if b in (x, y)}
    both = {w: min(with_a[w], with_b[w]) for w in with_a.keys() & with_b.keys()}
    best = max(both, key=lambda w: (both[w], w), default=None)
    return [best] if best is not None and both[best] >= FEWEST else []


def standing_out(
    texts: Mapping[Place, Sequence[str]], language: str, most: int = 8
) -> dict[Place, list[Standing]]:
    """For each place the words that stand out in its texts against all others; of one language.

    Log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008): the prior is
    all texts together, so a rare word needs more than one writer to stand out. A word stands
    out where chance would bring it there in less than one place of twenty.
    """
    terms = {place: [terms_of(t, language) for t in said] for place, said in texts.items()}
    written = _written(found for said in terms.values() for found in said)
    counted = {
        place: Counter(term for found in said for term in found)
        for place, said in terms.items()
    }
    every = sum(counted.values(), Counter[str]())
    number = sum(len(said) for said in texts.values())
    return {
        place: _standing(words, every, written)[:most]
        for place, words in counted.items()
        if FEWEST <= len(texts[place]) < number
    }


def _standing(
    mine: Counter[str], every: Counter[str], written: Mapping[str, str]
) -> list[Standing]:
    """`every` counts the texts of all places, these included."""
    if len(every) < 2:  # where nothing else is said, nothing stands out
        return []
    scale = 10 / every.total()
    total = mine.total()
    others = every.total() - total
    found = []
    for word, number in mine.items():
        if number < FEWEST:
            continue
        elsewhere = every[word] - number
        prior = every[word] * scale
        a, b = number + prior, elsewhere + prior
        odds = math.log(a / (total + 10 - a)) - math.log(b / (others + 10 - b))
        score = odds / math.sqrt(1 / a + 1 / b)
        if score > SURE:
            found.append(Standing(written[word], number, elsewhere, round(score, 2)))
    return sorted(found, key=lambda s: (-s.score, s.word))
