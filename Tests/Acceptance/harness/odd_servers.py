"""Servers that OpenSSH cannot play: password accounts that do not exist on this machine, and a server that never speaks."""
import asyncio
import socket
import threading
from concurrent.futures import Future
from typing import Any

import asyncssh


class PasswordSsh:
    """An SSH server with one password account; commands run in a shell of this machine."""

    def __init__(self, address: str, username: str, password: str) -> None:
        self.address, self.username, self.password = address, username, password
        self.attempts: list[str] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> "PasswordSsh":
        """Listens on a free port."""
        self._thread.start()
        started: Future[int] = asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
        self.port = started.result(10)
        return self

    def stop(self) -> None:
        """Ends it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _listen(self) -> int:
        outer = self

        class Login(asyncssh.SSHServer):
            """Checks the one password."""

            def begin_auth(self, username: str) -> bool:
                """Everybody has to prove who they are."""
                return True

            def password_auth_supported(self) -> bool:
                """Passwords only."""
                return True

            def validate_password(self, username: str, password: str) -> bool:
                """Notes the attempt and compares."""
                outer.attempts.append(username)
                return (username, password) == (outer.username, outer.password)

        listener = await asyncssh.listen(
            self.address, 0, server_factory=Login, server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            process_factory=self._run, encoding=None)
        return listener.get_port()

    async def _run(self, process: asyncssh.SSHServerProcess) -> None:
        shell = await asyncio.create_subprocess_shell(
            process.command or "cat", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        feed = asyncio.create_task(pump(process.stdin, shell.stdin))
        await asyncio.gather(pump(shell.stdout, process.stdout), pump(shell.stderr, process.stderr))
        code = await shell.wait()
        feed.cancel()
        process.exit(code)


async def pump(source: Any, sink: Any) -> None:
    """Carries bytes until the source ends, then ends the sink where that is ours to do."""
    try:
        while piece := await source.read(65536):
            sink.write(piece)
            await sink.drain()
        if isinstance(sink, asyncio.StreamWriter):
            sink.close()
    except (ConnectionError, asyncssh.Error):
        return


class Silent:
    """Accepts connections and never says a word."""

    def __init__(self, address: str) -> None:
        self._listener = socket.create_server((address, 0), backlog=16)
        self.address, self.port = address, self._listener.getsockname()[1]

    def stop(self) -> None:
        """Closes the door."""
        self._listener.close()
