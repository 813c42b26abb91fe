"""The claims about full disks: writing is refused, reading goes on, and nobody has to do more than make room."""
import hashlib
import subprocess
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests

from conftest import Ground
from harness.api import Api, set_up
from harness.fleet import Fleet
from harness.picture import Picture
from harness.postgresql import PostgreSQL
from harness.server import OneProcess
from harness.waiting import TooLate, until
from volume import Volume, volume

Tell = Callable[[str], None]
Rounds = Callable[[int], int]
REFUSALS = {(503, "/problems/unavailable"), (507, "/problems/storage-full")}


@dataclass
class Shortage:
    """What was answered while there was no space."""

    api: Api
    kept: set[str] = field(default_factory=set)
    refused: Counter[tuple[int, str]] = field(default_factory=Counter)
    reads: Counter[int] = field(default_factory=Counter)
    recovered: list[float] = field(default_factory=list)

    def writes(self) -> bool:
        """Whether a target could be added; notes how it was refused otherwise."""
        name = f"kept-{uuid.uuid4().hex}"
        answer = self.api.raw("POST", "/api/targets", json={"name": name, "description": "x" * 1900})
        if answer.status_code == 201:
            self.kept.add(name)
        else:
            is_problem = answer.headers.get("Content-Type") == "application/problem+json"
            self.refused[answer.status_code, answer.json()["type"] if is_problem else answer.text[:80]] += 1
        return answer.status_code == 201

    def read(self) -> None:
        """Reads what is there in some services at the same time."""
        def status(path: str) -> int:
            return Api(self.api.base, bearer=self.api.bearer).raw("GET", path).status_code
        with ThreadPoolExecutor(4) as pool:
            self.reads.update(pool.map(status, ("/api/targets?limit=5", "/api/executions?limit=5", "/api/jobs?limit=5", "/api/auth/me")))

    def endure(
            self, disk: Volume, times: int, *, tries: int = 5, seconds: float = 0, press: Callable[[], object] = lambda: None,
            freed: Callable[[], None] = lambda: None) -> None:
        """Fills the disk until writing is refused, reads and tries to write for at least so long, and makes room: again and again. `press`
        uses up space that is held in reserve, `freed` does what is up to others once there is room."""
        for _ in range(times):
            def refuses() -> bool:
                disk.fill()
                press()
                return not self.writes()
            until(refuses, 60, "a refused write")
            left, end = tries, time.monotonic() + seconds
            while left > 0 or time.monotonic() < end:
                self.read()
                refuses()
                left -= 1
            disk.make_room()
            began = time.monotonic()
            freed()
            until(self.writes, 60, "a write after space was made")
            self.recovered.append(time.monotonic() - began)

    def lost(self) -> set[str]:
        """Which of the targets that were acknowledged are not there."""
        return {name for name in self.kept if self.api.raw("GET", f"/api/targets/{name}").status_code != 200}

    def __str__(self) -> str:
        refused = ", ".join(f"{count} with {status} {kind}" for (status, kind), count in self.refused.items())
        reads = ", ".join(f"{count} with {status}" for status, count in self.reads.items())
        return f"writes refused {refused}; reads answered {reads}; writing again after at most {max(self.recovered):.1f} s"


def talk(folder: Path, fleet: Fleet) -> tuple[str, Path, Path]:
    """Starts a command that prints and keeps a copy until its file is removed; returns the execution, the file and the copy."""
    flag, copy = folder / "talking", folder / "copy"
    flag.touch()
    return fleet.api.run(f"i=0; while test -e {flag}; do i=$((i + 1)); echo line $i; sleep 0.02; done | tee {copy}", fleet.one()), flag, copy


def told(api: Api, talking: tuple[str, Path, Path]) -> str:
    """How the talking command ended; says so if not all of it was kept though it succeeded."""
    execution, flag, copy = talking
    flag.unlink()
    state = api.finished(execution, timeout=60)["state"]
    is_whole = hashlib.sha256(api.log(execution)).digest() == hashlib.sha256(copy.read_bytes()).digest()
    cause = api.branches(execution)[0].get("cause")
    assert state == "succeeded" and is_whole or state == "lost" and cause, (state, is_whole, cause)
    return f"{state} with all its output" if is_whole else f"{state}: {cause}"


def test_claim_12_a_full_disk_under_one_process(ground: Ground, rounds: Rounds, tell: Tell, tmp_path: Path) -> None:
    """The databases are files on a small disk; a command prints all the time."""
    with volume("48m") as disk:
        server = OneProcess(tmp_path / "server", data=disk.folder / "data", LOG_LEVEL="warning", LEASE_SECONDS="5").start()
        try:
            shortage = Shortage(set_up(server))
            fleet, pid = Fleet(shortage.api, ground.fleet.sshd, "narrow"), server.pid
            talking = talk(tmp_path, fleet)
            shortage.endure(disk, rounds(10))
            ended = told(shortage.api, talking)
            talking = talk(tmp_path, fleet)
            shortage.endure(disk, 1, seconds=8)
            later = told(shortage.api, talking)
            assert server.process and server.process.poll() is None and server.pid == pid
            server.kill()
            server.start()
            lost = shortage.lost()
        finally:
            server.kill()
    tell(f"claim 12: disk under one process full {len(shortage.recovered)} times: {shortage}; {len(shortage.kept)} writes acknowledged, {len(lost)} "
         f"lost after a kill; a command that printed meanwhile: {ended}; one that printed while it was full for longer than a lease: {later}")

    assert set(shortage.refused) <= REFUSALS, shortage.refused
    assert set(shortage.reads) == {200}, shortage.reads
    assert not lost
    assert max(shortage.recovered) <= 10


def pieces(ends: ExitStack, folder: Path, database: PostgreSQL) -> Picture:
    """A split installation on a database server of its own."""
    ends.callback(database.stop)
    picture = Picture(folder, server=database.start(), LEASE_SECONDS="15", LOG_LEVEL="warning")
    ends.callback(picture.kill)
    return picture.start()


def test_claim_12_a_full_disk_under_postgresql(ground: Ground, rounds: Rounds, tell: Tell, tmp_path: Path) -> None:
    """The tables are on a small disk, the log of changes on another one."""
    with ExitStack() as ends:
        disk = ends.enter_context(volume("160m"))
        picture = pieces(ends, tmp_path / "pieces", PostgreSQL(
            "max_connections=300", "fsync=off", within=disk.folder, changes=Path(tempfile.gettempdir())))
        shortage = Shortage(set_up(picture))
        pids = [part.pid for part in picture.parts.values()]
        talking = talk(tmp_path, Fleet(shortage.api, ground.fleet.sshd, "narrow"))
        shortage.endure(disk, rounds(10))
        ended, lost = told(shortage.api, talking), shortage.lost()
        gone = sum(part.process is None or part.process.poll() is not None for part in picture.parts.values())
    tell(f"claim 12: disk under PostgreSQL's tables full {len(shortage.recovered)} times: {shortage}; {len(shortage.kept)} writes acknowledged, "
         f"{len(lost)} lost; {gone} of {len(pids)} processes ended; a command that printed meanwhile: {ended}")

    assert set(shortage.refused) <= REFUSALS, shortage.refused
    assert set(shortage.reads) == {200}, shortage.reads
    assert not lost and gone == 0
    assert max(shortage.recovered) <= 10


def test_claim_12_a_full_disk_under_the_log_of_changes(ground: Ground, rounds: Rounds, tell: Tell, tmp_path: Path) -> None:
    """PostgreSQL gives up when it cannot log changes; whoever looks after it starts it again once there is room."""
    with ExitStack() as ends:
        disk = ends.enter_context(volume("80m"))
        database = PostgreSQL(
            "max_connections=300", "fsync=off", "min_wal_size=32MB", "max_wal_size=48MB", changes=disk.folder)
        picture = pieces(ends, tmp_path / "pieces", database)
        shortage, restarts = Shortage(set_up(picture)), []

        def look_after() -> None:
            try:
                until(lambda: database.process and database.process.poll() is not None, 3, "the end of PostgreSQL")
            except TooLate:
                return
            database.launch()
            restarts.append(1)

        def use_up_logs() -> None:
            with suppress(subprocess.CalledProcessError):
                database.ask("SELECT pg_switch_wal()")
        shortage.endure(disk, rounds(5), tries=1, press=use_up_logs, freed=look_after)
        lost = shortage.lost()
        gone = sum(part.process is None or part.process.poll() is not None for part in picture.parts.values())
    tell(f"claim 12: disk under PostgreSQL's log of changes full {len(shortage.recovered)} times, which ended PostgreSQL {len(restarts)} times: "
         f"{shortage}; {len(shortage.kept)} writes acknowledged, {len(lost)} lost; {gone} processes of ours ended")

    assert set(shortage.refused) <= REFUSALS, shortage.refused
    assert set(shortage.reads) <= {200, 503}, shortage.reads
    assert not lost and gone == 0
    assert max(shortage.recovered) <= 20


def test_claim_12_a_flood_of_output_is_cut(ground: Ground, tell: Tell, tmp_path: Path) -> None:
    """A command prints a gigabyte of what is no text; the disk has not even a tenth of that."""
    with volume("64m") as disk:
        server = OneProcess(tmp_path / "server", data=disk.folder / "data", LOG_LEVEL="warning").start()
        try:
            api = set_up(server)
            fleet, before = Fleet(api, ground.fleet.sshd, "narrow"), disk.used
            execution = api.run("yes \"$(printf 'gr\\303\\274n \\377\\001')\" | head -c 1000000000", fleet.one())
            state = api.finished(execution, timeout=300)["state"]
            step = api.branches(execution)[0]["steps"][0]
            kept, grown = api.log(execution), disk.used - before
        finally:
            server.kill()
    tell(f"claim 12: 1 GB of output that is no text: {state}, {step['output_bytes']} bytes kept and said to be cut, the disk holds {grown:.0f} MB more")

    assert (state, step["truncated"]) == ("succeeded", True)
    assert step["output_bytes"] <= 10_000_000 and len(kept) <= 10_001_000 and b"limit" in kept[-200:]
    assert grown <= 45


def test_claim_12_a_full_disk_under_the_log(rounds: Rounds, tell: Tell, tmp_path: Path) -> None:
    """What the server says about itself has no room; it works all the same, and says more as soon as there is room."""
    answers: Counter[int] = Counter()
    with volume("1m") as disk:
        server = OneProcess(tmp_path / "server", LOG_LEVEL="trace")
        server.log_file = disk.folder / "server.log"
        try:
            api = set_up(server.start())
            for _ in range(rounds(10)):
                disk.fill()
                for number in range(20):
                    answers[api.raw("GET", "/api/targets").status_code] += 1
                    answers[api.raw("POST", "/api/targets", json={"name": f"said-{uuid.uuid4().hex}"}).status_code] += 1
                disk.make_room()
                size = server.log_file.stat().st_size
                until(lambda before=size: says_more(api, server, before), 10, "more in the log")
                server.log_file.open("r+b").truncate(0)
        except requests.ConnectionError as problem:
            raise AssertionError(f"the server does not answer: {problem}; its exit code is {server.process and server.process.poll()}") from problem
        finally:
            server.kill()
    tell(f"claim 12: disk under the server's log full {rounds(10)} times: answers {dict(answers)}, more in the log after each")

    assert set(answers) == {200, 201}


def says_more(api: Api, server: OneProcess, before: int) -> bool:
    """Whether the log grows when the server is asked for something."""
    api.get("/api/targets")
    return server.log_file.stat().st_size > before
