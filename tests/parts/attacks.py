"""Strings that have broken programs, written out from what they try to break."""

from __future__ import annotations

import itertools
import unicodedata

from bs4 import BeautifulSoup

UNKEEPABLE = ("a\x00b", "\x00")

MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>here</a>",
    "[here](javascript:alert(1))",
    "[here](JaVaScRiPt&colon;alert(1))",
    "[here](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://elsewhere.example/pixel.png)",
    "<https://elsewhere.example/%00>",
    "<form action=//elsewhere.example><input name=csrf_token></form>",
    "<base href=//elsewhere.example>",
    "<meta http-equiv=refresh content='0;url=//elsewhere.example'>",
    "<style>*{display:none}</style>",
    "<textarea></textarea></textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<p id=content name=form onclick=alert(1)>",
    '"><script>alert(1)</script>',
    "' autofocus onfocus=alert(1) x='",
    "{{ 7*7 }}{{ config }}{% raw %}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "%(name)s %s %d %n {0} {name!r}",
    "&lt;script&gt; &#60;script&#62; &amp;amp;",
    "<" * 3000,
    "[" * 3000,
    "> " * 1500,
    "* " * 1500 + "x",
    "`" * 2999,
    "![[" * 900,
    "<a " * 900,
    "|a" * 900 + "\n" + "|-" * 900,
    "[^1]: " * 400,
    "[a](<b" * 500,
    "\\" * 3001,
    "&#x" + "f" * 2000 + ";",
]
QUERIES = [
    "' OR '1'='1",
    "'; DROP TABLE comments; --",
    '" OR ""="',
    "1; SELECT pg_sleep(9)",
    "\\'; COMMIT; --",
    "%' AND 1=0 UNION SELECT code_hash FROM participations --",
    "_%_%_%",
    "%%%",
    "*:* AND NEAR(",
    '"unbalanced',
    "a & | ! ( b",
    '{"$gt": ""}',
]
SHEETS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "|calc",
    "%0A=1",
    "\t=1",
    "＝1+1",
    "＠x",
    " =HYPERLINK(1)",
]
PATHS = [
    "../../etc/passwd",
    "..\\..\\windows",
    "/etc/passwd",
    "file:///etc/passwd",
    "//elsewhere.example",
    "https:elsewhere.example",
    "\\\\elsewhere.example",
    "/\\elsewhere.example",
    "http://127.0.0.1:5432/",
    "nul.txt",
    "$(id)",
    "`id`",
    "; id",
    "| id",
]
LINES = [
    "a\r\nSet-Cookie: b=c",
    "a\nBcc: x@elsewhere.example",
    "a%0d%0aX: y",
    "\r",
    "\n\n\n\n",
    "\v\f\x1c\x1d\x1e\x85\u2028\u2029",
]
LETTERS = [
    "\u202eright to left\u202c",
    "\u2066\u2067\u2068\u2069" * 50,
    "\u200b\u200c\u200d\ufeff",
    "a" + "\u0301" * 2000,
    "Z\u0351\u036b\u0343" * 300,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 100,
    "\U0001f1fa\U0001f1f8" * 200,
    "\ufdfa" * 500,
    "\u1e9e\u0130\u0131\u017f",
    "e\u0301 \u00e9 \u212b \u00c5",
    "\ufffe\uffff\U0010ffff",
    "\x01\x02\x07\x08\x1b[31m\x7f",
    "\u0660\u0661\u0662 ١٢٣ Ⅷ ½",
    "ﬁ ﬂ ＡＢＣ",
    "\u115f\u3164\u2800",
    "שלום עולם مرحبا بالعالم",
    "你好 こんにちは 안녕하세요 नमस्ते",
    "\ue000\uf8ff",
]
NUMBERS = [
    "0", "-0", "-1", "1e309", "NaN", "Infinity", "0x7fffffff", "2147483648",
    "9223372036854775808", "1" * 400, "1,000", "01", "1_000", "٣", "None", "null", "true", "[]",
]  # fmt: skip
WRAPPED = ("{}", "before {} after", "**{}**", "> {}", "[{}](https://example.org)", "1. {}")


def strings() -> list[str]:
    """All of them, plain and inside what Markdown knows."""
    groups = (MARKUP, QUERIES, SHEETS, PATHS, LINES, LETTERS, NUMBERS, UNKEEPABLE)
    plain = list(itertools.chain(*groups))
    return [wrap.format(text) for text in plain for wrap in WRAPPED]


def as_kept(text: str) -> str:
    """What is kept of a text: NFC with plain line ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines)


def alive(soup: BeautifulSoup) -> list[str]:
    """What on a page would run, load from elsewhere or send elsewhere."""
    found = [str(tag)[:80] for tag in soup.find_all("script") if not tag.get("src")]
    for tag in soup.find_all(True):
        for name, value in tag.attrs.items():
            address = "".join(str(value).split()).lower()
            runs = name.startswith("on") or name == "srcdoc"
            scheme = name in {"href", "src", "action", "formaction"} and address.startswith(
                ("javascript:", "data:text", "vbscript:")
            )
            loads = name in {"src", "action"} and address.startswith(("http", "//"))
            if runs or scheme or loads:
                found.append(str(tag)[:80])
    found += [str(tag)[:80] for tag in soup.find_all(["iframe", "object", "base", "style"])]
    return found
