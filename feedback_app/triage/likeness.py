"""Words that comments have in common and others have not: subjects that may be in them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]{3,}")
FEWEST = 3
"""A subject of fewer comments is none."""
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
        "comment training don doesn didn isn it's i'm we're".split()
    ),
    "es": frozenset(
        "las los una uno unos unas del que con por para como más pero sus este esta estos "
        "estas ese esa eso son fue era ser está están hay muy sin sobre también porque cuando "
        "donde quien todo toda todos todas nos les mis mi tus ellos ellas usted ustedes desde "
        "hasta entre debe deben puede pueden hace hacer dice decir curso sección policía "
        "policías agente agentes oficial oficiales comentario persona personas gente ni se lo "
        "la el en de un al es yo ya no si".split()
    ),
}


@dataclass(frozen=True)
class Suggestion:
    """Comments that hold at least two of these words, or the only one."""

    words: Sequence[str]
    keys: Sequence[int]


@dataclass(frozen=True)
class Standing:
    """A word much more often here than elsewhere; `score`: its log-odds in deviations."""

    word: str
    here: int
    elsewhere: int
    score: float


def terms_of(text: str, language: str) -> set[str]:
    """Its telling words, in the form in which people write them, plural ones as one."""
    words = (_plain(word) for word in _WORD.findall(text.lower()))
    stop = _plain_stop(language[:2])
    return {word for word in words if word not in stop and len(word) > 2}


@lru_cache(maxsize=8)
def _plain_stop(language: str) -> frozenset[str]:
    return frozenset(_plain(word) for word in STOP.get(language, frozenset()) | STOP["en"])


def _plain(word: str) -> str:
    """Without accents and a plural's s: “actores” and “actor” are two, “actors” is “actor”."""
    apart = unicodedata.normalize("NFKD", word)
    word = "".join(c for c in apart if not unicodedata.combining(c))
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
    holders = Counter(term for found in terms.values() for term in found)
    bound = max(FEWEST, MOST_SHARE * len(texts))
    useful = {term for term, number in holders.items() if FEWEST <= number <= bound}
    pairs: Counter[tuple[str, str]] = Counter()
    for found in terms.values():
        inside = sorted(found & useful)[:40]
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
        keys = [key for key in texts if key in left and len(terms[key] & set(words)) >= 2]
        if len(keys) >= FEWEST:
            found_.append(Suggestion(words, keys))
            left -= set(keys)
    for word in sorted(useful, key=lambda w: (-holders[w], w)):
        keys = [key for key in texts if key in left and word in terms[key]]
        if len(keys) > FEWEST and len(found_) < most:
            found_.append(Suggestion([word], keys))
            left -= set(keys)
    return found_


def _third(a: str, b: str, pairs: Counter[tuple[str, str]]) -> list[str]:
    """A word that stands with both of them."""
    with_a = {x if y == a else y: n for (x, y), n in pairs.items() if a in (x, y)}
    with_b = {x if y == b else y: n for (x, y), n in pairs.items() if b in (x, y)}
    both = {w: min(with_a[w], with_b[w]) for w in with_a.keys() & with_b.keys()}
    best = max(both, key=lambda w: (both[w], w), default=None)
    return [best] if best is not None and both[best] >= FEWEST else []


def standing_out(
    here: Sequence[str], elsewhere: Sequence[str], language: str, most: int = 8
) -> list[Standing]:
    """Words that stand out in some texts of one language against the others.

    Log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008): the prior is
    all texts together, so a rare word needs more than one writer to stand out.
    """
    mine = Counter(term for text in here for term in terms_of(text, language))
    others = Counter(term for text in elsewhere for term in terms_of(text, language))
    all_, n, m = mine + others, len(here), len(elsewhere)
    if n < FEWEST or not m:
        return []
    scale = 10 / max(1, sum(all_.values()))
    total_mine, total_others = sum(mine.values()), sum(others.values())
    found = []
    for word, number in mine.items():
        if number < FEWEST:
            continue
        prior = all_[word] * scale
        a, b = number + prior, others[word] + prior
        odds = math.log(a / (total_mine + 10 - a)) - math.log(b / (total_others + 10 - b))
        score = odds / math.sqrt(1 / a + 1 / b)
        if score > 1.0:
            found.append(Standing(word, number, others[word], round(score, 2)))
    return sorted(found, key=lambda s: (-s.score, s.word))[:most]
