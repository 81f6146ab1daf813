"""From an outbox row to a mail: both languages, plain and HTML, over Flask-Mail."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from email.utils import formataddr
from typing import Any

import click
from flask import Flask, current_app, g, render_template
from flask_babel import force_locale, gettext
from flask_mail import Connection, Message

from feedback_app.notifications.bounces import is_final
from feedback_app.notifications.sending import Letter, Refused, Send, Unreachable
from feedback_app.notifications.tokens import link_key, make_token
from feedback_app.notifications.wording import sentence
from feedback_app.web.templating import public_url

STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
"""An enhanced status code (RFC 3463), which stands first in what a server says."""
NOBODY_THERE = frozenset({550, 551, 553})
"""What these say where a server gives no better code (RFC 5321, 4.2.3)."""


class PatientConnection(Connection):
    """Flask-Mail's connection, but it waits a bounded time, and its farewell undoes nothing.

    A server that takes a message and then hangs up has taken it: sending it again would be a
    second mail.
    """

    def configure_host(self) -> smtplib.SMTP:
        settings = self.mail
        kind = smtplib.SMTP_SSL if settings.use_ssl else smtplib.SMTP
        timeout = current_app.config["MAIL_TIMEOUT"]
        host = kind(settings.server, settings.port, timeout=timeout)
        if settings.use_tls:
            host.starttls(context=ssl.create_default_context())
        if settings.username and settings.password:
            host.login(settings.username, settings.password)
        return host

    def __exit__(self, *_raised: object) -> None:
        if self.host is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.host.quit()
            self.host.close()


def sender(app: Flask) -> Send:
    """Gives the function that sends one letter; call it inside an application context."""

    def send(letter: Letter) -> None:
        message = compose(app, letter)
        if app.config["MAIL_TO_CONSOLE"]:
            click.echo(f"To: {letter.recipient}\nSubject: {message.subject}\n\n{message.body}")
            return
        try:
            with PatientConnection(app.extensions["mail"]) as connection:
                connection.send(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _refusal(code, words, "recipient refused") from None
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error, "answer") from None
        except smtplib.SMTPResponseException as error:  # sign-in, sender: ours to mend
            raise Unreachable(f"{type(error).__name__} {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(type(error).__name__) from None

    return send


def _links_of_follower(app: Flask, letter: Letter) -> dict[str, Any]:
    if "follower" not in letter.values:
        return {}
    key = link_key(app.config["SECRET_KEY"])
    page = f"/follow/{make_token(key, str(letter.values['follower']))}"
    return {
        "link": lambda path: public_url(path, letter.locale),
        "change_url": public_url(page, letter.locale),
        "stop_url": public_url(f"{page}/stop", letter.locale),
    }


def _one_click(values: dict[str, Any]) -> dict[str, str]:
    """A mail program's own button ends the mail without opening a page (RFC 8058)."""
    if "stop_url" not in values:
        return {}
    return {
        "List-Unsubscribe": f"<{values['stop_url']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _refusal(code: int, words: bytes | str, what: str) -> Refused | Unreachable:
    """Only the numbers are kept: the words of a server often repeat the address."""
    told = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    status = STATUS.match(told.strip())
    if code < 500:
        return Unreachable(f"{what}: {code}")
    dead = is_final(status[0]) if status else code in NOBODY_THERE
    return Refused(
        f"{what}: {code} {status[0] if status else ''}".strip(), address_is_dead=dead
    )


def compose(app: Flask, letter: Letter) -> Message:
    g.language = letter.locale
    with force_locale(letter.locale):
        values = letter.values | {
            "sentence": sentence,
            "locale": letter.locale,
            "site_name": app.config["SITE_NAME"],
            "home_url": public_url("/", letter.locale),
            "url": public_url(str(letter.values.get("path", "/")), letter.locale),
        }
        values |= _links_of_follower(app, letter)
        folder = f"emails/{letter.template}"
        quiet = gettext("News for you") if letter.values.get("is_quiet") else None
        subject = quiet or render_template(f"{folder}/subject.txt", **values)
        subject = " ".join(subject.split())
        values["subject"] = subject
        message = Message(
            subject=subject,
            recipients=[letter.recipient],
            body=render_template(f"{folder}/body.txt", **values).strip() + "\n",
            html=render_template(f"{folder}/body.html", **values),
            sender=formataddr((app.config["SITE_NAME"], app.config["MAIL_DEFAULT_SENDER"])),
            extra_headers={"Auto-Submitted": "auto-generated", **_one_click(values)},
        )
        host = app.config["TRUSTED_HOST"].split(":")[0]
        message.msgId = f"<{letter.message_id}@{host}>"
        return message
