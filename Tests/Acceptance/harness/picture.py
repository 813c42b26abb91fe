"""The whole picture without containers: a process for each service, a database for each, Redis, and nginx with TLS in front."""
import atexit
import subprocess
from pathlib import Path
from typing import Self

from .engine import certificate, new_databases
from .front_door import FrontDoor
from .paths import BINARY, WEB_ROOT
from .postgresql import PostgreSQL
from .process import SETUP_LINK, Process
from .redis import Redis
from .waiting import free_port, until

# The services with the names that their settings begin with, and what each of them must reach.
NAMES = {
    "auth": "AUTH", "users": "USER", "targets": "TARGETS", "jobs": "JOBS", "executions": "EXECUTION", "schedules": "SCHEDULING",
    "notifications": "NOTIFICATION", "audit": "AUDIT"}
CALLS = {
    "frontend": (), "auth": ("users", "audit"), "users": ("auth", "audit"),
    "targets": ("auth", "executions", "schedules", "notifications", "audit"), "jobs": ("auth", "users", "executions", "audit"),
    "executions": ("auth", "targets", "schedules", "notifications", "audit"),
    "schedules": ("auth", "targets", "jobs", "executions", "notifications", "audit"),
    "notifications": ("auth", "jobs", "executions", "audit"), "audit": ("auth", "executions"), "worker": ("executions",)}


class Picture:
    """Every service alone, each with nothing but what it needs."""

    def __init__(self, folder: Path, *, server: PostgreSQL | None = None, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.data = folder, folder / "none"
        self.log_file = folder / "server.log"
        self.redis = Redis()
        self.databases = server.databases() if server else new_databases()
        self.key, self.worker_key = folder / "secret.key", folder / "worker.key"
        self.ports = {service: free_port() for service in CALLS}
        self.door = FrontDoor("127.0.0.1:1", upstreams=self._upstreams(), certificate=certificate())
        atexit.register(self.door.stop)
        self.settings = settings
        self.parts = {service: self.part(service, port) for service, port in self.ports.items()}

    def _upstreams(self) -> dict[str, str]:
        names = {**NAMES, "frontend": "FRONTEND"}
        return {names[service]: f"127.0.0.1:{port}" for service, port in self.ports.items() if service in names}

    def part(self, service: str, port: int | None = None) -> Process:
        """A process for a service that was not started; any number of them may run."""
        settings = {"TRUSTED_PROXIES": "127.0.0.1", "COOKIE_SECURE": "true", "METRICS": "true", "PUBLIC_URL": self.base, "DATA_DIR": str(self.data)}
        for called in CALLS[service]:
            settings[f"{NAMES[called]}_SERVICE_URL"] = f"http://127.0.0.1:{self.ports[called]}"
        if service in NAMES:
            settings[f"{NAMES[service]}_DATABASE_URL"] = self.databases[f"{NAMES[service]}_DATABASE_URL"]
            settings["SECRET_KEY_FILE"] = str(self.key)
            settings["REDIS_URL"] = self.redis.url
        match service:
            case "worker": settings["WORKER_KEY_FILE"] = str(self.worker_key)
            case "frontend": settings["WEB_ROOT"] = str(WEB_ROOT)
        return Process(self.log_file, settings, services=service, port=port)

    @property
    def base(self) -> str:
        """The origin that clients use."""
        return self.door.base

    @property
    def log(self) -> str:
        """Everything that any part has written so far."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def start(self) -> Self:
        """Starts everything and waits until it serves."""
        if not self.key.exists():
            environment = {"SECRET_KEY_FILE": str(self.key)}
            subprocess.run([BINARY, "create-key", self.key], check=True)
            subprocess.run([BINARY, "create-worker-key", self.worker_key], env=environment, check=True)
        try:
            self.redis.start()
            self.door.start()
            self._start_parts()
        except BaseException:
            self.kill()
            raise
        return self

    def setup_token(self) -> str:
        """The token of the one-time link that Auth printed."""
        return until(lambda: SETUP_LINK.search(self.log), 5, "the set-up link in the output")[1]

    def stop(self) -> None:
        """Asks every part to end and insists on clean ends."""
        for part in reversed(self.parts.values()):
            part.stop()
        self.door.end()
        self.redis.kill()

    def kill(self) -> None:
        """Ends all parts as a power cut would."""
        for part in self.parts.values():
            part.kill()
        self.door.end()
        self.redis.kill()

    def restart(self) -> None:
        """Stops all parts and starts them again on the same data."""
        for part in reversed(self.parts.values()):
            part.stop()
        self._start_parts()

    def _start_parts(self) -> None:
        for part in self.parts.values():
            part.settings.update(self.settings)
            part.launch()
        for part in self.parts.values():
            part.await_ready()
