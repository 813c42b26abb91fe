"""The audit log in a real browser: who did what, how it was before, the history of a thing, the proof that nobody changed the record."""
import base64
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harness.api import PASSWORD, Api
from harness.browser import NARROW, WIDE, accessible, fits, launch, picture, settled, sign_in, watched
from harness.fleet import Fleet
from harness.waiting import until

LONG = "a-name-that-goes-on-and-on-" + "x" * 80


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def job(admin: Api, fleet: Fleet) -> dict[str, str]:
    """A job that was changed once, so that its history has two entries; both are in the log."""
    definition = {"name": "audited", "targets": fleet.one(), "steps": [{"name": "say", "command": "echo one\necho two"}]}
    made = admin.post("/api/jobs", {"definition": definition})
    definition = {**definition, "description": "Says more.", "steps": [{"name": "say", "command": "echo one\necho three"}]}
    admin.put(f"/api/jobs/{made['id']}", {"definition": definition, "version": made["version"]})
    until(lambda: len(entries(admin, kind="job", object=made["id"])) == 2, 20, "the two entries of the job")
    return made


@pytest.fixture(scope="module")
def page(browser: Browser, installation, job: dict[str, str]) -> Iterator[Page]:
    """A page in which the administrator signed in."""
    with watched(browser, installation.server.base, accept_downloads=True) as signed_in:
        sign_in(signed_in, "admin", PASSWORD)
        yield signed_in


def entries(api: Api, **conditions: str) -> list[dict[str, object]]:
    """What the log has."""
    return api.get("/api/audit", **conditions)["items"]


def query(page: Page) -> dict[str, str]:
    """What the address says."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_an_entry_shows_who_did_what_and_each_field_that_changed(page: Page, job: dict[str, str]) -> None:
    page.goto(f"/audit?kind=job&object={job['id']}&action=job.updated")
    settled(page)
    row = page.get_by_test_id("audit-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("admin")
    expect(row).to_contain_text("127.0.0.1")
    row.get_by_test_id("audit-open").click()

    entry = page.get_by_test_id("audit-entry")
    expect(entry).to_be_visible()
    expect(entry).to_contain_text("number")
    command = entry.get_by_test_id("change").filter(has_text="command")
    expect(command.locator(".diff-removed")).to_contain_text("echo two")
    expect(command.locator(".diff-added")).to_contain_text("echo three")
    expect(entry.get_by_test_id("change").filter(has_text="description")).to_contain_text("Says more.")
    accessible(page, "entry of the audit log")
    picture(page, "audit-entry")
    entry.get_by_test_id("changes-view-text").check()
    expect(entry.get_by_test_id("diff")).to_contain_text("Says more.")
    assert "entry" in query(page)
    page.keyboard.press("Escape")
    expect(entry).to_have_count(0)
    assert "entry" not in query(page)


def test_an_entry_has_a_page_of_its_own_and_leads_to_what_belongs_together(page: Page, admin: Api, job: dict[str, str]) -> None:
    [updated] = entries(admin, kind="job", object=job["id"], action="job.updated")
    page.goto(f"/audit/{updated['id']}")
    settled(page)
    accessible(page, "page of an entry")
    page.get_by_test_id("entry-request").click()
    settled(page)
    assert query(page)["request_id"] == updated["request_id"]
    expect(page.get_by_test_id("audit-row")).to_have_count(len(entries(admin, request_id=str(updated["request_id"]))))
    page.go_back()
    page.get_by_test_id("entry-history").click()
    settled(page)
    expect(page.get_by_test_id("audit-row")).to_have_count(2)
    page.get_by_test_id("audit-row").first.get_by_role("link", name="audited").click()
    expect(page.get_by_role("heading", name="audited", exact=True)).to_be_visible()


def test_conditions_live_in_the_address_and_are_taken_away_one_by_one(page: Page, job: dict[str, str]) -> None:
    page.goto("/audit")
    settled(page)
    page.get_by_test_id("audit-kind").fill("job")
    page.get_by_test_id("audit-object").fill("audited")
    page.get_by_test_id("audit-actor").fill("admin")
    page.get_by_test_id("audit-span").select_option("24h")
    expect(page.get_by_test_id("audit-row")).to_have_count(2)
    expect(page.get_by_test_id("audit-chip")).to_have_count(4)
    assert query(page) == {"kind": "job", "object": "audited", "actor": "admin", "span": "24h"}
    accessible(page, "filtered audit log")
    fits(page)
    picture(page, "audit-filtered")

    page.reload()
    expect(page.get_by_test_id("audit-object")).to_have_value("audited")
    expect(page.get_by_test_id("audit-row")).to_have_count(2)
    page.get_by_test_id("audit-action").fill("job.created")
    expect(page.get_by_test_id("audit-row")).to_have_count(1)
    page.get_by_role("button", name="Take away Action: job.created").click()
    expect(page.get_by_test_id("audit-row")).to_have_count(2)
    page.get_by_test_id("audit-actor").fill("nobody-of-this-name")
    expect(page.get_by_text("No entry fits")).to_be_visible()
    page.get_by_role("button", name="Show everything").click()
    expect(page.get_by_test_id("audit-chip")).to_have_count(0)


def test_times_are_chosen_and_kept_apart_from_spans(page: Page, job: dict[str, str]) -> None:
    page.goto("/audit?span=24h&kind=job")
    settled(page)
    page.get_by_test_id("audit-span").select_option("custom")
    page.get_by_test_id("audit-until").fill("2001-01-01T00:00")

    expect(page.get_by_text("No entry fits")).to_be_visible()
    assert query(page)["until"].startswith(("2000-12-31", "2001-01-01")) and "span" not in query(page)
    page.get_by_test_id("audit-since").fill("2002-01-01T00:00")
    expect(page.get_by_role("alert")).to_contain_text("times")


def test_the_history_of_a_thing_is_on_its_own_page(page: Page, admin: Api, job: dict[str, str], fleet: Fleet) -> None:
    run = admin.finished(admin.run("echo audited", fleet.one()))
    until(lambda: entries(admin, kind="execution", object=run["id"], action="execution.ended"), 20, "the entry of the end")
    target = fleet.targets[0]
    for place, least in ((f"/jobs/{job['serial']}", 2), (f"/targets/{target['serial']}", 1), (f"/runs/{run['serial']}", 2)):
        page.goto(place)
        settled(page)
        page.get_by_test_id("tab-history").click()
        expect(page.get_by_test_id("audit-row").nth(least - 1)).to_be_visible()
        accessible(page, f"history on {place}")
        fits(page)
    picture(page, "run-history")
    page.get_by_test_id("audit-open").first.click()
    expect(page.get_by_test_id("audit-entry")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_test_id("history-audit").click()
    settled(page)
    assert query(page) == {"kind": "execution", "object": run["id"]}

    page.goto("/credentials")
    settled(page)
    page.get_by_role("link", name=f"History of {fleet.tag}-key").click()
    expect(page.get_by_test_id("audit-row").filter(has_text="credential.created")).to_have_count(1)
    page.goto("/settings/users")
    page.get_by_test_id("user-actions").first.click()
    page.get_by_role("menuitem", name="What they did").click()
    expect(page.get_by_test_id("audit-chip")).to_contain_text("Who")


def test_everything_is_verified_while_one_looks(page: Page, admin: Api, job: dict[str, str]) -> None:
    until(lambda: admin.get("/api/audit/heads")["items"], 90, "the first signed head")
    page.goto("/audit/chains")
    settled(page)
    expect(page.get_by_test_id("chain").filter(has_text="jobs")).to_be_visible()
    page.get_by_test_id("audit-verify").click()

    verdict = page.get_by_test_id("verify-verdict")
    expect(verdict).to_have_attribute("data-faults", "0")
    expect(verdict).to_contain_text("as written")
    accessible(page, "verified chains")
    fits(page)
    picture(page, "audit-verified")


def test_a_head_kept_elsewhere_that_does_not_fit_is_a_fault(page: Page, admin: Api) -> None:
    [head, *_] = admin.get("/api/audit/heads")["items"]
    page.goto("/audit/chains")
    settled(page)
    page.get_by_text("Heads that were kept elsewhere").click()
    page.get_by_test_id("verify-heads").fill("{nonsense")
    page.get_by_test_id("audit-verify").click()
    expect(page.get_by_text("Line 1 is no JSON.")).to_be_visible()
    page.get_by_test_id("verify-heads").fill(json.dumps(head))
    page.get_by_test_id("audit-verify").click()
    expect(page.get_by_test_id("verify-verdict")).to_have_attribute("data-faults", "0")

    forged = {**head, "signature": base64.b64encode(bytes(64)).decode()}
    page.get_by_test_id("verify-heads").fill(json.dumps([head, forged]))
    page.get_by_test_id("audit-verify").click()
    expect(page.get_by_test_id("fault")).to_contain_text("Head is not ours")
    expect(page.get_by_test_id("verify-verdict")).to_have_attribute("data-faults", "1")
    accessible(page, "faults of a chain")
    picture(page, "audit-faults")


def test_entries_are_exported_as_they_are_filtered(page: Page, tmp_path: Path, job: dict[str, str]) -> None:
    page.goto(f"/audit?kind=job&object={job['id']}")
    settled(page)
    with page.expect_download() as lines:
        page.get_by_test_id("audit-export-jsonl").click()
    lines.value.save_as(tmp_path / "audit.jsonl")
    exported = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    assert len(exported) == 2 and all("job." in json.dumps(one) for one in exported)
    with page.expect_download() as table:
        page.get_by_test_id("audit-export-csv").click()
    table.value.save_as(tmp_path / "audit.csv")
    rows = list(csv.DictReader((tmp_path / "audit.csv").read_text().splitlines()))
    assert sorted(row["action"] for row in rows) == ["job.created", "job.updated"]


def test_the_evidence_of_a_run_is_saved_from_its_page(page: Page, admin: Api, fleet: Fleet, tmp_path: Path) -> None:
    run = admin.finished(admin.run("echo proof-of-work", fleet.one()))
    page.goto(f"/runs/{run['serial']}")
    for choice, has_output in (("evidence-hashes", False), ("evidence-outputs", True)):
        page.get_by_test_id("run-evidence").click()
        with page.expect_download() as saved:
            page.get_by_test_id(choice).click()
        saved.value.save_as(tmp_path / choice)
        content = (tmp_path / choice).read_bytes()
        assert run["serial"].encode() in content
        assert (b"proof-of-work\\n" in content or base64.b64encode(b"proof-of-work\n") in content) == has_output


def test_a_name_without_end_breaks_nothing(page: Page, admin: Api) -> None:
    made = admin.post("/api/targets", {"name": LONG, "connections": [{"kind": "ssh", "host": "192.0.2.1"}]})
    until(lambda: entries(admin, kind="target", object=made["id"]), 20, "the entry of the target")
    page.goto(f"/audit?kind=target&object={LONG}")
    settled(page)
    expect(page.get_by_test_id("audit-row")).to_have_count(1)
    fits(page)
    picture(page, "audit-long")


def test_rows_are_reached_by_keyboard(page: Page, job: dict[str, str]) -> None:
    page.goto(f"/audit?kind=job&object={job['id']}")
    settled(page)
    expect(page.get_by_test_id("audit-row")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_test_id("audit-open").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("audit-entry")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Notifications", exact=True)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("l")
    expect(page.get_by_role("heading", name="Audit", exact=True)).to_be_visible()


def test_a_telephone_reaches_every_place(page: Page) -> None:
    page.goto("/")
    page.set_viewport_size(NARROW)
    settled(page)
    main = page.get_by_role("navigation", name="Main")
    expect(main.get_by_role("link", name="Audit")).to_have_count(0)
    page.get_by_test_id("nav-more").click()
    accessible(page, "more places")
    main.get_by_role("link", name="Audit").click()
    expect(page.get_by_role("heading", name="Audit", exact=True)).to_be_visible()
    expect(main.get_by_role("link", name="Audit")).to_have_count(0)
    page.set_viewport_size(WIDE)


def test_who_may_not_read_the_log_sees_nothing_of_it(browser: Browser, installation, operator: Api, job: dict[str, str]) -> None:
    with watched(browser, installation.server.base) as page:
        sign_in(page, "olga", PASSWORD)
        expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Audit")).to_have_count(0)
        for place in ("/audit", "/audit/chains", "/audit/whatever"):
            page.goto(place)
            expect(page.get_by_text("You may not read the audit log")).to_be_visible()
        page.goto(f"/jobs/{job['serial']}")
        settled(page)
        expect(page.get_by_test_id("tab-history")).to_have_count(0)
