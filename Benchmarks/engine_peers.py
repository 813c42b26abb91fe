"""The queues that ours is compared with."""
import json
import subprocess
from pathlib import Path

from context import PEER_PYTHON, PEERS, Context, require
from engine_queues import PeerQueue
from harness.postgresql import PostgreSQL
from harness.waiting import accepts, free_port
from measuring import end_processes, wait_for


class Pgqueuer(PeerQueue):
    """Durable: a log on PostgreSQL, which keeps no results and no output."""

    name, module = "pgqueuer 1.6", "engine_pgqueuer"

    def install(self) -> None:
        self.run(PEER_PYTHON, PEERS / "engine_pgqueuer.py", "install")

    def command(self) -> list[str | Path]:
        return [PEER_PYTHON, PEERS / "engine_pgqueuer.py", "work"]

    def stored(self) -> int:
        return int(self.database.ask("SELECT count(*) FROM pgqueuer_log WHERE status = 'successful'", self.base))

    def check(self, lines: dict[int, tuple[str, float]]) -> None:
        super().check(lines)
        odd = self.database.ask(
            "SELECT (SELECT count(*) FROM pgqueuer)"
            " + (SELECT count(*) FROM pgqueuer_log WHERE status NOT IN ('queued', 'picked', 'successful'))", self.base)
        require(odd.strip() == "0", f"pgqueuer has {odd} jobs that are not done well")


class PgqueuerTuned(Pgqueuer):
    """With batches of 500 in place of 10, as many as our worker reports at once."""

    name = "pgqueuer 1.6, batches of 500"

    def __init__(self, context: Context, database: PostgreSQL) -> None:
        super().__init__(context, database, BENCH_BATCH="500")


class Procrastinate(PeerQueue):
    """Durable: rows of PostgreSQL, without results and output."""

    name, module = "procrastinate 3.10", "engine_procrastinate"

    def install(self) -> None:
        self.run(PEER_PYTHON, "-m", "procrastinate", "-a", "engine_procrastinate.app", "schema", "--apply")

    def command(self) -> list[str | Path]:
        return [PEER_PYTHON, "-m", "procrastinate", "-a", "engine_procrastinate.app", "worker", "-q", "bench", "-c", "10"]

    def fill(self, tokens: range) -> None:
        self.call(tokens)

    def stored(self) -> int:
        return int(self.database.ask("SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'", self.base))


class Broker:
    """A Redis server that writes what it gets to its log and flushes that every second, as its manual advises."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", "--appendonly", "yes",
             "--appendfsync", "everysec"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        wait_for(lambda: accepts("127.0.0.1", self.port), 10, "Redis serving")

    def stop(self) -> None:
        """Ends it."""
        end_processes({self.process.pid})


class WithBroker(PeerQueue):
    """A queue whose tasks travel through Redis."""

    def install(self) -> None:
        self.broker = Broker(self.folder)
        self.environment["BENCH_REDIS"] = f"redis://127.0.0.1:{self.broker.port}/0"

    @property
    def others(self) -> list[int]:
        return [self.broker.process.pid]

    def close(self) -> None:
        super().close()
        self.broker.stop()


class CeleryDurable(WithBroker):
    """Tasks are acknowledged late; states and results are rows of PostgreSQL."""

    name, module = "Celery 5.7, acks_late, results in PostgreSQL, prefork 2", "engine_celery"

    def command(self) -> list[str | Path]:
        return [
            PEER_PYTHON, "-m", "celery", "-A", "engine_celery", "worker", "--without-gossip", "--without-mingle", "-l", "WARNING",
            "-c", "2", "--pidfile", self.folder / "worker.pid"]

    def stored(self) -> int:
        if not self.database.ask("SELECT to_regclass('celery_taskmeta')", self.base).strip():
            return 0
        return int(self.database.ask("SELECT count(*) FROM celery_taskmeta WHERE status = 'SUCCESS'", self.base))

    def check(self, lines: dict[int, tuple[str, float]]) -> None:
        super().check(lines)
        rows = self.database.ask("SELECT convert_from(result, 'UTF8') FROM celery_taskmeta", self.base).splitlines()
        results = {json.loads(row) for row in rows}
        require({line for line, _ in lines.values()} <= results, "Celery stored results that are not what the tasks returned")


class Dramatiq(WithBroker):
    """Nothing is stored about a task that has ended."""

    name, module = "dramatiq 2.2 on Redis, 2 processes with 8 threads, keeps nothing", "engine_dramatiq"

    def command(self) -> list[str | Path]:
        return [PEER_PYTHON, "-m", "dramatiq", "engine_dramatiq", "-p", "2", "-t", "8"]

    def stored(self) -> int:
        return self.checked + self.effects.count()

    def check(self, lines: dict[int, tuple[str, float]]) -> None:
        self.checked += len(lines)
