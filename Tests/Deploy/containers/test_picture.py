"""The picture as it stands: the main job through nginx over TLS, and the walls between the parts."""
import json
import socket
import uuid

import pytest
import requests

from composition import picture as files
from harness.api import Api, browser_session
from harness.fleet import Fleet
from harness.live import Live, output_of
from picture import Picture, docker, sentence

OWNERS = ("auth", "user", "targets", "jobs", "execution", "scheduling", "notification", "audit")
TWO_STEPS = """\
name: count-{name}
targets: {targets}
parameters:
  - name: greeting
    type: string
    required: true
steps:
  - name: say
    command: "printf '%s\\\\n' {{{{ parameters.greeting }}}}; echo oops >&2"
  - name: count
    script:
      interpreter: /bin/sh
      text: |
        for number in $(seq 1 200); do echo "line $number"; done
"""


def test_the_main_job_passes_through_every_service(picture: Picture, admin: Api, fleet: Fleet) -> None:
    job = admin.post("/api/jobs", {"yaml": TWO_STEPS.format(name=uuid.uuid4().hex[:8], targets=fleet.filter)})
    greeting = "it's; $(reboot) `id` \"quoted\""
    with Live(admin) as live:
        receipt = admin.post(f"/api/jobs/{job['id']}/run", {"parameters": {"greeting": greeting}})
        live.follow(receipt["id"])
        entries = live.entries_until_end(timeout=60)

    count = len(fleet.targets)
    assert [entry["sequence"] for entry in entries] == list(range(1, len(entries) + 1))
    for branch in range(1, count + 1):
        assert output_of(entries, branch, 1) == greeting + "\n"
        assert output_of(entries, branch, 2) == "".join(f"line {number}\n" for number in range(1, 201))
        assert admin.log(receipt["id"], branch=branch, step=1, stream="stderr") == b"oops\n"
    ended = admin.finished(receipt["id"])
    assert (ended["state"], ended["counts"]["succeeded"]) == ("succeeded", count)
    sentence(f"{picture.databases}: main job on {count} machines, {len(entries)} feed entries live, in order, none missing")


def test_a_browser_gets_the_app_and_a_session_over_tls(picture: Picture, admin: Api) -> None:
    page = requests.get(picture.base, timeout=20)
    assert page.headers["Content-Type"].startswith("text/html") and "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert requests.get(f"{picture.base}/runs/any/where", timeout=20).text == page.text

    browser = browser_session(picture)  # type: ignore[arg-type]
    assert browser.get("/api/auth/me")["username"] == "admin"
    assert next(iter(browser.session.cookies)).secure


@pytest.mark.parametrize("path", [
    "/api/users/internal/find", "/api/auth/internal/introspect", "/api/executions/worker/lease", "/metrics", "/ready",
    "/api/schedules/internal/news", "/api/notifications/internal/news", "/api/audit/internal/news", "/api/nobody"])
def test_what_is_internal_or_nobodys_is_not_there(picture: Picture, path: str) -> None:
    answer = requests.post(picture.base + path, json={}, headers={"Authorization": "Service forged"}, timeout=20)

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_nobody_but_nginx_is_reached_from_outside(picture: Picture) -> None:
    for name in picture.containers():
        bindings = picture.inspect(name)["HostConfig"]["PortBindings"] or {}
        assert sorted(bindings) == (["8080/tcp", "8443/tcp"] if name == "opsconductor-nginx" else []), name
    for port in (3000, 5432, 6379, 8000, 8080, 8443, 9000):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=2)


def test_every_container_is_as_small_as_its_file_says(picture: Picture) -> None:
    for name in picture.containers():
        made = picture.inspect(name)
        service = files(picture.databases)["services"][made["Config"]["Labels"]["com.docker.compose.service"]]
        host = made["HostConfig"]
        assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and not host["Privileged"] and host["Init"], name
        assert host["Memory"] > 0 and host["PidsLimit"] > 0 and host["SecurityOpt"] == ["no-new-privileges:true"], name
        assert made["Config"]["User"] == service["user"], name
        status = docker("exec", name, "cat", "/proc/1/status")
        fields = dict(line.split(":", 1) for line in status.splitlines())
        assert fields["Uid"].split()[0] != "0" and int(fields["CapEff"], 16) == 0 and fields["NoNewPrivs"].strip() == "1", name
        assert "Read-only file system" in docker("exec", name, "touch", "/probe", check=False), name
    sentence(f"{picture.databases}: {len(picture.containers())} containers without root, capabilities and writable files")


def test_the_scheduler_knows_the_time_zones(picture: Picture) -> None:
    assert docker("exec", "opsconductor-scheduler", "head", "-c", "4", "/usr/share/zoneinfo/Europe/Lisbon") == "TZif"


def test_no_role_enters_the_database_of_another(picture: Picture) -> None:
    refused = 0
    for owner in OWNERS:
        server = "opsconductor-postgres" if picture.databases == "consolidated" else f"opsconductor-{owner}-postgres"
        url = (picture.folder / "secrets" / f"{owner}_database_url").read_text().strip()
        assert docker("exec", server, "psql", "-X", "-A", "-t", "-c", "SELECT current_database()", url).strip() == f"opsconductor_{owner}"
        for other in {*OWNERS, "postgres", "template1"} - {owner}:
            host = f"opsconductor-{other if other in OWNERS else owner}-postgres"
            database = f"opsconductor_{other}" if other in OWNERS else other
            foreign = url.replace(f"@opsconductor-{owner}-postgres:", f"@{host}:").rpartition("/")[0] + f"/{database}"
            said = docker("exec", server, "psql", "-X", "-c", "SELECT 1", foreign, check=False)
            assert "permission denied for database" in said or "password authentication failed" in said, f"{owner} at {database}: {said}"
            refused += 1
    sentence(f"{picture.databases}: {refused} attempts to enter a foreign database, all refused")
    assert refused == len(OWNERS) * (len(OWNERS) + 1)


def test_no_secret_is_seen_from_outside_a_container(picture: Picture, admin: Api, fleet: Fleet) -> None:
    secrets = {path.name: path.read_text().strip() for path in (picture.folder / "secrets").iterdir()}
    secrets["token"] = admin.bearer or ""
    places = {f"the log of {name}": picture.log(name) for name in picture.containers()}
    places |= {f"the description of {name}": json.dumps(picture.inspect(name)) for name in picture.containers()}
    places |= {f"the processes of {name}": docker("top", name, "-eo", "pid,args") for name in picture.containers()}
    found = [f"{secret} in {place}" for secret, text in secrets.items() for place, content in places.items() if text and text in content]

    assert found == []
    sentence(f"{picture.databases}: {len(secrets)} secrets looked for in {len(places)} logs, descriptions and process lists, none found")
