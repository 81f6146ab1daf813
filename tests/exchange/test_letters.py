"""A letter is one comment: its words from a file or pasted, its signers counted apart."""

from __future__ import annotations

import random
from contextlib import suppress
from email.message import EmailMessage
from io import BytesIO

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject
from sqlalchemy import select

from feedback_app.comments.models import Channel, Comment
from feedback_app.comments.sheet_models import Sheet
from feedback_app.exchange.letter_pdf import read_pdf
from feedback_app.exchange.letters import read_letter
from feedback_app.exchange.word_guard import Unreadable

pytestmark = pytest.mark.one_engine


def mail(html: bool = False) -> bytes:
    message = EmailMessage()
    message["From"] = "Planted Person <planted@nobody-reads.example>"
    message["Subject"] = "Our letter"
    message.set_content("We ask for a nurse at night.\n\nAnd for a number to call.\n")
    if html:
        message.clear_content()
        message.set_content(
            "<p>We ask for a <b>nurse</b>.</p><script>x</script>", subtype="html"
        )
    message.add_attachment(b"secret", maintype="application", subtype="zip", filename="a.zip")
    return message.as_bytes()


def pdf(pages: list[str], locked: bool = False) -> bytes:
    """A PDF with these words, a page each, as simple as the format allows."""
    writer = PdfWriter()
    for words in pages:
        page = writer.add_blank_page(600, 800)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        drawn = StreamObject()
        lines = "".join(f"({line}) Tj T* " for line in words.split("\n"))
        drawn.set_data(f"BT /F1 12 Tf 14 TL 50 700 Td {lines} ET".encode())
        page[NameObject("/Contents")] = writer._add_object(drawn)
    if locked:
        writer.encrypt("secret", algorithm="RC4-128")
    writer.write(out := BytesIO())
    return out.getvalue()


def test_the_words_of_a_pdf_are_read_and_broken_lines_joined():
    words, kind = read_letter(
        pdf(["We ask for a nurse\nat night, and for de-\nescalation.", "Signed by all."]),
        "letter.pdf",
    )

    assert words == ("We ask for a nurse at night, and for de-escalation.\n\nSigned by all.")
    assert kind == "pdf"


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_pdf_is_refused_or_read_but_never_an_error(seed):
    chance, data = random.Random(seed), bytearray(pdf(["We ask for a nurse at night."] * 3))
    for _ in range(60):
        data[chance.randrange(8, len(data))] = chance.randrange(256)
    with suppress(Unreadable):
        assert isinstance(read_pdf(bytes(data)), str)


def test_of_a_mail_only_its_words_are_read():
    words, kind = read_letter(mail(), "letter.eml")

    assert words == "We ask for a nurse at night.\n\nAnd for a number to call."
    assert kind == "eml"
    assert "planted" not in words
    assert read_letter(mail(html=True), "letter.eml")[0].startswith("We ask for a nurse.")


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"%PDF-1.7 x", "a.pdf", "broken"),
        (pdf(["Fax 12."]), "a.pdf", "pdf_scan"),
        (
            pdf(["A letter with a lock on it and many words."], locked=True),
            "a.pdf",
            "locked_pdf",
        ),
        (pdf([f"Page {n} of a very long letter." for n in range(61)]), "a.pdf", "long_pdf"),
        (b"%PDF" + b"x" * (21 * 2**20), "a.pdf", "too_big"),
        (b"", "a.eml", "empty"),
        (b"PK\x03\x04 half", "a.docx", "cut_off"),
        (b"no headers at all", "a.eml", "not_letter"),
        (b"MZ\0\x90" + bytes(range(256)) * 8, "a.exe", "not_letter"),
        (b"Content-Type: text/plain; charset=no-such\n\nx", "a.eml", "broken"),
        (b"Content-Type: multipart/mixed; boundary=x\n\n", "a.eml", "empty"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data, name, code):
    with pytest.raises(Unreadable) as refused:
        read_letter(data, name)
    assert refused.value.code == code


def test_a_letter_is_read_checked_and_kept_with_its_signers_and_its_original(
    browser, new_browser, session, make, time
):
    round_ = make.round(open=True)
    browser.sign_in(make.host())
    path = f"/host/rounds/{round_.slug}/letters/new"
    filled = {"received_on": "2026-11-23", "language": "en", "about": "", "signers": "212"}

    given = mail()
    read = browser.post(path, **filled, file=(BytesIO(given), "our letter.eml"))
    assert "Check its words, then keep it." in read.text
    assert read.typed("body").startswith("We ask for a nurse at night.")
    assert session.scalars(select(Comment)).first() is None
    kept = browser.send(
        path,
        read.hidden() | filled | {"body": read.typed("body"), "display_name": "River Church"},
    )

    assert kept.status_code == 303
    comment = session.scalars(select(Comment)).one()
    assert (comment.channel, comment.said_by, comment.said_of) == (Channel.LETTER, 212, None)
    page = new_browser().get(f"/comments/{comment.public_id}")
    assert "River Church" in page.text
    assert "signed by 212 people" in page.text
    listed = new_browser().get(f"/rounds/{round_.slug}/whole")
    assert "signed by 212 people" in listed.text
    report = browser.get(f"/host/rounds/{round_.slug}/closing-report")
    assert "1 letter with signers: 212." in report.text
    assert round_.comments_count == 1
    sheet = session.scalars(select(Sheet)).one()
    original = browser.client.get(
        f"/host/rounds/{round_.slug}/sheets/{sheet.public_id}/picture"
    )
    assert original.data == given
    assert original.headers["Content-Disposition"].endswith('.eml"')
    assert original.headers["Content-Type"] == "application/octet-stream"


def test_a_letter_without_words_is_refused_beside_its_field(browser, make, time):
    round_ = make.round(open=True)
    browser.sign_in(make.host())

    page = browser.post(
        f"/host/rounds/{round_.slug}/letters/new",
        received_on="2026-11-23",
        language="en",
        about="",
        body=" ",
    )

    assert page.status_code == 422
    assert page.error_of("body") == "Choose a file, or paste the words of the letter."
