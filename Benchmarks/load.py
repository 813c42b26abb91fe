"""Load on an HTTP server: wrk with one thread and kept connections, and what server and database spend meanwhile."""
import subprocess
from dataclasses import dataclass
from pathlib import Path

from context import require
from measuring import Sample, Span, cpu_seconds

SCRIPT = Path(__file__).resolve().with_name("load.lua")
CONNECTIONS = 32


@dataclass
class Load:
    """What came of one run of wrk."""

    sample: Sample
    requests: int
    seconds: float
    median_ms: float
    p99_ms: float
    database_cpu: float

    @property
    def rate(self) -> float:
        """Answers in a second."""
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU of the server's processes for one request."""
        return self.sample.cpu * 1000 / self.requests

    @property
    def database_cpu_ms(self) -> float:
        """CPU of the database server for one request."""
        return self.database_cpu * 1000 / self.requests


def press(
    base: str, bearer: str, what: list[str | Path], seconds: float, *, server: list[int], database: list[int],
    connections: int = CONNECTIONS,
) -> Load:
    """Runs wrk for so long; every answer must be a good one."""
    command = [
        "wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "10s", "-H", f"Authorization: Bearer {bearer}",
        "-s", SCRIPT, base, "--", *what]
    span, before = Span(server, database), cpu_seconds(database)
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    spent = cpu_seconds(database) - before
    sample = span.end()
    lines = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("result ")]
    require(done.returncode == 0 and len(lines) == 1, f"wrk said: {done.stdout[-1000:]} {done.stderr[-1000:]}")
    requests, microseconds, median, p99, errors = map(int, lines[0])
    require(errors == 0 and requests > 0, f"{errors} of {requests} requests to {base} went wrong: {done.stdout[-1000:]}")
    return Load(sample, requests, microseconds / 1e6, median / 1000, p99 / 1000, spent)
