"""Every endpoint is asked as everybody: who may not, gets a no."""
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.frames import Close

from harness.api import PASSWORD, Api, ApiProblem, add_user, browser_session, set_up
from harness.live import Live
from harness.server import Server

# The policy, written down a second time on purpose: a change in the product has to be made here too.
OPERATOR = {
    "targets.read", "targets.write", "targets.test", "credentials.read", "jobs.read", "jobs.write", "jobs.run",
    "executions.read", "executions.cancel", "executions.approve", "executions.keep", "commands.run", "schedules.read", "schedules.write",
    "health.write", "discovery.read", "discovery.run", "notifications.read", "alerts.acknowledge",
    "webhooks.read", "webhooks.write",
}
VIEWER = {
    "targets.read", "jobs.read", "executions.read", "schedules.read", "discovery.read", "notifications.read", "webhooks.read"}
ADMINISTRATOR = OPERATOR | {
    "discovery.ranges", "host_keys.pin", "credentials.write", "users.read", "users.manage", "storage.manage", "guard.write",
    "notifications.write", "audit.read", "audit.export"}
ROLES = {"administrator": ADMINISTRATOR, "operator": OPERATOR, "viewer": VIEWER}
INTERNAL = {"worker", "service"}
KNOWN = ADMINISTRATOR | INTERNAL | {"anyone", "signed_in"}
# Asking these as somebody who may would end the sign-in that the test still needs.
ENDING = {("POST", "/api/auth/logout")}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Api]]:
    """One client for each role, and one without credentials."""
    server = Server(tmp_path_factory.mktemp("permissions")).start()
    admin = set_up(server)
    add_user(server, admin, "olga", "operator")
    add_user(server, admin, "vera", "viewer")
    yield {
        "anonymous": Api(server.base),
        "administrator": browser_session(server),
        "operator": browser_session(server, "olga"),
        "viewer": browser_session(server, "vera"),
    }
    server.stop()


def operations(api: Api) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of everything in the API description."""
    paths = api.get("/api/openapi.json")["paths"]
    return [
        (method.upper(), path, operation)
        for path, methods in sorted(paths.items()) for method, operation in methods.items()
        if method in ("get", "post", "put", "delete", "patch")
    ]


def ask(api: Api, method: str, path: str) -> int:
    """The status of a request about things that do not exist."""
    concrete = re.sub(r"\{[^}]+\}", lambda _: str(uuid.uuid4()), path)
    body = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
    return api.raw(method, concrete, **body).status_code


def test_every_endpoint_declares_a_known_permission(people: dict[str, Api]) -> None:
    described = operations(people["administrator"])

    assert len(described) > 40
    for method, path, operation in described:
        assert operation.get("x-permission") in KNOWN, f"{method} {path} declares {operation.get('x-permission')!r}"


def test_every_permission_that_can_be_granted_is_asked_for_somewhere(people: dict[str, Api]) -> None:
    asked = {operation["x-permission"] for _, _, operation in operations(people["administrator"])}
    granted = set(people["administrator"].get("/api/auth/me")["permissions"])

    assert granted == ADMINISTRATOR
    assert granted - asked == set()


def test_who_did_not_sign_in_gets_401(people: dict[str, Api]) -> None:
    wrong = []
    for method, path, operation in operations(people["administrator"]):
        status = ask(people["anonymous"], method, path)
        if operation["x-permission"] == "anyone":
            right = status not in (403, 404) and status < 500
        elif operation["x-permission"] in INTERNAL:
            right = status in (401, 403, 404)
        else:
            right = status == 401
        if not right:
            wrong.append(f"{method} {path} ({operation['x-permission']}) answered {status}")
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_it_grants_and_nothing_else(people: dict[str, Api], role: str) -> None:
    wrong = []
    for method, path, operation in operations(people["administrator"]):
        permission = operation["x-permission"]
        if permission in ("anyone", "signed_in") and (method, path) in ENDING | {("POST", "/api/auth/login")}:
            continue
        status = ask(people[role], method, path)
        if permission in INTERNAL:
            right = status in (403, 404)
        elif permission in ("anyone", "signed_in") or permission in ROLES[role]:
            # Own rules of an endpoint may still say no to what was asked, never to who asks.
            right = status < 500 and (status not in (401, 403) or permission == "anyone")
        else:
            right = status == 403
        if not right:
            wrong.append(f"{role}: {method} {path} ({permission}) answered {status}")
    assert wrong == []


def test_a_token_is_cut_down_to_its_scope(people: dict[str, Api]) -> None:
    admin = people["administrator"]
    made = admin.post("/api/auth/tokens", {"name": "reader", "scope": ["targets.read"], "expires_in_days": 1})
    reader = Api(admin.base, bearer=made["token"])

    assert reader.get("/api/targets")["items"] == []
    for method, path in [("GET", "/api/jobs"), ("POST", "/api/targets"), ("GET", "/api/users")]:
        assert ask(reader, method, path) == 403
    admin.delete(f"/api/auth/tokens/{made['record']['id']}")
    assert reader.raw("GET", "/api/targets").status_code == 401


def test_a_personal_token_manages_no_sign_ins(people: dict[str, Api]) -> None:
    admin = people["administrator"]
    made = admin.post("/api/auth/tokens", {"name": "full", "expires_in_days": 1})
    token = Api(admin.base, bearer=made["token"])

    assert token.get("/api/users")["items"]
    for path, body in [
        ("/api/auth/tokens", {"name": "more", "expires_in_days": 1}),
        ("/api/auth/password", {"current": PASSWORD, "new": PASSWORD + "-new"}),
    ]:
        assert token.raw("POST", path, json=body).status_code == 403, path
    admin.delete(f"/api/auth/tokens/{made['record']['id']}")


def test_a_lower_role_takes_effect_at_once(people: dict[str, Api], tmp_path: Path) -> None:
    admin, operator = people["administrator"], people["operator"]
    olga = admin.get("/api/users/olga")
    admin.put("/api/users/olga", {"username": "olga", "role": "viewer"})
    assert ask(operator, "POST", "/api/targets") == 403

    admin.put("/api/users/olga", {"username": "olga", "role": "operator", "is_active": False})
    assert operator.raw("GET", "/api/targets").status_code == 401
    admin.put("/api/users/olga", {"username": "olga", "role": olga["role"], "is_active": True})
    assert operator.raw("GET", "/api/targets").status_code == 401


def test_a_live_connection_ends_with_its_sign_in(people: dict[str, Api], tmp_path: Path) -> None:
    admin = people["administrator"]
    tokens = [admin.post("/api/auth/tokens", {"name": name, "expires_in_days": 1}) for name in ("ends", "stays")]
    with Live(Api(admin.base, bearer=tokens[0]["token"])) as revoked, Live(Api(admin.base, bearer=tokens[1]["token"])) as other:
        admin.delete(f"/api/auth/tokens/{tokens[0]['record']['id']}")

        with pytest.raises(ConnectionClosedError) as ended:
            revoked.receive()
        assert ended.value.rcvd == Close(1008, "unauthenticated")
        other.send(follow="nonsense")
        assert other.receive()["problem"]["type"] == "/problems/invalid-input"
    admin.delete(f"/api/auth/tokens/{tokens[1]['record']['id']}")


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:1"])
def test_a_cookie_changes_nothing_from_another_origin(people: dict[str, Api], origin: str | None) -> None:
    browser = people["administrator"]
    headers = {"Origin": origin}
    response = browser.raw("POST", "/api/targets", json={"name": "forged"}, headers=headers)

    assert response.status_code == 403
    assert "Access-Control-Allow-Origin" not in response.headers
    with pytest.raises(ApiProblem):
        browser.get("/api/targets/forged")


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(people: dict[str, Api]) -> None:
    admin = people["administrator"]
    response = Api(admin.base, browser=True).raw(
        "POST", "/api/auth/login", json={"username": "admin", "password": PASSWORD})
    cookie = response.headers["Set-Cookie"]

    assert response.status_code == 200
    assert "access_token" not in response.json() or response.json()["access_token"] is None
    for attribute in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert attribute.lower() in cookie.lower(), cookie
