"""asyncssh: `echo hello` on the first N hosts, at most 50 at once; with ROUNDS, that many more on the open connections.

    ssh_asyncssh.py N HOSTS-FILE PORT KEY KNOWN-HOSTS [ROUNDS]
"""
import asyncio
import sys
import time

import asyncssh

COUNT, HOSTS, PORT, KEY, KNOWN = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5]
ROUNDS = int(sys.argv[6]) if len(sys.argv) > 6 else 0


async def main() -> None:
    """Runs and prints what was found."""
    with open(HOSTS) as file:
        hosts = file.read().split()[:COUNT]
    key, known = asyncssh.read_private_key(KEY), asyncssh.read_known_hosts(KNOWN)
    gate, open_connections, good = asyncio.Semaphore(50), [], 0

    async def cold(host: str) -> None:
        nonlocal good
        async with gate:
            connection = await asyncssh.connect(
                host, PORT, username="root", client_keys=[key], known_hosts=known, kex_algs=["curve25519-sha256"],
                agent_path=None, config=None)
            result = await connection.run("echo hello")
            good += result.stdout == "hello\n"
            if ROUNDS:
                open_connections.append(connection)
            else:
                connection.close()
                await connection.wait_closed()

    async def warm(connection: asyncssh.SSHClientConnection) -> None:
        nonlocal good
        async with gate:
            result = await connection.run("echo hello")
            good += result.stdout == "hello\n"

    start = time.monotonic()
    await asyncio.gather(*map(cold, hosts))
    print("good", good, "wall", time.monotonic() - start, flush=True)
    for _ in range(ROUNDS):
        good, start = 0, time.monotonic()
        await asyncio.gather(*map(warm, open_connections))
        print("warm good", good, "wall", time.monotonic() - start, flush=True)
    for connection in open_connections:
        connection.close()


asyncio.run(main())
