"""The claim about fresh installations: two share no secret, nobody has a first password, and no placeholder is taken for a key."""
import base64
import hashlib
import os
import re
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from harness.api import PASSWORD, Api, browser_session, set_up
from harness.front_door import make_certificate
from harness.paths import BINARY, REPOSITORY
from harness.process import SETUP_LINK
from harness.server import OneProcess

Tell = Callable[[str], None]
NAMES = ("admin", "administrator", "root", "opsconductor", "user", "operator", "guest", "test", "ops", "system", "demo", "support")
USUAL = (
    "admin", "password", "changeme", "opsconductor", "", "secret", "123456", "administrator", "root", "default", "letmein", "welcome",
    "admin123", "Passw0rd!", "changeit", "adminadmin", "passwordpassword", "opsconductor123", PASSWORD)


# The rule of health for everything that no other rule is about comes with the program, under the same id everywhere.
DEFAULT_POLICY = ("targets.health_policies.id", "01990000-0000-7000-8000-0000000000de")


def stored(data: Path) -> dict[str, str]:
    """Every long word or blob in the databases of a stopped installation that may be a secret, with its column."""
    # The checksums of migrations are those of the program; an account is counted under the digest of its name.
    known, found = {hashlib.sha256(name.encode()).hexdigest() for name in ("admin", "vera")}, {}
    for file in data.glob("*.db"):
        connection = sqlite3.connect(file)
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'schema_migrations'").fetchall():
            rows = connection.execute(f'SELECT * FROM "{table}"')
            for row in rows:
                for (column, *_), value in zip(rows.description, row, strict=True):
                    text = value.hex() if isinstance(value, bytes) else str(value)
                    place = f"{file.stem}.{table}.{column}"
                    if len(text) >= 32 and not re.search(r"\s", text) and text not in known and (place, row[0]) != DEFAULT_POLICY:
                        found[text] = place
        connection.close()
    return found


def use(server: OneProcess) -> dict[str, str]:
    """Sets an installation up as its twin was, with the same words; returns the secrets that were handed out."""
    admin = set_up(server)
    browser = browser_session(server)
    vera = admin.post("/api/users", {"username": "vera", "role": "viewer"})
    opened = Api(server.base).post("/api/auth/login", {"username": "admin", "password": PASSWORD, "kind": "token"})
    admin.post("/api/targets/credentials", {"name": "same", "kind": "password", "username": "same", "password": PASSWORD})
    return {
        "set-up link": server.setup_token(), "personal token": str(admin.bearer), "session": next(iter(browser.session.cookies)).value or "",
        "access token": opened["access_token"], "refresh token": opened["refresh_token"],
        "link": admin.post("/api/auth/links", {"user": vera["id"]})["path"].partition("token=")[2]}


def made(folder: Path) -> dict[str, str]:
    """What the scripts make for an installation: the secrets of containers, keys, and a certificate with its key."""
    folder.mkdir()
    subprocess.run([REPOSITORY / "scripts" / "secrets", folder], check=True, capture_output=True)
    secrets = {f"file {path.name}": path.read_text() for path in (folder / "secrets").iterdir()}
    subprocess.run([BINARY, "create-key", folder / "own.key"], check=True, capture_output=True)
    subprocess.run(
        [BINARY, "create-worker-key", folder / "own-worker.key"], env={**os.environ, "SECRET_KEY_FILE": str(folder / "own.key")}, check=True,
        capture_output=True)
    certificate, key = make_certificate(folder, "ops.example")
    return secrets | {path.name: path.read_text() for path in (folder / "own.key", folder / "own-worker.key", certificate, key)}


def test_claim_26_two_installations_share_no_secret(tmp_path: Path, tell: Tell) -> None:
    """Two fresh installations, used alike: keys, links, tokens, what is stored; and what opens the door of one is nothing at the other."""
    secrets: list[dict[str, str]] = []
    servers = [OneProcess(tmp_path / name, LOG_LEVEL="warning").start() for name in ("one", "two")]
    try:
        secrets = [use(server) for server in servers]
        strangers = []
        for server, foreign in zip(servers, reversed(secrets), strict=True):
            nobody = Api(server.base)
            for name in ("personal token", "access token", "session", "refresh token"):
                strangers.append(nobody.raw("GET", "/api/auth/me", headers={"Authorization": f"Bearer {foreign[name]}"}).status_code)
            strangers.append(nobody.raw("GET", "/api/auth/me", headers={"Cookie": f"opsconductor_session={foreign['session']}"}).status_code)
            strangers.append(nobody.raw("POST", "/api/auth/refresh", json={"refresh_token": foreign["refresh token"]}).status_code)
            strangers.append(nobody.raw("POST", "/api/auth/redeem", json={"token": foreign["link"], "password": PASSWORD}).status_code)
        for server in servers:
            server.stop()
    finally:
        for server in servers:
            server.kill()
    columns = [stored(server.data) for server in servers]
    for server, own, found in zip(servers, secrets, columns, strict=True):
        own["key"] = (server.log_file.parent / "secret.key").read_text()
        own |= {f"{column} {number}": value for number, (value, column) in enumerate(found.items())} | made(server.log_file.parent / "made")
    values = [{value.strip() for value in own.values()} for own in secrets]
    shared = {name for name, value in secrets[0].items() if value.strip() in values[1]}
    example = (REPOSITORY / "deploy" / "opsconductor.env.example").read_text()
    settings = re.findall(r"^#?([A-Z_]*(?:PASSWORD|SECRET|TOKEN|KEY|DATABASE_URL|REDIS_URL)[A-Z_]*)=", example, re.MULTILINE)
    tell(f"claim 26: {len(values[0])} and {len(values[1])} secrets of two installations compared, {len(shared)} shared; {len(strangers)} tries "
         f"to use those of one at the other, {sum(status < 400 for status in strangers)} good; {len(settings)} secrets in the example settings")

    assert {"auth.passwords.hash", "targets.credentials.password", "auth.personal_tokens.digest"} <= set(columns[0].values())
    assert (shared, settings) == (set(), [])
    assert all(400 <= status < 500 for status in strangers), strangers


def test_claim_26_nobody_signs_in_before_the_link_was_used(tmp_path: Path, tell: Tell) -> None:
    """Usual names and passwords at a fresh installation, each pair from an address of its own; then the link, and links of others."""
    server = OneProcess(tmp_path / "fresh", TRUSTED_PROXIES="127.0.0.1", LOG_LEVEL="warning").start()
    try:
        pairs = [(name, password) for password in USUAL for name in NAMES]
        answers = []
        for number, (username, password) in enumerate(pairs):
            headers = {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}"}
            body = {"username": username, "password": password}
            answers.append(Api(server.base).raw("POST", "/api/auth/login", json=body, headers=headers).status_code)
        first = server.setup_token()
        server.restart()
        second = SETUP_LINK.findall(server.log)[-1]

        def redeem(token: str, username: str) -> requests.Response:
            body = {"token": token, "username": username, "password": PASSWORD, "kind": "token"}
            return Api(server.base).raw("POST", "/api/auth/setup", json=body)

        tries = [redeem(first, "early"), redeem(second, "admin"), redeem(second, "admin"), redeem(second, "mallory"), redeem(first, "mallory")]
        printed = len(SETUP_LINK.findall(server.log))
        server.restart()
        tries += [redeem(second, "mallory"), redeem(first, "mallory")]
        used = [answer.status_code for answer in tries]
        people = [user["username"] for user in Api(server.base, bearer=tries[1].json()["access_token"]).get("/api/users")["items"]]
        printed = len(SETUP_LINK.findall(server.log)) - printed
    finally:
        server.kill()
    tell(f"claim 26: {len(pairs)} sign-ins with usual names and passwords, {answers.count(401)} judged, {answers.count(429)} slowed down, "
         f"{sum(status < 400 for status in answers)} good; of 2 links for the first administrator {used.count(201)} worked, "
         f"in {len(used)} tries")

    assert first != second and set(answers) <= {401, 422, 429} and answers.count(401) >= 5 * len(NAMES)
    assert [status == 201 for status in used] == [False, True, *[False] * 5] and all(status < 500 for status in used), used
    assert (people, printed) == (["admin"], 0)


@pytest.mark.parametrize("kind", ["SECRET_KEY_FILE", "WORKER_KEY_FILE"])
def test_claim_26_no_start_with_a_key_that_is_none(tmp_path: Path, tell: Tell, kind: str) -> None:
    """Files that somebody put in place of a key: placeholders, a password, a key that is too short, one that others may read."""
    short = base64.b64encode(b"secret").decode()
    texts = ["", "\n", "changeme", "secret_key", "1:", "1:changeme", f"1:{short}", "version:base64", "1:<base64 of 32 bytes>", f"0:{'A' * 43}=",
             f"1:{'A' * 43}=\n1:{'B' * 43}=", "# a key goes here\n"]
    refused = 0
    for number, text in enumerate([*texts, None]):
        path = tmp_path / f"{number}.key"
        path.write_text(f"1:{base64.b64encode(os.urandom(32)).decode()}\n" if text is None else text)
        path.chmod(0o644 if text is None else 0o600)
        settings = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data"), "HTTP_PORT": "0", kind: str(path)}
        services = ["--services", "worker"] if kind == "WORKER_KEY_FILE" else []
        more = {"EXECUTION_SERVICE_URL": "http://127.0.0.1:9"} if services else {}
        done = subprocess.run([BINARY, "serve", *services], env=settings | more, capture_output=True, text=True, timeout=20)
        refused += done.returncode not in (0, -15) and str(path) in done.stderr + done.stdout
    tell(f"claim 26: {len(texts) + 1} starts with something in place of a key in {kind}, {refused} refused with the name of the file")

    assert refused == len(texts) + 1
