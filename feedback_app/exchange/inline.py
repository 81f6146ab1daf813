"""Writes formatted words as Markdown that reads back as exactly these words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from feedback_app.core.markdown import is_safe_address, to_html

_BREAK = "\ue000"
_NOTE = "\ue001"
_CODE = "\ue002"
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\ue002\ufdd0-\ufdef\ufffe\uffff]")
_WHITE = re.compile("[ \t\n\r\f\v\u2028\u2029]+")
_SIGNS = re.compile(r"[\\`*\[\]]|<(?=[A-Za-z/!?])|&(?=#|\w+;)|_(?!(?<=\w_)\w)")
_ALL_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
_LINE_START = re.compile(
    r"^(?:(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|=+\s*$|-+\s*$|~~~)|(\d{1,9})([.)])(?=\s|$))"
)


@dataclass(frozen=True)
class Run:
    """Words with one format; `note` names a footnote that stands here instead of words."""

    text: str = ""
    bold: bool = False
    italic: bool = False
    link: str = ""
    note: str = ""
    is_break: bool = False
    code: bool = False


@dataclass(frozen=True)
class Line:
    """One paragraph's words: as Markdown, as plain text, and whether all of them are bold."""

    markdown: str
    plain: str
    is_bold: bool = False
    lost_emphasis: bool = False
    lost_links: int = 0


def write_line(runs: Iterable[Run], *, breaks: bool = True) -> Line:
    """Return a paragraph as Markdown; without `breaks` (cells, titles) line ends are spaces."""
    marked = _Marked(runs, breaks=breaks)
    plain = marked.plain()
    markdown = marked.markdown()
    lost = False
    if _letters(to_html(re.sub(r"\[\^[^\]]+\]", "", markdown))[1]) != _letters(plain):
        lost = any(marked.bold) or any(marked.italic) or any(marked.links)
        markdown = marked.bare()
    return Line(
        markdown=markdown,
        plain=plain,
        is_bold=marked.is_all_bold(),
        lost_emphasis=lost,
        lost_links=marked.lost_links,
    )


def escape_line(text: str) -> str:
    return write_line([Run(text)], breaks=False).markdown


class _Marked:
    """The words as one string, with the format of each letter beside it."""

    def __init__(self, runs: Iterable[Run], *, breaks: bool) -> None:
        self.notes: list[str] = []
        self.codes: list[str] = []
        self.lost_links = 0
        letters: list[tuple[str, bool, bool, str]] = []
        for run in runs:
            self._take(run, letters, breaks=breaks)
        while letters and letters[-1][0] in (" ", _BREAK):
            letters.pop()
        self.text = "".join(letter for letter, *_ in letters)
        self.bold = [bold for _, bold, _, _ in letters]
        self.italic = [italic for _, _, italic, _ in letters]
        self.links = [link for *_, link in letters]
        for flags in (self.bold, self.italic):
            self._loosen(flags)
        self._trim_links()

    def _take(
        self, run: Run, letters: list[tuple[str, bool, bool, str]], *, breaks: bool
    ) -> None:
        link = run.link if is_safe_address(run.link) else ""
        self.lost_links += bool(run.link) and not link and bool(run.text.strip())
        if run.note:
            self.notes.append(run.note)
            letters.append((_NOTE, False, False, ""))
            return
        if run.code and run.text.strip():
            code = unicodedata.normalize("NFC", _WHITE.sub(" ", _UNWANTED.sub("", run.text)))
            if letters and letters[-1][0] == _CODE:
                self.codes[-1] += code
            else:
                self.codes.append(code)
                letters.append((_CODE, run.bold, run.italic, link))
            return
        text = unicodedata.normalize("NFC", _WHITE.sub(" ", _UNWANTED.sub("", run.text)))
        if run.is_break:
            text = _BREAK if breaks else " "
        for letter in text:
            last = letters[-1][0] if letters else _BREAK
            if letter == _BREAK and last == " ":
                letters.pop()
                last = letters[-1][0] if letters else _BREAK
            if letter in (" ", _BREAK) and last in (" ", _BREAK):
                continue
            letters.append((letter, run.bold, run.italic, link))

    def _loosen(self, flags: list[bool]) -> None:
        """Take from emphasis what CommonMark would not accept at its ends."""
        for start, end in _stretches(flags):
            a, b = start, end
            while a < b and self._bad_edge(a, -1):
                flags[a] = False
                a += 1
            while a < b and self._bad_edge(b - 1, 1):
                b -= 1
                flags[b] = False

    def _bad_edge(self, at: int, step: int) -> bool:
        letter = self.text[at]
        if letter in (" ", _BREAK, _NOTE, "\xa0") or letter.isspace():
            return True
        beyond = at + step
        outside = self.text[beyond] if 0 <= beyond < len(self.text) else " "
        return _is_sign(letter) and not (outside.isspace() or _is_sign(outside))

    def _trim_links(self) -> None:
        for start, end in _stretches([bool(link) for link in self.links]):
            for edge in (range(start, end), range(end - 1, start - 1, -1)):
                for at in edge:
                    if self.text[at] not in (" ", _BREAK):
                        break
                    self.links[at] = ""

    def plain(self) -> str:
        codes = iter(self.codes)
        text = self.text.replace(_BREAK, " ").replace(_NOTE, "")
        text = re.sub(_CODE, lambda _found: next(codes), text)
        return " ".join(text.split())

    def is_all_bold(self) -> bool:
        pairs = [b for c, b in zip(self.text, self.bold, strict=True) if c.isalnum()]
        return bool(pairs) and all(pairs)

    def markdown(self) -> str:
        out: list[str] = []
        notes = iter(self.notes)
        self._codes = iter(self.codes)
        at = 0
        while at < len(self.text):
            link = self.links[at]
            end = at
            while end < len(self.text) and self.links[end] == link:
                end += 1
            inner = self._emphasized(at, end, notes)
            if link:
                if out and out[-1].endswith(("!", "^")):
                    out[-1] = f"{out[-1][:-1]}\\{out[-1][-1]}"
                inner = f"[{inner}]({_address(link)})"
            out.append(inner)
            at = end
        return _guard_lines("".join(out))

    def _emphasized(self, start: int, end: int, notes: Iterator[str]) -> str:
        out: list[str] = []
        open_marks: list[tuple[str, str]] = []
        for a, b in self._same(start, end):
            wanted = ["bold"] * self.bold[a] + ["italic"] * self.italic[a]
            if self.italic[a] and self.bold[a] and _lasts_longer(self.italic, self.bold, a):
                wanted.reverse()
            kept = [kind for kind, _ in open_marks]
            while kept and kept != wanted[: len(kept)]:
                out.append(open_marks.pop()[1])
                kept.pop()
            for kind in wanted[len(kept) :]:
                sign = "**" if kind == "bold" else self._italic_sign(a)
                open_marks.append((kind, sign))
                out.append(sign)
            out.append(self._words(self.text[a:b], notes))
        out.extend(sign for _, sign in reversed(open_marks))
        return "".join(out)

    def _same(self, start: int, end: int) -> list[tuple[int, int]]:
        cuts = [start]
        for at in range(start + 1, end):
            if (self.bold[at], self.italic[at]) != (self.bold[at - 1], self.italic[at - 1]):
                cuts.append(at)
        return list(zip(cuts, [*cuts[1:], end], strict=True))

    def _italic_sign(self, at: int) -> str:
        end = at
        while end < len(self.text) and self.italic[end]:
            end += 1
        before = self.text[at - 1] if at else " "
        after = self.text[end] if end < len(self.text) else " "
        return "*" if before.isalnum() or after.isalnum() else "_"

    def _words(self, text: str, notes: Iterator[str]) -> str:
        out = []
        for piece in re.split(f"({_BREAK}|{_NOTE}|{_CODE})", text):
            if piece == _BREAK:
                out.append("\\\n")
            elif piece == _NOTE:
                out.append(f"[^{next(notes)}]")
            elif piece == _CODE:
                out.append(_code_span(next(self._codes)))
            else:
                out.append(_SIGNS.sub(lambda m: "\\" + m.group(), piece))
        return "".join(out)

    def bare(self) -> str:
        """Every sign escaped, no format: the words are safe whatever they are."""
        notes = iter(self.notes)
        codes = iter(self.codes)
        out = []
        for piece in re.split(f"({_BREAK}|{_NOTE}|{_CODE})", self.text):
            if piece == _BREAK:
                out.append("\\\n")
            elif piece == _NOTE:
                out.append(f"[^{next(notes)}]")
            elif piece == _CODE:
                out.append(_ALL_SIGNS.sub(r"\\\1", next(codes)))
            else:
                out.append(_ALL_SIGNS.sub(r"\\\1", piece))
        return "".join(out)


def _stretches(flags: Sequence[bool]) -> list[tuple[int, int]]:
    found = []
    start = -1
    for at, flag in enumerate([*flags, False]):
        if flag and start < 0:
            start = at
        elif not flag and start >= 0:
            found.append((start, at))
            start = -1
    return found


def _lasts_longer(first: Sequence[bool], second: Sequence[bool], at: int) -> bool:
    """Whether `first` began earlier or ends later than `second`, so that it goes outside."""
    if at and first[at - 1] != second[at - 1]:
        return first[at - 1]
    while at < len(first) and first[at] and second[at]:
        at += 1
    return at < len(first) and first[at]


def _guard_lines(markdown: str) -> str:
    lines = markdown.split("\n")
    return "\n".join(_LINE_START.sub(_escape_start, line) for line in lines)


def _escape_start(found: re.Match[str]) -> str:
    if found.group(1):
        return "\\" + found.group(1)
    return f"{found.group(2)}\\{found.group(3)}"


def _address(link: str) -> str:
    return re.sub(r"[\\()<>\s]", lambda m: f"%{ord(m.group()):02X}", link)


def _is_sign(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PS" or letter in (_NOTE, _CODE)


def _code_span(code: str) -> str:
    """Code between as many backticks as it needs."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if code.startswith(("`", " ")) or code.endswith(("`", " ")) else ""
    return f"{fence}{pad}{code}{pad}{fence}"


def _letters(text: str) -> str:
    return "".join(text.split())
