"""Steps that run under a supervisor on their target: whatever becomes of the process that began them, they run once and are told whole."""
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.api import Api, set_up
from harness.fleet import Fleet
from harness.server import OneProcess
from harness.sshd import Sshd
from harness.waiting import until

LINES = 60


class House:
    """A process of its own that may be hurt, a machine, and what ran on it."""

    def __init__(self, folder: Path, sshd: Sshd) -> None:
        self.server = OneProcess(folder / "server", LEASE_SECONDS="5").start()
        self.api, self.effects, self.sshd = set_up(self.server), folder / "effects", sshd
        self.fleet = Fleet(self.api, sshd, "alive")

    def step(self, mark: str, **more: Any) -> dict[str, Any]:
        """A step that leaves a mark and then talks for a while."""
        command = (f"echo {mark} >> {self.effects}; i=0; while [ $i -lt {LINES} ]; do i=$((i + 1)); echo line $i; echo error $i >&2; sleep 0.05; done; "
                   f"echo end >> {self.effects}; exit 3")
        return {"name": mark, "command": command, "accepted_exit_codes": [3], "survives": "always", **more}

    def run(self, *steps: dict[str, Any]) -> str:
        """Starts a job of these steps on one machine and returns when all of them have said something."""
        definition = {"name": steps[0]["name"], "targets": self.fleet.one(), "steps": list(steps)}
        job = self.api.post("/api/jobs", {"definition": definition})["id"]
        execution = self.api.post(f"/api/jobs/{job}/run", {})["id"]
        for number in range(1, len(steps) + 1):
            until(lambda at=number: b"line 5\n" in self.api.log(execution, step=at), 20, f"step {number} talking")
        return execution

    def count(self, mark: str) -> int:
        """How often a mark was left."""
        return self.effects.read_text().split().count(mark)

    @property
    def processes(self) -> list[int]:
        """What runs on the machine for a step of ours, or waits for it."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if b"m=pid" in words and str(self.effects).encode() in words:
                found.append(int(folder.name))
        return found

    @property
    def has_ended(self) -> bool:
        """Whether a supervisor has noted the end of its command."""
        folder = self.sshd.home / ".opsconductor" / "spool"
        return any(file.read_text().rstrip().endswith(".") for file in folder.glob("*.run"))

    @property
    def spool(self) -> list[str]:
        """The files that the machine keeps."""
        folder = self.sshd.home / ".opsconductor" / "spool"
        return [file.name for file in folder.glob("[!.]*")] if folder.exists() else []


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sshd: Sshd) -> Iterator[House]:
    """The house."""
    made = House(tmp_path_factory.mktemp("survival"), sshd)
    try:
        yield made
    finally:
        made.server.kill()


def expected(word: str) -> bytes:
    """What a step says in one of its streams."""
    return "".join(f"{word} {number}\n" for number in range(1, LINES + 1)).encode()


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_a_step_goes_on_without_its_process(house: House, how: str) -> None:
    """Two steps beside each other, of which none is lost, repeated, or told with a gap."""
    execution = house.run(house.step(f"{how}-one", needs=[]), house.step(f"{how}-two", needs=[]))

    getattr(house.server, how)()
    house.server.start()
    ended = house.api.finished(execution)

    assert ended["state"] == "succeeded"
    for number in (1, 2):
        assert house.api.log(execution, step=number, stream="stdout") == expected("line")
        assert house.api.log(execution, step=number, stream="stderr") == expected("error")
    steps = house.api.branches(execution)[0]["steps"]
    assert [(step["exit_code"], step["attempt"], "note" in step["supervision"]) for step in steps] == [(3, 1, False)] * 2
    assert steps[0]["output_hash"] == steps[1]["output_hash"]
    assert [house.count(f"{how}-{name}") for name in ("one", "two")] == [1, 1]
    until(lambda: not house.spool, 10, "an empty spool")
    until(lambda: not house.processes, 10, "the end of everything that waited")


def test_a_step_is_cancelled_by_whoever_follows_it(house: House) -> None:
    """Its processes are gone, and it says so."""
    execution = house.run(house.step("cancelled", command=f"echo pid $$ >> {house.effects}; echo line 5; sleep 300; true"))
    house.server.kill()
    house.server.start()

    house.api.post(f"/api/executions/{execution}/cancel", {})

    assert house.api.finished(execution)["state"] == "cancelled"
    words = house.effects.read_text().split()
    assert not Path("/proc", words[words.index("pid") + 1]).exists()


def test_a_step_that_ended_meanwhile_is_told_as_it_ended(house: House) -> None:
    """The process is away until long after the end."""
    execution = house.run(house.step("late"))
    house.server.kill()
    until(lambda: house.effects.read_text().split()[-1] == "end", 20, "the end on the machine")
    until(lambda: house.has_ended, 10, "the note of the end")

    house.server.start()

    assert house.api.finished(execution)["state"] == "succeeded"
    assert house.api.log(execution, stream="stdout") == expected("line")
    assert house.count("late") == 1


def test_a_step_that_cannot_survive_says_so(house: House) -> None:
    """On the machine of the worker itself there is nobody to supervise it."""
    house.api.post("/api/targets", {"name": "worker-itself", "connections": [{"kind": "local"}]})
    execution = house.api.run("echo hello", "name = worker-itself", timeout_seconds=61)

    house.api.finished(execution)

    step = house.api.branches(execution)[0]["steps"][0]
    assert step["state"] == "succeeded"
    assert "the worker's own machine" in step["supervision"]["note"]
    assert "spool" not in step["supervision"]
