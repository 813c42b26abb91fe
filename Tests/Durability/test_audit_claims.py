"""The claim about the audit log: whatever somebody with the database does to it is found at the first wrong entry, and no acknowledged change lacks its entry."""
import base64
import hashlib
import hmac
import json
import os
import random
import re
import sqlite3
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from conftest import Ground
from harness import audit
from harness.api import Api, ApiProblem
from harness.paths import BINARY
from harness.server import OneProcess
from harness.waiting import until
from rows import Rows

Tell = Callable[[str], None]
SOURCES = ("jobs", "targets", "users")


class Log:
    """The tables of the audit log in the hands of their keeper."""

    def __init__(self, ground: Ground) -> None:
        self.server = ground.database
        self.database = urlsplit(ground.picture.databases["AUDIT_DATABASE_URL"]).path[1:]
        self.rows = Rows(self.server, ground.picture.databases["AUDIT_DATABASE_URL"])

    def do(self, *statements: str) -> None:
        """Changes something, as a superuser can."""
        self.server.ask("BEGIN; " + "; ".join(statements) + "; COMMIT", self.database)

    def lengths(self) -> dict[str, int]:
        """How long each chain is."""
        return {row["source"]: row["number"] for row in self.rows.all("SELECT source, number FROM audit_chains")}

    def keep(self) -> None:
        """Puts a copy aside."""
        for table in ("entries", "chains", "heads"):
            self.do(f"DROP TABLE IF EXISTS kept_{table}", f"CREATE TABLE kept_{table} AS SELECT * FROM audit_{table}")

    def restore(self, source: str) -> None:
        """Brings a chain back as it was."""
        self.do(*(step for table in ("entries", "chains", "heads") for step in (
            f"DELETE FROM audit_{table} WHERE source = '{source}'",
            f"INSERT INTO audit_{table} SELECT * FROM kept_{table} WHERE source = '{source}'")))


def tamper(chance: random.Random, source: str, length: int) -> tuple[str, list[str], int]:
    """What somebody does to a chain: in words, as statements, and the first entry that is wrong then."""
    number = chance.randrange(2, length - 1)
    at = f"source = '{source}' AND number = {number}"
    behind = f"source = '{source}' AND number > {number}"
    hashed = "encode(sha256(convert_to(content, 'UTF8')), 'hex')"
    column = chance.choice(["actor_name", "action", "object_id", "object_name", "object_kind", "request_id", "id"])
    return chance.choice([
        ("edit", [f"UPDATE audit_entries SET content = replace(content, '\"admin\"', '\"nobody\"') WHERE {at}"], number),
        ("edit and hash anew", [
            f"UPDATE audit_entries SET content = replace(content, '\"admin\"', '\"nobody\"'), actor_name = 'nobody' WHERE {at}",
            f"UPDATE audit_entries SET hash = {hashed} WHERE {at}"], number),
        ("edit a column", [f"UPDATE audit_entries SET {column} = 'other' WHERE {at}"], number),
        ("edit the seal", [f"UPDATE audit_entries SET seal = reverse(seal) || 'x' WHERE {at}"], number),
        ("delete", [f"DELETE FROM audit_entries WHERE {at}"], number),
        ("delete and close up", [
            f"DELETE FROM audit_entries WHERE {at}", f"UPDATE audit_entries SET number = -number WHERE {behind}",
            f"UPDATE audit_entries SET number = -number - 1 WHERE source = '{source}' AND number < 0",
            f"UPDATE audit_chains SET number = number - 1 WHERE source = '{source}'"], number),
        ("reorder", [
            f"UPDATE audit_entries SET number = -1 WHERE {at}",
            f"UPDATE audit_entries SET number = {number} WHERE source = '{source}' AND number = {number + 1}",
            f"UPDATE audit_entries SET number = {number + 1} WHERE source = '{source}' AND number = -1"], number),
        ("insert", [
            f"UPDATE audit_entries SET number = -number WHERE {behind}",
            f"UPDATE audit_entries SET number = -number + 1 WHERE source = '{source}' AND number < 0",
            f"INSERT INTO audit_entries SELECT source, number + 1, '{uuid.uuid4()}', at, action, actor_id, actor_name, object_kind, object_id, "
            f"object_name, request_id, replace(content, '\"number\":{number},', '\"number\":{number + 1},'), hash, seal "
            f"FROM audit_entries WHERE {at}",
            f"UPDATE audit_entries SET hash = {hashed} WHERE source = '{source}' AND number = {number + 1}"], number + 1),
        ("truncate", [
            f"DELETE FROM audit_entries WHERE {behind}", f"DELETE FROM audit_heads WHERE source = '{source}'",
            f"UPDATE audit_chains SET number = {number}, hash = (SELECT hash FROM audit_entries WHERE {at}) WHERE source = '{source}'"],
         number + 1),
        ("remove the chain", [f"DELETE FROM audit_{table} WHERE source = '{source}'" for table in ("entries", "heads", "chains")], 1)])


def faults(api: Api, heads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the server finds when its log is held against heads that were kept outside."""
    answer = api.raw("POST", "/api/audit/verify", json={"heads": heads})
    lines = [json.loads(line) for line in answer.content.splitlines()]
    assert answer.status_code == 200 and lines[-1]["is_done"], answer.text[-500:]
    return [line["fault"] for line in lines if line.get("fault")]


@pytest.fixture(scope="module")
def signed(ground: Ground) -> tuple[Log, list[dict[str, Any]]]:
    """Chains of some length, copied, and their signed heads."""
    api, log = ground.api, Log(ground)
    for number in range(60):
        api.post("/api/targets", {"name": f"claim25-{number}"})
        api.post("/api/users", {"username": f"claim25-{number}", "role": "viewer"})
        api.post("/api/jobs", {"definition": {"name": f"claim25-{number}", "targets": "all", "steps": [{"name": "one", "command": "true"}]}})
    until(lambda: all(log.lengths().get(source, 0) >= 60 for source in SOURCES), 30, "the entries of the changes")
    def all_signed() -> bool:
        chains = api.get("/api/audit/chains")["items"]
        return all(chain.get("head", {}).get("number") == chain["number"] for chain in chains if chain["source"] in SOURCES)
    until(all_signed, 130, "the heads of the chains")
    log.keep()
    return log, [chain["head"] for chain in api.get("/api/audit/chains")["items"] if chain["source"] in SOURCES]


def test_claim_25_every_tamper_is_found(ground: Ground, signed: tuple[Log, list[dict[str, Any]]], rounds: Callable[[int], int], tell: Tell) -> None:
    """Edits, deletions, insertions, reorderings and truncations by a superuser of the database, with hashes calculated anew where one can."""
    log, heads = signed
    seed, total = random.randrange(1 << 32), rounds(200)
    chance, found, kinds, wrong = random.Random(seed), 0, Counter(), []
    clean = faults(ground.api, heads)
    for _ in range(total):
        source = chance.choice(SOURCES)
        words, statements, number = tamper(chance, source, log.lengths()[source])
        log.do(*statements)
        told = faults(ground.api, heads)
        log.restore(source)
        if [(fault["source"], fault["number"]) for fault in told] == [(source, number)]:
            found, kinds = found + 1, kinds + Counter([words])
        else:
            wrong.append((words, source, number, told))
    again = faults(ground.api, heads)
    tell(f"claim 25: {total} tampers with the audit log by a superuser ({', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))}), "
         f"{found} found at the first wrong entry, {len(clean) + len(again)} faults told where there was none; seed {seed}")

    assert (clean, again, wrong) == ([], [], [])


def test_claim_25_no_acknowledged_change_lacks_its_entry(ground: Ground, rounds: Callable[[int], int], tell: Tell) -> None:
    """Services and the audit log are killed under changes; afterwards every change that was acknowledged stands in the log exactly once."""
    api, names, failed = ground.api, [], 0
    victims = ("targets", "audit", "targets", "both")

    def change(name: str) -> bool:
        try:
            api.post("/api/targets", {"name": name})
        except (ApiProblem, requests.RequestException):
            return False
        return True

    total = rounds(30)
    for number in range(total):
        with ThreadPoolExecutor(8) as pool:
            batch = [f"kept-{number}-{one}" for one in range(16)]
            asked = {name: pool.submit(change, name) for name in batch}
            # At any moment: as soon as so many have been answered.
            enough = random.randrange(0, 12)
            until(lambda: sum(answer.done() for answer in asked.values()) >= enough, 30, f"{enough} answers")
            hurt = [victims[number % 4]] if victims[number % 4] != "both" else ["targets", "audit"]
            for service in hurt:
                ground.picture.parts[service].kill()
            for service in hurt:
                ground.picture.parts[service].start()
        acknowledged = [name for name, answer in asked.items() if answer.result()]
        failed += len(batch) - len(acknowledged)
        names += acknowledged

    def told() -> Counter[str]:
        return Counter(entry["object"]["name"] for entry in audit.entries(api, action="target.created", source="targets"))
    until(lambda: set(names) <= set(told()), 60, "the entries of all changes")
    counts, stored = told(), {target["name"] for target in all_targets(api)}
    missing = [name for name in stored if name.startswith("kept-") and name not in counts]
    twice = [name for name, count in counts.items() if count > 1]
    audit.check(audit.exported(api))
    tell(f"claim 25: {len(names)} acknowledged changes under {total} kills of the service or the audit log, {len(missing)} without an entry, "
         f"{len(twice)} with two, {failed} not acknowledged; the chains are whole")

    assert (missing, twice) == ([], []) and names


def all_targets(api: Api) -> Iterator[dict[str, Any]]:
    """Every target."""
    cursor = {}
    while True:
        page = api.get("/api/targets", limit=500, **cursor)
        yield from page["items"]
        if not page.get("next_cursor"):
            return
        cursor = {"cursor": page["next_cursor"]}


def test_claim_25_nothing_is_changed_that_cannot_be_told(ground: Ground, tell: Tell) -> None:
    """The table of a service's notes is taken away: every change is refused, and none is made."""
    api = ground.api
    refused, made = 0, []
    tries = {
        "targets": ("TARGETS_DATABASE_URL", "/api/targets", {"name": "untold"}),
        "users": ("USER_DATABASE_URL", "/api/users", {"username": "untold", "role": "viewer"}),
        "jobs": ("JOBS_DATABASE_URL", "/api/jobs", {"definition": {"name": "untold", "targets": "all", "steps": [{"name": "one", "command": "true"}]}}),
        "executions": ("EXECUTION_DATABASE_URL", "/api/executions", {"command": "true", "targets": ground.fleet.filter}),
    }
    before = len(api.get("/api/executions")["items"])
    for setting, path, body in tries.values():
        database = urlsplit(ground.picture.databases[setting]).path[1:]
        ground.database.ask("ALTER TABLE news RENAME TO news_away", database)
        try:
            refused += api.raw("POST", path, json=body).status_code >= 500
        finally:
            ground.database.ask("ALTER TABLE news_away RENAME TO news", database)
        made += [item for item in api.get(path)["items"] if "untold" in json.dumps(item)]
    runs = len(api.get("/api/executions")["items"]) - before
    tell(f"claim 25: {len(tries)} changes of {len(tries)} services whose note could not be written, {refused} refused, {len(made) + runs} made all the same")

    assert (refused, made, runs) == (len(tries), [], 0)


def derived(key: bytes, purpose: str) -> bytes:
    """A key for a purpose (HKDF-SHA256)."""
    secret = hmac.digest(b"\0" * 32, key, "sha256")
    return hmac.digest(secret, f"opsconductor derive 1 {purpose}".encode() + b"\1", "sha256")


def chain(count: int, key: bytes) -> Iterator[tuple[int, str, str, str, str]]:
    """Number, id, text, hash and seal of so many entries, made with nothing of the product."""
    previous, seal = audit.FIRST, derived(key, "audit.seals")
    for number in range(1, count + 1):
        known = {
            "action": "job.updated", "actor": {"kind": "user", "name": "admin", "role": "administrator"}, "address": "192.0.2.1",
            "after": {"description": f"version {number + 1}", "steps": [{"command": "systemctl restart nginx", "name": "one"}], "version": number + 1},
            "at": "2026-11-27T08:00:00.000Z", "before": {"description": f"version {number}", "version": number},
            "id": f"01990000-0000-7000-8000-{number:012d}", "number": number, "object": {"id": "j", "kind": "job", "name": "restart"},
            "previous": previous, "request_id": f"r{number}", "source": "jobs", "stored_at": "2026-11-27T08:00:00.000Z",
            "user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0"}
        text = json.dumps(known, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(text.encode()).hexdigest()
        yield number, known["id"], text, previous, hmac.digest(seal, previous.encode(), "sha256").hex()[:32]


def measured(*command: str | Path, env: dict[str, str]) -> tuple[int, str, float, float]:
    """Runs a command; returns its exit code, its output, the seconds it took, and the most memory it had, in megabytes."""
    start = time.monotonic()
    process = subprocess.Popen([BINARY, *command], env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    return os.waitstatus_to_exitcode(status), output, time.monotonic() - start, usage.ru_maxrss / 1024


def test_claim_25_a_million_entries(tmp_path: Path, rounds: Callable[[int], int], tell: Tell) -> None:
    """A chain of a million entries, made by another program: verified in the database and as an export, then with one of them changed."""
    count = max(1000, rounds(1_000_000))
    server = OneProcess(tmp_path / "million", LOG_LEVEL="warning").start()
    server.stop()
    key_file = tmp_path / "million" / "secret.key"
    key = base64.b64decode(key_file.read_text().strip().partition(":")[2])
    database = sqlite3.connect(server.data / "audit.db")
    export = tmp_path / "export.jsonl"
    with export.open("w") as lines:
        def rows() -> Iterator[tuple[Any, ...]]:
            for number, identity, text, hashed, seal in chain(count, key):
                lines.write(f'{{"entry":{text},"hash":"{hashed}"}}\n')
                yield ("jobs", number, identity, 1795766400000, "job.updated", None, "admin", "job", "j", "restart", f"r{number}", text, hashed, seal)
        database.executemany(f"INSERT INTO audit_entries VALUES ({', '.join('?' * 14)})", rows())
    last = database.execute("SELECT hash FROM audit_entries WHERE source = 'jobs' AND number = ?", (count,)).fetchone()[0]
    database.execute("INSERT OR REPLACE INTO audit_chains VALUES ('jobs', ?, ?, 1795766400000)", (count, last))
    database.commit()
    environment = {"DATA_DIR": str(server.data), "SECRET_KEY_FILE": str(key_file)}
    code, said, seconds, megabytes = measured("audit", "verify", "--database", env=environment)
    assert code == 0 and re.search(rf"jobs: {count} entries", said), said
    file_code, file_said, file_seconds, file_megabytes = measured("audit", "verify", "--file", export, env=environment)
    assert file_code == 0 and f"jobs: {count} entries" in file_said, file_said
    place = random.randrange(count // 2, count)
    database.execute("UPDATE audit_entries SET content = replace(content, 'nginx', 'nginy') WHERE source = 'jobs' AND number = ?", (place,))
    database.commit()
    database.close()
    found, told, _, _ = measured("audit", "verify", "--database", env=environment)
    tell(f"claim 25: {count} entries verified in the database in {seconds:.1f} s with {megabytes:.0f} MB, as an export in {file_seconds:.1f} s with "
         f"{file_megabytes:.0f} MB; one changed entry among them found at its number: {found == 1 and f'jobs {place}: ' in told}")

    assert found == 1 and f"jobs {place}: " in told, told
    assert max(megabytes, file_megabytes) < 200
