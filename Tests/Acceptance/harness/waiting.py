"""Waiting for things that happen in other processes."""
import random
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")


class TooLate(AssertionError):
    """What was waited for did not happen in time."""


def until(condition: Callable[[], Value], timeout: float, what: str, *, abort: Callable[[], str | None] | None = None,
          or_tell: Callable[[], object] | None = None) -> Value:
    """Asks `condition` again and again until its answer is true, and returns that answer.

    `abort` may say why waiting has become senseless, for example because the process has ended; `or_tell` what there was instead.
    """
    pause, end = threading.Event(), time.monotonic() + timeout
    while True:
        if answer := condition():
            return answer
        if abort and (reason := abort()):
            raise TooLate(f"waiting for {what} is in vain: {reason}")
        if time.monotonic() > end:
            raise TooLate(f"{what} did not happen within {timeout} s" + (f": {or_tell()}" if or_tell else ""))
        pause.wait(0.02)


# Names that nobody else on this machine can take while this process lives; they are as private to a network namespace as ports are.
_reservations: list[socket.socket] = []


def free_port(address: str = "127.0.0.1") -> int:
    """A TCP port that nobody listens on and that nobody gets by chance before it is used: the system gives out higher ones, and what it
    was given out here for, in whatever process of the tests, keeps it until that process ends."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(10_000, min(lowest, 32_768))
        reservation = socket.socket(socket.AF_UNIX)
        with socket.socket() as probe:
            try:
                reservation.bind(f"\0opsconductor-tests-port-{port}")
                probe.bind((address, port))
            except OSError:
                reservation.close()
                continue
        _reservations.append(reservation)
        return port


def accepts(address: str, port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True
