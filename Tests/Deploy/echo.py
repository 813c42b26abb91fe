"""A service that says what it was asked: for looking at what nginx passes on."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        asked = {
            "service": self.server.name, "method": self.command, "path": self.path, "bytes": len(body),  # type: ignore[attr-defined]
            "headers": [[name.lower(), value] for name, value in self.headers.items()]}
        self.server.asked.append(asked)  # type: ignore[attr-defined]
        text = json.dumps(asked | {"filling": "x" * 2000 if "fill" in self.path else ""}).encode()
        self.send_response(int(self.headers.get("X-Answer") or 200))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = _answer

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class Echo(ThreadingHTTPServer):
    """The service on a loopback address; `asked` holds every request that reached it."""

    daemon_threads = True

    def __init__(self, name: str, address: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__((address, port), _Handler)
        self.name = name
        self.asked: list[dict] = []
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server_address[1]

    @property
    def address(self) -> str:
        """As nginx wants it."""
        return f"{self.server_address[0]}:{self.port}"

    def stop(self) -> None:
        """Ends it; connections to it are refused from now on."""
        self.shutdown()
        self.server_close()
