"""What the container tests share: the running picture, its administrator and some machines."""
import os
from collections.abc import Iterator

import pytest

from composition import DATABASES
from harness.api import Api, set_up
from harness.fleet import Fleet
from picture import Machines, Picture, sentence


@pytest.fixture(scope="session", params=os.environ.get("COMPOSE_TEST_DATABASES", ",".join(DATABASES)).split(","))
def picture(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Picture]:
    """Everything up and healthy; at the end everything has stopped cleanly and nothing is left."""
    made = Picture(request.param, tmp_path_factory.mktemp(request.param))
    try:
        took = made.up()
        sentence(f"{request.param}: {len(made.containers())} containers healthy after {took:.0f} s")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("REQUESTS_CA_BUNDLE", str(made.certificate))
            patch.setenv("SSL_CERT_FILE", str(made.certificate))
            yield made
        codes = made.stop()
        sentence(f"{request.param}: {len(codes)} containers stopped, exit codes {sorted(set(codes.values()))}")
        assert set(codes.values()) == {0}, codes
    finally:
        made.down()


@pytest.fixture(scope="session")
def machines(picture: Picture, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Four machines in the private network."""
    made = Machines(tmp_path_factory.mktemp("machines") / picture.databases, 4)
    yield made
    made.stop()


@pytest.fixture(scope="session")
def admin(picture: Picture) -> Api:
    """The administrator, made through the link that the log of auth shows, over TLS and through nginx."""
    return set_up(picture)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def fleet(admin: Api, machines: Machines) -> Fleet:
    """The machines as targets."""
    return Fleet(admin, machines, "machine")  # type: ignore[arg-type]
