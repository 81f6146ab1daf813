"""A version as a Word file: its form, its comments on their words, and the way back."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feedback_app.core import clock
from feedback_app.core.html import render
from feedback_app.curricula.models import RevisionState
from feedback_app.exchange.export import RevisionExport, as_document
from feedback_app.exchange.word import read_word
from feedback_app.exchange.word_guard import check_word
from feedback_app.exchange.word_parts import pack
from feedback_app.exchange.word_writing import Remark, write_word
from feedback_app.exchange.word_xml import HEAD
from tests.parts.courses import SOURCES, loose, revisions, section

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DAY = date(2026, 11, 3)


def parts_of(data: bytes) -> dict[str, etree._Element]:
    check_word(data)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: etree.fromstring(package.read(name)) for name in package.namelist()}


def passages(data: bytes) -> dict[str, str]:
    """The words between the two signs of each comment; paragraphs are not told apart."""
    found: dict[str, str] = {}
    opened: set[str] = set()
    for node in parts_of(data)["word/document.xml"].iter():
        id_ = node.get(f"{W}id")
        if node.tag == f"{W}commentRangeStart":
            opened.add(id_)
            found[id_] = ""
        elif node.tag == f"{W}commentRangeEnd":
            opened.remove(id_)
        elif node.tag == f"{W}t" and next(node.iterancestors(f"{W}fldSimple"), None) is None:
            for each in opened:
                found[each] += node.text or ""
    assert not opened
    return found


@settings(max_examples=50, deadline=None)
@given(revisions())
def test_a_word_export_comes_back_as_the_same_tree_with_the_same_keys(revision):
    again = read_word(write_word(revision), "x.docx")
    wanted = as_document(revision)

    assert (again.title, again.summary, again.language) == (
        wanted.title,
        wanted.summary,
        wanted.language,
    )
    for mine, theirs in zip(again.sections, wanted.sections, strict=True):
        assert replace(mine, source="", ref="") == replace(theirs, source="")
        drawn, given_ = render(mine.source, key=mine.key), render(theirs.source, key=theirs.key)
        assert drawn.text == given_.text
        assert loose(drawn.html) == loose(given_.html)


@settings(max_examples=25, deadline=None)
@given(SOURCES, st.data())
def test_remarks_stand_on_exactly_their_words(source, data):
    text = render(source, key="aaaa2222").text
    remarks = []
    for _ in range(data.draw(st.integers(1, 6))) if text else ():
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        remarks.append(Remark("Ana", DAY, ("No.",), "aaaa2222", start, end))

    word = write_word(
        RevisionExport("T", sections=(section("aaaa2222", "S", source),)), remarks
    )

    body = text.split("\n\n[1] Code 4")[0]
    plain = text.replace("noted.[1] More.[1]", "noted.    More.   ")  # signs are no words
    found = passages(word)
    assert len(found) == len(remarks)
    for number, remark in enumerate(remarks):
        if remark.end <= len(body):
            assert squeezed(found[str(number)]) == squeezed(plain[remark.start : remark.end])


def squeezed(text: str) -> str:
    return "".join(text.split())


def example(count: int = 3) -> tuple[RevisionExport, list[Remark]]:
    table = "| a | b |\n|---|---|\n| c | d |"
    source = f"Wait.[^n] Then *go* on.\n\n- one\n- two\n\n{table}\n\n[^n]: Law."
    sections = tuple(section(f"aaaa22{n}a", f"Part {n}", source) for n in range(2, 6))
    text = render(source, key="k").text
    remarks = [
        Remark("Ana", DAY, ("Too fast.",), sections[n % 4].key, n % 7, len(text) - n % 5)
        for n in range(count)
    ]
    remarks.append(Remark("Unnamed resident", DAY, ("All of it.",)))
    remarks.append(Remark("Unnamed resident", DAY, ("This part.",), sections[1].key))
    return RevisionExport("Crisis", 2, "", "en", sections, "crisis"), remarks


def test_the_file_is_whole():
    word = write_word(*example(40))

    parts = parts_of(word)
    document = parts["word/document.xml"]
    for name in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        ids = Counter(node.get(f"{W}id") for node in document.iter(f"{W}{name}"))
        assert set(ids.values()) == {1}
        assert len(ids) == 42
    comments = [c.get(f"{W}id") for c in parts["word/comments.xml"]]
    assert len(set(comments)) == len(comments) == 42
    bookmarks = [b.get(f"{W}id") for b in document.iter(f"{W}bookmarkStart")]
    assert len(set(bookmarks)) == len(bookmarks)
    assert bookmarks == [b.get(f"{W}id") for b in document.iter(f"{W}bookmarkEnd")]
    styles = {s.get(f"{W}styleId") for s in parts["word/styles.xml"].iter(f"{W}style")}
    used = {s.get(f"{W}val") for s in document.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")}
    assert used <= styles
    notes = {n.get(f"{W}id") for n in parts["word/footnotes.xml"]}
    assert {n.get(f"{W}id") for n in document.iter(f"{W}footnoteReference")} <= notes
    lists = {n.get(f"{W}numId") for n in parts["word/numbering.xml"].iter(f"{W}num")}
    assert {n.get(f"{W}val") for n in document.iter(f"{W}numId")} <= lists
    for cell in document.iter(f"{W}tc"):
        assert cell[-1].tag == f"{W}p"
    opened = docx.Document(io.BytesIO(word))
    assert [c.author for c in opened.comments][-2:] == ["Unnamed resident"] * 2
    assert [p.text for p in opened.paragraphs if p.style.name == "Heading 1"] == [
        f"Part {n}" for n in range(2, 6)
    ]


def test_comments_that_went_out_with_the_file_are_not_news_when_it_comes_back():
    revision, remarks = example()
    again = read_word(write_word(revision, remarks), "x.docx")

    assert again.facts.comments == ()
    assert again.facts.people == ()


def test_comments_are_known_again_by_their_initials_where_the_hidden_part_is_lost():
    """As LibreOffice saves it; what somebody wrote anew, or changed, is news."""
    revision, remarks = example()
    remarks[1] = replace(remarks[1], author="", paragraphs=("Bell \x07 here.\n\nAnd  then.",))
    parts = {}
    with zipfile.ZipFile(io.BytesIO(write_word(revision, remarks))) as package:
        for name in package.namelist():
            parts[name] = package.read(name).decode()
    del parts["customXml/item1.xml"]
    rels = "word/_rels/document.xml.rels"
    parts[rels] = re.sub(r'<Relationship Id="rMarks"[^>]*>', "", parts[rels])
    comments = "word/comments.xml"
    parts[comments] = parts[comments].replace("All of it.", "None of it.")
    changed = pack({name: text.removeprefix(HEAD) for name, text in parts.items()})

    again = read_word(changed, "x.docx")

    assert again.facts.comments == ("None of it.",)
    assert [s.key for s in again.sections] == [s.key for s in revision.sections]


def test_a_word_file_grows_with_its_comments_and_not_faster():
    """Counted in bytes, as no test has a time limit; `make bench` has the seconds."""
    small, large = (len(unpacked(write_word(*example(n)))) for n in (100, 1000))

    assert large < 10 * small


def unpacked(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return b"".join(package.read(name) for name in package.namelist())


@pytest.fixture
def talked_about(make):
    revision = make.revision(
        sections=[{"title": "Why", "source": "Officers wait. They ask."}, {"title": "How"}],
        language="es",
    )
    round_ = make.round(revision=revision)
    account = make.account(email="secret@example.org", name="Real Name")
    who = make.participation(round_, account_id=account.id)
    make.comment(round=round_, quote="They ask", participation=who, suggested_wording="Ask.")
    named = make.comment(
        round=round_, body="Second\n\nparagraph", display_name="Rosa", section_key=None
    )
    make.comment(round=round_, body="Thank you.", parent=named, kind=None, display_name="Lee")
    gone = {"withdrawn_at": clock.now()}
    make.comment(round=round_, body="Taken back", **gone)
    make.comment(round=round_, body="Taken back, too", parent=named, kind=None, **gone)
    hidden = make.round(revision=revision, host_signed_at=None)
    make.comment(round=hidden, body="Not yet public")
    return revision


def remarks_in(page) -> list[tuple[str, str]]:
    opened = docx.Document(io.BytesIO(page.data))
    return [(c.author, c.text) for c in opened.comments]


def test_anyone_gets_the_comments_they_may_see_under_the_names_they_appear_as(
    browser, talked_about
):
    page = browser.get(f"/curricula/{talked_about.curriculum.slug}/revisions/1.docx")

    assert page.headers["Content-Disposition"].startswith("attachment;")
    assert "Set-Cookie" not in page.headers
    said = dict(remarks_in(page))
    assert list(said) == ["Residente sin nombre", "Rosa", "Lee", "No se muestra"]
    assert said["No se muestra"] == "Retirado por la persona que lo escribió."
    assert said["Rosa"] == "Preocupación:\nSecond\nparagraph"
    assert "Ask." in said["Residente sin nombre"]
    assert passages(page.data)["0"] == "They ask"
    for secret in (b"secret@example.org", b"Real Name", b"Taken back", b"Not yet public"):
        assert secret not in unpacked(page.data)


@pytest.mark.one_engine
def test_a_draft_goes_out_with_the_comments_on_what_it_started_from(
    browser, make, talked_about, session
):
    draft = make.revision(
        published=False,
        number=2,
        curriculum=talked_about.curriculum,
        base=talked_about,
        sections=[
            {
                "key": talked_about.sections[0].key,
                "title": "Why",
                "source": "First breathe. Officers wait. They ask.",
            },
        ],
    )
    assert draft.state is RevisionState.DRAFT
    address = f"/curricula/{talked_about.curriculum.slug}/revisions/2.docx"
    assert browser.get(address).status_code == 404

    browser.sign_in(make.author())
    page = browser.get(address)

    assert passages(page.data)["0"] == "They ask"
    assert len(remarks_in(page)) == 6  # a department sees its own unsigned round, too


@pytest.mark.one_engine
def test_the_day_of_a_comment_is_told_and_not_its_minute(browser, make):
    at = clock.now() - timedelta(days=2)
    comment = make.comment(submitted_at=at)
    slug = comment.revision.curriculum.slug

    data = browser.get(f"/curricula/{slug}/revisions/1.docx").data

    dates = [c.get(f"{W}date") for c in parts_of(data)["word/comments.xml"]]
    assert dates[0].endswith("T00:00:00Z")


@pytest.mark.one_engine
def test_the_command_line_writes_what_a_visitor_may_see(run, talked_about):
    written = run(
        "curricula", "export", f"{talked_about.curriculum.slug}@1", "--format", "docx"
    )

    assert written.exit_code == 0
    opened = docx.Document(io.BytesIO(written.stdout_bytes))
    assert {c.author for c in opened.comments} == {
        "Residente sin nombre",
        "Rosa",
        "Lee",
        "No se muestra",
    }
