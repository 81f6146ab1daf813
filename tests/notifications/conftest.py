"""A deliverer that speaks to a real mail server."""

from __future__ import annotations

import pytest
from flask import Flask

from feedback_app import create_app
from feedback_app.notifications.sending import send_due
from feedback_app.web.mailing import sender
from tests.conftest import SECRET


@pytest.fixture
def mailing(app: Flask, smtp, database_url):
    """Delivers what is due through the real server; gives the tally."""
    mailing_app = create_app(
        {
            "TESTING": False,
            "SECRET_KEY": SECRET,
            "DATABASE_URL": database_url,
            "BASE_URL": "https://feedback.example.org",
            "MAIL_URL": smtp.url,
            "MAIL_TIMEOUT": 1,
        }
    )

    def deliver():
        with mailing_app.app_context():
            return send_due(mailing_app.extensions["database"], sender(mailing_app))

    yield deliver
    mailing_app.extensions["database"].dispose()
