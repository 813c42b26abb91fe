"""A server that tells, and a world that listens."""
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .api import Api, set_up
from .outside import ACCOUNT, PASSWORD
from .server import Server
from .world import World


@dataclass
class Scene:
    """A server that may reach the world of the tests, an administrator, and the world."""

    server: Server
    admin: Api
    world: World

    def channel(self, name: str, path: str, **more: Any) -> dict[str, Any]:
        """A webhook to a path of the world."""
        body = {"name": name, "kind": "webhook", "url": self.world.url(path), **more}
        return self.admin.post("/api/notifications/channels", body)

    def route(self, name: str, kinds: list[str], channels: list[str], jobs: list[str] | None = None, **more: Any) -> dict[str, Any]:
        """A route."""
        filter_ = {"kinds": kinds, **({"jobs": jobs} if jobs else {})}
        return self.admin.post("/api/notifications/routes", {"name": name, "filter": filter_, "channels": channels, **more})

    def job(self, command: str) -> dict[str, Any]:
        """A job on this machine."""
        name = f"told-{uuid.uuid4().hex[:8]}"
        return self.admin.post("/api/jobs", {"definition": {"name": name, "targets": "name = here", "steps": [{"name": "a", "command": command}]}})

    def run(self, job: dict[str, Any]) -> dict[str, Any]:
        """Runs a job to its end."""
        return self.admin.finished(self.admin.post(f"/api/jobs/{job['id']}/run", {})["serial"])

    def deliveries(self, serial: str) -> list[dict[str, Any]]:
        """The deliveries about an execution, oldest first."""
        return self.admin.get("/api/notifications/deliveries", execution=serial)["items"][::-1]


    def mail_server(self, port: str = "mail", **more: Any) -> dict[str, Any]:
        """Sets one of the world's mail servers."""
        return self.admin.put("/api/notifications/mail-server", {
            "host": "localhost", "port": self.world.places[port], "security": "starttls", "username": ACCOUNT, "password": PASSWORD,
            "sender": "ops@example.org", **more})


@contextmanager
def telling(folder: Path) -> Iterator[Scene]:
    """A server that may reach this machine only, with a mail server, a mail channel and this machine as a target."""
    world = World(folder / "world", "127.0.3.1", "127.0.0.2").start()
    server = Server(
        folder / "server", OUTBOUND_ALLOW="127.0.0.1, 127.0.3.0/24", OUTBOUND_CA_FILE=world.places["ca"], PUBLIC_URL="https://ops.example").start()
    try:
        admin = set_up(server)
        admin.post("/api/targets", {"name": "here", "connections": [{"kind": "local"}]})
        scene = Scene(server, admin, world)
        scene.mail_server(sender_name="OpsConductor")
        admin.post("/api/notifications/channels", {"name": "mail", "kind": "email", "recipients": ["a@example.org", "b@example.org"]})
        yield scene
        server.stop()
    finally:
        server.kill()
        world.stop()
