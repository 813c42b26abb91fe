"""Our engine against itself: with a million finished executions behind it, and with very many targets in one execution."""
import hashlib
import random
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Any
from uuid import UUID

from context import PEERS, Context, require
from engine_ours import Engine, feed
from engine_rows import CALLERS, STARTS_PER_SECOND, Bench, Bursts, latency_figure
from harness.api import FINAL
from harness.postgresql import PostgreSQL
from harness.process import Process
from measuring import Span, median, percentile
from results import Figure, Row, compare

sys.path.insert(0, str(PEERS))
from engine_worker import Worker, calls_key  # noqa: E402

MANY, FEW = 1_000_000, 1000
AT_ONCE = 200
TARGETS = 1000
# What is asked for, and how often.
ASKED: dict[str, tuple[dict[str, Any], int]] = {
    "anywhere": ({"cursor": "ANY"}, 200), "first page": ({}, 20), "of a state that none has": ({"state": "failed"}, 20),
    "of one target": ({"target": str(UUID(hashlib.md5(b"7").hexdigest()))}, 20),
    "found by a part of the serial": ({"search": "c0000000000000042"}, 5)}


class Flat(Engine):
    """The services without a worker, and as many finished executions as wanted."""

    def multiply(self, count: int) -> None:
        """Copies the newest execution with everything that belongs to it; a copy differs in id and serial, and its branches are about
        one of TARGETS targets. What columns there are is asked, since they are the product's business."""
        name = self.store
        columns: dict[str, list[str]] = {}
        for line in self.database.ask(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND is_generated = 'NEVER'"
                " ORDER BY ordinal_position", name).split():
            table, _, column = line.partition("|")
            columns.setdefault(table, []).append(column)
        target = f"md5((e.key % {TARGETS})::text)::uuid::text"
        new = {"id": "md5('copy' || n)::uuid::text", "serial": "'C' || lpad(n::text, 16, '0')", "idempotency_key": "NULL"}
        rest = [column for column in columns["executions"] if column != "key"]
        owner = self.database.ask("SELECT max(key) FROM executions", name).strip()
        self.database.ask(
            f"INSERT INTO executions ({', '.join(rest)}) SELECT {', '.join(new.get(column, f'e.{column}') for column in rest)}"
            f" FROM executions e, generate_series(1, {count}) n WHERE e.key = {owner} ORDER BY n", name)
        for table, all_columns in columns.items():
            if "execution" in all_columns:
                rest = [column for column in all_columns if column != "execution"]
                # Whether every row's execution exists is not asked again.
                self.database.ask(
                    f"SET session_replication_role = replica; INSERT INTO {table} (execution, {', '.join(rest)}) SELECT e.key, "
                    + ", ".join(target if column == "target_id" else f"t.{column}" for column in rest)
                    + f" FROM executions e, {table} t WHERE e.key > {owner} AND t.execution = {owner}", name)
        self.database.ask("VACUUM ANALYZE", name)
        self.database.ask("CHECKPOINT")

    def claims(self, count: int) -> float:
        """Branches leased in a second, each in an execution of its own; afterwards they are reported."""
        tokens = self.tokens(count)
        self.call(tokens, callers=32)
        worker = Worker(self.service.base, calls_key(self.worker_key), AT_ONCE)
        leased: list[dict[str, Any]] = []
        begin = time.monotonic()
        while len(leased) < count:
            found = worker.leasing.call("lease", worker.ask(AT_ONCE, 1))["branches"]
            require(bool(found), f"only {len(leased)} of {count} branches were leased")
            leased += found
        seconds = time.monotonic() - begin
        keys = {branch["key"]["execution"] for branch in leased}
        require(len(keys) == len(leased) == count and all(branch["fence"] == 1 for branch in leased), "branches were leased twice")
        for number, start in enumerate(range(0, count, AT_ONCE), 1):
            entries = [
                {"key": branch["key"], "fence": branch["fence"], "ended": {"state": "succeeded"}}
                for branch in leased[start:start + AT_ONCE]]
            receipt = worker.leasing.call("report", {"worker": worker.name, "number": number, "entries": entries, "probes": []})
            require(not receipt["revoked"], "branches were taken away")
        return count / seconds

    def asked(self, query: dict[str, Any], count: int) -> list[float]:
        """Milliseconds of so many pages of the list, one after the other."""
        times, newest = [], int(self.api.get("/api/executions", limit=1)["next_cursor"])
        for _ in range(count):
            words = {key: str(random.randint(100, newest)) if value == "ANY" else value for key, value in query.items()}
            begin = time.monotonic()
            page = self.api.get("/api/executions", limit=50, **words)
            times.append((time.monotonic() - begin) * 1000)
            require(len(page["items"]) == 50 or "cursor" not in query, "the page is not full")
        return times


def flat(context: Context) -> tuple[list[Row], list[Figure]]:
    """Claiming with a million finished executions behind it and without; pages of the list of a million and of a thousand."""
    quick = context.runs == 1
    many, claimed = (20_000, 200) if quick else (MANY, 1000)
    rates: dict[str, list[float]] = {"full": [], "empty": []}
    times: dict[tuple[str, str], list[list[float]]] = {}
    with closing(Bench(context)) as bench:
        empty, full = bench.add(Flat, 1), bench.add(Flat, 1)
        context.say(f"making {many} finished executions")
        for engine, count in ((empty, 0), (full, many)):
            with engine.working():
                pass
            engine.multiply(count)
        bench.in_turn(
            "claim", lambda: rates["full"].append(full.claims(claimed)), lambda: rates["empty"].append(empty.claims(claimed)))
        empty.multiply(FEW)

        def ask(who: str, engine: Flat) -> Callable[[], None]:
            def turn() -> None:
                for what, (query, pages) in ASKED.items():
                    times.setdefault((who, what), []).append(engine.asked(query, pages))
            return turn
        bench.in_turn("list", ask("full", full), ask("empty", empty))

    def p95(who: str, what: str) -> list[float]:
        return [percentile(run, 0.95) for run in times[who, what]]
    rows = [
        compare(
            "engine.claim.flat", f"branches leased in a second with {many} finished executions behind them", "branches/s",
            "ours without them", rates["full"], rates["empty"], higher_is_better=True, samples=[]),
        compare(
            "engine.list.flat", f"a page of 50 anywhere in the list of {many} executions, 95 of 100 within", "ms", f"ours with {FEW}",
            p95("full", "anywhere"), p95("empty", "anywhere"), higher_is_better=False, samples=[])]
    return rows, [
        Figure(
            f"a page of executions, {what}",
            f"p95 {median(p95('full', what)):.1f} ms of {many}, {median(p95('empty', what)):.1f} ms of {FEW}")
        for what in ASKED]


def wide(context: Context) -> list[Figure]:
    """One execution on very many targets, service and worker each in a process of its own."""
    few, many = (500, 2000) if context.runs == 1 else (10_000, 100_000)
    with closing(Bench(context)) as bench:
        return [fan_out(bench.add(Engine, few)), start_call(bench.add(Engine, many), many)]


def fan_out(engine: Engine) -> Figure:
    """An execution on all targets, each with a shell: when it was accepted, when the first and the last branch had ended, and memory."""
    count = engine.api.get("/api/targets", limit=1)["total"]
    worker = Process(
        engine.folder / "worker.log",
        {"EXECUTION_SERVICE_URL": engine.service.base, "WORKER_KEY_FILE": str(engine.worker_key), "LOG_LEVEL": "error"},
        services="worker").start()
    try:
        spans, begin = [Span([process.pid], []) for process in (engine.service, worker)], time.time()
        execution = engine.api.run("echo hello", "tag = all", max_parallel=200)
        accepted = time.time() - begin
        while engine.api.execution(execution)["state"] not in FINAL:
            time.sleep(0.5)
        service_kb, worker_kb = (span.end().peak_kb for span in spans)
    finally:
        worker.stop()
    entries = feed(engine.api, execution)
    ended = [entry for entry in entries if entry["kind"] == "branch" and entry["branch_state"] == "succeeded"]
    ends = [datetime.fromisoformat(entry["at"]).timestamp() - begin for entry in ended]
    said = sorted(entry["branch"] for entry in entries if entry["kind"] == "output" and entry["text"] == "hello\n")
    require(len(ends) == count and said == list(range(1, count + 1)), f"{len(ends)} branches of {count} ended well, {len(said)} said hello")
    return Figure(
        f"an execution on {count} targets, a shell each, 200 at once",
        f"accepted after {accepted * 1000:.0f} ms, first branch ended after {min(ends) * 1000:.0f} ms, last after {max(ends):.1f} s;"
        f" memory of the service {service_kb / 1024:.0f} MB, of the worker {worker_kb / 1024:.0f} MB at most")


def start_call(engine: Engine, count: int) -> Figure:
    """How long the call takes that starts an execution on so many targets, and memory; it is cancelled afterwards."""
    seconds, span = [], Span([engine.service.pid], [])
    for _ in range(3):
        begin = time.monotonic()
        execution = engine.start_all(count)
        seconds.append(time.monotonic() - begin)
        state = engine.api.execution(execution)
        require(state["counts"]["waiting"] == count, f"not all branches wait: {state['counts']}")
        engine.api.post(f"/api/executions/{execution}/cancel")
        require(engine.api.finished(execution, 120)["counts"]["cancelled"] == count, "not all branches were cancelled")
    peak = span.end().peak_kb / 1024
    return Figure(
        f"the call that starts an execution on {count} targets",
        f"answered after {min(seconds):.2f} to {max(seconds):.2f} s, all branches stored; memory of the service {peak:.0f} MB at most")


def embedded(context: Context) -> list[Figure]:
    """The same engine on SQLite: drained as one execution and as many, called by 32, started 50 times a second."""
    count, few = (200, 100) if context.runs == 1 else (5000, 1000)
    runs, times = Bursts(), []
    with closing(Bench(context)) as bench:
        ours = bench.add(Embedded, count)

        def start() -> None:
            with ours.working():
                times.append(ours.latencies(few // 2, STARTS_PER_SECOND))
        bench.in_turn(
            "on SQLite", lambda: runs.note("one execution", ours.drained_as_one(count)),
            lambda: runs.note("executions of one branch", ours.drained(few)),
            lambda: runs.of_peer(ours, lambda: ours.streamed(few, CALLERS)), start)
    return [
        *(runs.figure("on SQLite", who) for who in runs),
        latency_figure("on SQLite, start latency", times)]


class Embedded(Engine):
    """The services on files of their own."""

    name = f"{CALLERS} callers"

    def __init__(self, context: Context, database: PostgreSQL, targets: int) -> None:
        super().__init__(context, database, targets, embedded=True)
