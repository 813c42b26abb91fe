"""The product itself behind the front door: signing in, a run that is watched live, and what must not be seen."""
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.front_door import FrontDoor
from harness.api import Api, browser_session, set_up
from harness.fleet import Fleet
from harness.live import Live, output_of
from harness.server import Server
from harness.sshd import Sshd
from test_front_door import has_security_headers, is_problem


class Behind:
    """What `harness.api` wants of a server, reached through the front door."""

    def __init__(self, server: Server, door: FrontDoor) -> None:
        self.server, self.base = server, door.base

    def setup_token(self) -> str:
        """The token in the link that the first start printed."""
        return self.server.setup_token()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, FrontDoor]]:
    """A whole server in one process, with a front door."""
    server = Server(tmp_path_factory.mktemp("behind"), TRUSTED_PROXIES="127.0.0.0/8", COOKIE_SECURE="true")
    door = FrontDoor(f"127.0.0.1:{server.port}")
    try:
        server.start()
        yield server, door.start()
    finally:
        door.stop()
        server.kill()


@pytest.fixture(scope="module")
def behind(real: tuple[Server, FrontDoor]) -> Iterator[Behind]:
    """The server through the door; Python believes the door's certificate meanwhile."""
    server, door = real
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", str(door.certificate))
        patch.setenv("SSL_CERT_FILE", str(door.certificate))
        yield Behind(server, door)


@pytest.fixture(scope="module")
def admin(behind: Behind) -> Api:
    """The first administrator."""
    return set_up(behind)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """Two machines."""
    server = Sshd(tmp_path_factory.mktemp("sshd"), ["127.0.0.2", "127.0.0.3"]).start()
    yield server
    server.stop()


def test_a_run_is_watched_live_through_the_door(admin: Api, sshd: Sshd) -> None:
    fleet = Fleet(admin, sshd, "door")
    with Live(admin) as live:
        execution = admin.run("for n in 1 2 3; do echo line $n; done", fleet.filter)
        live.follow(execution)
        entries = live.entries_until_end()

    assert [output_of(entries, branch, 1) for branch in (1, 2)] == ["line 1\nline 2\nline 3\n"] * 2
    assert admin.log(execution) == b"line 1\nline 2\nline 3\n"
    assert admin.finished(execution)["state"] == "succeeded"


def test_a_browser_signs_in_and_may_change_things(behind: Behind, admin: Api) -> None:
    browser = browser_session(behind)  # type: ignore[arg-type]
    cookie = next(iter(browser.session.cookies))

    assert cookie.secure and cookie.has_nonstandard_attr("HttpOnly")
    assert browser.post("/api/auth/tokens", {"name": "from-a-browser", "expires_in_days": 1})["token"]
    browser.session.headers["Origin"] = "https://evil.example"
    assert browser.raw("POST", "/api/auth/tokens", json={"name": "x"}).status_code == 403


def test_a_session_knows_the_client_and_not_the_door(behind: Behind, admin: Api) -> None:
    browser = browser_session(behind)  # type: ignore[arg-type]
    browser.session.headers["X-Forwarded-For"] = "10.66.66.66"
    sessions = browser.get("/api/auth/sessions")["items"]

    assert {session["address"] for session in sessions} == {"127.0.0.1"}


@pytest.mark.parametrize("path", ["/", "/login", "/api/config", "/api/openapi.json", "/api/jobs", "/assets/none.js"])
def test_every_answer_of_the_product_has_each_header_once(real: tuple[Server, FrontDoor], path: str) -> None:
    answer = real[1].ask(path)

    has_security_headers(answer)
    if path == "/":
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"] and answer.text.startswith("<!doctype html>")


@pytest.mark.parametrize("path", ["/ready", "/metrics", "/api/users/internal/find", "/api/executions/worker/lease"])
def test_what_the_process_serves_inside_is_not_there_outside(real: tuple[Server, FrontDoor], path: str) -> None:
    is_problem(real[1].ask(path, "POST"), 404, "not-found")


def test_a_restart_of_the_server_is_seen_as_a_problem_and_then_over(real: tuple[Server, FrontDoor], tmp_path: Path) -> None:
    server, door = real
    server.stop()
    is_problem(door.ask("/api/config"), 502, "unavailable")
    server.start()
    assert door.ask("/api/config").status_code == 200
