"""Every screen with real content: no violation that axe knows, no error in the console, nothing wider than a telephone; pictures are kept."""
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harness.api import PASSWORD, Api
from harness.browser import SCHEMES, accessible, fits, launch, picture, settled, sign_in, watched
from harness.fleet import Fleet
from harness.waiting import until

JOB = {
    "name": "screens", "description": "Looks at a machine.",
    "parameters": [
        {"name": "word", "type": "string", "default": "hello", "pattern": "[a-z]+"},
        {"name": "level", "type": "choice", "choices": ["low", "high"], "default": "low"},
    ],
    "steps": [
        {"name": "look", "command": "for n in $(seq 1 40); do printf '\\033[32mline\\033[0m %s of <b>many</b>\\n' $n; done; echo warning >&2"},
        {"name": "judge", "command": 'set -- $SSH_CONNECTION; case "$3" in *.3) echo "too full" >&2; exit 3;; esac'},
    ],
}


@pytest.fixture(scope="module")
def serials(admin: Api, fleet: Fleet) -> dict[str, str]:
    """A job, a run in which one machine fails, and a group; a route tells of the run over a channel that leads nowhere."""
    admin.post("/api/notifications/channels", {
        "name": "screens", "kind": "webhook", "url": "http://127.0.0.1:9/hook", "headers": {"X-Team": "ops"}, "description": "Leads nowhere."})
    route = admin.post("/api/notifications/routes", {
        "name": "screens", "filter": {"kinds": ["failed", "lost"], "jobs": ["screens"]}, "channels": ["screens"], "most_per_hour": 100,
        "quiet_hours": {"zone": "Europe/Berlin", "from": "03:00", "to": "03:01"}, "subject": "Look: {{ event.title }}"})
    job = admin.post("/api/jobs", {"definition": {**JOB, "targets": fleet.filter}})
    run = admin.post(f"/api/jobs/{job['id']}/run", {"parameters": {"word": "hello"}})
    # Long names and causes are what screens break on.
    admin.finished(admin.run("printf '" + "\\052" * 300 + "'; sleep 0.3; kill -9 $PPID; sleep 3", fleet.one()))
    admin.post("/api/targets/groups", {"name": "screens", "filter": fleet.filter, "description": "All of the fleet."})
    assert admin.finished(run["id"])["state"] == "failed"
    delivery = until(lambda: admin.get("/api/notifications/deliveries", channel="screens")["items"], 30, "the message about the run")[0]
    entry = until(lambda: admin.get("/api/audit", kind="job", object=job["id"])["items"], 30, "the entry of the job")[0]
    return {
        "job": job["serial"], "run": run["serial"], "target": fleet.targets[0]["serial"], "route": route["id"], "delivery": delivery["id"],
        "entry": entry["id"], "schedule": add_schedules(admin, job["serial"]), **add_events(admin, job["serial"])}


def add_schedules(admin: Api, job: str) -> str:
    """Schedules, one of them paused, a calendar that closes now and then, and a rule; returns the serial of one."""
    admin.post("/api/schedules/calendars", {"definition": {
        "name": "screens", "description": "Not over the end of the year.", "zone": "Europe/Berlin",
        "openings": [{"name": "Nights", "weekly": {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "20:00", "to": "07:00"}}],
        "blackouts": [{"name": "Month end", "rule": {"rule": "FREQ=MONTHLY;BYMONTHDAY=-1", "start": "2026-01-31T00:00", "duration": "24h"}}]}})

    def add(name: str, timing: dict[str, object], **more: object) -> str:
        return admin.post("/api/schedules", {"definition": {"name": name, "job": job, "timing": timing, **more}})["serial"]

    serial = add("look-at-all-machines-in-the-data-centre-every-evening", {"cron": "30 21 * * *", "zone": "Europe/Berlin"},
                 calendars=["screens"], description="Looks at a machine.", overlap="skip")
    add("look often", {"cron": "*/10 * * * *"})
    add("look in the morning", {"cron": "0 9 * * *"})
    paused = add("look on Sundays", {"cron": "0 9 * * SUN"})
    admin.post(f"/api/schedules/{paused}/pause", {"reason": "The storage is being moved to the other site; ask Anna first."})
    admin.post("/api/schedules/dead-man-rules", {"definition": {"name": "screens daily", "job": job, "succeed_every": {"every": "26h"}}})
    return serial


def add_events(admin: Api, job: str) -> dict[str, str]:
    """A webhook, a rule about events, and a range that may be scanned; returns their serials."""
    hook = admin.post("/api/schedules/webhooks", {"definition": {
        "name": "look-whenever-the-forge-tells-of-a-push-to-the-main-branch", "job": job, "format": "github",
        "filter": 'body.ref == "refs/heads/main"', "masks": ["body.pusher.email"],
        "run": {"parameters": {"word": {"from": "body.repository.name", "default": "hello"}, "level": {"value": "high"}}}}})["webhook"]
    rule = admin.post("/api/schedules/event-rules", {"definition": {
        "name": "look at what failed", "on": {"execution": {"states": ["failed", "lost"]}}, "when": "event.counts.failed > 3",
        "job": job, "targets": "failed", "cooldown_seconds": 600}})
    admin.post("/api/targets/discovery/ranges", {"name": "screens", "cidr": "192.0.2.0/24", "description": "Addresses of the documentation."})
    return {"hook": hook["serial"], "rule": rule["serial"]}


@pytest.fixture(scope="module", params=SCHEMES)
def page(request: pytest.FixtureRequest, installation, serials: dict[str, str]) -> Iterator[Page]:
    """A page in which the administrator signed in."""
    with sync_playwright() as playwright:
        browser: Browser = launch(playwright)
        with watched(browser, installation.server.base, color_scheme=request.param) as signed_in:
            sign_in(signed_in, "admin", PASSWORD)
            signed_in.scheme = request.param
            yield signed_in
        browser.close()


SCREENS = {
    "overview": "/",
    "targets": "/targets",
    "targets-filtered": "/targets?filter=tag+%3D+fleet",
    "target-add": "/targets?dialog=add",
    "target-import": "/targets?dialog=import",
    "target": "/targets/{target}",
    "target-about": "/targets/{target}?tab=about",
    "target-runs": "/targets/{target}?tab=runs",
    "groups": "/groups",
    "credentials": "/credentials",
    "jobs": "/jobs",
    "job-new": "/jobs/new",
    "job": "/jobs/{job}",
    "job-edit": "/jobs/{job}/edit",
    "command": "/command",
    "runs": "/runs",
    "queue": "/queue",
    "workers": "/queue?tab=workers",
    "approvals": "/approvals",
    "run": "/runs/{run}",
    "output-search": "/output?text=line",
    "run-outputs": "/runs/{run}?tab=groups",
    "run-comparison": "/runs/{run}?tab=comparison&with={run}",
    "job-schedules": "/jobs/{job}?tab=schedules",
    "schedules": "/schedules",
    "schedule": "/schedules/{schedule}",
    "schedule-new": "/schedules/new?job={job}",
    "schedule-edit": "/schedules/{schedule}/edit",
    "schedules-week": "/schedules/week",
    "schedules-day": "/schedules/week?view=day",
    "calendars": "/schedules/calendars",
    "calendar": "/schedules/calendars/screens",
    "dead-man-rules": "/schedules/dead-man",
    "webhooks": "/schedules/webhooks",
    "webhook": "/schedules/webhooks/{hook}",
    "webhook-new": "/schedules/webhooks/new?job={job}",
    "webhook-edit": "/schedules/webhooks/{hook}/edit",
    "event-rules": "/schedules/rules",
    "event-rule": "/schedules/rules/{rule}",
    "event-rule-edit": "/schedules/rules/{rule}/edit",
    "target-health": "/targets/{target}?tab=health",
    "health-policies": "/settings/health",
    "discovery": "/targets/discovery",
    "discovery-ranges": "/targets/discovery?view=ranges",
    "discovery-scans": "/targets/discovery?view=scans",
    "sessions": "/settings/sessions",
    "tokens": "/settings/tokens",
    "users": "/settings/users",
    "storage": "/settings/storage",
    "job-history": "/jobs/{job}?tab=history",
    "audit": "/audit",
    "audit-drawer": "/audit?kind=job&entry={entry}",
    "audit-page": "/audit/{entry}",
    "audit-chains": "/audit/chains",
    "alerts": "/notifications?state=all",
    "routes": "/notifications/routes",
    "route": "/notifications/routes/{route}",
    "route-new": "/notifications/routes/new",
    "channels": "/notifications/channels",
    "channel-add": "/notifications/channels?dialog=add",
    "mail-server": "/notifications/mail",
    "deliveries": "/notifications/deliveries",
    "delivery": "/notifications/deliveries?delivery={delivery}",
    "not-found": "/no-such-screen",
}


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_accessible_and_fits(page: Page, serials: dict[str, str], name: str) -> None:
    page.goto(SCREENS[name].format(**serials))
    settled(page)
    expect(page.get_by_role("alert")).to_have_count(0)

    accessible(page, f"{name}, {page.scheme}")
    fits(page)
    picture(page, f"{name}-{page.scheme}")
