"""Planted secrets are looked for everywhere: answers, logs, files, command lines and environments."""
import base64
import json
import os
import shlex
import sys
import urllib.parse
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import audit
from harness.api import PASSWORD, Api, set_up
from harness.engine import stored_contents
from harness.fleet import Fleet
from harness.odd_servers import PasswordSsh
from harness.processes import exposures, pids_with
from harness.server import Server
from harness.sshd import Sshd
from harness.waiting import until
from harness.world import World


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


LEAKS = r"""
pin={{ parameters.pin }}
echo begin
echo "$pin"
printf '%q\n' "$pin"
printf %s "$pin" | base64
printf x%s "$pin" | base64 -w 64
printf xy%s "$pin" | base64 -w 0 | tr '+/' '-_'; echo
printf 'x%s yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy%s' '' "$pin" | base64
printf %s "$pin" | od -An -v -tx1 -w1000
printf %s "$pin" | xxd -p
printf %s "$pin" | PYTHON -c '
import json, sys, urllib.parse
text = sys.stdin.read()
print(json.dumps(text), json.dumps(text, ensure_ascii=False), json.dumps(json.dumps(text)), json.dumps(text).replace("/", "\\/"))
print(urllib.parse.quote(text), urllib.parse.quote(text, safe=""), urllib.parse.quote_plus(text), urllib.parse.quote(text).lower())
'
printf %s "$pin" | head -c 20; sleep 0.3; printf %s "$pin" | tail -c +21; echo
printf %s "$pin" | head -c 20; sleep 0.3; printf %s "$pin" | tail -c +21 >&2
sleep 0.3
echo
echo end
"""


class Planted:
    """An installation that knows some secrets and has used them."""

    def __init__(self, folder: Path) -> None:
        self.server = Server(folder / "server", LOG_LEVEL="debug", OUTBOUND_ALLOW="127.0.0.1").start()
        self.admin = set_up(self.server)
        self.sshd = Sshd(folder / "sshd", ["127.0.2.1"]).start()
        self.fleet = Fleet(self.admin, self.sshd, "planted")
        self.secrets = {"password": canary("password"), "parameter": canary("parameter"), "unused": canary("unused"),
                        "mail": canary("mail"), "header": canary("header"), "signing": canary("signing"),
                        "webhook": f"webhook+{uuid.uuid4().hex}/\"'"}
        self.password_ssh = PasswordSsh("127.0.2.2", "casey", self.secrets["password"]).start()
        self._use_password()
        self._use_parameter()
        self._leak()
        self._notify()

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
        self.admin.post("/api/schedules/calendars", {"definition": {"name": "nights"}})
        self.admin.post("/api/schedules", {"definition": {
            "name": "yearly", "job": "with-secret", "timing": {"cron": "0 0 1 1 *"}, "run": parameters, "calendars": ["nights"]}})
        self.admin.post("/api/schedules/dead-man-rules", {"definition": {
            "name": "often", "schedule": "yearly", "succeed_every": {"every": "1h"}}})
        self._deliver()
        self.execution = self.admin.post(f"/api/jobs/{job['id']}/run", parameters)["id"]
        until(lambda: pids_with(marker), 20, "the step on the target")
        ourselves = {os.getpid(), os.getppid()}
        self.exposed = [place for secret in self.secrets.values() for place in exposures(secret, except_pids=ourselves)]
        self.finished = self.admin.finished(self.execution)

    def _deliver(self) -> None:
        """Sends the secret to a webhook that gives it to the job, and has a rule beside."""
        webhook = self.admin.post("/api/schedules/webhooks", {
            "definition": {
                "name": "inbound", "job": "with-secret", "format": "gitlab", "run": {"parameters": {"pin": {"from": "body.pin"}}}},
            "secret": self.secrets["webhook"]})["webhook"]
        receipt = Api(self.server.base).post(
            webhook["path"], {"pin": self.secrets["parameter"]}, headers={"X-Gitlab-Token": self.secrets["webhook"]})
        self.admin.finished(receipt["execution"])
        self.admin.post("/api/schedules/event-rules", {"definition": {
            "name": "mend", "on": {"execution": {"job": "with-secret"}}, "job": "with-secret",
            "run": {"parameters": {"pin": {"from": "event.serial"}}}}})

    def _leak(self) -> None:
        """Prints the password of an account under that account, in two pieces, and runs a job that prints its secret in every way."""
        password = self.secrets["password"]
        halves = "; sleep 0.3; ".join(f"printf %s {shlex.quote(half)}" for half in (password[:20], password[20:]))
        self.telling = self.admin.run(f"{halves}; echo", "name = casey")
        self.admin.finished(self.telling)
        definition = {
            "name": "leaks", "targets": "name in (casey, planted01)",
            "parameters": [{"name": "pin", "type": "secret", "required": True}],
            "steps": [
                {"name": "print", "script": {"interpreter": "/bin/bash", "text": LEAKS.replace("PYTHON", sys.executable)}},
            ],
        }
        job = self.admin.post("/api/jobs", {"definition": definition})
        parameters = {"parameters": {"pin": self.secrets["parameter"]}}
        self.leaking = self.admin.post(f"/api/jobs/{job['id']}/run", parameters)["id"]
        self.leaked = self.admin.finished(self.leaking)

    def _notify(self) -> None:
        """Has a failed run told over a webhook that repeats what it gets, and sets a mail server."""
        self.world = World(self.server.log_file.parent / "world").start()
        self.admin.put("/api/notifications/mail-server", {
            "host": "mail.invalid", "port": 587, "security": "starttls", "username": "mailer", "password": self.secrets["mail"],
            "sender": "ops@example.org"})
        self.admin.post("/api/notifications/channels", {
            "name": "echo", "kind": "webhook", "url": self.world.url("/echo"), "headers": {"X-Key": self.secrets["header"]},
            "signing_secret": self.secrets["signing"]})
        self.admin.post("/api/notifications/routes", {"name": "echo", "filter": {"kinds": ["failed"]}, "channels": ["echo"]})
        job = self.admin.post("/api/jobs", {
            "definition": {"name": "fails", "targets": "name = planted01", "steps": [{"name": "a", "command": "false"}]}})
        self.admin.finished(self.admin.post(f"/api/jobs/{job['id']}/run", {})["id"])
        told = self.world.await_requests("/echo")[0]
        assert told["headers"]["x-key"].encode("latin-1").decode() == self.secrets["header"]
        until(lambda: self.admin.get("/api/notifications/deliveries", state="sent")["items"], 20, "the delivery")

    def stop(self) -> None:
        """Ends everything."""
        self.world.stop()
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


def test_output_that_has_a_secret_in_it_is_masked_there_and_nowhere_else(planted: Planted) -> None:
    needles = {spelling for secret in planted.secrets.values() for spelling in spellings(secret)}
    assert planted.leaked["state"] == "succeeded", planted.admin.branches(planted.leaking)
    for branch in planted.admin.branches(planted.leaking):
        lines = planted.admin.log(planted.leaking, branch=branch["number"]).decode().splitlines()
        assert (lines[0], lines[-1]) == ("begin", "end")
        assert all("•••" in line for line in lines[1:-1]), "\n".join(lines)
        assert not [needle for needle in needles if needle in "\n".join(lines).encode()], lines
        assert lines[1] == "•••" and lines[-2].replace("•", "") == "", lines
    assert planted.admin.log(planted.telling).decode() == "•••\n"


def test_no_process_shows_a_secret_while_a_run_is_going(planted: Planted) -> None:
    assert planted.exposed == []


def discovered(api: Api) -> dict[str, str]:
    """A range of one address, and a scan of it."""
    if not api.get("/api/targets/discovery/ranges")["items"]:
        wish = {"name": "own", "cidr": "127.0.6.1/32", "allow_local": True, "ports": [22]}
        api.post("/api/targets/discovery/ranges", wish)
        api.post("/api/targets/discovery/scans", {"range": "own"})
    return {"range": "own", "scan": api.get("/api/targets/discovery/scans")["items"][0]["id"]}


def everything_readable(api: Api) -> Iterator[tuple[str, bytes]]:
    """Every answer to a GET in the API description, with real ids put in."""
    ids = {
        "target": "casey", "job": "with-secret", "version": "1",
        "execution": api.get("/api/executions")["items"][0]["id"], "user": "admin", "entry": api.get("/api/audit")["items"][0]["id"],
        "schedule": "yearly", "calendar": "nights", "rule": "often", "webhook": "inbound", "event_rule": "mend", "channel": "echo",
        "route": "echo",
        "delivery": api.get("/api/notifications/deliveries")["items"][0]["id"],
        "alert": api.get("/api/notifications/alerts")["items"][0]["id"],
        **discovered(api),
    }
    came = api.get("/api/schedules/webhooks/inbound/deliveries")["items"][0]
    for path, methods in api.get("/api/openapi.json")["paths"].items():
        # No run here waits for a decision.
        if "get" in methods and "/internal/" not in path and not path.endswith("/approvals/{step}"):
            theirs = {"delivery": came["id"]} if path.startswith("/api/schedules/webhooks/") else {}
            concrete = path.format(**ids | theirs)
            query = {
                "export": {"format": "json"}, "comparison": {"with": ids["execution"]},
                "search": {"text": "e"}, "week": {"from": "2026-01-01T00:00:00Z", "to": "2026-01-08T00:00:00Z"},
                "lines": {"branch": 1, "step": 1}, "difference": {"with": ids["execution"], "branch": 1, "step": 1},
            }.get(path.rsplit("/", 1)[1], {})
            if path.startswith("/api/audit/"):
                query = {"outputs": "true"} if "evidence" in path else {}
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


def test_no_row_of_the_audit_log_contains_a_secret(planted: Planted) -> None:
    needles = {spelling for secret in [*planted.secrets.values(), f"x+{planted.admin.bearer}", f"x+{PASSWORD}"] for spelling in spellings(secret)}
    needles |= {line.encode() for line in planted.sshd.private_key.splitlines()[1:-1]}
    until(lambda: audit.entries(planted.admin, action="execution.ended", object=planted.leaking), 15, "the end of the last run in the log")
    lines = audit.exported(planted.admin)
    actions = {json.loads(line)["entry"]["action"] for line in lines}
    assert {"credential.created", "credential.used", "target.tested", "execution.started", "auth.set_up", "token.created"} <= actions
    assert [line for line in lines for needle in needles if needle in line] == []
    started = audit.entry(planted.admin, action="execution.started", object=planted.execution)
    assert started["after"]["parameters"] == {"pin": "•••"}


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
