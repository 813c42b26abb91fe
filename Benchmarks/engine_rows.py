"""Our engine against queues that keep records and against some that do not: durable runs, each with the same task of one line."""
import subprocess
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TypeVar

from api_servers import OPTIONS
from context import Context
from engine_ours import Engine, Product
from engine_peers import CeleryDurable, Dramatiq, Pgqueuer, PgqueuerTuned, Procrastinate
from engine_queues import Burst, Queue
from harness.postgresql import PostgreSQL
from measuring import median, percentile
from results import Figure, Row, compare

AnyQueue = TypeVar("AnyQueue", bound=Queue)
CALLERS = 32
# Milliseconds by which a slow disk is slower.
SLOW_FLUSH = 4
STARTS_PER_SECOND = 50


class Bench:
    """A PostgreSQL server that keeps what it has acknowledged, and the queues on it."""

    def __init__(self, context: Context, *, flush: int = 0) -> None:
        """`flush` is how many milliseconds longer the disk takes for each flush."""
        self.context, self.open_things = context, ExitStack()
        self.database = PostgreSQL(*OPTIONS)
        if flush:
            library = self.database.folder / "slow_flush.so"
            subprocess.run(["clang", "-O2", "-shared", "-fPIC", "-o", library, Path(__file__).with_name("slow_flush.c")], check=True)
            self.database.environment = {"LD_PRELOAD": str(library), "FLUSH_MILLISECONDS": str(flush)}
        self.database.start()
        self.open_things.callback(self.database.stop)

    def add(self, kind: Callable[..., AnyQueue], *arguments: object, **settings: str) -> AnyQueue:
        """A queue of this kind, which is closed with the bench."""
        return self.open_things.enter_context(closing(kind(self.context, self.database, *arguments, **settings)))

    def close(self) -> None:
        """Ends everything."""
        self.open_things.close()

    def in_turn(self, what: str, *turns: Callable[[], None]) -> None:
        """All of them in every run, forwards and backwards."""
        for number in range(self.context.runs):
            self.context.say(f"{what}, run {number + 1} of {self.context.runs}")
            for turn in turns if number % 2 == 0 else reversed(turns):
                turn()


class Bursts(dict[str, list[Burst]]):
    """All runs by who it was."""

    def note(self, who: str, burst: Burst) -> None:
        """Adds a run."""
        self.setdefault(who, []).append(burst)

    def of_peer(self, peer: Queue, measure: Callable[[], Burst]) -> None:
        """Measures a peer with its worker."""
        with peer.working():
            self.note(peer.name, measure())

    def row(self, name: str, what: str, ours: str, peer: str, figure: Callable[[Burst], float] | None = None) -> Row:
        """Compares rates, or the CPU seconds that `figure` tells."""
        values = [[figure(burst) if figure else burst.rate for burst in self[who]] for who in (ours, peer)]
        return compare(
            name, what, "CPU s/1000" if figure else "runs/s", peer, *values, higher_is_better=not figure,
            samples=[burst.sample for who in (ours, peer) for burst in self[who]])

    def figure(self, what: str, who: str) -> Figure:
        """Rate, CPU and who spent it."""
        bursts = self[who]
        rates = sorted(burst.rate for burst in bursts)
        return Figure(
            f"{what}, {who}",
            f"{median(rates):.0f}/s ({rates[0]:.0f} to {rates[-1]:.0f}), {median([burst.cpu for burst in bursts]):.3f} CPU s for 1,000:"
            f" {sorted(bursts, key=lambda burst: burst.cpu)[len(bursts) // 2].split}")


def drain(context: Context) -> tuple[list[Row], list[Figure]]:
    """A full queue until it is empty: ours, pgqueuer, Celery as durable as it gets, dramatiq."""
    count, singles, few = (500, 200, 200) if context.runs == 1 else (5000, 2000, 1000)
    runs, one, single = Bursts(), "one execution of ours with a branch for each", "executions of ours with one branch each"
    with closing(Bench(context)) as bench:
        ours, pgqueuer = bench.add(Engine, count), bench.add(Pgqueuer)
        peers: list[tuple[Queue, int]] = [
            (bench.add(PgqueuerTuned), count), (bench.add(CeleryDurable), few), (bench.add(Dramatiq), count)]

        def peer_turn(peer: Queue, tasks: int) -> Callable[[], None]:
            return lambda: runs.of_peer(peer, lambda: peer.drained(tasks))
        bench.in_turn(
            "drain", lambda: runs.note(one, ours.drained_as_one(count)),
            lambda: runs.of_peer(pgqueuer, lambda: pgqueuer.drained(count, by_calls=True)),
            lambda: runs.note(single, ours.drained(singles)), *(peer_turn(*peer) for peer in peers))
    tuned, celery, dramatiq = (peer.name for peer, _ in peers)
    what = f"{count} durable runs that wait, until all records, results and outputs are stored: one execution"
    each = f"{singles} executions of one branch that wait, until all records, results and outputs are stored"
    return [
        runs.row("engine.drain.pgqueuer", what, one, Pgqueuer.name),
        runs.row(
            "engine.drain_cpu.pgqueuer", f"{what}; CPU of callers, service, worker and database from putting in to the end, ours with one call, theirs"
            " with one for each", one, Pgqueuer.name, lambda burst: burst.whole_cpu),
        runs.row(
            "engine.drain_cpu.pgqueuer_filled", f"{what}; CPU of service, worker and database once all is put in", one, Pgqueuer.name,
            lambda burst: burst.cpu),
        runs.row(
            "engine.drain_cpu.pgqueuer_tuned", f"{what}; CPU of callers, service, worker and database, theirs put in by the thousand", one, tuned,
            lambda burst: burst.whole_cpu),
        runs.row("engine.drain.pgqueuer_tuned", what, one, tuned),
        runs.row("engine.drain_single.pgqueuer", each, single, Pgqueuer.name),
        runs.row("engine.drain.celery_durable", what, one, celery),
        runs.row("engine.drain.dramatiq", f"{what}; theirs keeps nothing", one, dramatiq),
    ], [runs.figure("drain", who) for who in runs]


def streaming(context: Context, *, flush: int = 0) -> tuple[list[Row], list[Figure]]:
    """Callers who start one run with each call while the worker carries them out: ours over HTTP, the peers by their libraries."""
    count, few = (200, 100) if context.runs == 1 else (2000, 1000)
    runs = Bursts()
    with closing(Bench(context, flush=flush)) as bench:
        peers: list[tuple[Queue, int]] = [
            (bench.add(Pgqueuer, BENCH_CALLERS=str(CALLERS)), count), (bench.add(Procrastinate, BENCH_CALLERS=str(CALLERS)), few),
            (bench.add(Product, 1), few), (bench.add(Engine, 1), count)]

        def turn(queue: Queue, tasks: int) -> Callable[[], None]:
            return lambda: runs.of_peer(queue, lambda: queue.streamed(tasks, CALLERS))
        bench.in_turn("streaming", *(turn(*peer) for peer in peers))
    best = max((peer.name for peer, _ in peers[:2]), key=lambda name: median([burst.rate for burst in runs[name]]))
    what = f"{CALLERS} callers start {count} runs, one with each call, until the last is done; the callers' own CPU time does not count" + disk(flush)
    return [runs.row("engine.streaming_32" + suffix(flush), what, Engine.name, best)], [runs.figure(f"{CALLERS} callers{suffix(flush)}", who) for who in runs]


def start_latency(context: Context, *, flush: int = 0) -> tuple[list[Row], list[Figure]]:
    """From the call that starts a run to what it does, 50 starts a second."""
    count = 100 if context.runs == 1 else 500
    times: dict[str, list[list[float]]] = {}
    with closing(Bench(context, flush=flush)) as bench:
        queues: list[Queue] = [bench.add(Engine, 1), bench.add(Pgqueuer), bench.add(Product, 1)]

        def turn(queue: Queue) -> Callable[[], None]:
            def measure() -> None:
                with queue.working():
                    times.setdefault(queue.name, []).append(queue.latencies(count, STARTS_PER_SECOND))
            return measure
        bench.in_turn("start latency", *(turn(queue) for queue in queues))
    what = f"from the call that starts a durable run to its effect, {STARTS_PER_SECOND} starts a second" + disk(flush)
    rows = [
        compare(
            f"engine.start_latency_p{part}{suffix(flush)}", f"{what}, {part} of 100", "ms", Pgqueuer.name,
            *([percentile(run, part / 100) for run in times[who]] for who in (Engine.name, Pgqueuer.name)), higher_is_better=False,
            samples=[])
        for part in (50, 99)]
    return rows, [latency_figure(f"start latency{suffix(flush)}, {who}", all_times) for who, all_times in times.items()]


def slow_disk(context: Context) -> tuple[list[Row], list[Figure]]:
    """Both on a disk whose flushes take 4 ms longer, as many of the cloud's do."""
    (some, more), (first, second) = streaming(context, flush=SLOW_FLUSH), start_latency(context, flush=SLOW_FLUSH)
    return some + first, more + second


def disk(flush: int) -> str:
    """What the disk is, for the text of a row."""
    return f"; each flush of the database's disk takes {flush} ms longer" if flush else ""


def suffix(flush: int) -> str:
    """What tells the rows of a slow disk from the others."""
    return ".slow_disk" if flush else ""


def latency_figure(what: str, times: list[list[float]]) -> Figure:
    """Percentiles of all runs."""
    return Figure(what, ", ".join(f"p{part} {median([percentile(run, part / 100) for run in times]):.1f} ms" for part in (50, 90, 99)))


def forked(context: Context) -> list[Figure]:
    """The same with a shell for each run on both sides: the whole product with its own worker and Local targets, and pgqueuer."""
    count = 200 if context.runs == 1 else 1000
    runs = Bursts()
    with closing(Bench(context)) as bench:
        ours, peer = bench.add(Product, count), bench.add(Pgqueuer, BENCH_FORK="1")
        bench.in_turn(
            "a shell for each run", lambda: runs.note(ours.name, ours.drained_as_one(count)),
            lambda: runs.of_peer(peer, lambda: peer.drained(count)))
    return [runs.figure(f"{count} runs with a shell each", who) for who in runs]
