"""Guesses minutes, kinds and language from words, in English and Spanish."""

from __future__ import annotations

import re
import unicodedata

_NUMBER = r"(?:\d{1,3}(?:[.,]\d{1,2})?(?:\s?½)?|½)"
_HOURS = (
    rf"(?P<hours>{_NUMBER}|\b(?:one|two|three|four|una|dos|tres|cuatro))"
    r"\s*-?\s*(?:hours?|hrs?|horas?|h)\b\.?"
)
_MINUTES = r"(?P<minutes>\d{1,3})\s*-?\s*(?:minutes?|minutos?|mins?|min)\b\.?"
_DURATION = re.compile(
    rf"(?:{_HOURS}(?:\s*(?:,|and|y|&)?\s*{_MINUTES})?|{_MINUTES.replace('minutes>', 'only>')})",
    re.IGNORECASE,
)
_CLOCK = r"(\d{1,2})[:.]?([0-5]\d)\s*(?:[ap]\.?\s?m\.?)?"
_RANGE = re.compile(rf"(?<!\d){_CLOCK}\s*(?:-|–|—|to|a)\s*{_CLOCK}(?!\d)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]{1,40})[)\]]\s*")
_AFTER_DASH = re.compile(r"\s*(?:[-–—:,|]|\t)\s*([^-–—:,|]{1,30})$")
_TIME_WORDS = re.compile(
    r"\b(?:time|duration|total|tiempo|duraci[oó]n|about|approx|hasta|am|pm)\b", re.IGNORECASE
)
_LABELLED = re.compile(
    r"^\W*(?:(?:total|estimated|suggested|allotted|instructional)\s+)?"
    r"(?:time|duration|length|minutes|hours|tiempo|duraci[oó]n|minutos|horas)"
    r"(?:\s+(?:allotted|required|needed|estimado|total))?\s*[:=–-]\s*(.{1,60})$",
    re.IGNORECASE,
)
_WORD_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "una": 1, "dos": 2, "tres": 3, "cuatro": 4,
}  # fmt: skip
_MOST_MINUTES = 60 * 80

_KINDS = {
    "safety": r"safety|danger|hazard|first aid|emergency procedure|seguridad|riesgos?"
    r"|primeros auxilios",
    "assessment": r"assess\w*|tests?\b|quiz\w*|exam\w*|evaluation|rubric|grading"
    r"|knowledge check|evaluaci[oó]n|prueba|cuestionario|r[uú]brica",
    "objective": r"objectives?|learning goals?|learning outcomes?|competenc\w+|aims?\b|goals?\b"
    r"|objetivos?|metas?\b|resultados de aprendizaje",
    "instructor_note": r"instructor|facilitator|trainer[’']?s? notes?|notes? to"
    r"|instructional cues|notas? (?:para|del|de la)|facilitador\w*",
    "activity": r"activit\w+|exercises?|scenarios?|role[ -]?plays?|practical|practice"
    r"|discussion|workshop|simulation|case stud\w+|drills?\b|breakout|icebreaker|actividad\w*"
    r"|ejercicios?|escenarios?|juegos? de rol|pr[aá]ctica|discusi[oó]n|debate|taller"
    r"|simulaci[oó]n",
    "material": r"materials?|handouts?|equipment|resources|references?|readings?"
    r"|bibliograph\w+|sources|appendix|appendices|supplies|materiales|equipo|recursos"
    r"|referencias|lecturas?|bibliograf[ií]a|anexos?|ap[eé]ndices?",
    "overview": r"overview|introduction|background|summary|purpose|welcome|about this"
    r"|course description|resumen|introducci[oó]n|antecedentes|prop[oó]sito|bienvenida"
    r"|presentaci[oó]n|descripci[oó]n del curso",
}
_KIND_PATTERNS = {
    kind: re.compile(rf"\b(?:{words})", re.IGNORECASE) for kind, words in _KINDS.items()
}

_SPANISH = frozenset(
    {"el", "la", "los", "las", "de", "que", "en", "y", "una", "un", "por", "con", "para", "se"}
)
_ENGLISH = frozenset(
    {"the", "of", "and", "to", "in", "a", "is", "for", "that", "with", "on", "are", "be", "or"}
)


def minutes_in(text: str) -> int | None:
    """Return the minutes that a phrase names: “45 minutes”, “1.5 hours”, “0900–1000”."""
    ranged = _RANGE.search(text)
    if ranged:
        start, end = (int(h) * 60 + int(m) for h, m in (ranged.group(1, 2), ranged.group(3, 4)))
        length = (end - start) % (12 * 60)
        return length or None
    found = _DURATION.search(text)
    if not found:
        return None
    if found.group("only"):
        total = float(found.group("only"))
    else:
        total = 60 * _amount(found.group("hours")) + float(found.group("minutes") or 0)
    return round(total) if 0 < total <= _MOST_MINUTES else None


def minutes_alone(text: str) -> int | None:
    """Minutes of a phrase that says nothing else, like a cell of a time column."""
    if len(text) > 40:
        return None
    bare = re.fullmatch(r"\s*(\d{1,3})\s*[’']?\s*", text)
    if bare:
        return int(bare.group(1)) or None
    rest = _DURATION.sub(" ", _RANGE.sub(" ", text))
    rest = _TIME_WORDS.sub("", rest)
    return minutes_in(text) if not re.search(r"\w", rest) else None


def minutes_of_title(title: str) -> tuple[str, int | None]:
    """Part a title from the duration it carries in brackets or after a dash."""
    for bracket in _IN_BRACKETS.finditer(title):
        minutes = (
            minutes_alone(bracket.group(1))
            if re.search(r"[a-zA-Z:]|\d{3}", bracket.group(1))
            else None
        )
        if minutes:
            rest = f"{title[: bracket.start()]} {title[bracket.end() :]}"
            return _tidy(rest) or title, minutes
    tail = _AFTER_DASH.search(title)
    if tail and re.search("[a-zA-Z]", tail.group(1)):
        minutes = minutes_alone(tail.group(1))
        if minutes:
            return _tidy(title[: tail.start()]) or title, minutes
    return title, None


def minutes_of_label(line: str) -> int | None:
    """Minutes of a line such as “Time: 45 minutes” or “Duración: 1 hora”."""
    found = _LABELLED.match(line.strip())
    return minutes_in(found.group(1)) if found else None


def kind_of(title: str) -> str | None:
    """Return the kind that a title's words name, or None."""
    for kind, pattern in _KIND_PATTERNS.items():
        if pattern.search(title):
            return kind
    return None


def language_of(text: str) -> str:
    """Return “es” or “en” by the small words of a text; “” when there are too few."""
    words = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text[:40_000]).lower())
    spanish = sum(word in _SPANISH for word in words)
    english = sum(word in _ENGLISH for word in words)
    if spanish + english < 5:
        return ""
    return "es" if spanish > english else "en"


def _amount(raw: str) -> float:
    if raw.lower() in _WORD_NUMBERS:
        return float(_WORD_NUMBERS[raw.lower()])
    half = 0.5 if "½" in raw else 0.0
    digits = raw.replace("½", "").strip().replace(",", ".")
    return (float(digits) if digits else 0.0) + half


def _tidy(title: str) -> str:
    return " ".join(title.split()).strip(" -–—:,|")
