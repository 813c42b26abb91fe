"""The claim about cancelling: the processes are gone, and the state says so once, also when the command ends at the same time."""
import random
import shlex
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from conftest import Ground
from harness.api import FINAL, Api
from harness.processes import pids_with
from harness.waiting import until
from ledgers import Rows

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
    answer: int
    state: str
    # Seconds from the request to the last moment at which a process was seen.
    lived: float
    # Processes that were there when the state was final.
    left: int


def cancel(api: Api, target: str, kind: str, seed: str, effects: Path) -> Cancelled:
    """Starts a command and cancels it after a random time."""
    chance = random.Random(seed)
    seconds, mark = chance.uniform(0, 1.2), str(chance.randrange(10**11, 10**12))
    command = COMMANDS[kind].format(mark=mark, seconds=f"{chance.uniform(0.1, 1.2):.2f}", effects=shlex.quote(str(effects)))
    execution = api.run(command, target)
    threading.Event().wait(seconds)
    began = seen = time.monotonic()
    answer = api.raw("POST", f"/api/executions/{execution}/cancel", json={})

    def final() -> str | None:
        nonlocal seen
        state = api.execution(execution)["state"]
        if pids := pids_with(mark):
            seen = time.monotonic()
        return f"{state} {len(pids)}" if state in FINAL else None
    state, left = until(final, 30, f"the end of {execution}, which is cancelled").split()
    if int(left):
        # What was seen just before the state was asked for may be gone by now.
        left = str(len(pids_with(mark)))
        until(lambda: not pids_with(mark), 30, f"the end of the processes of {execution}")
        seen = time.monotonic()
    return Cancelled(execution, mark, kind, answer.status_code, state, seen - began, int(left))


def test_claim_14_cancelled_means_gone_and_is_said_once(ground: Ground, rounds: Callable[[int], int], tell: Tell, tmp_path: Path) -> None:
    """Cancels at any time, over SSH and on the worker's own machine."""
    times, seed, effects = rounds(200), random.randrange(1 << 32), tmp_path / "effects"
    effects.touch()
    rows = Rows(ground.database, ground.picture.databases["EXECUTION_DATABASE_URL"])
    after, kinds = rows.newest(), list(COMMANDS)
    local = ground.api.post("/api/targets", {"name": f"own-{seed}", "connections": [{"kind": "local"}]})["name"]

    def one(number: int) -> Cancelled:
        api = Api(ground.api.base, bearer=ground.api.bearer)
        target = f"name = {local}" if number % 2 else ground.fleet.one(number // 2 % 5 + 1)
        return cancel(api, target, kinds[number // 2 % len(kinds)], f"{seed} {number}", effects)

    with ThreadPoolExecutor(6) as pool:
        ended = list(pool.map(one, range(times)))
    feed = rows.all(
        "SELECT executions.id, feed.kind, convert_from(body, 'UTF8')::json ->> 'state' AS state FROM feed "
        f"JOIN executions ON key = execution WHERE key > {after} AND feed.kind IN ('branch', 'execution')")
    finals = Counter((row["id"], row["kind"]) for row in feed if row["state"] in FINAL)
    unlike = [run for run in ended if any(finals[run.execution, kind] != 1 for kind in ("branch", "execution"))]
    done = set(effects.read_text().split())
    states, answers = Counter(run.state for run in ended), Counter(run.answer for run in ended)
    untrue = [run for run in ended if run.state == "succeeded" and run.mark not in done or run.state == "failed" or run.answer not in (202, 409)]
    slowest, left = max(run.lived for run in ended), [run for run in ended if run.left]
    cut = sum(run.state == "cancelled" and run.mark in done for run in ended)
    tell(f"claim 14: {times} cancels at random times over SSH and locally (seed {seed}): {dict(states)}, answers {dict(answers)}; processes gone "
         f"after at most {slowest:.1f} s, {len(left)} runs over with processes left; {len(unlike)} ends said not once, {len(untrue)} untrue; "
         f"{cut} cancelled after their last command")

    assert slowest <= LIMIT
    assert not left, left[:3]
    assert not unlike, unlike[:3]
    assert not untrue, untrue[:3]
    assert set(states) <= {"cancelled", "succeeded"}
