"""What changes when several workers (`-n`) run the tests: which files begin first, and a line for each file when its last test has ended."""
import time
from collections import Counter

import pytest

# What takes longest begins first, so that nobody waits at the end for one worker; all others follow in their usual order.
LONGEST = (
    "test_screens", "test_api_description", "test_notifications", "test_browser_workflow", "test_browser_notifications", "test_archive",
    "test_payloads", "test_first_start", "test_pieces", "test_browser_audit", "test_browser_schedules", "test_audit", "test_browser_editor",
    "test_survival", "test_secrets", "test_browser_events", "test_browser_targets", "test_main_job", "test_health", "test_replicas",
    "test_browser_health", "test_browser_week", "test_browser_runs")


def file_of(nodeid: str) -> str:
    """The name of a test's file."""
    return nodeid.partition("::")[0].rpartition("/")[2]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts the longest files first; alone, tests keep their order."""
    if hasattr(config, "workerinput"):
        places = {f"{name}.py": place for place, name in enumerate(LONGEST)}
        items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_configure(config: pytest.Config) -> None:
    """Takes over from the dots, of which nobody could say whose they are."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Files(config), "files")


class Files:
    """Says of each file how it went when its last test has ended, and of each failure that it happened; the reports follow at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.open: Counter[str] = Counter()
        self.total = 0
        self.began: dict[str, float] = {}
        self.outcomes: dict[str, Counter[str]] = {}

    def say(self, text: str) -> None:
        """Writes a line."""
        self.config.get_terminal_writer().line(text)
        self.config.get_terminal_writer().flush()

    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Counts the tests of each file; all workers have found the same ones."""
        if not self.total:
            self.open.update(file_of(nodeid) for nodeid in ids)
            self.total = len(self.open)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """No letter for what went as it should."""
        if self.config.get_verbosity() > 0 or report.failed or (report.passed and report.when != "call"):
            return None
        return report.outcome, "", ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes note; the last part of a test is its tear-down."""
        name = file_of(report.nodeid)
        self.began.setdefault(name, time.monotonic() - report.duration)
        outcomes = self.outcomes.setdefault(name, Counter())
        if report.failed:
            outcomes["failed"] += 1
            self.say(f"FAILED {report.nodeid} ({report.when})")
        elif report.skipped or report.when == "call":
            outcomes[report.outcome] += 1
        if report.when != "teardown":
            return
        self.open[name] -= 1
        if not self.open[name]:
            counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
            ended = sum(not left for left in self.open.values())
            self.say(f"[{ended}/{self.total}] {name}: {counts}, {time.monotonic() - self.began[name]:.0f} s")
