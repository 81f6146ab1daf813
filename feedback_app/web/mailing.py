"""From an outbox row to a mail: both languages, plain and HTML, over Flask-Mail."""

from __future__ import annotations

import smtplib
from email.utils import formataddr

import click
from flask import Flask, g, render_template
from flask_babel import force_locale
from flask_mail import Message

from feedback_app.extensions import mail
from feedback_app.notifications.sending import Letter, Refused, Send, Unreachable
from feedback_app.web.templating import public_url


def sender(app: Flask) -> Send:
    """Gives the function that sends one letter; call it inside an application context."""

    def send(letter: Letter) -> None:
        message = compose(app, letter)
        if app.config["MAIL_TO_CONSOLE"]:
            click.echo(f"To: {letter.recipient}\nSubject: {message.subject}\n\n{message.body}")
            return
        try:
            mail.send(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise (Refused if code >= 500 else Unreachable)(
                f"recipient refused: {code}"
            ) from None
        except smtplib.SMTPResponseException as error:
            refused = 500 <= error.smtp_code < 600
            raise (Refused if refused else Unreachable)(f"answer {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(type(error).__name__) from None

    return send


def compose(app: Flask, letter: Letter) -> Message:
    g.language = letter.locale
    with force_locale(letter.locale):
        values = letter.values | {
            "locale": letter.locale,
            "site_name": app.config["SITE_NAME"],
            "url": public_url(str(letter.values.get("path", "/")), letter.locale),
        }
        folder = f"emails/{letter.template}"
        subject = " ".join(render_template(f"{folder}/subject.txt", **values).split())
        values["subject"] = subject
        message = Message(
            subject=subject,
            recipients=[letter.recipient],
            body=render_template(f"{folder}/body.txt", **values).strip() + "\n",
            html=render_template(f"{folder}/body.html", **values),
            sender=formataddr((app.config["SITE_NAME"], app.config["MAIL_DEFAULT_SENDER"])),
            extra_headers={"Auto-Submitted": "auto-generated"},
        )
        host = app.config["TRUSTED_HOST"].split(":")[0]
        message.msgId = f"<{letter.message_id}@{host}>"
        return message
