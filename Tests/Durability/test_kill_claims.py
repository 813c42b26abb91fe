"""The claims about workers that are killed: what they held is found, nothing is lost or recorded twice, nothing runs twice that must not."""
import random
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from battle import LEASE, SCAN, SHORT, Battle, Work, fight, save_jobs
from conftest import Ground
from crew import Hand
from harness.api import set_up
from harness.fleet import Fleet
from harness.server import OneProcess
from harness.waiting import until
from ledgers import Effects
from rows import FileRows

Tell = Callable[[str], None]


def wait_some(battle: Battle, chance: random.Random) -> None:
    """Returns at any moment, or just when a step begins or ends on a target."""
    if chance.random() < 0.5:
        battle.effects.await_more(chance.randint(1, 12), timeout=5)
    else:
        threading.Event().wait(chance.uniform(0, 1.5))


def kill(battle: Battle, hand: Hand, chance: random.Random) -> None:
    """Kills a worker that has work and starts another one in its place."""
    until(lambda: battle.rows.held(hand.name), 60, "a worker having work")
    wait_some(battle, chance)
    at = hand.kill()
    battle.note(at, hand.name)
    hand.start()


@pytest.fixture(scope="module")
def battle(ground: Ground, rounds: Callable[[int], int], tmp_path_factory: pytest.TempPathFactory) -> Battle:
    """Two workers, of which one or the other is killed."""
    return fight(ground, tmp_path_factory.mktemp("kills"), rounds(100), kill, most=12)


def test_claim_1_a_killed_worker_loses_nothing(battle: Battle, tell: Tell) -> None:
    """What a killed worker held is found; tables, feeds and targets tell the same story."""
    ledgers, found = battle.comparison, battle.found
    assert ledgers
    tell(f"claim 1: {battle.times} kills of workers (seed {battle.seed}), {battle.runs}: {len(found)} were held by the killed, found after "
         f"at most {max(found, default=0):.1f} s (lease {LEASE} s, scan {SCAN} s); {len(ledgers.feed)} feed entries and "
         f"{len(ledgers.effects)} lines of targets: {ledgers.faults.total()} disagreements")

    assert not ledgers.faults, ledgers.disagreements
    assert battle.differing == 0
    assert {branch["state"] for branch in ledgers.branches} <= {"succeeded", "lost"}
    assert found and max(found) <= LEASE + SCAN + 2


def test_claim_3_what_must_not_be_repeated_starts_once(battle: Battle, tell: Tell) -> None:
    """No step that is not repeatable has left two traces on a target, or one that no table knows of."""
    ledgers = battle.comparison
    assert ledgers
    lost = [branch for branch in ledgers.branches if branch["state"] == "lost"]
    silent = sum(not branch["cause"] for branch in lost)
    tell(f"claim 3: {battle.times} kills of workers (seed {battle.seed}), {ledgers.once}; {len(lost)} branches lost, {silent} without a cause")

    assert not ledgers.doubled, ledgers.doubled[:3]
    assert not ledgers.untold, ledgers.untold[:3]
    assert not silent


@pytest.fixture(scope="module")
def alone(ground: Ground, rounds: Callable[[int], int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Battle]:
    """One process with everything in it on files, which is killed while jobs run."""
    folder = tmp_path_factory.mktemp("alone")
    server = OneProcess(folder / "server", LOG_LEVEL="warning").start()
    try:
        api = set_up(server)
        fleet = Fleet(api, ground.fleet.sshd, "alone")
        made = Battle(FileRows(server.data), Effects(folder / "effects"))
        chance, jobs = random.Random(made.seed), save_jobs(api, fleet.filter, SHORT, made.effects)
        with Work(api, made.rows, jobs, made.seed):
            for _ in range(rounds(50)):
                until(made.rows.held, 30, "work being done")
                wait_some(made, chance)
                server.kill()
                made.note(time.time())
                made.times += 1
                server.start()
        made.compare(api, 0, SHORT)
        yield made
    finally:
        server.kill()


def test_claim_1_one_process_that_is_killed_loses_nothing(alone: Battle, tell: Tell) -> None:
    """What a process did when it was killed is found when it starts again, and everything tells the same story."""
    ledgers, found = alone.comparison, alone.found
    assert ledgers
    tell(f"claim 1: {alone.times} kills of one process on files (seed {alone.seed}), {alone.runs}: {len(found)} were held, found after at most "
         f"{max(found, default=0):.1f} s; {len(ledgers.feed)} feed entries and {len(ledgers.effects)} lines of targets: "
         f"{ledgers.faults.total()} disagreements")

    assert not ledgers.faults, ledgers.disagreements
    assert alone.differing == 0
    assert {branch["state"] for branch in ledgers.branches} <= {"succeeded", "lost"}
    assert found and max(found) <= LEASE + SCAN + 2


def test_claim_3_one_process_that_is_killed_repeats_nothing(alone: Battle, tell: Tell) -> None:
    """No step that is not repeatable has left two traces on a target, or one that no table knows of."""
    assert alone.comparison
    tell(f"claim 3: {alone.times} kills of one process on files (seed {alone.seed}), {alone.comparison.once}")

    assert not alone.comparison.doubled, alone.comparison.doubled[:3]
    assert not alone.comparison.untold, alone.comparison.untold[:3]
