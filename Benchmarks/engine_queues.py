"""Queues that carry out the same task, each with its worker, on one PostgreSQL server or on Redis, and how a run of them is measured."""
import math
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from context import PEER_PYTHON, PEERS, Context, require
from harness.postgresql import PostgreSQL
from measuring import Sample, Span, cpu_seconds, end_processes, tree, wait_for

WARM_UP = 50
LINE = 34


@dataclass
class Burst:
    """So many tasks, all of them done and checked."""

    count: int
    seconds: float
    sample: Sample
    database_cpu: float
    worker_cpu: float
    # What putting the tasks in took before, of callers, service, database and broker; nan where they came while they were worked off.
    filling_cpu: float = math.nan

    @property
    def rate(self) -> float:
        """Tasks a second, from the start to the last one's effect (ours: to its result being stored)."""
        return self.count / self.seconds

    @property
    def cpu(self) -> float:
        """CPU seconds of all that took part, database and broker too, for 1,000 tasks."""
        return self.sample.cpu * 1000 / self.count

    @property
    def whole_cpu(self) -> float:
        """The same with whoever put them in."""
        return self.cpu + self.filling_cpu * 1000 / self.count

    @property
    def split(self) -> str:
        """Who spent it, in milliseconds for each task."""
        rest = self.sample.cpu - self.database_cpu - self.worker_cpu
        values = [value * 1000 / self.count for value in (self.worker_cpu, self.database_cpu, max(0.0, rest))]
        before = "" if math.isnan(self.filling_cpu) else f"; putting in {self.filling_cpu * 1000 / self.count:.3f} ms before"
        return f"worker {values[0]:.3f}, PostgreSQL {values[1]:.3f}, other {values[2]:.3f} ms CPU each{before}"


class Effects:
    """The file to which tasks append their lines."""

    def __init__(self, file: Path) -> None:
        self.file, self.seen = file, 0
        file.touch()

    def count(self) -> int:
        """Lines that came since the last `take`."""
        return self.file.stat().st_size // LINE - self.seen

    def take(self, tokens: range) -> dict[int, tuple[str, float]]:
        """The new lines with their times, which must be those of the tasks, each once."""
        lines = self.file.read_text().splitlines()[self.seen:]
        self.seen += len(lines)
        found = {int(line[:16].lstrip("x")): (line, float(line[17:])) for line in lines}
        require(len(lines) == len(tokens) and found.keys() == set(tokens), f"{len(lines)} effects of {len(found)} tasks, not {len(tokens)}")
        return found


class Queue:
    """A queue with its worker; the workers of several may not run at the same time."""

    name = ""
    produces = ""

    def __init__(self, context: Context, database: PostgreSQL, **settings: str) -> None:
        self.database, self.folder = database, Path(tempfile.mkdtemp(dir=context.folder))
        self.effects = Effects(self.folder / "effects")
        self.environment = {
            **os.environ, "BENCH_EFFECTS": str(self.effects.file), "PYTHONDONTWRITEBYTECODE": "1", "C_FORCE_ROOT": "1",
            "PYTHONPATH": f"{PEERS}:{PEERS.parent}", **settings}
        self.next_token = 1
        self.worker: subprocess.Popen[bytes] | None = None
        assert database.process is not None
        self.database_pids = [database.process.pid]

    def tokens(self, count: int) -> range:
        """Numbers for new tasks."""
        self.next_token += count
        return range(self.next_token - count, self.next_token)

    @property
    def others(self) -> list[int]:
        """What takes part besides database and worker."""
        return []

    def run(self, *command: str | Path, **settings: str) -> str:
        """Runs a program of this queue to its end."""
        done = subprocess.run(
            list(map(str, command)), env={**self.environment, **settings}, cwd=PEERS, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False)
        require(done.returncode == 0, f"{' '.join(map(str, command))} said: {done.stdout[-1500:]} {done.stderr[-3000:]}")
        return done.stdout

    def call(self, tokens: range, *, callers: int = 1, rate: float = 0) -> list[list[str]]:
        """Puts tasks in by single calls; returns the words of the lines that the callers print."""
        text = self.run(
            PEER_PYTHON, PEERS / "engine_calls.py", self.produces, str(len(tokens)), str(rate), str(tokens.start),
            BENCH_CALLERS=str(callers))
        return [line.split() for line in text.splitlines()]

    def start_worker(self) -> None:
        """Starts the worker and lets it do some tasks."""
        raise NotImplementedError

    def stop_worker(self) -> None:
        """Ends it."""
        if self.worker:
            end_processes(tree([self.worker.pid]))
            self.worker = None

    def close(self) -> None:
        """Ends everything that it has started."""
        self.stop_worker()

    @contextmanager
    def working(self) -> Iterator[None]:
        """With its worker."""
        try:
            self.start_worker()
            yield
        finally:
            self.stop_worker()

    def await_effects(self, count: int, seconds: float) -> None:
        """Waits for so many lines."""
        wait_for(lambda: self.effects.count() >= count, seconds, f"{count} tasks of {self.name} done")

    def await_stored(self, count: int) -> float | None:
        """Waits until the results of so many tasks since the last check are stored; returns when that was, where it is known."""
        raise NotImplementedError

    def check(self, lines: dict[int, tuple[str, float]]) -> None:
        """Every record, result and output that the queue keeps of these tasks is right."""
        raise NotImplementedError

    def drained(self, count: int) -> Burst:
        """Fills the queue while the worker stands still, and measures until it is empty."""
        raise NotImplementedError

    def settle(self, name: str) -> None:
        """What a database does by itself sooner or later, now: its statistics then know finished tasks only, as is usual when new ones
        come, and no run depends on when that was."""
        self.database.ask("VACUUM ANALYZE", name)

    def streamed(self, count: int, callers: int) -> Burst:
        """Callers put tasks in while the worker takes them out; the callers' CPU time does not count."""
        tokens = self.tokens(count)
        meter = Meter(self)
        begin = float(self.call(tokens, callers=callers)[0][1])
        return self.finished(tokens, begin, meter)

    def latencies(self, count: int, rate: float) -> list[float]:
        """Milliseconds from the beginning of a call to the task's effect, so many calls a second."""
        tokens = self.tokens(count)
        sent = {int(token): float(at) for token, at in self.call(tokens, callers=8, rate=rate)[1:]}
        self.await_effects(count, 30)
        self.await_stored(count)
        lines = self.effects.take(tokens)
        self.check(lines)
        return [(at - sent[token]) * 1000 for token, (_, at) in lines.items()]

    @contextmanager
    def filling(self) -> Iterator[Callable[[], float]]:
        """Tells afterwards what was spent meanwhile by callers, service, database and broker, in CPU seconds. The worker stands still."""
        def spent() -> float:
            own = os.times()
            return sum(own[:4]) + cpu_seconds([*self.database_pids, *self.others])
        before = spent()
        after = before
        yield lambda: after - before
        after = spent()

    def finished(self, tokens: range, begin: float, meter: "Meter") -> Burst:
        """Waits for the end and checks everything."""
        self.await_effects(len(tokens), 600)
        end = self.await_stored(len(tokens))
        sample, database_cpu, worker_cpu = meter.end()
        lines = self.effects.take(tokens)
        self.check(lines)
        return Burst(
            len(tokens), (end or max(at for _, at in lines.values())) - begin, sample, database_cpu, worker_cpu)


class Meter:
    """CPU of everything that takes part in a queue."""

    def __init__(self, queue: Queue) -> None:
        self.database, self.worker = queue.database_pids, [queue.worker.pid] if queue.worker else []
        self.before = cpu_seconds(self.database), cpu_seconds(self.worker)
        self.span = Span([*self.database, *self.worker, *queue.others], [])

    def end(self) -> tuple[Sample, float, float]:
        """All, the database's part and the worker's."""
        database, worker = cpu_seconds(self.database) - self.before[0], cpu_seconds(self.worker) - self.before[1]
        return self.span.end(), database, worker


class PeerQueue(Queue):
    """A queue of Python's. Its worker is stopped by a signal while the queue is filled."""

    module = ""

    def __init__(self, context: Context, database: PostgreSQL, **settings: str) -> None:
        super().__init__(context, database, **settings)
        name = f"{self.module}{len(database.ask('SELECT datname FROM pg_database').split())}"
        database.ask(f"CREATE DATABASE {name}")
        self.base, self.produces = name, self.module
        self.environment["BENCH_DATABASE"] = f"postgresql://keeper:{quote(database.password)}@127.0.0.1:{database.port}/{name}"
        self.checked = 0
        self.install()

    def install(self) -> None:
        """Makes what it needs."""

    def command(self) -> list[str | Path]:
        """Its worker."""
        raise NotImplementedError

    def stored(self) -> int:
        """How many tasks have been recorded as done, ever."""
        raise NotImplementedError

    def start_worker(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.worker = subprocess.Popen(
                list(map(str, self.command())), env=self.environment, cwd=PEERS, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        tokens = self.tokens(WARM_UP)
        self.fill(tokens)
        self.await_effects(WARM_UP, 60)
        self.await_stored(WARM_UP)
        self.check(self.effects.take(tokens))

    def fill(self, tokens: range) -> None:
        """Puts tasks in as fast as it can."""
        self.run(PEER_PYTHON, PEERS / f"{self.module}.py", "fill", str(len(tokens)), str(tokens.start))

    def await_stored(self, count: int) -> float | None:
        wait_for(lambda: self.stored() >= self.checked + count, 60, f"{count} results of {self.name} stored")
        return None

    def check(self, lines: dict[int, tuple[str, float]]) -> None:
        self.checked += len(lines)
        require(self.stored() == self.checked, f"{self.stored()} records of {self.name}, not {self.checked}")

    def drained(self, count: int, *, by_calls: bool = False) -> Burst:
        """`by_calls` fills the queue with a call for each task."""
        assert self.worker is not None
        tokens = self.tokens(count)
        self.settle(self.base)
        self.signal(signal.SIGSTOP)
        with self.filling() as spent:
            if by_calls:
                self.call(tokens)
            else:
                self.fill(tokens)
        self.database.ask("CHECKPOINT")
        meter, begin = Meter(self), time.time()
        self.signal(signal.SIGCONT)
        burst = self.finished(tokens, begin, meter)
        burst.filling_cpu = spent()
        return burst

    def signal(self, number: signal.Signals) -> None:
        """Stops the worker with all its processes, or lets it go on."""
        assert self.worker is not None
        for pid in tree([self.worker.pid]):
            os.kill(pid, number)


def lines_of(process: subprocess.Popen[bytes], take: threading.Condition, lines: list[str]) -> None:
    """Collects what a process prints, and wakes who waits for it."""
    def read() -> None:
        for line in process.stdout or []:
            with take:
                lines.append(line.decode())
                take.notify_all()
    threading.Thread(target=read, daemon=True).start()
