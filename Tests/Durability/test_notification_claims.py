"""The claim about notifications: each end of a run is told at least once under one id, as it really ended, and nobody waits for who listens."""
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from conftest import Ground
from gate import Gate
from harness.waiting import until
from harness.world import World
from test_start_claims import strike

Tell = Callable[[str], None]
KINDS = {"succeeded": "succeeded", "failed": "failed"}


@dataclass
class Told:
    """What is known after many kills of Notifications, in front of a receiver that is silent or breaks at times."""

    seed: int
    ways: list[str]
    cuts: int
    states: dict[str, str]
    requests: list[dict[str, Any]]
    # Runs that ended while the receiver took nothing.
    ended_in_silence: int
    started_in_silence: int

    @property
    def by_run(self) -> dict[str, list[dict[str, Any]]]:
        """The requests about each run."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for request in self.requests:
            body = json.loads(request["body"])
            for event in (one for one in body["events"] if "execution" in one):
                found[event["execution"]["serial"]].append(
                    {"id": request["headers"]["x-opsconductor-delivery"], "kind": event["event"]["kind"], "state": event["execution"]["state"]})
        return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Who listens."""
    made = World(tmp_path_factory.mktemp("claim15") / "world").start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def told(ground: Ground, world: World, rounds: Callable[[int], int]) -> Iterator[Told]:
    """Runs end well and badly while Notifications is killed and the way to the receiver is shut, cut and healed."""
    gate, part, api = Gate(world.places["http"]), ground.picture.parts["notifications"], ground.api
    part.stop()
    part.settings["OUTBOUND_ALLOW"] = "127.0.0.1"
    part.start()
    api.post("/api/notifications/channels", {"name": "claim15", "kind": "webhook", "url": f"{gate.address}/claim15"})
    api.post("/api/notifications/routes", {"name": "claim15", "filter": {"kinds": ["failed", "succeeded"]}, "channels": ["claim15"]})
    seed = random.randrange(1 << 32)
    chance, started, ways, cuts, quiet = random.Random(seed), [], [], 0, [0, 0]
    for number in range(rounds(40)):
        way = ("silent", "cut")[number] if number < 2 else chance.choice(("open", "open", "silent", "cut"))
        if way == "silent":
            gate.silence()
        elif way == "cut":
            gate.cut()
        cuts += way != "open"
        some = [api.run(chance.choice(("true", "false")), ground.fleet.one(chance.randint(1, 5))) for _ in range(5)]
        if way != "open":
            quiet[1] += len(some)
            quiet[0] += sum(api.finished(serial)["state"] in KINDS for serial in some)
        started += some
        ways.append(strike(part, chance))
        gate.heal()
        part.start()
    runs = [api.finished(serial) for serial in started]
    states = {run["serial"]: run["state"] for run in runs}
    made = Told(seed, ways, cuts, states, [], *quiet)

    def lacking() -> list[str]:
        made.requests = world.requests("/claim15")
        found: list[str] = []
        for state in ("waiting", "sending", "failed", "dropped"):
            found += map(json.dumps, api.get("/api/notifications/deliveries", channel="claim15", state=state)["items"])
        return [f"{serial} {states[serial]} untold" for serial in set(states) - set(made.by_run)] + found

    try:
        # Someone who rests after failures is tried again, because a test went through.
        until(lambda: api.post("/api/notifications/channels/claim15/test")["sent"], 60, "a test")
        until(lambda: not lacking(), 180, "everything being told", or_tell=lacking)
        yield made
    finally:
        api.delete("/api/notifications/routes/claim15")
        gate.close()


def test_claim_15_every_end_is_told_under_one_id_as_it_was(told: Told, tell: Tell) -> None:
    """Each run is told at least once, all messages about it carry one id, and none says anything but how it ended."""
    by_run = told.by_run
    untold = set(told.states) - set(by_run)
    several = [serial for serial in told.states if len({one["id"] for one in by_run[serial]}) > 1]
    wrong = [one for serial, state in told.states.items() for one in by_run[serial] if (one["kind"], one["state"]) != (KINDS[state], state)]
    repeated = sum(len(by_run[serial]) - 1 for serial in told.states if by_run[serial])
    tell(f"claim 15: {len(told.ways)} kills of Notifications (seed {told.seed}), {sum(way != 'any moment' for way in told.ways)} of them at a call to "
         f"the system, the receiver silent or cut off {told.cuts} times: {len(told.states)} runs, {len(untold)} not told, {len(several)} under more "
         f"than one id, {len(wrong)} in a state that was not reached; {repeated} messages came again")

    assert not untold, sorted(untold)[:3]
    assert not several, several[:3]
    assert not wrong, wrong[:3]


def test_claim_15_no_run_waits_for_who_listens(told: Told, tell: Tell) -> None:
    """Every run that began while the receiver took nothing ended before it took anything again."""
    tell(f"claim 15: {told.ended_in_silence} of {told.started_in_silence} runs that began while nobody took messages ended meanwhile")

    assert told.ended_in_silence == told.started_in_silence > 0
