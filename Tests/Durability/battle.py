"""Workers under load, and something that is done to them again and again."""
import itertools
import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import requests

from conftest import Ground
from crew import Hand
from gate import Gate
from harness.api import Api
from ledgers import Comparison, Effects
from rows import Rows

LEASE, SCAN = 5, 2
# Which steps of a job may be repeated.
SHORT = {"again": [True, True, True], "once": [False, False, False], "mixed": [True, False, True]}
LONG = {"long once": [False] * 8, "long mixed": [True, False] * 4}


@dataclass
class Battle:
    """What happened to workers under load."""

    rows: Rows
    effects: Effects
    seed: int = field(default_factory=lambda: random.randrange(1 << 32))
    times: int = 0
    # Branches that a worker held when it was hurt, and when that was.
    held: list[tuple[float, str, int]] = field(default_factory=list)
    # Executions whose state at the API is not the one in the tables.
    differing: int = 0
    # Answers of Executions that refused a late report, and those that told a worker what it no longer holds.
    refusals: int = 0
    revocations: int = 0
    comparison: Comparison | None = None

    @property
    def found(self) -> list[float]:
        """How long it took until something became of each branch that a worker held when it was hurt, in seconds."""
        assert self.comparison
        keys = {row["id"]: key for key, row in self.comparison.executions.items()}
        times = []
        for at, execution, number in self.held:
            later = [entry["at"] for entry in self.comparison.entries(keys[execution], number) if entry["kind"] == "branch" and entry["at"] >= at]
            times.append(later[0] - at if later else float("inf"))
        return times

    @property
    def runs(self) -> str:
        """What ran, and how it ended."""
        assert self.comparison
        states = Counter(branch["state"] for branch in self.comparison.branches)
        again = sum(branch["fence"] > 1 for branch in self.comparison.branches)
        return (f"{len(self.comparison.executions)} runs on {len(self.comparison.branches)} branches ("
                + ", ".join(f"{count} {state}" for state, count in sorted(states.items())) + f"; {again} leased again)")

    def note(self, at: float, worker: str | None = None) -> None:
        """Remembers what a worker holds that was hurt at this time, or what all of them hold."""
        self.held += [(at, row["execution"], row["number"]) for row in self.rows.held(worker)]

    def compare(self, api: Api, after: int, jobs: dict[str, list[bool]]) -> None:
        """Waits for the end of everything after an execution and compares the ledgers."""
        self.rows.await_ends(after)
        self.comparison = Comparison(self.rows, after, self.effects, jobs)
        self.differing = sum(api.execution(row["id"])["state"] != row["state"] for row in self.comparison.executions.values())


Hurt = Callable[[Battle, Hand, random.Random], None]


def fight(
        ground: Ground, folder: Path, times: int, hurt: Hurt, *, jobs: dict[str, list[bool]] = SHORT, spare: int = 0, most: int = 4,
        awaits_refusal: bool = False) -> Battle:
    """Hurts two workers so many times in all while jobs run on all machines, at most so many, and `spare` more workers are left in peace;
    then waits for the end of all jobs and compares the ledgers. Who awaits a refusal goes on, at most twenty times more, until one of the
    two was refused a late report: that something was under way when it was hurt is a matter of chance."""
    battle = Battle(
        Rows(ground.database, ground.picture.databases["EXECUTION_DATABASE_URL"]), Effects(folder / "effects"))
    after, begun = battle.rows.newest(), itertools.count()
    with ExitStack() as ends:
        ground.picture.parts["worker"].stop()
        ends.callback(ground.picture.parts["worker"].start)
        crew = []
        for number in range(2 + spare):
            gate = Gate(ground.picture.ports["executions"])
            ends.callback(gate.close)
            crew.append(Hand(ground.picture, folder, number, gate).start())
            ends.callback(crew[-1].stop)
        named = {f"{folder.name} {name}": steps for name, steps in jobs.items()}
        ids = save_jobs(ground.api, ground.fleet.filter, named, battle.effects)

        def hurt_often(hand: Hand) -> None:
            chance = random.Random(f"{battle.seed} {hand.number}")
            while (number := next(begun)) < times or (awaits_refusal and number < times + 20 and not any(one.gate.refusals for one in crew)):
                hurt(battle, hand, chance)
                battle.times += 1

        with Work(ground.api, battle.rows, ids, battle.seed, most), ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(hurt_often, hand) for hand in crew[:2]]:
                done.result()
        battle.compare(ground.api, after, named)
        battle.refusals, battle.revocations = (sum(getattr(hand.gate, kind) for hand in crew) for kind in ("refusals", "revocations"))
    return battle


def save_jobs(api: Api, targets: str, jobs: dict[str, list[bool]], effects: Effects) -> list[str]:
    """Saves jobs whose steps leave their traces; returns their ids."""
    def definition(name: str, repeatable: list[bool]) -> dict:
        steps = [
            {"name": f"step {number}", "command": effects.command(number, "{{ parameters.pause }}"), "repeatable": may}
            for number, may in enumerate(repeatable, 1)]
        return {"name": name, "targets": targets, "parameters": [{"name": "pause", "type": "string", "required": True}], "steps": steps}
    return [api.post("/api/jobs", {"definition": definition(name, repeatable)})["id"] for name, repeatable in jobs.items()]


class Work:
    """Starts jobs all the time, as long as not too many run."""

    def __init__(self, api: Api, rows: Rows, jobs: list[str], seed: int, most: int = 4) -> None:
        self.api, self.rows, self.jobs = Api(api.base, bearer=api.bearer), rows, jobs
        self.random, self.most, self.after = random.Random(seed), most, rows.newest()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._work)

    def __enter__(self) -> "Work":
        self.thread.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self.over.set()
        self.thread.join(60)

    def _work(self) -> None:
        while not self.over.is_set():
            if len(self.rows.open_after(self.after)) >= self.most:
                self.over.wait(0.1)
                continue
            job, pause = self.random.choice(self.jobs), self.random.choice(("0", "0.05", "0.3", "1.2"))
            try:
                self.api.raw("POST", f"/api/jobs/{job}/run", json={"parameters": {"pause": pause}}, headers={"Idempotency-Key": uuid.uuid4().hex})
            except requests.RequestException:
                continue
