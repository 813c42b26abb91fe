"""The web app in a real browser: from an empty job editor to a cancelled run, and the sessions behind it."""
import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harness.api import PASSWORD, Api, browser_session
from harness.browser import accessible, launch, picture, settled, sign_in, watched
from harness.fleet import Fleet
from harness.processes import pids_with
from harness.waiting import until

LINES = 3000
SLOW = """\
name: {name}
targets: {targets}
parameters:
  - name: word
    type: string
    required: true
steps:
  - name: count
    command: "seq -f 'line %.0f of <b>{lines}</b>' 1 {lines}; printf '\\\\033[31mred\\\\033[0m %s\\\\n' {{{{ parameters.word }}}}"
  - name: wait
    command: "sh -c 'while :; do sleep 1; done' {marker}"
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def page(browser: Browser, installation, fleet: Fleet) -> Iterator[Page]:
    """A page in which the administrator signed in."""
    with watched(browser, installation.server.base, accept_downloads=True) as signed_in:
        sign_in(signed_in, "admin", PASSWORD)
        yield signed_in


def test_a_job_is_written_as_yaml_with_its_mistakes_shown(page: Page, fleet: Fleet) -> None:
    page.goto("/jobs/new")
    settled(page)
    page.get_by_test_id("job-yaml").fill("name: editor\nsteps:\n  - name: one\n    comand: echo\n")

    expect(page.get_by_test_id("job-errors")).to_contain_text("Line 4")
    expect(page.get_by_test_id("job-errors")).to_contain_text("comand")
    expect(page.get_by_test_id("job-save")).to_be_disabled()
    accessible(page, "job editor with errors")
    picture(page, "job-editor-errors")


def test_form_and_yaml_are_the_same_job(page: Page, fleet: Fleet) -> None:
    page.get_by_test_id("job-yaml").fill(f"# kept\nname: editor\ntargets: {fleet.filter}\nsteps:\n  - name: one\n    command: echo one\n")
    expect(page.get_by_test_id("job-check")).to_have_text("Everything is right")
    expect(page.get_by_test_id("job-name")).to_have_value("editor")
    page.get_by_test_id("job-name").fill("editor-changed")

    expect(page.get_by_test_id("job-yaml")).to_have_value(re.compile("name: editor-changed"))
    expect(page.get_by_test_id("job-save")).to_be_enabled()
    page.get_by_test_id("job-save").click()
    expect(page.get_by_role("heading", name="editor-changed")).to_be_visible()


@pytest.fixture(scope="module")
def running(page: Page, admin: Api, fleet: Fleet) -> str:
    """Starts a long job through the run dialog; returns the marker of its processes."""
    marker = f"browser-{uuid.uuid4().hex}"
    job = admin.post("/api/jobs", {"yaml": SLOW.format(name="browser", targets=fleet.filter, lines=LINES, marker=marker)})
    page.goto(f"/jobs/{job['serial']}")
    page.get_by_test_id("job-run").click()
    expect(page.get_by_test_id("run-count")).to_contain_text(f"{len(fleet.targets)} targets")
    page.get_by_test_id("parameter-word").fill("it's <i>me</i>")
    page.get_by_label("Matched targets").get_by_text(fleet.targets[-1]["name"]).click()
    expect(page.get_by_test_id("run-start")).to_have_text(f"Run on {len(fleet.targets) - 1} targets")
    accessible(page, "run dialog")
    picture(page, "run-dialog")
    page.get_by_test_id("run-start").click()
    expect(page.get_by_test_id("execution-state")).to_have_attribute("data-state", "running")
    return marker


def test_lines_arrive_live_and_are_never_taken_for_markup(page: Page, running: str, fleet: Fleet) -> None:
    expect(page.get_by_test_id("matrix-target")).to_have_count(len(fleet.targets) - 1)
    expect(page.get_by_test_id("log-count")).to_have_text(re.compile(r"^3\D?001 lines$"), timeout=15_000)
    expect(page.get_by_test_id("log-line").filter(has_text="red it's <i>me</i>")).to_be_visible()

    assert page.locator("[data-testid=log-box] b, [data-testid=log-box] i").count() == 0
    accessible(page, "running execution")
    picture(page, "execution-running")


def test_search_in_the_log_takes_over_the_browsers_own(page: Page, running: str) -> None:
    page.keyboard.press("Control+f")
    page.keyboard.type("line 2718 of")

    expect(page.get_by_test_id("log-search")).to_have_value("line 2718 of")
    expect(page.get_by_test_id("log-count")).to_have_text("1 of 1")
    expect(page.get_by_test_id("log-box").get_by_text("line 2718 of <b>3000</b>")).to_be_visible()
    page.get_by_test_id("log-search").fill("line 1")
    expect(page.get_by_test_id("log-count")).to_contain_text(re.compile(r"of 1\D?111"))
    page.keyboard.press("Escape")


def test_following_stops_when_one_scrolls_up_and_begins_again_on_demand(page: Page, running: str) -> None:
    follow = page.get_by_test_id("log-follow")
    if follow.get_attribute("aria-pressed") != "true":
        follow.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("log-box").hover()
    page.mouse.wheel(0, -2000)

    expect(follow).to_have_attribute("aria-pressed", "false")
    follow.click()
    expect(page.get_by_test_id("log-line").filter(has_text="red it's <i>me</i>")).to_be_visible()


def test_the_output_can_be_downloaded(page: Page, running: str) -> None:
    expect(page.get_by_test_id("log-line").filter(has_text="red it's <i>me</i>")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_test_id("log-download").click()
    text = download.value.path().read_text()

    assert f"line {LINES} of <b>{LINES}</b>\n" in text


def test_a_line_can_be_linked_and_the_page_survives_a_reload(page: Page, running: str) -> None:
    address = page.url.split("#")[0]
    page.goto(f"{address}#L1234")
    page.reload()

    expect(page.get_by_test_id("log-box").get_by_text("line 1234 of <b>3000</b>")).to_be_visible(timeout=15_000)


def test_cancelling_says_what_it_will_do_and_ends_the_processes(page: Page, running: str, fleet: Fleet) -> None:
    until(lambda: len(pids_with(running)) >= len(fleet.targets) - 1, 20, "the processes on the targets")
    page.get_by_test_id("cancel-run").click()
    page.get_by_test_id("cancel-reason").fill("seen enough")
    accessible(page, "cancel dialog")
    page.get_by_test_id("cancel-confirm").click()

    expect(page.get_by_test_id("execution-state")).to_have_attribute("data-state", "cancelled", timeout=20_000)
    assert pids_with(running) == []
    accessible(page, "cancelled execution")
    picture(page, "execution-cancelled")


def test_the_run_is_found_in_the_history_of_one_of_its_targets(page: Page, running: str, fleet: Fleet) -> None:
    page.goto(f"/targets/{fleet.targets[0]['serial']}?tab=runs")
    settled(page)

    expect(page.get_by_role("link", name="browser").first).to_be_visible()


def test_the_palette_leads_anywhere_by_keyboard(page: Page) -> None:
    page.goto("/")
    settled(page)
    page.keyboard.press("Control+k")
    page.get_by_test_id("palette-input").fill("credentials")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Credentials", exact=True)).to_be_visible()


def test_a_session_is_ended_from_another_one(page: Page, installation) -> None:
    other = browser_session(installation.server)
    assert other.raw("GET", "/api/auth/me").status_code == 200
    page.goto("/settings/sessions")
    settled(page)
    before = page.get_by_test_id("session-row").count()
    page.get_by_test_id("session-row").filter(has_not_text="this one").first.get_by_test_id("session-revoke").click()
    page.get_by_test_id("session-confirm").click()

    expect(page.get_by_test_id("session-row")).to_have_count(before - 1)
    assert other.raw("GET", "/api/auth/me").status_code == 401


def test_a_personal_token_is_shown_once_and_works(page: Page, installation) -> None:
    page.goto("/settings/tokens")
    page.get_by_test_id("token-add").first.click()
    page.get_by_test_id("token-name").fill("from the browser")
    page.get_by_test_id("scope-targets.read").check()
    page.get_by_test_id("token-save").click()
    text = page.get_by_test_id("token-text").inner_text().strip()

    token = Api(installation.server.base, bearer=text.split()[0])
    assert token.get("/api/targets")["items"]
    assert token.raw("GET", "/api/jobs").status_code == 403
    accessible(page, "new token")
