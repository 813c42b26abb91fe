"""Webhooks and rules about events in a real browser: written in forms, tried with what came, and watched at work."""
import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harness.api import PASSWORD, Api
from harness.browser import accessible, fits, launch, picture, settled, sign_in, watched


@pytest.fixture(scope="module")
def page(installation) -> Iterator[Page]:
    """A page in which the administrator signed in."""
    with sync_playwright() as playwright:
        browser: Browser = launch(playwright)
        with watched(browser, installation.server.base) as signed_in:
            sign_in(signed_in, "admin", PASSWORD)
            yield signed_in
        browser.close()


@pytest.fixture(scope="module")
def job(admin: Api) -> dict:
    """A job on this machine itself that fails when it is told to."""
    name = f"e{uuid.uuid4().hex[:6]}"
    target = admin.post("/api/targets", {"name": f"{name}-here", "connections": [{"kind": "local"}]})
    return admin.post("/api/jobs", {"definition": {
        "name": name, "targets": f"name = {target['name']}",
        "parameters": [
            {"name": "branch", "type": "string", "required": True},
            {"name": "level", "type": "choice", "choices": ["low", "high"], "default": "low"},
        ],
        "steps": [{"name": "say", "command": "test {{ parameters.branch }} != broken"}]}})


def send(address: str, secret: str, body: dict) -> requests.Response:
    """Sends a message as GitHub does."""
    data = json.dumps(body).encode()
    code = hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={code}", "X-GitHub-Delivery": str(uuid.uuid4())}
    return requests.post(address, data=data, headers=headers, timeout=60)


@pytest.fixture(scope="module")
def hook(page: Page, admin: Api, job: dict) -> dict:
    """A webhook that was made in the form, with the secret that was shown."""
    name = job["definition"]["name"]
    page.goto(f"/schedules/webhooks/new?job={job['serial']}")
    settled(page)
    page.get_by_test_id("webhook-save").click()
    expect(page.get_by_text("Give it a name, so that others know what it is.")).to_be_visible()
    page.get_by_test_id("webhook-name").fill(f"{name} push")
    page.get_by_test_id("webhook-filter").fill('body.repository == "shop"')
    row = page.get_by_test_id("mapping-branch")
    row.get_by_label("Where branch comes from").select_option("from")
    row.get_by_label("Path of branch").fill("body.branch")
    row = page.get_by_test_id("mapping-level")
    row.get_by_label("Where level comes from").select_option("value")
    row.get_by_label("Value of level").select_option("high")
    page.get_by_test_id("try-body").fill('{"repository": "shop", "branch": "main"}')
    tried = page.get_by_test_id("tried")
    expect(tried).to_contain_text("It would start a run")
    expect(tried.get_by_role("listitem").filter(has_text="branch")).to_contain_text("main")
    page.get_by_test_id("try-body").fill('{"repository": "blog", "branch": "main"}')
    expect(tried).to_contain_text("It would be ignored")
    page.get_by_test_id("try-body").fill('{"repository": "shop"')
    expect(page.get_by_text("This is not JSON.")).to_be_visible()
    accessible(page, "webhook editor")
    picture(page, "webhook-editor")
    page.get_by_test_id("webhook-save").click()
    secret = page.get_by_test_id("webhook-secret").inner_text().splitlines()[0].strip()
    accessible(page, "secret of a webhook")
    picture(page, "webhook-secret")
    page.get_by_test_id("secret-done").click()
    expect(page.get_by_role("heading", name=f"{name} push")).to_be_visible()
    assert secret not in page.content()
    webhook = admin.get(f"/api/schedules/webhooks/{name} push")
    return {**webhook, "secret": secret}


def test_messages_are_listed_with_what_became_of_them(page: Page, admin: Api, hook: dict) -> None:
    address = admin.base + hook["path"]
    receipt = send(address, hook["secret"], {"repository": "shop", "branch": "main"}).json()
    assert receipt["state"] == "started", receipt
    assert send(address, hook["secret"], {"repository": "blog", "branch": "main"}).json()["state"] == "ignored"
    page.goto(f"/schedules/webhooks/{hook['serial']}")
    settled(page)
    rows = page.get_by_test_id("delivery-row")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Started a run")).to_contain_text(receipt["execution"])
    expect(rows.filter(has_text="Ignored")).to_be_visible()
    accessible(page, "webhook")
    fits(page)
    picture(page, "webhook")

    rows.filter(has_text="Started a run").get_by_test_id("delivery-open").click()
    expect(page.get_by_test_id("delivery-body")).to_contain_text('"repository": "shop"')
    accessible(page, "message")
    picture(page, "webhook-message")


def test_a_recorded_message_tries_a_change(page: Page, hook: dict) -> None:
    page.get_by_role("link", name="Try changes with it").click()
    settled(page)
    tried = page.get_by_test_id("tried")
    expect(page.get_by_test_id("try-delivery")).not_to_have_value("")
    expect(tried).to_contain_text("It would start a run")
    page.get_by_test_id("webhook-filter").fill('body.branch == "release"')
    expect(tried).to_contain_text("It would be ignored")
    page.get_by_test_id("webhook-filter").fill('body.repository == "shop"')
    page.get_by_test_id("mapping-branch").get_by_label("Path of branch").fill("body.nothing")
    expect(tried).to_contain_text("It would be refused")
    accessible(page, "webhook editor with a recorded message")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Close", exact=True).first.click()


def test_a_new_secret_is_shown_once(page: Page, admin: Api, hook: dict) -> None:
    page.goto(f"/schedules/webhooks/{hook['serial']}")
    settled(page)
    page.get_by_test_id("webhook-rotate").click()
    page.get_by_test_id("rotate-confirm").click()
    fresh = page.get_by_test_id("webhook-secret").inner_text().splitlines()[0].strip()
    assert fresh != hook["secret"]
    page.get_by_test_id("secret-done").click()
    address = admin.base + hook["path"]
    for secret in (fresh, hook["secret"]):
        assert send(address, secret, {"repository": "shop", "branch": "main"}).status_code == 202


def test_a_rule_runs_a_job_when_a_run_fails(page: Page, admin: Api, job: dict) -> None:
    name = job["definition"]["name"]
    page.goto("/schedules/rules/new")
    settled(page)
    page.get_by_test_id("event-rule-name").fill(f"{name} repair")
    subject = page.get_by_placeholder("Any job")
    subject.click()
    subject.fill(name)
    page.get_by_role("option", name=re.compile(name)).first.click()
    page.get_by_test_id("schedule-job").click()
    page.get_by_test_id("schedule-job").fill(name)
    page.get_by_role("option", name=re.compile(name)).first.click()
    row = page.get_by_test_id("mapping-branch")
    row.get_by_label("Where branch comes from").select_option("value")
    row.get_by_label("Value of branch").fill("repaired")
    page.get_by_test_id("event-rule-targets").select_option("failed")
    page.get_by_test_id("event-when").fill("event.counts.failed >")
    page.get_by_test_id("event-rule-save").click()
    expect(page.get_by_test_id("event-when")).to_have_attribute("aria-invalid", "true")
    accessible(page, "rule editor with an error")
    picture(page, "event-rule-editor")
    page.get_by_test_id("event-when").fill("event.counts.failed > 0")
    page.get_by_test_id("event-rule-save").click()
    expect(page.get_by_role("heading", name=f"{name} repair")).to_be_visible()

    failed = admin.finished(admin.post(f"/api/jobs/{job['id']}/run", {"parameters": {"branch": "broken"}})["id"])
    assert failed["state"] == "failed"
    firing = page.get_by_test_id("firing-row").filter(has_text="Started a run")
    expect(firing).to_have_count(1, timeout=60_000)
    expect(firing.get_by_role("link", name=failed["serial"])).to_be_visible()
    accessible(page, "rule")
    fits(page)
    picture(page, "event-rule")
    page.goto("/schedules/rules")
    settled(page)
    expect(page.get_by_test_id("event-rule-row").filter(has_text=f"{name} repair")).to_contain_text("Started a run")
    accessible(page, "rules")
    picture(page, "event-rules")
