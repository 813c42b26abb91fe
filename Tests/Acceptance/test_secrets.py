"""Planted secrets are looked for everywhere: answers, logs, files, command lines and environments."""
import base64
import json
import os
import urllib.parse
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.api import PASSWORD, Api, set_up
from harness.engine import stored_contents
from harness.fleet import Fleet
from harness.odd_servers import PasswordSsh
from harness.processes import exposures, pids_with
from harness.server import Server
from harness.sshd import Sshd
from harness.waiting import until


def canary(name: str) -> str:
    """A secret that cannot be anywhere by chance, and that every encoding changes."""
    return f"{name}+{uuid.uuid4().hex}/\"'é"


def spellings(secret: str) -> set[bytes]:
    """The secret as it may hide: plain, base64, in a URL, in JSON."""
    raw = secret.encode()
    return {
        raw,
        base64.b64encode(raw).rstrip(b"="),
        urllib.parse.quote(secret, safe="").encode(),
        urllib.parse.quote_plus(secret).encode(),
        json.dumps(secret)[1:-1].encode(),
        json.dumps(secret, ensure_ascii=False)[1:-1].encode(),
        secret.split("+")[1][:32].encode(),
    }


class Planted:
    """An installation that knows some secrets and has used them."""

    def __init__(self, folder: Path) -> None:
        self.server = Server(folder / "server", LOG_LEVEL="debug").start()
        self.admin = set_up(self.server)
        self.sshd = Sshd(folder / "sshd", ["127.0.2.1"]).start()
        self.fleet = Fleet(self.admin, self.sshd, "planted")
        self.secrets = {"password": canary("password"), "parameter": canary("parameter"), "unused": canary("unused")}
        self.password_ssh = PasswordSsh("127.0.2.2", "casey", self.secrets["password"]).start()
        self._use_password()
        self._use_parameter()

    def _use_password(self) -> None:
        credential = self.admin.post("/api/targets/credentials", {
            "name": "casey", "kind": "password", "username": "casey", "password": self.secrets["password"]})
        self.admin.post("/api/targets/credentials", {
            "name": "nobody", "kind": "password", "username": "nobody", "password": self.secrets["unused"]})
        self.admin.post("/api/targets", {
            "name": "casey", "host_key_policy": "pin_on_first_use",
            "connections": [{
                "kind": "ssh", "host": self.password_ssh.address, "port": self.password_ssh.port,
                "credential": credential["id"]}]})
        assert self.admin.post("/api/targets/casey/test")["succeeded"]

    def _use_parameter(self) -> None:
        marker = uuid.uuid4().hex
        definition = {
            "name": "with-secret", "targets": "name in (casey, planted01)",
            "parameters": [{"name": "pin", "type": "secret", "required": True}],
            "steps": [
                {"name": "read", "command": "sha256sum", "standard_input": "{{ parameters.pin }}"},
                {"name": "wait", "command": f"sh -c 'sleep 3; echo ended' {marker}"},
            ],
        }
        job = self.admin.post("/api/jobs", {"definition": definition})
        parameters = {"parameters": {"pin": self.secrets["parameter"]}}
        self.execution = self.admin.post(f"/api/jobs/{job['id']}/run", parameters)["id"]
        until(lambda: pids_with(marker), 20, "the step on the target")
        ourselves = {os.getpid(), os.getppid()}
        self.exposed = [place for secret in self.secrets.values() for place in exposures(secret, except_pids=ourselves)]
        self.finished = self.admin.finished(self.execution)

    def stop(self) -> None:
        """Ends everything."""
        self.password_ssh.stop()
        self.sshd.stop()
        self.server.stop()


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """The installation."""
    installation = Planted(tmp_path_factory.mktemp("planted"))
    yield installation
    installation.stop()


def test_the_secrets_were_really_used(planted: Planted) -> None:
    import hashlib

    assert planted.finished["state"] == "succeeded", planted.admin.branches(planted.execution)
    expected = hashlib.sha256(planted.secrets["parameter"].encode()).hexdigest()
    assert planted.admin.log(planted.execution).decode().startswith(expected)


def test_no_process_shows_a_secret_while_a_run_is_going(planted: Planted) -> None:
    assert planted.exposed == []


def everything_readable(api: Api) -> Iterator[tuple[str, bytes]]:
    """Every answer to a GET in the API description, with real ids put in."""
    ids = {
        "target": "casey", "job": "with-secret", "version": "1",
        "execution": api.get("/api/executions")["items"][0]["id"], "user": "admin",
    }
    for path, methods in api.get("/api/openapi.json")["paths"].items():
        if "get" in methods and "/internal/" not in path:
            concrete = path.format(**ids)
            query = {"format": "json"} if path.endswith("/export") else {}
            response = api.raw("GET", concrete, params=query)
            assert response.status_code == 200, f"{concrete} answered {response.status_code}: {response.text[:300]}"
            yield concrete, response.content


def test_no_answer_contains_a_secret(planted: Planted) -> None:
    needles = {spelling for secret in planted.secrets.values() for spelling in spellings(secret)}
    needles |= {line.encode() for line in planted.sshd.private_key.splitlines()[1:-1]}
    asked, found = 0, []
    for path, content in everything_readable(planted.admin):
        asked += 1
        found += [path for needle in needles if needle in content]
    assert found == []
    assert asked > 15


def test_no_file_and_no_log_contains_a_secret(planted: Planted) -> None:
    secrets = [*planted.secrets.values(), f"x+{planted.admin.bearer}", f"x+{PASSWORD}"]
    needles = {spelling for secret in secrets for spelling in spellings(secret)}
    needles |= {planted.admin.bearer.encode(), PASSWORD.encode()}
    needles |= {line.encode() for line in planted.sshd.private_key.splitlines()[1:-1]}
    contents = stored_contents(planted.server.data)
    assert len(contents) >= 5, list(contents)
    contents["server log"] = planted.server.log_file.read_bytes()
    found = [name for name, content in contents.items() for needle in needles if needle in content]
    assert found == []


def test_filters_and_searches_cannot_be_used_to_guess_a_secret(planted: Planted) -> None:
    secret = planted.secrets["parameter"]
    hits = planted.admin.get("/api/executions", search=secret[:12])["items"]
    assert hits == []
