from __future__ import annotations

import io
import resource
import struct
import zipfile

import docx
import pytest

from feedback_app.exchange.reading import parse_upload, read_file
from feedback_app.exchange.word_guard import Unreadable, check_word


def word_file(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines or ("One line.",):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, *content: bytes, times: int = 1) -> bytes:
    """The file with one part added or replaced, written piece by piece."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.infolist():
            if each.filename != name:
                new.writestr(each, old.read(each))
        with new.open(name, "w") as part:
            head, middle, tail = content if len(content) == 3 else (b"", content[0], b"")
            part.write(head)
            for _ in range(times):
                part.write(middle)
            part.write(tail)
    return out.getvalue()


def refusal(data: bytes) -> Unreadable:
    """Why the file is refused, asked in this process, which is quicker."""
    with pytest.raises(Unreadable) as caught:
        read_file(data, "course.docx")
    return caught.value


def refusal_of_upload(data: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse_upload(data, "course.docx")
    return caught.value


def bomb() -> bytes:
    """Half a megabyte that unpacks to 200 MB, its size in the file said to be small."""
    data = with_part(word_file(), "word/media/image1.xml", b" " * 2**20, times=200)
    assert len(data) < 1024 * 1024
    return data


def test_a_word_file_is_read_by_its_content_not_its_name():
    document = parse_upload(word_file("Officers wait."), "course.txt")

    assert document.sections[0].source == "Officers wait."
    assert document.origin == "word"


def test_a_bomb_is_refused_and_this_process_does_not_grow():
    data = bomb()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    error = refusal_of_upload(data)

    assert error.code == "unpacks_too_big"
    assert error.part == "word/media/image1.xml"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 * 1024


def test_a_size_that_lies_does_not_help_a_bomb():
    data = bytearray(bomb())
    at = data.find(b"PK\x01\x02", data.find(b"word/media/image1.xml") + 30)
    while True:
        found = data.find(b"PK\x01\x02", at)
        name_length = struct.unpack_from("<H", data, found + 28)[0]
        if bytes(data[found + 46 : found + 46 + name_length]) == b"word/media/image1.xml":
            struct.pack_into("<L", data, found + 24, 10)
            break
        at = found + 1

    assert refusal_of_upload(bytes(data)).code in ("unpacks_too_big", "broken")


def test_xml_that_needs_more_memory_than_a_child_may_have_is_refused():
    head = (
        b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/'
        b'wordprocessingml/2006/main"><w:body>'
    )
    paragraphs = b"<w:p/>" * 100_000

    data = with_part(
        word_file(),
        "word/document.xml",
        head,
        paragraphs,
        b"</w:body></w:document>",
        times=120,
    )

    assert refusal_of_upload(data).code in ("too_long", "too_slow")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding):
    xml = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>'

    error = refusal(with_part(word_file(), "word/document.xml", xml.encode(encoding)))

    assert (error.code, error.part) == ("entities", "word/document.xml")


def test_an_encoding_that_could_hide_entities_is_refused():
    xml = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-'

    assert refusal(with_part(word_file(), "word/styles.xml", xml)).code == "entities"


@pytest.mark.parametrize(
    "name", ["../evil.xml", "/etc/passwd", "word\\..\\..\\x", "C:/x", "word/../../x"]
)
def test_unsafe_names_are_refused(name):
    assert refusal(with_part(word_file(), name, b"x")).code == "names"


def test_a_file_without_its_end_is_refused():
    data = word_file()

    assert refusal(data[: len(data) // 2]).code == "cut_off"


def test_a_file_with_damaged_parts_is_refused():
    data = bytearray(word_file("Some words."))
    at = data.find(b"word/document.xml") + 60
    data[at : at + 20] = b"\xff" * 20

    assert refusal(bytes(data)).code == "broken"


def test_a_file_of_very_many_parts_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for number in range(2001):
            package.writestr(f"{number}.xml", b"")

    assert refusal(out.getvalue()).code == "too_many_parts"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"%PDF-1.7 ...", "pdf"),
        (b"{\\rtf1 hello}", "not_document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old_word"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_document"),
        (b"x" * (20 * 1024 * 1024 + 1), "too_big"),
        (b'{"format": "feedback-app/document/1", "title": 3, "sections": 4}', "broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_files_are_refused_with_their_reason(data, code):
    assert refusal(data).code == code


def test_an_excel_file_is_not_a_word_file():
    types = b'<Types><Override ContentType="application/vnd.ms-excel"/></Types>'

    assert refusal(with_part(word_file(), "[Content_Types].xml", types)).code == "not_document"


def test_a_refusal_is_a_sentence_beside_the_field():
    error = refusal_of_upload(b"%PDF-1.4")

    assert error.at == "file"
    assert (
        str(error) == "We cannot read PDF files. Please upload the Word file it was made from."
    )


def test_a_sound_word_file_passes_the_guard():
    check_word(word_file())


def test_markdown_and_web_pages_are_told_apart():
    markdown = parse_upload("# Título\r\n\r\nUno\r\n\r\n## Dos\r\n\r\nTres".encode(), "x.docx")
    page = parse_upload(
        b"<!doctype html><title>T</title><h1>T</h1><h2>A</h2><p>x<h2>B</h2>y", "x"
    )

    assert (markdown.origin, markdown.title) == ("markdown", "Título")
    assert (page.origin, [s.title for s in page.sections]) == ("html", ["A", "B"])


def test_text_of_an_old_windows_program_is_read():
    assert (
        parse_upload("Señales “así”".encode("cp1252"), "a.md").sections[0].source
        == "Señales “así”"
    )


def test_what_cannot_be_parsed_is_refused_without_a_trace():
    data = with_part(word_file(), "word/document.xml", b"<w:document")

    assert refusal_of_upload(data).code == "broken"
