"""How plainly a reason reads: a hint for whoever writes it, never a rule.

English by the Flesch–Kincaid grade (J. P. Kincaid and others, "Derivation of new readability
formulas", Research Branch Report 8-75, Naval Technical Training Command, 1975). Spanish by the
perspicuity of F. Szigriszt Pazos (thesis, Universidad Complutense de Madrid, 1993), read on the
INFLESZ scale (I. M. Barrio-Cantalejo and others, Anales del Sistema Sanitario de Navarra 31(2),
2008). Syllables are counted by spelling, so a single word may be off by one.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST_WORDS = 12
"""Formulas say nothing about shorter texts."""
LONG_SENTENCE = 25
AIM = 8
MOST_SHOWN = 5


class Ease(enum.StrEnum):
    PLAIN = "plain"
    FAIR = "fair"
    HARD = "hard"
    VERY_HARD = "very_hard"


@dataclass(frozen=True)
class HardWord:
    """A word or phrase that few people use; `plain` says it simply, where we know a way."""

    words: str
    plain: str = ""


@dataclass(frozen=True)
class Reading:
    """What can be said of a text; `ease` and `grade` are `None` where it is too short.

    `grade` is the school grade in the United States, for English alone.
    """

    language: str
    ease: Ease | None
    grade: int | None
    long_sentences: Sequence[str]
    hard_words: Sequence[HardWord]

    @property
    def has_hints(self) -> bool:
        return bool(self.ease or self.long_sentences or self.hard_words)


_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ADDRESS = re.compile(r"https?://\S+")
_ENDS = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+(?=[\"“¿¡(]*[^\W\d_a-záéíóúñ]|[\"“¿¡(]*\d)|\n+")
_SHORT = re.compile(r"\b(?:No|Sec|Art|Dr|Mr|Mrs|Ms|St|vs|etc|art|núm|pág|Sr|Sra)\.$")


def reading_of(text: str, language: str) -> Reading:
    """Read a text of one of our two languages; of another one only its long sentences."""
    sentences = sentences_of(text)
    words = [_WORD.findall(_ADDRESS.sub(" ", sentence)) for sentence in sentences]
    number = sum(map(len, words))
    count = _SYLLABLES.get(language)
    ease, grade = None, None
    if count is not None and number >= FEWEST_WORDS:
        syllables = sum(count(word) for sentence in words for word in sentence)
        per_sentence, per_word = number / len(sentences), syllables / number
        if language == "en":
            grade = max(1, round(0.39 * per_sentence + 11.8 * per_word - 15.59))
            ease = _ease_en(grade)
        else:
            ease = _ease_es(206.835 - 62.3 * per_word - per_sentence)
    return Reading(
        language=language,
        ease=ease,
        grade=grade,
        long_sentences=[
            sentence
            for sentence, its in zip(sentences, words, strict=True)
            if len(its) > LONG_SENTENCE
        ][:MOST_SHOWN],
        hard_words=_hard_words(text, words, language)[:MOST_SHOWN],
    )


def sentences_of(text: str) -> list[str]:
    """Sentences with at least one word; a title such as “No.” ends none."""
    found: list[str] = []
    for piece in _ENDS.split(text):
        if found and _SHORT.search(found[-1]):
            found[-1] += f" {piece.strip()}"
        elif _WORD.search(piece):
            found.append(piece.strip())
    return found


def syllables_en(word: str) -> int:
    """Groups of vowels, without endings that are written and not spoken."""
    word = re.sub(r"[’']s?$|[’'-]", "", word.lower())
    number = len(re.findall(r"[aeiouy]+", word))
    if re.search(r"(?:[^aeioutd]ed|[^aeiouylsxzcgh]es|[^aeiouyl]e|[aeiouy]les?)$", word):
        number -= 1
    number += len(
        re.findall(r"ia(?!l$|n$)|(?<![tscgx])io|[^qg]ua|[dr]eo|(?<=[rd])ea$|ying|ism$", word)
    )
    return max(1, number)


def syllables_es(word: str) -> int:
    """One for each strong or stressed vowel of a group, at least one for the group."""
    groups = re.findall(r"[aeiouáéíóúü]+y?$|[aeiouáéíóúü]+", word.lower())
    return max(1, sum(max(1, len(re.findall(r"[aeoáéóíú]", group))) for group in groups))


def _ease_en(grade: int) -> Ease:
    steps = ((AIM, Ease.PLAIN), (10, Ease.FAIR), (13, Ease.HARD))
    return next((ease for most, ease in steps if grade <= most), Ease.VERY_HARD)


def _ease_es(perspicuity: float) -> Ease:
    steps = ((65, Ease.PLAIN), (55, Ease.FAIR), (40, Ease.HARD))
    return next((ease for least, ease in steps if perspicuity >= least), Ease.VERY_HARD)


def _hard_words(text: str, sentences: Sequence[Sequence[str]], language: str) -> list[HardWord]:
    if language not in PLAINER:
        return []
    known = PLAINER[language]
    found = {
        match.group().lower(): HardWord(match.group(), known[match.group().lower()])
        for match in _PHRASES[language].finditer(text)
    }
    for sentence in sentences:
        for place, word in enumerate(sentence):
            is_name = place > 0 and word[:1].isupper()
            if is_name or "-" in word or word.lower() in FAMILIAR:
                continue
            is_long = _SYLLABLES[language](word) > _MOST_SYLLABLES[language]
            if is_long and not any(word.lower() in phrase for phrase in found):
                found[word.lower()] = HardWord(word)
    return list(found.values())


_SYLLABLES = {"en": syllables_en, "es": syllables_es}
_MOST_SYLLABLES = {"en": 4, "es": 6}
FAMILIAR = frozenset(
    "communities communities’ community’s hospitalization immediately individually "
    "opportunity opportunities organization organizations organizational recommendation "
    "recommendations responsibility university interdisciplinary".split()
)
"""Long, and known to everybody who reads about a course."""

PLAINER: dict[str, dict[str, str]] = {
    "en": {
        "additional": "more",
        "aforementioned": "this",
        "approximately": "about",
        "ascertain": "find out",
        "at this point in time": "now",
        "at this time": "now",
        "commence": "begin",
        "demonstrate": "show",
        "due to the fact that": "because",
        "endeavor": "try",
        "facilitate": "help",
        "implement": "put in place",
        "implementation": "putting in place",
        "in accordance with": "under",
        "in order to": "to",
        "in the event of": "if there is",
        "in the event that": "if",
        "individuals": "people",
        "methodology": "method",
        "modalities": "ways",
        "notwithstanding": "in spite of",
        "numerous": "many",
        "personnel": "staff",
        "prior to": "before",
        "pursuant to": "under",
        "remuneration": "pay",
        "stakeholders": "people concerned",
        "subsequent to": "after",
        "sufficient": "enough",
        "terminate": "end",
        "utilization": "use",
        "utilize": "use",
        "with regard to": "about",
        "with respect to": "about",
    },
    "es": {
        "a efectos de": "para",
        "asimismo": "también",
        "con anterioridad a": "antes de",
        "con el fin de": "para",
        "con el objeto de": "para",
        "con posterioridad a": "después de",
        "de conformidad con": "según",
        "debido a que": "porque",
        "efectuar": "hacer",
        "en caso de que": "si",
        "en el supuesto de que": "si",
        "en relación con": "sobre",
        "en virtud de": "por",
        "finalizar": "terminar",
        "implementación": "puesta en marcha",
        "implementar": "poner en marcha",
        "individuos": "personas",
        "la totalidad de": "todos los",
        "mediante": "con",
        "metodología": "método",
        "no obstante": "pero",
        "numerosos": "muchos",
        "posibilitar": "permitir",
        "solicitar": "pedir",
        "utilización": "uso",
        "utilizar": "usar",
    },
}
_PHRASES = {
    language: re.compile(
        r"\b(?:" + "|".join(sorted(map(re.escape, known), key=len, reverse=True)) + r")\b",
        re.IGNORECASE,
    )
    for language, known in PLAINER.items()
}
