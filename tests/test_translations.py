"""Every text is there in Spanish, says what the English says, and is what a page shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import Length

from feedback_app import create_app
from feedback_app.comments.telling import Done
from feedback_app.notifications.following_models import NoticeKind
from feedback_app.notifications.sending import Letter
from feedback_app.web.forms import BaseForm
from feedback_app.web.mailing import compose
from feedback_app.web.templating import moment, number
from scripts.translations import CATALOGS, ROOT, problems
from tests.browsing import Page
from tests.conftest import SECRET

PAGES = [
    "/",
    "/rounds",
    "/curricula",
    "/sign-in",
    "/register",
    "/forgotten-password",
    "/receipts",
    "/log",
    "/exceptions",
    "/authoring",
    "/nothing-here",
]
MAILS = sorted(path.name for path in (ROOT / "templates" / "emails").iterdir() if path.is_dir())
PO = CATALOGS / "es" / "LC_MESSAGES" / "messages.po"
WAYS_TO_SAY_IT: dict[str, list[dict[str, object]]] = {
    "conduct_done": [{"done": done.value} for done in Done],
    "appeal_decided": [{"granted": 0}, {"granted": 1}],
    "answers_due": [
        {"kind": kind, "facts": {"due_on": "2027-03-05"}, "zone": "America/Chicago"}
        for kind in ("answers_due", "answers_late")
    ],
    "report_settled": [{"acted": 0, "own": 0}, {"acted": 1, "own": 0}, {"acted": 0, "own": 1}],
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")
ENDS = ".?!:…"
OF_OURS = re.compile(
    r"\b(disposici|stakeholder|feedback|triage|ancla|usuari|inválid|email|login|tú|tus)",
    re.IGNORECASE,
)
SHOWN_ATTRIBUTES = ("aria-label", "placeholder", "title", "alt", "content")


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each English form with the Spanish one of the same number."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return list(zip(message.id, message.string, strict=True))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="es")


@pytest.fixture(scope="module")
def texts(catalog: Catalog) -> list[tuple[str, str]]:
    return [pair for message in catalog if message.id for pair in pairs(message)]


@pytest.fixture(scope="module")
def compiled(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalog as it is now, whatever was compiled before."""
    folder = tmp_path_factory.mktemp("translations")
    (folder / "es" / "LC_MESSAGES").mkdir(parents=True)
    with (folder / "es" / "LC_MESSAGES" / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    return folder


@pytest.fixture
def app(database_url: str, compiled: Path) -> Iterator[Flask]:
    app = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": SECRET,
            "DATABASE_URL": database_url,
            "BASE_URL": "http://localhost",
            "RATELIMIT_ENABLED": False,
            "BABEL_TRANSLATION_DIRECTORIES": str(compiled),
        }
    )
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def spanish(app: Flask) -> Callable[[str], Page]:
    client = app.test_client()
    return lambda path: Page(client.get(f"/es{path}", follow_redirects=True))


def shown(soup: BeautifulSoup) -> set[str]:
    """Every text and every spoken name on a page that is not marked as another language."""
    for other in soup.select('script, style, [lang="en"]'):
        other.decompose()
    found = {" ".join(text.split()) for text in soup.find_all(string=True)}
    for tag in soup.find_all(True):
        found |= {tag[name].strip() for name in SHOWN_ATTRIBUTES if tag.get(name)}
    return found


def test_every_text_has_its_translation():
    assert problems() == []


def test_each_form_keeps_the_placeholders_of_its_original(texts):
    for english, spanish in texts:
        assert sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(spanish))


def test_a_translation_ends_as_its_original_does(texts):
    for english, spanish in texts:
        end = english.replace(" …", "…")[-1]

        assert end not in ENDS or spanish.endswith(end), (english, spanish)


def test_questions_and_exclamations_are_opened_as_spanish_opens_them(texts):
    for _, spanish in texts:
        assert spanish.count("?") == spanish.count("¿"), spanish
        assert spanish.count("!") == spanish.count("¡"), spanish


def test_no_translation_holds_a_straight_quotation_mark_or_a_loose_space(texts):
    for _, spanish in texts:
        assert not set(spanish) & set("\"'"), spanish
        assert spanish == " ".join(spanish.split()), spanish


def test_no_translation_speaks_our_jargon_or_says_tu(texts):
    for _, spanish in texts:
        assert not OF_OURS.search(PLACEHOLDER.sub("", spanish)), spanish


def test_the_catalog_is_sorted_out(catalog):
    assert not catalog.fuzzy
    assert not catalog.obsolete
    assert catalog.num_plurals == 2


@pytest.mark.one_engine
@pytest.mark.parametrize("path", PAGES)
def test_a_spanish_page_holds_no_english_text(path, spanish, texts):
    english = {before for before, after in texts if before != after}

    page = spanish(path)

    assert page.soup.html["lang"] == "es"
    assert not shown(page.soup) & english


@pytest.mark.one_engine
def test_an_english_page_offers_the_spanish_one_and_the_other_way_round(spanish):
    page = spanish("/receipts")

    assert page.soup.select_one('a[hreflang="en"]')["href"] == "/receipts"
    assert page.title == "Mis comentarios"


@pytest.mark.one_engine
def test_what_is_marked_far_from_a_page_comes_out_in_spanish(spanish):
    page = spanish("/register")

    assert "Al menos 12 caracteres. Una frase corta funciona bien." in page.text


NEWS = {
    "title": "/x",
    "path": "/x",
    "zone": "America/Chicago",
    "facts": {
        "closes_at": "2026-12-11T23:00:00Z",
        "due_on": "2027-03-05",
        "day": "2027-03-05",
        "number": 3,
    },
}


@pytest.mark.one_engine
@pytest.mark.parametrize("template", MAILS)
def test_a_spanish_mail_holds_no_english_text(template, app, texts):
    given = ["name", "organization", "title", "code", "path", "host", "round", "words"]
    values = dict.fromkeys(given, "/x")
    values |= {"follower": "a" * 26, "items": [NEWS | {"kind": kind} for kind in NoticeKind]}
    english = {before for before, after in texts if before != after and len(before) > 3}

    for way in WAYS_TO_SAY_IT.get(template, [{}]):
        with app.app_context():
            letter = Letter("1", template, "es", "a@example.org", values | way)
            message = compose(app, letter)

        lines = {line.strip() for line in message.body.splitlines()} | {message.subject}
        assert not lines & english
        assert not shown(BeautifulSoup(message.html, "lxml")) & english
        assert not any(text in message.body for text in english if len(text) > 30)


class Order(BaseForm):
    """A form that brings no sentences of its own."""

    name = StringField(validators=[Length(max=3)])
    size = SelectField(choices=["s", "m"])
    count = IntegerField()


@pytest.mark.one_engine
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_field_without_a_sentence_of_its_own_speaks_as_this_site_does(app, texts, language):
    said = {pair[0]: pair[0 if language == "en" else 1] for pair in texts}

    with app.test_request_context(
        "/", method="POST", environ_overrides={"feedback.language": language}
    ):
        form = Order(MultiDict({"name": "four", "size": "xl", "count": "many"}))
        form.validate()

        assert form.name.errors == [
            said["Keep it within %(max)d characters."].replace("%(max)d", "3")
        ]
        assert form.size.errors == [said["Choose one of these."]]
        assert form.count.errors[0] == said["Give a whole number."]


@pytest.mark.one_engine
def test_hours_zones_and_numbers_are_written_as_in_the_united_states(app):
    at = datetime(2026, 12, 11, 23, 0, tzinfo=UTC)

    with app.test_request_context("/", environ_overrides={"feedback.language": "es"}):
        assert moment(at, "America/Chicago") == (
            "viernes 11 de diciembre de 2026, 5:00\u00a0p.\u00a0m., hora del Centro"
        )
        assert moment(at).endswith("11:00\u00a0p.\u00a0m., UTC")
        assert number(12345.5) == "12,345.5"
    with app.test_request_context("/"):
        assert moment(at, "America/Chicago") == "Fri, Dec 11, 2026, 5:00\u00a0PM Central"
