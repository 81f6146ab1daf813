"""`serve` answers on its port, and leaves nothing running behind it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from feedback_app import create_app
from tests.conftest import SECRET
from tests.parts.serving import free_port, over_http

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 900
"""Tenths of a second: on a busy machine a process may take a minute to start."""


def answers(port: int, path: str = "/readyz") -> int:
    for _ in range(PATIENCE):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                return answer.status
        except OSError:
            time.sleep(0.1)
    return 0


def children(process_id: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process_id:
            found.append(int(stat.parent.name))
    return found


def is_alive(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_ends_takes_its_child_along(engine, database_url, end):
    port = free_port()
    environment = os.environ | {
        "FEEDBACK_DATABASE_URL": database_url,
        "FEEDBACK_SECRET_KEY": SECRET,
        "FEEDBACK_BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "feedback_app", "serve", "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen([*command, "--workers", "1"], cwd=ROOT, env=environment)
    try:
        assert answers(port) == 200
        below = children(server.pid)
        assert below
    finally:
        server.send_signal(end)
        server.wait(timeout=PATIENCE / 10)

    for _ in range(PATIENCE):
        if not any(is_alive(child) for child in below):
            break
        time.sleep(0.1)
    assert not any(is_alive(child) for child in below)


@pytest.mark.one_engine
@pytest.mark.parametrize("proxies", [0, 1])
def test_people_behind_a_trusted_proxy_are_counted_one_by_one(database_url, proxies):
    """Else a town would share the tries of one address; without a proxy nobody may say."""
    port = free_port()
    settings = {
        "SECRET_KEY": SECRET,
        "DATABASE_URL": database_url,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "WTF_CSRF_ENABLED": False,
        "TRUSTED_PROXIES": proxies,
    }
    app = create_app(settings)
    with over_http(app, port) as address:
        each = {try_code(address, f"203.0.113.{number}") for number in range(1, 30)}
        same = {try_code(address, "198.51.100.7") for _ in range(30)}
    app.extensions["database"].dispose()

    assert (429 in each) is (proxies == 0)
    assert 429 in same


def try_code(address: str, visitor: str) -> int:
    request = urllib.request.Request(
        f"{address}/receipts", data=b"code=none", headers={"X-Forwarded-For": visitor}
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
