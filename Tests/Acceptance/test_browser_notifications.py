"""Notifications in a real browser: a mail server and channels that are really tried, a route with its words, alerts, and what became of each message."""
import pytest
from playwright.sync_api import Browser, Page, expect

from harness.api import PASSWORD, Api, add_user
from harness.browser import NARROW, WIDE, accessible, before_caret_after_enter, fits, picture, settled, sign_in, watched
from harness.notice_screens import boss, browser, failing_job, page, server, shown, world
from harness.outside import ACCOUNT
from harness.outside import PASSWORD as MAIL_PASSWORD
from harness.server import Server
from harness.waiting import until
from harness.world import World

LONG = "a-name-that-goes-on-and-on-" + "x" * 80


@pytest.mark.parametrize("name, path", [
    ("alerts-none", "/notifications"), ("routes-none", "/notifications/routes"), ("channels-none", "/notifications/channels"),
    ("mail-none", "/notifications/mail"), ("deliveries-none", "/notifications/deliveries")])
def test_what_is_empty_says_what_it_is_for(page: Page, name: str, path: str) -> None:
    shown(page, name, path)


def test_a_mail_server_is_set_and_really_tried(page: Page, world: World) -> None:
    page.goto("/notifications/mail")
    settled(page)
    page.get_by_test_id("mail-security").select_option("tls")
    expect(page.get_by_test_id("mail-port")).to_have_value("465")
    page.get_by_test_id("mail-security").select_option("starttls")
    page.get_by_test_id("mail-host").fill("localhost")
    page.get_by_test_id("mail-port").fill(str(world.places["mail"]))
    page.get_by_test_id("mail-username").fill(ACCOUNT)
    page.get_by_test_id("mail-password").fill("wrong password")
    page.get_by_test_id("mail-sender").fill("no address at all")
    page.get_by_test_id("mail-save").click()
    expect(page.get_by_test_id("mail-sender")).to_have_attribute("aria-invalid", "true")
    page.get_by_test_id("mail-sender").fill("opsconductor@example.org")
    page.get_by_test_id("mail-save").click()

    page.get_by_test_id("mail-recipient").fill("ops@example.org")
    page.get_by_test_id("mail-test").click()
    outcome = page.get_by_test_id("test-outcome")
    expect(outcome).to_have_attribute("data-sent", "false")
    expect(page.get_by_test_id("mail-password")).to_have_value("")
    page.get_by_test_id("mail-password").fill(MAIL_PASSWORD)
    page.get_by_test_id("mail-save").click()
    expect(page.get_by_test_id("mail-password")).to_have_value("")
    page.get_by_test_id("mail-recipient").fill("ops@example.org")
    page.get_by_test_id("mail-test").click()
    expect(outcome).to_have_attribute("data-sent", "true")
    expect(outcome).to_contain_text("taken as 4711")
    [mail] = world.mails()
    assert mail["to"] == ["ops@example.org"] and mail["tls"]
    accessible(page, "mail server")
    fits(page)
    picture(page, "mail-tested")


def test_channels_are_added_and_tried_and_their_secrets_never_come_back(page: Page, world: World) -> None:
    page.goto("/notifications/channels")
    settled(page)
    page.get_by_test_id("channel-add").click()
    page.get_by_test_id("channel-name").fill("ops-mail")
    page.get_by_test_id("channel-recipients").fill("ops@example.org\nnight@example.org")
    accessible(page, "channel dialog")
    page.get_by_test_id("channel-save").click()
    page.get_by_test_id("channel-test-send").click()
    expect(page.get_by_test_id("test-outcome")).to_have_attribute("data-sent", "true")
    page.keyboard.press("Escape")

    page.get_by_test_id("channel-add").click()
    page.get_by_test_id("channel-name").fill("pager")
    page.get_by_test_id("channel-kind").select_option("webhook")
    page.get_by_test_id("channel-url").fill(world.url("/ok/very-secret-path"))
    page.get_by_test_id("channel-signing").select_option("set")
    page.get_by_test_id("channel-secret").fill("very secret key")
    page.get_by_test_id("channel-headers").click()
    page.get_by_test_id("channel-header-name").fill("X-Team")
    page.get_by_test_id("channel-header-value").fill("very secret team")
    page.get_by_text("What would be sent about a sample event").click()
    expect(page.get_by_test_id("channel-sample")).to_contain_text("nightly-backup")
    page.get_by_test_id("channel-template").fill("{{ nonsense")
    expect(page.get_by_test_id("channel-sample").get_by_role("alert")).to_contain_text("not closed")
    page.get_by_test_id("channel-template").fill('{"about": "{{ message.sub')
    page.get_by_test_id("channel-template").press_sequentially("j")
    assert before_caret_after_enter(page.get_by_test_id("channel-template")) == '{"about": "{{ message.subject }}'
    page.get_by_test_id("channel-template").press_sequentially('"}')
    expect(page.get_by_test_id("channel-sample")).to_contain_text('"about": "')
    accessible(page, "webhook dialog")
    picture(page, "channel-webhook")
    page.get_by_test_id("channel-save").click()
    page.get_by_test_id("channel-test-send").click()
    expect(page.get_by_test_id("test-outcome")).to_have_attribute("data-sent", "true")
    picture(page, "channel-tested")
    page.keyboard.press("Escape")
    [request] = world.requests("/ok/very-secret-path")
    assert request["headers"]["x-team"] == "very secret team"
    assert "x-opsconductor-signature" in request["headers"]

    row = page.get_by_test_id("channel-row").filter(has_text="pager")
    expect(row.get_by_test_id("channel-state")).to_have_text("Working")
    row.get_by_role("button", name="Change pager").click()
    expect(page.get_by_test_id("channel-url")).to_have_value("")
    expect(page.get_by_role("dialog")).to_contain_text("X-Team")
    page.get_by_test_id("channel-save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    settled(page)
    assert "very secret" not in page.content() and "very-secret" not in page.content()


def test_a_channel_that_is_refused_says_what_the_other_side_said(page: Page, boss: Api, world: World) -> None:
    boss.post("/api/notifications/channels", {
        "name": "broken", "kind": "slack", "description": LONG, "url": world.url("/status/503")})
    page.goto("/notifications/channels")
    settled(page)
    row = page.get_by_test_id("channel-row").filter(has_text="broken")
    row.get_by_test_id("channel-test").click()
    page.get_by_test_id("channel-test-send").click()
    expect(page.get_by_test_id("test-outcome")).to_have_attribute("data-sent", "false")
    expect(page.get_by_test_id("test-outcome")).to_contain_text("HTTP 503")
    accessible(page, "failed test of a channel")
    page.keyboard.press("Escape")
    shown(page, "channels", "/notifications/channels")


def test_a_mistake_in_a_channel_is_shown_at_its_field(page: Page) -> None:
    page.goto("/notifications/channels?dialog=add")
    page.get_by_test_id("channel-name").fill("not a name")
    page.get_by_test_id("channel-recipients").fill("nobody")
    page.get_by_test_id("channel-save").click()
    expect(page.get_by_test_id("channel-name")).to_have_attribute("aria-invalid", "true")
    page.get_by_test_id("channel-name").fill("a-name")
    page.get_by_test_id("channel-save").click()
    expect(page.get_by_test_id("channel-recipients")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")


def test_a_route_is_written_with_completion_and_a_live_preview(page: Page) -> None:
    page.goto("/notifications/routes")
    settled(page)
    page.get_by_test_id("route-add").first.click()
    expect(page.get_by_test_id("preview-subject")).to_contain_text("failed")
    page.get_by_test_id("route-name").fill("failures")
    page.get_by_test_id("route-kind-failed_repeatedly").check()
    page.get_by_test_id("route-failures").fill("2")
    page.get_by_test_id("route-only").get_by_text("Only some of them").click()
    page.get_by_test_id("route-jobs").fill("noted-*")
    page.get_by_label("ops-mail").check()
    page.get_by_label("pager").check()

    page.get_by_test_id("route-subject").press_sequentially("Look: {{ event.ti")
    expect(page.get_by_role("listbox", name="Names").get_by_role("option")).to_have_count(1)
    accessible(page, "completion of names")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("route-subject")).to_have_value("Look: {{ event.title }}")
    expect(page.get_by_test_id("preview-subject")).to_contain_text("Look: nightly-backup")
    page.get_by_test_id("route-body").fill("{{ execution.serial }} of {{ job.name }}")
    expect(page.get_by_test_id("preview-body")).to_contain_text("of nightly-backup")
    page.get_by_test_id("preview-channel").select_option("webhook")
    expect(page.get_by_test_id("preview-payload")).to_contain_text("Look: nightly-backup")
    accessible(page, "route editor")
    fits(page)
    picture(page, "route-editor")
    page.get_by_test_id("route-save").click()
    row = page.get_by_test_id("route-row").filter(has_text="failures")
    expect(row).to_contain_text("job noted-*")
    expect(row).to_contain_text("each at once")


def test_a_route_that_is_left_unsaved_asks_first(page: Page) -> None:
    page.goto("/notifications/routes")
    page.get_by_test_id("route-row").get_by_role("link", name="failures", exact=True).click()
    page.get_by_test_id("route-digest").fill("15")
    page.get_by_test_id("route-quiet").check()
    page.get_by_test_id("zone").fill("Europe/Berlin")
    expect(page.get_by_text("on the next day")).to_be_visible()
    page.get_by_test_id("route-quiet-to").fill("23:30")
    expect(page.get_by_text("on the next day")).to_have_count(0)
    accessible(page, "quiet hours")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_test_id("route-digest")).to_have_value("15")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_test_id("route-row").filter(has_text="each at once")).to_have_count(1)


def test_failures_become_messages_and_an_alert_that_somebody_takes(page: Page, boss: Api, world: World) -> None:
    job = failing_job(boss, "noted-" + "long-" * 12 + "job")
    runs = []
    for _ in range(2):
        run = boss.finished(boss.post(f"/api/jobs/{job['id']}/run")["id"])
        assert run["state"] == "failed"
        runs.append(run["serial"])
    until(lambda: [m for m in world.mails() if m["subject"].startswith("Look: ")], 30, "mail about the failure")

    page.goto("/")
    expect(page.get_by_test_id("nav-alerts")).to_contain_text("1")
    page.get_by_test_id("tile-alerts").click()
    row = page.get_by_test_id("alert-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Open")
    expect(row).to_contain_text(runs[-1])
    shown(page, "alerts", "/notifications")
    page.get_by_test_id("alert-open").click()
    expect(page.get_by_role("dialog")).to_contain_text("ops-mail")
    accessible(page, "alert")
    picture(page, "alert")
    page.keyboard.press("Escape")

    page.get_by_label("Select all alerts shown").check()
    page.get_by_test_id("alerts-acknowledge").click()
    page.get_by_test_id("alert-note").fill("I am looking at it.")
    accessible(page, "acknowledging")
    page.get_by_test_id("alert-confirm").click()
    expect(row).to_contain_text("Acknowledged")
    expect(row).to_contain_text("I am looking at it.")
    expect(page.get_by_test_id("nav-alerts")).to_have_count(0)
    row.get_by_test_id("alert-resolve").click()
    page.get_by_test_id("alert-confirm").click()
    expect(page.get_by_text("Nothing is wrong")).to_be_visible()
    page.get_by_test_id("alerts-view-resolved").check()
    expect(row).to_contain_text("admin")
    assert "state=resolved" in page.url


def test_each_message_shows_its_attempts_and_is_sent_again_under_its_id(page: Page, world: World) -> None:
    page.goto("/notifications/deliveries?state=sent&channel=pager")
    settled(page)
    rows = page.get_by_test_id("delivery-row")
    expect(rows.first).to_contain_text("Look: ")
    rows.first.get_by_test_id("delivery-open").click()
    expect(page.get_by_test_id("delivery-state")).to_have_text("Sent")
    expect(page.get_by_test_id("delivery-attempt")).to_have_count(1)
    expect(page.get_by_test_id("delivery-attempt")).to_contain_text("HTTP 200")
    accessible(page, "delivery")
    picture(page, "delivery")
    before = [one["headers"]["x-opsconductor-delivery"] for one in world.requests("/ok/very-secret-path")]
    page.get_by_test_id("delivery-again").click()
    expect(page.get_by_test_id("delivery-attempt")).to_have_count(2)
    expect(page.get_by_test_id("delivery-state")).to_have_text("Sent")
    after = [one["headers"]["x-opsconductor-delivery"] for one in world.requests("/ok/very-secret-path")]
    assert len(after) == len(before) + 1 and after[-1] in before
    page.keyboard.press("Escape")
    shown(page, "deliveries", "/notifications/deliveries")


def test_a_message_that_is_not_taken_says_why_and_when_it_is_tried_again(page: Page, boss: Api) -> None:
    boss.post("/api/notifications/routes", {
        "name": LONG, "filter": {"kinds": ["failed"], "jobs": ["doomed"]}, "channels": ["broken"]})
    job = failing_job(boss, "doomed")
    boss.finished(boss.post(f"/api/jobs/{job['id']}/run")["id"])
    until(lambda: [one for one in boss.get("/api/notifications/deliveries", channel="broken")["items"] if one["attempts"] > 0], 30, "an attempt")
    page.goto("/notifications/deliveries?channel=broken")
    settled(page)
    row = page.get_by_test_id("delivery-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("HTTP 503")
    row.get_by_test_id("delivery-open").click()
    expect(page.get_by_test_id("delivery-attempt").first).to_contain_text("HTTP 503")
    expect(page.get_by_role("dialog")).to_contain_text("Next attempt")
    page.keyboard.press("Escape")
    shown(page, "routes", "/notifications/routes")
    shown(page, "deliveries-waiting", "/notifications/deliveries?channel=broken")


def test_a_channel_in_use_is_not_deleted_and_a_route_is(page: Page) -> None:
    page.goto("/notifications/channels")
    settled(page)
    page.get_by_role("button", name="Delete broken").click()
    page.get_by_test_id("channel-delete").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/notifications/routes")
    page.get_by_role("button", name=f"Delete {LONG}").click()
    page.get_by_test_id("route-delete").click()
    expect(page.get_by_test_id("route-row")).to_have_count(1)
    page.goto("/notifications/channels")
    page.get_by_role("button", name="Delete broken").click()
    page.get_by_test_id("channel-delete").click()
    expect(page.get_by_test_id("channel-row").filter(has_text="broken")).to_have_count(0)


def test_who_may_only_look_is_offered_nothing_to_change(browser: Browser, server: Server, boss: Api) -> None:
    add_user(server, boss, "vic", "viewer")
    with watched(browser, server.base) as page:
        sign_in(page, "vic", PASSWORD)
        for path in ("/notifications?state=all", "/notifications/routes", "/notifications/channels", "/notifications/mail", "/notifications/deliveries"):
            page.goto(path)
            settled(page)
            expect(page.get_by_role("alert")).to_have_count(0)
            for test_id in ("alert-acknowledge", "alert-resolve", "route-add", "channel-add", "channel-test", "mail-save", "mail-test"):
                expect(page.get_by_test_id(test_id)).to_have_count(0)
        page.set_viewport_size(NARROW)
        page.get_by_test_id("nav-more").click()
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Notifications").click()
        settled(page)
        page.set_viewport_size(WIDE)
