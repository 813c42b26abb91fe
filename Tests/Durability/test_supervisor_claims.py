"""The claims about steps under a supervisor: a killed worker neither loses them, nor repeats them, nor leaves a gap in what they said."""
import hashlib
import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conftest import Ground
from crew import Hand
from gate import Gate
from harness.waiting import until

Tell = Callable[[str], None]
BLOCKS, BLOCK = 40, 5000


@dataclass
class Siege:
    """What became of supervised steps whose workers were killed."""

    seed: int = field(default_factory=lambda: random.randrange(1 << 32))
    kills: int = 0
    branches: list[dict[str, Any]] = field(default_factory=list)
    # Steps that left another number of marks than one, and streams that are not what the step said.
    repeated: int = 0
    broken: int = 0
    bytes: int = 0

    @property
    def states(self) -> Counter[str]:
        """How the branches ended."""
        return Counter(branch["state"] for branch in self.branches)


def block(word: str, number: int) -> str:
    """A part of what a step says."""
    return f"{word} {number:04} " + "x" * (BLOCK - len(word) - 7) + "\n"


def said(word: str) -> bytes:
    """All that a step says in one of its streams."""
    return "".join(block(word, number) for number in range(1, BLOCKS + 1)).encode()


def definition(name: str, targets: str, effects: Path) -> dict[str, Any]:
    """A job of two steps beside each other and one after them."""
    def words(word: str) -> str:
        return f"printf '%s %04d %s\\n' {word} $i {'x' * (BLOCK - len(word) - 7)}"
    command = (f"echo {name} {{{{ target.name }}}} {{{{ step.name }}}} >> {effects}; i=0; while [ $i -lt {BLOCKS} ]; do i=$((i + 1)); {words('out')}; "
               f"{words('err')} >&2; sleep 0.05; done")
    steps = [{"name": step, "command": command, "survives": "always", "needs": needs}
             for step, needs in (("a", []), ("b", []), ("c", ["a", "b"]))]
    return {"name": name, "targets": targets, "steps": steps}


def judge(siege: Siege, ground: Ground, execution: str, name: str, lines: list[str]) -> None:
    """Compares what is stored with what happened."""
    expected = {"stdout": hashlib.sha256(said("out")).digest(), "stderr": hashlib.sha256(said("err")).digest()}
    for branch in ground.api.branches(execution):
        siege.branches.append(branch)
        for step in branch["steps"]:
            siege.repeated += lines.count(f"{name} {branch['target_name']} {step['name']}") != 1
            for stream, wanted in expected.items():
                log = ground.api.log(execution, branch=branch["number"], step=step["number"], stream=stream)
                siege.bytes += len(log)
                siege.broken += hashlib.sha256(log).digest() != wanted


@pytest.fixture(scope="module")
def siege(ground: Ground, rounds: Callable[[int], int], tmp_path_factory: pytest.TempPathFactory) -> Siege:
    """Two workers, of which one or the other is killed while supervised steps talk."""
    made, folder = Siege(), tmp_path_factory.mktemp("siege")
    chance, effects = random.Random(made.seed), folder / "effects"
    effects.touch()
    with ExitStack() as ends:
        ground.picture.parts["worker"].stop()
        ends.callback(ground.picture.parts["worker"].start)
        hands = []
        for number in range(2):
            gate = Gate(ground.picture.ports["executions"])
            ends.callback(gate.close)
            hands.append(Hand(ground.picture, folder, number, gate).start())
            ends.callback(hands[-1].stop)
        for turn in range(rounds(20)):
            name = f"siege {turn}"
            job = ground.api.post("/api/jobs", {"definition": definition(name, ground.fleet.filter, effects)})["id"]
            execution = ground.api.post(f"/api/jobs/{job}/run", {})["id"]
            until(lambda: len(effects.read_text().splitlines()) > turn * 15, 30, "a step beginning")
            for _ in range(2):
                threading.Event().wait(chance.uniform(0, 3))
                hand = chance.choice(hands)
                hand.kill()
                hand.start()
                made.kills += 1
            ground.api.finished(execution, 120)
            judge(made, ground, execution, name, effects.read_text().splitlines())
    return made


def test_claim_1_a_killed_worker_does_not_lose_supervised_steps(siege: Siege, tell: Tell) -> None:
    """All of them end as they ended on the targets, and all that they said is stored, once."""
    tell(f"claim 1: {siege.kills} kills of workers under supervised steps (seed {siege.seed}), {len(siege.branches)} branches of 3 steps: "
         f"{dict(siege.states)}; {siege.bytes} bytes of output, {siege.broken} streams with a gap or a byte too much")

    assert set(siege.states) == {"succeeded"}
    assert siege.broken == 0


def test_claim_3_a_supervised_step_starts_once(siege: Siege, tell: Tell) -> None:
    """Each has left one mark on its target."""
    tell(f"claim 3: {siege.kills} kills of workers under supervised steps (seed {siege.seed}), {3 * len(siege.branches)} steps, "
         f"{siege.repeated} that did not start exactly once")

    assert siege.repeated == 0
