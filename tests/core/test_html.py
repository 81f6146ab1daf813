from __future__ import annotations

import re
import unicodedata

import pytest
from bleach._vendor import html5lib
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedback_app.core.html import (
    Chip,
    Mark,
    UnacceptableText,
    accept_text,
    clean,
    highlight,
    plain_text,
    render,
    render_comment,
    word_count,
)

PIECES = st.sampled_from(
    [
        "# ",
        "## ",
        "- ",
        "1. ",
        "> ",
        "* ",
        "    ",
        "```\n",
        "\n",
        "\n\n",
        "  \n",
        "\\\n",
        "|",
        "---",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "**",
        "*",
        "_",
        "`",
        "[x](http://a.org/b?c=1&d=2)",
        "[^1]",
        "[^1]: note ",
        "^[inline]",
        "![alt](http://evil.org/x.png)",
        "<b>",
        "<script>alert(1)</script>",
        "[y](javascript:alert(1))",
        "[](http://empty.org)",
        "&amp;",
        "&nbsp;",
        "&#10;",
        "&#13;",
        "&#9;",
        "&#x301;",
        "&lt;img src=x onerror=alert(1)&gt;",
        "&#0;",
        "e\u0301",
        "\u0301",
        "\t",
        "\u2028",
        "<https://a.org>",
        "\x85",
        "\x07",
        "\ud800",
        "é",
        "😀",
        "한",
        "\u1112\u1161\u11ab",
        "word ",
        "data:text/html,x",
        "---\n",
        "$",
        "\ufffe",
        '"',
        "'",
        "\\",
    ]
)
NEVER_SHOWN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
MARKDOWN = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=30).map("".join)


def text_content(html: str) -> str:
    """What a browser calls textContent: the vendored parser follows the HTML standard."""
    return "".join(html5lib.parseFragment(html).itertext())


@settings(max_examples=400, deadline=None)
@given(MARKDOWN)
@example("*e*\u0301 x")
@example("```\n\na\n\n\nb\n```")
@example("| | |\n|---|---|\n| a | |\n| | |")
@example("- a\n  - b\n\n    c\n-\n- d")
@example("a  \n  \\\n\\\nb")
def test_the_text_content_of_the_html_is_the_canonical_text(source):
    rendered = render(source, key="abcd2345")

    assert text_content(rendered.html) == rendered.text
    assert plain_text(rendered.html) == rendered.text


@settings(max_examples=300, deadline=None)
@given(MARKDOWN)
@example("*e*\u0301 x")
def test_canonical_text_is_normal_and_its_blocks_are_never_empty(source):
    text = render(source).text

    assert unicodedata.is_normalized("NFC", text)
    assert not text or all(block.strip(" \n") for block in text.split("\n\n"))
    assert not re.search(r"[\r\x00-\x08\x0b-\x1f\x7f-\x9f]", text)


@settings(max_examples=300, deadline=None)
@given(MARKDOWN)
def test_nothing_dangerous_survives(source):
    for html in (render(source).html, clean(source), render_comment(source).html):
        soup = BeautifulSoup(html, "html.parser")
        for tag in soup.find_all(True):
            assert tag.name not in {"script", "style", "img", "iframe", "form", "svg", "b"}
            assert set(tag.attrs) <= {"href", "id", "rel", "start", "scope", "class"}
            address = tag.attrs.get("href", "https://")
            assert re.match(r"(https?://|mailto:|#fn)", address)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200).filter(lambda t: not re.search("[\ud800-\udfff]", t)))
@example("a\n\n\n b  c\r\n**x** <b>&amp;")
def test_a_comment_shows_the_signs_that_were_typed(body):
    rendered = render_comment(body)

    typed = unicodedata.normalize("NFC", NEVER_SHOWN.sub("", body))
    assert text_content(rendered.html) == rendered.text
    assert "".join(rendered.text.split()) == "".join(typed.split())


def test_markdown_in_a_comment_is_not_interpreted():
    rendered = render_comment("**Stop** now\n# not a title\n\n<b>second</b>")

    assert rendered.html == (
        "<p>**Stop** now<br>\n# not a title</p>\n\n<p>&lt;b&gt;second&lt;/b&gt;</p>"
    )


def test_blocks_items_rows_and_cells_are_parted_in_one_known_way():
    source = "# Aims\n\nOne\ntwo\\\nthree\n\n- a\n- b\n\n| h | i |\n|---|---|\n| 1 |  |\n"

    assert render(source).text == "Aims\n\nOne two\nthree\n\na\n\nb\n\nh\ti\n\n1\t"


def test_headings_start_below_the_title_of_the_section_and_skip_no_step():
    html = render("#### First\n\n###### Second\n\n# Third").html

    assert [tag.name for tag in BeautifulSoup(html, "html.parser").find_all(True)] == [
        "h4",
        "h5",
        "h4",
    ]


def test_footnotes_carry_the_key_of_their_section():
    html = render("Wait.[^law]\n\n[^law]: Code 4.", key="k7").html

    assert '<a id="fnref-k7-1" href="#fn-k7-1" rel="nofollow noopener">[1]</a>' in html
    assert '<div class="footnote" id="fn-k7-1">' in html


def test_a_picture_from_elsewhere_becomes_its_description():
    assert render("See ![two *officers*](https://a.org/x.png).").text == "See two officers."


def test_only_web_and_mail_addresses_stay_links():
    html = render("[a](https://a.org) [b](mailto:b@a.org) [c](ftp://a.org) [d](/in)").html

    assert [a["href"] for a in BeautifulSoup(html, "html.parser").find_all("a")] == [
        "https://a.org",
        "mailto:b@a.org",
    ]
    assert html.count('rel="nofollow noopener"') == 2


def test_a_table_head_without_words_is_left_out():
    html = render("| | |\n|---|---|\n| a | b |").html

    assert "<th" not in html


def test_a_key_that_could_break_an_attribute_is_refused():
    with pytest.raises(ValueError):
        render("x", key='a"b')


CHIP = re.compile(r'<a class="n" .*?</a>')
MARKS = st.lists(
    st.tuples(st.integers(-3, 90), st.integers(0, 90), st.booleans(), st.booleans()), max_size=8
)


@settings(max_examples=400, deadline=None)
@given(MARKDOWN, MARKS)
def test_marking_passages_never_changes_the_text(source, wanted):
    rendered = render(source, key="k")
    marks = [
        Mark(start, end, "q", id=f"q{n}", href="/c" if linked else "",
             chip=Chip("2", "#c", "2 comments") if counted else None)
        for n, (start, end, linked, counted) in enumerate(wanted)
    ]  # fmt: skip

    html = highlight(rendered.html, marks)

    assert text_content(CHIP.sub("", html)) == rendered.text
    assert len(re.findall("<(?![bh]r>)[a-z]", html)) == html.count("</")
    assert not re.search(r"<a [^>]*>(?:(?!</a>).)*<a ", html, re.DOTALL)


@settings(max_examples=200, deadline=None)
@given(MARKDOWN, st.integers(0, 60), st.integers(1, 60))
def test_marked_words_are_exactly_the_words_of_the_span(source, start, length):
    rendered = render(source)

    html = highlight(rendered.html, [Mark(start, start + length, "q", tag="mark")])

    marked = "".join(m.get_text() for m in BeautifulSoup(html, "html.parser").find_all("mark"))
    quote = rendered.text[start : start + length]
    assert re.sub(r"[\n\t]", "", marked) == re.sub(r"[\n\t]", "", quote)


def test_a_chip_stands_after_a_link_that_ends_with_the_passage():
    rendered = render("See [the law](https://a.org) now.")

    html = highlight(rendered.html, [Mark(4, 11, "q", chip=Chip("3", "#c1", "3 comments"))])

    assert (
        '<span class="q">the law</span></a>'
        '<a class="n" href="#c1" aria-label="3 comments">3</a> now.' in html
    )


def test_markup_from_elsewhere_is_not_marked():
    with pytest.raises(TypeError):
        highlight("<p>x</p>", [Mark(0, 1)])  # type: ignore[arg-type]


def test_text_is_kept_composed_with_plain_line_ends():
    assert accept_text("cafe\u0301\r\nno\rsi") == "café\nno\nsi"


@pytest.mark.parametrize("raw", ["a\x00b", "a\ud83d"])
def test_a_null_or_half_a_character_is_refused(raw):
    with pytest.raises(UnacceptableText):
        accept_text(raw)


def test_words_are_counted_between_spaces():
    assert word_count("Wait – and/or step back, officer’s 2 choice.") == 7
