"""What nginx lets in, what it passes on and what it says itself; the services behind it only say what reached them."""
import json
import shutil
import socket
import ssl
import subprocess

import pytest
import requests

from echo import Echo
from harness.front_door import FrontDoor
from harness.waiting import free_port, until

ROUTES = {
    "/": "FRONTEND", "/runs/C20260001": "FRONTEND", "/assets/app.js": "FRONTEND", "/apis": "FRONTEND", "/wsx": "FRONTEND",
    "/targets/internal/x": "FRONTEND",
    "/api/auth/me": "AUTH", "/api/auth/login": "AUTH", "/api/config": "AUTH", "/api/openapi.json": "AUTH",
    "/api/users": "USER", "/api/users/1": "USER", "/api/targets": "TARGETS", "/api/targets/web-01/test": "TARGETS",
    "/api/targets/a%2Fb": "TARGETS", "/api/jobs?limit=3": "JOBS", "/api/jobs/internal": "JOBS", "/api/executions": "EXECUTION",
    "/api/executions/C1/log?step=1": "EXECUTION", "/ws": "EXECUTION", "/api/schedules": "SCHEDULING", "/api/schedules/S1/runs?limit=3": "SCHEDULING",
    "/api/schedules/hooks/abc": "SCHEDULING", "/api/notifications": "NOTIFICATION", "/api/notifications/1/test": "NOTIFICATION",
    "/api/audit": "AUDIT", "/api/audit/1": "AUDIT",
}
HIDDEN = [
    "/api/users/internal/find", "/api/auth/internal/introspect", "/api/auth//internal/introspect", "/api/auth/%69nternal/introspect",
    "/api/auth/internal%2Fintrospect", "/api/auth/x/../internal/introspect", "/api/auth/INTERNAL/introspect",
    "/api/executions/worker/lease", "/api/executions/./worker/lease", "/api/executions/%77orker/lease",
    "/api/schedules/internal/news", "/api/notifications/internal/news", "/api/audit/internal/news", "/api/schedules/hooks/../internal/news",
    "/api/executions%2Fworker%2Flease", "/api//executions/worker/lease", "/x/../api/executions/worker/heartbeat",
    "/metrics", "/metrics/", "/%6detrics", "//metrics", "/Metrics", "/ready", "/x/../ready", "/ready?x=1",
]
NOBODYS = ["/api", "/api/", "/api/schedule", "/api/v1/targets", "/api/targetsx", "/api/audits", "/api/notificationsx", "/api/openapi.yaml"]
ALWAYS = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000",
}


def is_problem(answer: requests.Response, status: int, slug: str) -> dict:
    """Insists on a problem document and returns it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == (f"/problems/{slug}", status)
    assert problem["title"] and problem["detail"] and problem["request_id"] == answer.headers["X-Request-Id"]
    return problem


def has_security_headers(answer: requests.Response) -> None:
    """Each of them exactly once, and no version of anything."""
    for name, value in ALWAYS.items():
        assert answer.raw.headers.getlist(name) == [value], f"{name} of {answer.status_code}: {answer.headers}"
    for name in ("Content-Security-Policy", "Permissions-Policy", "X-Request-Id"):
        assert len(answer.raw.headers.getlist(name)) == 1, name
    assert answer.headers["Server"] == "nginx" and "X-Powered-By" not in answer.headers


@pytest.mark.parametrize("path", ROUTES)
def test_every_path_goes_to_its_service_as_it_came(door: FrontDoor, path: str) -> None:
    answer = door.ask(path)

    assert (answer.json()["service"], answer.json()["path"]) == (ROUTES[path], path)
    has_security_headers(answer)


@pytest.mark.parametrize("path", HIDDEN)
def test_what_is_internal_does_not_exist_outside(door: FrontDoor, services: dict[str, Echo], path: str) -> None:
    before = sum(len(service.asked) for service in services.values())
    for method in ("GET", "POST"):
        is_problem(door.ask(path, method), 404, "not-found")

    assert sum(len(service.asked) for service in services.values()) == before


@pytest.mark.parametrize("path", NOBODYS)
def test_a_path_of_no_service_is_a_problem_of_its_own(door: FrontDoor, path: str) -> None:
    answer = door.ask(path)

    is_problem(answer, 404, "not-found")
    has_security_headers(answer)


def test_a_hook_comes_in_from_a_system_that_has_no_session_and_no_origin(door: FrontDoor, services: dict[str, Echo]) -> None:
    body = b'{"action": "pushed"}'
    for path in ("/api/schedules/hooks/abc", "/api/schedules/hooks/abc?from=build"):
        answer = door.ask(path, "POST", data=body, headers={"Content-Type": "application/json", "X-Signature": "sha256=0a"})
        got = answer.json()
        assert (answer.status_code, got["service"], got["method"], got["path"], got["bytes"]) == (200, "SCHEDULING", "POST", path, len(body))
        headers = dict(map(tuple, got["headers"]))
        assert (headers["content-type"], headers["x-signature"]) == ("application/json", "sha256=0a")
        assert {"origin", "cookie", "authorization"}.isdisjoint(headers)


def test_the_health_of_nginx_needs_no_service(door: FrontDoor) -> None:
    for base in (door.base, door.plain):
        answer = door.ask("/health", base=base)
        assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_whoever_comes_without_tls_is_sent_to_it_with_path_and_method(door: FrontDoor) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = door.ask("/api/jobs/x?y=%2F", method, base=door.plain)
        assert answer.status_code == 308
        assert answer.headers["Location"] == f"{door.base}/api/jobs/x?y=%2F"


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
def test_old_tls_is_refused(door: FrontDoor, version: str) -> None:
    flag = {"TLSv1": "-tls1", "TLSv1_1": "-tls1_1"}[version]
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{door.https_port}", flag, "-cipher", "ALL:@SECLEVEL=0"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)

    assert "alert protocol version" in done.stderr, done.stderr
    assert "Cipher is (NONE)" in done.stdout


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_new_tls_speaks_http2(door: FrontDoor, version: ssl.TLSVersion) -> None:
    context = ssl.create_default_context(cafile=str(door.certificate))
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("127.0.0.1", door.https_port)) as plain, \
            context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
        assert secure.selected_alpn_protocol() == "h2"
        assert any(word in secure.cipher()[0] for word in ("GCM", "CHACHA20"))


def test_a_request_over_http2_arrives_with_its_host(door: FrontDoor) -> None:
    curl = shutil.which("curl")
    assert curl, "curl is missing; run scripts/setup test"
    done = subprocess.run(
        [curl, "-sS", "--http2", "--cacert", door.certificate, "-w", "\n%{http_version}", f"{door.base}/api/jobs"],
        capture_output=True, text=True, timeout=20)

    body, _, protocol = done.stdout.rpartition("\n")
    assert protocol == "2", done.stderr
    assert ["host", f"127.0.0.1:{door.https_port}"] in json.loads(body)["headers"]


def test_a_service_learns_who_asks_and_how(door: FrontDoor) -> None:
    sent = {
        "X-Forwarded-For": "10.9.8.7", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Forwarded": "for=10.9.8.7",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "X-Request-Id": "my-id.1", "Proxy": "x",
        "Upgrade": "websocket", "Connection": "Upgrade", "Authorization": "Bearer abc"}
    got = dict(map(tuple, door.ask("/api/jobs", headers=sent).json()["headers"]))

    assert got["x-forwarded-for"] == "127.0.0.1"
    assert got["x-forwarded-host"] == got["host"] == f"127.0.0.1:{door.https_port}"
    assert got["x-forwarded-proto"] == "https"
    assert got["traceparent"] == sent["traceparent"]
    assert got["x-request-id"] == "my-id.1"
    assert got["authorization"] == "Bearer abc"
    assert {"forwarded", "proxy", "upgrade"}.isdisjoint(got)


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, "<script>", "a\"b", "ä"])
def test_a_request_id_that_is_not_sane_is_replaced(door: FrontDoor, sent: str) -> None:
    answer = door.ask("/api/jobs", headers={"X-Request-Id": sent.encode()})

    got = dict(map(tuple, answer.json()["headers"]))["x-request-id"]
    assert len(got) == 32 and got == answer.headers["X-Request-Id"]


@pytest.mark.parametrize("value", ["Service abc.def", "service abc", "SERVICE\tabc", "Service", "Service  x, Bearer y"])
def test_the_word_of_a_service_is_never_passed_on_from_outside(door: FrontDoor, value: str) -> None:
    for path in ("/api/jobs", "/api/auth/login", "/api/executions/x/log", "/ws", "/"):
        got = dict(map(tuple, door.ask(path, headers={"Authorization": value}).json()["headers"]))
        assert "authorization" not in got, path


def test_a_second_authorization_does_not_slip_past_the_first(door: FrontDoor) -> None:
    context = ssl.create_default_context(cafile=str(door.certificate))
    with socket.create_connection(("127.0.0.1", door.https_port)) as plain, \
            context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
        secure.sendall(b"GET /api/jobs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nAuthorization: Service y\r\nConnection: close\r\n\r\n")
        answer = b""
        while piece := secure.recv(65536):
            answer += piece
    assert b"Service y" not in answer


def test_a_body_above_the_limit_is_refused_before_a_service_hears_of_it(door: FrontDoor, services: dict[str, Echo]) -> None:
    limit, before = 12_582_912, len(services["JOBS"].asked)
    answer = door.ask("/api/jobs", "POST", data=b"x" * (limit + 1))

    is_problem(answer, 413, "body-too-large")
    has_security_headers(answer)
    assert len(services["JOBS"].asked) == before
    assert door.ask("/api/jobs", "POST", data=b"x" * limit).json()["bytes"] == limit


@pytest.mark.parametrize("method, status, slug", [("TRACE", 405, "method-not-allowed"), ("CONNECT", 405, "method-not-allowed")])
def test_a_method_that_is_nobodys_is_a_problem(door: FrontDoor, method: str, status: int, slug: str) -> None:
    answer = door.ask("/api/jobs", method)

    is_problem(answer, status, slug)
    has_security_headers(answer)


@pytest.mark.parametrize("request_text, status", [
    (b"GET / HTTP/1.1\r\n\r\n", b"400"), (b"nonsense\r\n\r\n", b"400"), (b"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", b"400"),
    (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414"),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", b"431"),
])
def test_what_is_no_request_is_a_problem_too(door: FrontDoor, request_text: bytes, status: bytes) -> None:
    head, _, body = door.raw(request_text).partition(b"\r\n\r\n")

    assert head.split(b" ")[1] == status, head
    assert b"application/problem+json" in head and b"nosniff" in head
    assert json.loads(body)["status"] == int(status)


def test_http_on_the_tls_port_is_told_so(door: FrontDoor) -> None:
    head, _, body = door.raw(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", port=door.https_port).partition(b"\r\n\r\n")

    assert head.split(b" ")[1] == b"400"
    assert json.loads(body)["title"] == "TLS needed"


def test_a_service_that_is_gone_is_a_problem_and_comes_back_by_itself(door: FrontDoor) -> None:
    port = free_port()
    nginx = FrontDoor(f"127.0.0.1:{port}").start()
    try:
        for path in ("/api/jobs", "/api/auth/login", "/api/executions/x/log", "/ws", "/"):
            answer = nginx.ask(path, "POST")
            is_problem(answer, 502, "unavailable")
            has_security_headers(answer)
            assert answer.headers["Retry-After"] == "2"
        back = Echo("back", port=port)
        until(lambda: nginx.ask("/api/jobs").status_code == 200, 5, "the service being back")
        back.stop()
    finally:
        nginx.stop()


@pytest.mark.parametrize("status", [400, 404, 413, 429, 500, 503])
def test_what_a_service_answers_is_left_as_it_is(door: FrontDoor, status: int) -> None:
    answer = door.ask("/api/jobs", headers={"X-Answer": str(status)})

    assert (answer.status_code, answer.json()["service"]) == (status, "JOBS")
    has_security_headers(answer)


def test_texts_are_compressed(door: FrontDoor) -> None:
    answer = door.ask("/api/jobs?fill", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in answer.headers["Vary"]
    assert len(answer.json()["filling"]) == 2000


def test_the_log_has_a_line_of_json_for_each_request_and_no_query(door: FrontDoor) -> None:
    door.ask("/setup?token=very-secret", headers={"X-Request-Id": "look-here", "User-Agent": "a\"b"})
    line = until(lambda: next((line for line in door.access_log if "look-here" in line), None), 5, "the line")

    entry = json.loads(line)
    assert (entry["path"], entry["status"], entry["method"], entry["request_id"]) == ("/setup", 200, "GET", "look-here")
    assert "very-secret" not in "\n".join(door.access_log)
    assert all(json.loads(line) for line in door.access_log)
