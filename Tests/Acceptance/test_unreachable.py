"""Targets that cannot be reached: each says why in one sentence, in the test and in a run."""
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.api import Api
from harness.fleet import add_key_credential, add_target, pin_after_test
from harness.odd_servers import PasswordSsh, Silent
from harness.sshd import Sshd, make_key
from harness.waiting import free_port


@pytest.fixture
def password_ssh() -> Iterator[PasswordSsh]:
    """A machine with a password account."""
    server = PasswordSsh("127.0.1.1", "casey", "lantern-velvet-19").start()
    yield server
    server.stop()


@pytest.fixture
def silent() -> Iterator[Silent]:
    """A machine that accepts connections and never answers."""
    server = Silent("127.0.1.2")
    yield server
    server.stop()


def failure(api: Api, name: str) -> tuple[str, str]:
    """The stage where the test of a target fails, and the cause."""
    result = api.post(f"/api/targets/{name}/test")
    assert result["succeeded"] is False, result
    attempt = result["attempts"][-1]
    assert attempt["stages"][-1]["succeeded"] is False
    return attempt["stages"][-1]["name"], attempt["cause"]


def password_credential(api: Api, name: str, username: str, password: str) -> str:
    """Stores a password."""
    return api.post(
        "/api/targets/credentials", {"name": name, "kind": "password", "username": username, "password": password})["id"]


def test_an_unknown_host_is_named(admin: Api, sshd: Sshd) -> None:
    credential = add_key_credential(admin, sshd, "unknown-host")
    add_target(admin, "no-such-host", "no-such-host.invalid", 22, credential)

    stage, cause = failure(admin, "no-such-host")

    assert stage == "dns"
    assert "no-such-host.invalid" in cause


def test_a_closed_port_says_refused(admin: Api, sshd: Sshd) -> None:
    credential = add_key_credential(admin, sshd, "closed-port")
    port = free_port("127.0.1.3")
    add_target(admin, "closed-port", "127.0.1.3", port, credential)

    stage, cause = failure(admin, "closed-port")

    assert stage == "tcp"
    assert "refused" in cause and str(port) in cause


def test_a_host_that_never_answers_runs_into_the_connect_timeout(admin: Api, sshd: Sshd, silent: Silent) -> None:
    credential = add_key_credential(admin, sshd, "silent")
    add_target(admin, "silent", silent.address, silent.port, credential, connection={"connect_timeout_seconds": 1})

    stage, cause = failure(admin, "silent")
    execution = admin.finished(admin.run("true", "name = silent"))

    assert stage == "key_exchange"
    assert "1 s" in cause or "time" in cause
    assert execution["state"] == "failed"
    assert admin.branches(execution["id"])[0]["cause"]


def test_a_right_password_works_and_a_wrong_one_is_refused(admin: Api, password_ssh: PasswordSsh) -> None:
    right = password_credential(admin, "casey-right", "casey", password_ssh.password)
    wrong = password_credential(admin, "casey-wrong", "casey", "not-the-password-1")
    add_target(admin, "password-right", password_ssh.address, password_ssh.port, right)
    add_target(
        admin, "password-wrong", password_ssh.address, password_ssh.port, wrong, host_key_policy="pin_on_first_use")

    assert pin_after_test(admin, "password-right")["succeeded"]
    execution = admin.run("echo with password", "name = password-right")
    assert admin.finished(execution)["state"] == "succeeded"
    assert admin.log(execution) == b"with password\n"
    stage, cause = failure(admin, "password-wrong")
    assert stage == "authentication"
    assert "casey" in cause and "not-the-password-1" not in cause


def test_a_key_that_the_host_does_not_know_is_refused(admin: Api, sshd: Sshd, tmp_path: Path) -> None:
    key = make_key(tmp_path / "stranger").read_text()
    stranger = admin.post(
        "/api/targets/credentials", {"name": "stranger", "kind": "ssh_key", "username": "root", "private_key": key})["id"]
    add_target(admin, "wrong-key", sshd.addresses[0], sshd.port, stranger, host_key_policy="pin_on_first_use")

    stage, _ = failure(admin, "wrong-key")

    assert stage == "authentication"


def test_a_changed_host_key_blocks_before_any_credential_is_offered(admin: Api, tmp_path: Path) -> None:
    sshd = Sshd(tmp_path / "changing", ["127.0.1.4"]).start()
    try:
        credential = add_key_credential(admin, sshd, "changing")
        add_target(admin, "changing", "127.0.1.4", sshd.port, credential, host_key_policy="pin_on_first_use")
        assert admin.finished(admin.run("true", "name = changing"))["state"] == "succeeded"
        sshd.change_host_key()
        before = sshd.log.count("Accepted publickey")

        stage, cause = failure(admin, "changing")
        execution = admin.finished(admin.run("true", "name = changing"))

        assert stage == "host_key"
        assert "changed" in cause or "different" in cause or "differs" in cause
        assert execution["state"] == "failed"
        assert sshd.log.count("Accepted publickey") == before
        assert admin.post("/api/targets/changing/test")["attempts"][-1]["presented_key"]["is_change"] is True
    finally:
        sshd.stop()


def test_the_next_connection_method_is_tried_when_the_first_fails(admin: Api, sshd: Sshd) -> None:
    credential = add_key_credential(admin, sshd, "fallback")
    closed = {"kind": "ssh", "host": "127.0.1.5", "port": free_port("127.0.1.5"), "credential": credential}
    open_one = {"kind": "ssh", "host": sshd.addresses[1], "port": sshd.port, "credential": credential}
    admin.post(
        "/api/targets", {"name": "fallback", "connections": [closed, open_one], "host_key_policy": "pin_on_first_use"})

    test = admin.post("/api/targets/fallback/test")
    execution = admin.run("echo reached", "name = fallback")

    assert test["succeeded"]
    assert [attempt["succeeded"] for attempt in test["attempts"]] == [False, True]
    assert admin.finished(execution)["state"] == "succeeded"
