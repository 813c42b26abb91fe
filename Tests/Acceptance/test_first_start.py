"""The first start: no default password, one link, once."""
import stat
import threading
from pathlib import Path

import pytest

from harness.api import PASSWORD, Api, ApiProblem, browser_session, set_up
from harness.engine import stored_contents
from harness.process import SETUP_LINK
from harness.server import Server


def test_nobody_can_sign_in_before_the_setup(own_server: Server) -> None:
    own_server.start()
    api = Api(own_server.base)

    assert api.get("/api/config")["needs_setup"] is True
    for username, password in [("admin", "admin"), ("admin", "password"), ("root", ""), ("admin", PASSWORD)]:
        with pytest.raises(ApiProblem) as refused:
            api.post("/api/auth/login", {"username": username, "password": password})
        assert refused.value.status in (401, 422, 429)


def test_the_link_makes_the_first_administrator_once(own_server: Server) -> None:
    own_server.start()
    admin = set_up(own_server)

    assert admin.get("/api/auth/me")["role"] == "administrator"
    assert admin.get("/api/config")["needs_setup"] is False
    with pytest.raises(ApiProblem) as second:
        Api(own_server.base).post(
            "/api/auth/setup", {"token": own_server.setup_token(), "username": "mallory", "password": PASSWORD})
    assert 400 <= second.value.status < 500
    assert [user["username"] for user in admin.get("/api/users")["items"]] == ["admin"]


def test_a_race_for_the_link_has_one_winner(own_server: Server) -> None:
    own_server.start()
    token, statuses = own_server.setup_token(), []

    def redeem(username: str) -> None:
        body = {"token": token, "username": username, "password": PASSWORD}
        statuses.append(Api(own_server.base).raw("POST", "/api/auth/setup", json=body).status_code)

    racers = [threading.Thread(target=redeem, args=(f"racer{number}",)) for number in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert statuses.count(201) == 1, statuses
    assert all(status < 500 for status in statuses), statuses


def test_a_wrong_token_and_a_weak_password_leave_the_link_usable(own_server: Server) -> None:
    own_server.start()
    token = own_server.setup_token()

    for body, reason in [
        ({"token": "x" * len(token), "username": "admin", "password": PASSWORD}, "wrong token"),
        ({"token": token, "username": "admin", "password": "too short"}, "short password"),
        ({"token": token, "username": "admin", "password": "passwordpassword"}, "well-known password"),
        ({"token": token, "username": "bad name!", "password": PASSWORD}, "bad user name"),
    ]:
        response = Api(own_server.base).raw("POST", "/api/auth/setup", json=body)
        assert 400 <= response.status_code < 500, reason

    assert set_up(own_server).get("/api/auth/me")["username"] == "admin"


def test_a_later_start_prints_no_link_and_knows_the_administrator(own_server: Server) -> None:
    own_server.start()
    set_up(own_server)
    printed = len(SETUP_LINK.findall(own_server.log))
    own_server.restart()

    assert len(SETUP_LINK.findall(own_server.log)) == printed
    assert browser_session(own_server).get("/api/auth/me")["username"] == "admin"


def test_the_key_file_is_private_and_two_installations_share_nothing(own_server: Server, tmp_path) -> None:
    other = Server(tmp_path / "other")
    own_server.start()
    other.start()
    keys = []
    for server in (own_server, other):
        path = tmp_path / server.log_file.parent.name / "secret.key"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        keys.append(path.read_bytes())
    other.stop()

    assert keys[0] != keys[1]
    assert own_server.setup_token() != other.setup_token()


def test_the_setup_token_is_in_no_file_of_the_data_directory(own_server: Server) -> None:
    own_server.start()
    token = own_server.setup_token().encode()

    holders = [name for name, content in stored_contents(own_server.data).items() if token in content]
    assert holders == []


def test_a_debug_log_tells_more_and_dumps_nothing(tmp_path: Path) -> None:
    server = Server(tmp_path / "talkative", LOG_LEVEL="debug")
    try:
        server.start()
        server.stop()
    finally:
        server.kill()

    assert " debug " in server.log
    assert [line[:200] for line in server.log.splitlines() if len(line) > 500] == []
