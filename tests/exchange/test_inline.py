from __future__ import annotations

import re
import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedback_app.core.html import render
from feedback_app.exchange.inline import Run, escape_line, write_line

SIGNS = st.one_of(
    st.sampled_from("*_[](`#=|!^~\\<&.,“”—é+-> "),
    st.sampled_from(["<b>", "&amp;", "word", "a_b", "[^1]", "http://x.org", "---", "1. "]),
)
WORDS = st.lists(st.one_of(SIGNS, st.text(max_size=4)), max_size=8).map("".join)
RUNS = st.lists(
    st.builds(
        Run,
        text=WORDS,
        bold=st.booleans(),
        italic=st.booleans(),
        link=st.sampled_from(["", "", "", "https://a.org/x(1)", "javascript:x"]),
        is_break=st.sampled_from([False, False, False, True]),
    ),
    max_size=6,
)
UNSEEN = re.compile(
    "[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x9f\\ue000-\\ue001\\ufdd0-\\ufdef\\ufffe\\uffff\\s]"
)


def letters(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=500, deadline=None)
@given(RUNS)
@example([Run("1."), Run(is_break=True), Run("# x")])
@example([Run("a!"), Run("b", link="https://a.org")])
def test_formatted_words_read_back_as_the_same_words(runs):
    line = write_line(runs)

    assert letters(render(line.markdown).text) == letters(line.plain)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_kept_whole(text):
    typed = unicodedata.normalize("NFC", UNSEEN.sub("", text))

    assert letters(render(escape_line(text)).text) == letters(typed)


def test_bold_italic_and_links_become_markdown():
    line = write_line(
        [
            Run("Officers "),
            Run("must ", bold=True),
            Run("wait", bold=True, italic=True),
            Run(" for "),
            Run("the law", link="https://a.org/x_y"),
            Run("."),
        ]
    )

    assert line.markdown == "Officers **must _wait_** for [the law](https://a.org/x_y)."
    assert line.plain == "Officers must wait for the law."


def test_emphasis_that_markdown_would_not_accept_is_narrowed():
    line = write_line([Run("“Federal”", bold=True), Run("information")])

    assert "<strong>“Federal</strong>”information" in render(line.markdown).html


def test_emphasis_inside_a_word_is_kept():
    assert write_line([Run("re", italic=True), Run("do")]).markdown == "*re*do"


def test_a_line_of_bold_words_says_so():
    assert write_line([Run("Scenario", bold=True), Run(": "), Run("two", bold=True)]).is_bold
    assert not write_line([Run("Scenario", bold=True), Run(" two")]).is_bold


def test_a_line_that_looks_like_a_list_stays_words():
    html = render(write_line([Run("1. Not a list")]).markdown).html

    assert html == "<p>1. Not a list</p>"
