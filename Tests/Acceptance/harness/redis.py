"""A real Redis server of the tests' own that keeps nothing."""
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from .waiting import accepts, free_port, until


class Redis:
    """A server on a loopback port that asks for a password."""

    def __init__(self) -> None:
        assert shutil.which("redis-server"), "redis-server is missing; run scripts/setup test"
        self.port = free_port()
        self.password = secrets.token_urlsafe(18)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The URI for `REDIS_URL`."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> "Redis":
        """Starts it, again if it was stopped."""
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--requirepass", self.password, "--save", "",
             "--appendonly", "no"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        until(lambda: accepts("127.0.0.1", self.port), 10, "Redis accepting connections")
        return self

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """It takes connections and says nothing meanwhile."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Ends it as a power cut would."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
