"""A small client of the HTTP API, written against its description and not with the product's own client."""
from typing import Any

import requests

from .server import Server
from .waiting import until

PASSWORD = "orange-ladder-quiet-57"
FINAL = {"succeeded", "failed", "cancelled", "cancel_unconfirmed", "lost"}


class ApiProblem(AssertionError):
    """An answer that says no, with its problem document."""

    def __init__(self, response: requests.Response) -> None:
        self.status = response.status_code
        try:
            self.problem: dict[str, Any] = response.json()
        except ValueError:
            self.problem = {"detail": response.text[:500]}
        request = response.request
        super().__init__(f"{request.method} {request.url} answered {self.status}: {self.problem}")

    @property
    def detail(self) -> str:
        """The sentence."""
        return str(self.problem.get("detail", ""))

    @property
    def text(self) -> str:
        """The sentence and all places, for looking for words."""
        places = self.problem.get("errors") or []
        return " ".join([self.detail, *(f"{place.get('detail')} (line {place.get('line')})" for place in places)])


class Api:
    """Calls the API as somebody: with a bearer token, or as a browser does with cookie and origin."""

    def __init__(self, base: str, *, bearer: str | None = None, browser: bool = False) -> None:
        self.base = base
        self.session = requests.Session()
        self.bearer = bearer
        if bearer:
            self.session.headers["Authorization"] = f"Bearer {bearer}"
        if browser:
            self.session.headers["Origin"] = base

    def raw(self, method: str, path: str, **options: Any) -> requests.Response:
        """The answer as it is, whatever its status."""
        return self.session.request(method, self.base + path, timeout=60, **options)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """The decoded answer; anything but success is raised as `ApiProblem`."""
        if body is not None:
            options["json"] = body
        response = self.raw(method, path, **options)
        if not response.ok:
            raise ApiProblem(response)
        return response.json() if response.content else None

    def get(self, path: str, **query: Any) -> Any:
        """Reads."""
        return self.call("GET", path, params=query)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """Acts."""
        return self.call("POST", path, {} if body is None else body, **options)

    def put(self, path: str, body: Any) -> Any:
        """Replaces."""
        return self.call("PUT", path, body)

    def delete(self, path: str) -> Any:
        """Deletes."""
        return self.call("DELETE", path)

    def run(self, command: str, targets: str, **more: Any) -> str:
        """Starts a command on targets; returns the execution's id."""
        return self.post("/api/executions", {"command": command, "targets": targets, **more})["id"]

    def execution(self, execution: str) -> dict[str, Any]:
        """The state of an execution."""
        return self.get(f"/api/executions/{execution}")["execution"]

    def branches(self, execution: str) -> list[dict[str, Any]]:
        """All branches of an execution."""
        return self.get(f"/api/executions/{execution}/branches", limit=1000)["items"]

    def finished(self, execution: str, timeout: float = 30) -> dict[str, Any]:
        """Waits until an execution has ended; returns it."""
        def ended() -> dict[str, Any] | None:
            state = self.execution(execution)
            return state if state["state"] in FINAL else None
        return until(ended, timeout, f"the end of execution {execution}")

    def log(self, execution: str, branch: int = 1, step: int = 1, **query: Any) -> bytes:
        """The output of one step on one target, byte by byte."""
        response = self.raw("GET", f"/api/executions/{execution}/log", params={"branch": branch, "step": step, **query})
        if not response.ok:
            raise ApiProblem(response)
        return response.content


def set_up(server: Server, username: str = "admin", password: str = PASSWORD) -> Api:
    """Makes the first administrator through the one-time link; returns a client with a personal token."""
    signed_in = Api(server.base).post(
        "/api/auth/setup", {"token": server.setup_token(), "username": username, "password": password, "kind": "token"})
    return with_personal_token(server, signed_in["access_token"])


def with_personal_token(server: Server, access_token: str) -> Api:
    """Trades a short-lived access token for a client that lasts as long as the tests."""
    made = Api(server.base, bearer=access_token).post("/api/auth/tokens", {"name": "acceptance", "expires_in_days": 1})
    return Api(server.base, bearer=made["token"])


def add_user(server: Server, admin: Api, username: str, role: str, password: str = PASSWORD) -> Api:
    """Adds a user who sets a password through a one-time link; returns the user's client."""
    user = admin.post("/api/users", {"username": username, "role": role})
    link = admin.post("/api/auth/links", {"user": user["id"]})
    token = link["path"].partition("token=")[2]
    signed_in = Api(server.base).post("/api/auth/redeem", {"token": token, "password": password, "kind": "token"})
    return with_personal_token(server, signed_in["access_token"])


def browser_session(server: Server, username: str = "admin", password: str = PASSWORD) -> Api:
    """Signs in as a browser does."""
    api = Api(server.base, browser=True)
    api.post("/api/auth/login", {"username": username, "password": password})
    return api
