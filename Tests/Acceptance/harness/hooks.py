"""Jobs that print what they are given, webhooks that start them, and messages as senders sign them."""
import hashlib
import hmac
import json
import time
import uuid
from typing import Any

import requests

from .api import Api
from .fleet import Fleet

SECRET = "a-secret-of-the-sender-0123"


def job(admin: Api, fleet: Fleet, command: str = "echo branch={{ parameters.branch }}", **more: Any) -> dict[str, Any]:
    """A job that prints its parameter, on one machine."""
    definition = {
        "name": f"hooked {uuid.uuid4().hex[:8]}", "targets": fleet.one(), "parameters": [{"name": "branch", "type": "string", "required": True}],
        "steps": [{"name": "say", "command": command}], **more}
    return admin.post("/api/jobs", {"definition": definition})


def hook(admin: Api, of: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A webhook that gives the job the branch of the message."""
    definition = {
        "name": f"hook {uuid.uuid4().hex[:8]}", "job": of["serial"], "format": "opsconductor",
        "run": {"parameters": {"branch": {"from": "body.branch"}}}, **more}
    return admin.post("/api/schedules/webhooks", {"definition": definition, "secret": SECRET})["webhook"]


def sign(body: bytes, *, secret: str = SECRET, at: int | None = None) -> dict[str, str]:
    """The header fields of a message in our own format."""
    seconds = str(int(time.time()) if at is None else at)
    code = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-OpsConductor-Timestamp": seconds, "X-OpsConductor-Signature": f"v1={code}"}


def send(admin: Api, webhook: dict[str, Any], body: bytes, headers: dict[str, str]) -> requests.Response:
    """Sends a message as anybody may who has the address."""
    return requests.post(admin.base + webhook["path"], data=body, headers=headers, timeout=60)


def message(branch: str) -> bytes:
    """A body."""
    return json.dumps({"branch": branch}).encode()


def runs(admin: Api, of: dict[str, Any]) -> list[dict[str, Any]]:
    """The executions of a job, newest first."""
    return admin.get("/api/executions", job=of["id"])["items"]
