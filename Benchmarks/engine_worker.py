"""The least that a worker of ours can be: it leases branches over HTTP, does the task of the peers in its own process in place of every
branch's step, and reports what our worker reports, the line as the step's output. So what is measured is the engine and no fork.

    engine_worker.py BASE KEY-FILE SLOTS          waits for a line, says `stored COUNT TIME` after each report, ends with its input

Task number N is a step whose command ends with N, or with 0 the number of the branch.
"""
import base64
import collections
import hashlib
import hmac
import http.client
import json
import queue
import secrets
import sys
import threading
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from engine_task import work

# As our worker does: so many entries in one report at most, other branches in place of those that ended come with its answer, and a second
# report is sent before that when so many have ended meanwhile.
MOST_BRANCHES = 500
MANY = 200
# Short, because a call that still waits when its worker has ended may be given work.
WAIT_SECONDS = 1


class Service:
    """The endpoints for workers, over one kept connection."""

    def __init__(self, base: str, key: bytes, worker: str) -> None:
        address = urlsplit(base)
        self.connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        self.key, self.worker = key, worker
        self.connection.connect()

    def call(self, what: str, body: dict[str, Any]) -> Any:
        """One call, signed for its endpoint."""
        path = f"/api/executions/worker/{what}"
        name, issued = self.worker.encode(), int(time.time() * 1000)
        signed = f"opsconductor 1 worker {issued} {len(name)} {self.worker} POST {path}"
        proof = base64.b64encode(hmac.digest(self.key, signed.encode(), hashlib.sha256)).decode()
        self.connection.request("POST", path, json.dumps(body, separators=(",", ":")), {
            "Content-Type": "application/json",
            "Authorization": f"Service 1.worker.{base64.b64encode(name).decode()}.{issued}.{proof}"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise ConnectionError(f"{what} answered {answer.status}: {text[:500].decode(errors='replace')}")
        return json.loads(text)


class Worker:
    """A thread asks for work, one does it, and two report, so that the service and the work overlap."""

    def __init__(self, base: str, key: bytes, slots: int) -> None:
        self.name, self.slots = f"bench-{secrets.token_hex(8)}", slots
        self.leasing, *self.reporting = (Service(base, key, self.name) for _ in range(3))
        self.public_key = base64.b64encode(X25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
        self.leases: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.turn, self.done = threading.Condition(), collections.deque[dict[str, Any]]()
        self.sent, self.answered = 0, 0
        self.free = threading.Semaphore(0)
        self.lock, self.held, self.stored, self.is_ending = threading.Lock(), 0, 0, False

    def run(self, until: IO[str]) -> None:
        """Works until the input ends, and the last call for work with it."""
        loops = [self.lease, self.do, *(partial(self.report, service) for service in self.reporting)]
        threads = [threading.Thread(target=loop, daemon=True) for loop in loops]
        for thread in threads:
            thread.start()
        until.read()
        self.is_ending = True
        self.free.release()
        threads[0].join(5 * WAIT_SECONDS)

    def ask(self, slots: int, wait: int) -> dict[str, Any]:
        """What it can take."""
        return {"worker": self.name, "slots": slots, "capacity": self.slots, "wait_seconds": wait, "public_key": self.public_key}

    def lease(self) -> None:
        """Fills the free slots."""
        while not self.is_ending:
            with self.lock:
                free = self.slots - self.held
                self.held += free
            if not free:
                self.free.acquire()
                continue
            lease = self.leasing.call("lease", self.ask(free, WAIT_SECONDS))
            self.give_back(free - len(lease["branches"]))
            self.leases.put(lease)

    def give_back(self, slots: int) -> None:
        """Frees slots."""
        if slots:
            with self.lock:
                self.held -= slots
            self.free.release()

    def do(self) -> None:
        """Does what was leased."""
        while True:
            lease = self.leases.get()
            for branch in lease["branches"]:
                done = entry(branch, lease["executions"][branch["key"]["execution"]]["definition"]["steps"][0])
                with self.turn:
                    self.done.append(done)
                    self.turn.notify()

    def report(self, service: Service) -> None:
        """Reports everything that came meanwhile, again and again."""
        while True:
            with self.turn:
                self.turn.wait_for(lambda: len(self.done) >= (1 if self.answered == self.sent else MANY))
                branches = [self.done.popleft() for _ in range(min(len(self.done), MOST_BRANCHES))]
                previous = self.sent if self.sent > self.answered else None
                self.sent += 1
                number = self.sent
            report = {
                "worker": self.name, "number": number, "previous": previous, "entries": branches, "probes": [],
                "refill": self.ask(len(branches), 0)}
            try:
                receipt = service.call("report", report)
            except ConnectionError:
                # It may have overtaken the one before, after which it is sent again.
                if previous is None:
                    raise
                with self.turn:
                    self.turn.wait_for(lambda: self.answered == number - 1)
                receipt = service.call("report", report | {"previous": None})
                print("late", file=sys.stderr)
            if receipt["revoked"]:
                raise ConnectionError(f"branches were taken away: {receipt['revoked']}")
            lease = receipt.get("lease")
            if lease:
                self.leases.put(lease)
            with self.turn:
                self.turn.wait_for(lambda: self.answered == number - 1)
                self.answered = number
                self.stored += len(branches)
                print(f"stored {self.stored} {time.time():.5f}", flush=True)
                self.turn.notify_all()
            self.give_back(len(branches) - (len(lease["branches"]) if lease else 0))


def entry(branch: dict[str, Any], step: dict[str, Any]) -> dict[str, Any]:
    """Does the task and tells what our worker would."""
    about = {"key": branch["key"], "fence": branch["fence"]}
    token = int(step["command"].rpartition(" ")[2]) or branch["key"]["number"]
    begun = now()
    line = work(token).encode() + b"\n"
    # What comes while a report is under way is told in one entry, and that the step began is not told when it has ended already.
    result = {
        "number": 1, "name": step["name"], "state": "succeeded", "attempt": 1, "started_at": begun, "exit_code": 0, "ended_at": now(),
        "output_bytes": len(line), "truncated": False, "output_hash": hashlib.sha256(line).hexdigest()}
    output = {"step": 1, "attempt": 1, "stream": "stdout", "bytes": base64.b64encode(line).decode()}
    return about | {"connected": "local", "output": output, "step": result, "ended": {"state": "succeeded"}}


def now() -> str:
    """The time as the protocol writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def calls_key(file: Path) -> bytes:
    """The key that signs a worker's calls, from its key file."""
    newest = max(file.read_text().split(), key=lambda line: int(line.partition(":")[0])).partition(":")[2]
    return HKDF(SHA256(), 32, None, b"opsconductor derive 1 calls.worker").derive(base64.b64decode(newest))


if __name__ == "__main__":
    threading.excepthook = lambda problem: print(f"failed: {problem.exc_value!r}", flush=True)
    worker = Worker(sys.argv[1], calls_key(Path(sys.argv[2])), int(sys.argv[3]))
    print("ready", flush=True)
    if sys.stdin.readline():
        worker.run(sys.stdin)
