"""The claim about the edge: what nginx lets in, how long it waits, and what every answer says and does not say."""
import re
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

import requests

from conftest import Ground
from harness.api import PASSWORD, Api, browser_session
from harness.engine import certificate
from harness.front_door import WIDE, FrontDoor
from harness.waiting import free_port
from test_front_door import HIDDEN, has_security_headers, is_problem

Tell = Callable[[str], None]
# What has a number behind it is a version; ours are 0.1 and the like.
VERSION = re.compile(r"nginx/|opsconductor/\d|hummingbird|swift[ /-]?nio|openssl", re.IGNORECASE)
SLOWEST_SECONDS = 60


@contextmanager
def another_door(ground: Ground, *limits_of_the_product: str, **settings: str) -> Iterator[FrontDoor]:
    """A second front door before the same services, with these limits at the product's own values instead of wide ones."""
    upstreams = {
        name.removesuffix("_UPSTREAM"): value for name, value in ground.picture.door.settings.items() if name.endswith("_UPSTREAM")}
    door = FrontDoor("127.0.0.1:1", upstreams=upstreams, certificate=certificate(), **settings)
    for name in limits_of_the_product:
        door.settings.pop(name)
    try:
        yield door.start()
    finally:
        door.stop()


def greeted(port: int, flag: str, *more: str) -> str | None:
    """The version and cipher that a TLS client gets; nil when it is turned away."""
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", flag, *more], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
    found = re.search(r"New, (TLSv[\d.]+), Cipher is (?!\(NONE\))(\S+)", done.stdout)
    return f"{found[1]} {found[2]}" if found else None


def test_claim_29_only_new_tls(ground: Ground, tell: Tell) -> None:
    """Old protocols and weak ciphers are turned away, also with everything that a client can loosen."""
    port, loose = ground.picture.door.https_port, "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
    old = {flag: greeted(port, flag, "-cipher", loose) for flag in ("-tls1", "-tls1_1")}
    weak = {name: greeted(port, "-tls1_2", "-cipher", f"{name}:@SECLEVEL=0") for name in (
        "AES128-SHA", "AES256-GCM-SHA384", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "aNULL", "eNULL", "PSK")}
    new = [greeted(port, flag) for flag in ("-tls1_2", "-tls1_3")]
    tell(f"claim 29: {len(old)} old versions of TLS and {len(weak)} weak ciphers offered, "
         f"{sum(answer is not None for answer in [*old.values(), *weak.values()])} taken; accepted: {', '.join(str(answer) for answer in new)}")

    assert all(new) and [str(answer).split()[0] for answer in new] == ["TLSv1.2", "TLSv1.3"]
    assert {name for name, answer in (old | weak).items() if answer} == set()


def provoke(ground: Ground, door: FrontDoor) -> Iterator[tuple[int, requests.Response]]:
    """An answer of each status code that can be had from outside, each with the code that it should have."""
    me = {"Authorization": f"Bearer {ground.api.bearer}"}
    reader = browser_session(ground.picture).post("/api/auth/tokens", {"name": "reads", "scope": ["jobs.read"], "expires_in_days": 1})
    page = door.ask("/")
    yield 200, page
    yield 200, door.ask("/health")
    yield 304, door.ask("/", headers={"If-None-Match": page.headers["ETag"]})
    made = door.ask("/api/targets", "POST", headers=me, json={"name": "edge", "connections": [{"kind": "ssh", "host": "host.example"}]})
    yield 201, made
    yield 202, door.ask("/api/executions", "POST", headers=me, json={"command": "true", "targets": ground.fleet.one()})
    yield 409, door.ask("/api/targets", "POST", headers=me, json={"name": "edge", "connections": [{"kind": "ssh", "host": "host.example"}]})
    yield 204, door.ask("/api/targets/edge", "DELETE", headers=me)
    yield 204, door.ask("/api/targets", "OPTIONS")
    yield 400, door.ask("/api/targets", "POST", headers=me | {"Content-Type": "application/json"}, data=b"{")
    yield 400, door.ask("/%00")
    yield 401, door.ask("/api/targets")
    yield 401, door.ask("/api/auth/login", "POST", json={"username": "nobody", "password": PASSWORD + "x"})
    yield 403, door.ask("/api/targets", "POST", headers={"Origin": "https://evil.example"}, json={})
    yield 403, door.ask("/api/users", headers={"Authorization": f"Bearer {reader['token']}"})
    yield 404, door.ask("/api/nothing")
    yield 404, door.ask("/api/targets/none", headers=me)
    yield 405, door.ask("/api/targets", "PATCH", headers=me)
    yield 405, door.ask("/", "POST")
    for path in ("/", "/api/targets", "/health", "/ws"):
        yield 405, door.ask(path, "TRACE")
        yield 405, door.ask(path, "CONNECT")
    yield 413, door.ask("/api/targets", "POST", headers=me, data=b"x" * 12_582_913)
    yield 414, door.ask("/" + "a" * 20_000)
    yield 415, door.ask("/api/targets", "POST", headers=me | {"Content-Type": "text/plain"}, data=b"x")
    yield 422, door.ask("/api/targets", "POST", headers=me, json={})
    yield 426, door.ask("/ws", headers=me)
    yield 431, door.ask("/", headers={"X-Long": "a" * 20_000})


def says_no_version(answer: requests.Response) -> bool:
    """Whether nothing in header or body of an error tells what runs here."""
    texts = [f"{name}: {value}" for name, value in answer.headers.items()] + ([answer.text] if answer.status_code >= 400 else [])
    return not any(VERSION.search(text) for text in texts) and answer.headers["Server"] == "nginx"


def test_claim_29_every_status_has_the_headers(ground: Ground, tell: Tell) -> None:
    """All status codes that can be provoked, from the services and from nginx itself."""
    wrong, codes, count = [], set(), 0
    with ExitStack() as stack:
        dead = stack.enter_context(another_door(
            ground, **{f"{name}_UPSTREAM": f"127.0.0.1:{free_port()}" for name in ("JOBS", "FRONTEND")}))
        full = stack.enter_context(another_door(ground, RATE_GENERAL="1r/m", BURST_GENERAL="1"))
        for _ in range(2):
            full.ask("/api/config")
        answers = [
            *provoke(ground, ground.picture.door), (502, dead.ask("/api/jobs")), (502, dead.ask("/", "POST")), (429, full.ask("/api/config"))]
    for status, answer in answers:
        count += 1
        codes.add(answer.status_code)
        try:
            assert answer.status_code == status, f"{answer.request.method} {answer.url[:80]} answered {answer.status_code}, not {status}"
            has_security_headers(answer)
            assert says_no_version(answer), f"{status} tells a version: {answer.headers} {answer.text[:200]}"
        except AssertionError as problem:
            wrong.append(str(problem)[:300])
    plain = [
        ground.picture.door.ask(path, method, base=ground.picture.door.plain)
        for path in ("/", "/api/auth/login") for method in ("GET", "POST", "TRACE")]
    wrong += [f"without TLS {answer.status_code}" for answer in plain if answer.status_code not in (308, 405) or not says_no_version(answer)]
    tell(f"claim 29: {count} answers with {len(codes)} status codes ({', '.join(map(str, sorted(codes)))}) and {len(plain)} without TLS: "
         f"{len(wrong)} with another status, without a header or with a version")

    assert wrong == []


def test_claim_29_what_is_internal_is_not_there(ground: Ground, tell: Tell) -> None:
    """Paths of services, workers and monitoring in many spellings, also for the administrator and for the word of a service."""
    described = requests.get(f"http://127.0.0.1:{ground.picture.ports['auth']}/metrics", timeout=20)
    assert described.status_code == 200, "what is hidden must be there inside"
    tried, reached = 0, []
    for path in HIDDEN:
        for headers in ({}, {"Authorization": f"Bearer {ground.api.bearer}"}, {"Authorization": "Service 1.service.amo=.1.x"}):
            for method in ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"):
                tried += 1
                answer = ground.picture.door.ask(path, method, headers=headers)
                if answer.status_code != 404:
                    reached.append(f"{method} {path} answered {answer.status_code}")
    tell(f"claim 29: {len(HIDDEN)} spellings of internal paths in {tried} requests: {len(reached)} answered with anything but 404")

    assert reached == []


def test_claim_29_guessing_is_slowed_down_at_once_and_alone(ground: Ground, tell: Tell) -> None:
    """The product's own limits: sign-ins from one address, and meanwhile everything else."""
    with another_door(ground, *WIDE) as door:
        began = time.monotonic()
        answers = [door.ask("/api/auth/login", "POST", json={"username": f"guess{number}", "password": PASSWORD}) for number in range(60)]
        seconds = time.monotonic() - began
        others = [door.ask("/api/config").status_code for _ in range(100)]
    refused = [answer for answer in answers if answer.status_code == 429]
    early = [answer for answer in refused if answer.json()["type"] == "/problems/too-many-requests"]
    for answer in refused:
        is_problem(answer, 429, "too-many-requests" if answer in early else "too-many-attempts")
        has_security_headers(answer)
    waits = {answer.headers.get("Retry-After", "") for answer in refused}
    tell(f"claim 29: {len(answers)} sign-ins in {seconds:.1f} s: {len(answers) - len(refused)} judged, "
         f"{len(refused)} answered 429 ({len(early)} by nginx), Retry-After {', '.join(sorted(waits))}; "
         f"{others.count(200)} of {len(others)} other requests answered meanwhile")

    assert {answer.status_code for answer in answers} == {401, 429} and len(answers) - len(refused) <= 22 and early
    assert all(re.fullmatch(r"[1-9]\d*", wait) for wait in waits)
    assert set(others) == {200}


def test_claim_29_connections_of_one_address_are_limited(ground: Ground, tell: Tell) -> None:
    """WebSockets and requests at the same time, with low limits."""
    with another_door(ground, LIVE_PER_ADDRESS="3", CONNECTIONS_PER_ADDRESS="6") as door:
        with ExitStack() as stack:
            live = [stack.enter_context(opened(door)) for _ in range(6)]
            answers = [upgraded(connection, ground.api) for connection in live]
            still = door.ask("/api/config").status_code
            # Each of these requests lacks the end of its body; what is over the limit hears so at once.
            slow = [stack.enter_context(opened(door)) for _ in range(8)]
            for connection in slow:
                connection.sendall(b"POST /api/targets HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n1")
            heard = [first_line(connection) for connection in slow]
        with opened(door) as connection:
            again = upgraded(connection, ground.api)
    refused = sum(" 429 " in line for line in answers)
    tell(f"claim 29: 3 WebSockets allowed, {refused} more refused; 6 requests at a time allowed, "
         f"{sum('429' in line for line in heard)} of 8 slow ones refused beside 3 WebSockets")

    assert [line.split()[1] for line in [*answers, again]] == ["101"] * 3 + ["429"] * 3 + ["101"] and still == 200
    assert sum("429" in line for line in heard) == 5


def opened(door: FrontDoor, protocol: str = "http/1.1") -> ssl.SSLSocket:
    """A connection over TLS that speaks a protocol."""
    context = ssl.create_default_context(cafile=str(door.certificate))
    context.set_alpn_protocols([protocol])
    return context.wrap_socket(socket.create_connection(("127.0.0.1", door.https_port), timeout=20), server_hostname="127.0.0.1")


def upgraded(connection: socket.socket, api: Api) -> str:
    """The first line of the answer to somebody who asks for a WebSocket."""
    connection.sendall(
        b"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" + f"Authorization: Bearer {api.bearer}\r\n\r\n".encode())
    return connection.recv(65536).split(b"\r\n")[0].decode()


def first_line(connection: socket.socket) -> str:
    """The first line of an answer; empty when there is none within a second."""
    connection.settimeout(1)
    try:
        return connection.recv(65536).split(b"\r\n")[0].decode()
    except TimeoutError:
        return ""


def held(connection: socket.socket, first: bytes, drop: bytes) -> float:
    """Sends a beginning and then a drop each second for as long as the other side listens; returns for how many seconds that was."""
    began = time.monotonic()
    connection.settimeout(1)
    with connection, suppress(ConnectionError, ssl.SSLError):
        connection.sendall(first)
        while time.monotonic() - began < SLOWEST_SECONDS:
            with suppress(TimeoutError):
                if connection.recv(65536) == b"":
                    break
            if drop:
                connection.sendall(drop)
    return time.monotonic() - began


def test_claim_29_who_dawdles_is_cut_off(ground: Ground, tell: Tell) -> None:
    """Connections that send their header drop by drop, or nothing at all, while others are served."""
    door = ground.picture.door
    header = b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "
    # RFC 9113: settings, and a HEADERS frame of 3024 bytes that begins with method, scheme, path and a field of 3000 letters.
    begun = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5)
    frame = begun + b"\x00\x0b\xd0\x01\x05\x00\x00\x00\x01\x82\x87\x84\x00\x01x\x7f\xb9\x16"

    def plain(port: int) -> socket.socket:
        return socket.create_connection(("127.0.0.1", port), timeout=20)

    cases = {
        "a header without TLS": lambda: held(plain(door.http_port), header, b"a"),
        "a header": lambda: held(opened(door), header, b"a"),
        "many headers": lambda: held(opened(door), header, b"a\r\nX-Slow: "),
        "a header over HTTP/2": lambda: held(opened(door, "h2"), frame, b"a"),
        "nothing over HTTP/2": lambda: held(opened(door, "h2"), begun, b""),
        "a first line": lambda: held(opened(door), b"GET /", b"a"),
        "silence without TLS": lambda: held(plain(door.http_port), b"", b""),
        "silence": lambda: held(opened(door), b"", b""),
        "no handshake": lambda: held(plain(door.https_port), b"", b""),
        "a slow handshake": lambda: held(plain(door.https_port), b"\x16\x03\x01\x02\x00", b"\x01"),
        "half a body": lambda: held(opened(door), b"POST /api/targets HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{", b""),
    }
    over, served = threading.Event(), []

    def others() -> None:
        while not over.is_set():
            served.append(door.ask("/api/config").status_code)
            over.wait(0.2)

    with ThreadPoolExecutor(len(cases) * 10 + 1) as pool:
        pool.submit(others)
        waiting = [(name, pool.submit(case)) for name, case in cases.items() for _ in range(10)]
        try:
            seconds = {name: 0.0 for name in cases}
            for name, answer in waiting:
                seconds[name] = max(seconds[name], answer.result())
        finally:
            over.set()
    # nginx starts its time limit anew with every byte of an HTTP/2 frame and has no setting for the whole: docs/deploying.md says so.
    without_limit = seconds.pop("a header over HTTP/2")
    tell(f"claim 29: {len(waiting)} connections in {len(cases)} ways of dawdling, the longest held for {max(seconds.values()):.1f} s, "
         f"but a header that drips over HTTP/2 for {without_limit:.0f} s and longer; "
         f"{served.count(200)} of {len(served)} other requests answered meanwhile")

    assert {name: held_for for name, held_for in seconds.items() if held_for >= SLOWEST_SECONDS} == {}
    assert set(served) == {200}
