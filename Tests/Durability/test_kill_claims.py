"""The claims about workers that are killed: what they held is found, nothing is lost or recorded twice, nothing runs twice that must not."""
import random
import threading
from collections.abc import Callable

import pytest

from battle import LEASE, SCAN, Battle, fight
from conftest import Ground
from crew import Hand
from harness.waiting import until

Tell = Callable[[str], None]


def kill(battle: Battle, hand: Hand, chance: random.Random) -> None:
    """Kills a worker that has work at any moment, or just when a step begins or ends on a target, and starts another one in its place."""
    until(lambda: battle.rows.held_by(hand.name), 60, "a worker having work")
    if chance.random() < 0.5:
        battle.effects.await_more(chance.randint(1, 12))
    else:
        threading.Event().wait(chance.uniform(0, 1.5))
    at = hand.kill()
    battle.note(hand, at)
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
    begun, untold, doubled = ledgers.begun_once, ledgers.untold, ledgers.doubled
    tell(f"claim 3: {battle.times} kills of workers (seed {battle.seed}), {len(begun)} steps that must not be repeated began on targets: "
         f"{len(doubled)} began twice, {len(untold)} began but are not recorded; {len(lost)} branches lost, {silent} without a cause")

    assert not doubled, doubled[:3]
    assert not untold, untold[:3]
    assert lost and not silent
