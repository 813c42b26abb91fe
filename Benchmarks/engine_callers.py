"""Callers of our public API for `peers/engine_calls.py`: each starts executions over one connection of its own, one request each."""
import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from engine_calls import Send

# A path, and the body with TOKEN in the place of the task's number.
PATH, BODY = os.environ["BENCH_PATH"], os.environ["BENCH_BODY"]


@asynccontextmanager
async def caller() -> AsyncIterator[Send]:
    """Somebody who starts executions; every one must be accepted."""
    base = urlsplit(os.environ["BENCH_BASE"])
    reader, writer = await asyncio.open_connection(base.hostname, base.port)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {base.netloc}\r\nAuthorization: Bearer {os.environ['BENCH_BEARER']}\r\n"
        "Content-Type: application/json\r\nContent-Length: ")

    async def send(token: int) -> None:
        body = BODY.replace("TOKEN", str(token))
        writer.write(f"{head}{len(body)}\r\n\r\n{body}".encode())
        answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        text = await reader.readexactly(int(answer.partition("content-length:")[2].partition("\r")[0]))
        if answer.split(maxsplit=2)[1] != "202" or json.loads(text)["targets"] != 1:
            raise ConnectionError(f"{answer}{text.decode()}")
    try:
        yield send
    finally:
        writer.close()
