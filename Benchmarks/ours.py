"""Our server as it is measured: whole process, through its public API, everything stored."""
import sys
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "Tests" / "Acceptance"))

from farm import Farm  # noqa: E402
from harness.api import FINAL, Api, set_up  # noqa: E402
from harness.server import Server  # noqa: E402
from measuring import Sample, Span, memory_kb  # noqa: E402

PARALLEL = 50


class WrongAnswer(Exception):
    """A measurement that does not count because an answer was not right."""


class Ours:
    """A server with targets over SSH (all tagged `all`, the first of them also `few`)."""

    def __init__(self, folder: Path, farm: Farm, targets: int, few: int) -> None:
        self.farm, self.targets, self.few = farm, targets, few
        self.server = Server(folder, LOG_LEVEL="error").start()
        self.api: Api = set_up(self.server)
        self._describe()

    def _describe(self) -> None:
        credential = self.api.post("/api/targets/credentials", {
            "name": "farm", "kind": "ssh_key", "username": "root", "private_key": self.farm.user_key.read_text()})["id"]
        algorithm, blob = self.farm.host_key
        for number, host in enumerate(self.farm.addresses[:self.targets]):
            name = f"host{number:03}"
            self.api.post("/api/targets", {
                "name": name, "tags": ["all", "few"] if number < self.few else ["all"],
                "connections": [{"kind": "ssh", "host": host, "port": self.farm.port, "credential": credential}]})
            self.api.post(f"/api/targets/{name}/host-keys", {"algorithm": algorithm, "blob": blob})

    def describe_local(self, count: int) -> None:
        """Adds targets that are this machine itself."""
        for number in range(count):
            self.api.post("/api/targets", {"name": f"here{number:04}", "tags": ["here"], "connections": [{"kind": "local"}]})

    def forget_connections(self) -> None:
        """Restarts the server, so that the next run finds no open connection."""
        self.server.restart()

    def memory_kb(self) -> int:
        """Proportional resident memory now."""
        return memory_kb([self.server.pid])

    def run(self, command: str, tag: str, parallel: int = PARALLEL, **more: Any) -> tuple[Sample, str]:
        """Runs a command on all targets with the tag, from the request to the end as a client sees it."""
        span = Span([self.server.pid], self.farm.pids)
        execution = self.api.run(command, f"tag = {tag}", max_parallel=parallel, **more)
        begin = time.monotonic()
        while self.api.execution(execution)["state"] not in FINAL:
            # Asking costs the server CPU time that is no part of the work: at most 2 % late, in our disfavour.
            time.sleep(max(0.01, (time.monotonic() - begin) / 50))
        return span.end(), execution

    def hello(self, tag: str, count: int) -> Sample:
        """`echo hello` on every target with the tag; counts only if all said it."""
        sample, execution = self.run("echo hello", tag)
        self.check_hello(execution, count)
        return sample

    def supervised_hello(self, tag: str, count: int) -> Sample:
        """The same under supervisors on the targets; counts only if all had one."""
        sample, execution = self.run("echo hello", tag, timeout_seconds=61)
        self.check_hello(execution, count)
        spools = sum("spool" in branch["steps"][0].get("supervision", {}) for branch in self.api.branches(execution))
        if spools != count:
            raise WrongAnswer(f"{spools} of {count} were supervised")
        return sample

    def check_hello(self, execution: str, count: int) -> None:
        """Every branch succeeded and wrote exactly its line."""
        state = self.api.execution(execution)
        texts: dict[int, str] = {}
        for entry in self.feed(execution):
            if entry["kind"] == "output":
                texts[entry["branch"]] = texts.get(entry["branch"], "") + entry["text"]
        good = sum(text == "hello\n" for text in texts.values())
        if good != count or state["counts"]["succeeded"] != count:
            raise WrongAnswer(f"{good} of {count} right answers, {state['counts']}")

    def feed(self, execution: str) -> list[dict[str, Any]]:
        """Everything that happened in an execution."""
        entries: list[dict[str, Any]] = []
        while True:
            piece = self.api.get(f"/api/executions/{execution}/feed", after=len(entries), limit=5000)
            entries += piece["entries"]
            if piece["is_complete"] or not piece["entries"]:
                return entries

    def stop(self) -> None:
        """Ends the server."""
        self.server.stop()
