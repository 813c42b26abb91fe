"""The claim about workers that are stopped for longer than their lease and go on later: they have no say any more."""
import random
import threading
from collections.abc import Callable

import pytest

from battle import LEASE, SCAN, Battle, fight
from conftest import Ground
from crew import Hand
from harness.waiting import until

Tell = Callable[[str], None]


def pause(battle: Battle, hand: Hand, chance: random.Random) -> None:
    """Stops a worker that has work until all of it was taken away, and a while longer; then lets it go on."""
    until(lambda: battle.rows.held(hand.name), 30, "a worker having work")
    if chance.random() < 0.5:
        battle.effects.await_more(chance.randint(1, 12), timeout=3)
    else:
        threading.Event().wait(chance.uniform(0, 1))
    battle.note(hand.pause(), hand.name)
    try:
        until(lambda: not battle.rows.held(hand.name), LEASE + SCAN + 10, "the rescue of what a stopped worker held")
        threading.Event().wait(chance.uniform(0, 2))
    finally:
        hand.resume()


@pytest.fixture(scope="module")
def battle(ground: Ground, rounds: Callable[[int], int], tmp_path_factory: pytest.TempPathFactory) -> Battle:
    """Three workers, of which two are stopped again and again."""
    return fight(ground, tmp_path_factory.mktemp("pauses"), rounds(50), pause, spare=1, awaits_refusal=True)


def test_claim_2_late_reports_are_refused(battle: Battle, tell: Tell) -> None:
    """Under an old fencing token nothing is stored."""
    ledgers, found = battle.comparison, battle.found
    assert ledgers
    tell(f"claim 2: {battle.times} workers stopped past their leases (seed {battle.seed}), {battle.runs}: {len(found)} were held by the "
         f"stopped, taken away after at most {max(found, default=0):.1f} s; {battle.refusals} late reports refused, {battle.revocations} "
         f"signs of life answered with a loss, {ledgers.faults['stale rows']} stale rows, {ledgers.faults.total()} disagreements")

    assert battle.refusals > 0
    assert not ledgers.faults, ledgers.disagreements
    assert battle.differing == 0
    assert max(found) <= LEASE + SCAN + 2


def test_claim_2_who_wakes_up_late_starts_nothing(battle: Battle, tell: Tell) -> None:
    """A worker that goes on after its lease begins no step on a target. What was on its way to the target when the worker was stopped cannot be called back: of
    steps that may be repeated that is at most one for each stop, of others none, because they are stored before."""
    ledgers = battle.comparison
    assert ledgers
    tell(f"claim 2: {battle.times} workers went on after their leases (seed {battle.seed}): {len(ledgers.ownerless_once)} steps that must "
         f"not be repeated begun without a lease, {len(ledgers.ownerless)} of all, {len(ledgers.doubled)} steps that must not be repeated begun twice, {len(ledgers.untold)} not recorded")

    assert not ledgers.ownerless_once, ledgers.ownerless_once[:3]
    assert len(ledgers.ownerless) <= battle.times, ledgers.ownerless[:3]
    assert not ledgers.doubled, ledgers.doubled[:3]
    assert not ledgers.untold, ledgers.untold[:3]
