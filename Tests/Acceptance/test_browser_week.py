"""The week of schedules in a real browser: what was and what will be, crowded hours, windows, keyboard, zones, and a telephone's day."""
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harness.api import PASSWORD, Api
from harness.browser import NARROW, WIDE, accessible, fits, launch, picture, settled, sign_in, watched
from harness.timetable import Timetable

LONG = "patch-the-production-web-servers-in-frankfurt-and-amsterdam"


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


@pytest.fixture(scope="module")
def busy(admin: Api, work: Timetable) -> Iterator[dict]:
    """A schedule that runs its job each second; it is paused at the end."""
    schedule = work.busy(admin)
    yield schedule
    work.rest(admin, schedule)


@pytest.fixture(scope="module")
def year(admin: Api, work: Timetable) -> str:
    """Schedules of all sorts in the week of Monday, 2030-12-23, of which the calendar closes some."""
    admin.post("/api/schedules/calendars", {"definition": {
        "name": f"{work.name} freeze", "zone": "Europe/Berlin",
        "blackouts": [{"name": "Year end", "dates": {"from": "2030-12-24", "to": "2031-01-02"}}]}})
    begin = {"zone": "Europe/Berlin", "start": "2030-12-01T00:00"}
    work.schedule(admin, LONG, {"cron": "0 22 * * MON-FRI", **begin}, calendars=[f"{work.name} freeze"])
    work.schedule(admin, "often", {"cron": "*/15 * * * *", **begin})
    for at in (2, 3):
        work.schedule(admin, f"night {at}", {"cron": f"{at * 5} 2 * * *", **begin})
    for at in range(12):
        work.schedule(admin, f"morning {at}", {"cron": f"{at} 9 * * *", **begin})
    return f"/schedules/week?job={work.job['serial']}&day=2030-12-26&windows={work.name} freeze"


def test_the_week_shows_what_is_to_come(page: Page, year: str, work: Timetable) -> None:
    page.goto(year)
    settled(page)
    expect(page.get_by_test_id("week-range")).to_have_text("23 to 29 December 2030")
    blocks = page.get_by_test_id("week-block")
    expect(page.get_by_test_id("often-day")).to_have_count(7)
    expect(page.get_by_test_id("often-day").first).to_contain_text("96")
    # Five evenings, two nights beside each other on seven days, and on each day a dozen in one.
    expect(blocks).to_have_count(5 + 2 * 7 + 7)
    expect(blocks.filter(has_text="12 runs")).to_have_count(7)
    evenings = blocks.filter(has_text=re.compile(LONG[:10]))
    expect(evenings.and_(page.locator(".week-block-skipped"))).to_have_count(4)
    accessible(page, "week")
    picture(page, "week")
    fits(page)


def test_the_week_is_walked_by_keyboard_and_opens_what_became_of_a_time(page: Page, year: str, work: Timetable) -> None:
    page.goto(year)
    settled(page)
    nights = page.get_by_test_id("week-block").filter(has_text="night 2")
    nights.first.focus()
    page.keyboard.press("ArrowRight")
    expect(nights.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("week-block").filter(has_text="night 3").nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    listed = page.get_by_test_id("occurrences").get_by_role("listitem")
    expect(listed).to_have_count(12)
    expect(listed.first).to_contain_text("Planned")
    expect(listed.first).to_contain_text("Tue 24 Dec")
    accessible(page, "drawer of the week")
    picture(page, "week-drawer")
    page.keyboard.press("Escape")
    nights.first.focus()
    page.keyboard.press("PageDown")
    expect(page.get_by_test_id("week-range")).to_have_text("30 December 2030 to 5 January 2031")
    expect(page.get_by_test_id("week")).to_be_focused()
    page.keyboard.press("PageUp")
    expect(page.get_by_test_id("week-range")).to_have_text("23 to 29 December 2030")
    page.get_by_test_id("week-later").click()
    expect(page.get_by_test_id("week-range")).to_have_text("30 December 2030 to 5 January 2031")
    page.get_by_test_id("week-earlier").click()
    expect(page.get_by_test_id("week-range")).to_have_text("23 to 29 December 2030")


def test_the_week_hides_states_and_changes_its_zone(page: Page, year: str) -> None:
    page.goto(year)
    settled(page)
    page.get_by_test_id("legend-planned").click()
    expect(page.get_by_test_id("week-block")).to_have_count(0)
    page.get_by_test_id("legend-planned").click()
    expect(page.get_by_test_id("week-block").filter(has_text="12 runs").first).to_have_attribute("aria-label", re.compile("^09:00 to 09:11: 12 runs"))
    page.get_by_test_id("week-zone").select_option("UTC")
    expect(page.get_by_test_id("week-block").filter(has_text="12 runs").first).to_have_attribute("aria-label", re.compile("^08:00 to 08:11: 12 runs"))
    expect(page).to_have_url(re.compile("zone=UTC"))


def test_a_telephone_shows_a_day(page: Page, year: str) -> None:
    page.set_viewport_size(NARROW)
    page.goto(year)
    settled(page)
    expect(page.get_by_test_id("week-range")).to_have_text("Thu 26 Dec 2030")
    expect(page.get_by_test_id("often-day")).to_have_count(1)
    page.get_by_role("button", name="Monday 23").click()
    expect(page.get_by_test_id("week-range")).to_have_text("Mon 23 Dec 2030")
    accessible(page, "day on a telephone")
    page.set_viewport_size(WIDE)


def test_the_past_is_in_the_week_with_what_became_of_it(page: Page, busy: dict, work: Timetable) -> None:
    page.goto(f"/schedules/week?job={work.job['serial']}")
    settled(page)
    expect(page.get_by_test_id("week-now")).to_be_visible()
    expect(page.get_by_test_id("legend-fired")).to_contain_text(re.compile(r"[1-9]"))
    picture(page, "week-now")
