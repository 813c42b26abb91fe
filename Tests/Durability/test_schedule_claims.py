"""The claims about schedulers: every instant starts one run, whoever is killed and whatever clocks do."""
import datetime
import os
import random
import signal
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conftest import Ground
from harness.api import Api, set_up
from harness.process import Process
from harness.server import OneProcess
from harness.waiting import until

Tell = Callable[[str], None]

TAKEOVER = 15
HOUR = 3600


def instant(text: str) -> float:
    """Seconds since 1970."""
    return datetime.datetime.fromisoformat(text).timestamp()


def ledger(api: Api, schedule: str) -> list[dict[str, Any]]:
    """All of a schedule's instants, the oldest first."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = api.get("/api/schedules/occurrences", schedule=schedule, limit=500, **cursor)
        found += page["items"]
        if "next_cursor" not in page:
            return list(reversed(found))
        cursor = {"cursor": page["next_cursor"]}


def every_second(api: Api, name: str, command: str) -> dict[str, Any]:
    """A schedule of every second, and its job on the machine itself."""
    api.post("/api/targets", {"name": name, "connections": [{"kind": "local"}]})
    api.post("/api/jobs", {"definition": {"name": name, "targets": name, "steps": [{"name": "mark", "command": command}]}})
    return api.post("/api/schedules", {"definition": {"name": name, "job": name, "timing": {"cron": "* * * * * *"}}})


def settled(api: Api, name: str) -> list[dict[str, Any]]:
    """Pauses a schedule and waits until nothing of it is open; returns its ledger."""
    api.post(f"/api/schedules/{name}/pause", {"reason": "counted"})
    def closed() -> list[dict[str, Any]] | None:
        found = ledger(api, name)
        return None if any(entry["state"] == "due" or entry["state"] == "fired" and "outcome" not in entry for entry in found) else found
    return until(closed, 120, "the end of everything that was started")


def runs(api: Api, name: str) -> list[dict[str, Any]]:
    """The executions that a schedule of this name started."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = api.get("/api/executions", search=name, limit=500, **cursor)
        found += [run for run in page["items"] if run["name"] == name]
        if "next_cursor" not in page:
            return found
        cursor = {"cursor": page["next_cursor"]}


class Count:
    """What a ledger and the runs say together."""

    def __init__(self, entries: list[dict[str, Any]], executions: list[dict[str, Any]]) -> None:
        seconds = [int(instant(entry["at"])) for entry in entries]
        # What was due as it was paused, or waited for a scheduler that was killed, may have been skipped for that, and the ledger says so.
        self.entries = [entry for entry in entries if "paused" not in entry.get("reason", "")]
        self.paused = len(entries) - len(self.entries)
        self.expected = seconds[-1] - seconds[0] + 1
        self.gaps = sorted(set(range(seconds[0], seconds[-1] + 1)) - set(seconds))
        self.doubled = len(seconds) - len(set(seconds))
        self.fired = [entry for entry in self.entries if entry["state"] in ("fired", "late")]
        self.other = [entry for entry in self.entries if entry["state"] not in ("fired", "late")]
        self.lags = [instant(entry["decided_at"]) - instant(entry["at"]) for entry in self.fired]
        triggers = [run["trigger"]["at"] for run in executions]
        self.runs, self.twice = len(executions), len(triggers) - len(set(triggers))
        self.early = [run for run in executions if instant(run["created_at"]) < instant(run["trigger"]["at"])]


@contextmanager
def schedulers(ground: Ground, folder: Path, count: int) -> Iterator[list[Process]]:
    """So many schedulers beside each other, the one of the picture among them, which serves afterwards as before."""
    more = []
    for number in range(2, count + 1):
        part = ground.picture.part("schedules")
        part.settings |= ground.picture.settings
        part.log_file = folder / f"scheduler-{number}.log"
        more.append(part.start())
    try:
        yield [ground.picture.parts["schedules"], *more]
    finally:
        for part in more:
            part.kill()
        main = ground.picture.parts["schedules"]
        if main.process is None or main.process.poll() is not None:
            main.start()


def test_claim_6_killed_schedulers(
    ground: Ground, rounds: Callable[[int], int], tell: Tell, tmp_path: Path,
) -> None:
    """Three schedulers are killed at any moment: each second starts its run, once."""
    seed = random.randrange(1 << 30)
    chance, kills, pause = random.Random(seed), rounds(60), threading.Event()
    name = f"tick-{seed}"
    with schedulers(ground, tmp_path, 3) as three:
        every_second(ground.api, name, ground.leaving(name))
        for _ in range(kills):
            victim = chance.choice(three)
            pause.wait(chance.uniform(0.1, 1.6))
            victim.kill()
            pause.wait(chance.uniform(0, 1))
            victim.start()
        entries = settled(ground.api, name)
    count = Count(entries, runs(ground.api, name))
    effects = ground.effects_of({name})[name]
    tell(f"claim 6: {kills} kills of 3 schedulers (seed {seed}), {count.expected} seconds: {len(count.fired)} started their run, "
         f"{count.doubled + count.twice} doubled, {len(count.gaps)} absent, {len(count.other)} missed or skipped, {count.paused} skipped by the pause at the end, {count.runs} runs, {effects} effects; "
         f"slowest takeover {max(count.lags):.1f} s")

    assert not count.gaps, count.gaps[:5]
    assert (count.doubled, count.twice) == (0, 0)
    assert not count.other, count.other[:3]
    assert count.runs == len(count.fired) == effects
    assert not count.early
    assert max(count.lags) <= TAKEOVER


class SteppedClock:
    """The time of day of some processes, which steps when it is told to."""

    def __init__(self, folder: Path) -> None:
        self.file, self.library = folder / "clock", folder / "stepped_clock.so"
        self.set(0)
        subprocess.run(["clang", "-O2", "-shared", "-fPIC", "-o", self.library, Path(__file__).with_name("stepped_clock.c")], check=True)

    def set(self, seconds: int) -> None:
        """Steps to so many seconds beside the right time."""
        with self.file.open("r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("<q", seconds))

    def rule(self, process: Process) -> Process:
        """Has a process live by it from its next start on."""
        process.settings |= {"LD_PRELOAD": str(self.library), "STEPPED_CLOCK": str(self.file)}
        return process


@contextmanager
def stopped(processes: list[Process]) -> Iterator[None]:
    """Processes that stand still."""
    for process in processes:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process.pid, signal.SIGCONT)


def test_claim_7_a_scheduler_whose_clock_steps(
    ground: Ground, rounds: Callable[[int], int], tell: Tell, tmp_path: Path,
) -> None:
    """The clock of one of three schedulers steps an hour forward and back, while the others stand still for a moment: nothing starts early, twice or not
    at all. Jobs does not believe a service whose clock is so wrong, so others have to start what that one took."""
    seed = random.randrange(1 << 30)
    chance, steps, pause = random.Random(seed), rounds(20), threading.Event()
    clock, name = SteppedClock(tmp_path), f"step-{seed}"
    with schedulers(ground, tmp_path, 3) as three:
        three[2].stop()
        clock.rule(three[2]).start()
        every_second(ground.api, name, ground.leaving(name))
        for _ in range(steps):
            clock.set(chance.choice([HOUR, -HOUR]))
            with stopped(three[:2]):
                pause.wait(chance.uniform(3, 6))
            pause.wait(chance.uniform(0, 2))
            clock.set(0)
            pause.wait(chance.uniform(0.5, 3))
        entries = settled(ground.api, name)
        refused = three[2].log.count("could not be started and are tried again")
    count = Count(entries, runs(ground.api, name))
    tell(f"claim 7: {steps} steps of an hour of one of 3 schedulers' clocks (seed {seed}), {count.expected} seconds: {len(count.fired)} started their run, "
         f"{len(count.early)} early, {count.doubled + count.twice} doubled, {len(count.gaps)} absent, {len(count.other)} missed or skipped; "
         f"slowest {max(count.lags):.1f} s; it was refused {refused} times, because its clock was wrong")

    assert refused > 0
    assert not count.gaps, count.gaps[:5]
    assert (count.doubled, count.twice) == (0, 0)
    assert not count.early, count.early[:3]
    assert not count.other, count.other[:3]
    assert count.runs == len(count.fired)
    assert max(count.lags) <= TAKEOVER


def test_claim_7_the_clock_of_the_whole_machine_steps(tell: Tell, tmp_path: Path) -> None:
    """One process with everything, whose clock steps an hour forward, and back: an hour is missed and told, nothing comes in a burst or twice."""
    clock, pause = SteppedClock(tmp_path), threading.Event()
    server = OneProcess(tmp_path / "one", LOG_LEVEL="warning")
    clock.rule(server).start()
    try:
        api = set_up(server)
        every_second(api, "ticks", "true")
        def fired() -> int:
            return sum(entry["state"] == "fired" for entry in ledger(api, "ticks"))
        until(lambda: fired() >= 5, 30, "some runs")
        clock.set(HOUR)
        stepped = time.time()
        before = fired()
        until(lambda: fired() >= before + 5, 60, "runs after the step forward")
        caught_up = time.time() - stepped
        clock.set(0)
        pause.wait(5)
        clock.set(HOUR)
        before = fired()
        until(lambda: fired() >= before + 5, 60, "runs after the clock is where it was")
        count = Count(settled(api, "ticks"), runs(api, "ticks"))
    finally:
        server.kill()
    states = {state: sum(entry["state"] == state for entry in count.entries) for state in ("fired", "late", "missed", "skipped")}
    seconds = [run["created_at"][:19] for run in runs_by_second(count)]
    burst = max(seconds.count(second) for second in seconds)
    tell(f"claim 7: one process whose clock steps an hour forward, back, and forward: {count.expected} seconds, {states['fired']} started in time, "
         f"{states['missed']} missed and told, {count.doubled + count.twice} doubled, {len(count.gaps)} absent, at most {burst} runs in one second; "
         f"running again {caught_up:.1f} s after the step")

    assert not count.gaps, count.gaps[:5]
    assert (count.doubled, count.twice) == (0, 0)
    assert HOUR - 120 <= states["missed"] <= HOUR + 60
    assert states["late"] == states["skipped"] == 0
    assert count.runs == states["fired"]
    # What is younger than the grace of a minute may start at once.
    assert burst <= 62


def runs_by_second(count: Count) -> list[dict[str, str]]:
    """The instants at which runs began to be known."""
    return [{"created_at": entry["decided_at"]} for entry in count.fired]


@pytest.fixture(autouse=True)
def _no_leftovers(ground: Ground) -> Iterator[None]:
    """No schedule goes on ticking under the other claims."""
    yield
    for schedule in ground.api.get("/api/schedules")["items"]:
        ground.api.delete(f"/api/schedules/{schedule['id']}")
