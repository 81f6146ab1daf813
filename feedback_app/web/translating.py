"""Translations for templates, put in where a template is compiled: once for each language.

Flask-Babel asks for its application, domain and language again at every word, which cost more
than drawing the page around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import chain
from typing import Any, cast

from babel.support import NullTranslations, Translations
from flask import Flask
from flask.templating import Environment
from jinja2 import Template, pass_eval_context
from jinja2.nodes import Call, Const, EvalContext, Expr, Name, Node, Output, TemplateData
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

Say = Callable[[str, str], Markup]

_SAID = "_a_message_as_it_is_said"
"""What compiled templates call; no template of ours has a variable of this name."""
_PLACE = re.compile(r"%\((\w+)\)s")


class SpokenTemplates(Environment):
    """Templates by the language of the page; each language has an environment of its own."""

    language: str | None = None

    def speak(self, say: Say, chosen: Callable[[], str]) -> None:
        """`say` translates a message into a language, `chosen` names the page's."""
        self._say, self._chosen = say, chosen
        self._spoken: dict[str, SpokenTemplates] = {}

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> Template:
        if self.language is not None:
            return super().get_template(name, parent, globals)
        language = self._chosen()
        if language not in self._spoken:
            spoken = self.overlay(cache_size=400)
            spoken.language = language
            self._spoken[language] = spoken
        return self._spoken[language].get_template(name, parent, globals)

    def make_globals(self, d: Any) -> Any:
        """A plain copy, once a template: each drawing copies it, and a chain takes long."""
        return {**self.globals, **(d or {})}

    def compile(self, source: Any, name: Any = None, *more: Any, **options: Any) -> Any:
        """Compile a template with its words in it, where no value has to be put into them."""
        if self.language is not None and isinstance(source, str):
            markup = self.autoescape(name) if callable(self.autoescape) else self.autoescape
            put_in = _PutIn(self._say, self.language, markup)
            source = put_in.visit(self.parse(source, name, more[0] if more else None))
        return super().compile(source, name, *more, **options)


class _PutIn(NodeTransformer):
    """Replaces `_("…")` by what it says, with its values where these are shown as they are."""

    def __init__(self, say: Say, language: str, markup: bool) -> None:
        self._say, self._language, self._markup = say, language, markup

    def visit_Output(self, node: Output) -> Node:  # noqa: N802 - Jinja's name
        parts = chain.from_iterable(map(self._parted, node.nodes))
        return self.generic_visit(Output(list(parts), lineno=node.lineno))

    def _parted(self, shown: Expr) -> list[Expr]:
        """A message that is shown as it is said: its words, with its values between them."""
        message = _message(shown) if isinstance(shown, Call) else None
        if not isinstance(shown, Call) or message is None:
            return [shown]
        places = _PLACE.split(str(self._say(self._language, message)))
        words, names = places[::2], places[1::2]
        values = {pair.key: pair.value for pair in shown.kwargs}
        if "%" in "".join(words) or sorted(names) != sorted(values):
            return [shown]
        said: list[Expr] = [TemplateData(each, lineno=shown.lineno) for each in words]
        for at, name in reversed(list(enumerate(names, 1))):
            said.insert(at, values[name])
        return said

    def visit_Call(self, node: Call) -> Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        message = _message(node)
        if message is None:
            return node
        said = self._say(self._language, message)
        if "%" not in said:
            return Const(said if self._markup else str(said), lineno=node.lineno)
        node.node = Name(_SAID, "load", lineno=node.lineno)
        node.args = [Const(said, lineno=node.lineno)]
        return node


def _message(node: Call) -> str | None:
    """The message of a call that translates one which stands in the template."""
    called, args = node.node, node.args
    if not (isinstance(called, Name) and called.name in {"_", "gettext"} and len(args) == 1):
        return None
    return args[0].value if isinstance(args[0], Const) else None


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

    @pass_eval_context
    def said(context: EvalContext, message: Markup, /, **variables: Any) -> str:
        return _filled(context, message, variables)

    app.jinja_env.globals |= {
        "_": gettext,
        "gettext": gettext,
        "ngettext": ngettext,
        _SAID: said,
    }
    cast(SpokenTemplates, app.jinja_env).speak(translated, language)


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
