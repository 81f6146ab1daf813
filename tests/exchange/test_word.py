from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pytest
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from feedback_app.exchange.document import Document
from feedback_app.exchange.word import read_word


def read(fill: Callable[[WordDocument], None], filename: str = "plan.docx") -> Document:
    document = docx.Document()
    document.core_properties.author = ""
    fill(document)
    out = io.BytesIO()
    document.save(out)
    return read_word(out.getvalue(), filename)


def outline(document: Document) -> list[tuple[int, str]]:
    return [(section.level, section.title) for section in document.sections]


def notes(document: Document) -> dict[str, int]:
    counts: dict[str, int] = {}
    for note in document.notes:
        counts[note.code] = counts.get(note.code, 0) + note.count
    return counts


def add_raw(word: WordDocument, inner: str) -> None:
    more = (
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        'xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    )
    word.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')} {more}>{inner}</w:p>"))


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_headings_by_style_become_sections_and_the_title_names_the_course():
    def fill(word):
        word.add_heading("Crisis response", 0)
        word.add_heading("Welcome", 1)
        word.add_paragraph("Sit in a circle.")
        word.add_heading("What helps (45 minutes)", 2)
        word.add_paragraph("Time matters.")
        word.add_heading("Knowledge check", 1)
        word.add_paragraph("Ten questions.")

    document = read(fill)

    assert document.title == "Crisis response"
    assert outline(document) == [(1, "Welcome"), (2, "What helps"), (1, "Knowledge check")]
    assert [s.minutes for s in document.sections] == [None, 45, None]
    assert [s.kind for s in document.sections] == ["overview", None, "assessment"]
    assert document.language == "" or document.language == "en"


def test_lists_tables_emphasis_and_links_are_kept():
    def fill(word):
        paragraph = word.add_paragraph("Officers ")
        paragraph.add_run("must").bold = True
        paragraph.add_run(" wait. ")
        paragraph.add_run("Always.").italic = True
        for text in ("one", "two"):
            word.add_paragraph(text, style="List Number")
        word.add_paragraph("bullet", style="List Bullet")
        word.add_paragraph("deeper", style="List Bullet 2")
        table = word.add_table(2, 2)
        for cell, text in zip([c for r in table.rows for c in r.cells], "abcd", strict=True):
            cell.paragraphs[0].add_run(text).bold = text in "ab"

    source = read(fill).sections[0].source

    assert source == (
        "Officers **must** wait. _Always._\n\n1. one\n2. two\n\n- bullet\n  - deeper\n\n"
        "| **a** | **b** |\n| --- | --- |\n| c | d |"
    )


LIST_FORMAT = (
    "<w:abstractNum {} w:abstractNumId='90'>"
    "<w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='decimal'/>"
    "<w:lvlText w:val='%1.'/></w:lvl>"
    "<w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='lowerLetter'/>"
    "<w:lvlText w:val='%2)'/></w:lvl></w:abstractNum>"
)
LIST = (
    "<w:num {} w:numId='{}'><w:abstractNumId w:val='90'/>"
    "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/></w:lvlOverride></w:num>"
)
BOX = (
    "<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p>"
    "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)


def test_a_second_numbered_list_starts_again():
    numbers = "<w:pPr><w:numPr><w:ilvl w:val='{}'/><w:numId w:val='{}'/></w:numPr></w:pPr>"

    def fill(word):
        numbering = word.part.numbering_part.element
        numbering.insert(0, parse_xml(LIST_FORMAT.format(nsdecls("w"))))
        for number in ("91", "92"):
            numbering.append(parse_xml(LIST.format(nsdecls("w"), number)))
        for level, number, text in ((0, 91, "a"), (1, 91, "b"), (0, 91, "c"), (0, 92, "d")):
            add_raw(word, numbers.format(level, number) + run(text))

    document = read(fill)

    assert document.sections[0].source == "1. a\n   - a) b\n2. c\n\n1) d"
    assert notes(document) == {"letters": 1}


def test_what_markdown_cannot_hold_is_flattened_and_named():
    def fill(word):
        add_raw(word, run("under", "<w:u w:val='single'/>"))
        add_raw(word, run("red", "<w:color w:val='FF0000'/>"))
        add_raw(word, run("x") + run("2", "<w:vertAlign w:val='superscript'/>"))
        add_raw(word, "<w:pPr><w:jc w:val='center'/></w:pPr>" + run("middle"))
        add_raw(word, run("gone", "<w:strike/>"))
        add_raw(word, "<m:oMath><m:r><m:t>a=b</m:t></m:r></m:oMath>")
        add_raw(word, BOX)
        word.sections[0].header.paragraphs[0].text = "Anytown Police"
        word.sections[0].footer.paragraphs[0].text = "Page 1 of 9"
        table = word.add_table(2, 3)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
        table.cell(1, 2).text = "last"

    document = read(fill)

    text = document.sections[0].source
    assert "under\n\nred\n\nx2\n\nmiddle\n\ngone\n\na=b\n\nIn a box" in text
    assert "| wide |  |  |" in text
    found = notes(document)
    assert found.pop("color") == found.pop("raised") == 1
    assert found == dict.fromkeys(
        ["underline", "alignment", "struck", "equation", "text_box", "header", "merged"], 1
    )


def test_footnotes_go_with_the_section_that_speaks_of_them():
    def fill(word):
        word.add_heading("Law", 1)
        add_raw(word, run("See") + "<w:r><w:footnoteReference w:id='2'/></w:r>" + run("."))
        word.add_heading("Other", 1)
        word.add_paragraph("None here.")
        notes_xml = (
            f"<w:footnotes {nsdecls('w')}><w:footnote w:id='2'><w:p><w:r><w:footnoteRef/></w:r>"
            "<w:r><w:t>Code 4*</w:t></w:r></w:p></w:footnote></w:footnotes>"
        )
        part = Part(
            PackURI("/word/footnotes.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
            notes_xml.encode(),
            word.part.package,
        )
        word.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    document = read(fill)

    assert document.sections[0].source == "See[^1].\n\n[^1]: Code 4\\*"
    assert document.sections[1].source == "None here."


def test_tracked_changes_comments_people_and_hidden_words_are_facts():
    def fill(word):
        word.core_properties.author = "Pat Doe"
        inserted = f"<w:ins w:id='1' w:author='Lee'>{run('new')}</w:ins>"
        removed = "<w:r><w:delText>old</w:delText></w:r>"
        removed = f"<w:del w:id='2' w:author='Kim'>{removed}</w:del>"
        add_raw(word, run("Keep ") + inserted + removed)
        add_raw(word, run("Seen") + run("secret", "<w:vanish/>"))
        paragraph = word.add_paragraph("Commented")
        word.add_comment(paragraph.runs, text="Ask legal", author="Sam")

    document = read(fill)

    assert document.sections[0].source == "Keep new\n\nSeen\n\nCommented"
    facts = document.facts
    assert (facts.insertions, facts.deletions) == (1, 1)
    assert facts.changed_words == ("new", "old")
    assert facts.comments == ("Ask legal",)
    assert facts.hidden == ("secret",)
    assert set(facts.people) == {"Lee", "Kim", "Sam", "Pat Doe"}


def test_a_typed_outline_becomes_sections():
    def fill(word):
        word.add_paragraph("COURSE OUTLINE FOR THE ACADEMY")
        for line in [
            "I. INTRODUCTION (15 min.)",
            "A. Welcome and names",
            "The instructor greets everyone and asks for one hope for the day.",
            "B. Why we are here",
            "Read the story aloud. Let people breathe before they answer.",
            "II. ACTIVE LISTENING – 1.5 hours",
            "A. Open questions",
            "Explain what an open question is.",
            "1. What did you see?",
            "2. What do you need?",
            "B. Silence",
            "Count to ten.",
            "III. EVALUATION",
            "Written quiz at the end.",
        ]:
            word.add_paragraph(line)

    document = read(fill)

    assert outline(document) == [
        (1, "Overview"),
        (1, "INTRODUCTION"),
        (2, "Welcome and names"),
        (2, "Why we are here"),
        (1, "ACTIVE LISTENING"),
        (2, "Open questions"),
        (2, "Silence"),
        (1, "EVALUATION"),
    ]
    assert document.warnings == ("typed_headings",)
    minutes = {section.title: section.minutes for section in document.sections}
    assert (minutes["INTRODUCTION"], minutes["ACTIVE LISTENING"]) == (15, 90)
    assert document.sections[5].source.endswith("1. What did you see?\n2. What do you need?")


def test_bold_lines_and_decimals_act_as_headings():
    def fill(word):
        for title, text in (
            ("1.1 Aims", "You will learn to wait."),
            ("1.2 Tools", "Bring paper and a clock."),
            ("2.1 Practice", "Work in pairs for a while."),
        ):
            word.add_paragraph().add_run(title).bold = True
            word.add_paragraph(text)

    assert outline(read(fill)) == [(1, "Aims"), (1, "Tools"), (1, "Practice")]


def test_lettered_sentences_stay_text():
    def fill(word):
        word.add_heading("Rules", 1)
        word.add_heading("More", 1)
        for letter in "ABC":
            word.add_paragraph(f"{letter}. Officers explain what they do and why they do it.")

    document = read(fill)

    assert outline(document) == [(1, "Rules"), (1, "More")]
    assert "A. Officers explain" in document.sections[1].source


LONG = "Explain why slow speech helps and ask the group what they would have done there. " * 2


def test_a_lesson_table_becomes_sections_with_minutes_and_notes():
    def fill(word):
        table = word.add_table(3, 4)
        rows = [
            ("Time", "Topic", "Content", "Instructor notes"),
            ("20 min", "Opening", LONG, "Show slide 1"),
            ("0900-1000", "Scenario: the bus stop", LONG, ""),
        ]
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text

    document = read(fill)

    assert outline(document) == [(1, "Opening"), (1, "Scenario: the bus stop")]
    assert [s.minutes for s in document.sections] == [20, 60]
    assert document.sections[1].kind == "activity"
    assert document.sections[0].source.endswith("> **Instructor notes:** Show slide 1")
    assert "lesson_table" in document.warnings


def test_a_two_column_table_with_short_left_cells_is_a_lesson_table():
    def fill(word):
        table = word.add_table(2, 2)
        table.cell(0, 0).text = "I. Warm-up\n10 minutes"
        table.cell(1, 0).text = "II. Talk"
        for row in (0, 1):
            table.cell(row, 1).text = LONG

    document = read(fill)

    assert [(s.title, s.minutes) for s in document.sections] == [
        ("Warm-up", 10),
        ("Talk", None),
    ]


def test_a_plain_table_of_entries_stays_a_table():
    def fill(word):
        table = word.add_table(2, 2)
        for cell, text in zip([c for r in table.rows for c in r.cells], "abcd", strict=True):
            cell.text = text

    assert read(fill).sections[0].source == "|  |  |\n| --- | --- |\n| a | b |\n| c | d |"


def test_an_empty_file_says_so():
    document = read(lambda word: None, filename="/tmp/my_course.docx")

    assert document.sections == ()
    assert document.warnings == ("no_text",)
    assert document.title == "my course"


@pytest.mark.parametrize("text", ["Solo un párrafo.", "Just one line."])
def test_a_text_without_headings_is_one_section(text):
    document = read(lambda word: word.add_paragraph(text) and None, filename="Plan.docx")

    assert outline(document) == [(1, "Plan")]
    assert document.warnings == ("no_headings",)
