"""Every service in a process of its own: memory at rest, and what a request costs on its way through nginx and the services."""
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api_servers import OPTIONS, OurApi, all_targets, import_targets
from context import Context, require
from harness.api import set_up
from harness.picture import Picture
from harness.postgresql import PostgreSQL
from idle_rows import REST_SECONDS, python_stack
from load import CONNECTIONS, Load, press
from measuring import cpu_seconds, memory_kb
from results import Figure, Row, compare


@contextmanager
def picture_on(context: Context) -> Iterator[tuple[Picture, PostgreSQL]]:
    """The picture and its database server."""
    database = PostgreSQL(*OPTIONS).start()
    try:
        picture = Picture(Path(tempfile.mkdtemp(dir=context.folder)), server=database, LOG_LEVEL="error").start()
        try:
            yield picture, database
        finally:
            picture.stop()
            picture.door.stop()
    finally:
        database.stop()


def memory(context: Context) -> list[Row]:
    """Memory of all services at rest against three FastAPI services, a Celery worker and beat; databases, Redis and nginx aside."""
    ours, theirs = [], []
    for number in range(context.runs):
        context.say(f"services at rest, run {number + 1} of {context.runs}")
        with picture_on(context) as (picture, _):
            time.sleep(REST_SECONDS)
            pids = [part.pid for part in picture.parts.values()]
            require(len(pids) == 10, f"{len(pids)} services run")
            ours.append(memory_kb(pids) / 1024)
        database = PostgreSQL(*OPTIONS).start()
        try:
            url = database.databases()["TARGETS_DATABASE_URL"]
            with python_stack(context, "api_app:app", BENCH_DATABASE=url, BENCH_KEY="00" * 32) as pids:
                theirs.append(memory_kb(pids[1:]) / 1024)
        finally:
            database.stop()
    return [compare(
        "stack.idle_memory",
        f"memory (PSS, pages that processes share count once) of ten services {REST_SECONDS} s after the start", "MB",
        "three FastAPI services on uvicorn with asyncpg, Celery worker with 2 processes, beat; Redis, database and nginx counted nowhere",
        ours, theirs, higher_is_better=False, samples=[])]


def hops(context: Context) -> list[Figure]:
    """By id through two calls between services, without and with nginx and TLS in front, and who spends the time."""
    seconds = 2 if context.runs == 1 else 5
    with picture_on(context) as (picture, database):
        api = set_up(picture)
        import_targets(api)
        paths = picture.folder / "paths"
        paths.write_text("".join(f"/api/targets/{item['id']}\n" for item in all_targets(api)))
        bearer = OurApi(picture.base, [], picture.base).bearer()
        return [
            along(
                picture, database, picture.parts["targets"].base, bearer, paths, seconds,
                "straight to Targets, which asks Auth, which asks Users"),
            along(picture, database, picture.base, bearer, paths, seconds, "the same through nginx with TLS"),
        ]


def along(picture: Picture, database: PostgreSQL, base: str, bearer: str, paths: Path, seconds: float, way: str) -> Figure:
    """The figure of one way."""
    door = picture.door.process
    assert door is not None and database.process is not None
    pids = {**{name: part.pid for name, part in picture.parts.items()}, "nginx": door.pid, "database": database.process.pid}
    server = [pid for name, pid in pids.items() if name != "database"]

    def once(how_long: float) -> Load:
        return press(base, bearer, [paths], how_long, server=server, database=[pids["database"]])
    once(1)
    before = {name: cpu_seconds([pid]) for name, pid in pids.items()}
    load = once(seconds)
    spent = {name: (cpu_seconds([pid]) - before[name]) * 1000 / load.requests for name, pid in pids.items()}
    parts = ", ".join(f"{name} {cost:.3f}" for name, cost in sorted(spent.items(), key=lambda item: -item[1]) if cost >= 0.005)
    return Figure(
        f"GET /api/targets/{{id}} {way}, {CONNECTIONS} connections",
        f"{load.rate:.0f} requests/s, median {load.median_ms:.1f} ms, p99 {load.p99_ms:.1f} ms; CPU ms a request: {parts}")
