"""The world outside: a web server and mail servers that remember what they got, with certificates of an authority of their own.

Run as a program it serves until its standard input ends: `outside.py FOLDER [ADDRESS ...]` prints one line of JSON that says where everything is.
"""
import asyncio
import json
import ssl
import subprocess
import sys
import threading
import time
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ACCOUNT, PASSWORD = "mailer", "right password"


class Memory:
    """What came in, in order."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.requests: list[dict[str, Any]] = []
        self.mails: list[dict[str, Any]] = []
        self.flaky: dict[str, int] = {}
        self.stalls = 0


MEMORY = Memory()
LEAVE = threading.Event()


class Sink(BaseHTTPRequestHandler):
    """Answers by the path: /ok, /status/503, /flaky/NAME/3, /redirect?to=URL, /slow, /huge, /echo; /memory/... is for the tests."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _memory(self, parts: list[str], body: bytes) -> None:
        with MEMORY.lock:
            if parts[1] == "stalls":
                MEMORY.stalls = int(body or b"0")
            if parts[1] == "forget":
                MEMORY.requests, MEMORY.mails, MEMORY.flaky = [], [], {}
            answer = {"requests": MEMORY.requests, "mails": MEMORY.mails}
            self._answer(200, json.dumps(answer).encode(), Content_Type="application/json")

    def _serve(self) -> None:
        url, body = urlsplit(self.path), self._body()
        parts = url.path.strip("/").split("/")
        if parts[0] == "memory":
            return self._memory(parts, body)
        with MEMORY.lock:
            MEMORY.requests.append({
                "method": self.command, "path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()},
                "body": body.decode(errors="replace"), "at": time.time(), "host": self.server.server_address[0],
            })
        if parts[0] == "status":
            retry = {"Retry_After": parts[2]} if len(parts) > 2 else {}
            return self._answer(int(parts[1]), b"as you wish", **retry)
        if parts[0] == "flaky":
            with MEMORY.lock:
                MEMORY.flaky[parts[1]] = MEMORY.flaky.get(parts[1], 0) + 1
                is_early = MEMORY.flaky[parts[1]] <= int(parts[2])
            return self._answer(503 if is_early else 200)
        if parts[0] == "redirect":
            return self._answer(307, Location=parse_qs(url.query)["to"][0])
        if parts[0] == "slow":
            LEAVE.wait()
            return None
        if parts[0] == "huge":
            return self._huge()
        if parts[0] == "echo":
            return self._answer(200, (str(self.headers) + self.path).encode() + body)
        return self._answer(200, b"ok")

    def _huge(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(50_000_000))
        self.end_headers()
        try:
            for _ in range(500):
                self.wfile.write(b"x" * 100_000)
        except OSError:
            self.close_connection = True

    do_GET = do_POST = do_PUT = _serve


class Mailbox:
    """Keeps mail; the first messages of a server that stalls are never answered."""

    def __init__(self, name: str, stalls: bool = False) -> None:
        self.name, self.stalls = name, stalls

    async def handle_RCPT(self, _server: object, _session: object, envelope: Any, address: str, _options: object) -> str:
        """Takes everybody but those who are gone."""
        if address.startswith("gone"):
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, session: Any, envelope: Any) -> str:
        """Remembers a message."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        with MEMORY.lock:
            stalls = self.stalls and MEMORY.stalls > 0
            MEMORY.stalls -= 1 if stalls else 0
            MEMORY.mails.append({
                "server": self.name, "from": envelope.mail_from, "to": envelope.rcpt_tos, "subject": str(message["Subject"]),
                "id": message["Message-ID"], "delivery": message["X-OpsConductor-Delivery"], "text": message.get_content(),
                "tls": session.ssl is not None, "answered": not stalls, "raw": envelope.content.decode(errors="replace"),
            })
        if stalls:
            await asyncio.Event().wait()
        return "250 2.0.0 taken as 4711"


def certificates(folder: Path) -> None:
    """An authority, a certificate of it for this machine, and one that nobody signed."""
    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    (folder / "names.cnf").write_text("subjectAltName=DNS:localhost,DNS:hooks.test,IP:127.0.0.1,IP:127.0.3.1\n")
    openssl("req", "-x509", *key, "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA", "-days", "30")
    openssl("req", *key, "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.pem", "-days", "30",
            "-extfile", "names.cnf")
    openssl("req", "-x509", *key, "-nodes", "-keyout", "own.key", "-out", "own.pem", "-subj", "/CN=localhost", "-days", "30",
            "-addext", "subjectAltName=DNS:localhost")


def context(folder: Path, name: str) -> ssl.SSLContext:
    """TLS for a server with one of the certificates."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return made


def web(address: str, tls: ssl.SSLContext | None = None, port: int = 0) -> int:
    """Starts a web server and says its port."""
    server = ThreadingHTTPServer((address, port), Sink)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def mail(name: str, tls: ssl.SSLContext, *, starttls: bool = True, login: bool = True, stalls: bool = False, wrapped: bool = False) -> int:
    """Starts a mail server and says its port."""
    from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

    def check(_server: object, _session: object, _envelope: object, _mechanism: str, data: object) -> Any:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (ACCOUNT.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False)

    def made() -> SMTP:
        return SMTP(
            Mailbox(name, stalls), hostname="sink.test", tls_context=tls if starttls else None, require_starttls=starttls,
            auth_required=login, authenticator=check, auth_require_tls=not wrapped)

    ready: list[int] = []
    started = threading.Event()

    def serve() -> None:
        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(loop.create_server(made, "127.0.0.1", 0, ssl=tls if wrapped else None))
        ready.append(server.sockets[0].getsockname()[1])
        started.set()
        loop.run_forever()

    threading.Thread(target=serve, daemon=True).start()
    started.wait()
    return ready[0]


def main() -> None:
    """Starts everything and waits for the end of standard input."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    certificates(folder)
    good, own = context(folder, "server"), context(folder, "own")
    port = web("127.0.0.1")
    for address in sys.argv[2:]:
        web(address, port=port)
    print(json.dumps({
        "http": port, "https": web("127.0.0.1", good), "untrusted": web("127.0.0.1", own),
        "mail": mail("starttls", good), "mail_tls": mail("tls", good, starttls=False, wrapped=True),
        "mail_plain": mail("plain", good, starttls=False, login=False), "mail_stalls": mail("stalls", good, stalls=True),
        "mail_untrusted": mail("untrusted", own), "ca": str(folder / "ca.pem"),
    }), flush=True)
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
