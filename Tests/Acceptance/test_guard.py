"""What stands between a request and a run: the guard, approvals of what was shown, slots of targets; over HTTP, on the command line and in a browser."""
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from harness.api import PASSWORD, Api, ApiProblem
from harness.browser import accessible, launch, settled, sign_in, watched
from harness.fleet import Fleet
from harness.waiting import until


@pytest.fixture
def production(admin: Api, fleet: Fleet) -> Iterator[str]:
    """The fleet is in an environment that is production; the guard is as it was afterwards."""
    name = f"prod-{uuid.uuid4().hex[:6]}"
    for target in fleet.targets:
        found = admin.get(f"/api/targets/{target['id']}")
        admin.put(f"/api/targets/{target['id']}", saved(found, environment=name))
    admin.put("/api/executions/guard", {"production": [name.upper()]})
    yield name
    admin.put("/api/executions/guard", {"production": []})


def saved(target: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A target as it is saved again with changes."""
    fields = ("name", "description", "type", "os", "environment", "location", "tags", "facts", "status", "connections", "host_key_policy")
    return {**{field: target[field] for field in fields}, **changes}


def make(admin: Api, fleet: Fleet, steps: list[dict[str, Any]]) -> dict[str, Any]:
    """A job on the fleet."""
    return admin.post("/api/jobs", {"definition": {"name": f"guarded {uuid.uuid4().hex[:8]}", "targets": fleet.filter, "steps": steps}})


def test_a_run_on_production_starts_only_when_it_is_confirmed(admin: Api, fleet: Fleet, production: str) -> None:
    job = make(admin, fleet, [{"name": "a", "command": "true"}])
    count = str(len(fleet.targets))
    plan = admin.post(f"/api/jobs/{job['id']}/plan", {})
    assert [obstacle["refuses"] for obstacle in plan["obstacles"]] == [True]
    for path, body in [(f"/api/jobs/{job['id']}/run", {}), ("/api/executions", {"command": "true", "targets": fleet.filter})]:
        with pytest.raises(ApiProblem) as refused:
            admin.post(path, body)
        assert refused.value.status == 409
        assert "touches production" in str(refused.value)
        assert count in str(refused.value)
        serial = admin.post(path, {**body, "confirm": count})["serial"]
        assert admin.finished(serial)["state"] == "succeeded"
    again = admin.post(f"/api/executions/{serial}/rerun", {"scope": "all", "confirm": count})["serial"]
    assert admin.finished(again)["state"] == "succeeded"


def test_a_run_on_more_targets_than_the_guard_allows_is_refused(admin: Api, fleet: Fleet) -> None:
    job = make(admin, fleet, [{"name": "a", "command": "true"}])
    admin.put("/api/executions/guard", {"production": [], "most_targets": len(fleet.targets) - 1})
    try:
        with pytest.raises(ApiProblem) as refused:
            admin.post(f"/api/jobs/{job['id']}/run", {})
        assert refused.value.status == 422
        assert "nothing was started" in str(refused.value)
    finally:
        admin.put("/api/executions/guard", {"production": []})


def test_an_approval_counts_only_for_what_was_shown(admin: Api, fleet: Fleet) -> None:
    job = make(admin, fleet, [{"name": "gate", "approval": {}}, {"name": "after", "command": "echo {{ target.name }}"}])
    serial = admin.post(f"/api/jobs/{job['id']}/run", {})["serial"]

    def asked() -> bool:
        found = admin.get("/api/executions/approvals", execution=serial)["items"]
        return bool(found) and found[0]["waiting"] == len(fleet.targets)
    until(asked, 20, f"the decision of {serial}")
    shown = admin.get(f"/api/executions/{serial}/approvals/1")
    assert [step["name"] for step in shown["targets"][0]["steps"]] == ["after"]
    assert shown["targets"][0]["way"].startswith("ssh root@")
    target = admin.get(f"/api/targets/{fleet.targets[0]['id']}")
    admin.put(f"/api/targets/{target['id']}", saved(target, location="moved"))

    with pytest.raises(ApiProblem) as drift:
        admin.post(f"/api/executions/{serial}/approvals/1", {"decision": "approve", "plan": shown["hash"]})
    assert drift.value.status == 409
    fresh = admin.get(f"/api/executions/{serial}/approvals/1")
    assert fresh["hash"] in str(drift.value)
    assert any("location" in change for one in fresh["targets"] for change in one["changes"])
    done = admin.post(f"/api/executions/{serial}/approvals/1", {"decision": "approve", "plan": fresh["hash"]})
    assert done["plan"] == fresh["hash"]
    assert admin.finished(serial)["state"] == "succeeded"


def test_a_target_with_one_slot_has_one_run_at_work(admin: Api, fleet: Fleet) -> None:
    target = admin.get(f"/api/targets/{fleet.targets[0]['id']}")
    admin.put(f"/api/targets/{target['id']}", saved(target, slots=1))
    try:
        where = f"name = {target['name']}"
        first = admin.post("/api/executions", {"command": "sleep 60", "targets": where})["serial"]
        until(lambda: admin.execution(first)["state"] == "running", 20, f"{first} at work")
        second = admin.post("/api/executions", {"command": "true", "targets": where})["serial"]
        why = admin.get(f"/api/executions/{second}/why")["why"]
        assert why[0]["code"] == "slot"
        assert why[0]["detail"] == f"It waits for a free slot on {target['name']}, taken by {first}."
        admin.post(f"/api/executions/{first}/cancel", {})
        assert admin.finished(second)["state"] == "succeeded"
    finally:
        admin.put(f"/api/targets/{target['id']}", saved(admin.get(f"/api/targets/{target['id']}")))


def test_the_run_dialog_asks_to_type_what_confirms_production(admin: Api, fleet: Fleet, installation, production: str) -> None:
    called = make(admin, fleet, [{"name": "inner", "command": "true"}])
    job = make(admin, fleet, [{"name": "call", "job": called["definition"]["name"]}])
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        with watched(chromium, installation.server.base) as page:
            sign_in(page, "admin", PASSWORD)
            page.goto("/settings/guard")
            expect(page.get_by_test_id("guard-production")).to_have_value(production.upper())
            accessible(page, "guard")
            page.goto(f"/jobs/{job['serial']}/edit")
            settled(page)
            expect(page.get_by_test_id("step-job")).to_have_value(called["definition"]["name"])
            accessible(page, "editor of a job that calls a job")
            page.goto(f"/jobs/{job['serial']}")
            page.get_by_test_id("job-run").click()
            page.get_by_test_id("run-start").click()
            page.get_by_test_id("confirm-production").fill(job["definition"]["name"])
            accessible(page, "run on production")
            page.get_by_test_id("run-start").click()
            page.wait_for_url("**/runs/*")
            settled(page)
            expect(page.get_by_text("call / inner").first).to_be_visible()
        chromium.close()
