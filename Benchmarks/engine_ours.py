"""Our engine as a queue: all services but the worker in one process, and the least worker there can be; or the whole product."""
import json
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from context import PEER_PYTHON, Context, require
from engine_queues import WARM_UP, Burst, Meter, Queue, lines_of
from harness.api import FINAL, Api, set_up
from harness.paths import BINARY
from harness.postgresql import PostgreSQL
from harness.process import Process
from measuring import wait_for

SERVICES = "auth,users,targets,jobs,executions,schedules,notifications,audit"
# How many branches the worker takes at once, and how many of one execution run at the same time.
SLOTS = 1000
IMPORTED_AT_ONCE = 2000


def import_local_targets(api: Api, count: int) -> None:
    """Targets that are this machine itself; the name says which one it is, in 16 letters."""
    for start in range(1, count + 1, IMPORTED_AT_ONCE):
        numbers = range(start, min(start + IMPORTED_AT_ONCE, count + 1))
        rows = "".join(f"{target_name(number)},{'one;all' if number == 1 else 'all'},local\n" for number in numbers)
        receipt = api.post("/api/targets/import", {"format": "csv", "text": f"name,tags,kind\n{rows}", "dry_run": False})
        require(receipt["created"] == len(numbers), f"the import made {receipt['created']} of {len(numbers)} targets")


def target_name(number: int) -> str:
    """The name of a target."""
    return f"x{number:015d}"


class Engine(Queue):
    """The services in one process; work comes as executions, by the public API."""

    name = "ours"
    produces = "engine_callers"
    # What a caller starts for one task.
    command = "work TOKEN"

    def __init__(
        self, context: Context, database: PostgreSQL, targets: int, *, embedded: bool = False, services: str | None = SERVICES,
    ) -> None:
        super().__init__(context, database)
        if embedded:
            self.database_pids = []
        self.key, self.worker_key = self.folder / "secret.key", self.folder / "worker.key"
        subprocess.run([BINARY, "create-key", self.key], check=True)
        subprocess.run([BINARY, "create-worker-key", self.worker_key], env={"SECRET_KEY_FILE": str(self.key)}, check=True)
        self.databases = {} if embedded else database.databases()
        self.service = Process(
            self.folder / "server.log",
            {"DATA_DIR": str(self.folder / "data"), "SECRET_KEY_FILE": str(self.key), "LOG_LEVEL": "error", **self.databases},
            services=services)
        self.service.start()
        try:
            self.api = set_up(self.service)
            import_local_targets(self.api, targets)
        except BaseException:
            self.service.kill()
            raise
        self.environment |= {
            "BENCH_BASE": self.service.base, "BENCH_BEARER": self.api.bearer or "", "BENCH_PATH": "/api/executions",
            "BENCH_BODY": json.dumps({"command": self.command, "targets": "tag = one", "repeatable": True})}
        self.printed = threading.Condition()
        self.lines: list[str] = []
        self.goal = 0

    @property
    def others(self) -> list[int]:
        return [self.service.pid]

    def launch_worker(self) -> None:
        """Starts the worker, which waits for a word before it asks for work."""
        self.lines = []
        self.worker = subprocess.Popen(
            [str(PEER_PYTHON), str(Path(__file__).with_name("engine_worker.py")), self.service.base, str(self.worker_key), str(SLOTS)],
            env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        lines_of(self.worker, self.printed, self.lines)
        with self.printed:
            require(self.printed.wait_for(lambda: bool(self.lines), 30), "our worker is not ready")
        self.goal = 0

    def release_worker(self) -> None:
        """Lets the worker ask."""
        assert self.worker is not None and self.worker.stdin is not None
        self.worker.stdin.write(b"go\n")
        self.worker.stdin.flush()

    def stop_worker(self) -> None:
        if self.worker and self.worker.stdin:
            self.worker.stdin.close()
            self.worker.wait(10)
        self.worker = None

    def start_worker(self) -> None:
        self.launch_worker()
        self.release_worker()
        tokens = self.tokens(WARM_UP)
        self.call(tokens)
        self.await_effects(WARM_UP, 30)
        self.await_stored(WARM_UP)
        self.check(self.effects.take(tokens))

    def await_stored(self, count: int) -> float | None:
        self.goal += count
        with self.printed:
            require(
                self.printed.wait_for(lambda: "failed" in self.lines[-1] or stored(self.lines[-1]) >= self.goal, 600),
                f"our worker has not stored all: {self.lines[-1]}")
        require(stored(self.lines[-1]) == self.goal, f"our worker says: {self.lines[-1]}")
        return float(self.lines[-1].split()[2])

    def check(self, lines: dict[int, tuple[str, float]]) -> None:
        """The newest executions are these tasks, one each."""
        executions = newest(self.api, len(lines))
        good = sum(execution["state"] == "succeeded" and execution["counts"]["succeeded"] == 1 for execution in executions)
        require(good == len(lines), f"{good} of {len(lines)} executions succeeded")
        with ThreadPoolExecutor(4) as pool:
            outputs = list(pool.map(lambda execution: self.api.log(execution["id"]).decode(), executions))
        require(sorted(outputs) == sorted(f"{line}\n" for line, _ in lines.values()), "outputs are not what the tasks wrote")

    def check_one(self, execution: str, lines: dict[int, tuple[str, float]]) -> None:
        """The branches of an execution are these tasks."""
        counts = self.api.execution(execution)["counts"]
        require(counts["succeeded"] == counts["total"] == len(lines), f"not all branches succeeded: {counts}")
        texts: dict[int, str] = {}
        states: dict[int, list[str]] = {}
        for entry in feed(self.api, execution):
            if entry["kind"] == "output":
                texts[entry["branch"]] = texts.get(entry["branch"], "") + entry["text"]
            elif entry["kind"] == "branch":
                states.setdefault(entry["branch"], []).append(entry["branch_state"])
        require(texts == {token: f"{line}\n" for token, (line, _) in lines.items()}, "outputs are not what the tasks wrote")
        require(all(states[token] == ["running", "succeeded"] for token in lines), "branches went other ways than once from begin to end")

    def drained(self, count: int) -> Burst:
        """As executions of one branch each."""
        self.rest()
        tokens = self.tokens(count)
        with self.filling() as spent:
            self.call(tokens, callers=32)
        return self.released(tokens, spent())

    def drained_as_one(self, count: int) -> Burst:
        """As one execution with so many branches; the targets' numbers are those of the tasks."""
        self.rest()
        with self.filling() as spent:
            execution = self.start_all(count)
        return self.released(range(1, count + 1), spent(), execution)

    @property
    def store(self) -> str:
        """The name of the executions' database."""
        return urlsplit(self.databases["EXECUTION_DATABASE_URL"]).path[1:]

    def rest(self) -> None:
        """Lets the executions' database settle, with some finished ones in it."""
        if self.next_token == 1:
            with self.working():
                pass
        if self.database_pids:
            self.settle(self.store)

    def start_all(self, count: int) -> str:
        """Starts an execution on all targets; returns its id."""
        receipt = self.api.post("/api/executions", {"command": "work 0", "targets": "tag = all", "max_parallel": 10_000, "repeatable": True})
        require(receipt["targets"] == count, f"{receipt['targets']} targets, not {count}")
        return receipt["id"]

    def released(self, tokens: range, filling_cpu: float, execution: str | None = None) -> Burst:
        """Measures from letting a new worker go until everything is stored."""
        self.launch_worker()
        try:
            if self.database_pids:
                self.database.ask("CHECKPOINT")
            meter, begin = Meter(self), time.time()
            self.release_worker()
            end = self.await_stored(len(tokens))
            sample, database_cpu, worker_cpu = meter.end()
        finally:
            self.stop_worker()
        lines = self.effects.take(tokens)
        if execution:
            self.check_one(execution, lines)
        else:
            self.check(lines)
        return Burst(len(tokens), (end or 0) - begin, sample, database_cpu, worker_cpu, filling_cpu)

    def close(self) -> None:
        super().close()
        self.service.stop()


class Product(Engine):
    """The whole product in one process: its own worker has a shell write the line."""

    name = "ours with its own worker"
    command = "echo \"$(printf %016d TOKEN) $(date +%s.%5N)\" | tee -a EFFECTS"

    def __init__(self, context: Context, database: PostgreSQL, targets: int) -> None:
        super().__init__(context, database, targets, services=None)
        command = self.command.replace("EFFECTS", str(self.effects.file))
        self.environment["BENCH_BODY"] = json.dumps({"command": command, "targets": "tag = one"})

    def start_worker(self) -> None:
        tokens = self.tokens(WARM_UP)
        self.call(tokens)
        self.await_effects(WARM_UP, 30)
        self.await_stored(WARM_UP)
        self.check(self.effects.take(tokens))

    def await_stored(self, count: int) -> float | None:
        wait_for(lambda: all(run["state"] in FINAL for run in newest(self.api, count)), 60, "the end of all executions")
        return None

    def drained_as_one(self, count: int) -> Burst:
        """From the request to the end as a client sees it: there is no worker that could be held back."""
        command = f"echo \"{{{{ target.name }}}} $(date +%s.%5N)\" | tee -a {self.effects.file}"
        if self.database_pids:
            self.database.ask("CHECKPOINT")
        meter, begin = Meter(self), time.time()
        execution = self.api.run(command, "tag = all", max_parallel=200)
        while self.api.execution(execution)["state"] not in FINAL:
            time.sleep(max(0.01, (time.time() - begin) / 50))
        end = time.time()
        sample, database_cpu, worker_cpu = meter.end()
        lines = self.effects.take(range(1, count + 1))
        self.check_one(execution, lines)
        return Burst(count, end - begin, sample, database_cpu, worker_cpu)


def stored(line: str) -> int:
    """How many branches a line of the worker says to be stored."""
    words = line.split()
    return int(words[1]) if words[0] == "stored" else 0


def newest(api: Api, count: int) -> list[dict[str, Any]]:
    """The newest executions."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while len(found) < count:
        page = api.get("/api/executions", limit=min(200, count - len(found)), **cursor)
        found += page["items"]
        if not page.get("next_cursor"):
            break
        cursor = {"cursor": page["next_cursor"]}
    require(len(found) == count, f"{len(found)} executions, not {count}")
    return found


def feed(api: Api, execution: str) -> list[dict[str, Any]]:
    """Everything that happened in an execution."""
    entries: list[dict[str, Any]] = []
    while True:
        piece = api.get(f"/api/executions/{execution}/feed", after=len(entries), limit=5000)
        entries += piece["entries"]
        if piece["is_complete"] or not piece["entries"]:
            return entries
