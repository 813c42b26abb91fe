"""The claim about workers that reach their targets but not Executions."""
import random
import threading
from collections.abc import Callable

import pytest

from battle import LEASE, LONG, SCAN, SHORT, Battle, fight
from conftest import Ground
from crew import Hand
from harness.waiting import until

Tell = Callable[[str], None]


def part(battle: Battle, hand: Hand, chance: random.Random) -> None:
    """Cuts a worker that has work off from Executions, silently or with an end of all connections, for less than a lease or for more."""
    until(lambda: battle.rows.held(hand.name), 30, "a worker having work")
    threading.Event().wait(chance.uniform(0, 1))
    chance.choice((hand.gate.silence, hand.gate.cut))()
    try:
        if chance.random() < 0.25:
            threading.Event().wait(chance.uniform(0.1, 3))
        else:
            until(lambda: not battle.rows.held(hand.name), LEASE + SCAN + 10, "the rescue of what a lonely worker held")
            threading.Event().wait(chance.uniform(0, LEASE))
    finally:
        hand.gate.heal()


@pytest.fixture(scope="module")
def battle(ground: Ground, rounds: Callable[[int], int], tmp_path_factory: pytest.TempPathFactory) -> Battle:
    """Three workers, of which two are cut off again and again while they run long jobs and short ones."""
    return fight(ground, tmp_path_factory.mktemp("partitions"), rounds(50), part, jobs=SHORT | LONG, spare=1, awaits_refusal=True)


def test_claim_11_a_worker_alone_starts_nothing_after_its_lease(battle: Battle, tell: Tell) -> None:
    """Who cannot keep a lease alive stops by itself."""
    ledgers = battle.comparison
    assert ledgers
    tell(f"claim 11: {battle.times} partitions between a worker and Executions (seed {battle.seed}), {battle.runs}: {len(ledgers.ownerless)} steps "
         f"begun without a lease, {len(ledgers.doubled)} steps that must not be repeated begun twice, {len(ledgers.untold)} not recorded")

    assert not ledgers.ownerless, ledgers.ownerless[:3]
    assert not ledgers.doubled, ledgers.doubled[:3]
    assert not ledgers.untold, ledgers.untold[:3]


def test_claim_11_after_a_partition_the_outcome_follows_the_rules(battle: Battle, tell: Tell) -> None:
    """What was taken away is queued again or lost by rule, and what comes late changes nothing."""
    ledgers = battle.comparison
    assert ledgers
    tell(f"claim 11: {battle.times} partitions healed (seed {battle.seed}): {battle.refusals} late reports refused, {battle.revocations} signs of "
         f"life answered with a loss, {ledgers.faults['stale rows']} stale rows, {ledgers.faults.total()} disagreements of the ledgers")

    assert battle.refusals > 0
    assert not ledgers.faults, ledgers.disagreements
    assert battle.differing == 0
    assert {branch["state"] for branch in ledgers.branches} <= {"succeeded", "lost"}
