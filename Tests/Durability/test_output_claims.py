"""The claim about a flood of output: all of it, in order, byte by byte, with little memory."""
import hashlib
import random
import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import Ground
from harness.api import Api, set_up
from harness.fleet import Fleet
from harness.server import OneProcess
from harness.waiting import until
from memory import Peaks

Tell = Callable[[str], None]
LINES, LIMIT_MEGABYTES = 1_000_000, 300
# A million numbered lines of about a hundred bytes that nobody can guess.
PROGRAM = "BEGIN {{ srand({seed}); for (i = 1; i <= {lines}; i++) printf \"%07d %.20f %.20f %.20f %.20f\\n\", i, rand(), rand(), rand(), rand() }}"


@dataclass
class Installation:
    """What runs, who uses it, and its processes."""

    name: str
    api: Api
    fleet: Fleet
    pids: dict[str, int]


@pytest.fixture(params=["pieces on PostgreSQL", "one process on files"])
def installation(request: pytest.FixtureRequest, ground: Ground, tmp_path: Path) -> Iterator[Installation]:
    """The split installation, or one process."""
    if request.param == "pieces on PostgreSQL":
        yield Installation(request.param, ground.api, ground.fleet, {name: part.pid for name, part in ground.picture.parts.items()})
        return
    server = OneProcess(tmp_path / "one", ARCHIVE_AFTER_SECONDS="2").start()
    try:
        api = set_up(server)
        yield Installation(request.param, api, Fleet(api, ground.fleet.sshd, "alone"), {"server": server.pid})
    finally:
        server.kill()


def stored(api: Api, execution: str) -> tuple[str, int, int]:
    """Digest, bytes and lines of the output as it is downloaded, piece by piece."""
    digest, size, lines = hashlib.sha256(), 0, 0
    with api.raw("GET", f"/api/executions/{execution}/log", params={"branch": 1, "step": 1}, stream=True) as answer:
        assert answer.status_code == 200, answer.text
        for piece in answer.iter_content(1 << 18):
            digest.update(piece)
            size, lines = size + len(piece), lines + piece.count(b"\n")
    return digest.hexdigest(), size, lines


def packed(api: Api) -> int:
    """Bytes of output in the archive, as they were printed."""
    return api.get("/api/executions/storage")["output_bytes"]


def test_claim_13_a_flood_of_output_is_complete(
        installation: Installation, rounds: Callable[[int], int], tell: Tell, tmp_path: Path) -> None:
    """A target prints a million lines and keeps a copy; what is stored is the same, also once it is packed."""
    seed, times, different, slowest = random.randrange(1 << 32), rounds(3), [], 0.0
    copy = tmp_path / "copy"
    with Peaks(installation.pids) as peaks:
        for number in range(times):
            program = PROGRAM.format(seed=(seed + number) % (1 << 31), lines=LINES)
            definition = {
                "name": f"flood {seed} {number}", "targets": installation.fleet.one(),
                "steps": [{"name": "flood", "command": f"awk {shlex.quote(program)} | tee {shlex.quote(str(copy))}", "output_limit_bytes": 200_000_000}]}
            job = installation.api.post("/api/jobs", {"definition": definition})
            before = packed(installation.api)
            began = time.monotonic()
            execution = installation.api.post(f"/api/jobs/{job['id']}/run")["id"]
            ended = installation.api.finished(execution, timeout=300)
            slowest = max(slowest, time.monotonic() - began)
            found, size, lines = stored(installation.api, execution)
            with copy.open("rb") as file:
                there = hashlib.file_digest(file, "sha256").hexdigest()
            step = installation.api.branches(execution)[0]["steps"][0]
            if (ended["state"], found, lines, step["output_bytes"], step["truncated"]) != ("succeeded", there, LINES, size, False):
                different.append((execution, ended["state"], found, there, lines, size, step))
            copy.unlink()
            until(lambda: packed(installation.api) >= before + size, 300, "the output in the archive")
            again = stored(installation.api, execution)
            if again != (there, size, LINES):
                different.append((execution, "packed", again, there))
    tell(f"claim 13: {installation.name}: {times} times {LINES} lines and {size / 1e6:.0f} MB from one target (seed {seed}), stored after at most "
         f"{slowest:.0f} s, then packed: {len(different)} not equal to the target's copy (SHA-256); most memory (PSS): {peaks}")

    assert not different, different
    assert max(peaks.most.values()) < LIMIT_MEGABYTES
