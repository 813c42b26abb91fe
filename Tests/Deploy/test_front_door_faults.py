"""The front door when services move, die or have replicas, when somebody asks too much, and when it is set up wrongly."""
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from echo import Echo
from harness.front_door import NGINX, SERVICES, FrontDoor, render
from harness.waiting import free_port, until
from names import NameServer
from test_front_door import has_security_headers, is_problem

FOUND_WITHIN_SECONDS = 2


@contextmanager
def running(door: FrontDoor) -> Iterator[FrontDoor]:
    """Starts it and ends it."""
    try:
        yield door.start()
    finally:
        door.stop()


class Breaker:
    """A service that takes a request and then dies without an answer, each time."""

    def __init__(self, address: str, port: int) -> None:
        self.taken: list[bytes] = []
        self.socket = socket.create_server((address, port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                self.taken.append(connection.recv(65536))

    def stop(self) -> None:
        """Ends it."""
        self.socket.close()


def test_a_service_that_comes_back_with_another_address_is_found() -> None:
    port, slowest = free_port("127.0.0.2"), 0.0
    names = NameServer(**{"jobs.internal": "127.0.0.2"})
    with running(FrontDoor(f"jobs.internal:{port}", RESOLVER=names.address)) as door:
        for number in range(3):
            address = f"127.0.0.{2 + number}"
            service = Echo(address, address, port)
            names.addresses["jobs.internal"] = address
            start = time.monotonic()
            until(lambda: door.ask("/api/jobs").status_code == 200, 10, "the moved service")
            slowest = max(slowest, time.monotonic() - start)
            assert door.ask("/api/jobs").json()["service"] == address
            service.stop()
            is_problem(door.ask("/api/jobs"), 502, "unavailable")
    names.stop()
    print(f"3 moves, slowest found after {slowest:.2f} s")
    assert slowest < FOUND_WITHIN_SECONDS


def test_a_name_that_nobody_knows_yet_is_a_service_that_is_away() -> None:
    names = NameServer()
    with running(FrontDoor("later.internal:8000", RESOLVER=names.address)) as door:
        is_problem(door.ask("/api/jobs"), 502, "unavailable")
        service = Echo("late")
        with running(FrontDoor(f"later.internal:{service.port}", RESOLVER=names.address)) as second:
            names.addresses["later.internal"] = "127.0.0.1"
            until(lambda: second.ask("/").status_code == 200, 5, "the name being known")
        service.stop()
    names.stop()


def test_a_replica_that_refuses_costs_nobody_anything() -> None:
    port = free_port("127.0.0.2")
    names = NameServer(**{"jobs.internal": ["127.0.0.2", "127.0.0.3"]})
    alive = Echo("alive", "127.0.0.3", port)
    with running(FrontDoor(f"jobs.internal:{port}", RESOLVER=names.address)) as door:
        answers = [door.ask("/api/jobs", method, data="{}").status_code for method in ("GET", "POST", "PUT", "DELETE") for _ in range(10)]
    alive.stop()
    names.stop()
    assert answers == [200] * 40


def test_what_a_replica_took_before_it_died_is_repeated_only_if_that_is_safe() -> None:
    port = free_port("127.0.0.2")
    names = NameServer(**{"jobs.internal": ["127.0.0.2", "127.0.0.3"]})
    broken, alive = Breaker("127.0.0.2", port), Echo("alive", "127.0.0.3", port)
    with running(FrontDoor(f"jobs.internal:{port}", RESOLVER=names.address)) as door:
        assert [door.ask("/api/jobs").status_code for _ in range(10)] == [200] * 10
        broken.taken.clear()
        alive.asked.clear()
        answers = [door.ask("/api/jobs", "POST", data="{}").status_code for _ in range(10)]
    broken.stop()
    alive.stop()
    names.stop()
    assert (answers.count(502), answers.count(200)) == (len(broken.taken), len(alive.asked))
    assert broken.taken and len(broken.taken) + len(alive.asked) == 10


def test_trying_passwords_is_slowed_down_and_the_rest_is_not(services: dict[str, Echo]) -> None:
    addresses = {name: service.address for name, service in services.items()}
    with running(FrontDoor("unused", upstreams=addresses, RATE_LOGIN="1r/m", BURST_LOGIN="3")) as door:
        for path in ("/api/auth/login", "/api/auth/login/", "/api/auth//login", "/api/auth/%6Cogin"):
            assert door.ask(path, "POST").status_code == 200
        refused = door.ask("/api/auth/login", "POST")
        problem = is_problem(refused, 429, "too-many-requests")
        assert refused.headers["Retry-After"] == "1" and "Retry-After" in problem["detail"]
        has_security_headers(refused)
        for path in ("/api/auth/redeem", "/api/auth/setup"):
            is_problem(door.ask(path, "POST"), 429, "too-many-requests")
        assert {door.ask("/api/auth/me").status_code for _ in range(20)} == {200}


def test_one_address_gets_so_many_requests_and_no_more(services: dict[str, Echo]) -> None:
    addresses = {name: service.address for name, service in services.items()}
    with running(FrontDoor("unused", upstreams=addresses, RATE_GENERAL="1r/m", BURST_GENERAL="9")) as door:
        answers = [door.ask("/api/jobs").status_code for _ in range(15)]
        assert answers == [200] * 10 + [429] * 5
        assert door.ask("/health").status_code == 200


def test_only_a_load_balancer_that_was_named_is_believed(services: dict[str, Echo]) -> None:
    addresses = {name: service.address for name, service in services.items()}
    with running(FrontDoor("unused", upstreams=addresses, FRONT_PROXIES="127.0.0.0/8 10.0.0.0/8")) as door:
        got = door.ask("/api/jobs", headers={"X-Forwarded-For": "1.1.1.1, 192.0.2.7, 10.0.0.9"}).json()["headers"]
    assert ["x-forwarded-for", "192.0.2.7"] in got


def test_a_client_that_dawdles_is_hung_up_on() -> None:
    with running(FrontDoor("unused", HEADER_TIMEOUT="1s")) as door:
        with socket.create_connection(("127.0.0.1", door.http_port), timeout=20) as connection, suppress(ConnectionResetError):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
            assert connection.recv(65536) == b""


def test_all_missing_settings_are_named_at_once() -> None:
    done = subprocess.run([NGINX / "render"], env={"PATH": os.environ["PATH"], "AUTH_UPSTREAM": "a:1"}, capture_output=True, text=True)

    assert done.returncode == 2 and done.stdout == ""
    for name in ("FRONTEND_UPSTREAM", "EXECUTION_UPSTREAM", "CERTIFICATE", "CERTIFICATE_KEY", "STATE_DIR", "HTTPS_LISTEN"):
        assert name in done.stderr
    assert "AUTH_UPSTREAM" not in done.stderr


def test_all_settings_that_cannot_be_used_are_named_at_once() -> None:
    settings = {f"{service}_UPSTREAM": "a:1" for service in SERVICES} | {
        "CERTIFICATE": "c", "CERTIFICATE_KEY": "k", "STATE_DIR": "s", "HTTPS_LISTEN": "8443", "HTTP_LISTEN": "8080"}
    wrong = {"BURST_GENERAL": "0", "RATE_LOGIN": "30", "HEADER_TIMEOUT": "10 s", "WORKER_PROCESSES": "-1", "HSTS_SECONDS": "year"}
    done = subprocess.run(
        [NGINX / "render"], env={"PATH": os.environ["PATH"], "RATE_GENERAL": "5r/m", **settings, **wrong}, capture_output=True, text=True)

    assert done.returncode == 2 and done.stdout == ""
    for name, value in wrong.items():
        assert f"{name}={value}: must be " in done.stderr
    assert "RATE_GENERAL" not in done.stderr


@pytest.mark.parametrize("value", ["a&b:1", "a\\1:2"])
def test_a_value_is_written_as_it_is(value: str) -> None:
    settings = {f"{service}_UPSTREAM": value for service in SERVICES}
    others = {"CERTIFICATE": "c", "CERTIFICATE_KEY": "k", "STATE_DIR": "s", "HTTPS_LISTEN": "8443 [::]:8443", "HTTP_LISTEN": "8080"}
    text = render(settings | others)

    assert f'"{value}"' in text and "${" not in text
    assert text.count("listen ") == 3 and "user " not in text
