"""The claim about cancelling: the processes are gone, and the state says so once, also when the command ends at the same time."""
import os
import random
import shlex
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import Ground
from harness.api import FINAL, Api
from harness.processes import pids_with
from harness.waiting import until
from rows import Rows

Tell = Callable[[str], None]
LIMIT = 5
# The mark stands in the arguments of every process. Some children, a deaf family, and what ends by itself at about the same time.
COMMANDS = {
    "family": "sleep 1000.{mark} & sh -c 'sleep 1001.{mark} & sleep 1002.{mark}' & wait",
    "deaf": "trap '' TERM INT HUP; while :; do sleep 0.2{mark}; done",
    "short": "sleep {seconds}{mark}; echo {mark} >> {effects}",
}


@dataclass
class Cancelled:
    """What became of one run that was cancelled."""

    execution: str
    mark: str
    kind: str
    way: str
    answer: int
    state: str
    # Seconds from the request to the last moment at which a process was seen.
    lived: float
    # Processes that were there when the state was final.
    left: int


def cancel(api: Api, target: str, kind: str, way: str, seed: str, effects: Path) -> Cancelled:
    """Starts a command and cancels it after a random time."""
    chance = random.Random(seed)
    seconds, mark = chance.uniform(0, 1.2), str(chance.randrange(10**11, 10**12))
    command = COMMANDS[kind].format(mark=mark, seconds=f"{chance.uniform(0.1, 1.2):.2f}", effects=shlex.quote(str(effects)))
    execution = api.run(command, target)
    threading.Event().wait(seconds)
    began = seen = looked = time.monotonic()
    answer = api.raw("POST", f"/api/executions/{execution}/cancel", json={})

    def final() -> str | None:
        nonlocal seen, looked
        state = api.execution(execution)["state"]
        # Looking at all processes is work for the machine that is measured.
        if state not in FINAL and time.monotonic() - looked < 0.1:
            return None
        pids, looked = pids_with(mark), time.monotonic()
        seen = looked if pids else seen
        return f"{state} {len(pids)}" if state in FINAL else None
    state, left = until(final, 30, f"the end of {execution}, which is cancelled").split()
    if int(left):
        # What was seen just before the state was asked for may be gone by now.
        left = str(len(pids_with(mark)))
        until(lambda: not pids_with(mark), 30, f"the end of the processes of {execution}")
        seen = time.monotonic()
    return Cancelled(execution, mark, kind, way, answer.status_code, state, seen - began, int(left))


def cancel_many(ground: Ground, times: int, seed: int, kinds: list[str], effects: Path) -> list[Cancelled]:
    """Cancels at any time, every other command over SSH and the rest on the worker's own machine; checks what holds for each."""
    effects.touch()
    rows = Rows(ground.database, ground.picture.databases["EXECUTION_DATABASE_URL"])
    after = rows.newest()
    local = ground.api.post("/api/targets", {"name": f"own-{seed}", "connections": [{"kind": "local"}]})["name"]

    def one(number: int) -> Cancelled:
        api = Api(ground.api.base, bearer=ground.api.bearer)
        target = f"name = {local}" if number % 2 else ground.fleet.one(number // 2 % 5 + 1)
        return cancel(api, target, kinds[number // 2 % len(kinds)], "locally" if number % 2 else "over SSH", f"{seed} {number}", effects)

    with ThreadPoolExecutor(6) as pool:
        ended = list(pool.map(one, range(times)))
    ids = {row["key"]: row["id"] for row in rows.all(f"SELECT key, id FROM executions WHERE key > {after}")}
    finals = Counter((ids[entry["execution"]], entry["kind"]) for entry in rows.feed(after) if entry["state"] in FINAL)
    unlike = [run for run in ended if any(finals[run.execution, kind] != 1 for kind in ("branch", "execution"))]
    assert not unlike, unlike[:3]
    return ended


def slowest(ended: list[Cancelled]) -> str:
    """The longest life after a cancel by the kind of command and the way to it."""
    most: dict[str, float] = {}
    for run in ended:
        most[f"{run.kind} {run.way}"] = max(most.get(f"{run.kind} {run.way}", 0), run.lived)
    return ", ".join(f"{what} {seconds:.1f} s" for what, seconds in sorted(most.items()))


def test_claim_14_cancelled_means_gone_and_is_said_once(ground: Ground, rounds: Callable[[int], int], tell: Tell, tmp_path: Path) -> None:
    """The state is final once and true, and no process is left."""
    times, seed = rounds(200), random.randrange(1 << 32)
    ended = cancel_many(ground, times, seed, list(COMMANDS), tmp_path / "effects")
    done = set((tmp_path / "effects").read_text().split())
    states, answers = Counter(run.state for run in ended), Counter(run.answer for run in ended)
    untrue = [run for run in ended if run.state == "succeeded" and run.mark not in done or run.state == "failed" or run.answer not in (202, 409)]
    left = [run for run in ended if run.left]
    tell(f"claim 14: {times} cancels at random times (seed {seed}): {dict(states)}, each said once, {len(untrue)} untrue, "
         f"{sum(run.state == 'cancelled' and run.mark in done for run in ended)} after the last command; answers {dict(answers)}; {len(left)} runs "
         f"over with processes left; processes gone after at most: {slowest(ended)}")

    assert not left, left[:3]
    assert not untrue, untrue[:3]
    assert set(states) <= {"cancelled", "succeeded"}
    assert max(run.lived for run in ended) <= LIMIT


@pytest.fixture
def crowd() -> Iterator[int]:
    """So many idle processes on the machine."""
    count = 1500
    group = subprocess.Popen(
        ["sh", "-c", f"for i in $(seq {count}); do sleep 100000 & done; echo all; wait"], stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert group.stdout and group.stdout.readline() == b"all\n"
        yield count
    finally:
        os.killpg(group.pid, signal.SIGKILL)
        group.wait()


def test_claim_14_holds_on_a_crowded_machine(
        ground: Ground, crowd: int, rounds: Callable[[int], int], tell: Tell, tmp_path: Path) -> None:
    """Where many processes run, those that are cancelled are gone as soon."""
    times, seed = rounds(12), random.randrange(1 << 32)
    ended = cancel_many(ground, times, seed, ["family", "deaf"], tmp_path / "effects")
    states = Counter(run.state for run in ended)
    tell(f"claim 14: {times} cancels beside {crowd} idle processes (seed {seed}): {dict(states)}; processes gone after at most: {slowest(ended)}")

    assert set(states) == {"cancelled"}
    assert max(run.lived for run in ended) <= LIMIT
