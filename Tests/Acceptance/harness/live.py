"""Follows executions over the WebSocket."""
import json
import ssl
import time
from collections import deque
from typing import Any

from websockets.sync.client import ClientConnection, connect

from .api import FINAL, Api


def context() -> ssl.SSLContext:
    """TLS for a client that reads and writes in two threads. In TLS 1.3 tickets come behind the handshake, and who writes just when the other thread reads
    one may send nothing at all, because Python does not keep the two apart."""
    made = ssl.create_default_context()
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    return made


class Live:
    """One connection to `/ws`, signed in with the client's token."""

    def __init__(self, api: Api) -> None:
        headers = {"Authorization": f"Bearer {api.bearer}"}
        url = api.base.replace("http", "ws", 1) + "/ws"
        self._waiting: deque[dict[str, Any]] = deque()
        self._connecting = connect(url, additional_headers=headers, max_size=None, open_timeout=10, ssl=context() if url.startswith("wss") else None)

    def __enter__(self) -> "Live":
        self.connection: ClientConnection = self._connecting.__enter__()
        return self

    def __exit__(self, *reason: object) -> None:
        self._connecting.__exit__(*reason)

    def send(self, **request: Any) -> None:
        """Sends one request."""
        self.connection.send(json.dumps(request))

    def receive(self, timeout: float = 20) -> dict[str, Any]:
        """The next message."""
        return json.loads(self.connection.recv(timeout=timeout))

    def follow(self, execution: str, after: int = 0) -> None:
        """Asks for everything of an execution behind a sequence number."""
        self.send(follow={"execution": execution, "after": after})

    def entries_until(self, condition: Any, timeout: float = 30) -> list[dict[str, Any]]:
        """Takes entries in the order of arrival up to one that satisfies the condition; what came with it waits for the next call."""
        taken, end = [], time.monotonic() + timeout
        while True:
            while self._waiting:
                taken.append(self._waiting.popleft())
                if condition(taken[-1]):
                    return taken
            answer = self.receive(timeout=max(0.1, end - time.monotonic()))
            assert answer.get("problem") is None, answer
            self._waiting.extend(answer.get("entries") or [])

    def entries_until_end(self, timeout: float = 30) -> list[dict[str, Any]]:
        """Collects everything until the execution has ended."""
        return self.entries_until(lambda entry: entry["kind"] == "execution" and entry["execution"]["state"] in FINAL, timeout)


def output_of(entries: list[dict[str, Any]], branch: int, step: int, stream: str = "stdout") -> str:
    """The text that a step wrote, put together from its pieces."""
    return "".join(
        entry["text"] for entry in entries
        if entry["kind"] == "output" and (entry["branch"], entry["step"], entry["stream"]) == (branch, step, stream))
