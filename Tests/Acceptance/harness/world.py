"""The world outside as tests use it: starts `outside.py` as a process of its own and asks what came in."""
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import requests

from .waiting import until


class World:
    """A web server and mail servers on loopback, with an authority of their own."""

    def __init__(self, folder: Path, *addresses: str) -> None:
        self.folder, self.addresses = folder, addresses
        self.process: subprocess.Popen[bytes] | None = None
        self.places: dict[str, Any] = {}

    def start(self) -> Self:
        """Starts everything and waits until it serves."""
        script = Path(__file__).with_name("outside.py")
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(script), str(self.folder), *self.addresses], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        assert self.process.stdout
        self.places = json.loads(self.process.stdout.readline())
        return self

    def stop(self) -> None:
        """Ends it."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def url(self, path: str, address: str = "127.0.0.1") -> str:
        """A URL of the web server."""
        return f"http://{address}:{self.places['http']}{path}"

    def memory(self, word: str = "show", body: str | None = None) -> dict[str, Any]:
        """What came in so far."""
        url = self.url(f"/memory/{word}")
        session = requests.Session()
        session.trust_env = False
        return session.post(url, data=body, timeout=10).json() if body is not None else session.get(url, timeout=10).json()

    def requests(self, path: str) -> list[dict[str, Any]]:
        """The requests for a path."""
        return [request for request in self.memory()["requests"] if request["path"] == path]

    def mails(self) -> list[dict[str, Any]]:
        """The mails."""
        return self.memory()["mails"]

    def await_requests(self, path: str, count: int = 1, timeout: float = 30) -> list[dict[str, Any]]:
        """Waits for so many requests for a path."""
        return until(lambda: found if len(found := self.requests(path)) >= count else None, timeout, f"{count} requests for {path}")

    def await_mails(self, count: int = 1, timeout: float = 30) -> list[dict[str, Any]]:
        """Waits for so many mails."""
        return until(lambda: found if len(found := self.mails()) >= count else None, timeout, f"{count} mails")
