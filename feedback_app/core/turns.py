"""The writer queue: a file lock, first come, first served, across threads and processes."""

from __future__ import annotations

import fcntl
import os
import threading

from feedback_app.core.errors import Busy

PATIENCE = 30.0
"""Seconds: far longer than any writing unit may hold its turn."""
MOST_WAITING = 64
_places = threading.BoundedSemaphore(MOST_WAITING)


def take_turn(queue: str) -> int:
    """Wait for the lock and give the open file that holds it; closing that lets it go.

    Without an end to the waiting, one unit that never ends would hold up all others for ever.
    The kernel knows no flock that gives up, and asking again and again would lose one's place
    in the queue; so a thread waits in the caller's place.
    """
    turn = os.open(queue, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _wait_for(turn)
    except BaseException:
        os.close(turn)
        raise
    return turn


def _wait_for(turn: int) -> None:
    if not _places.acquire(timeout=PATIENCE):
        os.close(turn)
        raise Busy
    waiting = _Waiting(turn)
    waiting.start()
    try:
        arrived = waiting.arrives_within(PATIENCE)
    except BaseException:
        waiting.give_up()
        raise
    if not arrived and waiting.give_up():
        raise Busy


class _Waiting(threading.Thread):
    """Waits in a queue; once given up, it lets go of the turn as soon as that comes."""

    def __init__(self, turn: int) -> None:
        super().__init__(name="waits for its turn to write", daemon=True)
        self._turn = turn
        self._arrived = threading.Event()
        self._deciding = threading.Lock()
        self._is_given_up = False

    def run(self) -> None:
        fcntl.flock(self._turn, fcntl.LOCK_EX)
        with self._deciding:
            self._arrived.set()
            if self._is_given_up:
                os.close(self._turn)
        _places.release()

    def arrives_within(self, seconds: float) -> bool:
        return self._arrived.wait(seconds)

    def give_up(self) -> bool:
        """Leave the queue, unless the turn has come in this very moment."""
        with self._deciding:
            self._is_given_up = not self._arrived.is_set()
            return self._is_given_up
