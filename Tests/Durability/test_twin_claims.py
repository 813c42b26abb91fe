"""The claim about the two ways to run: the whole in one process on files, and pieces on PostgreSQL, answer alike; and databases are apart."""
import json
import re
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from conftest import Ground
from harness.api import PASSWORD, Api, add_user, browser_session, set_up
from harness.fleet import Fleet
from harness.picture import NAMES, Picture
from harness.server import OneProcess
from test_permissions import operations

Tell = Callable[[str], None]
HEADERS = ("Content-Type", "Cache-Control", "Allow", "WWW-Authenticate", "Content-Disposition", "X-Content-Type-Options")
# What is another at each time, or with each store and front door: ids, hashes, keys, addresses, names of workers, times, serial numbers, tokens and cursors, durations.
CHANGING = [
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"), (re.compile(r"\b[0-9a-f]{32}\b"), "ID"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "HASH"), (re.compile(r"\b[0-9a-f]{16}\b"), "ID"), (re.compile(r"^[\w.]+-ID$"), "WORKER"),
    (re.compile(r"https?://127\.0\.0\.1:\d+"), "BASE"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "TIME"), (re.compile(r"\b[CJ]\d{8,}\b"), "SERIAL"),
    (re.compile(r"\bop[a-z]_[\w-]{20,}|\beyJ[\w.-]+|token=[\w-]+"), "TOKEN")]
VARYING = {"average_milliseconds", "slowest_milliseconds", "public_key", "kinds", "milliseconds", "next_cursor", "worker", "bytes", "access_token", "refresh_token", "token", "elapsed_milliseconds", "time"}
# What grows while it is read: services note what was done, and targets are checked, each in its own time.
GROWING = ("/api/audit", "/api/targets/health")


@dataclass
class Twin:
    """One of two installations with everybody who asks it."""

    server: OneProcess | Picture
    people: dict[str, Api]
    fleet: Fleet


@pytest.fixture(scope="module")
def twins(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Twin]]:
    """A whole one on files and one in pieces on a database server, both fresh, with the same machines and people."""
    folder = tmp_path_factory.mktemp("twins")
    servers = [
        OneProcess(folder / "whole", LOG_LEVEL="warning", PUBLIC_URL="http://127.0.0.1:80"), Picture(folder / "pieces", server=ground.database, LOG_LEVEL="warning")]
    try:
        made = []
        for server in servers:
            admin = set_up(server.start())
            people = {
                "nobody": Api(server.base), "administrator": admin, "viewer": add_user(server, admin, "vera", "viewer"),
                "browser": browser_session(server)}
            made.append(Twin(server, people, Fleet(admin, ground.fleet.sshd, "twin")))
        yield made
    finally:
        for server in servers:
            server.kill()


def plain(value: Any, key: str = "") -> Any:
    """A value without what is another at each time."""
    if key in VARYING and value is not None:
        return type(value).__name__
    if isinstance(value, dict):
        return {name: plain(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner, key) for inner in value]
    if isinstance(value, str):
        for pattern, word in CHANGING:
            value = pattern.sub(word, value)
    return value


def said(answer: requests.Response, grows: bool) -> dict[str, Any]:
    """Status, headers and content of an answer, without what is another at each time; of what grows by itself what it consists of."""
    kind = answer.headers.get("Content-Type", "")
    if "jsonl" in kind or "ndjson" in kind:
        content = plain([json.loads(line) for line in answer.text.splitlines()])
    else:
        content = plain(answer.json()) if "json" in kind and answer.content else plain(answer.text)
    if grows and answer.ok:
        content = sorted(content) if isinstance(content, dict) else type(content).__name__
    return {"status": answer.status_code, "content": content, **{name: answer.headers.get(name) for name in HEADERS}}


class Comparison:
    """Asks both the same and keeps what differs."""

    def __init__(self, twins: list[Twin]) -> None:
        self.twins, self.count, self.statuses, self.different = twins, 0, set(), []
        self.asked: set[tuple[str, str]] = set()

    def ask(self, who: str, method: str, path: str, known: list[dict[str, str]] | None = None, **options: Any) -> list[requests.Response]:
        """The answers of both; words in braces stand for what each of them knows."""
        answers = []
        for twin, names in zip(self.twins, known or [{}, {}], strict=True):
            answers.append(twin.people[who].raw(method, path.format(**names), **self.filled(options, names)))
        one, other = (said(answer, path.startswith(GROWING)) for answer in answers)
        self.count += 1
        self.statuses.add(answers[0].status_code)
        if one != other:
            parts = {name: (one[name], other[name]) for name in one if one[name] != other[name]}
            self.different.append(f"{who}: {method} {path} {str(options)[:150]}: {json.dumps(parts, default=str)[:600]}")
        return answers

    @staticmethod
    def filled(options: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
        """Options with what each of them knows: `{word}` as a whole value."""
        text = json.dumps({key: value for key, value in options.items() if key in ("json", "params")})
        for name, value in names.items():
            text = text.replace(f"\"{{{name}}}\"", json.dumps(value))
        return {**options, **json.loads(text)}


def everything(comparison: Comparison) -> None:
    """Every endpoint as described, asked about nothing, with nothing and with nonsense, by everybody."""
    described = [operations(twin.people["administrator"]) for twin in comparison.twins]
    assert described[0] == described[1], "the descriptions differ"
    nothing = str(uuid.uuid4())
    for method, path, operation in described[0]:
        paths = {re.sub(r"\{[^}]+\}", nothing, path), re.sub(r"\{[^}]+\}", "no-such-thing", path)}
        for concrete in sorted(paths):
            for who in ("nobody", "viewer", "administrator", "browser"):
                if path == "/api/auth/logout" and who != "nobody":
                    continue
                comparison.ask(who, method, concrete, **({"json": {}} if method != "GET" and method != "DELETE" else {}))
        concrete = sorted(paths)[0]
        for body, kind in [(b"{", "application/json"), (b"[]", "application/json"), (b"", "application/json"), (b"null", "application/json"),
                           (b'{"name": 5, "username": [], "token": {}, "command": null}', "application/json"), (b"a=b", "text/plain"),
                           (b'{"unknown": true}', "application/json")] if operation.get("requestBody") else []:
            comparison.ask("administrator", method, concrete, data=body, headers={"Content-Type": kind})
        for parameter in operation.get("parameters", []):
            for value in ("", "0", "-1", "1000000", "nonsense(", "null") if parameter["in"] == "query" else ():
                comparison.ask("administrator", method, concrete, params={parameter["name"]: value})
    comparison.ask("administrator", "PATCH", "/api/targets")
    comparison.ask("nobody", "OPTIONS", "/api/jobs")


JOB = "name: twin-job\ntargets: tag = twin\nsteps:\n  - name: say\n    command: echo said; exit 0\n"
FIRST = [
    ("POST", "/api/users", {"json": {"username": "olga", "role": "operator"}}, "user"),
    ("GET", "/api/users", {}, None),
    ("GET", "/api/users/olga", {}, None),
    ("PUT", "/api/users/olga", {"json": {"username": "olga", "role": "viewer"}}, None),
    ("POST", "/api/users", {"json": {"username": "OLGA", "role": "viewer"}}, None),
    ("POST", "/api/auth/links", {"json": {"user": "{user}"}}, None), ("GET", "/api/auth/me", {}, None), ("GET", "/api/auth/tokens", {}, None),
    ("POST", "/api/targets/credentials", {"json": {"name": "word", "kind": "password", "username": "a", "password": "b"}}, "credential"),
    ("POST", "/api/targets/credentials", {"json": {"name": "key", "kind": "ssh_key", "username": "a", "private_key": "no key"}}, None),
    ("GET", "/api/targets/credentials", {}, None), ("DELETE", "/api/targets/credentials/{credential}", {}, None),
    ("POST", "/api/targets", {"json": {"name": "plain", "tags": ["b", "a"], "connections": [{"kind": "ssh", "host": "host.example"}]}}, "target"),
    ("POST", "/api/targets", {"json": {"name": "Plain", "connections": []}}, None), ("GET", "/api/targets/plain", {}, None),
    ("PUT", "/api/targets/plain", {"json": {
        "name": "plain", "description": "é", "connections": [{"kind": "ssh", "host": "host.example", "port": 23}]}}, None),
    ("POST", "/api/targets/tags", {"json": {"filter": "name = plain", "add": ["c"], "remove": ["a"]}}, None),
    ("POST", "/api/targets/groups", {"json": {"name": "all-twins", "filter": "tag = twin"}}, "group"), ("GET", "/api/targets/groups", {}, None),
    ("DELETE", "/api/targets/groups/{group}", {}, None), ("GET", "/api/targets/vocabulary", {}, None),
    *(("GET", "/api/targets", {"params": {"filter": word}}, None) for word in (
        "tag = twin", "name = twin0* and not tag = b", "name = 'x", "(", "plain", "é")),
    ("GET", "/api/targets", {"params": {"limit": 2}}, None), ("GET", "/api/targets", {"params": {"cursor": "eyJ"}}, None),
    *(("GET", "/api/targets/export", {"params": {"format": kind, "filter": "tag = twin"}}, None) for kind in ("csv", "json", "yaml", "none")),
    ("POST", "/api/targets/import", {"json": {"format": "csv", "text": "name,host\nnew-one,host.example\n", "dry_run": True}}, None),
    ("POST", "/api/targets/import", {"json": {"format": "csv", "text": "name,host\nnew one,host.example\n", "dry_run": False}}, None),
    ("POST", "/api/targets/twin01/test", {"json": {}}, None),
    ("POST", "/api/targets/plain/host-keys", {"json": {"algorithm": "ssh-ed25519", "blob": "AAAA"}}, None),
    ("DELETE", "/api/targets/plain", {}, None), ("DELETE", "/api/targets/plain", {}, None),
    ("POST", "/api/jobs/check", {"json": {"yaml": JOB}}, None), ("POST", "/api/jobs/check", {"json": {"yaml": "name: [\n"}}, None),
    ("POST", "/api/jobs", {"json": {"yaml": JOB}}, "job"), ("POST", "/api/jobs", {"json": {"yaml": JOB}}, None), ("GET", "/api/jobs", {}, None),
    ("PUT", "/api/jobs/{job}", {"json": {"yaml": JOB + "description: more\n"}}, None), ("GET", "/api/jobs/{job}", {}, None),
    ("POST", "/api/jobs/apply", {"json": {"yaml": JOB + "description: even more\n"}}, None), ("GET", "/api/jobs/{job}/versions", {}, None),
    ("GET", "/api/jobs/{job}/versions/1", {}, None), ("GET", "/api/jobs/{job}/versions/9", {}, None),
    ("POST", "/api/jobs/{job}/run", {"json": {"targets": "name = nothing"}}, None), ("POST", "/api/jobs/{job}/run", {"json": {}}, "execution"),
]
AFTER_RUN = [
    ("GET", "/api/executions/{execution}", {}, None), ("GET", "/api/executions/{execution}/branches", {"params": {"limit": 3}}, None),
    ("GET", "/api/executions/{execution}/log", {"params": {"branch": 1, "step": 1}}, None),
    ("GET", "/api/executions/{execution}/log", {"params": {"branch": 99}}, None),
    ("GET", "/api/executions/{execution}/feed", {"params": {"branch": 2, "limit": 1}}, None), ("GET", "/api/executions", {}, None),
    *(("POST", "/api/executions", {"json": {"command": "true", "targets": word}}, None) for word in ("name = nothing", "(", "")),
    ("POST", "/api/executions/{execution}/cancel", {"json": {}}, None),
    ("POST", "/api/executions/{execution}/rerun", {"json": {"scope": "failed"}}, None),
    ("GET", "/api/executions", {"params": {"state": "failed"}}, None),
    ("DELETE", "/api/jobs/{job}", {}, None),
    ("GET", "/api/executions/{execution}", {}, None),
    ("DELETE", "/api/users/olga", {}, None), ("DELETE", "/api/users/admin", {}, None),
]


def work(comparison: Comparison, calls: list[tuple[str, str, dict[str, Any], str | None]], known: list[dict[str, str]]) -> None:
    """What an administrator does in a day; the ids of what is made go on under their names."""
    for method, path, options, name in calls:
        answers = comparison.ask("administrator", method, path, known, **options)
        if name:
            for answer, names in zip(answers, known, strict=True):
                assert answer.ok, answer.text
                names[name] = answer.json()["id"]


def test_claim_27_whole_and_pieces_answer_alike(twins: list[Twin], tell: Tell) -> None:
    """Each endpoint with nothing and with nonsense as everybody, then a day's work; status, headers and content are compared."""
    comparison, known = Comparison(twins), [{}, {}]
    everything(comparison)
    work(comparison, FIRST, known)
    for twin, names in zip(twins, known, strict=True):
        assert twin.people["administrator"].finished(names["execution"])["state"] == "succeeded"
    work(comparison, AFTER_RUN, known)
    for password in (PASSWORD, PASSWORD + "x"):
        comparison.ask("nobody", "POST", "/api/auth/login", json={"username": "admin", "password": password, "kind": "token"})
    comparison.ask("browser", "POST", "/api/auth/tokens", json={"name": "short", "scope": ["jobs.read"], "expires_in_days": 1})
    comparison.ask("browser", "POST", "/api/auth/password", json={"current": PASSWORD, "new": "short"})
    comparison.ask("browser", "POST", "/api/auth/logout")
    comparison.ask("browser", "GET", "/api/auth/me")
    tell(f"claim 27: {comparison.count} calls of one process and of pieces compared, with {len(comparison.statuses)} status codes "
         f"({', '.join(map(str, sorted(comparison.statuses)))}): {len(comparison.different)} differences")

    assert not [status for status in comparison.statuses if status >= 500]
    assert not comparison.different, "\n".join(comparison.different)


def connects(url: str) -> str:
    """What PostgreSQL says to somebody; empty when it lets in."""
    done = subprocess.run(["psql", "-X", "-q", "-t", "-c", "SELECT 1", url], capture_output=True, text=True, timeout=20)
    return "" if done.returncode == 0 else done.stderr


def test_claim_27_databases_are_apart(ground: Ground, twins: list[Twin], tell: Tell) -> None:
    """Every role at every database of its own installation and of the other one on the same server."""
    sets = [ground.picture.databases, twins[1].server.databases]
    urls = [(number, service, databases[f"{NAMES[service]}_DATABASE_URL"]) for number, databases in enumerate(sets) for service in NAMES]
    own = [connects(url) for _, _, url in urls]
    pairs = [(one, other) for one in urls for other in urls if one != other]
    refused = [connects(f"{one[2].rpartition('/')[0]}/{other[2].rpartition('/')[2]}") for one, other in pairs]
    inside = sum(one[0] == other[0] for one, other in pairs)
    denied = sum("permission denied for database" in answer for answer in refused)
    tell(f"claim 27: {len(urls)} roles, each at home in its own database; {len(pairs)} tries to enter another one, {inside} of them inside an "
         f"installation: {denied} refused")

    services = len(NAMES)
    assert own == [""] * 2 * services and inside == 2 * services * (services - 1)
    assert denied == len(pairs)
