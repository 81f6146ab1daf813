"""Lists, tables and emphasis stand in a redline as they stand in the text."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_app.core.html import render
from feedback_app.curricula.comparison import (
    Comparison,
    SectionComparison,
    SectionVersion,
    compare,
    from_json,
    to_json,
)
from feedback_app.curricula.layout import layouts_of
from feedback_app.curricula.nesting import Nest, Node
from feedback_app.curricula.runs import Op, strands


def version(source: str, key: str = "aaaa") -> SectionVersion:
    rendered = render(source, key=key)
    return SectionVersion(key, "T", 1, 0, rendered.text, (), layouts_of(rendered.html))


def compared(old: str, new: str) -> SectionComparison:
    return compare([version(old)], [version(new)]).sections[0]


def drawn(nodes: list[Node]) -> str:
    """A tree in one line: li(one[-gone-]{+come+}) and td|td for cells; tags in <>."""
    found = []
    for node in nodes:
        if node.block is None:
            number = str(node.value or "")
            found.append(f"{node.tag}{number}({drawn(node.children)})")
            continue
        signs = {Op.SAME: "{}", Op.REMOVED: "[-{}-]", Op.ADDED: "{{+{}+}}"}
        row = [
            "".join(
                signs[s.op].format("".join(f"<{tag}>" for tag, _ in s.tags) + s.text) + s.sign
                for s in cell
            )
            for cell in node.cells
        ]
        found.append("|".join(row))
    return " ".join(found)


def inline(found: SectionComparison, side: str = "") -> str:
    return drawn(Nest(found.blocks).nodes(found.blocks, side))


TABLE = "| Time | Topic |\n|---|---|\n| 9:00 | {} |\n| 9:30 | Role *play* |"


def test_a_changed_cell_stands_in_its_cell():
    found = compared(TABLE.format("Welcome"), TABLE.format("Rules"))

    assert inline(found) == "table(Time|Topic 9:00|[-Welcome-]{+Rules+} 9:30|Role <em>play)"
    assert inline(found, "old").startswith("table(Time|Topic 9:00|[-Welcome-] ")


def test_items_stay_in_their_list_and_a_removed_one_stands_where_it_stood():
    found = compared(
        "1. one\n2. two apples\n3. three", "1. one\n2. three\n3. four **new** ones"
    )

    assert inline(found) == (
        "ol(li1(one) li2([-two apples-]) li2(three) li3({+four +}{+<strong>new+}{+ ones+}))"
    )


def test_emphasis_and_links_are_kept_on_both_sides_of_a_change():
    found = compared(
        "Read *the old* [policy](https://a.example/) now.",
        "Read **the new** [policy](https://a.example/) now.",
    )

    assert "<em>" in inline(found)
    assert "<strong>" in inline(found)
    assert ("a", "https://a.example/") in {
        tag
        for block in found.blocks
        for strand in strands(block.runs, block.old, block.new)
        for tag in strand.tags
    }


def test_a_link_that_leads_elsewhere_under_the_same_words_is_a_change():
    found = compared("Read [it](https://a.example/) now.", "Read [it](https://b.example/) now.")
    same = compared("One.\n\nRead [it](https://a.example/).", "Read [it](https://a.example/).")

    assert inline(found) == "Read [-<a>it-]{+<a>it+} now."
    assert [hunk.kind for hunk in found.hunks] == ["reworded"]
    (block,) = found.blocks
    drawn_strands = strands(block.runs, block.old, block.new)
    assert [s.address for s in drawn_strands if s.address] == [
        "https://a.example/",
        "https://b.example/",
    ]
    assert [block.kind for block in same.blocks] == ["removed", "unchanged"]


def test_words_that_are_stressed_now_are_a_change_that_needs_its_cause():
    found = compared("You may not enter.\n\n*Wait.*", "You **may not** enter.\n\n*Wait.*")

    assert inline(found) == "You [-may not-]{+<strong>may not+} enter. <em>Wait."
    assert [(hunk.number, hunk.kind) for hunk in found.hunks] == [(1, "reworded")]


def test_new_emphasis_does_not_spill_over_the_old_words():
    found = compared("Officers wait a minute.", "Officers wait *two* minutes.")

    assert inline(found) == "Officers wait [-a minute-]{+<em>two+}{+ minutes+}."


def test_a_table_that_changed_is_not_folded_but_the_words_around_it_are():
    found = compared("Before.\n\n" + TABLE.format("a"), "Before.\n\n" + TABLE.format("b"))
    nest = Nest(found.blocks)

    assert [nest.may_be_folded(block) for block in found.blocks] == [True, False, False, False]


def test_a_footnote_keeps_its_number_but_leads_nowhere():
    (layout, note) = layouts_of(render("Wait.[^1]\n\n[^1]: One minute.", key="aaaa").html)

    assert [mark.tag for mark in layout.marks] == ["sup"]
    assert [box.tag for box in note.path] == ["footnotes"]


def test_a_comparison_stored_before_layouts_were_kept_is_still_read():
    stored = to_json(Comparison((compared("one\n\n- two", "one\n\n- three"),)))
    former = json.loads(json.dumps(stored)) | {"v": 1}
    for section in former["sections"]:
        section["blocks"] = [block[:7] for block in section["blocks"]]

    (found,) = from_json(former).sections

    assert inline(found).startswith("one ul(li(")


PIECES = st.sampled_from(
    [
        "word",
        "*em*",
        "**strong `code`**",
        "[link](https://a.example)",
        "ñandú",
        "👩🏽‍⚕️",
        "a\u0301",
    ]
)
LINES = st.lists(PIECES, min_size=1, max_size=5).map(" ".join)
SOURCES = st.lists(
    st.tuples(st.sampled_from(["", "- ", "1. ", "> ", "## ", "- a\n  - "]), LINES).map("".join)
    | st.tuples(LINES, LINES).map(
        lambda cells: f"| {cells[0]} | {cells[1]} |\n|---|---|\n| x | |"
    ),
    max_size=6,
).map("\n\n".join)


@settings(max_examples=80, deadline=None)
@given(SOURCES, SOURCES)
def test_what_is_drawn_of_each_side_is_its_text(old, new):
    found = compared(old, new)
    for side, source in (("old", old), ("new", new)):
        text, layouts = render(source, key="aaaa"), version(source).layouts
        assert len(layouts) == len(text.text.split("\n\n")) or not text.text
        words = []
        for block in found.blocks:
            words += [
                s.text.replace("\n\n", "")
                for s in strands(block.runs, block.old, block.new, side)
                if not (
                    (side == "old" and block.moved_from) or (side == "new" and block.moved_to)
                )
            ]
        signs = [s.sign for b in found.blocks for s in strands(b.runs, b.old, b.new, side)]
        assert sum(map(len, words)) + sum(map(len, signs)) == len(text.text.replace("\n\n", ""))
