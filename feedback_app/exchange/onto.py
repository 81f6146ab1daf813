"""A file that comes back onto a course: which of its sections is which, and what it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from feedback_app.core.html import Rendered, render
from feedback_app.core.orm import new_key
from feedback_app.curricula import alignment
from feedback_app.curricula.comparison import SectionChange, SectionVersion
from feedback_app.curricula.layout import layouts_of
from feedback_app.exchange.document import SectionDraft, with_even_levels
from feedback_app.exchange.export import ExportedSection, RevisionExport
from feedback_app.exchange.word import read_word
from feedback_app.exchange.word_writing import write_word

NEW = "new"
"""Instead of a key: the author says that a section is none of those there."""


@dataclass(frozen=True)
class Standing:
    """A section of the draft, as far as its words go."""

    key: str
    number: str
    title: str
    level: int
    source: str
    html: str
    text: str
    is_withheld: bool = False

    def version(self, position: int) -> SectionVersion:
        layouts = layouts_of(self.html)
        return SectionVersion(
            self.key, self.title, self.level, position, self.text, layouts=layouts
        )


@dataclass(frozen=True)
class Returned:
    """A section of the file and what it becomes; `old` is the section of the draft it is.

    `given` names it in the file. `rendered` is empty where the words stay as they are.
    """

    given: str
    key: str
    title: str
    level: int
    source: str
    old: Standing | None
    is_by_key: bool
    kinds: frozenset[SectionChange]
    rendered: Rendered | None
    draft: SectionDraft

    @property
    def is_changed(self) -> bool:
        return bool(self.kinds)


@dataclass(frozen=True)
class Plan:
    """What saving would do; nothing has been saved."""

    sections: tuple[Returned, ...]
    gone: tuple[Standing, ...]

    def of_kind(self, kind: SectionChange) -> list[Returned]:
        return [each for each in self.sections if kind in each.kinds]

    @property
    def changed(self) -> list[Returned]:
        return [each for each in self.sections if each.is_changed]

    @property
    def unchanged(self) -> int:
        return sum(not each.is_changed for each in self.sections)

    @property
    def is_empty(self) -> bool:
        return not self.changed and not self.gone


def plan(
    standing: Sequence[Standing],
    given: Sequence[SectionDraft],
    *,
    chosen: Mapping[str, str] | None = None,
    is_word: bool = False,
) -> Plan:
    """Pair by keys, then by words (`alignment.pair_sections`); the author's choice counts most.

    Every section of `given` has a key, its own or a fresh one. Words that only lost on their
    way through Word what Word cannot hold count as unchanged.
    """
    by_key = {each.key: each for each in standing}
    even = with_even_levels(given)
    partners, certain = _partners(standing, even, chosen or {})
    olds = [by_key[partners[each.key]] for each in even if each.key in partners]
    through = _through_word(olds) if is_word else {}
    place = {each.key: n for n, each in enumerate(standing)}
    order = [place[partners[each.key]] for each in even if each.key in partners]
    pairs = [alignment.Pair(old, n) for n, old in enumerate(order)]
    moved = {standing[at].key for at in alignment.moved_sections(pairs)}
    taken = set(partners.values())
    sections = []
    for each in even:
        old = by_key.get(partners.get(each.key, ""))
        sections.append(
            _returned(each, old, certain, moved, through, is_free=each.key not in by_key)
        )
    return Plan(tuple(sections), tuple(s for s in standing if s.key not in taken))


def _partners(
    standing: Sequence[Standing], given: Sequence[SectionDraft], chosen: Mapping[str, str]
) -> tuple[dict[str, str], frozenset[str]]:
    """{section of the file: section of the draft}, and those that were known by their key."""
    known = {each.key for each in standing}
    partners = {name: key for name, key in chosen.items() if key in known and key != NEW}
    partners = {name: key for key, name in {k: n for n, k in partners.items()}.items()}
    free_old = [each for each in standing if each.key not in set(partners.values())]
    free_new = [
        each for each in given if each.key not in partners and chosen.get(each.key) != NEW
    ]
    old = [each.version(n) for n, each in enumerate(free_old, start=1)]
    new = [_version(each, n) for n, each in enumerate(free_new, start=1)]
    for pair in alignment.pair_sections(old, new):
        if pair.old is not None and pair.new is not None:
            partners[free_new[pair.new].key] = free_old[pair.old].key
    return partners, frozenset(name for name, key in partners.items() if name == key)


def _version(section: SectionDraft, position: int) -> SectionVersion:
    rendered = render(section.source)
    return SectionVersion(section.key, section.title, section.level, position, rendered.text)


def _through_word(standing: Sequence[Standing]) -> dict[str, str]:
    """{key: Markdown that the section would have after a way to Word and back}."""
    sections = tuple(
        ExportedSection(s.key, s.number, s.title, html=s.html, source=s.source)
        for s in standing
        if not s.is_withheld
    )
    read = read_word(write_word(RevisionExport("", sections=sections)))
    return {section.key: section.source for section in read.sections}


def _returned(
    given: SectionDraft,
    old: Standing | None,
    certain: frozenset[str],
    moved: set[str],
    through: Mapping[str, str],
    *,
    is_free: bool,
) -> Returned:
    if old is None:
        key = given.key if is_free else new_key()
        return Returned(
            given=given.key,
            key=key,
            title=given.title,
            level=given.level,
            source=given.source,
            old=None,
            is_by_key=False,
            kinds=frozenset({SectionChange.ADDED}),
            rendered=render(given.source, key=key),
            draft=given,
        )
    kinds = set()
    if given.title != old.title:
        kinds.add(SectionChange.RETITLED)
    if old.key in moved or given.level != old.level:
        kinds.add(SectionChange.MOVED)
    rendered = None
    if not old.is_withheld and given.source not in (old.source, through.get(old.key)):
        rendered = render(given.source, key=old.key)
        if str(rendered.html) == old.html:
            rendered = None
    if rendered is not None:
        kinds.add(SectionChange.REWORDED)
    return Returned(
        given=given.key,
        key=old.key,
        title=given.title,
        level=given.level,
        source=given.source if rendered is not None else old.source,
        old=old,
        is_by_key=given.key in certain,
        kinds=frozenset(kinds),
        rendered=rendered,
        draft=given,
    )


def with_kept(
    found: Plan, keep: frozenset[str], standing: Sequence[Standing]
) -> list[Returned]:
    """The sections in the order in which they are saved: those kept stand after what they
    followed."""
    order = list(found.sections)
    keys = [each.key for each in standing]
    for section in found.gone:
        if section.key not in keep:
            continue
        before = keys[: keys.index(section.key)]
        at = next(
            (n + 1 for key in reversed(before) for n, r in enumerate(order) if r.key == key), 0
        )
        draft = SectionDraft(section.title, section.level, key=section.key)
        order.insert(
            at,
            Returned(
                given=section.key,
                key=section.key,
                title=section.title,
                level=section.level,
                source=section.source,
                old=section,
                is_by_key=True,
                kinds=frozenset(),
                rendered=None,
                draft=draft,
            ),
        )
    levels = with_even_levels([SectionDraft(r.title, r.level) for r in order])
    return [replace(r, level=even.level) for r, even in zip(order, levels, strict=True)]


def described(found: Plan) -> Iterator[str]:
    """The plan in plain lines, for the command line."""
    yield f"as they were: {found.unchanged}"
    for each in found.changed:
        where = f"{each.old.number} " if each.old is not None else ""
        yield f"{', '.join(sorted(each.kinds))}: {where}{each.title}"
    for section in found.gone:
        yield f"gone: {section.number} {section.title}"
