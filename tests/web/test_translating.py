"""Words in templates: what they hold is ours, what is put into them is escaped."""

from __future__ import annotations

import pytest
from flask import render_template_string
from jinja2 import DictLoader

pytestmark = pytest.mark.one_engine


@pytest.fixture
def say(app):
    def draw(source: str, path: str = "/", **values: object) -> str:
        with app.test_request_context(
            path, environ_overrides={"feedback.language": path[1:] or "en"}
        ):
            return render_template_string(source, **values)

    return draw


def test_a_value_is_escaped_and_a_number_keeps_its_form(say):
    assert say('{{ _("On %(what)s", what=x) }}', x="<b>") == "On &lt;b&gt;"
    assert say('{{ _("%(n)03d of %(m).1f", n=7, m=2.5) }}') == "007 of 2.5"


def test_a_percent_sign_is_written_twice_and_shown_once(say):
    assert say('{{ _("100 %% of them") }}') == "100 % of them"


def test_numbers_choose_their_form_in_each_language(say):
    source = '{{ ngettext("%(num)s comment", "%(num)s comments", n) }}'

    assert [say(source, n=n) for n in (0, 1, 2)] == ["0 comments", "1 comment", "2 comments"]
    assert [say(source, "/es", n=n) for n in (1, 2)] == ["1 comentario", "2 comentarios"]


def test_each_request_is_answered_in_its_own_language(say):
    assert say('{{ _("Sign in") }}') == "Sign in"
    assert say('{{ _("Sign in") }}', "/es") == "Iniciar sesión"
    assert say('{{ _("Sign in") }}') == "Sign in"


@pytest.mark.parametrize("name", ["page.html", "mail.txt"])
def test_words_put_in_when_a_template_is_compiled_say_what_a_look_up_says(app, name):
    source = """{{ _("Sign in") }}|{{ _("100 %% of them") }}|{{ _("On %(what)s", what=x) }}"""
    asked: list[str] = []
    spoken = app.jinja_env.overlay(loader=DictLoader({name: source}), cache_size=9)
    spoken.speak(app.jinja_env._say, lambda: asked[-1])
    escaped = "&lt;b&gt;" if name.endswith("html") else "<b>"

    with app.app_context():
        for language, words in (("en", "Sign in"), ("es", "Iniciar sesión"), ("en", "Sign in")):
            asked.append(language)
            first, share, on = spoken.get_template(name).render(x="<b>").split("|")

            assert first == words
            assert share.startswith("100 %")
            assert on.endswith(escaped)


def test_a_template_may_call_its_own_things_as_it_likes(app):
    source = """{% set said = x %}{{ _("On %(what)s", what=said) }}"""
    spoken = app.jinja_env.overlay(loader=DictLoader({"page.html": source}), cache_size=9)
    spoken.speak(app.jinja_env._say, lambda: "en")

    with app.app_context():
        assert spoken.get_template("page.html").render(x="time") == "On time"


def test_values_stand_where_each_language_has_them(app):
    source = (
        '{{ _("Closing moved later by %(name)s, from %(before)s to %(after)s.", '
        'after="C", name=x, before="B") }}|{{ _("%(a)s, then %(a)s", a=x) }}'
    )
    said = {
        "en": "Closing moved later by &lt;b&gt;, from B to C.",
        "es": "&lt;b&gt; movió el cierre a más tarde, del B al C.",
    }
    asked: list[str] = []
    spoken = app.jinja_env.overlay(loader=DictLoader({"page.html": source}), cache_size=9)
    spoken.speak(app.jinja_env._say, lambda: asked[-1])

    with app.app_context():
        for language, words in said.items():
            asked.append(language)
            moved, twice = spoken.get_template("page.html").render(x="<b>").split("|")

            assert moved == words
            assert twice == "&lt;b&gt;, then &lt;b&gt;"
