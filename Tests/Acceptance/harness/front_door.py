"""A real nginx with the template of the product, as a process on loopback that is not root."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import requests

from .paths import REPOSITORY
from .waiting import accepts, free_port, until

NGINX = REPOSITORY / "deploy" / "nginx"
SERVICES = ("FRONTEND", "AUTH", "USER", "TARGETS", "JOBS", "EXECUTION", "SCHEDULING", "NOTIFICATION", "AUDIT")
# What the product's limits would do to a fast test.
WIDE = {"RATE_GENERAL": "10000r/s", "BURST_GENERAL": "10000", "RATE_LOGIN": "10000r/s", "BURST_LOGIN": "1000"}


def render(settings: dict[str, str]) -> str:
    """The configuration for these settings."""
    done = subprocess.run([NGINX / "render"], env={"PATH": os.environ["PATH"], **settings}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """A self-signed certificate and its key."""
    certificate, key = folder / "tls.crt", folder / "tls.key"
    subprocess.run([NGINX / "self-signed", certificate, key, *names], check=True)
    return certificate, key


class FrontDoor:
    """nginx in front of `upstream`, which serves every path that is not named in `upstreams`."""

    def __init__(
        self, upstream: str, *, upstreams: dict[str, str] | None = None, certificate: tuple[Path, Path] | None = None, **settings: str
    ) -> None:
        assert shutil.which("nginx"), "nginx is missing; run scripts/setup test"
        self.folder = Path(tempfile.mkdtemp(prefix="front-door-"))
        self.folder.chmod(0o755)
        self.state = self.folder / "state"
        self.state.mkdir()
        self.http_port, self.https_port = free_port(), free_port()
        self.certificate, self.key = certificate or make_certificate(self.folder, "127.0.0.1", "front.example")
        self.settings = {
            **{f"{service}_UPSTREAM": upstream for service in SERVICES},
            **{f"{service}_UPSTREAM": address for service, address in (upstreams or {}).items()},
            "CERTIFICATE": str(self.certificate), "CERTIFICATE_KEY": str(self.key), "STATE_DIR": str(self.state),
            "HTTP_LISTEN": f"127.0.0.1:{self.http_port}", "HTTPS_LISTEN": f"127.0.0.1:{self.https_port}",
            "PUBLIC_HTTPS_PORT": str(self.https_port), "WORKER_PROCESSES": "1", "WORKER_CONNECTIONS": "1024",
            "ACCESS_LOG": str(self.state / "access.log"), "ERROR_LOG": str(self.state / "error.log"), **WIDE, **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """The origin that clients use."""
        return f"https://127.0.0.1:{self.https_port}"

    @property
    def plain(self) -> str:
        """The origin of those who forgot TLS."""
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def access_log(self) -> list[str]:
        """A line for each request so far."""
        return (self.state / "access.log").read_text().splitlines()

    @property
    def error_log(self) -> str:
        """What nginx complained about."""
        return (self.state / "error.log").read_text()

    def start(self) -> "FrontDoor":
        """Starts it, as nobody if we are root."""
        configuration = self.folder / "nginx.conf"
        configuration.write_text(render(self.settings))
        identity = []
        if os.getuid() == 0:
            identity = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--bounding-set=-all"]
            for path in (self.state, self.certificate, self.key):
                shutil.chown(path, "nobody", "nogroup")
        self.process = subprocess.Popen(
            [*identity, "nginx", "-e", self.state / "error.log", "-c", configuration], stdin=subprocess.DEVNULL)
        for port in (self.http_port, self.https_port):
            until(lambda at=port: accepts("127.0.0.1", at), 10, "nginx accepting connections", abort=self._death)
        return self

    def _death(self) -> str | None:
        code = self.process.poll() if self.process else None
        return None if code is None else f"nginx ended with exit code {code}: {self.error_log[-2000:]}"

    def stop(self) -> None:
        """Ends it and removes what it wrote."""
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def end(self) -> None:
        """Ends it; it can be started again."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)

    def ask(self, path: str, method: str = "GET", *, base: str | None = None, **options: object) -> requests.Response:
        """The answer to one request, redirects not followed; the path goes out as it is."""
        request = requests.Request(method, self.base, **options).prepare()
        request.url = (base or self.base) + path
        with requests.Session() as session:
            return session.send(request, verify=str(self.certificate), allow_redirects=False, timeout=30)

    def raw(self, text: bytes, *, port: int | None = None) -> bytes:
        """What comes back for these bytes over plain TCP until the other side ends it."""
        with socket.create_connection(("127.0.0.1", port or self.http_port), timeout=20) as connection:
            connection.sendall(text)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        return answer
