"""Which targets printed the same, and what changed since the last good run: in a real browser and on the command line."""
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from harness.api import PASSWORD, Api
from harness.browser import accessible, fits, launch, picture, settled, sign_in, watched
from harness.cli import Cli
from harness.fleet import Fleet

# One machine always prints something else; a second one does once the word says so, and a third one fails.
COMMAND = """\
set -- $SSH_CONNECTION
echo "kernel 6.1"
case "$3" in *.3) echo "release 12 (old)";; *) echo "release 13";; esac
case "$3 "{{ parameters.word }} in *.4*later) echo "<b>patched</b>";; *.5*later) exit 3;; esac
echo "end"
"""


@pytest.fixture(scope="module")
def runs(admin: Api, fleet: Fleet) -> list[str]:
    """A good run and a later one, by serial."""
    parameters = [{"name": "word", "type": "string", "default": "now", "pattern": "[a-z]+"}]
    job = admin.post("/api/jobs", {"definition": {
        "name": "releases", "targets": fleet.filter, "parameters": parameters,
        "steps": [{"name": "ask", "command": COMMAND}, {"name": "quiet", "command": "true"}]}})
    serials = []
    for word, end in (("now", "succeeded"), ("later", "failed")):
        run = admin.post(f"/api/jobs/{job['id']}/run", {"parameters": {"word": word}})
        assert admin.finished(run["id"])["state"] == end
        serials.append(run["serial"])
    return serials


@pytest.fixture(scope="module")
def page(installation, runs: list[str]) -> Iterator[Page]:
    """A page in which the administrator signed in."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        with watched(browser, installation.server.base) as signed_in:
            sign_in(signed_in, "admin", PASSWORD)
            yield signed_in
        browser.close()


def test_targets_that_printed_the_same_are_one_group(page: Page, runs: list[str], fleet: Fleet) -> None:
    page.goto(f"/runs/{runs[0]}?tab=groups&step=1")
    settled(page)

    expect(page.get_by_test_id("groups-sentence")).to_have_text(f"{len(fleet.targets) - 1} the same, 1 differs")
    groups = page.get_by_test_id("output-group")
    expect(groups).to_have_count(2)
    expect(groups.nth(0).get_by_role("link")).to_have_count(len(fleet.targets) - 1)
    expect(groups.nth(1).get_by_test_id("difference")).to_contain_text("release 12 (old)")
    accessible(page, "grouped outputs")
    fits(page)
    picture(page, "run-outputs")
    groups.nth(1).get_by_role("link").click()
    expect(page.get_by_test_id("log-box")).to_contain_text("release 12 (old)")


def test_every_step_has_its_groups(page: Page, runs: list[str], fleet: Fleet) -> None:
    page.goto(f"/runs/{runs[0]}?tab=groups")
    settled(page)
    expect(page.get_by_test_id("groups-sentence")).to_have_text(f"All {len(fleet.targets)} the same")

    page.get_by_test_id("groups-step").select_option(label="Step 1: ask")

    expect(page.get_by_test_id("output-group")).to_have_count(2)


def test_a_run_is_compared_with_the_last_good_one(page: Page, runs: list[str], fleet: Fleet) -> None:
    page.goto(f"/runs/{runs[1]}?tab=comparison")
    settled(page)

    expect(page.get_by_test_id("comparison-sentence")).to_have_text(f"{len(fleet.targets) - 2} the same, 2 changed")
    rows = page.get_by_test_id("compared-row")
    expect(rows).to_have_count(2)
    rows.filter(has_text="Succeeded").first.get_by_test_id("compared-lines").click()
    expect(page.get_by_test_id("difference")).to_contain_text("<b>patched</b>")
    assert page.locator("[data-testid=difference] b").count() == 0
    accessible(page, "comparison")
    fits(page)
    picture(page, "run-comparison")


def test_a_run_is_compared_with_any_other_one(page: Page, runs: list[str]) -> None:
    page.goto(f"/runs/{runs[0]}?tab=comparison")
    expect(page.get_by_role("alert")).to_contain_text("no earlier run of the same job")
    page.get_by_test_id("compare-with").fill(runs[0])
    page.get_by_test_id("compare").click()

    expect(page.get_by_text("Nothing differs")).to_be_visible()


def test_the_command_line_groups_and_compares_too(installation, runs: list[str], fleet: Fleet, tmp_path: Path) -> None:
    cli = Cli(tmp_path)
    cli.login(installation.server.base)

    grouped = cli.ok("execution", "outputs", runs[0])
    compared = cli.ok("execution", "diff", "--lines", runs[1])
    counts = cli.json("execution", "diff", runs[1], runs[0])["comparison"]

    assert f"  {len(fleet.targets) - 1} the same, exit code 0: " in grouped
    assert "    - release 13\n    + release 12 (old)\n" in grouped
    assert compared.startswith(f"{runs[1]} against {runs[0]}: {len(fleet.targets) - 2} the same, 2 changed\n")
    assert "    + <b>patched</b>\n" in compared
    assert (counts["same"], counts["changed"], counts["only_here"]) == (len(fleet.targets) - 2, 2, 0)
    assert cli.run("execution", "diff", runs[0]).returncode != 0


def test_all_output_is_searched_newest_first(page: Page, runs: list[str]) -> None:
    page.goto("/runs")
    settled(page)
    page.get_by_role("link", name="Search output").click()
    page.get_by_test_id("search").fill("PATCHED")

    expect(page.get_by_test_id("search-progress")).to_contain_text("1 line found")
    expect(page.get_by_test_id("search-progress")).to_contain_text("all there is")
    expect(page.get_by_test_id("found-line")).to_have_text("3<b>patched</b>")
    expect(page.locator("mark")).to_have_text("patched")
    page.get_by_test_id("search").fill("release 1")
    expect(page.get_by_test_id("found-part")).to_have_count(10)
    expect(page.get_by_test_id("found-part").first).to_contain_text(runs[1])
    expect(page.get_by_test_id("found-part").last).to_contain_text(runs[0])
    accessible(page, "search in output")
    fits(page)
    picture(page, "output-search")
    page.get_by_test_id("found-part").last.get_by_role("link").click()
    expect(page.get_by_test_id("log-box")).to_contain_text("release 1")


def test_the_command_line_searches_too(installation, runs: list[str], tmp_path: Path) -> None:
    cli = Cli(tmp_path)
    cli.login(installation.server.base)

    everywhere = cli.ok("logs", "search", "patched", "--job", "releases").splitlines()
    first = cli.ok("logs", "search", "Release 1", "--execution", runs[0], "--limit", "2").splitlines()
    none = cli.ok("logs", "search", "no such text", "--since", "2020-01-01T00:00:00Z")

    assert len(everywhere) == 1 and everywhere[0].startswith(f"{runs[1]} ") and everywhere[0].endswith(" step 1 line 3: <b>patched</b>")
    assert len(first) == 3 and first[2] == "There may be more; say a higher --limit."
    assert none == "No line has no such text in it.\n"
    assert cli.run("logs", "search", "x", "--since", "yesterday").returncode == 2
