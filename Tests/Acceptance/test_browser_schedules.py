"""Schedules in a real browser: written in the form with the next runs in view, watched in the ledger, held up by calendars."""
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harness.api import PASSWORD, Api
from harness.browser import accessible, launch, picture, settled, sign_in, watched
from harness.timetable import Timetable
from harness.waiting import until


@pytest.fixture(scope="module")
def page(installation) -> Iterator[Page]:
    """A page in Berlin in which the administrator signed in."""
    with sync_playwright() as playwright:
        browser: Browser = launch(playwright)
        with watched(browser, installation.server.base, timezone_id="Europe/Berlin", locale="en-GB") as signed_in:
            sign_in(signed_in, "admin", PASSWORD)
            yield signed_in
        browser.close()


@pytest.fixture(scope="module")
def work(admin: Api) -> Timetable:
    """A job with parameters."""
    return Timetable.of(admin)


def test_a_schedule_is_written_with_its_next_runs_in_view(page: Page, admin: Api, work: Timetable) -> None:
    page.goto(f"/jobs/{work.job['serial']}?tab=schedules")
    settled(page)
    page.get_by_test_id("job-schedule-add").click()
    expect(page.get_by_test_id("schedule-job")).to_have_value(work.name)
    expect(page.get_by_test_id("preview-words")).to_contain_text("02:00")
    expect(page.get_by_test_id("instants").get_by_role("listitem")).to_have_count(10)

    page.get_by_test_id("schedule-save").click()
    expect(page.get_by_text("Give it a name, so that others know what it is.")).to_be_visible()
    expect(page.get_by_text("This run needs a value here.")).to_be_visible()
    page.get_by_test_id("builder-every").select_option("week")
    page.get_by_test_id("builder-weekdays").get_by_role("button", name="Friday").click()
    page.get_by_test_id("builder-time").fill("22:30")
    expect(page.get_by_test_id("builder-written")).to_have_text("30 22 * * MON,TUE,WED,THU")
    expect(page.get_by_test_id("preview-words")).to_contain_text("22:30")

    page.get_by_test_id("parameter-level").select_option("high")
    page.get_by_test_id("parameter-word").fill("hush-hush-secret")
    page.get_by_test_id("schedule-overlap").select_option("skip")
    page.get_by_test_id("schedule-name").fill(f"{work.name} evenings")
    accessible(page, "schedule editor")
    picture(page, "schedule-editor")
    page.get_by_test_id("schedule-save").click()
    expect(page.get_by_role("heading", name=f"{work.name} evenings")).to_be_visible()

    saved = admin.get(f"/api/schedules/{work.name} evenings")["definition"]
    assert saved["timing"] == {"cron": "30 22 * * MON,TUE,WED,THU", "zone": "Europe/Berlin"}
    assert saved["run"]["parameters"] == {"level": "high", "word": "•••"}
    assert saved["overlap"] == "skip"
    assert "hush-hush-secret" not in page.content()


def test_a_change_keeps_what_was_not_touched(page: Page, admin: Api, work: Timetable) -> None:
    page.get_by_test_id("schedule-edit").click()
    settled(page)
    expect(page.get_by_text("A value is kept; type to replace it.")).to_be_visible()
    expect(page.get_by_test_id("builder-time")).to_have_value("22:30")
    page.get_by_test_id("builder-interval").fill("2")
    expect(page.get_by_test_id("builder-written")).to_contain_text("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH")
    expect(page.get_by_test_id("instants").get_by_role("listitem")).to_have_count(10)
    page.get_by_test_id("schedule-save").click()
    expect(page.get_by_test_id("schedule-words")).to_be_visible()

    saved = admin.get(f"/api/schedules/{work.name} evenings")["definition"]
    assert saved["timing"]["rule"].startswith("FREQ=WEEKLY;INTERVAL=2")
    assert saved["run"]["parameters"]["word"] == "•••"


def test_mistakes_in_a_cron_expression_are_told_at_the_field(page: Page, work: Timetable) -> None:
    page.goto(f"/schedules/new?job={work.job['serial']}")
    settled(page)
    page.get_by_test_id("timing-cron").check()
    expect(page.get_by_test_id("timing-cron-text")).to_have_value("0 2 * * *")
    page.get_by_test_id("timing-cron-text").fill("0 99 * * *")

    field = page.get_by_test_id("timing-cron-text")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".field-error").first).to_contain_text("99")
    accessible(page, "schedule editor with an error")
    field.fill("*/20 8-9 * * *")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_test_id("instants").get_by_role("listitem").first).to_contain_text(re.compile(r"0[89]:[024]0"))
    page.get_by_test_id("zone").fill("Nowhere/Land")
    expect(page.get_by_text("No zone is called that.")).to_be_visible()
    page.get_by_test_id("zone").fill("Asia/Kolkata")
    expect(page.get_by_text("Clocks in Asia/Kolkata do not change in the next year.")).to_be_visible()


def test_a_change_of_clocks_shows_in_the_preview(page: Page, work: Timetable) -> None:
    page.goto(f"/schedules/new?job={work.job['serial']}")
    settled(page)
    page.get_by_test_id("builder-time").fill("02:30")
    page.get_by_test_id("timing-limits").get_by_text("Begin, end and how often").click()
    page.get_by_test_id("timing-start").fill("2027-03-27T00:00")
    instants = page.get_by_test_id("instants").get_by_role("listitem")
    expect(instants.nth(0)).to_contain_text("Sat 27 Mar 2027 02:30")
    expect(instants.nth(1)).to_contain_text("Sun 28 Mar 2027 03:00")
    expect(instants.nth(1)).to_contain_text("Clocks went forward, now +02:00")

    page.get_by_test_id("timing-skipped").select_option("skip")
    expect(instants.nth(1)).to_contain_text("Mon 29 Mar 2027 02:30")
    picture(page, "schedule-editor-clocks")


@pytest.fixture(scope="module")
def busy(admin: Api, work: Timetable) -> Iterator[dict]:
    """A schedule that runs its job each second; it is paused at the end."""
    schedule = work.busy(admin)
    yield schedule
    work.rest(admin, schedule)


def test_the_ledger_grows_and_leads_to_the_runs(page: Page, busy: dict) -> None:
    page.goto(f"/schedules/{busy['serial']}")
    settled(page)
    rows = page.get_by_test_id("occurrence-row")
    seen = rows.count()
    expect(rows.filter(has_text="Succeeded").first).to_be_visible()
    until(lambda: rows.count() > seen, 30, "a new line in the ledger")
    page.get_by_test_id("schedule-pause").click()
    expect(page.get_by_test_id("schedule-pause-confirm")).to_be_disabled()
    page.get_by_test_id("schedule-pause-reason").fill("The disks are being changed.")
    accessible(page, "pause a schedule")
    page.get_by_test_id("schedule-pause-confirm").click()
    expect(page.get_by_test_id("schedule-paused")).to_contain_text("The disks are being changed.")
    expect(page.get_by_test_id("schedule-state")).to_have_attribute("data-state", "paused")
    accessible(page, "paused schedule")
    picture(page, "schedule-paused")

    rows.filter(has_text="Succeeded").first.get_by_role("link").click()
    expect(page.get_by_test_id("execution-state")).to_have_attribute("data-state", "succeeded")
    expect(page.locator(".runhead-line")).to_contain_text(f"schedule {busy['serial']} (admin)")


def test_the_list_shows_what_became_of_the_latest_times(page: Page, busy: dict, work: Timetable) -> None:
    page.goto(f"/schedules?search={work.name}")
    settled(page)
    row = page.get_by_test_id("schedule-row").filter(has_text=f"{work.name} busy")
    expect(row.get_by_role("img")).to_have_attribute("aria-label", re.compile(r"^Last \d+: .*succeeded"))
    expect(row).to_contain_text("Paused")
    accessible(page, "schedules")
    page.get_by_test_id("schedules-state").select_option("paused")
    expect(page.get_by_test_id("schedule-row")).to_have_count(1)
    page.get_by_test_id("schedule-row").get_by_role("link", name=f"{work.name} busy").click()
    page.get_by_test_id("schedule-resume").click()
    expect(page.get_by_test_id("schedule-state")).to_have_attribute("data-state", "active")
    page.get_by_test_id("schedule-pause").click()
    page.get_by_test_id("schedule-pause-reason").fill("Enough.")
    page.get_by_test_id("schedule-pause-confirm").click()
    expect(page.get_by_test_id("schedule-state")).to_have_attribute("data-state", "paused")


def test_run_now_starts_from_what_the_schedule_says(page: Page, work: Timetable) -> None:
    page.goto(f"/schedules/{work.name} evenings")
    settled(page)
    page.get_by_test_id("schedule-run").click()
    expect(page.get_by_test_id("parameter-level")).to_have_value("high")
    expect(page.get_by_test_id("run-count")).to_contain_text("1 target")
    page.get_by_role("button", name="Close", exact=True).last.click()


def test_a_calendar_shows_its_closures_and_strikes_runs_out(page: Page, admin: Api, work: Timetable) -> None:
    page.goto("/schedules/calendars/new")
    settled(page)
    page.get_by_test_id("calendar-name").fill(f"{work.name} freeze")
    page.get_by_test_id("add-blackout").click()
    page.get_by_test_id("window-name").fill("Year end")
    page.get_by_test_id("window-firstDay").fill("2030-12-24")
    page.get_by_test_id("window-lastDay").fill("2031-01-02")
    page.get_by_test_id("add-blackout").click()
    last = page.get_by_test_id("window").last
    last.get_by_test_id("window-kind").select_option("rule")
    last.get_by_test_id("window-rule").fill("FREQ=MONTHLY;BYMONTHDAY=-1")
    last.get_by_test_id("window-start").fill("2026-01-31T00:00")
    expect(page.get_by_test_id("closures").get_by_role("listitem")).to_have_count(6)
    accessible(page, "calendar editor")
    picture(page, "calendar-editor")
    page.get_by_test_id("calendar-save").click()
    row = page.get_by_test_id("calendar-row").filter(has_text=f"{work.name} freeze")
    expect(row).to_contain_text("Year end: 2030-12-24 to 2031-01-02")
    accessible(page, "calendars")

    page.goto(f"/schedules/new?job={work.job['serial']}")
    settled(page)
    page.get_by_test_id("timing-limits").get_by_text("Begin, end and how often").click()
    page.get_by_test_id("timing-start").fill("2030-12-22T00:00")
    page.get_by_role("checkbox", name=f"{work.name} freeze").check()
    instants = page.get_by_test_id("instants").get_by_role("listitem")
    expect(instants.nth(0)).to_contain_text("Sun 22 Dec 2030 02:00")
    expect(instants.nth(1)).not_to_have_class(re.compile("instant-out"))
    expect(instants.nth(2)).to_have_class(re.compile("instant-out"))
    expect(instants.nth(2)).to_contain_text("Year end")
    picture(page, "schedule-editor-calendar")


def test_a_dead_man_rule_says_whether_it_is_kept(page: Page, work: Timetable) -> None:
    page.goto("/schedules/dead-man")
    settled(page)
    page.get_by_test_id("deadman-add").first.click()
    page.get_by_test_id("deadman-name").fill(f"{work.name} daily")
    page.get_by_test_id("deadman-subject").click()
    page.get_by_test_id("deadman-subject").fill(work.name)
    page.get_by_role("option", name=re.compile(work.name)).first.click()
    page.get_by_test_id("deadman-every").fill("soon")
    page.get_by_test_id("deadman-save").click()
    expect(page.get_by_test_id("deadman-every")).to_have_attribute("aria-invalid", "true")
    page.get_by_test_id("deadman-every").fill("26h")
    accessible(page, "dead-man rule")
    picture(page, "deadman-dialog")
    page.get_by_test_id("deadman-save").click()

    row = page.get_by_test_id("deadman-row").filter(has_text=f"{work.name} daily")
    expect(row).to_contain_text("Kept")
    accessible(page, "dead-man rules")
    picture(page, "deadman")
