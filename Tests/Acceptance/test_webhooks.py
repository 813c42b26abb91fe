"""Events from outside and inside: signed messages start jobs once, rules start jobs when others fail, also when the service is ended in between."""
import hashlib
import hmac
import json
import os
import shlex
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from harness.api import Api, ApiProblem, set_up
from harness.cli import Cli
from harness.engine import IS_SPLIT
from harness.fleet import Fleet
from harness.server import Server
from harness.sshd import Sshd
from harness.waiting import until

SECRET = "a-secret-of-the-sender-0123"


def job(admin: Api, fleet: Fleet, command: str = "echo branch={{ parameters.branch }}", **more: Any) -> dict[str, Any]:
    """A job that prints its parameter, on one machine."""
    definition = {
        "name": f"hooked {uuid.uuid4().hex[:8]}", "targets": fleet.one(), "parameters": [{"name": "branch", "type": "string", "required": True}],
        "steps": [{"name": "say", "command": command}], **more}
    return admin.post("/api/jobs", {"definition": definition})


def hook(admin: Api, of: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A webhook that gives the job the branch of the message."""
    definition = {
        "name": f"hook {uuid.uuid4().hex[:8]}", "job": of["serial"], "format": "opsconductor",
        "run": {"parameters": {"branch": {"from": "body.branch"}}}, **more}
    return admin.post("/api/schedules/webhooks", {"definition": definition, "secret": SECRET})["webhook"]


def sign(body: bytes, *, secret: str = SECRET, at: int | None = None) -> dict[str, str]:
    """The header fields of a message in our own format."""
    seconds = str(int(time.time()) if at is None else at)
    code = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-OpsConductor-Timestamp": seconds, "X-OpsConductor-Signature": f"v1={code}"}


def send(admin: Api, webhook: dict[str, Any], body: bytes, headers: dict[str, str]) -> requests.Response:
    """Sends a message as anybody may who has the address."""
    return requests.post(admin.base + webhook["path"], data=body, headers=headers, timeout=60)


def message(branch: str) -> bytes:
    """A body."""
    return json.dumps({"branch": branch}).encode()


def runs(admin: Api, of: dict[str, Any]) -> list[dict[str, Any]]:
    """The executions of a job, newest first."""
    return admin.get("/api/executions", job=of["id"])["items"]


def test_a_signed_message_starts_the_job_whose_output_has_what_it_said(admin: Api, fleet: Fleet) -> None:
    work = job(admin, fleet)
    webhook = hook(admin, work)
    branch = "it's $(touch /tmp/never) `id` \"; exit 7 #"
    answer = send(admin, webhook, message(branch), {**sign(message(branch)), "X-OpsConductor-Delivery": "one"})

    assert answer.status_code == 202, answer.text
    receipt = answer.json()
    assert receipt["state"] == "started"
    finished = admin.finished(receipt["execution"])
    assert finished["state"] == "succeeded"
    assert finished["trigger"]["kind"] == "webhook" and finished["trigger"]["serial"] == webhook["serial"]
    assert admin.log(receipt["execution"]).decode() == f"branch={branch}\n"
    delivery = admin.get(f"/api/schedules/webhooks/{webhook['id']}/deliveries")["items"][0]
    assert (delivery["state"], delivery["execution"], delivery["name"]) == ("started", receipt["execution"], "one")


def test_the_same_message_again_starts_nothing_and_is_answered_alike(admin: Api, fleet: Fleet) -> None:
    work = job(admin, fleet)
    webhook = hook(admin, work)
    headers = sign(message("main"))
    answers = [send(admin, webhook, message("main"), headers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [202] * 3
    assert len({answer.json()["execution"] for answer in answers}) == 1
    assert len(runs(admin, work)) == 1
    states = [delivery["state"] for delivery in admin.get(f"/api/schedules/webhooks/{webhook['id']}/deliveries")["items"]]
    assert states == ["duplicate", "duplicate", "started"]


def test_a_message_that_proves_nothing_is_like_one_to_nowhere(admin: Api, fleet: Fleet) -> None:
    work = job(admin, fleet)
    webhook = hook(admin, work)
    nowhere = {**webhook, "path": f"/api/schedules/hooks/{uuid.uuid4()}"}
    wrong = send(admin, webhook, message("main"), sign(message("main"), secret="another-secret-0123456789"))
    missing = send(admin, nowhere, message("main"), sign(message("main")))
    changed = send(admin, webhook, message("other"), sign(message("main")))
    old = send(admin, webhook, message("main"), sign(message("main"), at=int(time.time()) - 3600))

    assert [answer.status_code for answer in (wrong, missing, changed, old)] == [401] * 4
    assert wrong.json()["detail"] == missing.json()["detail"] == changed.json()["detail"]
    assert "3600 seconds ago" in old.json()["detail"] or "360" in old.json()["detail"]
    assert runs(admin, work) == []


def test_messages_as_github_and_gitlab_send_them(admin: Api, fleet: Fleet) -> None:
    work = job(admin, fleet)
    mapping = {"parameters": {"branch": {"from": "body.ref"}}}
    github = hook(admin, work, format="github", run=mapping, filter='headers["x-github-event"] == "push"')
    body = json.dumps({"ref": "refs/heads/main"}).encode()
    code = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={code}", "X-GitHub-Delivery": str(uuid.uuid4())}
    ping = send(admin, github, body, {**headers, "X-GitHub-Event": "ping"})
    assert ping.status_code == 202 and ping.json()["state"] == "ignored", ping.text
    form = b"payload=%7B%22ref%22%3A%22refs%2Fheads%2Fmain%22%7D"
    code = hmac.new(SECRET.encode(), form, hashlib.sha256).hexdigest()
    push = send(admin, github, form, {
        "Content-Type": "application/x-www-form-urlencoded", "X-Hub-Signature-256": f"sha256={code}", "X-GitHub-Event": "push",
        "X-GitHub-Delivery": str(uuid.uuid4())})
    assert push.json()["state"] == "started", push.text
    assert admin.finished(push.json()["execution"])["state"] == "succeeded"
    assert admin.log(push.json()["execution"]) == b"branch=refs/heads/main\n"

    gitlab = hook(admin, work, format="gitlab", run=mapping)
    token = {"Content-Type": "application/json", "X-Gitlab-Token": SECRET, "X-Gitlab-Event-UUID": str(uuid.uuid4())}
    first, again = (send(admin, gitlab, body, token) for _ in range(2))
    assert first.json()["state"] == "started" and first.json() == again.json()


def test_the_script_of_the_documentation_works(admin: Api, fleet: Fleet) -> None:
    work = job(admin, fleet)
    webhook = hook(admin, work)
    page = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
    script = page.split("```sh\n")[1].split("```")[0]
    environment = {
        "PATH": os.environ["PATH"], "SECRET": SECRET, "SERVER": admin.base, "HOOK": webhook["id"],
        **({"CURL_CA_BUNDLE": os.environ["SSL_CERT_FILE"]} if IS_SPLIT else {})}
    done = subprocess.run(["/bin/sh", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"] == "started"


def test_the_command_line_manages_tries_and_repeats(installation: Any, admin: Api, fleet: Fleet, tmp_path: Path) -> None:
    work = job(admin, fleet)
    cli = Cli(tmp_path)
    assert cli.login(admin.base).returncode == 0
    name = f"cli {uuid.uuid4().hex[:6]}"
    made = cli.json(
        "webhook", "create", name, "--job", work["definition"]["name"], "--parameter", "branch=body.branch", "--filter", "body.go", "--default", "branch=none")
    webhook, secret = made["webhook"], made["secret"]
    body = json.dumps({"branch": "main", "go": True}).encode()
    (tmp_path / "body.json").write_bytes(body)
    assert "would be started" in cli.ok("webhook", "dry-run", name, "--body", tmp_path / "body.json")
    assert runs(admin, work) == []
    assert send(admin, webhook, body, sign(body, secret=secret)).json()["state"] == "started"
    delivery = cli.json("webhook", "deliveries", name)[0]
    assert delivery["state"] == "started"
    assert "main" in cli.ok("webhook", "delivery", name, delivery["id"])
    assert cli.json("webhook", "dry-run", name, "--delivery", delivery["id"])["matches"] is True
    assert cli.ok("webhook", "redeliver", name, delivery["id"]).startswith("Started ")
    assert len(runs(admin, work)) == 2
    rotated = cli.json("webhook", "rotate", name, "--overlap-seconds", "0")
    assert send(admin, webhook, message("x"), sign(message("x"), secret=secret)).status_code == 401
    assert rotated["secret"] != secret
    assert name in cli.ok("webhook", "list") and secret not in cli.ok("webhook", "show", name)
    assert cli.run("webhook", "dry-run", name, "--body", tmp_path / "nothing.json").returncode == 2
    cli.ok("webhook", "delete", name)
    assert cli.run("webhook", "show", name).returncode != 0


RULE = """
name: {name}
on:
  execution: {{job: "{failing}"}}
when: event.counts.failed == 1
job: "{repairing}"
targets: failed
run:
  parameters:
    branch: {{from: event.serial}}
"""


class Workshop:
    """A server that may be hurt, a job that fails and one that repairs."""

    def __init__(self, folder: Path, sshd: Sshd) -> None:
        self.folder = folder
        self.server = Server(folder / "server").start()
        self.admin = set_up(self.server)
        self.fleet = Fleet(self.admin, sshd, "workshop")
        self.effects = folder / "effects"
        self.cli = Cli(folder)
        assert self.cli.login(self.admin.base).returncode == 0
        where = {"targets": f"name in ({self.fleet.tag}01, {self.fleet.tag}02)"}
        flag = shlex.quote(str(folder / "fails"))
        fails = "test {{ target.name }} != " + f"{self.fleet.tag}02 -o ! -e {flag}"
        self.failing = job(self.admin, self.fleet, fails, **where)
        self.repairing = job(self.admin, self.fleet, f"echo {{{{ parameters.branch }}}} {{{{ target.name }}}} >> {shlex.quote(str(self.effects))}; exit 1")
        (folder / "fails").touch()

    def apply(self, name: str, failing: dict[str, Any]) -> dict[str, Any]:
        """Applies a rule, twice."""
        file = self.folder / "rule.yaml"
        file.write_text(RULE.format(name=name, failing=failing["definition"]["name"], repairing=self.repairing["definition"]["name"]))
        assert f"created {name}" in self.cli.ok("rule", "apply", "--file", file)
        assert f"unchanged {name}" in self.cli.ok("rule", "apply", "--file", file)
        return self.admin.get(f"/api/schedules/event-rules/{name}")

    def fail(self) -> str:
        """Runs the job that fails; returns the serial."""
        serial = self.admin.post(f"/api/jobs/{self.failing['id']}/run", {"parameters": {"branch": "x"}})["serial"]
        assert self.admin.finished(serial)["state"] == "failed"
        return serial

    def repaired(self) -> list[str]:
        """What was repaired, in order."""
        return self.effects.read_text().splitlines() if self.effects.exists() else []

    def kill_schedules(self) -> None:
        """Ends what hears the news without warning, and starts it again."""
        part = self.server.parts["schedules"] if IS_SPLIT else self.server
        part.kill()
        part.start()


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory, sshd: Sshd) -> Iterator[Workshop]:
    """The workshop."""
    made = Workshop(tmp_path_factory.mktemp("workshop"), sshd)
    try:
        yield made
    finally:
        made.server.kill()


def test_a_job_that_fails_starts_its_repair_once_where_it_failed(workshop: Workshop) -> None:
    rule = workshop.apply("mend", workshop.failing)
    serial = workshop.fail()
    until(lambda: f"{serial} {workshop.fleet.tag}02" in workshop.repaired(), 30, "the repair")
    history = workshop.cli.json("rule", "history", "mend")
    assert [(firing["state"], firing["about"]) for firing in history] == [("fired", serial)]
    repair = workshop.admin.finished(history[0]["execution"])
    assert repair["counts"]["total"] == 1 and repair["trigger"]["serial"] == rule["serial"]
    assert repair["trigger"]["chain"] == [rule["id"]]


def test_a_repair_that_fails_does_not_repair_itself(workshop: Workshop) -> None:
    before = len(workshop.repaired())
    loop = workshop.apply("loop", workshop.repairing)
    serial = workshop.fail()
    # The rule above starts the repair, which fails, on which this rule acts once more and no further.
    until(lambda: len(workshop.repaired()) == before + 2, 30, "the repair and the repair of the repair")
    history = until(
        lambda: [firing for firing in workshop.cli.json("rule", "history", "loop") if firing["state"] == "suppressed"], 30, "the end of the loop")
    assert "led to that run itself" in history[0]["reason"]
    assert [line.split()[0] for line in workshop.repaired()[before:]][0] == serial
    workshop.cli.ok("rule", "delete", loop["serial"])


def test_a_repair_starts_once_also_when_the_service_is_killed_in_between(workshop: Workshop) -> None:
    for _ in range(3):
        before = len(workshop.repaired())
        run = workshop.admin.post(f"/api/jobs/{workshop.failing['id']}/run", {"parameters": {"branch": "x"}})["serial"]
        workshop.kill_schedules()
        assert workshop.admin.finished(run, 60)["state"] in ("failed", "lost")
        until(lambda at=before: len(workshop.repaired()) > at, 60, "the repair")
        until(lambda: all(firing["state"] != "due" for firing in workshop.cli.json("rule", "history", "mend")), 60, "the row of the rule")
        assert len(workshop.repaired()) == before + 1
        mine = [firing for firing in workshop.cli.json("rule", "history", "mend") if firing["about"] == run]
        assert [firing["state"] for firing in mine] == ["fired"]


def test_a_message_starts_one_run_also_when_the_service_is_killed_in_between(workshop: Workshop) -> None:
    webhook = hook(workshop.admin, workshop.repairing, run={"parameters": {"branch": {"from": "body.branch"}}})
    before = len(workshop.repaired())
    headers = sign(message("killed"))
    first = send(workshop.admin, webhook, message("killed"), headers)
    workshop.kill_schedules()
    again = until(lambda: answered(workshop.admin, webhook, headers), 30, "an answer")
    assert first.json()["execution"] == again["execution"]
    until(lambda: len(workshop.repaired()) == before + 1, 30, "the run")
    assert workshop.repaired()[-1].startswith("killed ")


def answered(admin: Api, webhook: dict[str, Any], headers: dict[str, str]) -> dict[str, Any] | None:
    """The answer to the same message, as soon as there is one."""
    answer = send(admin, webhook, message("killed"), headers)
    return answer.json() if answer.status_code == 202 else None


def test_bad_rules_are_refused_with_their_places(workshop: Workshop, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: bad\non:\n  execution: {jobb: x}\njob: nothing\nwhen: event.x ==\n")
    refused = workshop.cli.run("rule", "apply", "--file", bad)
    assert refused.returncode == 2
    assert "did you mean job?" in refused.stdout and "bad.yaml:3" in refused.stdout
    for body in ({}, {"definition": {"name": "a", "job": workshop.failing["id"], "on": {}}}):
        with pytest.raises(ApiProblem) as problem:
            workshop.admin.post("/api/schedules/event-rules", body)
        assert problem.value.status == 422
