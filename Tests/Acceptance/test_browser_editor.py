"""The job editor in a real browser: everything that a workflow is made of, in form, YAML and graph."""
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from harness.api import PASSWORD, Api
from harness.browser import SCHEMES, accessible, fits, launch, picture, settled, sign_in, watched
from harness.fleet import Fleet

STEPS: list[dict[str, Any]] = [
    {
        "name": "build", "command": "echo version 1.2.3", "repeatable": True, "rollback": {"script": {"text": "echo undone"}},
        "outputs": {"version": {"pattern": "version (.*)"}, "all": {"take": "lines"}, "json": {"json": ".", "optional": True}},
    },
    {"name": "tests", "needs": [], "for_each": ["a", 2], "command": "echo {{ item }}", "on_failure": "ignore"},
    {"name": "gate", "needs": ["build", "tests"], "join": "any", "approval": {"approvers": ["admin"], "timeout_seconds": 60}},
    {"name": "help", "command": "echo help", "needs": ["build"], "runs": "failure", "only_on": "name != none"},
]
CONTROL = {"concurrency": "queue", "locks": ["db"], "priority": "high", "rollout": {"canary": "1", "max_failures": "10%"}}


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


def write_first_step(page: Page) -> None:
    """Fills in a step with a value for later steps and a rollback."""
    page.get_by_test_id("step-name").fill("build")
    page.get_by_test_id("step-command").fill("echo version 7")
    page.get_by_test_id("step-outputs").locator("summary").click()
    page.get_by_test_id("output-add").click()
    page.get_by_test_id("output-name").fill("version")
    page.get_by_test_id("output-text").fill("version (.*)")
    page.get_by_test_id("step-rollback").locator("summary").click()
    page.get_by_test_id("rollback-kind").select_option("command")
    page.get_by_test_id("rollback-text").fill("echo undo")


def add_step(page: Page, name: str) -> Locator:
    """Adds a step that waits for steps of one's choice; returns its form."""
    page.get_by_test_id("step-add").click()
    step = page.get_by_test_id("step").last
    step.get_by_test_id("step-name").fill(name)
    step.get_by_test_id("step-command").fill(f"echo {name}")
    step.get_by_test_id("step-flow").locator("summary").click()
    step.get_by_test_id("step-waits").select_option("these")
    return step


def add_gate(page: Page) -> None:
    """Adds a decision of a person."""
    page.get_by_test_id("step-add").click()
    gate = page.get_by_test_id("step").last
    gate.get_by_test_id("step-kind").select_option("approval")
    gate.get_by_test_id("approval-message").fill("Really?")
    gate.get_by_test_id("approval-approvers").fill("admin")
    gate.get_by_test_id("approval-timeout").fill("60")
    gate.get_by_test_id("approval-then").select_option("approve")
    gate.get_by_test_id("approval-other").check()


def write_control(page: Page) -> None:
    """Says how runs get along and how they go through their targets."""
    page.get_by_test_id("job-control").locator("summary").click()
    page.get_by_test_id("job-concurrency").select_option("queue")
    page.get_by_test_id("priority").select_option("high")
    page.get_by_test_id("job-locks").fill("database")
    page.get_by_test_id("job-rollout").locator("summary").click()
    page.get_by_test_id("rollout-canary").fill("1")
    page.get_by_test_id("rollout-batch").fill("25%")
    page.get_by_test_id("rollout-max_failures").fill("2")
    page.get_by_test_id("rollout-then").select_option("pause")


def test_the_form_writes_everything_that_a_workflow_is_made_of(page: Page) -> None:
    page.goto("/jobs/new")
    settled(page)
    page.get_by_test_id("job-name").fill("written in the form")
    write_first_step(page)
    left = add_step(page, "left")
    left.get_by_test_id("step-loop").select_option("list")
    left.get_by_test_id("step-items").fill("one\ntwo\n3")
    right = add_step(page, "right")
    right.get_by_test_id("needs-1").check()
    right.get_by_test_id("needs-2").uncheck()
    right.get_by_test_id("step-when").fill("steps.build.outputs.version == '7'")
    right.get_by_test_id("step-only-on").fill("name = fleet01")
    right.get_by_test_id("step-failure").select_option("ignore")
    last = add_step(page, "last")
    last.get_by_test_id("needs-2").check()
    last.get_by_test_id("step-join").select_option("any")
    last.get_by_test_id("step-runs").select_option("always")
    add_gate(page)
    write_control(page)

    expect(page.get_by_test_id("job-check")).to_have_text("Everything is right")
    for line in (
        "concurrency: queue", "locks: [database]", "priority: high", 'canary: "1"', "batch: 25%", 'max_failures: "2"',
        "on_too_many_failures: pause", "pattern: version (.*)", "command: echo undo", "join: any", "runs: always",
        "on_failure: ignore", "message: Really?", "other_person: true", "on_timeout: approve", "for_each: [one, two, 3]",
    ):
        expect(page.get_by_test_id("job-yaml")).to_have_value(re.compile(re.escape(line)))
    expect(page.get_by_test_id("graph-node")).to_have_count(5)
    expect(page.get_by_role("link", name="Step 4, last: command, in any case; waits for left or right")).to_be_visible()
    accessible(page, f"job form with everything, {page.scheme}")
    fits(page)
    picture(page, f"job-form-workflow-{page.scheme}")


def test_a_mistake_in_an_expression_and_in_a_circle_stands_at_its_field(page: Page) -> None:
    page.get_by_test_id("step").nth(2).get_by_test_id("step-when").fill("steps.nobody.state ==")
    expect(page.get_by_test_id("step").nth(2).locator(".field-error").first).to_be_visible()
    expect(page.get_by_test_id("job-save")).to_be_disabled()

    page.get_by_test_id("step").nth(2).get_by_test_id("step-when").fill("")
    page.get_by_test_id("step").first.get_by_test_id("step-flow").locator("summary").click()
    page.get_by_test_id("step").first.get_by_test_id("step-waits").select_option("these")
    page.get_by_test_id("step").first.get_by_test_id("needs-4").check()

    expect(page.get_by_test_id("step").first.locator(".field-error").first).to_be_visible()
    expect(page.get_by_test_id("graph-node")).to_have_count(5)
    page.get_by_test_id("step").first.get_by_test_id("step-waits").select_option("before")
    expect(page.get_by_test_id("job-check")).to_have_text("Everything is right")


def test_what_is_folded_away_opens_where_it_is_wrong_and_stays_open_when_that_is_mended(page: Page) -> None:
    fold, batch = page.get_by_test_id("job-rollout"), page.get_by_test_id("rollout-batch")
    batch.fill("0%")
    expect(batch).to_have_attribute("aria-invalid", "true")
    batch.fill("25%")
    expect(page.get_by_test_id("job-check")).to_have_text("Everything is right")
    expect(fold).to_have_attribute("open", "")


def test_a_node_of_the_graph_leads_to_its_step_by_keyboard(page: Page) -> None:
    page.get_by_test_id("graph-node").nth(3).focus()
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("step").nth(3).get_by_test_id("step-name")).to_be_focused()
    page.get_by_test_id("step").nth(3).get_by_test_id("step-name").fill("final")
    expect(page.get_by_test_id("graph-node").nth(3)).to_contain_text("final")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Close").click()


def test_what_was_written_elsewhere_survives_a_change_in_the_form(page: Page, admin: Api, fleet: Fleet) -> None:
    job = admin.post("/api/jobs", {"definition": {"name": f"kept {page.scheme}", "targets": fleet.filter, "steps": STEPS, **CONTROL}})
    page.goto(f"/jobs/{job['serial']}/edit")
    settled(page)
    page.get_by_test_id("job-targets").fill("name = none")
    expect(page.get_by_test_id("job-save")).to_be_enabled()
    page.get_by_test_id("job-save").click()
    expect(page.get_by_test_id("job-run")).to_be_visible()
    expect(page.get_by_test_id("graph-node")).to_have_count(len(STEPS))

    definition = admin.get(f"/api/jobs/{job['serial']}")["definition"]
    assert definition == {"name": f"kept {page.scheme}", "targets": "name = none", "steps": STEPS, **CONTROL}
    accessible(page, f"job with a graph, {page.scheme}")
    fits(page)
    picture(page, f"job-workflow-{page.scheme}")
