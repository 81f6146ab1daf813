"""Translations for templates: one look-up in the catalog of the language, and nothing else.

Flask-Babel asks for its application, domain and language again at every word, which cost more
than drawing the page around it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape


def init_app(app: Flask, language: Callable[[], str]) -> None:
    """Take the place of Jinja's own functions, which do the same by detours."""
    catalogs: dict[str, NullTranslations] = {}

    def catalog(name: str) -> NullTranslations:
        if name not in catalogs:
            folder = app.config["BABEL_TRANSLATION_DIRECTORIES"]
            catalogs[name] = Translations.load(folder, [name])
        return catalogs[name]

    @lru_cache(maxsize=8192)
    def translated(name: str, message: str) -> Markup:
        return Markup(catalog(name).gettext(message))  # noqa: S704 - a message of ours

    @pass_eval_context
    def gettext(context: EvalContext, message: str, /, **variables: Any) -> str:
        return _filled(context, translated(language(), message), variables)

    @pass_eval_context
    def ngettext(
        context: EvalContext, singular: str, plural: str, num: int, /, **variables: Any
    ) -> str:
        said = catalog(language()).ngettext(singular, plural, num)
        return _filled(context, Markup(said), {"num": num} | variables)  # noqa: S704 - ours

    app.jinja_env.globals |= {"_": gettext, "gettext": gettext, "ngettext": ngettext}


def _filled(context: EvalContext, said: Markup, variables: dict[str, Any]) -> str:
    """What stands in a catalog is ours and may hold markup; what is put in is escaped."""
    if "%" not in said:
        return said if context.autoescape else str(said)
    if not context.autoescape:
        return str(said) % variables
    safe = {
        name: value if isinstance(value, int | float) else escape(value)
        for name, value in variables.items()
    }
    return Markup(str(said) % safe)  # noqa: S704 - a message of ours with escaped values
