"""How often relocation is right, on made-up revisions of the texts in a folder (or our own).

`python -m benchmarks.anchoring [FOLDER] [--seeds 1-20] [--errors N]`: seeds 1–99 are for
developing, 100 and up for judging.
"""

from __future__ import annotations

import argparse
import re
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.revisions import Case, Revised, revise
from feedback_app.comments.anchors import Anchor, Placement, SectionText, cut, relocate

_HEADING = re.compile(r"#{1,6} [^\n]*\Z")
_STRENGTHS = (0.2, 0.6, 1.2)
LENIENT = ("rewritten",)


def outcome(case: Case, placement: Placement, new: Sequence[SectionText]) -> str:
    """right · near (its paragraph) · section · wrong · lost, as those who judge count it."""
    at = {section.key: n for n, section in enumerate(new)}
    there = None if placement.section_key is None else at[placement.section_key]
    if not case.truths:
        return "right" if there is None else "wrong"
    if there is None:
        return "right" if case.kind in LENIENT else "lost"
    if not case.end:
        return "right" if any(m == there for m, _, _ in case.truths) else "wrong"
    low, high = placement.start or 0, placement.end or 0
    (m, start, end), *_ = case.truths
    if m == there:
        shared = max(0, min(end, high) - max(start, low))
        if shared >= 0.5 * ((end - start) + (high - low) - shared):
            return "right"
        breaks = [found.start() for found in re.finditer("\n\n", new[m].text)]
        mine, truth = (low + high) // 2, (start + end) // 2
        if bisect_right(breaks, mine) == bisect_right(breaks, truth):
            return "right" if case.kind in LENIENT else "near"
        return "section"
    return "wrong"


def judge(revised: Revised) -> Iterator[tuple[Case, Placement, str]]:
    anchors = [_anchor(revised.old[case.section], case) for case in revised.cases]
    placements = relocate(anchors, revised.old, revised.new)
    for case, placement in zip(revised.cases, placements, strict=True):
        yield case, placement, outcome(case, placement, revised.new)


def _anchor(section: SectionText, case: Case) -> Anchor:
    if not case.end:
        return Anchor(section.key, 0, 0, "")
    return Anchor(section.key, case.start, case.end, *cut(section.text, case.start, case.end))


def revisions(
    texts: dict[str, list[tuple[str, str]]], seeds: Iterable[int]
) -> Iterator[Revised]:
    pools = _pools(texts)
    names = sorted(texts)
    for seed in seeds:
        for n, name in enumerate(names):
            yield revise(
                name,
                texts[name],
                pools[_family(name)],
                seed,
                keeps_keys=(seed + n) % 2 == 0,
                strength=_STRENGTHS[(seed + n // 2) % 3],
            )


def _family(name: str) -> str:
    return name.partition("_")[0]


def _pools(texts: dict[str, list[tuple[str, str]]]) -> dict[str, list[str]]:
    """Sentences of other documents than those that share the first part of a name."""
    families = {_family(name) for name in texts}
    return {
        mine: sorted(
            {
                s
                for name, sections in texts.items()
                if _family(name) != mine or len(families) == 1
                for _, text in sections
                for s in _sentences(text)
            }
        )
        for mine in families
    }


def _sentences(text: str) -> list[str]:
    found = re.split(r"(?<=[.!?])\s+|\n+", text)
    return [s for s in found if 4 <= len(s.split()) <= 40]


def texts_in(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """The newest text of every document in a folder, cut at its headings."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted(folder.glob("*.txt")):
        sections: list[tuple[str, str]] = []
        title, blocks = "", []
        for block in path.read_text(encoding="utf8").split("\n\n"):
            if _HEADING.match(block.strip("\n")):
                sections.append((title, "\n\n".join(blocks)))
                title, blocks = block.lstrip("# \n"), []
            else:
                blocks.append(block)
        sections.append((title, "\n\n".join(blocks)))
        found[path.stem] = [s for s in sections if s[0] or s[1].strip()]
    return {name: sections for name, sections in found.items() if len(sections) > 3}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", default="1-3")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--most", type=int, default=60)
    asked = parser.parse_args()
    first, _, last = asked.seeds.partition("-")
    texts = texts_in(asked.folder)
    names = sorted(texts)
    texts = {n: texts[n] for n in names[:: max(1, len(names) // asked.most)]}
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    by_keys: dict[bool, Counter[str]] = defaultdict(Counter)
    shown: Counter[str] = Counter()
    spent = 0.0
    for revised in revisions(texts, range(int(first), int(last or first) + 1)):
        begun = time.process_time()
        judged = list(judge(revised))
        spent += time.process_time() - begun
        for case, placement, what in judged:
            rows[case.kind][what] += 1
            by_keys[revised.old[0].key.startswith("k")][
                ("s" if not case.end else "q") + what
            ] += 1
            if what not in ("right", "near") and shown[case.kind] < asked.errors:
                shown[case.kind] += 1
                _show(revised, case, placement, what)
    print(table(rows), f"\n{spent:.1f} CPU s", dict(by_keys))


def table(rows: dict[str, Counter[str]]) -> str:
    lines = [f"{'':<12}{'n':>6}{'right':>8}{'near':>8}{'wrong':>8}{'lost':>8}"]
    for kind in sorted(rows):
        found = rows[kind]
        n = found.total()
        shares = (
            found["right"],
            found["near"],
            found["wrong"] + found["section"],
            found["lost"],
        )
        lines.append(f"{kind:<12}{n:>6}" + "".join(f"{100 * x / n:>8.1f}" for x in shares))
    quotes = [found for kind, found in rows.items() if not kind.startswith("sec_")]
    n = sum(found.total() for found in quotes)
    right = sum(found["right"] for found in quotes)
    wrong = sum(found["wrong"] + found["section"] for found in quotes)
    lines.append(
        f"all quotes {n}: right {100 * right / n:.1f}, wrong place {100 * wrong / n:.2f}"
    )
    return "\n".join(lines)


def _show(revised: Revised, case: Case, placement: Placement, what: str) -> None:
    old = revised.old[case.section]
    print("--", revised.name, case.kind, what, placement.state, placement.reason)
    print("   OLD ", _around(old, case.start, case.end))
    for m, start, end in case.truths[:1]:
        print("   TRUE", _around(revised.new[m], start, end))
    for section in revised.new:
        if section.key == placement.section_key:
            print("   GOT ", _around(section, placement.start or 0, placement.end or 0))


def _around(section: SectionText, start: int, end: int) -> str:
    text = section.text
    parts = (text[max(0, start - 50) : start], text[start:end][:200], text[end : end + 50])
    return f"{section.title!r}: " + " | ".join(map(repr, parts))


if __name__ == "__main__":
    main()
