"""FastAPI on uvicorn: everything that the producer says goes to every WebSocket reader, one line to a text frame, nothing is lost."""
import asyncio

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()
readers: set[asyncio.Queue[str]] = set()


@app.get("/health")
async def health() -> dict[str, str]:
    """Whether it serves."""
    return {"status": "ok"}


@app.websocket("/ws")
async def feed(socket: WebSocket) -> None:
    """One reader."""
    await socket.accept()
    queue: asyncio.Queue[str] = asyncio.Queue(10_000)
    readers.add(queue)
    try:
        while True:
            await socket.send_text(await queue.get())
    except (WebSocketDisconnect, RuntimeError):
        return
    finally:
        readers.discard(queue)


@app.post("/produce/{count}")
async def produce(count: int) -> int:
    """Sends numbered lines of 100 bytes to everybody; waits where a queue is full."""
    for number in range(1, count + 1):
        line = f"{number:08} {'x' * 90}\n"
        for queue in readers:
            await queue.put(line)
        if number % 50 == 0:
            await asyncio.sleep(0)
    return len(readers)
