"""Health and discovery in a real browser: a machine that stops, its trace, policies; a range, a scan, its findings, targets made of them."""
import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harness.api import PASSWORD, Api
from harness.browser import accessible, fits, launch, picture, settled, sign_in, watched
from harness.fleet import add_key_credential, add_target, pin_after_test
from harness.sshd import Sshd
from harness.waiting import until


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
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A machine that the test stops."""
    server = Sshd(tmp_path_factory.mktemp("browser-health"), ["127.0.5.1"]).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def target(admin: Api, machine: Sshd) -> dict:
    """The machine as a target."""
    name = f"h{uuid.uuid4().hex[:6]}"
    credential = add_key_credential(admin, machine, f"{name}-key")
    made = add_target(admin, name, "127.0.5.1", machine.port, credential, environment=name)
    pin_after_test(admin, name)
    return made


def test_a_policy_is_made_and_counts_before_the_default(page: Page, target: dict) -> None:
    page.goto("/settings/health")
    settled(page)
    page.get_by_test_id("health-policy-add").click()
    page.get_by_test_id("policy-name").fill(target["name"])
    page.get_by_test_id("policy-filter").fill(f"environment = {target['name']}")
    page.get_by_test_id("policy-interval_seconds").fill("1")
    page.get_by_test_id("policy-fail_threshold").fill("1")
    page.get_by_test_id("policy-recover_threshold").fill("1")
    page.get_by_test_id("policy-save").click()
    expect(page.get_by_test_id("policy-interval_seconds")).to_have_attribute("aria-invalid", "true")
    page.get_by_test_id("policy-interval_seconds").fill("5")
    accessible(page, "health policy")
    page.get_by_test_id("policy-save").click()
    policies = page.get_by_test_id("health-policy")
    expect(policies.filter(has_text=target["name"])).to_contain_text("Every 5 s")
    expect(policies.last).to_contain_text("all other targets")
    accessible(page, "health policies")
    picture(page, "health-policies")


def test_a_machine_that_stops_is_critical_and_says_why(page: Page, admin: Api, machine: Sshd, target: dict) -> None:
    def policies() -> list[str]:
        return [method["policy"] for method in admin.get(f"/api/targets/{target['id']}/health")["methods"]]

    until(lambda: policies() == [target["name"]], 60, "the target being checked by its policy")
    page.goto(f"/targets/{target['serial']}?tab=health")
    settled(page)
    now = page.get_by_test_id("health-now")
    page.get_by_test_id("health-check").click()
    expect(now).to_have_attribute("data-state", "healthy")
    machine.stop()
    page.get_by_test_id("health-check").click()
    expect(now).to_have_attribute("data-state", "critical")
    expect(now).to_contain_text("refused")
    expect(page.get_by_test_id("stage-tcp")).to_contain_text("Failed")
    accessible(page, "health of a target")
    fits(page)
    picture(page, "target-health")

    page.goto(f"/targets?filter=name+%3D+{target['name']}")
    settled(page)
    expect(page.get_by_test_id("target-row")).to_contain_text("Critical")
    accessible(page, "targets with health")
    picture(page, "targets-health")
    page.goto("/")
    settled(page)
    expect(page.get_by_test_id("health-overview").get_by_role("link", name=re.compile("critical")).first).to_be_visible()
    accessible(page, "overview with health")
    picture(page, "overview-health")
    page.get_by_test_id("health-overview").get_by_role("link", name=re.compile("critical")).first.click()
    expect(page.get_by_test_id("target-row").filter(has_text=target["name"])).to_contain_text("Critical")


def test_a_range_is_allowed_scanned_reviewed_and_imported(page: Page, admin: Api, tmp_path_factory: pytest.TempPathFactory) -> None:
    sshd = Sshd(tmp_path_factory.mktemp("browser-discovery"), ["127.0.6.1", "127.0.6.2"]).start()
    name = f"r{uuid.uuid4().hex[:6]}"
    try:
        page.goto("/targets/discovery")
        settled(page)
        page.get_by_test_id("range-add").first.click()
        page.get_by_test_id("range-name").fill(name)
        page.get_by_test_id("range-cidr").fill("127.0.6.0/30")
        page.get_by_label("Ports").fill(str(sshd.port))
        page.get_by_test_id("range-save").click()
        expect(page.get_by_role("alert")).to_contain_text("127.0.6.0/30")
        page.get_by_text("How fast").click()
        page.get_by_test_id("range-local").check()
        accessible(page, "range")
        picture(page, "discovery-range")
        page.get_by_test_id("range-save").click()
        page.get_by_test_id("scan-start").click()
        page.get_by_test_id("scan-range").select_option(label=f"{name} (127.0.6.0/30)")
        page.get_by_test_id("scan-confirm").click()

        page.goto(f"/targets/discovery?range={name}&search=127.0.6.")
        rows = page.get_by_test_id("finding-row")
        first = rows.filter(has_text="127.0.6.1")
        expect(first).to_contain_text("ssh", timeout=60_000)
        expect(first).to_contain_text("New")
        first.get_by_test_id("finding-open").click()
        expect(page.get_by_test_id("finding-evidence").get_by_role("listitem").first).to_be_visible()
        expect(page.get_by_text("SHA256:").first).to_be_visible()
        accessible(page, "found host")
        picture(page, "discovery-host")
        page.keyboard.press("Escape")
        accessible(page, "discovery")
        fits(page)
        picture(page, "discovery")

        first.get_by_role("checkbox").check()
        page.get_by_test_id("findings-import").click()
        page.get_by_test_id("import-environment").fill(name)
        outlook = page.get_by_test_id("import-outlook")
        expect(outlook).to_contain_text("1 new target")
        outlook.get_by_role("textbox").fill(f"{name}-one")
        expect(outlook.get_by_placeholder(f"{name}-one")).to_be_visible()
        accessible(page, "import of found hosts")
        picture(page, "discovery-import")
        page.get_by_test_id("import-confirm").click()
        expect(first).to_contain_text(f"{name}-one")
        assert admin.get(f"/api/targets/{name}-one")["environment"] == name
        page.goto("/targets/discovery?view=scans")
        settled(page)
        expect(page.get_by_test_id("scan-row").filter(has_text=name).first).to_contain_text("Completed")
        accessible(page, "scans")
    finally:
        sshd.stop()
