"""A way through TCP that can be shut: for a partition between two processes that reach everything else."""
import re
import socket
import struct
import threading
from contextlib import suppress

from harness.waiting import free_port

# Of a report's receipt it is the first word, of an answer to a sign of life it is not.
REFUSED, REVOKED = re.compile(rb'\{"revoked":\[\{'), re.compile(rb',"revoked":\[\{')
LONGEST = 12


class Gate:
    """Passes connections on to a port. While it is silent nothing comes through and nobody is told; what was sent comes later. While it
    is broken, connections end at once. Counts the answers that refuse what a worker reports, and those that take branches away from it."""

    def __init__(self, to: int) -> None:
        self.to, self.port = to, free_port()
        self.refusals = self.revocations = 0
        self._flowing, self._is_broken = threading.Event(), False
        self._flowing.set()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        """What to call instead of the process behind."""
        return f"http://127.0.0.1:{self.port}"

    def silence(self) -> None:
        """Lets nothing through any more."""
        self._flowing.clear()

    def cut(self) -> None:
        """Ends all connections, and every new one."""
        self._is_broken = True
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def heal(self) -> None:
        """Lets everything through again."""
        self._is_broken = False
        self._flowing.set()

    def close(self) -> None:
        """Ends it."""
        self.cut()
        self._listener.close()
        self._flowing.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        self._flowing.wait()
        far = None
        with suppress(OSError):
            far = None if self._is_broken else socket.create_connection(("127.0.0.1", self.to))
        if far is None:
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return near.close()
        self._open |= {near, far}
        asking = threading.Thread(target=self._pump, args=(near, far, False), daemon=True)
        asking.start()
        self._pump(far, near, True)
        asking.join()
        self._open -= {near, far}
        near.close()
        far.close()

    def _pump(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        before = b""
        with suppress(OSError):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while data := source.recv(65_536):
                self._flowing.wait()
                if is_answer:
                    seen = before + data
                    self.refusals += len(REFUSED.findall(seen))
                    self.revocations += len(REVOKED.findall(seen))
                    before = seen[-LONGEST:]
                sink.sendall(data)
            self._flowing.wait()
        # The other direction may have something to say; when it broke, nobody listens any more.
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
