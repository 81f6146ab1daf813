"""A wrong setting stops the start and names its key; nothing breaks later."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from feedback_app import config
from feedback_app.config import WrongSetting
from tests.cli.test_serve import ROOT
from tests.conftest import SECRET

RIGHT = {"FEEDBACK_SECRET_KEY": SECRET, "FEEDBACK_BASE_URL": "https://feedback.example.org"}
WRONG = {
    "FEEDBACK_SECRET_KEY": ("", "short", "x" * 40, "change-me", "0123456" * 10),
    "FEEDBACK_DATABASE_URL": ("mysql://h/d", "nowhere", "sqlite://", "sqlite:///:memory:"),
    "FEEDBACK_BASE_URL": ("feedback.example.org", "ftp://a", "https://a/b", "http://[a"),
    "FEEDBACK_MAIL_URL": ("mail.example.org", "smtp://", "smtp://h:port", "smtp://[a"),
    "FEEDBACK_TRUSTED_PROXIES": ("one", "1.5", "-1"),
    "FEEDBACK_MEDIA": ("s3://bucket/prefix",),
    "FEEDBACK_LIMITS_STORE": ("memory", "memcached://h", "redis://", "redis://[a"),
}


@pytest.mark.parametrize(("key", "value"), [(k, v) for k, vs in WRONG.items() for v in vs])
def test_a_wrong_setting_is_refused_by_its_name(key, value):
    with pytest.raises(WrongSetting) as refused:
        config.load({}, RIGHT | {key: value})

    assert key in str(refused.value)
    assert value not in str(refused.value).split() or not value, "secrets stay out of messages"


def test_what_is_not_set_has_a_default_that_works():
    settings = config.load({}, RIGHT)

    assert settings["DATABASE_URL"].startswith("sqlite:///")
    assert settings["SESSION_COOKIE_NAME"] == "__Host-session"
    assert settings["TRUSTED_PROXIES"] == 0


def test_a_command_with_a_wrong_setting_ends_with_one_line():
    environment = os.environ | RIGHT | {"FEEDBACK_DATABASE_URL": "sqlite://"}
    command = [sys.executable, "-m", "feedback_app", "rounds", "list"]

    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Error: FEEDBACK_DATABASE_URL")
    assert len(done.stderr.splitlines()) == 1
