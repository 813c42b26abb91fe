"""One process of the built server: all services, or some of them."""
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Self

import requests

from .paths import BINARY
from .waiting import free_port, until

SETUP_LINK = re.compile(r"/setup\?token=([A-Za-z0-9_.~-]+)")
READY_SECONDS = 20
STOP_SECONDS = 20


class Process:
    """`opsconductor serve` on loopback. Processes that share a log file add to it."""

    def __init__(self, log_file: Path, settings: dict[str, str], *, services: str | None = None, port: int | None = None) -> None:
        self.log_file = log_file
        self.services = services
        self.port = port or free_port()
        self.settings = {"HTTP_HOST": "127.0.0.1", "HTTP_PORT": str(self.port), "LOG_LEVEL": "info", **settings}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """The origin that clients use."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """Everything that it has written so far, over all starts."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    @property
    def pid(self) -> int:
        """The id of the running process."""
        assert self.process is not None, "the server was not started"
        return self.process.pid

    def launch(self) -> Self:
        """Starts the process without waiting for anything."""
        assert BINARY.exists(), f"{BINARY} is missing; run `make build` first"
        environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/root"), **self.settings}
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", *(["--services", self.services] if self.services else [])], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        return self

    def start(self) -> Self:
        """Starts the process and waits until it serves."""
        return self.launch().await_ready()

    def await_ready(self) -> Self:
        """Waits until it serves."""
        try:
            until(self._is_ready, READY_SECONDS, "the server being ready", abort=self._death)
        except BaseException:
            self.kill()
            raise
        return self

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"{self.base}/ready", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    def _death(self) -> str | None:
        code = self.process.poll() if self.process else None
        return None if code is None else f"the server ended with exit code {code}:\n{self.log[-4000:]}"

    def setup_token(self) -> str:
        """The token of the one-time link that the first start printed."""
        match = until(lambda: SETUP_LINK.search(self.log), 5, "the set-up link in the output", abort=self._death)
        return match[1]

    def wait_for_exit(self, timeout: float = STOP_SECONDS) -> int:
        """Waits until the process has ended by itself; returns its exit code."""
        assert self.process is not None
        return self.process.wait(timeout)

    def stop(self) -> None:
        """Asks the server to end and insists on a clean end."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        code = self.wait_for_exit()
        assert code == 0, f"the server ended with exit code {code} after SIGTERM:\n{self.log[-4000:]}"

    def kill(self) -> None:
        """Ends the server as a power cut would: it gets no chance to clean up."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def restart(self) -> None:
        """Stops it and starts it again on the same data."""
        self.stop()
        self.start()
