"""What the tests of the front door share."""
from collections.abc import Iterator

import pytest

from echo import Echo
from harness.front_door import SERVICES, FrontDoor

pytest_plugins = ["harness.side_by_side"]


@pytest.fixture(scope="session")
def services() -> Iterator[dict[str, Echo]]:
    """A service behind each name of the route table."""
    running = {name: Echo(name) for name in SERVICES}
    yield running
    for service in running.values():
        service.stop()


@pytest.fixture(scope="session")
def door(services: dict[str, Echo]) -> Iterator[FrontDoor]:
    """A front door before them, with wide limits."""
    nginx = FrontDoor("unused", upstreams={name: service.address for name, service in services.items()})
    try:
        yield nginx.start()
    finally:
        nginx.stop()
