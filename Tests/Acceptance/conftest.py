"""What the tests share: one server with an administrator, and a small fleet of SSH targets."""
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.api import Api, add_user, set_up
from harness.fleet import Fleet
from harness.server import Server
from harness.sshd import Sshd

pytest_plugins = ["harness.side_by_side"]


@dataclass
class Installation:
    """A running server and who may use it."""

    server: Server
    admin: Api


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The server that most tests share."""
    server = Server(tmp_path_factory.mktemp("shared")).start()
    try:
        yield Installation(server, set_up(server))
    finally:
        server.stop()


@pytest.fixture(scope="session")
def admin(installation: Installation) -> Api:
    """An administrator of the shared server."""
    return installation.admin


@pytest.fixture(scope="session")
def operator(installation: Installation) -> Api:
    """An operator of the shared server."""
    return add_user(installation.server, installation.admin, "olga", "operator")


@pytest.fixture(scope="session")
def viewer(installation: Installation) -> Api:
    """A viewer of the shared server."""
    return add_user(installation.server, installation.admin, "vera", "viewer")


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """Five machines: one sshd on five addresses."""
    server = Sshd(tmp_path_factory.mktemp("sshd"), [f"127.0.0.{number}" for number in range(2, 7)]).start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def fleet(installation: Installation, sshd: Sshd) -> Fleet:
    """The five machines as targets of the shared server."""
    return Fleet(installation.admin, sshd, "fleet")


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own that was never started."""
    server = Server(tmp_path / "own")
    try:
        yield server
    finally:
        server.kill()
