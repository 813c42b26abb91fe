"""procrastinate: a job is a row of PostgreSQL and stays there when it has ended."""
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import procrastinate
from engine_calls import CALLERS, Send
from engine_task import work

app = procrastinate.App(
    connector=procrastinate.PsycopgConnector(conninfo=os.environ["BENCH_DATABASE"], min_size=1, max_size=max(CALLERS, 10)))


@app.task(queue="bench", name="work")
async def run(token: int) -> None:
    """One task."""
    work(token)


@asynccontextmanager
async def caller() -> AsyncIterator[Send]:
    """Somebody who puts tasks in, one call and one commit each; the pool has a connection for every caller."""
    async def send(token: int) -> None:
        await run.defer_async(token=token)
    yield send


@asynccontextmanager
async def opened() -> AsyncIterator[None]:
    """Opens the pool for all callers."""
    async with app.open_async():
        yield
