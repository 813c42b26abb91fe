"""The web app in a real browser: from the first link to a target whose connection was tested."""
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harness.api import PASSWORD
from harness.browser import accessible, launch, picture, settled, sign_in, watched
from harness.server import Server
from harness.sshd import Sshd


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that was never set up."""
    server = Server(tmp_path_factory.mktemp("browser")).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, fresh: Server) -> Iterator[Page]:
    """A page that went through the set-up."""
    with watched(browser, fresh.base) as page:
        page.goto("/")
        expect(page.get_by_role("heading", name="Set up this installation")).to_be_visible()
        page.goto(f"/setup?token={fresh.setup_token()}")
        page.get_by_test_id("setup-username").fill("admin")
        page.get_by_test_id("setup-password").fill(PASSWORD)
        page.get_by_test_id("setup-repeat").fill(PASSWORD)
        accessible(page, "set-up")
        picture(page, "setup")
        page.get_by_test_id("setup-submit").click()
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()
        yield page


def test_the_first_run_shows_where_to_start(signed_in: Page) -> None:
    signed_in.goto("/")
    settled(signed_in)

    expect(signed_in.get_by_text("Start with a target")).to_be_visible()
    accessible(signed_in, "empty overview")
    picture(signed_in, "overview-empty")


def test_the_setup_link_works_only_once(browser: Browser, fresh: Server, signed_in: Page) -> None:
    with watched(browser, fresh.base) as page:
        page.goto(f"/setup?token={fresh.setup_token()}")
        expect(page.get_by_role("heading", name="Already set up")).to_be_visible()


def test_a_wrong_password_is_explained_and_a_right_one_leads_in(browser: Browser, fresh: Server, signed_in: Page) -> None:
    with watched(browser, fresh.base) as page:
        page.goto("/targets")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.get_by_test_id("login-username").fill("admin")
        page.get_by_test_id("login-password").fill("certainly not this")
        page.get_by_test_id("login-submit").click()
        expect(page.get_by_role("alert")).to_be_visible()
        accessible(page, "sign-in")
        picture(page, "login")
        page.get_by_test_id("login-password").fill(PASSWORD)
        page.get_by_test_id("login-submit").click()
        expect(page.get_by_role("heading", name="Targets", exact=True)).to_be_visible()
        assert page.url.endswith("/targets")


def test_a_target_is_added_tested_and_pinned(signed_in: Page, sshd: Sshd) -> None:
    page = signed_in
    page.goto("/credentials")
    page.get_by_test_id("credential-add").first.click()
    page.get_by_test_id("credential-name").fill("web-key")
    page.get_by_test_id("credential-username").fill("root")
    page.get_by_test_id("credential-key").fill(sshd.private_key)
    page.get_by_test_id("credential-save").click()
    expect(page.get_by_role("cell", name="web-key", exact=True)).to_be_visible()

    page.goto("/targets?dialog=add")
    page.get_by_test_id("target-name").fill("web01")
    if page.get_by_test_id("method").count() == 0:
        page.get_by_role("button", name="Add a connection method").click()
    page.get_by_test_id("method-host").fill(sshd.addresses[0])
    page.get_by_test_id("method-port").fill(str(sshd.port))
    page.get_by_test_id("method-credential").select_option(label="web-key (root)")
    page.get_by_test_id("target-tags").fill("web demo")
    accessible(page, "target dialog")
    page.get_by_test_id("target-save").click()
    expect(page.get_by_role("heading", name="web01")).to_be_visible()

    page.get_by_test_id("target-test").click()
    expect(page.get_by_test_id("test-result")).to_have_attribute("data-succeeded", "false")
    expect(page.get_by_test_id("presented-key")).to_be_visible()
    page.get_by_test_id("pin-key").click()
    expect(page.get_by_test_id("test-result")).to_have_attribute("data-succeeded", "true")
    expect(page.get_by_test_id("stage-shell")).to_contain_text("Passed")
    accessible(page, "target with connection test")
    picture(page, "target-tested")


def test_the_filter_lives_in_the_address_and_a_mistake_is_explained(signed_in: Page) -> None:
    page = signed_in
    page.goto("/targets")
    settled(page)
    page.keyboard.press("/")
    page.keyboard.type("tag = nothing-has-this")
    page.keyboard.press("Enter")

    expect(page.get_by_text("No target fits the filter")).to_be_visible()
    assert "filter=" in page.url
    page.reload()
    expect(page.get_by_test_id("filter")).to_have_value("tag = nothing-has-this")
    page.get_by_test_id("filter").fill("tag ==== x")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("filter")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Clear the filter").click()
    expect(page.get_by_test_id("target-row")).to_have_count(1)


def test_several_targets_are_tested_at_once(signed_in: Page) -> None:
    page = signed_in
    page.goto("/targets")
    page.get_by_label("Select all targets shown").check()
    page.get_by_test_id("bulk-test").click()

    expect(page.get_by_text("Tested 1 target: 1 reachable, 0 not")).to_be_visible()


def test_a_page_whose_server_is_gone_says_so_and_recovers(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    from harness.api import set_up

    server = Server(tmp_path_factory.mktemp("gone")).start()
    set_up(server)
    context = browser.new_context(base_url=server.base, ignore_https_errors=True)
    page = context.new_page()
    try:
        sign_in(page, "admin", PASSWORD)
        server.stop()
        expect(page.get_by_test_id("live-state").first).to_contain_text("disconnected", ignore_case=True, timeout=20_000)
        server.start()
        expect(page.get_by_test_id("live-state").first).not_to_contain_text("disconnected", ignore_case=True, timeout=40_000)
    finally:
        context.close()
        server.stop()
