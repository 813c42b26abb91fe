"""Output of runs that ended is packed, and everything that is asked of it is answered as before; retention removes what was kept long enough."""
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from harness.api import PASSWORD, Api, add_user, set_up
from harness.browser import launch, sign_in, watched
from harness.cli import Cli
from harness.fleet import Fleet
from harness.server import OneProcess
from harness.sshd import Sshd
from harness.waiting import until


@pytest.fixture
def server(tmp_path: Path) -> Iterator[OneProcess]:
    """A server that packs output at once."""
    server = OneProcess(tmp_path / "server", ARCHIVE_AFTER_SECONDS="1").start()
    yield server
    server.stop()


@pytest.fixture
def admin(server: OneProcess) -> Api:
    return set_up(server)


@pytest.fixture
def fleet(admin: Api, sshd: Sshd) -> Fleet:
    return Fleet(admin, sshd, "archive")


def stored(api: Api) -> int:
    """How many bytes of output are in the archive, as they were printed."""
    return api.get("/api/executions/storage")["output_bytes"]


def flood(api: Api, fleet: Fleet, name: str, command: str) -> str:
    job = api.post("/api/jobs", {"definition": {
        "name": name, "targets": fleet.one(), "steps": [{"name": "flood", "command": command, "output_limit_bytes": 200_000_000}]}})
    execution = api.post(f"/api/jobs/{job['id']}/run")["id"]
    assert api.finished(execution, timeout=120)["state"] == "succeeded"
    return execution


def test_a_million_lines_and_a_line_of_fifty_megabytes_are_packed_and_shown_in_parts(admin: Api, fleet: Fleet) -> None:
    lines = flood(admin, fleet, "lines", "seq -f 'line number %.0f of many' 1 1000000")
    long = flood(admin, fleet, "long", "echo begin; head -c 50000000 /dev/zero | tr '\\0' x; echo; echo end")
    before = {execution: hashlib.sha256(admin.log(execution)).hexdigest() for execution in (lines, long)}
    until(lambda: stored(admin) > 70_000_000, 120, "both outputs in the archive")

    assert {execution: hashlib.sha256(admin.log(execution)).hexdigest() for execution in (lines, long)} == before
    began = time.monotonic()
    window = admin.get(f"/api/executions/{lines}/lines", branch=1, step=1, limit=3, **{"from": 999_998})
    assert [line["text"] for line in window["lines"]] == [f"line number {number} of many" for number in range(999_998, 1_000_001)]
    assert window["total_lines"] == 1_000_000
    shown = admin.get(f"/api/executions/{long}/lines", branch=1, step=1)
    assert [(line["text"][:5], len(line["text"]), line["cut"]) for line in shown["lines"]] == [
        ("begin", 5, False), ("xxxxx", 20_000, True), ("end", 3, False)]
    assert shown["total_lines"] == 3
    assert admin.log(lines, **{"from": 5_000_000, "length": 1000}) == admin.log(lines)[5_000_000:5_001_000]
    found = admin.get("/api/executions/search", text="NUMBER 765432 of")
    assert [(hit["line"], hit["text"]) for hit in found["items"]] == [(765_432, "line number 765432 of many")]
    assert time.monotonic() - began < 20
    storage = admin.get("/api/executions/storage")
    assert storage["stored_bytes"] * 4 < storage["output_bytes"]
    assert {job["name"] for job in storage["jobs"]} == {"lines", "long"}


def test_retention_is_set_by_administrators_only_and_removes_what_was_kept_long_enough(
        server: OneProcess, admin: Api, fleet: Fleet, tmp_path: Path) -> None:
    first = flood(admin, fleet, "first", "head -c 2000000 /dev/urandom")
    kept = flood(admin, fleet, "kept", "head -c 2000000 /dev/urandom")
    last = flood(admin, fleet, "last", "head -c 900000 /dev/urandom")
    running = admin.run("head -c 900000 /dev/zero | tr '\\0' x; sleep 60", fleet.one())
    admin.post(f"/api/executions/{kept}/keep", {"keep": True})
    until(lambda: stored(admin) >= 4_900_000, 60, "three outputs in the archive")
    operator = add_user(server, admin, "olga", "operator")
    refused = operator.raw("PUT", "/api/executions/retention", json={"output_bytes": 1_000_000})
    assert refused.status_code == 403

    cli = Cli(tmp_path / "cli")
    assert cli.login(server.base).returncode == 0
    assert "at most 4.0 MB" in cli.ok("retention", "set", "--output-megabytes", "4")
    until(lambda: stored(admin) <= 3_000_000, 60, "a clean-up")

    gone = admin.raw("GET", f"/api/executions/{first}/log", params={"branch": 1, "step": 1})
    assert gone.status_code == 410
    assert "removed by retention" in gone.json()["detail"]
    assert admin.execution(first)["output_removed_at"]
    assert len(admin.log(kept)) == 2_000_000
    assert len(admin.log(last)) == 900_000
    until(lambda: len(admin.log(running)) == 900_000, 30, "the output of the run in progress")
    assert "Packed output" in cli.ok("storage", "show")
    file = tmp_path / "part.log"
    cli.ok("execution", "logs", last, "--branch", "1", "--step", "1", "--from", "1000", "--length", "5000", "--file", str(file))
    assert file.read_bytes() == admin.log(last)[1000:6000]
    admin.post(f"/api/executions/{running}/cancel", {})



def test_the_browser_fetches_of_a_million_lines_only_what_it_shows(server: OneProcess, admin: Api, fleet: Fleet) -> None:
    execution = flood(admin, fleet, "lines", "seq -f 'line number %.0f of many' 1 1000000")
    serial = admin.execution(execution)["serial"]
    with sync_playwright() as playwright:
        browser = launch(playwright)
        with watched(browser, server.base) as page:
            sign_in(page, "admin", PASSWORD)
            sizes: list[int] = []
            page.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length") or 0)) if f"/executions/{serial}/" in answer.url else None)
            began = time.monotonic()
            page.goto(f"/runs/{serial}#L765432")
            expect(page.get_by_test_id("log-box").get_by_text("line number 765432 of many")).to_be_visible(timeout=30_000)
            assert time.monotonic() - began < 30
            assert 10_000 < sum(sizes) < 1_000_000

            page.goto("/settings/storage")
            page.get_by_test_id("retention-output-days").fill("30")
            page.get_by_test_id("retention-save").click()
            expect(page.get_by_text("Set by admin")).to_be_visible()
            page.goto(f"/runs/{serial}")
            page.get_by_test_id("run-keep").click()
            expect(page.get_by_test_id("run-keep")).to_have_text("Kept")
        browser.close()
    assert admin.get("/api/executions/retention")["policy"] == {"output_days": 30}
    assert admin.execution(execution)["kept"]
