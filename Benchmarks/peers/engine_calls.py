"""Callers that put tasks into a queue, each over a connection of its own, one call for each task.

    engine_calls.py MODULE COUNT RATE FIRST       prints when the first call began; with a rate (calls a second) also when each began

`BENCH_CALLERS` is how many there are. With RATE 0 each calls again as soon as it has its answer.
"""
import asyncio
import importlib
import os
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, nullcontext
from itertools import count

Send = Callable[[int], Awaitable[None]]
CALLERS = int(os.environ.get("BENCH_CALLERS", "1"))


async def main(module: str, total: int, rate: float, first: int) -> None:
    """Makes all calls."""
    queue = importlib.import_module(module)
    async with AsyncExitStack() as open_things:
        await open_things.enter_async_context(getattr(queue, "opened", nullcontext)())
        sends = [await open_things.enter_async_context(queue.caller()) for _ in range(CALLERS)]
        begin, numbers, lines = time.time(), count(), []

        async def call(send: Send) -> None:
            while (number := next(numbers)) < total:
                if rate:
                    await asyncio.sleep(max(0.0, begin + number / rate - time.time()))
                    lines.append(f"{first + number} {time.time():.5f}")
                await send(first + number)
        await asyncio.gather(*(call(send) for send in sends))
        print(f"begin {begin:.5f} {time.time():.5f}", *lines, sep="\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])))
