"""Messages from outside start jobs: once each, signed, with what they said, and nothing else."""
import hashlib
import hmac
import json
import os
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any

from harness.api import Api
from harness.cli import Cli
from harness.engine import IS_SPLIT
from harness.fleet import Fleet
from harness.hooks import SECRET, hook, job, message, runs, send, sign


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
