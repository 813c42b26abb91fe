"""The claim about starts: an execution is there as a whole or not at all, and what was acknowledged is there."""
import json
import random
import shlex
import signal
import subprocess
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from conftest import Ground
from harness.api import FINAL, Api
from harness.process import Process
from harness.redis import Redis
from harness.waiting import TooLate, until
from rows import Rows

Tell = Callable[[str], None]
TARGETS = 5
# What Executions says to PostgreSQL and to its callers, and what it hears, goes through these.
CALLS = ("sendto", "recvfrom", "write", "writev", "sendmsg", "epoll_ctl")


@dataclass
class Starts:
    """Which starts were asked for and which were acknowledged, by key."""

    ground: Ground
    effects: Path
    asked: set[str] = field(default_factory=set)
    acknowledged: dict[str, set[str]] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    # How many may be asked for, so that no more come than can be worked off in the end.
    permits: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def ask(self, api: Api, key: str) -> bool:
        """Asks for a start; whether it was acknowledged."""
        self.asked.add(key)
        command = f"echo {key} {{{{ target.name }}}} >> {shlex.quote(str(self.effects))}"
        try:
            answer = api.raw(
                "POST", "/api/executions", json={"command": command, "targets": self.ground.fleet.filter}, headers={"Idempotency-Key": key})
        except requests.RequestException:
            return False
        if answer.status_code == 202:
            receipt = answer.json()
            self.acknowledged.setdefault(key, set()).add(receipt["id"])
            if receipt["targets"] != TARGETS:
                self.odd.append(f"{receipt['id']} on {receipt['targets']} targets")
        elif answer.status_code not in (429, 502, 503, 504):
            self.odd.append(f"{answer.status_code} {answer.text[:200]}")
        return answer.status_code == 202

    def work(self, over: threading.Event) -> None:
        """Starts one after the other; every other key that got no answer is asked for again, until there is one."""
        api = Api(self.ground.api.base, bearer=self.ground.api.bearer)
        while not over.is_set():
            if not self.permits.acquire(timeout=0.1):
                continue
            key = uuid.uuid4().hex
            if not self.ask(api, key) and int(key, 16) % 2:
                while not over.is_set() and not self.ask(api, key):
                    over.wait(0.05)


def strike(part: Process, chance: random.Random) -> str:
    """Kills a process: at any moment, or as one of its threads makes one of its next calls to the system. Returns which way it was."""
    assert part.process is not None
    call = chance.choice(("", *CALLS))
    if not call:
        threading.Event().wait(chance.uniform(0, 0.5))
        part.kill()
        return "any moment"
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-o", "/dev/null", "-p", str(part.pid), "-e", f"trace={call}", "-e",
         f"inject={call}:signal=KILL:when={chance.randint(1, 40)}"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: part.process.poll() is not None, 3, "the end of the process that is traced")
    except TooLate:
        call = "any moment"
    part.kill()
    tracer.send_signal(signal.SIGTERM)
    tracer.wait()
    return call


@contextmanager
def told(redis: Redis, file: Path) -> Iterator[Callable[[], set[str]]]:
    """Hears what is handed on about all executions; gives the ids of those that were said to have ended."""
    with file.open("wb") as output:
        listener = subprocess.Popen(
            ["redis-cli", "-p", str(redis.port), "SUBSCRIBE", "opsconductor:executions"], stdout=output, stdin=subprocess.DEVNULL,
            env={"REDISCLI_AUTH": redis.password})
    try:
        until(lambda: b"subscribe" in file.read_bytes(), 10, "listening to Redis")
        # In front of each message stands who sent it.
        yield lambda: {
            news["id"] for line in file.read_bytes().split(b"\n") if b"{" in line
            and (news := json.loads(line[line.index(b"{"):]))["state"] in FINAL}
    finally:
        listener.kill()
        listener.wait()


def halves(rows: Rows, after: int) -> list[dict]:
    """Executions that are there without all their branches or without their feed."""
    kinds: dict[int, list[str]] = {}
    for entry in rows.feed(after):
        kinds.setdefault(entry["execution"], []).append(entry["kind"])
    # Read last: what is packed by now may have been missing from the feed.
    found = rows.all(
        "SELECT key, id, total, last_sequence, output_state <> 0 AS packed, "
        f"(SELECT COUNT(*) FROM branches WHERE execution = key) AS branches FROM executions WHERE key > {after}")
    return [row for row in found if not (
        row["total"] == row["branches"] == TARGETS and kinds.get(row["key"], [""])[0] == "execution"
        and (row["packed"] or len(kinds[row["key"]]) == row["last_sequence"]))]


def orphans(rows: Rows) -> list[dict]:
    """What belongs to no execution."""
    return [row for table in ("branches", "steps", "feed") for row in rows.all(
        f"SELECT DISTINCT '{table}' AS kind, execution FROM {table} LEFT JOIN executions ON key = execution WHERE key IS NULL")]


@dataclass
class Ruin:
    """What is left after many kills of Executions."""

    seed: int
    starts: Starts
    ways: list[str]
    # Things that were there in part, after each kill and at the end.
    torn: list[dict]
    stored: list[dict]
    untold: set[str]

    @property
    def kills(self) -> str:
        """How it was killed."""
        return (f"{len(self.ways)} kills of Executions (seed {self.seed}), {sum(way != 'any moment' for way in self.ways)} of them at a call to "
                "the system")


@pytest.fixture(scope="module")
def ruin(ground: Ground, rounds: Callable[[int], int], tmp_path_factory: pytest.TempPathFactory) -> Ruin:
    """Executions is killed again and again while executions are started on all machines."""
    folder, over = tmp_path_factory.mktemp("starts"), threading.Event()
    rows = Rows(ground.database, ground.picture.databases["EXECUTION_DATABASE_URL"])
    starts, after, part = Starts(ground, folder / "effects"), rows.newest(), ground.picture.parts["executions"]
    starts.effects.touch()
    made = Ruin(random.randrange(1 << 32), starts, [], [], [], set())
    chance, newest = random.Random(made.seed), after
    with told(ground.picture.redis, folder / "news") as ended, ThreadPoolExecutor(4) as pool:
        working = [pool.submit(starts.work, over) for _ in range(4)]
        try:
            for _ in range(rounds(200)):
                starts.permits.release(12)
                before = len(starts.acknowledged) + chance.randint(0, 4)
                until(lambda least=before: len(starts.acknowledged) > least, 30, "another start")
                made.ways.append(strike(part, chance))
                made.torn += halves(rows, newest)
                newest = rows.newest()
                part.start()
        finally:
            over.set()
        for done in working:
            done.result()
        rows.await_ends(after, timeout=300)
        made.stored = rows.all(f"SELECT id, split_part(idempotency_key, ':', 2) AS key, state FROM executions WHERE key > {after}")
        until(lambda: not rows.all("SELECT id FROM outbox LIMIT 1"), 20, "everything in the outbox being handed on")
        made.untold = {row["id"] for row in made.stored} - ended()
    made.torn += halves(rows, after) + orphans(rows)
    return made


def test_claim_4_a_start_is_there_as_a_whole_or_not_at_all(ruin: Ruin, tell: Tell) -> None:
    """What was acknowledged is there with all its branches and its feed, once; of everything else there is nothing, or all of it."""
    kept = {row["key"]: row["id"] for row in ruin.stored}
    missing = [key for key, ids in ruin.starts.acknowledged.items() if ids != {kept.get(key)}]
    tell(f"claim 4: {ruin.kills}: {len(ruin.starts.asked)} starts asked for, {len(ruin.starts.acknowledged)} acknowledged, {len(ruin.stored)} "
         f"stored; {len(missing)} acknowledged but not there, {len(ruin.torn)} there in part, {len(ruin.stored) - len(kept)} twice; "
         f"{len(ruin.untold)} ends not handed on")

    assert not ruin.starts.odd, ruin.starts.odd[:3]
    assert not missing, missing[:3]
    assert not ruin.torn, ruin.torn[:3]
    assert len(kept) == len(ruin.stored)
    assert {row["state"] for row in ruin.stored} <= {"succeeded", "lost"}
    assert not ruin.untold, sorted(ruin.untold)[:3]


def test_claim_3_what_must_not_be_repeated_starts_once_when_executions_dies(ruin: Ruin, tell: Tell) -> None:
    """The commands, none of which may be repeated, left one trace on each target at most, and none without an execution."""
    lines = Counter(ruin.starts.effects.read_text().splitlines())
    doubled = [line for line, count in lines.items() if count > 1]
    strange = {line.split()[0] for line in lines} - {row["key"] for row in ruin.stored}
    tell(f"claim 3: {ruin.kills}: {len(lines)} commands that must not be repeated began on targets, {len(doubled)} began twice, {len(strange)} "
         f"of no execution; {sum(row['state'] == 'lost' for row in ruin.stored)} executions lost")

    assert not doubled, doubled[:3]
    assert not strange
