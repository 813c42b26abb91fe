"""The PostgreSQL driver alone: one row by its key, prepared, against pgbench, which is C and does nothing else."""
import os
import re
import subprocess
from pathlib import Path

from api_servers import OPTIONS
from context import Context, require
from harness.postgresql import PostgreSQL
from measuring import Sample, run_client
from ours import REPOSITORY
from results import Figure, Row, compare

PROGRAM = Path(os.environ.get("DRIVER_BENCH", REPOSITORY / ".build" / "release" / "DriverBench"))
CONNECTIONS = 16
THREADS = 2
ACCOUNTS = 100_000
QUERIES = 100
SELECT = f"\\set aid random(1, {ACCOUNTS})\nSELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n"
OPEN, CLOSE = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n", "COMMIT;\n"


class Accounts:
    """A database that pgbench filled."""

    def __init__(self, context: Context) -> None:
        self.seconds = 2 if context.runs == 1 else 5
        self.folder = context.folder
        self.server = PostgreSQL(*OPTIONS).start()
        self.url = self.server.databases()["JOBS_DATABASE_URL"]
        subprocess.run(["pgbench", "-i", "-q", "-s", str(ACCOUNTS // 100_000), self.url], check=True, capture_output=True)
        assert self.server.process is not None
        self.pids = [self.server.process.pid]

    def ours(self, queries: int) -> tuple[float, Sample]:
        """Queries a second of our driver, so many to a transaction."""
        sample = run_client([PROGRAM, self.url, *map(str, (CONNECTIONS, self.seconds, ACCOUNTS, queries))], self.pids)
        found = re.search(r"queries (\d+) seconds ([\d.]+)", sample.text)
        require(found is not None, f"the driver said: {sample.text[-1000:]}")
        assert found is not None
        return int(found[1]) / float(found[2]), sample

    def pgbench(self, queries: int) -> tuple[float, Sample]:
        """The same of pgbench."""
        script = self.folder / f"select{queries}.sql"
        script.write_text(OPEN + SELECT * queries + CLOSE)
        sample = run_client(
            ["pgbench", "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", str(THREADS), "-T", str(self.seconds), "-f", script,
             self.url], self.pids)
        found = re.search(r"tps = ([\d.]+)", sample.text)
        require(found is not None and "number of failed transactions: 0 " in sample.text, f"pgbench said: {sample.text[-1000:]}")
        assert found is not None
        return float(found[1]) * queries, sample


def select(context: Context) -> tuple[list[Row], list[Figure]]:
    """Rows by key over 16 connections, our driver and pgbench in turn."""
    rates: dict[tuple[str, int], list[float]] = {}
    samples: list[Sample] = []
    accounts = Accounts(context)
    try:
        for number in range(context.runs):
            context.say(f"one row by its key, run {number + 1} of {context.runs}")
            for queries in (QUERIES, 1):
                for who, measure in (("ours", accounts.ours), ("pgbench", accounts.pgbench)):
                    rate, sample = measure(queries)
                    rates.setdefault((who, queries), []).append(rate)
                    if queries == QUERIES:
                        samples.append(sample)
    finally:
        accounts.server.stop()
    row = compare(
        "driver.select.queries_per_s",
        f"one row by its key, {CONNECTIONS} connections on {THREADS} threads, {QUERIES} queries to a transaction", "queries/s",
        "pgbench -M prepared, the same statements", rates["ours", QUERIES], rates["pgbench", QUERIES], higher_is_better=True,
        samples=samples)
    alone = {who: sorted(rates[who, 1])[context.runs // 2] for who in ("ours", "pgbench")}
    return [row], [Figure(
        "one row by its key in a transaction of its own, as services read",
        f"{alone['ours']:.0f} queries/s; pgbench with BEGIN, SELECT and COMMIT {alone['pgbench']:.0f}")]
