"""A resident scans the poster: a phone, Spanish, no script, no account, up to the receipt."""

from __future__ import annotations

import pytest
import segno
from sqlalchemy import select

from feedback_app.comments.models import Comment
from tests.journeys.people import Town, fill, follow, said
from tests.parts.chromium import overflow

SPOKEN = "Que pregunten primero a la familia."
CHANGED = "Que siempre pregunten primero a la familia."
DRAWN = """image => {
  const board = document.createElement("canvas");
  board.width = board.height = image.naturalWidth;
  const pen = board.getContext("2d");
  pen.fillStyle = "black";
  pen.fillRect(0, 0, board.width, board.height);
  pen.drawImage(image, 0, 0);
  const dots = pen.getImageData(0, 0, board.width, board.height).data;
  const side = Math.round(board.width / 4), rows = [];
  for (let y = 0; y < side; y += 1) {
    let row = "";
    for (let x = 0; x < side; x += 1) {
      row += dots[4 * ((4 * y + 2) * board.width + 4 * x + 2)] < 128 ? "1" : "0";
    }
    rows.push(row);
  }
  return rows;
}"""
"""What a camera would meet on a dark page: dark or light in the middle of each square."""


@pytest.fixture
def town(site):
    return Town(site)


@pytest.fixture
def slug(site, town):
    with site.database.session(writing=True) as session:
        make = town.more(session)
        make._host, make._board = town.homes(session)
        round_ = make.round(open=True, answers_due_on=None)
        for position in (1, 2, 3):
            make.question(round_, position)
        session.commit()
        return round_.slug


def address_of_the_poster(town, slug):
    """As printed under the code; and the code's own dots say the same address."""
    host = town.window("host", locale="es-MX")
    host.goto(f"/es/host/rounds/{slug}/poster")
    printed = host.locator("p.code").inner_text()
    picture = host.get_by_role("img", name="Código QR de esta dirección")
    expected = segno.make(printed, error="m")
    assert picture.evaluate(DRAWN) == [
        "".join(map(str, row)) for row in expected.matrix_iter(border=4)
    ]
    return printed


@pytest.mark.timeout(240)
def test_from_the_poster_to_the_code_and_the_receipt(site, town, slug):
    address = address_of_the_poster(town, slug)
    phone = site.window(width=360, height=740, javascript=False, locale="es-MX")
    phone.goto(address)
    assert phone.context.cookies() == []
    assert overflow(phone) == 0
    follow(phone, phone.get_by_role("link", name="Tengo 2 minutos"))
    box = phone.locator("textarea[name='body']").first
    box.fill(SPOKEN)
    follow(phone, box.locator("xpath=ancestor::form").locator("button").first)
    assert SPOKEN in said(phone)
    assert overflow(phone) == 0
    follow(phone, phone.locator("main form button").first)
    code = phone.locator("#code").inner_text()
    assert len(code.split("-")) == 8
    assert overflow(phone) == 0
    follow(phone, phone.get_by_role("link", name="Mostrarlo como código QR"))
    kept = phone.get_by_role("img").first
    assert kept.is_visible()

    later = site.window(width=360, javascript=False, locale="es-MX")
    later.goto("/es/receipts")
    fill(later, code=code)
    follow(later, later.locator("main form button").first)
    assert SPOKEN in said(later)
    assert overflow(later) == 0
    follow(later, later.get_by_role("link", name="Cambiar el texto").first)
    fill(later, body=CHANGED)
    follow(later, later.locator("main form button").first)
    later.goto("/es/receipts/mine")
    assert CHANGED in said(later)

    with site.database.session(writing=False) as session:
        comment = session.scalars(select(Comment)).one()
        assert (comment.current.body, comment.language) == (CHANGED, "es")
        assert comment.participation.account_id is None
