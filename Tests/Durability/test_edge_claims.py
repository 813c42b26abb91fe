"""The claim about other sites and forged headers: who acts with a visitor's session, and who somebody is said to be."""
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import requests

from conftest import Ground
from harness.api import PASSWORD, Api, add_user, browser_session, set_up
from harness.server import OneProcess
from origins import CLAIMED_ADDRESS, FORGED, foreign
from test_permissions import operations

Tell = Callable[[str], None]
HOST = "desk.example"
LISTED = ["https://tools.example:8443", "https://desk-tools.example"]
UPGRADE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
# They end the sign-in that the others need, when they are let through.
ENDING = {("POST", "/api/auth/logout"), ("POST", "/api/auth/password")}


@dataclass
class Visitor:
    """A browser at `HOST` with a session cookie, wherever its requests come from."""

    signed_in: Api
    scheme: str
    connection: requests.Session = field(default_factory=requests.Session)
    answers: Counter[int] = field(default_factory=Counter)
    permissive: Counter[str] = field(default_factory=Counter)

    def ask(self, method: str, path: str, headers: dict[str, bytes], **more: str) -> requests.Response:
        """Sends a request with the cookie; notes what the answer allows to other origins."""
        cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.signed_in.session.cookies)
        body = b"{}" if method in ("POST", "PUT", "PATCH") else None
        sent = {"Host": HOST, "Cookie": cookie, **({"Content-Type": "application/json"} if body else {}), **more, **headers}
        # Browsers open a connection of its own for a WebSocket.
        connection = requests.Session() if more == UPGRADE else self.connection
        answer = connection.request(method, self.signed_in.base + path, data=body, headers=sent, timeout=60, stream=more == UPGRADE)
        if answer.status_code == 101:
            answer.close()
        connection.cookies.clear()
        self.answers[answer.status_code] += 1
        allowed = [name for name in answer.headers if name.lower().startswith("access-control-")]
        if allowed and answer.headers.get("Access-Control-Allow-Origin") not in LISTED:
            self.permissive[shown(headers)] += 1
        return answer

    def is_refused(self, answer: requests.Response) -> bool:
        """Whether the rule about origins said no; what is no header at all is refused before."""
        kind = answer.json()["type"] if answer.headers.get("Content-Type") == "application/problem+json" else None
        return (answer.status_code, kind) in ((403, "/problems/cross-origin"), (400, "/problems/malformed-request"))


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OneProcess, Api]]:
    """A whole server in one process that lists two origins, and `null`, which is never one."""
    server = OneProcess(tmp_path_factory.mktemp("listing"), CORS_ORIGINS=",".join([*LISTED, "null"]), LOG_LEVEL="warning").start()
    try:
        yield server, set_up(server)
    finally:
        server.kill()


def endpoints(api: Api) -> list[tuple[str, str, dict[str, str]]]:
    """Everything that changes something, about things that do not exist, and the WebSocket; what ends the sign-in comes last."""
    changing = sorted(((method, path) for method, path, _ in operations(api) if method != "GET"), key=lambda one: one in ENDING)
    return [
        ("GET", "/ws", UPGRADE), *((method, re.sub(r"\{[^}]+\}", lambda _: str(uuid.uuid4()), path), {}) for method, path in changing)]


def shown(headers: dict[str, bytes]) -> str:
    """Where a request comes from, short enough to read."""
    return ", ".join(f"{name}: {value.decode()[:60]}" for name, value in headers.items()) or "silence"


def walk(visitor: Visitor, tried: list[dict[str, bytes]], own: list[bytes]) -> tuple[int, int, Counter[str]]:
    """Every origin at every endpoint: how many endpoints, how many requests, and which got through how often. The own ones must."""
    asked = endpoints(visitor.signed_in)
    through, count = Counter(), 0
    for method, path, more in asked:
        for headers in tried:
            answer = visitor.ask(method, path, headers, **more)
            count += 1
            if not visitor.is_refused(answer):
                through[shown(headers)] += 1
        for origin in own if (method, path) not in ENDING else []:
            assert not visitor.is_refused(visitor.ask(method, path, {"Origin": origin}, **more)), f"{method} {path} refuses {origin!r}"
    return len(asked), count, through


def look_around(visitor: Visitor, tried: list[dict[str, bytes]]) -> int:
    """Reads, preflights and mistakes from other origins; what they allow is noted. Returns how many were answered."""
    before = sum(visitor.answers.values())
    paths = {re.sub(r"\{[^}]+\}", "nothing", path) for _, path, _ in operations(visitor.signed_in)}
    odd = [("GET", "/"), ("GET", "/api/nothing"), ("PATCH", "/api/targets"), ("TRACE", "/api/targets"), ("GET", "/metrics"), ("GET", "/ws")]
    for headers in tried:
        for path in paths:
            answer = visitor.ask("OPTIONS", path, headers, **{"Access-Control-Request-Method": "PUT"})
            assert answer.status_code in (400, 403), f"a preflight for {path} from {headers} answered {answer.status_code}"
        for method, path in [*odd, *(("GET", path) for path in paths)]:
            visitor.ask(method, path, headers)
    return sum(visitor.answers.values()) - before


def test_claim_22_other_sites_change_nothing(ground: Ground, single: tuple[OneProcess, Api], tell: Tell) -> None:
    """Fuzzed origins at every endpoint that changes something, with a session cookie; and what answers allow to others."""
    server, _ = single
    behind, alone = Visitor(browser_session(ground.picture), "https"), Visitor(browser_session(server), "http")
    tried = foreign(HOST)
    # The scheme counts too where it is known: a page without TLS may be anybody's.
    split = walk(behind, [*tried, {"Origin": f"http://{HOST}".encode()}], [f"https://{HOST}".encode(), f"https://{HOST}:443".encode()])
    near = [headers for listed in LISTED for headers in foreign(listed.removeprefix("https://")) if headers not in tried]
    near += [{"Origin": listed.replace("https", "http").encode()} for listed in LISTED]
    whole = walk(alone, [*tried, *near], [f"http://{HOST}".encode(), *(listed.encode() for listed in LISTED)])
    others = [look_around(visitor, tried[:12] + tried[-9:-7]) for visitor in (behind, alone)]
    listed = [alone.ask("GET", "/api/nothing", {"Origin": origin.encode()}) for origin in LISTED]
    cased = [alone.ask("GET", "/api/config", {"Origin": origin.upper().encode()}) for origin in LISTED]
    preflight = alone.ask("OPTIONS", "/api/targets", {"Origin": LISTED[0].encode()}, **{"Access-Control-Request-Method": "POST"})
    through, permissive = split[2] + whole[2], behind.permissive + alone.permissive
    tell(f"claim 22: {len(tried) + 1} origins at {split[0]} endpoints behind nginx and {len(tried) + len(near)} at {whole[0]} of one process, "
         f"{split[1] + whole[1]} requests with a session: {through.total()} got through; {sum(others)} reads, preflights and mistakes more: "
         f"{permissive.total()} answers allow an origin that is not listed")

    assert split[0] == whole[0] > 30
    assert [answer.headers.get("Access-Control-Allow-Origin") for answer in [*listed, preflight]] == [*LISTED, LISTED[0]]
    assert all("Origin" in answer.headers["Vary"] for answer in [*listed, *cased]) and preflight.status_code == 204
    assert (through, permissive) == ({}, {})


def forged(person: Api, admin: Api, headers: dict[str, str]) -> list[str]:
    """What a header changed: whom the server takes somebody for, what that one may, and the address that it writes down."""
    changed = []
    plain = person.get("/api/auth/me")
    for name, client, method, path, right in [
        ("nobody", Api(person.base), "GET", "/api/users", 401), ("nobody", Api(person.base), "GET", "/api/auth/me", 401),
        ("a viewer", person, "POST", "/api/users", 403), ("a viewer", person, "GET", "/api/users", 403)]:
        answer = client.raw(method, path, headers=headers, **({"json": {}} if method == "POST" else {}))
        if answer.status_code != right:
            changed.append(f"{name} with {headers} got {answer.status_code} from {method} {path}")
    if person.call("GET", "/api/auth/me", headers=headers) != plain:
        changed.append(f"{headers} changed who asks")
    login = {"username": plain["username"], "password": PASSWORD, "kind": "token"}
    opened = Api(person.base).call("POST", "/api/auth/login", login, headers=headers)
    sessions = Api(person.base, bearer=opened["access_token"]).call("GET", "/api/auth/sessions", headers=headers)["items"]
    changed += [f"{headers} made the address {session['address']}" for session in sessions if session["address"] != "127.0.0.1"]
    assert any(session["is_current"] for session in sessions) and admin.get("/api/auth/me")["role"] == "administrator"
    return changed


def test_claim_22_nobody_is_believed_about_addresses_and_names(
    ground: Ground, single: tuple[OneProcess, Api], tmp_path_factory: pytest.TempPathFactory, tell: Tell
) -> None:
    """Headers that claim an address, a name or a role, with nginx in front and without; and one that comes from a proxy that is trusted."""
    name, changed = f"vera-{uuid.uuid4().hex[:6]}", []
    for server, admin in ((ground.picture, ground.api), single):
        person = add_user(server, admin, name, "viewer")
        for headers in FORGED:
            changed += forged(person, admin, headers)
        browser = browser_session(server, name)
        answer = browser.raw("POST", "/api/auth/tokens", json={}, headers={"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example"})
        changed += [] if answer.status_code == 403 else [f"a claimed host let another origin in: {answer.status_code}"]
    trusting = OneProcess(tmp_path_factory.mktemp("trusting"), TRUSTED_PROXIES="127.0.0.1", LOG_LEVEL="warning").start()
    try:
        set_up(trusting)
        far = Api(trusting.base, browser=True)
        far.session.headers["X-Forwarded-For"] = f"10.1.1.1, {CLAIMED_ADDRESS}, 127.0.0.1"
        far.post("/api/auth/login", {"username": "admin", "password": PASSWORD})
        known = {session["address"] for session in far.get("/api/auth/sessions")["items"] if session["is_current"]}
    finally:
        trusting.kill()
    tell(f"claim 22: {len(FORGED) + 1} forged headers, with nginx in front and without, in {len(FORGED) * 14 + 2} requests: "
         f"{len(changed)} changed an address, a name or a permission; of three addresses from a trusted proxy, {', '.join(known)} was taken")

    assert changed == []
    assert known == {CLAIMED_ADDRESS}
