"""How nginx starts in its container: with whose certificate, and what it says about it."""
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.front_door import NGINX, SERVICES, make_certificate
from harness.waiting import accepts, free_port, until


class Container:
    """The start script with folders of its own, not as root."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="door-start-"))
        self.folder.chmod(0o777)
        self.certificate, self.key = self.folder / "tls.crt", self.folder / "tls.key"
        self.port = free_port()
        self.log = self.folder / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **settings: str) -> subprocess.Popen[bytes]:
        """Runs the script."""
        environment = {
            "PATH": os.environ["PATH"], **{f"{service}_UPSTREAM": "service:8000" for service in SERVICES},
            "CERTIFICATE": str(self.certificate), "CERTIFICATE_KEY": str(self.key), "STATE_DIR": str(self.folder),
            "HTTP_LISTEN": f"127.0.0.1:{free_port()}", "HTTPS_LISTEN": f"127.0.0.1:{self.port}", "WORKER_PROCESSES": "1",
            "ACCESS_LOG": str(self.folder / "access.log"), "CERTIFICATE_NAMES": "ops.example, 192.0.2.1", **settings}
        identity = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--bounding-set=-all"] if os.getuid() == 0 else []
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([*identity, NGINX / "start"], env=environment, stdout=log, stderr=subprocess.STDOUT)
        return self.process

    def serves(self) -> None:
        """Waits until TLS is served."""
        until(lambda: accepts("127.0.0.1", self.port), 10, "nginx", abort=self._death)

    def _death(self) -> str | None:
        return None if self.process is None or self.process.poll() is None else self.said

    @property
    def said(self) -> str:
        """What the script and nginx wrote."""
        return self.log.read_text()

    def stop(self) -> int:
        """Ends it."""
        if self.process is None:
            return 0
        self.process.terminate()
        return self.process.wait(20)


@pytest.fixture
def container() -> Iterator[Container]:
    made = Container()
    yield made
    made.stop()


def described(certificate: Path) -> str:
    """The certificate in words."""
    return subprocess.run(
        ["openssl", "x509", "-in", certificate, "-noout", "-subject", "-ext", "subjectAltName,extendedKeyUsage"],
        check=True, capture_output=True, text=True).stdout


def test_without_a_certificate_it_makes_one_and_says_so_each_time(container: Container) -> None:
    container.start()
    container.serves()
    first = container.certificate.read_bytes()
    said = container.said

    assert "NOTICE: the certificate is self-signed" in said and "sha256 Fingerprint=" in said
    words = described(container.certificate)
    assert "CN = ops.example" in words and "DNS:ops.example, IP Address:192.0.2.1" in words
    assert container.key.stat().st_mode & 0o777 == 0o600
    assert container.stop() == 0
    container.start()
    container.serves()
    assert container.certificate.read_bytes() == first and "NOTICE" in container.said


def test_our_own_certificate_is_made_again_before_it_ends(container: Container) -> None:
    container.start()
    container.serves()
    container.stop()
    first = container.certificate.read_bytes()
    old = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "20", "-subj", "/CN=old", "-keyout", container.key],
        check=True, capture_output=True).stdout
    for path in (container.certificate, Path(f"{container.certificate}.self-signed")):
        path.write_bytes(old)

    container.start()
    container.serves()
    assert container.certificate.read_bytes() not in (old, first)


def test_the_certificate_of_somebody_is_used_in_silence(container: Container) -> None:
    make_certificate(container.folder, "theirs.example")
    container.key.chmod(0o644)
    before = container.certificate.read_bytes()
    container.start()
    container.serves()

    assert "NOTICE" not in container.said
    assert container.certificate.read_bytes() == before


def test_half_a_certificate_stops_the_start_and_is_named(container: Container) -> None:
    make_certificate(container.folder, "theirs.example")
    container.key.unlink()

    assert container.start().wait(20) == 1
    assert f"{container.key} is missing" in container.said


@pytest.mark.skipif(os.getuid() != 0, reason="nobody's rights are only less than ours if we are root")
def test_a_key_that_cannot_be_read_stops_the_start_and_is_named(container: Container) -> None:
    make_certificate(container.folder, "theirs.example")

    assert container.start().wait(20) == 1
    assert f"{container.key} cannot be read by the user" in container.said


def test_a_missing_setting_stops_the_start(container: Container) -> None:
    assert container.start(JOBS_UPSTREAM="").wait(20) == 2
    assert "JOBS_UPSTREAM" in container.said
