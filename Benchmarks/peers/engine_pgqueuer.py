"""pgqueuer on asyncpg with its durable tables: finished jobs are rows of its log.

    engine_pgqueuer.py install|work|fill [COUNT FIRST]
"""
import asyncio
import datetime
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from engine_calls import Send
from engine_task import work
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.queries import Queries

URL = os.environ["BENCH_DATABASE"]
BATCH = int(os.environ.get("BENCH_BATCH", "10"))


@asynccontextmanager
async def caller() -> AsyncIterator[Send]:
    """Somebody who puts tasks in with a connection of his own, one call and one commit each."""
    connection = await asyncpg.connect(URL)
    queries = Queries(AsyncpgDriver(connection))

    async def send(token: int) -> None:
        await queries.enqueue("work", b"%d" % token)
    try:
        yield send
    finally:
        await connection.close()


async def install() -> None:
    """Makes its tables."""
    await Queries(AsyncpgDriver(await asyncpg.connect(URL))).install()


async def fill(count: int, first: int) -> None:
    """Puts tasks in, a thousand with each statement."""
    queries = Queries(AsyncpgDriver(await asyncpg.connect(URL)))
    for start in range(first, first + count, 1000):
        tokens = range(start, min(start + 1000, first + count))
        await queries.enqueue(["work"] * len(tokens), [b"%d" % token for token in tokens], [0] * len(tokens))


async def serve() -> None:
    """Carries tasks out until it is ended."""
    queue = PgQueuer(AsyncpgDriver(await asyncpg.connect(URL)))

    @queue.entrypoint("work")
    async def run(job: Job) -> None:
        work(int(job.payload or b""))
    await queue.run(dequeue_timeout=datetime.timedelta(seconds=30), batch_size=BATCH)


if __name__ == "__main__":
    match sys.argv[1]:
        case "install": asyncio.run(install())
        case "fill": asyncio.run(fill(int(sys.argv[2]), int(sys.argv[3])))
        case _: asyncio.run(serve())
