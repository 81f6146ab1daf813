"""The Web Annotation Data Model (W3C Recommendation, 23 February 2017), as far as we speak it.

Written after the Recommendation and its JSON-LD context, apart from what makes our export: each
shape says which properties must be there, which may, and what their values are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
MOTIVATIONS = frozenset(
    "assessing bookmarking classifying commenting describing editing highlighting identifying "
    "linking moderating questioning replying tagging".split()
)
TERMS = frozenset(
    "@context id type label total first last items partOf startIndex next prev motivation "
    "created modified creator generator body target value format language purpose source "
    "selector conformsTo refinedBy exact prefix suffix start end name nickname".split()
)
"""Of the terms of anno.jsonld, those that may stand anywhere in what we write."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*")
_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`]+")

Check = Callable[[Any], bool]


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_iri(value: Any) -> bool:
    return is_text(value) and _IRI.fullmatch(value) is not None


def is_place(value: Any) -> bool:
    return type(value) is int and value >= 0


def matches(pattern: re.Pattern[str]) -> Check:
    return lambda value: is_text(value) and pattern.fullmatch(value) is not None


def among(words: frozenset[str]) -> Check:
    return lambda value: is_text(value) and value in words


def named(*types: str) -> Check:
    """Another shape, checked on its own; here only that it is one of these."""
    return lambda value: isinstance(value, dict) and value.get("type") in types


def some(check: Check) -> Check:
    """One, or a list of at least one."""
    return lambda value: (
        all(map(check, value)) and bool(value) if isinstance(value, list) else check(value)
    )


def either(*checks: Check) -> Check:
    return lambda value: any(check(value) for check in checks)


SELECTORS = ("FragmentSelector", "TextQuoteSelector", "TextPositionSelector")
REFINED = {"refinedBy": some(named(*SELECTORS))}
SHAPES: dict[str, tuple[dict[str, Check], dict[str, Check]]] = {
    "AnnotationCollection": (  # section 5.1
        {"id": is_iri, "total": is_place, "first": either(is_iri, named("AnnotationPage"))},
        {"label": is_text, "last": is_iri, "@context": lambda value: value == CONTEXT},
    ),
    "AnnotationPage": (  # section 5.2
        {"id": is_iri, "items": lambda value: isinstance(value, list)},
        {"partOf": is_iri, "startIndex": is_place, "next": is_iri, "prev": is_iri},
    ),
    "Annotation": (  # section 3.1, 3.3
        {"id": is_iri, "target": some(either(is_iri, named("SpecificResource")))},
        {
            "body": some(named("TextualBody")),
            "motivation": some(among(MOTIVATIONS)),
            "created": matches(_INSTANT),
            "creator": some(named("Person", "Organization", "Software")),
        },
    ),
    "TextualBody": (  # section 3.2.4
        {"value": is_text},
        {
            "format": among(frozenset({"text/plain", "text/html"})),
            "language": matches(_LANGUAGE),
            "purpose": some(among(MOTIVATIONS)),
        },
    ),
    "Person": ({}, {"name": is_text, "nickname": is_text}),  # section 3.3.2
    "SpecificResource": ({"source": is_iri}, {"selector": some(named(*SELECTORS))}),  # 4.1
    "FragmentSelector": ({"value": is_text}, {"conformsTo": is_iri, **REFINED}),  # 4.2.1
    "TextQuoteSelector": (  # section 4.2.4
        {"exact": is_text},
        {"prefix": is_text, "suffix": is_text, **REFINED},
    ),
    "TextPositionSelector": ({"start": is_place, "end": is_place}, REFINED),  # 4.2.5
}


def violations(told: Any, where: str = "$") -> Iterator[str]:
    """What the model forbids in this tree, each with its place; nothing where it is sound."""
    if isinstance(told, list):
        for n, each in enumerate(told):
            yield from violations(each, f"{where}[{n}]")
    if not isinstance(told, dict):
        return
    shape = SHAPES.get(told.get("type", ""))
    if shape is None:
        yield f"{where}: no such type as {told.get('type')!r}"
        return
    must, may = shape
    for name in must.keys() - told.keys():
        yield f"{where}: {told['type']} lacks {name}"
    for name, value in told.items():
        check = (must | may).get(name)
        if name not in TERMS:
            yield f"{where}.{name}: not in the context"
        elif name != "type" and (check is None or not check(value)):
            yield f"{where}.{name}: {value!r}"
        yield from violations(value, f"{where}.{name}")
    if told["type"] == "TextPositionSelector" and told.get("end", 0) <= told.get("start", 0):
        yield f"{where}: nothing lies between its ends"
