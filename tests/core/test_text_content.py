"""Offsets count in one text: the server's canonical one is what a real browser reads."""

from __future__ import annotations

from feedback_app.core.html import render

CONSTRUCTS = {
    "paragraphs": "One line\nand its soft break.\n\nA second paragraph.\n",
    "hard breaks": "One  \ntwo\\\nthree\n",
    "emphasis": "*one* **two** ***three*** `code  with  spaces` ~~kept as typed~~\n",
    "headings": "# One\n\nText\n\n## Two *with* emphasis\n\nSetext\n======\n\nmore\n",
    "tight list": "- one\n- two\n  - inner\n  - inner *two*\n- three\n",
    "loose list": "1. one\n\n   still one\n\n2. two\n\n   > quoted in an item\n",
    "list that starts at seven": "7. seven\n8. eight\n",
    "quote": "> one\n> two\n>\n> > deeper\n",
    "table": "| a | b |\n|---|:-:|\n| 1 | *2* |\n|   | `x | y` \\| z |\n",
    "code": "```text\n  indented\n\nlines & <tags>\n```\n\n    four spaces\n",
    "rule": "above\n\n---\n\nbelow\n",
    "links": '[words](https://example.org/a?b=c&d=e "title") <https://example.org> [ref][r]\n\n'
    "[r]: https://example.org/r\n",
    "image": "before ![words of a picture](https://example.org/p.png) after\n",
    "footnotes": "One[^a] and two[^b].\n\n[^a]: The first.\n\n    Its second paragraph.\n"
    "[^b]: The *second*.\n",
    "html typed": "<b>not</b> markup <script>alert(1)</script>\n\n<div>\nblock\n</div>\n",
    "entities": "&amp; &copy; &nbsp;| &#x1F600; &lt;b&gt; &notreal;\n",
    "escapes": "\\*not\\* \\# \\[x\\] 5 \\* 3\n",
    "carriage returns": "one\r\ntwo\r\n\r\nthree\rfour\r\r- item\r- other\r",
    "combining marks": "cafe\u0301 n\u0303 e\u0323\u0302 "
    "\u0915\u094d\u0937\u093f \u0e01\u0e33\n",
    "emoji": "👩🏽‍⚕️ 👨‍👩‍👧‍👦 🇺🇸 ☎️ 1️⃣ 😀\n\n- 👍🏿\n",
    "right to left": "\u202bשלום עולם\u202c and مرحبا بالعالم\n\n- \u2067אחת\u2069 (1)\n",
    "spaces": "no\u00a0break thin\u2009space \u3000wide zero\u200bwidth \u2060joined\ufeff "
    "soft\u00adhyphen\n",
    "tabs": "a\tb\n\n-\titem\n\n\tcode\there\n",
    "line separators": "one\u2028two\u2029three\x0bfour\x0cfive\x85six\n",
    "white space alone": " \n\n\t\n",
    "nothing": "",
    "deep": "> - 1. > text\n>      - more\n",
    "ends without a newline": "last line",
}


def test_canonical_text_is_the_text_content_for_every_construct(visits):
    rendered = {
        name: render(source, key=f"key{n}")
        for n, (name, source) in enumerate(CONSTRUCTS.items())
    }
    page = visits.open()
    parts = "".join(
        f'<div id="c{n}">{each.html}</div>' for n, each in enumerate(rendered.values())
    )
    page.set_content(f"<!doctype html><meta charset=utf-8><body>{parts}</body>")
    read = page.evaluate(
        """() => [...document.body.children].map((part) => [part.textContent, part.id])"""
    )

    assert len(read) == len(rendered)
    for (text, _), (name, each) in zip(read, rendered.items(), strict=True):
        assert text == each.text, name
        assert "\r" not in each.text, name
