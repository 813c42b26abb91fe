"""Workflows in a real browser: decisions, pauses, reasons, resumed runs, the queue and the workers."""
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harness.api import PASSWORD, Api, add_user
from harness.browser import SCHEMES, accessible, fits, launch, picture, settled, sign_in, watched
from harness.fleet import Fleet
from harness.waiting import until

STEPS: list[dict[str, Any]] = [
    {
        "name": "build", "command": "echo version 1.2.3", "outputs": {"version": {"pattern": "version (.*)"}},
        "rollback": {"command": "echo undone"},
    },
    {"name": "unit tests", "needs": ["build"], "for_each": ["a", "b", "c"], "command": "echo {{ item }}"},
    {"name": "old way", "needs": ["build"], "when": "steps.build.outputs.version == 'x'", "command": "echo old"},
    {"name": "gate", "needs": ["unit tests"], "approval": {"message": "Deploy version 1.2.3?", "approvers": ["admin"]}},
    {"name": "deploy", "command": 'set -- $SSH_CONNECTION; case "$3" in *.3|*.4) exit 3;; esac; echo done'},
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=SCHEMES)
def page(request: pytest.FixtureRequest, browser: Browser, installation) -> Iterator[Page]:
    """A page in which the administrator signed in."""
    with watched(browser, installation.server.base, color_scheme=request.param) as signed_in:
        sign_in(signed_in, "admin", PASSWORD)
        signed_in.scheme = request.param
        yield signed_in


@pytest.fixture(scope="module")
def job(page: Page, admin: Api, fleet: Fleet) -> dict[str, Any]:
    """A job with branches, a loop, a condition, a decision and a rollback."""
    return admin.post("/api/jobs", {"definition": {"name": f"workflow {page.scheme}", "targets": fleet.filter, "steps": STEPS}})


def start(api: Api, job: dict[str, Any], **more: Any) -> str:
    """Starts a job; returns the serial of the run."""
    return api.post(f"/api/jobs/{job['id']}/run", more)["serial"]


def asked(api: Api, serial: str, targets: int) -> None:
    """Waits until so many targets wait for a decision."""
    def waiting() -> bool:
        found = api.get("/api/executions/approvals", execution=serial)["items"]
        return bool(found) and found[0]["waiting"] == targets
    until(waiting, 20, f"{targets} targets at the decision of {serial}")


@pytest.fixture(scope="module")
def waiting(admin: Api, job: dict[str, Any], fleet: Fleet) -> str:
    """A run that waits for a decision."""
    serial = start(admin, job)
    asked(admin, serial, len(fleet.targets))
    return serial


def test_a_run_that_waits_for_a_decision_says_so_everywhere(page: Page, waiting: str, fleet: Fleet) -> None:
    page.goto(f"/runs/{waiting}")
    settled(page)
    expect(page.get_by_test_id("approval")).to_contain_text("Deploy version 1.2.3?")
    expect(page.get_by_test_id("nav-count")).to_be_visible()
    page.get_by_test_id("run-why").click()
    expect(page.get_by_test_id("why")).to_contain_text("decision")
    page.reload()
    expect(page.get_by_test_id("why")).to_contain_text("decision")
    accessible(page, f"run that waits for a decision, {page.scheme}")
    fits(page)
    picture(page, f"run-decision-{page.scheme}")

    page.goto(f"/runs/{waiting}?tab=graph")
    settled(page)
    gate = page.get_by_test_id("graph-node").nth(3)
    expect(gate).to_contain_text(f"{len(fleet.targets)} to decide")
    expect(page.get_by_test_id("graph-node").nth(2)).to_have_accessible_name(re.compile("Skipped on 5 targets"))
    page.get_by_test_id("graph-branch").select_option("2")
    expect(gate).to_contain_text("Needs approval")
    accessible(page, f"graph of a run, {page.scheme}")
    fits(page)
    picture(page, f"run-graph-{page.scheme}")
    page.get_by_test_id("graph-node").nth(1).click()
    expect(page).to_have_url(re.compile(r"branch=2&step=2"))


def test_who_may_not_decide_hears_why(browser: Browser, installation, page: Page, waiting: str) -> None:
    name = f"olga-{page.scheme}"
    add_user(installation.server, installation.admin, name, "operator")
    with watched(browser, installation.server.base) as other:
        sign_in(other, name, PASSWORD)
        other.goto("/approvals")
        settled(other)
        item = other.get_by_test_id("approval").filter(has_text=waiting)

        expect(item.get_by_test_id("approval-approve")).to_be_disabled()
        expect(item.get_by_test_id("approval-refusal")).to_have_text("admin may decide.")
        expect(other.get_by_test_id("nav-count")).to_have_count(0)


def test_a_decision_is_made_in_the_inbox_with_a_comment(page: Page, admin: Api, waiting: str) -> None:
    page.goto("/approvals")
    settled(page)
    item = page.get_by_test_id("approval").filter(has_text=waiting)
    accessible(page, f"approvals, {page.scheme}")
    fits(page)
    picture(page, f"approvals-{page.scheme}")
    item.get_by_test_id("approval-approve").click()
    expect(page.get_by_test_id("decide-confirm")).to_have_text("Approve, and let 5 targets go on")
    page.get_by_test_id("decide-comment").fill("seen the tests")
    accessible(page, f"decision, {page.scheme}")
    page.get_by_test_id("decide-confirm").click()

    expect(item).to_have_count(0)
    assert admin.finished(waiting)["state"] == "failed"
    page.get_by_test_id("tab-approved").click()
    expect(page.get_by_test_id("approval").filter(has_text=waiting)).to_contain_text("seen the tests")


def test_a_target_shows_its_values_its_loop_what_was_skipped_and_what_was_undone(page: Page, waiting: str) -> None:
    page.goto(f"/runs/{waiting}?branch=2&panel=steps")
    settled(page)
    steps = page.get_by_test_id("branch-step")

    expect(steps.first.get_by_test_id("step-values")).to_contain_text("version = 1.2.3")
    expect(steps.nth(1)).to_contain_text("3 of 3 items")
    expect(steps.nth(2)).to_contain_text("Its condition does not hold")
    expect(steps.nth(5)).to_contain_text("build (rollback)")
    page.get_by_test_id("branch-why").click()
    expect(page.get_by_test_id("why")).to_contain_text("exit code 3")
    accessible(page, f"steps of a target, {page.scheme}")
    fits(page)
    picture(page, f"run-steps-{page.scheme}")


def test_a_failed_run_is_resumed_after_showing_what_stays(page: Page, admin: Api, fleet: Fleet) -> None:
    kept = admin.post("/api/jobs", {"definition": {
        "name": f"resumed {page.scheme}", "targets": fleet.filter,
        "steps": [{"name": "first", "command": "echo first"}, {**STEPS[4], "name": "second"}]}})
    serial = start(admin, kept)
    assert admin.finished(serial)["state"] == "failed"
    page.goto(f"/runs/{serial}")
    settled(page)
    resume = page.get_by_test_id("run-resume")
    expect(resume).to_have_text("Resume from the failed step (2 targets)")
    resume.click()
    preview = page.get_by_test_id("resume-preview")
    expect(preview).to_contain_text("Stays: 1 first")
    expect(preview).to_contain_text("Goes on with: 2 second")
    accessible(page, f"resume dialog, {page.scheme}")
    picture(page, f"run-resume-{page.scheme}")
    page.get_by_test_id("resume-confirm").click()

    expect(page.get_by_text(f"resumed after {serial}")).to_be_visible()
    expect(page.get_by_test_id("matrix-target")).to_have_count(2)


def test_a_rollout_that_paused_says_why_and_goes_on(page: Page, admin: Api, fleet: Fleet) -> None:
    careful = admin.post("/api/jobs", {"definition": {
        "name": f"careful {page.scheme}", "targets": fleet.filter,
        "rollout": {"canary": "1", "max_failures": "0", "on_too_many_failures": "pause"},
        "steps": [{"name": "try", "command": 'set -- $SSH_CONNECTION; case "$3" in *.2) exit 1;; esac; echo done'}]}})
    serial = start(admin, careful)
    page.goto(f"/runs/{serial}")
    hold = page.get_by_test_id("run-hold")
    expect(hold).to_have_attribute("data-reason", "failures")
    expect(page.get_by_test_id("run-released")).to_have_text("1 of 5 released")
    accessible(page, f"paused rollout, {page.scheme}")
    fits(page)
    picture(page, f"run-paused-{page.scheme}")
    page.get_by_test_id("run-proceed").click()

    assert admin.finished(serial)["counts"]["succeeded"] == 4
    expect(page.get_by_test_id("execution-state")).to_have_attribute("data-state", "failed")
    expect(hold).to_have_count(0)


def test_a_run_begins_as_planned_or_not_at_all(page: Page, admin: Api, fleet: Fleet) -> None:
    steps = [*STEPS[:3], {"name": "other machines", "command": "echo other", "only_on": "name = nobody"}]
    planned = admin.post("/api/jobs", {"definition": {
        "name": f"planned {page.scheme}", "targets": fleet.filter, "rollout": {"canary": "2"}, "steps": steps}})
    page.goto(f"/jobs/{planned['serial']}?dialog=run")
    page.get_by_test_id("run-plan").click()
    plan = page.get_by_test_id("plan")
    expect(plan).to_contain_text("Nothing stands in the way")
    expect(plan).to_contain_text("2, then 3")
    plan.get_by_test_id("plan-target").first.locator("summary").click()
    expect(plan).to_contain_text("echo version 1.2.3")
    expect(plan).to_contain_text(re.compile("Skipped\\s*4 other machines"))
    accessible(page, f"plan, {page.scheme}")
    picture(page, f"run-plan-{page.scheme}")

    admin.put(f"/api/jobs/{planned['id']}", {"definition": {**planned["definition"], "description": "Another version."}})
    page.get_by_test_id("run-start").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_test_id("run-plan").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    # While it looks again the old plan stays.
    expect(page.get_by_test_id("run-plan")).to_be_enabled()
    page.get_by_test_id("run-start").click()
    expect(page.get_by_test_id("execution-state")).to_have_attribute("data-state", "succeeded")


def test_a_run_is_held_up_by_a_lock_paused_and_let_go_on(page: Page, admin: Api, fleet: Fleet) -> None:
    lock = f"lock-{page.scheme}"
    gate = {"name": "gate", "approval": {"message": "Enough?"}}
    locked = admin.post("/api/jobs", {"definition": {
        "name": f"locked {page.scheme}", "targets": fleet.filter, "locks": [lock], "steps": [gate]}})
    first = start(admin, locked)
    asked(admin, first, len(fleet.targets))
    page.goto(f"/jobs/{locked['serial']}?dialog=run")
    expect(page.get_by_test_id("run-count")).to_contain_text("5 targets")
    page.get_by_test_id("priority").select_option("urgent")
    page.get_by_test_id("run-start").click()
    expect(page.get_by_test_id("run-hold")).to_contain_text(f"the lock {lock}")
    expect(page.get_by_text("Urgent priority")).to_be_visible()
    second = re.sub(r".*/", "", page.url)

    page.goto("/queue")
    settled(page)
    row = page.get_by_test_id("queue-row").filter(has_text=second)
    expect(row).to_contain_text("Held up")
    expect(row).to_contain_text("Urgent")
    accessible(page, f"queue, {page.scheme}")
    fits(page)
    picture(page, f"queue-{page.scheme}")
    page.get_by_test_id("tab-workers").click()
    expect(page.get_by_test_id("worker-row").first).to_contain_text("Ready")
    accessible(page, f"workers, {page.scheme}")
    fits(page)
    picture(page, f"workers-{page.scheme}")

    page.goto(f"/runs/{second}")
    page.get_by_test_id("run-hold-up").click()
    page.get_by_test_id("pause-reason").fill("lunch")
    accessible(page, f"pause dialog, {page.scheme}")
    page.get_by_test_id("pause-confirm").click()
    expect(page.get_by_test_id("run-hold")).to_contain_text("lunch")
    page.get_by_test_id("run-proceed").click()
    expect(page.get_by_test_id("run-hold")).to_have_attribute("data-reason", "lock")

    admin.post(f"/api/executions/{first}/approvals/1", {"decision": "reject"})
    expect(page.get_by_test_id("approval")).to_contain_text("Enough?")
    page.get_by_test_id("approval-reject").click()
    page.get_by_test_id("decide-confirm").click()
    expect(page.get_by_test_id("execution-state")).to_have_attribute("data-state", "failed")
