"""The screens about notifications in a real browser: a server, its administrator, and the world outside with mail and web servers."""
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from harness.api import PASSWORD, Api, set_up
from harness.browser import accessible, fits, launch, picture, settled, sign_in, watched
from harness.server import Server
from harness.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Web and mail servers that remember what they got."""
    outside = World(tmp_path_factory.mktemp("world")).start()
    yield outside
    outside.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[Server]:
    """A server that may send to this machine."""
    own = Server(tmp_path_factory.mktemp("notifications"), OUTBOUND_ALLOW="127.0.0.1", OUTBOUND_CA_FILE=world.places["ca"]).start()
    yield own
    own.stop()


@pytest.fixture(scope="module")
def boss(server: Server) -> Api:
    """Its administrator; this machine is the target."""
    api = set_up(server)
    api.post("/api/targets", {"name": "here", "connections": [{"kind": "local"}]})
    return api


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server, boss: Api) -> Iterator[Page]:
    """A page in which the administrator signed in."""
    with watched(browser, server.base) as signed_in:
        sign_in(signed_in, "admin", PASSWORD)
        yield signed_in


def shown(page: Page, name: str, path: str) -> None:
    """Opens a screen that must be accessible and fit, and keeps its picture."""
    page.goto(path)
    settled(page)
    accessible(page, name)
    fits(page)
    picture(page, name)


def failing_job(boss: Api, name: str) -> dict[str, str]:
    """A job that fails on one machine."""
    return boss.post("/api/jobs", {"definition": {
        "name": name, "targets": "name = here", "steps": [{"name": "fail", "command": "echo no; exit 7"}]}})
