"""Targets are checked by themselves: who stops answering becomes critical after as many failures as its policy says, and healthy again."""
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from harness.api import Api, ApiProblem
from harness.cli import Cli
from harness.fleet import add_key_credential, add_target, pin_after_test
from harness.sshd import Sshd
from harness.waiting import until

EVERY, FAIL, RECOVER = 5, 2, 2


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A machine that the test may stop."""
    server = Sshd(tmp_path_factory.mktemp("health"), ["127.0.3.1"]).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def checked(admin: Api, machine: Sshd) -> str:
    """A target that is checked often."""
    admin.post("/api/targets/health/policies", {
        "name": "watched", "filter": "env = watched", "interval_seconds": EVERY, "timeout_seconds": 3, "fail_threshold": FAIL,
        "recover_threshold": RECOVER})
    credential = add_key_credential(admin, machine, "health-key")
    add_target(admin, "health-1", "127.0.3.1", machine.port, credential, environment="watched")
    pin_after_test(admin, "health-1")
    return "health-1"


def health(api: Api, target: str) -> dict[str, Any]:
    """How a target is doing."""
    return api.get(f"/api/targets/{target}/health")


def becomes(api: Api, target: str, state: str) -> dict[str, Any]:
    """Waits for a state."""
    def there() -> dict[str, Any] | None:
        found = health(api, target)
        return found if found["health"]["state"] == state else None
    return until(there, 60, f"{target} to be {state}")


def instant(text: str) -> datetime:
    """An instant of the API."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def test_a_machine_that_stops_becomes_critical_after_exactly_the_threshold_and_recovers(
    admin: Api, machine: Sshd, checked: str
) -> None:
    healthy = becomes(admin, checked, "healthy")
    assert healthy["methods"][0]["policy"] == "watched"
    assert healthy["health"]["milliseconds"] > 0
    machine.stop()

    critical = becomes(admin, checked, "critical")

    assert "refused" in critical["health"]["cause"]
    method = critical["methods"][0]
    assert [stage["name"] for stage in method["last_failure"]["stages"]] == ["dns", "tcp"]
    assert method["last_failure"]["stages"][-1]["succeeded"] is False
    points = admin.get(f"/api/targets/{checked}/health/history")["points"]
    until_then = [point for point in points if instant(point["at"]) <= instant(critical["health"]["since"])]
    failures = [point for point in until_then if point.get("milliseconds") is None]
    assert len(failures) == FAIL, points
    assert until_then[-FAIL:] == failures, "the last ones in a row"
    gaps = [instant(later["at"]) - instant(earlier["at"]) for earlier, later in zip(failures, failures[1:], strict=False)]
    assert all(abs(gap.total_seconds() - EVERY) <= 2 for gap in gaps), gaps
    assert [target["name"] for target in admin.get("/api/targets", filter="health = critical and env = watched")["items"]] == [checked]

    machine.start()
    recovered = becomes(admin, checked, "healthy")

    assert recovered["health"].get("cause") is None
    assert recovered["methods"][0]["failed_at"], "the last failure is still shown"
    points = admin.get(f"/api/targets/{checked}/health/history")["points"]
    since = instant(recovered["health"]["since"])
    successes = [point for point in points if instant(critical["health"]["since"]) < instant(point["at"]) <= since
                 and point.get("milliseconds") is not None]
    assert len(successes) == RECOVER, points


def test_a_check_at_once_says_what_is_wrong_and_the_summary_counts(admin: Api, machine: Sshd, checked: str) -> None:
    becomes(admin, checked, "healthy")
    found = admin.post(f"/api/targets/{checked}/health/check")

    assert found["methods"][0]["successes_in_a_row"] >= 1
    summary = admin.get("/api/targets/health/summary")
    watched = [environment for environment in summary["environments"] if environment["environment"] == "watched"]
    assert watched == [{"environment": "watched", "counts": {"unknown": 0, "healthy": 1, "warning": 0, "critical": 0}}]
    listed = admin.get("/api/targets/health", filter="env = watched")["items"]
    assert [(one["name"], one["state"]) for one in listed] == [(checked, "healthy")]
    assert sum(hour["checks"] for hour in listed[0]["recent"]) >= 1


def test_the_command_line_shows_health_and_policies(admin: Api, installation: Any, checked: str, tmp_path: Path) -> None:
    cli = Cli(tmp_path)
    assert cli.login(installation.server.base).returncode == 0
    becomes(admin, checked, "healthy")

    assert "healthy" in cli.ok("health", "status", "--filter", "env = watched")
    assert "watched" in cli.ok("health", "policies")
    shown = cli.json("health", "check", checked)
    assert shown["health"]["state"] == "healthy"
    cli.ok("health", "policy", "set", "nightly", "--filter", "env = lab", "--every", "600", "--position", "1")
    names = [policy["name"] for policy in cli.json("health", "policies")]
    assert names[0] == "nightly" and names[-1] == "default"
    cli.ok("health", "policy", "remove", "nightly")
    refused = cli.run("health", "policy", "set", "no-filter")
    assert refused.returncode != 0 and "Say which targets it is for" in refused.stderr


@pytest.mark.parametrize(("body", "pointer"), [
    ({"name": "bad", "filter": "env = a", "interval_seconds": 0}, "#/interval_seconds"),
    ({"name": "bad", "filter": "health = critical"}, "#/filter"),
    ({"name": "bad", "filter": "env ="}, "#/filter"),
    ({"name": "bad", "filter": "all", "fail_threshold": 101}, "#/fail_threshold"),
])
def test_a_bad_policy_is_refused_with_its_place(admin: Api, body: dict[str, Any], pointer: str) -> None:
    with pytest.raises(ApiProblem) as refused:
        admin.post("/api/targets/health/policies", body)

    assert refused.value.status == 422
    assert pointer in [place.get("pointer") for place in refused.value.problem["errors"]]
