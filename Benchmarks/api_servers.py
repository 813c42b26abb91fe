"""Two servers of the same API with the same 10,000 targets in tables of the same shape on one PostgreSQL server: ours, and FastAPI."""
import base64
import hashlib
import hmac
import json
import os
import random
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from context import PEER_PYTHON, PEERS, Context, require
from harness.api import PASSWORD, Api, set_up
from harness.picture import Picture
from harness.postgresql import PostgreSQL
from harness.process import Process
from harness.waiting import accepts, free_port
from measuring import end_processes, tree, wait_for

TARGETS = 10_000
PAGE = 50
# What PostgreSQL comes with, except for these; what was acknowledged is on the disk.
OPTIONS = ("shared_buffers=256MB", "max_connections=200")


class ApiServer:
    """One of the two: where it is, its processes, and a token that it takes."""

    def __init__(self, base: str, pids: list[int]) -> None:
        self.base, self.pids = base, pids

    def bearer(self) -> str:
        """A signed token for the next minutes."""
        raise NotImplementedError

    def ask(self, method: str, path: str, body: Any = None) -> requests.Response:
        """An answer that must be good."""
        answer = requests.request(method, self.base + path, json=body, headers={"Authorization": f"Bearer {self.bearer()}"}, timeout=30)
        require(answer.ok, f"{self.base}{path} answered {answer.status_code}: {answer.text[:500]}")
        return answer


class OurApi(ApiServer):
    """Ours: Targets in a process of its own, or the whole product in one."""

    TOKEN_SECONDS = 120

    def __init__(self, base: str, pids: list[int], door: str) -> None:
        super().__init__(base, pids)
        self.door, self.token, self.since = door, "", 0.0

    def bearer(self) -> str:
        """From a sign-in at the front door a short while ago."""
        if not self.token or time.monotonic() > self.since + self.TOKEN_SECONDS:
            signed_in = Api(self.door).post("/api/auth/login", {"username": "admin", "password": PASSWORD, "kind": "token"})
            self.token, self.since = signed_in["access_token"], time.monotonic()
        return self.token


class PeerApi(ApiServer):
    """FastAPI on uvicorn with the same targets."""

    def __init__(self, database: str, *, counts: bool, workers: int = 1) -> None:
        self.key = secrets.token_bytes(32)
        port = free_port()
        environment = {**os.environ, "BENCH_DATABASE": database, "BENCH_KEY": self.key.hex(), "BENCH_COUNTS": "1" if counts else "0"}
        self.process = subprocess.Popen(
            [PEER_PYTHON, "-m", "uvicorn", "api_app:app", "--host", "127.0.0.1", "--port", str(port), "--loop", "uvloop",
             "--http", "httptools", "--no-access-log", "--log-level", "error", "--workers", str(workers)],
            cwd=PEERS, env=environment, stdin=subprocess.DEVNULL)
        super().__init__(f"http://127.0.0.1:{port}", [self.process.pid])
        wait_for(lambda: accepts("127.0.0.1", port), 30, "uvicorn serving")

    def bearer(self) -> str:
        """With the claims that ours has."""
        now = int(time.time())
        claims = {
            "iss": "opsconductor", "aud": "opsconductor-api", "sub": secrets.token_hex(16), "sid": secrets.token_hex(16), "iat": now,
            "nbf": now, "exp": now + 600}
        signed = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
        return f"{signed}.{encoded(hmac.digest(self.key, signed.encode(), hashlib.sha256))}"

    def stop(self) -> None:
        """Ends it and its workers."""
        end_processes(tree(self.pids))


def encoded(data: bytes) -> str:
    """Base64 as JSON Web Tokens have it."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class ApiPair:
    """Both servers, running, and the files of paths that are asked for. Ours is one service of the picture, or `whole` in one process."""

    def __init__(self, context: Context, database: PostgreSQL, *, whole: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=context.folder))
        self.database = database
        self.door: Process | Picture
        if whole:
            self.databases = database.databases()
            self.door = self.process = Process(
                self.folder / "server.log",
                {"DATA_DIR": str(self.folder / "data"), "SECRET_KEY_FILE": str(self.folder / "key"), "LOG_LEVEL": "error", **self.databases})
        else:
            self.door = picture = Picture(self.folder / "picture", server=database, LOG_LEVEL="error")
            self.process, self.databases = picture.parts["targets"], picture.databases
        self.door.start()
        api = set_up(self.door)
        names = import_targets(api)
        items = list(all_targets(api))
        require(sorted(item["name"] for item in items) == names, "the targets that were imported are not the ones that are there")
        random.Random(7).shuffle(items)
        (self.folder / "get").write_text("".join(f"/api/targets/{item['id']}\n" for item in items))
        (self.folder / "list").write_text("".join(
            f"/api/targets?limit={PAGE}&cursor={encoded(item['name'].encode())}\n" for item in items if item["name"] < names[-PAGE]))
        self.process.stop()
        self.peer_database = self._copy(self.databases["TARGETS_DATABASE_URL"])
        self.process.start()
        self.ours = OurApi(self.process.base, [self.process.pid], self.door.base)
        self.counts = "total" in self.ours.ask("GET", self.example("list")).json()
        self.peer = PeerApi(self.peer_database, counts=self.counts)
        self._compare()

    def example(self, what: str) -> str:
        """One of the paths."""
        return (self.folder / what).read_text().split("\n", 1)[0]

    def _copy(self, url: str) -> str:
        """The URL of a second database with the same rows; it numbers with a sequence, which does not make writers wait for each other."""
        original = urlsplit(url).path[1:]
        self.database.ask(f"CREATE DATABASE peer TEMPLATE {original} OWNER {original}")
        self.database.ask(f"CREATE SEQUENCE target_numbers START {TARGETS + 1}; ALTER SEQUENCE target_numbers OWNER TO {original}", "peer")
        for name in (original, "peer"):
            self.database.ask("VACUUM ANALYZE", name)
        return url.removesuffix(original) + "peer"

    def _compare(self) -> None:
        """Both answer the same; the peer's times have three digits more."""
        both = (self.ours, self.peer)
        for what in ("get", "list"):
            ours, theirs = (server.ask("GET", self.example(what)) for server in both)
            require(alike(ours.json()) == alike(theirs.json()), f"{what}: {ours.text[:600]} and {theirs.text[:600]}")
            ratio = len(theirs.content) / len(ours.content)
            require(abs(ratio - 1) < 0.05, f"{what}: the bodies have {len(ours.content)} and {len(theirs.content)} bytes")
        body = {
            "name": "first", "os": "linux", "environment": "production", "tags": ["web", "prod"],
            "connections": [{"kind": "ssh", "host": "10.1.2.3", "port": 22}]}
        made = [alike(server.ask("POST", "/api/targets", body).json()) for server in both]
        require(made[0] | {"id": ""} == made[1] | {"id": ""}, f"create: {made[0]} and {made[1]}")
        require(alike(self.peer.ask("GET", f"/api/targets/{made[1]['id']}").json()) == made[1], "what the peer made is not what it tells")

    @property
    def database_pids(self) -> list[int]:
        """The database server."""
        assert self.database.process is not None
        return [self.database.process.pid]

    def stop(self) -> None:
        """Ends both."""
        self.peer.stop()
        self.door.stop()


def import_targets(api: Api) -> list[str]:
    """Makes the targets; returns their names in order."""
    names = [f"host-{number:05}" for number in range(TARGETS)]
    for start in range(0, TARGETS, 2000):
        rows = [
            f"{names[number]},linux,production,prod;web,ssh,10.0.{number // 250}.{number % 250},22"
            for number in range(start, start + 2000)]
        text = "name,os,environment,tags,kind,host,port\n" + "\n".join(rows) + "\n"
        receipt = api.post("/api/targets/import", {"format": "csv", "text": text, "dry_run": False})
        require(receipt["created"] == 2000, f"the import made {receipt['created']} of 2000 targets")
    return names


def all_targets(api: Api) -> Iterator[dict[str, Any]]:
    """Every target, page by page."""
    cursor: dict[str, str] = {}
    while True:
        found = api.get("/api/targets", limit=500, **cursor)
        yield from found["items"]
        if not found.get("next_cursor"):
            return
        cursor = {"cursor": found["next_cursor"]}


def alike(body: Any) -> Any:
    """The same without the instants, which the servers write with more or fewer digits."""
    if isinstance(body, dict):
        return {key: alike(value) for key, value in body.items() if key not in ("created_at", "updated_at")}
    return [alike(item) for item in body] if isinstance(body, list) else body


@contextmanager
def api_pair(context: Context, *, whole: bool) -> Iterator[ApiPair]:
    """Both servers on a database server of their own."""
    database = PostgreSQL(*OPTIONS).start()
    try:
        pair = ApiPair(context, database, whole=whole)
        try:
            yield pair
        finally:
            pair.stop()
    finally:
        database.stop()
