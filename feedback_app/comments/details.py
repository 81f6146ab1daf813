"""Finds what a writer may want to leave out: names after a title, dates, plates, numbers."""

from __future__ import annotations

import re

_TITLES = (
    r"officers?|ofc|sergeant|sgt|lieutenant|lt|captain|capt|detective|det|deputy|chief|mr|mrs|ms"
    r"|oficial|agente|sargento|teniente|capit[aá]n|detective|sr|sra|se[nñ]or|se[nñ]ora"
)
_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_MESES = (
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre"
)
_PATTERNS = [
    re.compile(
        rf"\b(?i:{_TITLES})\b\.?\s+[A-ZÁÉÍÓÚÑ][\w’'-]{{1,30}}(?:\s+[A-ZÁÉÍÓÚÑ][\w’'-]{{1,30}})?"
    ),
    re.compile(rf"\b(?:{_MONTHS})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?", re.I),
    re.compile(rf"\b\d{{1,2}}\s+de\s+(?:{_MESES})\b(?:\s+de\s+\d{{4}})?", re.I),
    re.compile(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b"),
    re.compile(r"\b(?i:badge|placa|unit|unidad|case|caso)\s*(?:#|no\.?|núm\.?)?\s*\d{2,10}\b"),
    re.compile(r"\b[A-Z]{2,3}[- ]?\d{3,4}\b|\b\d{3}[- ]?[A-Z]{3}\b"),
    re.compile(r"(?<![\w+])\+?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b"),
    re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
    re.compile(
        r"\b\d{1,5}\s+(?:[NSEW]\.?\s+)?[A-Z][a-z]{1,20}\s+(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Dr)\b"
    ),
]
MOST = 40


def personal_details(text: str) -> list[tuple[int, int]]:
    """Spans in code points, in order and apart, of words that may tell who somebody is.

    Only a help before sending: it finds common shapes in English and Spanish, not all.
    """
    found = sorted(found.span() for pattern in _PATTERNS for found in pattern.finditer(text))
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart[:MOST]
