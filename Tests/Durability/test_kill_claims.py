"""The claims about workers that are killed: what they held is found, nothing is lost or recorded twice, nothing runs twice that must not."""
import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import requests

from conftest import Ground
from crew import Hand
from harness.api import Api
from ledgers import Comparison, Effects, Rows

Tell = Callable[[str], None]
LEASE, SCAN = 5, 2
# Which steps of a job may be repeated.
JOBS = {"again": [True, True, True], "once": [False, False, False], "mixed": [True, False, True]}


@dataclass
class Battle:
    """What happened while workers were killed."""

    seed: int
    kills: int = 0
    held: list[tuple[float, str, int]] = field(default_factory=list)
    comparison: Comparison | None = None
    api: Counter[str] = field(default_factory=Counter)

    @property
    def found(self) -> list[float]:
        """How long it took until something became of each branch that a killed worker held, in seconds."""
        assert self.comparison
        keys = {row["id"]: key for key, row in self.comparison.executions.items()}
        times = []
        for at, execution, number in self.held:
            later = [entry["at"] for entry in self.comparison.entries(keys[execution], number) if entry["kind"] == "branch" and entry["at"] >= at]
            times.append(later[0] - at if later else float("inf"))
        return times


def save_job(api: Api, name: str, repeatable: list[bool], targets: str, effects: Effects) -> str:
    """A job whose steps leave their traces."""
    steps = [
        {"name": f"step {number}", "command": effects.command(number, "{{ parameters.pause }}"), "repeatable": may}
        for number, may in enumerate(repeatable, 1)]
    parameters = [{"name": "pause", "type": "string", "required": True}]
    return api.post("/api/jobs", {"definition": {"name": name, "targets": targets, "parameters": parameters, "steps": steps}})["id"]


class Work:
    """Starts jobs all the time, as long as not too many run."""

    def __init__(self, ground: Ground, rows: Rows, jobs: list[str], seed: int, most: int = 4) -> None:
        self.api, self.rows, self.jobs = Api(ground.api.base, bearer=ground.api.bearer), rows, jobs
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


@pytest.fixture(scope="module")
def battle(ground: Ground, rounds: Callable[[int], int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Battle]:
    """Two workers under load, of which one or the other is killed: at any moment, and just when a step begins on a target."""
    folder = tmp_path_factory.mktemp("battle")
    made = Battle(seed=random.randrange(1 << 32))
    chance = random.Random(made.seed)
    rows = Rows(ground.database, ground.picture.databases["EXECUTION_DATABASE_URL"])
    effects = Effects(folder / "effects")
    jobs = [save_job(ground.api, name, repeatable, ground.fleet.filter, effects) for name, repeatable in JOBS.items()]
    ground.picture.parts["worker"].stop()
    crew = [Hand(ground.picture, folder, number).start() for number in (1, 2)]
    after, pause = rows.newest(), threading.Event()
    try:
        with Work(ground, rows, jobs, made.seed):
            for number in range(rounds(100)):
                hand = chance.choice(crew)
                if number % 2:
                    effects.await_more(chance.randint(1, 12))
                else:
                    pause.wait(chance.uniform(0, 2))
                at = hand.kill()
                made.held += [(at, row["execution"], row["number"]) for row in rows.held_by(hand.name)]
                made.kills += 1
                hand.start()
        rows.await_ends(after)
        made.comparison = Comparison(rows, after, effects, JOBS)
        made.api = Counter(
            f"{row['state']} in the tables, {state} at the API" for row in made.comparison.executions.values()
            if (state := ground.api.execution(row["id"])["state"]) != row["state"])
        yield made
    finally:
        for hand in crew:
            hand.stop()
        ground.picture.parts["worker"].start()


def test_claim_1_a_killed_worker_loses_nothing(battle: Battle, tell: Tell) -> None:
    """What a killed worker held is found; tables, feeds and targets tell the same story."""
    ledgers, found = battle.comparison, battle.found
    assert ledgers
    states = Counter(branch["state"] for branch in ledgers.branches)
    again = sum(branch["fence"] > 1 for branch in ledgers.branches)
    tell(f"claim 1: {battle.kills} kills of workers (seed {battle.seed}), {len(ledgers.executions)} runs on {len(ledgers.branches)} branches: "
         f"{states['succeeded']} succeeded, {states['lost']} lost by rule, {again} leased again; {len(found)} were held by the killed, found "
         f"after at most {max(found, default=0):.1f} s (lease {LEASE} s, scan {SCAN} s); {len(ledgers.feed)} feed entries and "
         f"{len(ledgers.effects)} lines of targets: {ledgers.faults.total()} disagreements")

    assert not ledgers.faults, ledgers.disagreements
    assert not battle.api
    assert set(states) <= {"succeeded", "lost"}
    assert found and max(found) <= LEASE + SCAN + 2


def test_claim_3_what_must_not_be_repeated_starts_once(battle: Battle, tell: Tell) -> None:
    """No step that is not repeatable has left two traces on a target."""
    ledgers = battle.comparison
    assert ledgers
    lost = [branch for branch in ledgers.branches if branch["state"] == "lost"]
    silent = sum(not branch["cause"] for branch in lost)
    once = [place for place, (row, step) in ledgers.places.items() if not ledgers.may_repeat(row["execution"], step) and ledgers.begun[place]]
    untold = [place for place in ledgers.untold if place in set(once)]
    tell(f"claim 3: {battle.kills} kills of workers (seed {battle.seed}), {len(once)} steps that must not be repeated began on targets: "
         f"{len(ledgers.doubled)} began twice, {len(untold)} more often than was recorded; {len(lost)} branches lost, {silent} without a cause")

    assert not ledgers.doubled, ledgers.doubled[:3]
    assert not untold, untold[:3]
    assert lost and not silent
