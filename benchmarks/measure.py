"""Measures servers side by side: CPU time of the server per request, and waiting time.

Machines are noisy, so workloads that are compared take turns in short rounds, and only their
ratios mean something.
"""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 30


class NotMeasurable(Exception):
    """The server did not start, or answered otherwise than the workload expects."""


@dataclass(frozen=True)
class Request:
    path: str
    method: str = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    expect: int = 200


@dataclass(frozen=True)
class Server:
    """A running server: its port, and the process at the top of its tree."""

    port: int
    process_id: int


@dataclass(frozen=True)
class Workload:
    """Requests to one server; `request` gets a running number and makes the next of them."""

    server: Server
    request: Callable[[int], Request]


@dataclass
class Measured:
    """Server CPU milliseconds per request of each round, and every request's waiting time."""

    rounds: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def cpu_ms(self) -> float:
        return statistics.median(self.rounds)

    @property
    def p50(self) -> float:
        return statistics.median(self.waits)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.waits, n=20)[-1]


def cpu_ratio(measured: Measured, ruler: Measured) -> float:
    """Give the median over the rounds, each compared with the ruler's round beside it."""
    pairs = zip(measured.rounds, ruler.rounds, strict=True)
    return statistics.median(ours / bare for ours, bare in pairs)


def waitress(target: str, *, threads: int = 4, factory: bool = False) -> list[str]:
    """Give the command that serves a WSGI target; `{port}` is filled in later."""
    call = ["--call"] if factory else []
    bind = ["--listen=127.0.0.1:{port}", f"--threads={threads}"]
    return [sys.executable, "-m", "waitress", *bind, *call, target]


def gunicorn(target: str, *, threads: int = 4, factory: bool = False) -> list[str]:
    """Give the same for one gthread worker of gunicorn."""
    bind = ["-b", "127.0.0.1:{port}", "-w", "1", "-k", "gthread", "--threads", str(threads)]
    return [sys.executable, "-m", "gunicorn", *bind, f"{target}()" if factory else target]


@contextmanager
def serving(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Server]:
    """Run a server as a child on a free port; it ends with the block."""
    port = _free_port()
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen(
            [word.replace("{port}", str(port)) for word in command],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            if not _answers(child, port):
                log.seek(0)
                said = log.read().decode(errors="replace")
                raise NotMeasurable(f"the server did not start:\n{said[-2000:]}")
            yield Server(port, child.pid)
        finally:
            child.terminate()
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def take_turns(
    workloads: Mapping[str, Workload],
    *,
    rounds: int = 30,
    requests: int = 20,
    warm_up: int = 20,
    limit_seconds: float = 60,
) -> dict[str, Measured]:
    """Run every workload once a round; no further round starts after the limit.

    Many short rounds: what neighbors take of the machine changes within a second, and only
    workloads that run close to each other have it in common.
    """
    measured = {name: Measured() for name in workloads}
    counts = dict.fromkeys(workloads, warm_up)
    for workload in workloads.values():
        _run(workload, range(warm_up), Measured())
    started = time.monotonic()
    for done in range(rounds):
        if done and time.monotonic() - started > limit_seconds:
            break
        for name, workload in workloads.items():
            before = cpu_seconds(workload.server.process_id)
            _run(workload, range(counts[name], counts[name] + requests), measured[name])
            used = cpu_seconds(workload.server.process_id) - before
            measured[name].rounds.append(used * 1000 / requests)
            counts[name] += requests
    return measured


def table(measured: Mapping[str, Measured]) -> str:
    """Draw the plain figures of a run, for reading beside the ratios."""
    lines = [f"{'':<28}{'CPU ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'bytes':>9}"]
    lines += [
        f"{name:<28}{m.cpu_ms:>9.2f}{m.p50:>9.2f}{m.p95:>9.2f}{m.size:>9}"
        for name, m in measured.items()
    ]
    return "\n".join(lines)


def cpu_seconds(process_id: int) -> float:
    """Give user and system time of a process and all its living descendants.

    Read from each process's CPU clock, in nanoseconds; /proc/…/stat counts in steps of 10 ms.
    """
    total = 0.0
    for member in _tree(process_id):
        try:
            total += time.clock_gettime((~member << 3) | 2)
        except OSError:
            continue
    return total


def _tree(process_id: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    members = [process_id]
    for member in members:
        members += children.get(member, [])
    return members


def _run(workload: Workload, numbers: range, into: Measured) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", workload.server.port, timeout=30)
    try:
        for number in numbers:
            request = workload.request(number)
            started = time.perf_counter()
            connection.request(
                request.method, request.path, request.body, dict(request.headers)
            )
            answer = connection.getresponse()
            body = answer.read()
            into.waits.append((time.perf_counter() - started) * 1000)
            into.size = len(body)
            if answer.status != request.expect:
                text = body[:500].decode(errors="replace")
                raise NotMeasurable(
                    f"{request.method} {request.path} gave {answer.status}:\n{text}"
                )
    finally:
        connection.close()


def _answers(child: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
