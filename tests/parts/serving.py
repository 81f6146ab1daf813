"""An application over HTTP, as a real browser needs it: by the server that the demo uses."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import Flask
from waitress.server import create_server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def over_http(app: Flask, port: int) -> Iterator[str]:
    """Serve until the block ends; gives the address.

    A visitor who leaves in the middle of an answer is no error here, and every file that was
    being sent is closed.
    """
    server = create_server(app, listen=f"127.0.0.1:{port}", threads=6)

    def run() -> None:
        with suppress(OSError, ValueError):  # its sockets are closed under it, at the end
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
        thread.join(5)
