"""Each real part answers, and says so when it is told to misbehave."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text

from tests.parts.chromium import axe_findings, overflow
from tests.parts.smtp import DROP, LATER, NEVER

PAGES = {
    "/": "<title>Read</title><main><h1>Section 3</h1><p>Slow down, then talk.</p></main>",
    "/unlabelled": "<title>Form</title><main><h1>Say something</h1><input></main>",
    "/strange": "<title>Strange</title><img src='http://elsewhere.example/a.png' alt=''>",
    "/broken": "<title>Broken</title><script>nothing.to.call()</script>",
    "/wide": "<title>Wide</title><div style='width:900px'>A wide table</div>",
}


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f"<!doctype html><html lang='en'>{PAGES.get(self.path, '')}</html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "desk@demo.example", "resident@demo.example"
    mail["Subject"] = "Your comment was answered"
    mail.set_content("We changed the words you asked about.")
    return mail


def send(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.send_message(letter())


def create_comments(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE comments (body text)"))
        connection.execute(text("INSERT INTO comments VALUES ('Too much at once.')"))
    engine.dispose()


def count_comments(url: str) -> int:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO comments VALUES ('One more.')"))
        count = connection.execute(text("SELECT count(*) FROM comments")).scalar_one()
    engine.dispose()
    return int(count)


def test_postgres_answers_a_query_in_an_empty_database(postgres_url):
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        version = connection.execute(text("SHOW server_version_num")).scalar_one()
        tables = connection.execute(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        ).scalar_one()
    engine.dispose()

    assert int(version) >= 140000
    assert tables == 0


def test_copies_of_a_template_do_not_see_each_other(postgres_template):
    template = postgres_template(create_comments)

    with template.copy() as first, template.copy() as second:
        assert count_comments(first) == 2
        assert count_comments(second) == 2


def test_a_dropped_database_is_gone_even_under_an_open_connection(postgres):
    url = postgres.new_database()
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    with psycopg.connect(address) as left_open:
        postgres.drop_database(url)
        with pytest.raises(psycopg.OperationalError):
            left_open.execute("SELECT 1")

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)


def test_a_page_is_read_in_a_real_browser(visits, site):
    page = visits.open(f"{site}/", width=320)

    assert page.get_by_role("heading").inner_text() == "Section 3"
    assert axe_findings(page) == []
    assert overflow(page) == 0


def test_axe_names_a_field_without_a_label(visits, site):
    page = visits.open(f"{site}/unlabelled")

    assert [finding.split(":")[0] for finding in axe_findings(page)] == ["label"]


def test_a_page_wider_than_a_small_phone_is_noticed(visits, site):
    assert overflow(visits.open(f"{site}/wide", width=320)) > 500


def test_a_request_to_another_origin_is_stopped_and_noticed(visits, site):
    visits.open(f"{site}/strange")

    assert visits.strangers == ["http://elsewhere.example/a.png"]
    visits.strangers.clear()


def test_an_error_in_a_pages_script_is_noticed(visits, site):
    visits.open(f"{site}/broken")

    assert "nothing is not defined" in visits.errors[0]
    visits.errors.clear()


def test_without_javascript_no_script_runs(visits, site):
    visits.open(f"{site}/broken", javascript=False)

    assert visits.errors == []


def test_a_mail_arrives_with_its_words(smtp):
    send(smtp.port)

    [received] = smtp.messages
    assert received.recipients == ("resident@demo.example",)
    assert received.mail["Subject"] == "Your comment was answered"
    assert received.text().strip() == "We changed the words you asked about."


@pytest.mark.parametrize(("answer", "code"), [(LATER, 451), (NEVER, 550)])
def test_a_mail_is_refused_once_then_taken(smtp, answer, code):
    smtp.answers.append(answer)

    with pytest.raises(smtplib.SMTPDataError) as refusal:
        send(smtp.port)
    send(smtp.port)

    assert refusal.value.smtp_code == code
    assert len(smtp.messages) == 1


def test_a_line_cut_in_the_middle_of_a_mail_leaves_nothing(smtp):
    smtp.answers.append(DROP)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp.port)

    assert smtp.messages == []


def test_a_mail_server_that_was_down_comes_back_on_its_port(smtp):
    smtp.stop()
    with pytest.raises(ConnectionRefusedError):
        send(smtp.port)

    smtp.start()
    send(smtp.port)

    assert len(smtp.messages) == 1
