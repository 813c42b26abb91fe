"""Work that starts by itself: every instant once, with what started it, over HTTP and on the command line."""
import datetime
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.api import Api, ApiProblem
from harness.cli import Cli
from harness.engine import IS_SPLIT
from harness.waiting import until

FILE = """\
kind: calendar
name: {name} nights
zone: Europe/Berlin
openings:
  - weekly: {{days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00"}}
---
name: {name}
job: {name}
timing:
  cron: "30 2 * * *"
  zone: Europe/Berlin
calendars: [{name} nights]
---
kind: dead_man_rule
name: {name} daily
schedule: {name}
succeed_every: {{every: 26h}}
"""


@pytest.fixture
def job(admin: Api) -> Iterator[str]:
    """The name of a job on this machine itself."""
    name = f"timed {uuid.uuid4().hex[:8]}"
    target = admin.post("/api/targets", {"name": name.replace(" ", "-"), "connections": [{"kind": "local"}]})
    admin.post("/api/jobs", {"definition": {
        "name": name, "targets": target["name"], "steps": [{"name": "say", "command": "echo on time"}]}})
    yield name


def make(api: Api, name: str, timing: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A schedule of the job of its own name."""
    return api.post("/api/schedules", {"definition": {"name": name, "job": name, "timing": timing, **more}})


def ledger(api: Api, name: str) -> list[dict[str, Any]]:
    """What became of a schedule, the oldest first."""
    return list(reversed(api.get("/api/schedules/occurrences", schedule=name, limit=500)["items"]))


def second(text: str) -> int:
    """The second of an instant."""
    return int(datetime.datetime.fromisoformat(text).timestamp())


def test_a_schedule_of_every_second_really_runs_its_job_each_second(admin: Api, job: str) -> None:
    schedule = make(admin, job, {"cron": "* * * * * *"})
    assert schedule["state"] == "active"
    assert schedule["words"].startswith("Every second")
    until(lambda: len([1 for entry in ledger(admin, job) if entry.get("outcome")]) >= 5, 30, "five runs that ended")
    admin.post(f"/api/schedules/{schedule['serial']}/pause", {"reason": "enough"})
    until(lambda: all(entry.get("outcome") for entry in ledger(admin, job) if entry["state"] == "fired"), 30, "the end of every run")
    entries = ledger(admin, job)
    seconds = [second(entry["at"]) for entry in entries]
    assert seconds == list(range(seconds[0], seconds[0] + len(seconds))), "every second is in the ledger once"
    fired = [entry for entry in entries if entry["state"] == "fired"]
    # What was due as it was paused may have been skipped.
    assert len(fired) >= len(entries) - 1
    assert {entry["outcome"] for entry in fired} == {"succeeded"}
    run = admin.execution(fired[0]["execution"])
    assert run["started_by"] == f"schedule {schedule['serial']} (admin)"
    assert run["trigger"]["kind"] == "schedule"
    assert run["trigger"]["id"] == schedule["id"]
    assert run["trigger"]["at"] == fired[0]["at"]
    assert len({entry["execution"] for entry in fired}) == len(fired)
    admin.delete(f"/api/schedules/{schedule['serial']}")
    with pytest.raises(ApiProblem) as gone:
        admin.get(f"/api/schedules/{job}")
    assert gone.value.status == 404


def test_one_instant_a_blackout_and_an_owner_who_may_not(admin: Api, operator: Api, job: str) -> None:
    soon = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    closed = admin.post("/api/schedules/calendars", {"definition": {
        "name": f"closed {job}", "blackouts": [{"name": "for ever", "span": {"from": "2020-01-01T00:00", "to": "2999-01-01T00:00"}}]}})
    once = make(admin, job, {"at": [soon]}, calendars=[closed["definition"]["name"]])
    assert once["next_at"] == soon.replace("Z", ".000Z")
    until(lambda: ledger(admin, job) and ledger(admin, job)[0]["state"] not in ("due", "planned"), 20, "the end of the instant")
    entry = ledger(admin, job)[0]
    assert (entry["state"], "execution" in entry) == ("skipped", False)
    assert f"closed {job}" in entry["reason"]
    shown = admin.get(f"/api/schedules/{job}")
    assert (shown["state"], shown["runs"]) == ("ended", 0)
    with pytest.raises(ApiProblem) as named:
        admin.delete(f"/api/schedules/calendars/{closed['id']}")
    assert named.value.status == 409

    late = f"{job} 2"
    operator.post("/api/schedules", {"definition": {"name": late, "job": job, "timing": {"cron": "* * * * * *"}}})
    until(lambda: any(entry["state"] == "fired" for entry in ledger(admin, late)), 20, "a run of the operator's schedule")
    user = admin.get("/api/users/olga")
    change = {"username": "olga", "role": "viewer"}
    admin.put(f"/api/users/{user['id']}", change)
    try:
        until(lambda: ledger(admin, late)[-1]["state"] == "skipped", 20, "an instant that is skipped")
        assert "olga" in next(entry["reason"] for entry in ledger(admin, late) if entry["state"] == "skipped")
    finally:
        admin.put(f"/api/users/{user['id']}", change | {"role": "operator"})
        admin.delete(f"/api/schedules/{late}")


def test_bad_schedules_are_refused_with_their_place(admin: Api, viewer: Api, job: str) -> None:
    for timing, pointer in [
        ({"cron": "0 0 30 2 *"}, "#/definition/timing/cron"), ({"cron": "0 0 * * *", "zone": "Europe/Atlantis"}, "#/definition/timing/zone"),
        ({"at": ["2020-01-01T00:00"]}, "#/definition/timing"), ({"rule": "FREQ=DAILY"}, "#/definition/timing/start"),
    ]:
        with pytest.raises(ApiProblem) as refused:
            make(admin, job, timing)
        assert refused.value.status == 422
        assert refused.value.problem["errors"][0]["pointer"] == pointer
    with pytest.raises(ApiProblem) as forbidden:
        make(viewer, job, {"cron": "0 0 * * *"})
    assert forbidden.value.status == 403
    preview = viewer.post("/api/schedules/preview", {"timing": {"cron": "30 2 * * *", "zone": "Europe/Berlin"}, "after": "2026-03-28T12:00:00Z", "count": 2})
    assert [entry["local"] for entry in preview["occurrences"]] == ["Sun 2026-03-29 03:00:00 +02:00", "Mon 2026-03-30 02:30:00 +02:00"]


def test_a_week_shows_what_was_and_what_will_be(admin: Api, job: str) -> None:
    schedule = make(admin, job, {"every": "1s"})
    until(lambda: any(entry["state"] == "fired" for entry in ledger(admin, job)), 20, "a run")
    admin.post(f"/api/schedules/{job}/pause", {"reason": "enough"})
    later = admin.post("/api/schedules", {"definition": {"name": f"{job} later", "job": job, "timing": {"cron": "0 0 * * *"}}})
    today = datetime.datetime.now(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    form = "%Y-%m-%dT%H:%M:%SZ"
    view = admin.get("/api/schedules/week", **{
        "from": today.strftime(form), "to": (today + datetime.timedelta(days=7)).strftime(form),
        "schedules": f"{schedule['id']},{later['id']}"})
    states = {entry["name"]: {other["state"] for other in view["occurrences"] if other["name"] == entry["name"]} for entry in view["occurrences"]}
    assert "fired" in states[job]
    assert states[f"{job} later"] == {"planned"}
    assert sum(entry["name"] == f"{job} later" for entry in view["occurrences"]) in (6, 7)


def test_the_command_line(installation, admin: Api, job: str, tmp_path: Path) -> None:
    cli = Cli(tmp_path / "cli")
    assert cli.login(installation.server.base).returncode == 0
    (tmp_path / "all.yaml").write_text(FILE.format(name=job))
    assert "would be created schedule" in cli.ok("schedule", "apply", "-f", tmp_path / "all.yaml", "--dry-run")
    assert "created schedule" in cli.ok("schedule", "apply", "-f", tmp_path / "all.yaml")
    assert cli.ok("schedule", "apply", "-f", tmp_path / "all.yaml").count("unchanged") == 3
    (tmp_path / "all.yaml").write_text(FILE.format(name=job).replace("30 2", "45 2"))
    changed = cli.ok("schedule", "apply", "-f", tmp_path / "all.yaml")
    assert "  timing.cron" in changed.splitlines()
    (tmp_path / "bad.yaml").write_text(FILE.format(name=job).replace("30 2 * * *", "0 0 30 2 *"))
    bad = cli.run("schedule", "apply", "-f", tmp_path / "bad.yaml")
    assert bad.returncode == 2
    assert "bad.yaml:10:" in bad.stdout
    assert "never happens" in bad.stdout

    shown = cli.json("schedule", "show", job)
    assert shown["definition"]["timing"]["cron"] == "45 2 * * *"
    assert "At 02:45 every day, Europe/Berlin." in cli.ok("schedule", "show", job)
    assert len(cli.ok("schedule", "preview", job, "--count", "3").splitlines()) == 4
    assert "At 00:00 on Monday" in cli.ok("schedule", "preview", "--cron", "0 0 * * MON")
    assert "Paused" in cli.ok("schedule", "pause", job, "--reason", "holidays")
    assert "paused" in cli.ok("schedule", "list", "--search", job)
    assert "Resumed" in cli.ok("schedule", "resume", job)
    assert "Nothing was due" in cli.ok("schedule", "occurrences", job)
    assert "planned" in cli.ok("schedule", "week", "--schedule", job)
    assert f"{job} nights" in cli.ok("calendar", "list")
    assert "from 00:00 to 24:00" in cli.ok("calendar", "show", f"{job} nights")
    assert cli.run("calendar", "delete", f"{job} nights").returncode == 2
    assert f"{job} daily" in cli.ok("schedule", "rule", "list")
    assert "kept" in cli.ok("schedule", "rule", "show", f"{job} daily")
    cli.ok("schedule", "rule", "delete", f"{job} daily")
    cli.ok("schedule", "create", f"{job} by hand", "--job", job, "--every", "1h", "--overlap", "skip", "--missed", "once")
    never = cli.run("schedule", "create", f"{job} never", "--job", job, "--cron", "0 0 30 2 *")
    assert never.returncode != 0
    assert "never happens" in never.stderr
    for name in (job, f"{job} by hand"):
        cli.ok("schedule", "delete", name)
    cli.ok("calendar", "delete", f"{job} nights")


def test_metrics_tell_of_occurrences(own_server) -> None:
    own_server.settings |= {"METRICS": "true"}
    own_server.start()
    base = own_server.parts["schedules"].base if IS_SPLIT else own_server.base
    text = Api(base).raw("GET", "/metrics").text
    for name in ("occurrences_total", "dispatch_lag_seconds", "occurrences_due", "dead_man_rules_broken"):
        assert f"opsconductor_{name}" in text
