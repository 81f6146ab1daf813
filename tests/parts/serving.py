"""An application over HTTP, as a real browser needs it: by the server that the demo uses."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from feedback_app.cli.serve import waitress_options

LISTENING = range(20_000, 32_000)
"""Below the ports lent to outgoing connections, of which a browser opens dozens."""


def free_port() -> int:
    """A port that nobody listens at, nor is lent one before it is taken."""
    for port in random.sample(LISTENING, 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("no free port in a hundred")


@contextmanager
def over_http(app: Flask, port: int) -> Iterator[str]:
    """Serve until the block ends; gives the address.

    A visitor who leaves in the middle of an answer is no error here, and every file that was
    being sent is closed.
    """
    server = create_server(app, **waitress_options(app, f"127.0.0.1:{port}", 6))
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            wasyncore.loop(timeout=1, map=server._map, count=1, use_poll=True)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        ended.set()
        server.pull_trigger()
        thread.join()
        server.task_dispatcher.shutdown()
        for channel in list(server.active_channels.values()):
            channel.handle_close()
        wasyncore.close_all(server._map)
